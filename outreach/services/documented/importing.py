"""Takes documented cases out of somebody's table, such as a Uwazi export: plans it, and saves it; says nothing."""

from dataclasses import dataclass, replace
from pathlib import Path

from outreach.cases.documented import withheld_rows
from outreach.errors import UsageError
from outreach.registry.documented.imports.cells import Choices, read_words
from outreach.registry.documented.imports.columns import match_documented_columns
from outreach.registry.documented.imports.plan import DocumentedPlan, Taken, plan_documented_import
from outreach.registry.documented.imports.rows import find_names, read_their_rows
from outreach.registry.documented.writing import current_sheet, documented_in, save_documented, with_changes
from outreach.registry.imports.facts import Fault, RejectedRow
from outreach.registry.imports.layout import Header
from outreach.registry.imports.naming import read_choices
from outreach.registry.imports.reading.delimited import read_delimited
from outreach.registry.imports.reading.grid import Grid, Spreadsheet
from outreach.registry.imports.reading.workbooks import is_workbook, read_workbook
from outreach.registry.imports.rejects import rejects_sheet, save_rejects
from outreach.registry.sheets.sheet import Sheet, file_bytes
from outreach.registry.states import load_states
from outreach.services.documented.editing import campaign_day, withheld_names


@dataclass(frozen=True, slots=True)
class DocumentedImportRequest:
    """A table, and what a person said about it.

    `maps` are THEIRS=OURS, `states` THEIRS=CODE, `words` THEIRS=WORD. `named`: whether documents name the people of the
    rows that do not say so; None where nobody said: then they do not.
    """

    file: Path
    maps: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    named: bool | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedDocumentedImport:
    """What a table would change in contacts/documented.csv; nothing is changed yet. `after` is None for nothing."""

    folder: Path
    form: str  # how the file was read, in words
    grid: Grid
    header: Header
    plan: DocumentedPlan
    before: Sheet
    after: Sheet | None


def plan_import(folder: Path, request: DocumentedImportRequest) -> PlannedDocumentedImport:
    """Compare somebody's table with contacts/documented.csv.

    Raises UsageError or DataError for what is wrong with either as a whole; what is wrong with a row is in the plan.
    """
    today = campaign_day(folder)
    before = current_sheet(folder)
    ours = documented_in(before, today)
    choices = Choices(read_choices(request.states, load_states()), read_words(request.words))
    book = _read(request)
    grid = _first(book)
    try:
        header = find_names(grid)
        columns = match_documented_columns(header.columns, request.maps)
    except UsageError as error:
        raise UsageError(f"{request.file}: {error}") from None
    theirs = read_their_rows(grid, header, columns, choices, request.named)
    plan = _without_withheld(folder, plan_documented_import(theirs, columns, ours, today))
    after = with_changes(before, plan.changes, today) if plan.taken else None
    return PlannedDocumentedImport(folder, book.form, grid, header, plan, before, after)


def save_import(planned: PlannedDocumentedImport) -> None:
    """Write contacts/documented.csv; UsageError if somebody changed it meanwhile, and then nothing is written."""
    if planned.after is not None:
        save_documented(planned.folder, planned.before, planned.after)


def write_rejected(planned: PlannedDocumentedImport, path: Path) -> None:
    """Write the rows that were not taken as a table to mend, for nobody else to read; UsageError where one is there."""
    save_rejects(path, rejects_sheet(planned.grid, planned.header, planned.plan.rejected))


def _read(request: DocumentedImportRequest) -> Spreadsheet:
    name = str(request.file)
    data = file_bytes(request.file, name)
    if is_workbook(data[:8]):
        return read_workbook(request.file, name, data)
    return read_delimited(data, name, _has_names, request.encoding)


def _first(book: Spreadsheet) -> Grid:
    """Give the first sheet that is shown and whose columns we know, else the first."""
    shown = [grid for grid in book.grids if not grid.hidden] or list(book.grids)
    return next((grid for grid in shown if _has_names(grid)), shown[0])


def _has_names(grid: Grid) -> bool:
    try:
        find_names(grid)
    except UsageError:
        return False
    return True


def _without_withheld(folder: Path, plan: DocumentedPlan) -> DocumentedPlan:
    """Give the plan without the rows that have a withheld name in them."""
    withheld = withheld_names(folder)
    taken: list[Taken] = []
    rejected = list(plan.rejected)
    for each in plan.taken:
        wrong = [Fault("", problem.message) for problem in withheld_rows([each.after], withheld)]
        if wrong:
            rejected.append(RejectedRow(each.row, tuple(wrong)))
        else:
            taken.append(each)
    return replace(plan, taken=tuple(taken), rejected=tuple(sorted(rejected, key=lambda row: row.row)))
