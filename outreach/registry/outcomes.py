"""What States did about a case since they were asked, and what may be said of the others; knows no letters.

The record is what the sources say that somebody read. Who is not in it may have spoken all the same: only where every
State that could have raised the case is known by name can one say of another that it did not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from outreach.registry.model import Act, Instrument, Registry, reaches

# Kinds of instruments in which no State raises a case. In all others it may, those of a campaign's own words included.
SILENT = ("resolution", "decision", "list")
ACT_COLUMNS = ("raised_on", "raised_in", "raised_with", "raised_source")  # what tables say of acts
NOT_NAMED = "not named in the sources read"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many States the record knows by name of those that acted in an instrument; `count` is None if unknown."""

    instrument: Instrument
    known: int
    count: int | None

    @property
    def whole(self) -> bool:
        """Whether everybody is known. Where sources disagree, and more are known than were counted, nobody knows."""
        return self.count == self.known


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one State did about one case: its acts, the oldest first.

    `raised` is True with an act, False only where everybody who raised cases is known, None where nobody knows.
    """

    acts: tuple[Act, ...]
    raised: bool | None


UNKNOWN = Outcome((), None)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a source quotes, and their language by its code."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Raising:
    """A case raised on one occasion: acts of one State that differ only in the persons named or in their sources."""

    state: str
    case: str
    when: str  # as precise as known; "" when nobody knows
    instrument: Instrument | None  # None: no longer in instruments.csv
    with_: str
    acts: tuple[Act, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(act.source for act in self.acts))

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """Give the words that sources quote."""
        return tuple(dict.fromkeys(Quote(act.quote, act.quote_language) for act in self.acts if act.quote))

    @property
    def read_twice(self) -> bool:
        """Whether a second person has read the source, too, for all of it."""
        return all(act.second_reader for act in self.acts)

    @property
    def where(self) -> str:
        """Give the instrument's id."""
        return self.acts[0].instrument


def first_day(ask_day: date | None, asked_on: date | None) -> date | None:
    """Give the day from which on what a State does counts as an outcome of an ask. The one place that says so.

    It is the day on which the State was asked; or the ask's first day where it was not asked, or only later. None
    without either: the ask is not in outreach.toml any more.
    """
    return min((day for day in (ask_day, asked_on) if day), default=None)


class Outcomes:
    """Answers for one registry what became of an ask, State by State and case by case."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._raised: dict[tuple[str, str], list[Act]] = defaultdict(list)
        self._acted: dict[str, set[str]] = defaultdict(set)
        self._cases_raised_in: set[str] = set()
        for act in registry.acts:
            self._acted[act.instrument].add(act.state)
            if act.kind == "raised":
                self._cases_raised_in.add(act.instrument)
                self._raised[act.case, act.state].append(act)
        self._whole = cache(self._everybody_known)

    def of(self, state: str, case: str, ask_day: date | None, asked_on: date | None) -> Outcome:
        """Give what the State did about the case since it was asked; days as in `first_day`."""
        since = first_day(ask_day, asked_on)
        if since is None:
            return Outcome((), None)
        if acts := self.acts(state, case, since):
            return Outcome(acts, True)
        named = self._whole(since, ask_day)
        return Outcome((), None if named is None or state in named else False)

    def nobody_knows(self, state: str, case: str, ask_day: date | None) -> bool:
        """Say whether the answer is UNKNOWN whenever the State was asked: quick, and true of most States.

        What counts begins on the ask's day or earlier; who spoke earlier makes nothing known that was not.
        """
        if (case, state) in self._raised:
            return False
        return ask_day is None or self._whole(ask_day, ask_day) is None

    def acts(self, state: str, case: str, since: date) -> tuple[Act, ...]:
        """Give the acts by which the State raised the case on that day or later, the oldest first."""
        found = self._raised.get((case, state), ()) if case else ()
        return tuple(sorted((act for act in found if reaches(self._when(act), since)), key=self._when))

    def states(self, case: str, since: date) -> frozenset[str]:
        """Give the States that raised the case on that day or later, as far as is known."""
        return frozenset(state for about, state in self._raised if about == case and self.acts(state, case, since))

    def coverage(self, since: date | None) -> tuple[Coverage, ...]:
        """Say for each dialogue or statement since that day how many States are known of how many, the oldest first.

        Joint statements are in it only where cases were raised: others name themes.
        """
        pool = self._pool(since) if since else []
        told = [i for i in pool if i.kind != "joint statement" or i.id in self._cases_raised_in]
        return tuple(self.known_in(instrument) for instrument in sorted(told, key=lambda i: (i.date, i.id)))

    def known_in(self, instrument: Instrument) -> Coverage:
        """Say how many of the States that acted in the instrument are known by name."""
        return Coverage(instrument, len(self._acted.get(instrument.id, ())), states_counted(instrument))

    def _when(self, act: Act) -> str:
        return self._registry.when(act)

    def _pool(self, since: date) -> list[Instrument]:
        """List what a case may have been raised in since that day; what has no date may be of any day."""
        return [
            instrument
            for instrument in self._registry.instruments.values()
            if (instrument.kind not in SILENT or instrument.id in self._cases_raised_in)
            and (not instrument.date or reaches(instrument.date, since))
        ]

    def _everybody_known(self, since: date, ask_day: date | None) -> frozenset[str] | None:
        """Give all States that spoke since, where every one of them is known by name; else None.

        Nothing is known before the campaign knows what was held on the ask's day or after it. Of a State that did
        speak the record may have one name and lack another: so none of these is said not to have raised a case.
        """
        pool = self._pool(since)
        held = any(instrument.date and ask_day and reaches(instrument.date, ask_day) for instrument in pool)
        if not held or not all(self.known_in(instrument).whole for instrument in pool):
            return None
        return frozenset(state for instrument in pool for state in self._acted.get(instrument.id, ()))


def raisings(registry: Registry, acts: Iterable[Act]) -> tuple[Raising, ...]:
    """Put together the acts of one occasion, in the order in which they come."""
    found: dict[tuple[str, str, str, str, str], list[Act]] = defaultdict(list)
    for act in acts:
        found[act.state, act.case, registry.when(act), act.instrument, act.with_].append(act)
    return tuple(
        Raising(state, case, when, registry.instruments.get(instrument), with_, tuple(same))
        for (state, case, when, instrument, with_), same in found.items()
    )


def act_cells(found: Sequence[Raising]) -> tuple[str, ...]:
    """Give the cells of ACT_COLUMNS; several occasions are separated by ` ; `, the oldest first."""
    told = ([each.when, each.where, each.with_, ", ".join(each.sources)] for each in found)
    return tuple(" ; ".join(cells) for cells in zip(*told, strict=True)) or ("",) * len(ACT_COLUMNS)


def act_words(found: Sequence[Raising]) -> str:
    """Say in one line when and where, such as "2022-09-29 hrc51-dialogue with BENELUX"; "" for none."""
    if not found:
        return ""
    first = found[0]
    group = f"with {first.with_}" if first.with_ else ""
    more = f"and {len(found) - 1} more" if len(found) > 1 else ""
    return " ".join(filter(None, (first.when or "day not known,", first.where, group, more)))


def coverage_words(found: Sequence[Coverage]) -> str:
    """Say how many States are known of how many: "7 of 13 States known for hrc54-dialogue"; "" without any."""
    counted = [f"{each.known} of {each.count} States known for {each.instrument.id}" for each in found if each.count]
    unknown = [f"{each.instrument.id} ({each.known} known)" for each in found if not each.count]
    parts = (", ".join(counted), f"how many spoke nobody counted for {', '.join(unknown)}" if unknown else "")
    return "; ".join(filter(None, parts))


def states_counted(instrument: Instrument) -> int | None:
    """Read a plain number of States; None for anything else, such as 31-1-15: older files have votes there."""
    return int(instrument.count) if instrument.count.isascii() and instrument.count.isdigit() else None
