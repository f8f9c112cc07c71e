"""Reads the rows of one of our three files fact by fact, and notes each fact that cannot be read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from outreach.errors import Problem
from outreach.registry.sheets.checks import sheet_problems
from outreach.registry.sheets.sheet import Sheet

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fields:
    """One row being read: its cells by column, and the list in which to note what is wrong with them."""

    file: str
    row: int
    cells: dict[str, str]
    wrong: frozenset[str | None]  # columns already noted as wrong: one problem a cell is enough
    problems: list[Problem]

    def __getitem__(self, column: str) -> str:
        return "" if column in self.wrong else self.cells.get(column, "")

    def read(self, column: str, reader: Callable[[str], T], otherwise: T) -> T:
        """Give what `reader` makes of the cell; a ValueError it raises is noted, and `otherwise` returned."""
        if column in self.wrong or column not in self.cells:
            return otherwise
        try:
            return reader(self.cells[column])
        except ValueError as error:
            self.note(column, str(error))
            return otherwise

    def note(self, column: str | None, message: str) -> None:
        self.problems.append(Problem(self.file, message, self.row, column))


def rows_of(
    sheet: Sheet, columns: Sequence[str], problems: list[Problem], ours: Mapping[str, str] | None = None
) -> Iterator[Fields]:
    """Give each row that can be read; what is wrong with the sheet is noted first. Arguments as sheet_problems."""
    faults = sheet_problems(sheet, columns, ours)
    problems.extend(faults)
    for number, cells in sheet.records():
        wrong = frozenset(fault.column for fault in faults if fault.row == number) if faults else frozenset()
        if None not in wrong:  # a row with too many or too few cells would be read in the wrong columns
            yield Fields(sheet.name, number, cells, wrong, problems)
