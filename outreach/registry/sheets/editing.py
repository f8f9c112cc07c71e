"""Changes to a sheet that leave every other byte as it was; knows nothing about missions, and writes no file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from outreach.registry.sheets.sheet import Row, Sheet, cell_value

NEEDS_QUOTES = frozenset('"\r\n')


def with_cells(sheet: Sheet, changes: Mapping[tuple[int, str], str]) -> Sheet:
    """Give the sheet with (row number, column) → new text; all other cells keep their bytes."""
    rows = list(sheet.rows)
    for (number, column), value in changes.items():
        row, place = rows[number - 1], sheet.columns.index(column)
        raw = list(row.raw)
        raw[place] = raw_cell(value, sheet.separator, raw[place])
        rows[number - 1] = _row(number, raw, row.end)
    return replace(sheet, rows=tuple(rows))


def with_rows(sheet: Sheet, records: Iterable[Mapping[str, str]]) -> Sheet:
    """Give the sheet with rows after the last: column → text, missing columns blank, in the file's own manner."""
    last = sheet.rows[-1]
    rows = [*sheet.rows[:-1], replace(last, end=last.end or sheet.line_end)]
    for record in records:
        raw = [
            raw_cell(record.get(column, ""), sheet.separator, like)
            for column, like in zip(sheet.columns, sheet.rows[0].raw, strict=True)
        ]
        rows.append(_row(len(rows) + 1, raw, sheet.line_end))
    return replace(sheet, rows=tuple(rows))


def with_columns(sheet: Sheet, names: Sequence[str]) -> Sheet:
    """Give the sheet with new columns at the right, blank but for their names."""
    header, *others = sheet.rows
    width = len(header.raw)
    titles = [raw_cell(name, sheet.separator, header.raw[-1]) for name in names]
    wider = [
        _row(row.number, [*row.raw, *[""] * len(names)], row.end) if len(row.raw) == width and width > 1 else row
        for row in others
    ]
    return replace(sheet, rows=(_row(1, [*header.raw, *titles], header.end), *wider))


def raw_cell(value: str, separator: str, like: str = "") -> str:
    """Give the text as a cell: in quotation marks if it needs them, or if the cell it is modelled on has them."""
    if like.startswith('"') or separator in value or value != value.strip() or NEEDS_QUOTES & set(value):
        return '"' + value.replace('"', '""') + '"'
    return value


def _row(number: int, raw: Sequence[str], end: str) -> Row:
    return Row(number, tuple(raw), tuple(map(cell_value, raw)), end)
