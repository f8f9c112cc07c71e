"""Writes the rows that an import did not take as a sheet to mend, which can be imported in its turn."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from outreach.disk import flush_folder, write_whole
from outreach.errors import OutreachError, UsageError
from outreach.registry.imports.columns import WHAT_IS_WRONG
from outreach.registry.imports.facts import RejectedRow
from outreach.registry.imports.layout import Header
from outreach.registry.imports.reading.grid import Grid
from outreach.registry.sheets.checks import FORMULA, PHONE
from outreach.text import visible

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else


def rejects_sheet(grid: Grid, header: Header, rejected: Sequence[RejectedRow]) -> bytes:
    """Give a CSV file with their columns, their cells as they were, and what is wrong with each row.

    A cell that a spreadsheet would calculate has an apostrophe before it, which an import takes off again.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    width = max([len(header.columns), *(len(grid.rows[row.row - 1]) for row in rejected)])
    names = ["" if name in header.nameless else name for name in header.columns]
    blanks = [""] * (width - len(names))
    writer.writerow([*map(_safe, names), *blanks, WHAT_IS_WRONG])
    for row in rejected:
        cells = grid.rows[row.row - 1]
        writer.writerow([*map(_safe, cells), *[""] * (width - len(cells)), _safe(why(row))])
    return (BOM + out.getvalue()).encode("utf-8", "replace")


def why(row: RejectedRow) -> str:
    """Say what is wrong with a row of theirs, in one line: "row 7, column E-mail: …"."""
    faults = (
        f", column {fault.column}: {fault.message}" if fault.column else f": {fault.message}" for fault in row.faults
    )
    return f"row {row.row}" + f"; row {row.row}".join(" ".join(fault.split()) for fault in faults)


def save_rejects(path: Path, data: bytes) -> None:
    """Write such a sheet; UsageError where there is another file already: nobody's work is written over."""
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        raise UsageError(
            f"--rejects {path}: it is written as CSV, which every spreadsheet opens; call it {path.stem}.csv"
        )
    try:
        if path.exists():
            if path.is_file() and path.read_bytes() == data:
                return
            raise UsageError(f"--rejects {path}: there is such a file already; name another one. Nothing was changed")
        write_whole(path, data)
        flush_folder(path.parent)
    except OSError as error:
        raise OutreachError(f"--rejects {path} cannot be written: {error.strerror}. Nothing was changed") from None


def _safe(text: str) -> str:
    text = visible(text)
    return f"'{text}" if FORMULA.match(text) and not PHONE.fullmatch(text) else text
