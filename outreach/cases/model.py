"""The nouns of a case and an ask; no files."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Round = Literal["first", "reminder", "thanks"]  # which letter of an ask
ROUNDS: tuple[Round, ...] = get_args(Round)
Translated = dict[str, str]  # language → text


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the people concerned agreed to, and where that is written down. Silence is no."""

    letters: bool = False
    posts: bool = False
    web: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    date: str  # as precise as known: 2020, 2020-08, 2020-08-09
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """One file of cases/: the people or organisations under reprisal, and the State concerned."""

    slug: str
    title: Translated
    place: Translated  # "in Belarus", "au Bélarus", "en Belarús"
    mention: Translated  # half a sentence by which the letters of other cases name this one
    state_concerned: str  # alpha-3
    people: tuple[Person, ...]
    organisations: tuple[str, ...]
    dates: tuple[CaseEvent, ...]
    consent: Consent
    sources: tuple[str, ...]
    embargo: date | None  # nothing leaves before this day
    story: dict[str, str]  # heading → Markdown, in the order of the file


@dataclass(frozen=True, slots=True)
class Ask:
    """What we ask of a State: one [[ask]] of outreach.toml. `to` is its default selection."""

    id: str
    forum: str
    date: date
    to: tuple[str, ...]
    text: Translated
