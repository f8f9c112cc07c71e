from hypothesis import given
from hypothesis import strategies as st

from outreach.registry.sheets.editing import with_cells, with_columns, with_rows
from outreach.registry.sheets.sheet import BOM, parse_sheet
from tests.registry.sheets.test_sheet import CELLS, STYLES, TABLES, written

STARTS = st.sampled_from(["", BOM])


def sheet_of(table: list[list[str]], style: tuple[str, str, int], start: str = "") -> bytes:
    return (start + written([[f"c{place}" for place in range(len(table[0]))], *table], *style)).encode()


@given(TABLES, STYLES, STARTS, CELLS, st.data())
def test_changing_a_cell_changes_that_cell_and_no_other_byte(
    table: list[list[str]], style: tuple[str, str, int], start: str, text: str, data: st.DataObject
) -> None:
    before = sheet_of(table, style, start)
    row = data.draw(st.integers(0, len(table) - 1))
    place = data.draw(st.integers(0, len(table[0]) - 1))
    after = with_cells(parse_sheet(before, "f"), {(row + 2, f"c{place}"): text}).to_bytes()
    table[row][place] = text
    assert [list(each.cells) for each in parse_sheet(after, "f").rows[1:]] == table
    unchanged, old = [parse_sheet(each, "f").rows[row + 1].raw for each in (after, before)]
    assert unchanged[:place] + unchanged[place + 1 :] == old[:place] + old[place + 1 :]
    cell_start = len(BOM.encode()) * bool(start)
    assert before[:cell_start] == after[:cell_start]
    common = _before_cell(before, row + 1, place)
    assert after.startswith(common)
    assert after.endswith(before[len(common) + len(old[place].encode()) :])


def _before_cell(data: bytes, row: int, place: int) -> bytes:
    """Everything that stands before a cell, added up from the cells themselves."""
    sheet = parse_sheet(data, "f")
    rows = "".join(sheet.separator.join(each.raw) + each.end for each in sheet.rows[:row])
    cells = "".join(raw + sheet.separator for raw in sheet.rows[row].raw[:place])
    return ((BOM if sheet.bom else "") + rows + cells).encode()


@given(TABLES, STYLES, STARTS, st.booleans(), st.lists(CELLS, min_size=2, max_size=2))
def test_appending_touches_no_byte_that_was_there(
    table: list[list[str]], style: tuple[str, str, int], start: str, cut: bool, texts: list[str]
) -> None:
    """Also where the last line had no end."""
    before = sheet_of(table, style, start).removesuffix(style[1].encode() if cut else b"none")
    after = with_rows(parse_sheet(before, "f"), [dict(zip(("c1", "c0"), texts, strict=True))]).to_bytes()
    assert after.startswith(before)
    assert after.endswith(style[1].encode())
    blank = [""] * (len(table[0]) - 2)
    assert list(parse_sheet(after, "f").rows[-1].cells) == [texts[1], texts[0], *blank]
    assert len(parse_sheet(after, "f").rows) == len(table) + 2


@given(TABLES, STYLES)
def test_a_new_column_adds_a_blank_cell_to_each_row_and_changes_no_other(
    table: list[list[str]], style: tuple[str, str, int]
) -> None:
    before = parse_sheet(sheet_of(table, style), "f")
    after = with_columns(before, ["Fax; own"])
    assert after.columns == (*before.columns, "Fax; own")
    assert [row.raw[:-1] for row in after.rows] == [row.raw for row in before.rows]
    assert all(row.cells[-1] == "" for row in after.rows[1:])


def test_a_quoted_cell_stays_quoted() -> None:
    sheet = parse_sheet(b'a,b\n"x",y\n', "f")
    assert with_cells(sheet, {(2, "a"): "z", (2, "b"): "w"}).to_bytes() == b'a,b\n"z",w\n'
