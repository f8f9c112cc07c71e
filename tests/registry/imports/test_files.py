"""Every kind of file that people keep contacts in gives the same facts; one that cannot be read is refused in words."""

import os
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from outreach.errors import OutreachError, UsageError
from outreach.registry.imports.reading.opening import Layout, Opened, open_spreadsheet
from tests.registry.imports.files import HERE, Rows, in_memory, ods, xlsx

ROWS: Rows = (
    ("Country", "E-mail", "Phone"),
    ("Côte d'Ivoire", "a@example.org", "022"),
    ("Perú", "b@example.org", None),
)
TEXT = "Country,E-mail,Phone\r\nCôte d'Ivoire,a@example.org,022\r\nPerú,b@example.org,\r\n"


def opened(path: Path, **layout: object) -> Opened:
    return open_spreadsheet(path, Layout(**layout))  # type: ignore[arg-type]


def cells(path: Path, **layout: object) -> list[list[str]]:
    return [[cell for cell in row if cell] for row in opened(path, **layout).grid.rows]


EXPECTED = [[str(value) for value in row if value] for row in ROWS]


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (TEXT.encode(), "CSV in UTF-8, separated by commas"),
        (TEXT.encode("utf-8-sig"), "CSV in UTF-8, separated by commas"),
        (TEXT.encode("utf-16"), "CSV in UTF-16, separated by commas"),
        (TEXT.encode("utf-16-le"), "CSV in UTF-16, separated by commas"),
        (TEXT.encode("utf-16-be"), "CSV in UTF-16, separated by commas"),
        (TEXT.encode("cp1252"), "CSV in cp1252 (Western Europe; another one with --encoding), separated by commas"),
        (TEXT.replace(",", ";").encode(), "CSV in UTF-8, separated by semicolons"),
        (TEXT.replace(",", "\t").encode("utf-16"), "CSV in UTF-16, separated by tabs"),
        (TEXT.replace("\r\n", "\r").encode(), "CSV in UTF-8, separated by commas"),
    ],
    ids=["utf-8", "with a mark", "utf-16", "le without", "be without", "cp1252", "semicolons", "tabs", "cr"],
)
def test_csv_is_read_in_any_usual_encoding_and_with_any_separator(tmp_path: Path, data: bytes, form: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    assert (cells(path), opened(path).form) == (EXPECTED, form)


def test_a_title_with_commas_does_not_hide_the_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Missions, Geneva, Switzerland, 2026\nsent by a, b, c\nCountry;E-mail\nPeru;a@example.org\n")
    assert opened(path).header.columns == ("Country", "E-mail")


def test_excels_own_line_about_the_separator_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("sep=;\nCountry;E-mail\nPeru;a@example.org\n")
    assert (opened(path).header.last, opened(path).form) == (2, "CSV in UTF-8, separated by semicolons")


@pytest.mark.parametrize("ending", ["xlsx", "ods", "csv"])
def test_a_workbook_is_known_by_what_is_in_it(tmp_path: Path, ending: str) -> None:
    """Whatever it is called."""
    path = tmp_path / f"list.{ending}"
    made = ods(path, {"Missions": ROWS}) if ending == "ods" else xlsx(path, {"Missions": ROWS})
    assert cells(made) == EXPECTED
    assert opened(made).form == "a workbook"


def test_an_old_workbook_is_read_too(tmp_path: Path) -> None:
    """Its merged cell says the same in both rows, its number is a telephone number, its day a day."""
    found = opened(HERE / "missions.xls")
    assert (found.grid.name, found.header.last, found.others) == ("Missions", 2, ("Notes", "Alt (hidden)"))
    assert found.grid.rows[2] == ("Pérou", "perou@example.org", "41227301234", "2026-11-20")
    assert found.grid.rows[3][0] == "Pérou"


@pytest.mark.parametrize("make", [xlsx, ods])
def test_days_and_numbers_are_read_as_people_write_them(tmp_path: Path, make: object) -> None:
    row = ("Peru", date(2026, 11, 28), 41227301234.0, 2.5)
    path = make(tmp_path / "list.any", {"Missions": [("Country", "Day", "Phone", "Share"), row]})  # type: ignore[operator]
    assert opened(path).grid.rows[1] == ("Peru", "2026-11-28", "41227301234", "2.5")


def test_errors_in_a_workbook_are_seen_as_errors(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "list.xlsx",
        {"Old": [("a",)], "Missions": [("Country", "Phone"), ("Peru",)]},
        errors=[(1, 1, "#REF!")],
    )
    assert opened(path).grid.rows[1] == ("Peru", "#REF!")


def test_errors_in_an_open_document_are_seen_as_errors(tmp_path: Path) -> None:
    rows: Rows = [("Country", "Phone", "Note"), ("Peru", "#REF!", "x"), ("Chile", "1", "Err:508")]
    found = opened(ods(tmp_path / "list.ods", {"Missions": rows})).grid.rows
    assert found[1:] == (("Peru", "#REF!", "x"), ("Chile", "1", "Err:508"))


def test_the_first_shown_sheet_with_a_state_column_is_taken_unless_another_is_named(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"Read me": [("Hello",)], "Old": ROWS, "New": ROWS, "Newer": ROWS}
    path = xlsx(tmp_path / "list.xlsx", sheets, hidden=("Old",))
    assert (opened(path).grid.name, opened(path).others) == ("New", ("Read me", "Old (hidden)", "Newer"))
    assert opened(path, sheet="newer").grid.name == "Newer"
    assert opened(path, sheet="Old").grid.name == "Old"
    with pytest.raises(UsageError, match="has no such sheet; did you mean New"):
        opened(path, sheet="Nw")


def test_a_sheet_of_a_csv_file_cannot_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(TEXT)
    with pytest.raises(UsageError, match="is no workbook, and has no sheets"):
        opened(path, sheet="One")


def zipped(path: Path, name: str) -> None:
    with ZipFile(path, "w") as parts:
        parts.writestr(name, "Country,E-mail")


def bomb(path: Path) -> None:
    xlsx(path, {"Missions": [("Country",)]}, errors=[(1_048_575, 16_383, "#REF!")])


WRONG = {
    "missing": (lambda path: None, "there is no such file"),
    "a folder": (lambda path: path.mkdir(), "cannot be read: Is a directory"),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "blank": (lambda path: path.write_bytes(b" \r\n \n"), "is empty"),
    "an empty workbook": (lambda path: xlsx(path, {"One": []}), "is empty"),
    "a broken workbook": (lambda path: path.write_bytes(b"PK\x03\x04 and no more"), "is broken, or no workbook ("),
    "half a workbook": (
        lambda path: path.write_bytes(xlsx(path, {"One": ROWS}).read_bytes()[:3_000]),
        "is broken, or no workbook (",
    ),
    "an old one, broken": (
        lambda path: path.write_bytes((HERE / "missions.xls").read_bytes()[:1_000]),
        "is broken, or no workbook (",
    ),
    "with a password": (
        lambda path: path.write_bytes((HERE / "locked.xlsx").read_bytes()),
        "has a password: open it, save it without one, and import that",
    ),
    "a far away cell": (bomb, "needs more memory or time than a list of missions can"),
    "too wide": (
        lambda path: xlsx(path, {"One": [["Country"] * 401]}),
        "has 401 columns in sheet 'One'; 400 are the most",
    ),
    "too long": (
        lambda path: xlsx(path, {"One": [["Country"]] * 10_001}),
        "has 10,001 rows in sheet 'One'; 10,000 are the most",
    ),
    "csv too wide": (lambda path: path.write_bytes(b"Country" + b"," * 400), "has a row with over 400 cells"),
    "csv too long": (lambda path: path.write_bytes(b"Country\n" * 10_001), "has over 10,000 rows"),
    "csv much too long": (lambda path: path.write_bytes(b"C\n" * 1_000_000), "has over 20,000 lines"),
    "a PDF": (lambda path: path.write_bytes(b"%PDF-1.7\n"), "is a PDF: copy its table into a spreadsheet"),
    "a Word document": (
        lambda path: zipped(path, "word/document.xml"),
        "is a Word document: copy its table into a spreadsheet, and save that",
    ),
    "an old Word document": (
        lambda path: path.write_bytes(
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "WordDocument".encode("utf-16-le")
        ),
        "is a Word document: copy its table into a spreadsheet, and save that",
    ),
    "a Numbers document": (
        lambda path: zipped(path, "Index/Document.iwa"),
        "is a document of Numbers or Pages: export it as .xlsx or CSV",
    ),
    "an address book": (lambda path: path.write_bytes(b"BEGIN:VCARD\r\n"), "is an address book (vCard): export it"),
    "another archive": (lambda path: zipped(path, "list.csv"), "is broken, or no workbook ("),
    "a web page": (
        lambda path: path.write_bytes(b"<html><table><tr><td>Country"),
        "is a web page or XML under another name: open it in a spreadsheet, and save it as .xlsx",
    ),
    "a picture": (
        lambda path: path.write_bytes(bytes(range(256)) * 9),
        "is no text, so no table",
    ),
    "over 64 MB": (
        lambda path: (path.touch(), os.truncate(path, 65 * 1024 * 1024)),
        "is over 64 MB; this is too much for a list",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "list.xlsx"
    make, says = WRONG[kind]
    make(path)
    with pytest.raises(OutreachError) as refused:
        opened(path)
    assert str(refused.value).startswith(f"{path}: {says}")


def test_an_encoding_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("Country,Note\nPoland,Łódź\n".encode("cp1250"))
    assert opened(path, encoding="cp1250").grid.rows[1] == ("Poland", "Łódź")
    with pytest.raises(UsageError, match="cannot be read in the encoding 'utf-8'; try"):
        opened(path, encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read in the encoding 'klingon'; try"):
        opened(path, encoding="klingon")


def test_a_quotation_mark_that_is_never_closed_spoils_its_own_row_alone(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(in_memory([["Country", "E-mail"]]) + b'Peru,"a@example.org\nKenya,b@example.org\n')
    grid = opened(path).grid
    assert grid.rows == (("Country", "E-mail"), ("Peru", '"a@example.org'), ("Kenya", "b@example.org"))
    assert list(grid.broken) == [2]
