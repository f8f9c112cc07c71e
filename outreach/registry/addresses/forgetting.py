"""Takes an address out of the files of contacts/ that have addresses; knows no mail and no database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from outreach.errors import DataError
from outreach.registry import missions
from outreach.registry.addresses import private
from outreach.registry.sheets.editing import with_cells
from outreach.registry.sheets.saving import one_at_a_time, save
from outreach.registry.sheets.sheet import Sheet, read_sheet

FILES = (private.FILE, missions.FILE)


@dataclass(frozen=True, slots=True)
class NamedInRow:
    """A row that names an address, and what its cells will say without it, by column."""

    file: str
    row: int  # the header being row 1
    after: dict[str, str]


def find_in_contacts(folder: Path, is_it: Callable[[str], bool], without: Callable[[str], str]) -> list[NamedInRow]:
    """Find the rows that name an address: `is_it` says of one whether it is that, `without` takes it out of a text."""
    return [found for file in FILES for _, found in _rows(folder, file, is_it, without)]


def take_out_of_contacts(folder: Path, is_it: Callable[[str], bool], without: Callable[[str], str]) -> None:
    """Take it out of both files, each changed in one step; no other cell of them changes."""
    for file in FILES:
        path = folder / file
        if not path.exists():
            continue
        with one_at_a_time(path.parent):
            for sheet, _ in list(_rows(folder, file, is_it, without))[:1]:
                rows = [found for _, found in _rows(folder, file, is_it, without)]
                cells = {(found.row, column): text for found in rows for column, text in found.after.items()}
                save(path, sheet.to_bytes(), with_cells(sheet, cells).to_bytes())


def _rows(
    folder: Path, file: str, is_it: Callable[[str], bool], without: Callable[[str], str]
) -> Iterator[tuple[Sheet, NamedInRow]]:
    try:
        sheet = read_sheet(folder / file, file)
    except DataError:  # it is not there, or no table: whoever needs it says so
        return
    for number, cells in sheet.records():
        after = {column: _cell(column, text, is_it, without) for column, text in cells.items()}
        if cells.get("email") and not after["email"] and cells.get("verified_on"):
            after["verified_on"] = ""
        changed = {column: text for column, text in after.items() if text != cells[column]}
        if changed:
            yield sheet, NamedInRow(file, number, changed)


def _cell(column: str, text: str, is_it: Callable[[str], bool], without: Callable[[str], str]) -> str:
    if column != "email":
        return without(text)
    there = [part.strip() for part in text.split(";")]
    kept = [part for part in there if not is_it(part)]
    return "; ".join(kept) if len(kept) < len(there) else text
