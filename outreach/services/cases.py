"""Gives the cases as their files have them, and changes what a person says of one: true still, stopped, going on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from outreach.cases.facts import UncheckedFacts, unchecked_facts
from outreach.cases.files.editing import edit_case_file, quoted
from outreach.cases.files.frontmatter import Parts, is_blank
from outreach.cases.load import case_path, find_case, load_case, load_cases
from outreach.cases.model import FOLDER, Case, Condition, Stopped
from outreach.cases.naming import NamedCase
from outreach.db.engine import reading
from outreach.errors import OutreachError, Problem, SettingsError, UsageError
from outreach.language import BUILT_IN
from outreach.outbox.gate.names import read_names
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Entry, Scope, messages
from outreach.outbox.posts.listing import PostLine, post_lines
from outreach.outbox.queue import entries
from outreach.outbox.status import ASKED, HELD, WAITING, Status
from outreach.registry.model import State
from outreach.registry.states import load_states
from outreach.services.workspace import open_to_look
from outreach.settings.load import load_settings
from outreach.settings.settings import Settings
from outreach.text import clean_line

WORSE = "worse since we spoke"  # why a case is stopped of which somebody said so
MAX_WORDS = 300  # characters of a name, or of why


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case, the State that it is raised against, and whether nobody has checked the facts lately."""

    case: Case
    concerned: State
    unchecked: UncheckedFacts | None = None
    doubts: tuple[Problem, ...] = ()  # texts that name people who are released, free or dead; only for confirming


@dataclass(frozen=True, slots=True)
class NamingMessages:
    """The messages that name a case, about it or about another: those that wait, and posts that anybody may read.

    `held` counts those that a run at work has taken: what of these is not in flight it gives back.
    `out` are posts that a network took and nobody deleted, `doubtful` those of which nobody knows. In a rehearsal
    nothing is out.
    """

    waiting: tuple[Entry, ...]
    held: int = 0
    out: tuple[PostLine, ...] = ()
    doubtful: tuple[PostLine, ...] = ()


@dataclass(frozen=True, slots=True)
class StoppedCase:
    """A case that is stopped, from which day on and why; `already`: it was before, and the file is as it was.

    `found` is what the outbox has of it; None where the outbox could not be looked at.
    """

    slug: str
    stopped: Stopped
    already: bool
    found: NamingMessages | None
    rehearsal: bool


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word that the facts of a case are true: who says so, and how the people are, if known."""

    by: str
    condition: Condition | None = None
    resume: bool = field(default=False, kw_only=True)  # let a stopped case go on, unless the people are worse


@dataclass(frozen=True, slots=True)
class ConfirmedCase:
    """A case whose facts were confirmed, as its file has it now; `was_stopped` before."""

    case: Case
    was_stopped: bool


def list_cases(folder: Path) -> list[FoundCase]:
    """Give every case of the campaign in `folder`; raises DataError with all that is wrong with their files."""
    states, settings = load_states(), load_settings(folder)
    return [_found(case, states, settings) for case in _load(folder, states, settings).values()]


def look_up_case(folder: Path, slug: str) -> FoundCase:
    """Give one case by its file's name, such as viasna; UsageError where there is no such case."""
    states, settings = load_states(), load_settings(folder)
    return _found(find_case(_load(folder, states, settings), slug), states, settings)


def case_to_confirm(folder: Path, slug: str, *, resume: bool = False) -> FoundCase:
    """Give the case that a person is about to confirm, whatever is wrong with others.

    With `resume` UsageError where it is not stopped. DataError with what is wrong with its file.
    """
    states, settings = load_states(), load_settings(folder)
    case = load_case(folder, slug, states, settings.campaign.languages)
    if resume and case.stopped is None:
        raise UsageError(f"{slug} is not stopped")
    from outreach.services.checks.proofreading import changed_people  # only here are templates read

    doubts = tuple(changed_people(folder, case, settings.campaign.languages))
    return replace(_found(case, states, settings), doubts=doubts)


def confirm_case(folder: Path, shown: Case, said: Confirmation) -> ConfirmedCase:
    """Write into its file that the facts of a case were found true today, by whom, and how the people are.

    "worse" stops the case. UsageError where the file says another thing by now than what was `shown`.
    """
    states, settings = load_states(), load_settings(folder)
    languages = settings.campaign.languages
    by = _words(said.by, "say who checked the facts")
    today = _today(settings)
    keys = {
        "checked_on": f"{today}",
        "checked_by": quoted(by),
        "condition": said.condition,
        "historical": None,
    }
    if said.condition == "worse" and shown.stopped is None:
        keys["stopped"] = _stopped_value(today, WORSE)
    elif said.condition != "worse" and said.resume:
        keys["stopped"] = None

    def change(_parts: Parts) -> Mapping[str, str | None]:
        if load_case(folder, shown.slug, states, languages) != shown:
            raise UsageError(f"{_file(shown.slug)} was changed meanwhile; nothing was written. Look at it again")
        return keys

    edit_case_file(case_path(folder, shown.slug), _file(shown.slug), change)
    return ConfirmedCase(load_case(folder, shown.slug, states, languages), shown.stopped is not None)


def stop_case(folder: Path, slug: str, why: str) -> StoppedCase:
    """Write into the case's file that nothing about it may leave any more, and find what waits.

    It asks nothing but that this one file can be read: whatever is wrong elsewhere, a case can be stopped. UsageError
    or DataError where it cannot; then the file is as it was.
    """
    why = _words(why, "say why the case is stopped")
    path = case_path(folder, slug)
    settings = _settings_or_none(folder)
    day = _today(settings)
    already = False

    def change(parts: Parts) -> Mapping[str, str | None]:
        nonlocal already
        already = _says_stopped(parts)
        return {} if already else {"stopped": _stopped_value(day, why)}

    edit_case_file(path, _file(slug), change)
    stopped = Stopped(day, why)
    try:
        stopped = load_case(folder, slug, load_states(), _languages(settings)).stopped or stopped
        workspace = open_to_look(folder)
        with reading(workspace.outbox.engine) as connection:
            found = _naming(connection, slug, rehearsal=workspace.rehearsal)
    except OutreachError:
        return StoppedCase(slug, stopped, already, None, rehearsal=False)
    return StoppedCase(slug, stopped, already, found, workspace.rehearsal)


def _naming(connection: Connection, slug: str, *, rehearsal: bool) -> NamingMessages:
    """Read what is about a case, and what is about others and mentions it."""
    statuses = WAITING | HELD
    named = read_names(connection, messages.c.status.in_([status.value for status in statuses]))
    there = [
        entry
        for entry in entries(connection, statuses=statuses)
        if slug in entry.key.cases or _has(named, entry.id, slug)
    ]
    waiting = tuple(entry for entry in there if entry.status in WAITING)
    held = len(there) - len(waiting)
    if rehearsal:
        return NamingMessages(waiting, held)
    named = read_names(connection, messages.c.kind == MessageKind.POST.value)
    posts = [post for post in post_lines(connection, Scope()) if post.case == slug or _has(named, post.id, slug)]
    out = tuple(post for post in posts if post.status in ASKED)
    return NamingMessages(waiting, held, out, tuple(post for post in posts if post.status == Status.UNCONFIRMED))


def _has(named: Mapping[int, tuple[NamedCase, ...]], message: int, slug: str) -> bool:
    return any(name.case == slug for name in named.get(message, ()))


def _found(case: Case, states: Mapping[str, State], settings: Settings) -> FoundCase:
    unchecked = unchecked_facts(case, settings.campaign.facts_days, _today(settings))
    return FoundCase(case, states[case.state_concerned], unchecked)


def _load(folder: Path, states: Mapping[str, State], settings: Settings) -> dict[str, Case]:
    return load_cases(folder, states, settings.campaign.languages)


def _file(slug: str) -> str:
    return f"{FOLDER}/{slug}.md"


def _settings_or_none(folder: Path) -> Settings | None:
    try:
        return load_settings(folder)
    except SettingsError:
        return None


def _languages(settings: Settings | None) -> tuple[str, ...]:
    return settings.campaign.languages if settings else BUILT_IN


def _today(settings: Settings | None) -> date:
    """Give the day in the campaign's time zone; in this machine's where the settings do not load."""
    return datetime.now(settings.timezone).date() if settings else datetime.now().astimezone().date()


def _words(text: str, otherwise: str) -> str:
    words = clean_line(text, MAX_WORDS)
    if not words:
        raise UsageError(otherwise)
    return words


def _stopped_value(on: date, why: str) -> str:
    return f"\n  on: {on}\n  why: {quoted(why)}"


def _says_stopped(parts: Parts) -> bool:
    keys = {getattr(name, "value", ""): value for name, value in (parts.front.value if parts.front else ())}
    return "stopped" in keys and not is_blank(keys["stopped"])
