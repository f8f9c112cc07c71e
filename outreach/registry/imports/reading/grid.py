"""A spreadsheet as plain texts, whatever kind of file it came in; knows nothing about missions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MOST_ROWS = 10_000
MOST_COLUMNS = 400
MOST_TEXT = 16 * 1024 * 1024  # characters in all cells together


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its rows from row 1 on. `broken` says of a row's number why its cells cannot be told apart."""

    name: str  # of the sheet; "" in a CSV file
    hidden: bool
    rows: tuple[tuple[str, ...], ...]
    broken: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    exact: bool = False  # a row with more cells than the header has has slipped: CSV

    @property
    def numbered(self) -> list[tuple[int, tuple[str, ...]]]:
        """Give (row number, cells), counted as a spreadsheet counts."""
        return list(enumerate(self.rows, 1))


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """A whole file: `form` says in words how it was read, such as "CSV in UTF-8, separated by commas"."""

    file: str  # as messages call it
    form: str
    grids: tuple[Grid, ...]
