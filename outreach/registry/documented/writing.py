"""Adds documented cases to contacts/documented.csv, and changes their cells, without touching another byte of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from outreach.disk import flush_folder, write_whole
from outreach.errors import DataError, OutreachError, Problem
from outreach.registry.documented.model import Agreed, Documented, Report, Standing
from outreach.registry.documented.reading import COLUMNS, FILE, read_documented
from outreach.registry.sheets.editing import with_cells, with_columns, with_rows
from outreach.registry.sheets.saving import one_at_a_time, save
from outreach.registry.sheets.sheet import Sheet, parse_sheet, read_sheet
from outreach.registry.states import load_states

HEADER = (",".join(COLUMNS) + "\n").encode()
MODE = 0o644  # the file is public
Cells = Mapping[str, str]  # column → text


@dataclass(frozen=True, slots=True)
class Changes:
    """New rows, and by the id of a case the cells that are to say something else."""

    added: tuple[Cells, ...] = ()
    edited: Mapping[str, Cells] = field(default_factory=dict)


def current_sheet(folder: Path) -> Sheet:
    """Read the file as it is; one without rows where there is none yet. DataError where it is no table."""
    return read_sheet(folder / FILE, FILE) if (folder / FILE).exists() else parse_sheet(HEADER, FILE)


def documented_in(sheet: Sheet, today: date) -> tuple[Documented, ...]:
    """Give the documented cases of a sheet; DataError with everything that is wrong with it."""
    problems: list[Problem] = []
    found = read_documented(sheet, load_states(), problems, today)
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.row or 0))
    return found


def with_changes(sheet: Sheet, changes: Changes, today: date) -> Sheet:
    """Give the sheet with the changes; all other cells keep their bytes. DataError for what would be wrong with it."""
    used = {column for cells in (*changes.added, *changes.edited.values()) for column, text in cells.items() if text}
    missing = [column for column in COLUMNS if column in used and column not in sheet.columns]
    after = with_columns(sheet, missing) if missing else sheet
    rows = {cells["id"]: number for number, cells in after.records()}
    edits = {
        (rows[id_], column): text
        for id_, cells in changes.edited.items()
        for column, text in cells.items()
        if column in after.columns
    }
    after = with_cells(after, edits)
    if changes.added:
        after = with_rows(after, changes.added)
    documented_in(parse_sheet(after.to_bytes(), FILE), today)
    return after


def save_documented(folder: Path, before: Sheet, after: Sheet) -> None:
    """Write the file in the place of what was read; UsageError where somebody changed it meanwhile."""
    path = folder / FILE
    with one_at_a_time(path.parent):
        if path.exists():
            save(path, before.to_bytes(), after.to_bytes())
            return
        try:
            write_whole(path, after.to_bytes(), MODE)
            flush_folder(path.parent)
        except OSError as error:
            raise OutreachError(f"{path} cannot be written: {error.strerror}") from None


def cells_of(each: Documented) -> dict[str, str]:
    """Give a documented case as its row has it: column → text."""
    return {
        "id": each.id,
        "title": each.title,
        "state": each.state,
        "year": each.year,
        "named_publicly": "yes" if each.named_publicly else "no",
        "victim_kind": each.victim_kind,
        "engagement": _several(each.engagement),
        "un_body": _several(each.un_body),
        "act_type": _several(each.act_type),
        "trigger": each.trigger,
        "reports": _several(each.reports),
        "followup": _beside([report.followup for report in each.reports]),
        "state_reply": each.state_reply,
        "status": _several(standing.status for standing in each.history),
        "status_on": _beside([standing.on for standing in each.history]),
        "consent": f"{each.consent.word} {each.consent.on}".strip(),
        "sources": _several(each.sources),
        "note": each.note,
    }


def _several(values: Iterable[object]) -> str:
    return "; ".join(map(str, values))


def _beside(values: Sequence[str]) -> str:
    """Write values that stand beside those of another cell: blank ones keep their place."""
    return "; ".join(values) if any(values) else ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What somebody found when they looked: on which day, and where it is written down.

    `status` None: it is as it was. `report` is a further document, which followed the case up, or `dropped` it.
    """

    on: str
    sources: tuple[str, ...]
    status: str | None = None
    report: Report | None = None
    state_reply: str = ""
    consent: Agreed | None = None
    note: str = ""


def followed_up(each: Documented, found: FollowUp) -> Documented:
    """Give a case with what somebody found. How it was before stays in its history, with its day."""
    status = found.status or each.status or "unknown"
    last = each.history[-1:]
    kept = each.history[:-1] if last and last[0].status == status else each.history
    return replace(
        each,
        reports=(*each.reports, found.report) if found.report else each.reports,
        state_reply=found.state_reply or each.state_reply,
        history=(*kept, Standing(status, found.on)),
        consent=found.consent or each.consent,
        sources=tuple(dict.fromkeys((*each.sources, *found.sources))),
        note=" ".join(filter(None, [each.note, found.note])),
    )


def changed_cells(before: Documented, after: Documented) -> dict[str, str]:
    """Give the cells in which two versions of a case differ: column → its new text."""
    old, new = cells_of(before), cells_of(after)
    return {column: text for column, text in new.items() if old[column] != text}
