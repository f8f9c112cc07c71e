"""Opens somebody's spreadsheet, of whatever kind, and finds the sheet and the header that are meant."""

from dataclasses import dataclass
from pathlib import Path

from outreach.errors import DataError, Problem, UsageError
from outreach.registry.imports.layout import Header, find_header
from outreach.registry.imports.reading.delimited import read_delimited
from outreach.registry.imports.reading.grid import Grid, Spreadsheet
from outreach.registry.imports.reading.workbooks import is_workbook, read_workbook
from outreach.registry.imports.texts import repaired
from outreach.registry.sheets.sheet import file_bytes
from outreach.registry.states import fold
from outreach.text import did_you_mean, shortened


@dataclass(frozen=True, slots=True)
class Layout:
    """What a person said about where the table is. `maps` are --map as typed; None says nothing."""

    maps: tuple[str, ...] = ()
    sheet: str | None = None
    header: int | None = None
    encoding: str | None = None
    repair_text: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The sheet that is read. `others` are the names of those that are not; those hidden say so."""

    form: str
    grid: Grid
    header: Header
    others: tuple[str, ...]


def open_spreadsheet(path: Path, layout: Layout) -> Opened:
    """Open the file, and choose its sheet: the one named, else the first one shown that has a State column.

    DataError where it cannot be read, UsageError where what was said of it does not fit.
    """
    name = str(path)
    data = file_bytes(path, name)
    if not data.strip():
        raise DataError([Problem(name, "is empty")])
    if is_workbook(data[:8]):
        book = read_workbook(path, name, data)
    else:
        book = read_delimited(data, name, lambda grid: _is_sure(grid, layout), layout.encoding)
    if layout.sheet is not None:
        return _opened(book, _named(book, layout.sheet), layout)
    shown = [grid for grid in book.grids if not grid.hidden] or list(book.grids)
    sensible = [grid for grid in shown if _is_sure(grid, layout)] or [
        grid for grid in shown if any(map(any, grid.rows))
    ]
    if not sensible:
        raise DataError([Problem(name, "is empty")])
    return _opened(book, sensible[0], layout)


def _named(book: Spreadsheet, wanted: str) -> Grid:
    names = [grid.name for grid in book.grids if grid.name]
    found = [grid for grid in book.grids if grid.name and fold(grid.name) == fold(wanted)]
    if not names:
        raise UsageError(f"--sheet '{shortened(wanted)}': {book.file} is no workbook, and has no sheets")
    if not found:
        raise UsageError(f"--sheet '{shortened(wanted)}': {book.file} has no such sheet{did_you_mean(wanted, names)}")
    return next((grid for grid in found if grid.name == wanted), found[0])


def _is_sure(grid: Grid, layout: Layout) -> bool:
    try:
        return _header(grid, layout).sure
    except UsageError:
        return False


def _header(grid: Grid, layout: Layout) -> Header:
    spoken = [(fold(left.strip()), right.strip()) for left, _, right in (text.rpartition("=") for text in layout.maps)]
    names = [name for name, ours in spoken if ours == "state"]
    others = [name for name, ours in spoken if ours != "state"]
    return find_header(_mended(grid) if layout.repair_text else grid, names, others, layout.header)


def _mended(grid: Grid) -> Grid:
    rows = tuple(tuple(map(repaired, cells)) for cells in grid.rows)
    return Grid(grid.name, grid.hidden, rows, grid.broken, grid.exact)


def _opened(book: Spreadsheet, grid: Grid, layout: Layout) -> Opened:
    others = [f"{each.name} (hidden)" if each.hidden else each.name for each in book.grids if each is not grid]
    try:
        header = _header(grid, layout)
    except UsageError as error:
        where = f"{book.file}, sheet '{grid.name}'" if grid.name else book.file
        raise UsageError(str(error) if layout.header is not None else f"{where}: {error}") from None
    return Opened(book.form, grid, header, tuple(others))
