"""Reads a workbook (.xlsx, .xls, .ods) into JSON on standard output; run as a process of its own, within limits.

A workbook of some kilobytes can ask for hundreds of gigabytes: a cell in the last row and column is enough, and the
library then ends the process. So it is read where it can take nothing with it; `workbooks.py` runs this module.
"""

import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from outreach.registry.imports.reading.grid import MOST_COLUMNS, MOST_ROWS, MOST_TEXT

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MEMORY = 1024 * 1024 * 1024  # bytes
SECONDS = 60
ERROR_CELL = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d{1,7})"[^>]*>(?:(?!</c>).){0,4000}?<v>([^<]{1,20})</v>', re.DOTALL
)
SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
RELATION_TAG = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
ERROR_KIND = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
LARGEST_PART = 200 * 1024 * 1024  # bytes of XML

Value = int | float | str | bool | time | date | datetime | timedelta


def main(path: str) -> None:
    """Print {"sheets": [{name, hidden, rows}]}, or {"refused": why} in words that follow the file's name."""
    _limit()
    json.dump(_read(Path(path)), sys.stdout)


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _read(path: Path) -> dict[str, object]:
    from python_calamine import CalamineError, PasswordError, load_workbook

    try:
        with load_workbook(path) as book:
            return {"sheets": list(_sheets(book, path))}
    except PasswordError:
        return {"refused": "has a password: open it, save it without one, and import that"}
    except _TooLargeError as error:
        return {"refused": str(error)}
    except (CalamineError, OSError, ValueError) as error:
        return {
            "refused": f"is broken, or no workbook ({' '.join(str(error).split())[:200]}): open it and save it anew"
        }


class _TooLargeError(Exception):
    """A sheet has more in it than a list of missions can have."""


def _sheets(book: "CalamineWorkbook", path: Path) -> Iterator[dict[str, object]]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    errors, room = _errors(path), MOST_TEXT
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        rows = _rows(book.get_sheet_by_name(about.name), about.name)
        for (row, column), word in errors.get(about.name, {}).items():
            if row < len(rows) and column < len(rows[row]) and not rows[row][column]:
                rows[row][column] = word
        room -= sum(len(cell) for row in rows for cell in row)
        if room < 0:
            raise _TooLargeError(f"has over {MOST_TEXT:,} letters; this is too much for a list")
        yield {"name": about.name, "hidden": about.visible != SheetVisibleEnum.Visible, "rows": rows}


def _rows(sheet: "CalamineSheet", name: str) -> list[list[str]]:
    """Give the sheet's texts from its first cell on; a cell that is merged downwards says the same in each row."""
    if sheet.end is None:
        return []
    height, width = sheet.end[0] + 1, sheet.end[1] + 1
    if width > MOST_COLUMNS:
        raise _TooLargeError(f"has {width:,} columns in sheet '{name}'; {MOST_COLUMNS} are the most")
    if sheet.height > MOST_ROWS or height > 10 * MOST_ROWS:
        raise _TooLargeError(f"has {height:,} rows in sheet '{name}'; {MOST_ROWS:,} are the most")
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and left < len(rows[top]):
                row[left] = row[left] or rows[top][left]
    return rows


def _text(value: Value) -> str:
    """Write a value as people do: 41227301234 rather than 41227301234.0, a day as 2026-11-28."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _errors(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Give sheet → (row, column) from 0 → #REF! and the like, which calamine gives as blank; of .xlsx and .ods."""
    try:
        with ZipFile(path) as parts:
            if "content.xml" in parts.namelist():
                return _errors_in_open_document(_part(parts, "content.xml"))
            targets = {
                _attribute(tag, b"Id"): _attribute(tag, b"Target")
                for tag in RELATION_TAG.findall(_part(parts, "xl/_rels/workbook.xml.rels"))
            }
            found = {}
            for tag in SHEET_TAG.findall(_part(parts, "xl/workbook.xml")):
                target = targets.get(_attribute(tag, rb"\w+:id"), "").removeprefix("/xl/").removeprefix("xl/")
                cells = ERROR_CELL.findall(_part(parts, f"xl/{target}"))
                found[_attribute(tag, b"name")] = {
                    (int(row) - 1, _place(letters.decode())): word.decode("ascii", "replace")
                    for letters, row, word in cells
                }
            return found
    except (BadZipFile, OSError, KeyError, NotImplementedError, ValueError):
        return {}


def _errors_in_open_document(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Give the cells that LibreOffice marks as errors, with the text that they show."""
    from xml.etree import ElementTree

    if b'value-type="error"' not in content:
        return {}
    try:
        tables = ElementTree.fromstring(content).iter(f"{TABLE}table")  # noqa: S314 - the process has limits
    except ElementTree.ParseError:
        return {}
    found = dict[str, dict[tuple[int, int], str]]()
    for table in tables:
        row, errors = 0, found.setdefault(table.get(f"{TABLE}name", ""), {})
        for line in table.iter(f"{TABLE}table-row"):
            column = 0
            for cell in line:
                if cell.get(ERROR_KIND) == "error":
                    errors[row, column] = "".join(cell.itertext()).strip()
                column += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            row += int(line.get(f"{TABLE}number-rows-repeated", "1"))
    return found


def _part(parts: ZipFile, name: str) -> bytes:
    with parts.open(name) as part:
        return part.read(LARGEST_PART)


def _attribute(tag: bytes, name: bytes) -> str:
    from html import unescape

    found = re.search(rb"\s" + name + rb"=\"([^\"]*)\"", tag)
    return unescape(found[1].decode("utf-8", "replace")) if found else ""


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


if __name__ == "__main__":
    main(sys.argv[1])
