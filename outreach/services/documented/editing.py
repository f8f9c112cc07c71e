"""Asks the documented cases, checks them with the campaign's own, adds to them and follows them up; says nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from outreach.cases.documented import DueDocumented, closed_names, contradictions, due, withheld_rows
from outreach.cases.load import case_files, load_cases
from outreach.cases.model import Case
from outreach.cases.withheld import Withheld, load_withheld
from outreach.errors import DataError, Problem, UsageError
from outreach.registry.cells import read_choice
from outreach.registry.days import day_or_text
from outreach.registry.documented.model import Documented, Report
from outreach.registry.documented.reading import (
    FILE,
    load_documented,
    read_consent,
    read_past,
    read_report,
    read_sources,
)
from outreach.registry.documented.vocabulary import codes
from outreach.registry.documented.writing import (
    Cells,
    Changes,
    FollowUp,
    cells_of,
    changed_cells,
    current_sheet,
    documented_in,
    followed_up,
    save_documented,
    with_changes,
)
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.states import find_state, load_states
from outreach.settings.load import load_settings
from outreach.text import did_you_mean, local_day, shortened

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DocumentedFilter:
    """Which documented cases to list; what is "" chooses all. Words are codes of the vocabulary."""

    state: str = ""
    year: str = ""
    act_type: str = ""
    un_body: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class DocumentedCheck:
    """What a check found: the cases that could be read, and everything that is wrong."""

    found: tuple[Documented, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class FollowUpRequest:
    """What a person typed about a case that they looked at; "" where they said nothing. Without a day it is today."""

    status: str = ""
    on: str = ""
    source: str = ""
    report: str = ""
    dropped: bool = False
    state_reply: str = ""
    consent: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What would change in contacts/documented.csv; nothing is changed yet."""

    folder: Path
    before: Sheet
    after: Sheet
    case: Documented  # as it would be
    cells: Mapping[str, tuple[str, str]]  # column → its text before and after


def find_documented(folder: Path, wanted: DocumentedFilter) -> tuple[Documented, ...]:
    """Give the documented cases that the filter chooses, in the order of the file. UsageError for an unknown word."""
    state = find_state(load_states(), wanted.state).code if wanted.state else ""
    for column in ("act_type", "un_body", "status"):
        if text := getattr(wanted, column):
            _typed(column.replace("_", "-"), partial(read_choice, what="word", known=codes(column)), text)
    return tuple(
        each
        for each in load_documented(folder)
        if state in ("", each.state)
        and wanted.year in ("", each.year)
        and wanted.status in ("", each.status)
        and (not wanted.act_type or wanted.act_type in each.act_type)
        and (not wanted.un_body or wanted.un_body in each.un_body)
    )


def find_due(folder: Path, wanted: DocumentedFilter) -> tuple[DueDocumented, ...]:
    """Give those of them that nobody looked at for a year, those first that nobody ever looked at."""
    return due(find_documented(folder, wanted), _cases(folder), campaign_day(folder))


def look_up_documented(folder: Path, id_: str) -> Documented:
    """Give one documented case by its id; UsageError with the nearest ids where there is none."""
    return _find(load_documented(folder), id_)


def own_cases(folder: Path) -> frozenset[str]:
    """Give the slugs of the campaign's own cases: their files say who agreed to what."""
    return frozenset(path.stem for path in case_files(folder))


def check_documented(folder: Path) -> DocumentedCheck:
    """Check contacts/documented.csv: each cell, the names that are withheld, and what the campaign's own cases say."""
    try:
        found = load_documented(folder)
    except DataError as error:
        return DocumentedCheck((), error.problems)
    cases = _cases(folder)
    problems = [*contradictions(found, cases), *withheld_rows(found, withheld_names(folder))]
    return DocumentedCheck(found, tuple(sorted(problems, key=lambda problem: problem.row or 0)))


def plan_addition(folder: Path, cells: Cells) -> PlannedChange:
    """Say what a new row would be. `cells` are texts by column; the State may be given by any name.

    UsageError for what is wrong with it, each with its option; DataError where the file has problems of its own.
    """
    typed = {column: text.strip() for column, text in cells.items() if text.strip()}
    typed["state"] = _typed("state", lambda text: find_state(load_states(), text).code, typed.get("state", ""))
    return _planned(folder, Changes(added=(typed,)), typed.get("id", ""), {})


def plan_follow_up(folder: Path, id_: str, said: FollowUpRequest) -> PlannedChange:
    """Say what following a case up would change: how they are on a day, with its source; what was before stays.

    UsageError for what is wrong with what was typed, each with its option.
    """
    today = campaign_day(folder)
    each = _find(load_documented(folder), id_)
    found = _found(each, said, today)
    cells = changed_cells(each, followed_up(each, found))
    return _planned(folder, Changes(edited={each.id: cells}), each.id, _old(each, cells))


def save_change(planned: PlannedChange) -> None:
    """Write the file; UsageError if somebody changed it meanwhile, and then nothing is written."""
    save_documented(planned.folder, planned.before, planned.after)


def refuse_withheld(folder: Path, found: Iterable[Documented]) -> None:
    """Raise DataError for rows with a name that is withheld; it does not repeat the name."""
    if problems := tuple(withheld_rows(found, withheld_names(folder))):
        raise DataError(problems)


def _planned(folder: Path, changes: Changes, id_: str, old: Mapping[str, str]) -> PlannedChange:
    before, today = current_sheet(folder), campaign_day(folder)
    documented_in(before, today)  # what is wrong with the file as it is comes first
    try:
        after = with_changes(before, changes, today)
    except DataError as error:
        wrong = [f"--{(each.column or 'id').replace('_', '-')}: {each.message}" for each in error.problems]
        raise UsageError("\n".join(wrong)) from None
    case = next(each for each in documented_in(after, today) if each.id == id_)
    refuse_withheld(folder, [case])
    told = changes.edited.get(id_) or changes.added[0]
    return PlannedChange(folder, before, after, case, {name: (old.get(name, ""), text) for name, text in told.items()})


def _old(each: Documented, cells: Cells) -> dict[str, str]:
    before = cells_of(each)
    return {column: before[column] for column in cells}


def _found(each: Documented, said: FollowUpRequest, today: date) -> FollowUp:
    """Read what was typed; UsageError with the first thing that is wrong."""
    on = _typed("on", partial(read_past, today), day_or_text(said.on) if said.on else today.isoformat())
    if each.status_on and on < each.status_on[: len(on)]:
        raise UsageError(f"--on: somebody looked on {each.status_on} already; write the day on which you looked")
    if not said.status and not each.status:
        known = ", ".join(codes("status"))
        raise UsageError(f"--status: nobody has said yet how they are; say unknown where it is not known, or: {known}")
    if said.status:
        _typed("status", partial(read_choice, what="word", known=codes("status")), said.status)
    report = _typed("report", read_report, said.report) if said.report else None
    if said.dropped and not report:
        raise UsageError("--dropped: name the document that does not have the case any more, with --report")
    word = "dropped" if said.dropped else "follow-up" if each.reports else "new"
    return FollowUp(
        on=on,
        sources=_typed("source", read_sources, said.source),
        status=said.status or None,
        report=Report(report.symbol, report.annex, report.paragraph, word) if report else None,
        state_reply=said.state_reply.strip(),
        consent=_typed("consent", partial(read_consent, today), said.consent) if said.consent else None,
        note=said.note.strip(),
    )


def _typed(option: str, reader: Callable[[str], T], text: str) -> T:
    try:
        return reader(text.strip())
    except (ValueError, UsageError) as error:
        raise UsageError(f"--{option}: {error}") from None


def _find(found: Sequence[Documented], id_: str) -> Documented:
    known = {each.id: each for each in found}
    if id_ not in known:
        near = did_you_mean(id_, known) if known else f"; {FILE} has none yet"
        raise UsageError(f"there is no documented case '{shortened(id_)}'{shortened(near, 400)}")
    return known[id_]


def _cases(folder: Path) -> dict[str, Case]:
    return load_cases(folder, load_states(), load_settings(folder).campaign.languages)


def withheld_names(folder: Path) -> Withheld:
    """Read the names that nothing of ours may say, also those whose consent a row of this file says was taken back."""
    return load_withheld(folder, _cases(folder), closed_names(load_documented(folder)))[0]


def campaign_day(folder: Path) -> date:
    """Give the day in the campaign's time zone."""
    return local_day(datetime.now(UTC), load_settings(folder).timezone)
