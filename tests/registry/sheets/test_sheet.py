"""Reading CSV as spreadsheets write it. The standard library's csv module is the oracle for what cells say."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.errors import DataError
from outreach.registry.sheets.checks import sheet_problems
from outreach.registry.sheets.sheet import BOM, Sheet, parse_sheet

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(['"', ";,", "\r\n", " a ", ""])
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6)
)
STYLES = st.tuples(
    st.sampled_from([",", ";"]), st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
)


def written(table: list[list[str]], separator: str, end: str, quoting: int) -> str:
    """The table by the standard library, which before Python 3.13 forgets the quotes around a lone CR."""
    if any("\r" in cell for row in table for cell in row):
        quoting = csv.QUOTE_ALL
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator, lineterminator=end, quoting=quoting).writerows(table)  # type: ignore[arg-type]
    return buffer.getvalue()


def faults(data: bytes) -> list[str]:
    return [str(problem) for problem in sheet_problems(parse_sheet(data, "f.csv"))]


@given(TABLES, STYLES, st.booleans())
def test_what_was_written_is_read_and_written_again_byte_for_byte(
    table: list[list[str]], style: tuple[str, str, int], bom: bool
) -> None:
    separator, end, quoting = style
    table = [[f"c{place}" for place in range(len(table[0]))], *table]
    data = ((BOM if bom else "") + written(table, separator, end, quoting)).encode()
    sheet = parse_sheet(data, "f.csv")
    assert [list(row.cells) for row in sheet.rows] == table
    assert (sheet.bom, sheet.separator, sheet.line_end) == (bom, separator, end)
    assert sheet.to_bytes() == data


@given(st.binary() | st.text(st.sampled_from('a",;\r\n \0=é')).map(str.encode))
@example(b'a,b\n"')
@example(b'a,b\n"x"y"z",\n')
@example(b"a,b\n1,")
@example(b"\xef\xbb\xbf\xef\xbb\xbfa\n")
@example(b"a\n\xed\xa0\x80")
def test_any_bytes_are_a_data_error_or_come_back_unchanged(data: bytes) -> None:
    try:
        sheet = parse_sheet(data, "f.csv")
    except DataError:
        return
    assert sheet.to_bytes() == data
    assert all(problem.row for problem in sheet_problems(sheet))


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    """A line break inside a cell starts no row, and a blank line is one."""
    sheet = parse_sheet(b'state,note\nDEU,"two\nlines"\n\nFRA,here\n', "f.csv")
    assert list(sheet.records()) == [
        (2, {"state": "DEU", "note": "two\nlines"}),
        (4, {"state": "FRA", "note": "here"}),
    ]


def test_rows_of_nothing_but_separators_say_nothing() -> None:
    assert faults(b"a,b\n,,,,\n , \n\n") == []
    assert list(parse_sheet(b"a,b\n,,,,\n , \n\n", "f.csv").records()) == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("state,note\n".encode("utf-16"), "f.csv: is UTF-16, not UTF-8: save it again as 'CSV UTF-8'"),
        ("state,note\n".encode("utf-16-le"), "f.csv: is UTF-16, not UTF-8: save it again as 'CSV UTF-8'"),
        (b"PK\x03\x04rest", "f.csv: is a workbook (.xlsx or .ods), not CSV: open it and save it as 'CSV UTF-8'"),
        (
            b"state\tmission\nDEU\tGeneva\n",
            "f.csv: has tabs between its columns, not commas: save it as 'CSV UTF-8', separated by commas",
        ),
        (
            bytes(range(256)) * 20,
            "f.csv: is no text, so no table: restore it, or save it as 'CSV UTF-8' from the program that made it",
        ),
        (b"", "f.csv, row 1: has no header: its first row must name the columns; see docs/data.md"),
        (b"\n" * 1_000_000, "f.csv: has over 100,000 lines; this is too much for a list"),
    ],
)
def test_what_is_no_table_is_named(data: bytes, says: str) -> None:
    with pytest.raises(DataError) as error:
        parse_sheet(data, "f.csv")
    assert str(error.value) == says


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            b"a,b\nx,caf\xe9\n",
            (
                "f.csv, row 2, column b: has a byte that is not UTF-8 (0xE9, perhaps 'é' in Latin-1); type the letter "
                "again and save the file as 'CSV UTF-8'"
            ),
        ),
        (b"a,b\nx,y\0z\n", "f.csv, row 2, column b: has a control character (U+0000); take it out"),
        (b"a,b\nx,y\x1bz\n", "f.csv, row 2, column b: has a control character (U+001B); take it out"),
        (
            b"a,b\nx,y,z\n",
            "f.csv, row 2: has 3 cells where the header has 2; a cell with ',' inside needs quotation marks around it",
        ),
        (b"a;b\nx\n", "f.csv, row 2: has 1 cells where the header has 2; blank cells need their ';' too"),
        (b"a,b,a\n", "f.csv, row 1, column a: stands 2 times in the header; keep one"),
        (
            b"a,b\nx,=HYPERLINK(y)\n",
            "f.csv, row 2, column b: begins with '=' and looks like a formula; begin with a letter or a digit",
        ),
        (b'a,b\nx,"y\nz"\n', "f.csv, row 2, column b: has a line break inside; only note and address may"),
        (
            b'a,b\nx,"y"z\n',
            "f.csv, row 2, column b: goes on after its closing quotation mark; double the quotation marks inside",
        ),
    ],
)
def test_what_is_wrong_with_a_cell_is_said_with_row_and_column(data: bytes, says: str) -> None:
    assert faults(data) == [says]


def test_a_quotation_mark_that_is_never_closed_is_found_where_it_opens() -> None:
    assert faults(b'a,b\nx,"y\nz,z\n') == [
        (
            "f.csv, row 2, column b: opens with a quotation mark that is never closed; "
            "close it, or double the quotation marks inside"
        )
    ]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1+1", "-1", "@SUM(A1)", "\t=1", " =1", '"=1"', "+41 22 =cmd", "@user", "@a@b@c"]
)
def test_formula_looking_cells_are_refused_even_as_phone_and_mastodon(cell: str) -> None:
    for column in ("phone", "mastodon"):
        assert faults(f"state,{column}\nDEU,{cell}\n".encode())


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("phone", "+41 22 906 80 20"),
        ("phone", "+41 (0)22 716-1700 ext. 5"),
        ("mastodon", "@mission@social.example.org"),
    ],
)
def test_a_phone_number_and_a_fediverse_handle_are_no_formulas(column: str, cell: str) -> None:
    assert faults(f"state,{column}\nDEU,{cell}\n".encode()) == []


def test_a_handle_with_an_at_sign_says_to_leave_it_off() -> None:
    assert faults(b"state,x\nDEU,@handle\n") == [
        "f.csv, row 2, column x: begins with @, which a spreadsheet takes for a formula; write the handle without it"
    ]


def test_line_breaks_are_fine_in_note_and_address() -> None:
    assert faults(b'state,note,address\nDEU,"a\r\nb","c\nd"\n') == []


TEN_MEGABYTES = 10_000_000
HUGE = {
    "plain": b"a,b\nx," + b"y" * TEN_MEGABYTES + b"\n",
    "quoted": b'a,b\nx,"' + b"y" * TEN_MEGABYTES + b'"\n',
    "never closed": b'a,b\nx,"' + b"y" * TEN_MEGABYTES,
    "doubled quotation marks": b'a,b\nx,"' + b'""' * (TEN_MEGABYTES // 2) + b'"\n',
}


# Quadratic reading would take hours; the limit is generous, so that a busy machine does not matter.
@pytest.mark.timeout(60)
@pytest.mark.parametrize("data", HUGE.values(), ids=HUGE)
def test_a_cell_of_ten_megabytes_is_named_and_read_in_linear_time(data: bytes) -> None:
    length = len(parse_sheet(data, "f.csv").rows[1].cells[1])
    says = f"is {length:,} characters long; 10,000 is the most. Is a quotation mark missing?"
    assert faults(data) == [f"f.csv, row 2, column b: {says}"]


def test_a_row_of_ten_million_cells_is_one_problem_and_kept() -> None:
    data = b"a,b\n" + b"," * TEN_MEGABYTES + b"\n"
    sheet: Sheet = parse_sheet(data, "f.csv")
    assert sheet.to_bytes() == data
    assert faults(data)[0].startswith("f.csv, row 2: has 1001 cells where the header has 2")
