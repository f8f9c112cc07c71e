"""The file of machines' words, and how its forms are found."""

import csv
from importlib.resources import files

import pytest

from outreach.inbox.classify import phrases
from outreach.inbox.classify.phrases import find, fold, plain

FORMS = list(
    csv.DictReader(files("outreach.data").joinpath("machine_words.csv").read_text(encoding="utf-8").splitlines())
)
USES = {
    "absence", "aside", "bounce", "but", "challenge", "closing", "contact", "day", "delay", "disclaimer", "failure",
    "formula", "held", "if", "machine", "more", "offer", "prefix", "read", "read-subject", "recall", "recall-subject",
    "receipt", "spam", "subject", "unread", "unread-subject", "when",
}  # fmt: skip
LANGUAGES = [row["language"] for row in FORMS if row["use"] == "day"]


def written(form: str, choice: int) -> str:
    """A text that the form stands for, with one of the choices at each place, and a word in each gap."""
    text = ""
    for mark in phrases._TOKEN.findall(phrases._spelled(form)):
        choices = mark[1:-1].split("|") if mark.startswith("(") else [mark]
        text += choices[choice % len(choices)].replace("_", " ").replace("…", " x ")
    return text


def test_every_form_is_found_in_what_it_stands_for() -> None:
    lost = [
        (row["language"], row["use"], row["form"], choice)
        for row in FORMS
        for choice in range(8)
        if (text := plain(written(row["form"], choice)))
        and not any((one.use, one.language) == (row["use"], row["language"]) for one in find(text))
    ]
    assert lost == []


def test_every_row_has_a_known_use_and_a_source_and_is_there_once() -> None:
    assert {row["use"] for row in FORMS} == USES
    assert all(row["source"] for row in FORMS)
    assert len({(row["use"], row["language"], row["form"]) for row in FORMS}) == len(FORMS)


@pytest.mark.parametrize(
    "use", ["absence", "bounce", "failure", "held", "more", "prefix", "subject", "aside", "contact"]
)
def test_every_language_has_every_use(use: str) -> None:
    assert {row["language"] for row in FORMS if row["use"] == use} >= set(LANGUAGES)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I’m out of the office", "absence"),
        ("ÉN NEM VAGYOK AZ IRODÁBAN", "absence"),
        ("The automatically", ""),
        ("autumn", ""),
        ("休暇中 です", "absence"),
    ],
)
def test_case_and_accents_make_no_difference_and_words_begin_where_they_begin(text: str, found: str) -> None:
    uses = {one.use for one in find(plain(fold(text)), frozenset({"absence", "prefix"}))}
    assert uses == ({found} if found else set())
