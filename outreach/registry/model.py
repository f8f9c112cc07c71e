"""The nouns of the registry and the record: State, Mission, Instrument, Act, Term; no files, no rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from outreach.errors import Problem

ActKind = Literal["co-sponsored", "led", "joined", "raised"]


@dataclass(frozen=True, slots=True)
class State:
    """A UN member or observer State. Formal names carry their article (the Swiss Confederation), or are empty."""

    code: str  # ISO 3166-1 alpha-3
    alpha2: str
    names: dict[str, str]  # language → short name, without article
    formal: dict[str, str]  # language → formal name, with article
    group: str  # African Group, Asia-Pacific, EEG, GRULAC, WEOG, or empty
    observer: bool = False
    cldr: dict[str, str] = field(default_factory=dict)  # other languages of the campaign → Unicode's name, not the UN's

    @property
    def name(self) -> str:
        return self.names["en"]


@dataclass(frozen=True, slots=True)
class Mission:
    """One row of contacts/missions.csv. Blank is blank: an empty field says that nobody knows.

    While there are `problems`, what could be read of it is here, and nothing may be sent by it.
    """

    state: str
    name: str
    emails: tuple[str, ...]  # normalised; the first goes in To, the others in Cc
    language: str  # its code: fr, pt-BR
    phone: str = ""
    address: str = ""
    website: str = ""
    x: str = ""
    bluesky: str = ""
    mastodon: str = ""
    source: str = ""
    verified_on: date | None = None
    note: str = ""
    row: int = field(default=0, compare=False)  # in contacts/missions.csv, the header being row 1
    private_row: int = field(default=0, compare=False)  # in contacts/private.csv, where `emails` are from there
    # Its addresses that get no letters: those that contacts/private.csv stands for, and what stands in a broken row.
    replaced: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)  # of its rows in contacts/
    extra: tuple[tuple[str, str], ...] = ()  # the campaign's own columns, each with the text of its cell, often blank

    @property
    def known_emails(self) -> tuple[str, ...]:
        """Every address that is known to be its own, written to or not."""
        return tuple(dict.fromkeys(self.emails + self.replaced))


@dataclass(frozen=True, slots=True)
class UnclaimedRow:
    """A row of contacts/missions.csv of which nobody can tell whose it is, or what other rows are hidden in it."""

    row: int
    problems: tuple[Problem, ...]
    addresses: tuple[str, ...]  # all that stand anywhere in it


@dataclass(frozen=True, slots=True)
class Instrument:
    """What States act in; one row of contacts/instruments.csv."""

    id: str
    kind: str  # resolution, decision, joint statement, statement, dialogue, debate, list, or the campaign's own word
    title: str
    symbol: str = ""  # A/HRC/RES/36/21
    date: str = ""  # as precise as known: 2021, or 2021-10-14
    count: str = ""  # of the States that acted in it, as the source has it
    vote: str = ""  # 28-0-19 (for, against, abstained), or without a vote
    led_by: str = ""
    source: str = ""
    note: str = ""
    topic: Mapping[str, str] = field(default_factory=dict)  # language → what it is about: on reprisals, sur …, sobre …


@dataclass(frozen=True, slots=True)
class Act:
    """One sourced fact: a State did this in that instrument; one row of contacts/record.csv.

    `quote` are words that the source quotes. One that was wrong is struck out: `correction` says why.
    """

    state: str
    kind: ActKind
    instrument: str
    case: str = ""
    subject: str = ""
    state_concerned: str = ""
    date: str = ""  # as precise as known
    with_: str = ""
    source: str = ""
    note: str = ""
    quote: str = ""
    quote_language: str = ""  # its code: en
    second_reader: str = ""  # who read the source too
    corrected_on: str = ""
    corrected_by: str = ""
    correction: str = ""
    row: int = field(default=0, compare=False)  # in contacts/record.csv, the header being row 1


@dataclass(frozen=True, slots=True)
class Term:
    """Membership of the Human Rights Council, both days included."""

    state: str
    first: date
    last: date
    source: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """Who there is and what they did. `missions` and `states` are keyed by alpha-3.

    `acts` are those that stand; what was struck out of the record is in `corrected` alone, and counts nowhere.
    `problems` are those of single rows about missions: each is its mission's too, or of a row in `unclaimed`.
    """

    states: dict[str, State]
    missions: dict[str, Mission]
    instruments: dict[str, Instrument]
    acts: tuple[Act, ...]
    terms: tuple[Term, ...]
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)  # ours and [groups] of outreach.toml, alpha-3
    corrected: tuple[Act, ...] = ()
    problems: tuple[Problem, ...] = ()
    unclaimed: tuple[UnclaimedRow, ...] = ()

    def when(self, act: Act) -> str:
        """Give an act's date, or its instrument's, as precise as known; "" when nobody knows."""
        return act.date or (self.instruments[act.instrument].date if act.instrument in self.instruments else "")

    def who_raised(self, case: str, since: date) -> frozenset[str]:
        """Give the States that raised a case in public, in any forum, on that day or later, as far as is known."""
        raising = [act for act in self.acts if act.kind == "raised" and act.case == case]
        return frozenset(act.state for act in raising if reaches(self.when(act), since))


def reaches(when: str, since: date) -> bool:
    """Say whether a date as precise as known lies on or after a day: 2022 is not before 2022-09-29; unknown is no."""
    return bool(when) and when >= since.isoformat()[: len(when)]
