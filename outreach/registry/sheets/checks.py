"""What can be wrong with a sheet whatever it is about: header, quotes, encoding, formulas; knows no facts."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from outreach.errors import Problem
from outreach.registry.sheets.sheet import CELL, Row, Sheet
from outreach.text import code_point, control_in_line

LONGEST_CELL = 10_000  # characters
MULTILINE = frozenset({"address", "note"})
UNDECODED = re.compile("[\udc80-\udcff]")
LINE_BREAK = re.compile(r"\r\n|\n|\r")
# What a spreadsheet would calculate instead of showing, and what may begin so all the same: a telephone number in any
# column, and in one column a handle.
FORMULA = re.compile(r"\s*[=+\-@\t]")
PHONE = re.compile(r"\s*\+\(?\d[\d\s()./,;\-]*(?:ext\.?\s*\d+)?\s*", re.IGNORECASE)
NO_FORMULA = {"mastodon": re.compile(r"\s*@[\w.\-]+@[\w.\-]+\s*")}
HANDLES = frozenset({"x", "bluesky"})
# In an import, where the @ is taken off, this stands for those two.
FOREIGN_HANDLE = "handle"
NO_FORMULA[FOREIGN_HANDLE] = re.compile(r"\s*@[\w.\-]+\s*")


def sheet_problems(sheet: Sheet, required: Sequence[str] = (), ours: Mapping[str, str] | None = None) -> list[Problem]:
    """List everything wrong with the sheet as a table. `ours` says what its columns are called in our own files."""
    meanings = [(ours or {}).get(column, column) for column in sheet.columns]
    return [*_header_problems(sheet, required), *_row_problems(sheet, meanings)]


def value_message(value: str, column: str) -> str:
    """Say what is wrong with text that is to go into a cell of `column`, or ""."""
    return _length_message(value) or _character_message(value, column) or _formula_message(value, column)


def _header_problems(sheet: Sheet, required: Sequence[str]) -> Iterator[Problem]:
    columns = sheet.columns
    missing = [column for column in required if column not in columns]
    if missing:
        yield Problem(sheet.name, f"the header lacks {_listed(missing)}; add the column, its cells may be blank", row=1)
    for column, count in Counter(columns).items():
        if column and count > 1:
            yield Problem(sheet.name, f"stands {count} times in the header; keep one", row=1, column=column)


def _row_problems(sheet: Sheet, meanings: Sequence[str]) -> Iterator[Problem]:
    width = len(meanings)
    for row in sheet.rows:
        if len(row.cells) != width and not row.blank:
            yield Problem(sheet.name, _width_message(row, width, sheet.separator), row.number)
        for place, (raw, cell) in enumerate(zip(row.raw, row.cells, strict=True)):
            if raw and (not raw.isprintable() or len(raw) > LONGEST_CELL or raw[0] in '"=+-@ \t'):
                meaning = meanings[place] if place < width else ""
                message = _cell_message(raw, cell, meaning, sheet.separator)
                if message:
                    column = sheet.columns[place] if place < width else ""
                    yield Problem(sheet.name, message, row.number, column or f"{place + 1}")


def _width_message(row: Row, width: int, separator: str) -> str:
    count = f"has {len(row.cells)} cells where the header has {width}"
    if len(row.cells) > width:
        return f"{count}; a cell with '{separator}' inside needs quotation marks around it"
    return f"{count}; blank cells need their '{separator}' too"


def _cell_message(raw: str, cell: str, meaning: str, separator: str) -> str:
    """Say what is wrong with one cell, or "". The first fault is enough: the others often follow from it."""
    return _length_message(cell) or _quote_message(raw, separator) or value_message(cell, meaning)


def _length_message(cell: str) -> str:
    if len(cell) <= LONGEST_CELL:
        return ""
    return f"is {len(cell):,} characters long; {LONGEST_CELL:,} is the most. Is a quotation mark missing?"


def _quote_message(raw: str, separator: str) -> str:
    if not raw.startswith('"'):
        return ""
    quoted = CELL[separator].match(raw)
    if not quoted or not quoted[2]:
        return "opens with a quotation mark that is never closed; close it, or double the quotation marks inside"
    return "goes on after its closing quotation mark; double the quotation marks inside" if quoted[3].strip() else ""


def _character_message(cell: str, meaning: str) -> str:
    undecoded = UNDECODED.search(cell)
    if undecoded:
        byte = ord(undecoded[0]) - 0xDC00
        guess = bytes([byte]).decode("cp1252", "replace")
        looks = f"0x{byte:02X}, perhaps '{guess}' in Latin-1"
        return f"has a byte that is not UTF-8 ({looks}); type the letter again and save the file as 'CSV UTF-8'"
    text = LINE_BREAK.sub("", cell)
    if text != cell and meaning not in MULTILINE:
        return "has a line break inside; only note and address may"
    control = control_in_line(text.strip(" \t"))
    return f"has a control character ({code_point(control)}); take it out" if control else ""


def _formula_message(cell: str, meaning: str) -> str:
    if not FORMULA.match(cell):
        return ""
    if PHONE.fullmatch(cell) or (meaning in NO_FORMULA and NO_FORMULA[meaning].fullmatch(cell)):
        return ""
    if meaning in HANDLES and cell.lstrip().startswith("@"):
        return "begins with @, which a spreadsheet takes for a formula; write the handle without it"
    return f"begins with '{cell.lstrip(' ')[:1]}' and looks like a formula; begin with a letter or a digit"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
