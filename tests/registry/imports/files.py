"""Makes real spreadsheets for the tests of the import: .xlsx by XlsxWriter, .ods from its parts."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

HERE = Path(__file__).parent / "files"
Value = str | int | float | date | None
Rows = Sequence[Sequence[Value]]
CONTENT = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
    "{}</office:spreadsheet></office:body></office:document-content>"
)
KIND = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def xlsx(
    path: Path,
    sheets: Mapping[str, Rows],
    *,
    hidden: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int, str]] = (),
    errors: Sequence[tuple[int, int, str]] = (),
) -> Path:
    """Write a workbook; `merged` (rows and columns from 0) and `errors` are put into its last shown sheet."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": datetime(2026, 11, 1)})  # noqa: DTZ001 - so that the file is the same each time
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    last = None
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        else:
            last = sheet
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                _write(sheet, number, place, value, day)
    for top, left, bottom, right, text in merged:
        last.merge_range(top, left, bottom, right, text)
    for number, place, word in errors:
        last.write_formula(number, place, "=B99", value=word)
    book.close()
    return path


def _write(sheet: Worksheet, row: int, place: int, value: Value, day: Format) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    elif isinstance(value, str):
        sheet.write_string(row, place, value)
    elif value is not None:
        sheet.write_number(row, place, value)


def ods(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """Write an OpenDocument spreadsheet as LibreOffice does: numbers and days as such, texts as paragraphs.

    A text such as #REF! or Err:508 is written as the error that it is.
    """
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    with ZipFile(path, "w", ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", KIND)
        parts.writestr("content.xml", CONTENT.format(tables))
        parts.writestr("META-INF/manifest.xml", MANIFEST)
    return path


def _ods_cell(value: Value) -> str:
    if value is None:
        return "<table:table-cell/>"
    wrong = isinstance(value, str) and value.startswith(("#REF!", "Err:"))
    text = '"string" office:string-value="" calcext:value-type="error"' if wrong else '"string"'
    kinds = {date: f'"date" office:date-value="{value}"', str: text}
    kind = kinds.get(type(value), f'"float" office:value="{value}"')
    return f"<table:table-cell office:value-type={kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


MESSY: Rows = (
    ("Permanent Missions in Geneva, list of November 2026",),
    (),
    ("Country", "Contact", None, "Language", "Comments"),
    ("Country", "E-mail", "Telephone", "Language", "Comments"),
    ("Korea, South", "mailto:korea@example.org", 41227301234.0, "English"),
    ("Sénégal", "Cabinet <senegal@example.org>", "+41 22 000 00 01", None, "asked for French"),
    ("Peru", "peru@example.org, peru-2@example.org (Ambassador)", None, "español"),
    ("Türkiye / Turkey", "turkey@example.org\nturkey-2@example.org", "n/a"),
    (),
    ("Country", "E-mail", "Telephone", "Language", "Comments"),
    ("UK", "uk@example.org / uk-2@example.org"),
    ("Viet Nam", "vietnam@example.org"),
    ("The Netherlands (Kingdom of the)", "netherlands@example.org"),
    ("European Union", "union@example.org"),
    ("Congo", "congo@example.org"),
    ("Germny", "germany@example.org"),
    ("Japan", "japan [at] example.org"),
    ("Total", 13),
    (),
    ("Yellow: to be checked",),
)


def write_messy(path: Path) -> Path:
    """Write the list that the first walk-through imports: everything that spreadsheets of real life have."""
    title, *others = MESSY
    return xlsx(
        path,
        {
            "Read me": [("Please keep this list up to date",)],
            "Contacts": [(), *others],
            "2024": [("Country", "E-mail")],
        },
        hidden=("2024",),
        merged=((0, 0, 0, 4, str(title[0])), (2, 1, 2, 2, "Contact")),
    )


def in_memory(rows: Sequence[Sequence[str]], separator: str = ",") -> bytes:
    """Give rows as a CSV file."""
    import csv

    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode()


if __name__ == "__main__":
    write_messy(HERE / "messy.xlsx")
