"""What may be told in public of documented cases, and which are due for a look; reads no files and no clock.

That a State named somebody at the United Nations is the State's act, and the record tells it. What was done to a person
is the person's: it is told by name only where the person, the family or counsel agreed. Who refused, or took consent
back, is not told at all, and is a withheld name of the whole campaign.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from outreach.cases.files.folding import folded
from outreach.cases.model import Case
from outreach.cases.withheld import Withheld, WithheldName
from outreach.errors import Problem
from outreach.registry.documented.model import Documented
from outreach.registry.documented.reading import FILE, YES_OR_NO, is_document
from outreach.registry.documented.vocabulary import LANGUAGES, codes, neutral_for, word

BRACKETS_AND_COMMAS = re.compile(r"[()\[\],;]")
DUE_AFTER = timedelta(days=365)
SHORTEST_WORD = 3  # letters of a word that gives a name away where it stands as a word
SHORTEST_INSIDE = 5  # and within another: shorter ones stand in half of all addresses


@dataclass(frozen=True, slots=True)
class ToldDocumented:
    """A documented case as pages may tell it. All that `documented` has may be said; its title in `title(language)`.

    `key` stands in addresses, and names nobody who is not told by name. `case` is the slug of the campaign's own case
    that it is, else "". `neutral` is the code of what it is called instead of by name, "" where it is told by name.
    """

    key: str
    documented: Documented
    case: str = ""
    neutral: str = ""

    @property
    def by_name(self) -> bool:
        """Whether it is told by name, with all that is known."""
        return not self.neutral

    def title(self, language: str) -> str:
        """Give what it is called: its public name, or words that name nobody."""
        return word("neutral", self.neutral, language) if self.neutral else self.documented.title


def tell_documented(
    found: Sequence[Documented],
    known: Collection[str],
    told: Collection[str],
    why_not: Callable[[Iterable[str]], str],
) -> tuple[ToldDocumented, ...]:
    """Give the documented cases that may be told in public, in the order of the file, and of each what may be said.

    `known` are the slugs of the campaign's cases, `told` of those that the web may tell. `why_not` says what speaks
    against texts: a withheld name, a case that may not be told, somebody who did not agree; "" where nothing does.
    """
    keys = _keys(found)
    open_ = (each for each in found if not each.consent.closed and not why_not(texts_of(each)))
    return tuple(filter(None, (_tell(each, keys[each.id], known, told) for each in open_)))


def texts_of(each: Documented) -> tuple[str, ...]:
    """Give every text of a documented case in which a name could stand."""
    return (each.id.replace("-", " "), each.title, each.trigger, each.state_reply, each.note, *each.sources)


def _tell(each: Documented, key: str, known: Collection[str], told: Collection[str]) -> ToldDocumented | None:
    if each.id in known:
        return ToldDocumented(each.id, each, each.id) if each.id in told else None
    if not each.named_publicly:
        return ToldDocumented(each.id, each, neutral=_neutral_code(each))
    if each.consent.given:
        return ToldDocumented(each.id, each)
    neutral = neutral_for(each.victim_kind)
    sources = tuple(source for source in each.sources if not _gives_away(source, each))
    if not sources and not each.reports:
        return None
    nameless = replace(
        each,
        id=key,
        title=word("neutral", neutral, "en"),
        named_publicly=False,
        trigger="",
        state_reply=each.state_reply if each.state_reply in YES_OR_NO else "",
        history=(),
        sources=sources,
        note="",
    )
    return ToldDocumented(key, nameless, neutral=neutral)


def _neutral_code(each: Documented) -> str:
    return _neutral_titles().get(each.title) or neutral_for(each.victim_kind)


@cache
def _neutral_titles() -> Mapping[str, str]:
    return {word("neutral", code, language): code for language in LANGUAGES for code in codes("neutral")}


def _gives_away(source: str, each: Documented) -> bool:
    """Say whether a source has a word of the name in it, as addresses of news do. A document's symbol has none."""
    if is_document(source):
        return False
    text = folded(source)
    names = {name for name in folded(f"{each.title} {each.id}").words.split() if _is_telling(name, SHORTEST_WORD)}
    inside = (name for name in names if _is_telling(name, SHORTEST_INSIDE))
    return not names.isdisjoint(text.words.split()) or any(name in text.joined for name in inside)


def _is_telling(name: str, shortest: int) -> bool:
    """Say whether a word of a name is long enough to be told from others; in other scripts a sign may be a word."""
    return len(name) >= shortest or not name.isascii()


def _keys(found: Sequence[Documented]) -> dict[str, str]:
    """Give id → a key that names nobody: State, year, and a number that only rows before it can change."""
    ids, numbers = {each.id for each in found}, Counter[str]()
    keys = dict[str, str]()
    for each in found:
        group = "-".join(filter(None, [each.state.lower(), each.year, "case"]))
        numbers[group] += 1
        while f"{group}-{numbers[group]}" in ids:
            numbers[group] += 1
        keys[each.id] = f"{group}-{numbers[group]}"
    return keys


def closed_names(found: Iterable[Documented]) -> tuple[WithheldName, ...]:
    """Give the names of those who refused or took consent back: nothing of ours may say them."""
    return tuple(
        WithheldName(name, f"{FILE}, row {each.row}, consent {each.consent.word}")
        for each in found
        if each.consent.closed and each.named_publicly
        for name in names_in(each.title)
    )


def names_in(title: str) -> tuple[str, ...]:
    """Give the names in a title: what stands before brackets, and each name or spelling in them, between commas."""
    return tuple(filter(None, (name.strip() for name in BRACKETS_AND_COMMAS.split(title))))


def contradictions(found: Iterable[Documented], cases: Mapping[str, Case]) -> list[Problem]:
    """Give a problem for each row that says another thing than the file of the same case: its State, or a no."""
    problems: list[Problem] = []
    for each in found:
        case = cases.get(each.id)
        if case is None:
            continue
        if each.state and each.state != case.state_concerned:
            message = f"is {each.state}, and cases/{each.id}.md says {case.state_concerned}: mend the one that is wrong"
            problems.append(Problem(FILE, message, each.row, "state"))
        says_yes = any((case.consent.letters, case.consent.posts, case.consent.web, case.consent.mentions))
        if each.consent.closed and says_yes and not case.stopped:
            file, stop = f"cases/{each.id}.md", f"outreach cases stop {each.id}"
            message = f"is {each.consent.word}, and {file} still has a yes: write no there, or stop it: {stop}"
            problems.append(Problem(FILE, message, each.row, "consent"))
    return problems


def withheld_rows(found: Iterable[Documented], withheld: Withheld) -> Iterator[Problem]:
    """Give a problem for each row that has a withheld name in it. It does not repeat the name.

    The row of somebody who said no keeps the name: that is how it is withheld everywhere else.
    """
    for each in found:
        where = withheld.where_in(texts_of(each))
        if where and not (each.consent.closed and where.startswith(FILE)):
            yield Problem(
                FILE, f"has a withheld name ({where}), and this file is public: take the name out, or the row", each.row
            )


@dataclass(frozen=True, slots=True)
class DueDocumented:
    """A documented case that nobody looked at for a year; `since`: the last look, "" for never."""

    documented: Documented
    since: str


def due(found: Iterable[Documented], cases: Mapping[str, Case], today: date) -> tuple[DueDocumented, ...]:
    """Give the documented cases that nobody looked at for a year, those that nobody ever looked at first.

    The facts of a campaign's own case count as looked at when its file says so. A month or a year counts from its first
    day. Who said no is left alone.
    """
    looks = (
        DueDocumented(each, max(each.status_on, cases[each.id].checked_on if each.id in cases else ""))
        for each in found
        if not each.consent.closed
    )
    late = [look for look in looks if not look.since or today - _first_day(look.since) > DUE_AFTER]
    return tuple(sorted(late, key=lambda look: look.since))


def _first_day(rough: str) -> date:
    year, month, day = (int(part) for part in f"{rough}-01-01".split("-")[:3])
    return date(year, month, day)
