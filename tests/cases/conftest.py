"""Folders with one case file, as a test writes it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.cases.load import load_cases
from outreach.cases.model import Case
from outreach.errors import DataError, Problem
from outreach.registry.states import load_states

SOUND = """---
title:
  en: The Archive
  fr: Les Archives
  es: El Archivo
place:
  en: in Belarus
  fr: au Bélarus
  es: en Belarús
mention:
  en: the Archive (Belarus)
  fr: les Archives (Bélarus)
  es: el Archivo (Belarús)
state_concerned: BLR
people:
  - name: A. Person
    role: archivist
organisations:
  - The Archive
dates:
  - date: 2020-08
    text: The Archive is raided.
consent:
  letters: yes
  posts: no
  web: no
  source: A letter of 2 May 2022
sources:
  - The Archive itself
---

## Story behind

It keeps records.

## What happened

It was raided.

## What we want

That it reopens.
"""


@pytest.fixture
def write_case(tmp_path: Path) -> Callable[..., Path]:
    """Writes one case file into a campaign folder and returns the folder."""

    def write(text: str | bytes = SOUND, name: str = "archive.md") -> Path:
        (tmp_path / "cases").mkdir(exist_ok=True)
        (tmp_path / "cases" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


@pytest.fixture
def case_of(write_case: Callable[..., Path]) -> Callable[..., Case]:
    """The case that a sound file becomes with one text of it replaced."""

    def load(old: str = "", new: str = "") -> Case:
        return load_cases(write_case(replaced(old, new)), load_states())["archive"]

    return load


@pytest.fixture
def problems_of(write_case: Callable[..., Path]) -> Callable[..., tuple[Problem, ...]]:
    """What is wrong with a sound file after one text of it is replaced."""

    def load(old: str, new: str) -> tuple[Problem, ...]:
        return problems_in(write_case(replaced(old, new)))

    return load


def replaced(old: str, new: str) -> str:
    assert old in SOUND
    return SOUND.replace(old, new, 1)


def problems_in(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as caught:
        load_cases(folder, load_states())
    return caught.value.problems
