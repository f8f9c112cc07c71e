"""Reads the rows of one of our three files fact by fact, and notes each fact that cannot be read."""

from collections import defaultdict
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

    @property
    def in_columns(self) -> bool:
        """Whether there are as many cells as columns: with more or fewer they would be read in the wrong ones."""
        return None not in self.wrong

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
    return (row for row in all_rows_of(sheet, columns, problems, ours) if row.in_columns)


def all_rows_of(
    sheet: Sheet, columns: Sequence[str], problems: list[Problem], ours: Mapping[str, str] | None = None
) -> Iterator[Fields]:
    """Do as rows_of, and give the rows too whose cells are not in their columns."""
    faults = sheet_problems(sheet, columns, ours)
    problems.extend(faults)
    wrong = defaultdict[int | None, set[str | None]](set)
    for fault in faults:
        wrong[fault.row].add(fault.column)
    for number, cells in sheet.records():
        yield Fields(sheet.name, number, cells, frozenset(wrong.get(number, ())), problems)
