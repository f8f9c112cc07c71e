"""CSV as people's spreadsheets write it, read so that every byte can be given back; knows no missions.

A sheet keeps each cell's own text (quotes and all), each row's own line end, the separator and the byte-order
mark, so that writing it again changes nothing but what was meant to change. The format is RFC 4180, with `;`
for `,` where a computer's language has the decimal comma.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from outreach.errors import DataError, Problem

BOM = "\ufeff"
MOST_CONTROLS = 50  # control characters among the first 4,000: more is no text
LARGEST_FILE = 64 * 1024 * 1024  # bytes
MOST_LINES = 100_000
MOST_CELLS = 1000  # in one row; what follows is read as one cell
# A quoted cell, its closing quote and what follows that; or a plain cell. Possessive: no input makes it slow.
CELL = {
    separator: re.compile(rf'"((?:[^"]++|"")*+)("?)([^{separator}\r\n]*+)|[^{separator}\r\n]*+') for separator in ",;"
}
REST_OF_LINE = re.compile(r"[^\r\n]*+")
LINE_ENDS = ("\r\n", "\n", "\r")
QUOTED = re.compile(r'"((?:[^"]++|"")*+)"?')


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `raw` cells as the file has them, `cells` as they read, `end` its line end, if it has one."""

    number: int  # as a spreadsheet counts: the header is row 1
    raw: tuple[str, ...]
    cells: tuple[str, ...]
    end: str

    @property
    def blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole file. `rows` has the header first; bytes that are not UTF-8 are kept as lone surrogates."""

    name: str  # as problems call it: contacts/missions.csv
    bom: bool
    separator: str
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(cell.strip() for cell in self.rows[0].cells)

    @property
    def line_end(self) -> str:
        return self.rows[0].end or "\n"

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Give (row number, column → stripped cell) of each row that says something."""
        columns = self.columns
        for row in self.rows[1:]:
            if not row.blank:
                values = [cell.strip() for cell in row.cells]
                values += [""] * (len(columns) - len(values))
                yield row.number, dict(zip(columns, values, strict=False))

    def to_bytes(self) -> bytes:
        """Give the file's bytes: what was not changed is byte for byte as it was read."""
        text = "".join(self.separator.join(row.raw) + row.end for row in self.rows)
        return ((BOM if self.bom else "") + text).encode("utf-8", "surrogateescape")


def read_sheet(path: Path, name: str) -> Sheet:
    """Read a CSV file; DataError when there is no table in it at all (missing, UTF-16, empty, too large)."""
    return parse_sheet(file_bytes(path, name), name)


def file_bytes(path: Path, name: str) -> bytes:
    """Read a file that people named; DataError where it is missing, cannot be read, or is over 64 MB."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DataError([Problem(name, "is over 64 MB; this is too much for a list")])
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError([Problem(name, "there is no such file")]) from None
    except OSError as error:
        raise DataError([Problem(name, f"cannot be read: {error.strerror}")]) from None


def parse_sheet(data: bytes, name: str) -> Sheet:
    """Give the sheet in these bytes: UTF-8 with or without byte-order mark, `,` or `;`, any line end."""
    foreign = _foreign_format(data)
    if foreign:
        raise DataError([Problem(name, foreign)])
    text = data.decode("utf-8", "surrogateescape")
    bom = text.startswith(BOM)
    text = text.removeprefix(BOM)
    separator = _separator(text)
    rows = tuple(_rows(text, separator))
    if not rows or rows[0].blank:
        raise DataError([Problem(name, "has no header: its first row must name the columns; see docs/data.md", row=1)])
    return Sheet(name, bom, separator, rows)


def cell_value(raw: str) -> str:
    """Give the text of a cell, without its quotation marks."""
    quoted = QUOTED.match(raw)
    return quoted[1].replace('""', '"') + raw[quoted.end() :] if quoted else raw


def _foreign_format(data: bytes) -> str:
    start = data[:400]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or start.count(0) * 3 > len(start):
        return "is UTF-16, not UTF-8: save it again as 'CSV UTF-8'"
    if data.startswith(b"PK\x03\x04"):
        return "is a workbook (.xlsx or .ods), not CSV: open it and save it as 'CSV UTF-8'"
    if sum(byte < 32 and byte not in b"\t\n\r" for byte in data[:4_000]) > MOST_CONTROLS:
        return "is no text, so no table: restore it, or save it as 'CSV UTF-8' from the program that made it"
    header = data[:20_000].partition(b"\n")[0]
    if b"\t" in header and b"," not in header and b";" not in header:
        return "has tabs between its columns, not commas: save it as 'CSV UTF-8', separated by commas"
    if data.count(b"\n") + data.count(b"\r") > 2 * MOST_LINES:
        return f"has over {MOST_LINES:,} lines; this is too much for a list"
    return ""


def _separator(text: str) -> str:
    header = re.sub(r'"(?:[^"]++|"")*+"?|[\r\n].*', "", text[:20_000], flags=re.DOTALL)
    return ";" if header.count(";") > header.count(",") else ","


def _rows(text: str, separator: str) -> Iterator[Row]:
    position, number = 0, 0
    while position < len(text):
        number += 1
        raw, position = _raw_cells(text, position, separator)
        end = next((end for end in LINE_ENDS if text.startswith(end, position)), "")
        position += len(end)
        yield Row(number, tuple(raw), tuple(map(cell_value, raw)), end)


def _raw_cells(text: str, position: int, separator: str) -> tuple[list[str], int]:
    """Give the cells of the row at `position` as they stand, and where the row ends."""
    raw: list[str] = []
    pattern = CELL[separator]
    while found := pattern.match(text, position):
        raw.append(found[0])
        position = found.end()
        if not text.startswith(separator, position):
            return raw, position
        position += 1
        if len(raw) == MOST_CELLS:
            pattern = REST_OF_LINE
    return raw, position
