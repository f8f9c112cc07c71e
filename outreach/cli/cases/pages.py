"""Words of one case for a person to read; decides nothing."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import get_args

from outreach.cases.facts import HISTORICAL
from outreach.cases.files.translations import SECTIONS
from outreach.cases.model import CaseEvent, Consent, Person, Telling, Use
from outreach.cli.common.facts import checked
from outreach.services.cases import FoundCase
from outreach.text import listed

INSIDE_A_PARAGRAPH = re.compile(r"(?<!\n)[ \t]*\n(?!\n|[ \t]*(?:[-*+>]|\d+[.)])[ \t])[ \t]*")


def facts_page(found: FoundCase) -> Iterator[str]:
    """Give what a case says as lines, but for its story."""
    case = found.case
    yield f"{english(case.title)} ({case.slug})"
    yield f"State concerned: {concerned(found)}"
    yield f"Facts: {facts(found) if found.unchecked or case.stopped else checked(case)}"
    yield f"Consent: {consent(case.consent)}; {case.consent.source or 'no source'}{_asked(case.consent)}"
    yield f"Letters of other cases {'may' if case.consent.mentions else 'may not'} name it"
    if case.embargo:
        yield f"Embargo: nothing leaves before {case.embargo}"
    if case.not_to:
        yield f"Nothing to: {', '.join(case.not_to)}"
    yield from _listed("People", (_person(person) for person in case.people))
    yield from _listed("Organisations", case.organisations)
    yield from _listed("Dates", (_event(event) for event in case.dates))
    yield from _listed("Sources", case.sources)
    yield from _listed("Also told in", (f"{telling.file}{_gaps(telling)}" for telling in case.translations.values()))


def before_confirming(found: FoundCase) -> Iterator[str]:
    """Give what nobody should confirm a case without: the stop and the uses that go on with it, texts to read again."""
    case = found.case
    if case.stopped:
        yield f"It is {facts(found)}. What they agreed to, as the case file has it:"
        yield f"  the case: {_uses(case.consent)}; {case.consent.source or 'no source'}{_asked(case.consent)}"
        yield from (f"  {person.name}: {_uses(person.consent)}" for person in case.people if person.consent)
    again = defaultdict[str, list[str]](list)
    for doubt in found.doubts:
        again[doubt.message].append(str(doubt).removesuffix(f": {doubt.message}"))
    for message, places in again.items():
        yield from _listed("Read again", places)
        yield f"  each {message}"


def whole_page(found: FoundCase) -> Iterator[str]:
    """Give all that a case says as lines."""
    yield from facts_page(found)
    for heading, text in found.case.story.items():
        # A paragraph is one line, and as wide as the reader's terminal; a list keeps its lines.
        yield from ("", heading, "", *INSIDE_A_PARAGRAPH.sub(" ", text).splitlines())


def facts(found: FoundCase) -> str:
    """Say whether the case is stopped or history, and when somebody last checked its facts."""
    case = found.case
    if case.stopped:
        return f"STOPPED on {case.stopped.on}: {case.stopped.why}"
    if case.unfinished:
        return f"NOT FINISHED: nothing under {listed(case.unfinished)}"
    if found.unchecked and case.historical:
        return f"{HISTORICAL}{f'; as of {case.checked_on}' if case.checked_on else ''}"
    if found.unchecked:
        return f"not checked since {case.checked_on}" if case.checked_on else "never checked"
    return f"checked on {case.checked_on}"


def concerned(found: FoundCase) -> str:
    """Name the State concerned, with its code."""
    return f"{found.concerned.name} ({found.concerned.code})"


def consent(given: Consent) -> str:
    """List what was agreed to."""
    scopes = {"letters": given.letters, "posts": given.posts, "web": given.web}
    return ", ".join(scope for scope, agreed in scopes.items() if agreed) or "none"


def _uses(given: Consent) -> str:
    uses: tuple[Use, ...] = get_args(Use)
    return ", ".join(f"{use} {'yes' if given.covers(use) else 'no'}" for use in uses)


def english(texts: dict[str, str]) -> str:
    """Give the English text, or the first there is."""
    return texts.get("en") or next(iter(texts.values()), "")


def _asked(given: Consent) -> str:
    days = {"given": given.given_on, "asked again": given.asked_again_on}
    return "".join(f"; {what} {day}" for what, day in days.items() if day)


def _gaps(telling: Telling) -> str:
    missing = [heading for heading in SECTIONS if heading not in telling.story]
    return f", without {listed(missing)}" if missing else ""


def _event(event: CaseEvent) -> str:
    return f"{event.date}: {event.text}{f' ({event.source})' if event.source else ''}"


def _person(person: Person) -> str:
    name = ", ".join(filter(None, (person.name, person.role)))
    words = f"not known since {person.since}" if person.status == "unknown" and person.since else person.status
    since = f" since {person.since}" if person.since and person.status != "unknown" else ""
    status = "" if words == "unknown" else f": {words}{since}{f' ({person.source})' if person.source else ''}"
    own = f"; consent of their own: {consent(person.consent)}" if person.consent else ""
    return f"{name}{status}{own}"


def _listed(heading: str, items: Iterable[str]) -> Iterator[str]:
    lines = [f"  {item}" for item in items]
    if lines:
        yield from (f"{heading}:", *lines)
