"""Reads CSV as spreadsheets write it, in the encoding and with the separator that it has; knows no missions."""

import codecs
import re
from collections.abc import Callable
from statistics import median

from outreach.errors import DataError, Problem, UsageError
from outreach.registry.imports.reading.grid import MOST_COLUMNS, MOST_ROWS, MOST_TEXT, Grid, Spreadsheet

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LOOKED_AT = 60  # rows that show which separator it is
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
TWO_BYTES = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
CELLS = {
    sign: re.compile(rf'"((?:[^"]++|"")*+)("?)([^{re.escape(sign)}\r\n]*+)|[^{re.escape(sign)}\r\n]*+')
    for sign in SEPARATORS
}
LINE_END = re.compile(r"\r\n|\n|\r")
NO_TABLES = {
    b"%PDF": "is a PDF: copy its table into a spreadsheet, and save that",
    b"{\\rtf": "is a text document (RTF): copy its table into a spreadsheet, and save that",
    b"BEGIN:VCARD": "is an address book (vCard): export it as CSV",
}
MOST_CONTROLS = 50  # control characters among the first 4,000: more is no text
OPEN_QUOTE = "a quotation mark opens a cell and never closes it; close it, or double the quotation marks inside"
AFTER_QUOTE = "a cell goes on after its closing quotation mark; double the quotation marks inside"


def read_delimited(data: bytes, name: str, good: Callable[[Grid], bool], encoding: str | None = None) -> Spreadsheet:
    """Give the one sheet in these bytes. `good` says of a sheet that its columns make sense, to tell separators apart.

    DataError where it is no text, or too large; UsageError where `encoding`, given by hand, does not fit.
    """
    foreign = next((why for start, why in NO_TABLES.items() if data.startswith(start)), "")
    if not foreign and sum(byte < 32 and byte not in b"\t\n\r\0" for byte in data[:4_000]) > MOST_CONTROLS:
        foreign = "is no text, so no table: save it anew from the program that made it"
    if foreign:
        raise DataError([Problem(name, foreign)])
    text, form = _decoded(data, name, encoding)
    text = text.removeprefix("\ufeff")
    if re.match(r"\s*<(?:!doctype|html|\?xml|table)\b", text[:400], re.IGNORECASE):
        why = "is a web page or XML under another name: open it in a spreadsheet, and save it as .xlsx"
        raise DataError([Problem(name, why)])
    if not text.strip():
        raise DataError([Problem(name, "is empty")])
    if len(text) > MOST_TEXT or len(LINE_END.findall(text)) > 2 * MOST_ROWS:
        raise DataError([Problem(name, f"has over {2 * MOST_ROWS:,} lines; this is too much for a list")])
    sign = _separator(text, good)
    return Spreadsheet(name, f"CSV in {form}, separated by {SEPARATORS[sign]}", (_grid(text, sign, name),))


def _decoded(data: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    """Give the text and how it was read."""
    if encoding:
        try:
            return data.decode(codecs.lookup(encoding).name), encoding
        except (LookupError, UnicodeError):
            raise UsageError(
                f"{name} cannot be read in the encoding '{encoding}'; try utf-8, cp1252 or utf-16"
            ) from None
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", "surrogateescape"), "UTF-8"
    wide = UTF16.get(data[:2]) or _wide(data[:2_000])
    try:
        if wide:
            return data.decode(wide), "UTF-16"
        return data.decode("utf-8"), "UTF-8"
    except UnicodeError:
        if wide or (TWO_BYTES.search(data) and b"\0" not in data[:2_000]):
            # Somebody put two files together: the rows with foreign bytes are shown, the others are taken.
            return data.decode(
                wide or "utf-8", "surrogateescape" if not wide else "replace"
            ), "UTF-8 with foreign bytes"
    try:
        return data.decode("cp1252"), "cp1252 (Western Europe; another one with --encoding)"
    except UnicodeError:
        raise DataError(
            [Problem(name, "is in no encoding that shows itself; name it, as in --encoding cp1250")]
        ) from None


def _wide(start: bytes) -> str:
    """Tell UTF-16 without a byte-order mark by the zeros in every second place."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) * 3 <= len(start) / 2 or min(even, odd) * 3 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _separator(text: str, good: Callable[[Grid], bool]) -> str:
    """Choose the separator with which the columns make sense; where none does, the one that most rows have most of."""
    hint = re.match(r"sep=(.)[\r\n]", text)  # Excel's own
    if hint and hint[1] in SEPARATORS:
        return hint[1]
    grids = {sign: Grid("", False, tuple(_rows(text, sign, LOOKED_AT)[0])) for sign in SEPARATORS}
    sensible = [sign for sign, grid in grids.items() if good(grid)] or list(SEPARATORS)
    return max(sensible, key=lambda sign: (_wide_rows(grids[sign]), sign == ","))


def _wide_rows(grid: Grid) -> float:
    return median([len(row) for row in grid.rows if any(row)] or [0])


def _grid(text: str, sign: str, name: str) -> Grid:
    rows, broken = _rows(text, sign, MOST_ROWS + 1)
    if len(rows) > MOST_ROWS:
        raise DataError([Problem(name, f"has over {MOST_ROWS:,} rows; this is too much for a list")])
    if max(map(len, rows), default=0) > MOST_COLUMNS:
        raise DataError([Problem(name, f"has a row with over {MOST_COLUMNS} cells; this is too much for a list")])
    return Grid("", False, tuple(rows), broken, exact=True)


def _rows(text: str, sign: str, most: int) -> tuple[list[tuple[str, ...]], dict[int, str]]:
    """Give the first rows, and for each that is not as RFC 4180 wants it what is wrong with it.

    A quotation mark that is never closed would swallow the rest of the file: its row ends with its line.
    """
    rows: list[tuple[str, ...]] = []
    broken: dict[int, str] = {}
    position = 0
    while position < len(text) and len(rows) < most:
        cells, after, fault = _cells(text, position, sign)
        if fault == OPEN_QUOTE:
            found = LINE_END.search(text, position)
            after = found.start() if found else len(text)
            cells = text[position:after].split(sign)
        if fault:
            broken[len(rows) + 1] = fault
        rows.append(tuple(cells))
        end = LINE_END.match(text, after)
        position = end.end() if end else after
    return rows, broken


def _cells(text: str, position: int, sign: str) -> tuple[list[str], int, str]:
    """Give the cells of the row at `position`, where it ends, and what is wrong with it."""
    cells: list[str] = []
    fault = ""
    while found := CELLS[sign].match(text, position):
        if found[1] is None:
            cells.append(found[0])
        else:
            fault = fault or ("" if found[2] else OPEN_QUOTE) or (AFTER_QUOTE if found[3].strip() else "")
            cells.append(found[1].replace('""', '"') + found[3])
        position = found.end()
        if not text.startswith(sign, position):
            break
        position += 1
    return cells, position, fault
