"""Reads the rows of somebody's table as rows of contacts/documented.csv; compares them with nothing.

Where nothing says that a document names somebody, all is left out in which the name could stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outreach.errors import UsageError
from outreach.registry.documented.imports.cells import Choices, read_cell
from outreach.registry.documented.imports.columns import DocumentedColumns, usual_column
from outreach.registry.documented.reading import YES_OR_NO, is_document, parts_of
from outreach.registry.documented.vocabulary import neutral_for, word
from outreach.registry.imports.facts import Fault, Note, RejectedRow
from outreach.registry.imports.layout import Header, letters
from outreach.registry.imports.reading.grid import MOST_COLUMNS, Grid
from outreach.registry.imports.texts import cleaned

SEARCHED = 30  # rows, for the one that names the columns
FEWEST = 2  # of our columns that it names
WITH_NAMES = ("title", "trigger", "state_reply", "sources", "note")


@dataclass(frozen=True, slots=True)
class TheirRow:
    """A row of theirs in our columns: column → text. `named` None: nothing says whether a document names them."""

    row: int
    cells: Mapping[str, str]
    named: bool | None


@dataclass(frozen=True, slots=True)
class TheirRows:
    """All rows below the header: those read, those that cannot be, and how many are blank."""

    read: tuple[TheirRow, ...]
    rejected: tuple[RejectedRow, ...]
    blank: int = 0


def find_names(grid: Grid) -> Header:
    """Find the row that names the columns: the one of the first that has most names we know. UsageError for none."""
    rows = [tuple(map(cleaned, cells[:MOST_COLUMNS])) for cells in grid.rows[:SEARCHED]]
    counts = [len({usual_column(cell) for cell in cells if cell} - {""}) for cells in rows]
    best = max(counts, default=0)
    if best < FEWEST:
        raise UsageError("no row names the columns; the first row needs names such as Title, Country and Source")
    place = counts.index(best)
    names = rows[place]
    nameless = frozenset(f"column {letters(at)}" for at, name in enumerate(names) if not name)
    columns = tuple(name or f"column {letters(at)}" for at, name in enumerate(names))
    doubled = [name for name in columns if columns.count(name) > 1]
    if doubled:
        raise UsageError(f"two columns are called '{doubled[0]}': give one another name")
    return Header(place + 1, place + 1, columns, sure=True, nameless=nameless)


def read_their_rows(
    grid: Grid, header: Header, columns: DocumentedColumns, choices: Choices, named: bool | None
) -> TheirRows:
    """Read all rows below the header. `named` is a person's word for rows that do not say whether they are named."""
    read: list[TheirRow] = []
    rejected: list[RejectedRow] = []
    blank = 0
    for number, cells in grid.numbered[header.last :]:
        if not any(map(str.strip, cells)):
            blank += 1
            continue
        if fault := _shape(grid, number, cells, header):
            rejected.append(RejectedRow(number, (Fault("", fault),)))
            continue
        texts, faults = _in_our_columns(dict(zip(header.columns, cells, strict=False)), columns, choices)
        if faults:
            rejected.append(RejectedRow(number, tuple(faults)))
            continue
        answer = texts.pop("named_publicly", "")
        read.append(TheirRow(number, texts, named if not answer else answer == "yes"))
    return TheirRows(tuple(read), tuple(rejected), blank)


def _shape(grid: Grid, number: int, cells: Sequence[str], header: Header) -> str:
    if number in grid.broken:
        return grid.broken[number]
    width = len(header.columns)
    if grid.exact and any(map(str.strip, cells[width:])):
        return f"has {len(cells)} cells where the header has {width}"
    return ""


def _in_our_columns(
    theirs: Mapping[str, str], columns: DocumentedColumns, choices: Choices
) -> tuple[dict[str, str], list[Fault]]:
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for name, column in columns.ours.items():
        try:
            text = read_cell(column, theirs.get(name, ""), choices)
        except ValueError as error:
            faults.append(Fault(name, str(error)))
            continue
        if text:
            texts[column] = f"{texts[column]}; {text}" if texts.get(column) else text
    if "state" not in texts and not faults:
        faults.append(Fault(_theirs(columns, "state"), "blank; a case is raised against a State"))
    return texts, faults


def _theirs(columns: DocumentedColumns, ours: str) -> str:
    return next((name for name, column in columns.ours.items() if column == ours), "")


@dataclass(frozen=True, slots=True)
class Sorted:
    """A row as it may stand in the file: column → text, and what was left out of it."""

    cells: dict[str, str]
    left_out: tuple[Note, ...] = ()


def as_named(row: TheirRow) -> Sorted:
    """Give a row whose people a document names."""
    cells = {**row.cells, "named_publicly": "yes"}
    if not cells.get("sources"):
        cells["sources"] = cells.get("reports", "")
    return Sorted(cells)


def as_nameless(row: TheirRow) -> Sorted:
    """Give a row without every cell in which a name could stand: a title that names nobody, codes, days, documents."""
    cells = {**row.cells, "named_publicly": "no"}
    cells["title"] = word("neutral", neutral_for(cells.get("victim_kind", "")), "en")
    documents = [source for source in parts_of(cells.get("sources", "")) if is_document(source)]
    cells["sources"] = "; ".join(documents) or cells.get("reports", "")
    if (reply := cells.get("state_reply", "")) and reply.lower() not in YES_OR_NO:
        cells["state_reply"] = "yes"  # the State answered; what it said may name somebody
    for column in ("trigger", "note"):
        cells.pop(column, None)
    lost = [column for column in WITH_NAMES if row.cells.get(column) and row.cells[column] != cells.get(column)]
    return Sorted(cells, tuple(Note(row.row, column, "left out: no document names them") for column in lost))
