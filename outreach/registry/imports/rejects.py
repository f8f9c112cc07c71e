"""Writes the rows that an import did not take as a sheet to mend, which can be imported in its turn."""

import csv
import io
from collections.abc import Sequence

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


def _safe(text: str) -> str:
    text = visible(text)
    return f"'{text}" if FORMULA.match(text) and not PHONE.fullmatch(text) else text
