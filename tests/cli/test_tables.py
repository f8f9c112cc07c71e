"""Tables drawn for a terminal: no line is wider, what is cut says so, what there is no room for is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.cli.common.terminal.tables import MORE, Drawn, Fit, columns_of, cut, drawn, in_pieces

COLUMNS = ("ID", "State", "Title", "Detail", "Date")
ROW = ("19", "DEU", "Human rights lawyers from everywhere", "451 4.7.1 greylisted, come back later", "2026-11-30")
FIT = Fit(cut=("Title", "Detail"), dropped=("Detail",))


def draw(width: int, fit: Fit = FIT) -> Drawn:
    return drawn(COLUMNS, [ROW, ROW], width, fit, {"ID"})


def test_where_there_is_room_a_row_is_a_line_and_nothing_is_cut() -> None:
    lines = draw(120).lines
    assert len(lines) == 4
    assert all(cell in lines[2] for cell in ROW)


def test_a_path_is_cut_between_its_parts_and_loses_nothing() -> None:
    text = "detail: kept as rehearsal/new/Albania-ALB.viasna.first.ae6bc8e7422f3698.eml on 2026-11-30"

    assert in_pieces(text, 36) == [
        "detail: kept as rehearsal/new/",
        "Albania-ALB.viasna.first.",
        "ae6bc8e7422f3698.eml on 2026-11-30",
    ]
    assert in_pieces("x" * 50, 20) == ["x" * 20, "x" * 20, "x" * 10]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=120), st.integers(2, 60))
def test_pieces_are_never_wider_and_keep_every_letter(text: str, columns: int) -> None:
    pieces = in_pieces(text, columns)

    assert all(columns_of(piece) <= columns for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_in_less_room_the_longest_are_cut_and_dates_and_codes_stay_whole() -> None:
    lines = draw(60).lines
    assert len(lines) == 4
    assert lines[2].count(MORE) == 2
    assert lines[2].endswith("2026-11-30")
    assert "DEU" in lines[2]


def test_what_there_is_no_room_for_at_all_is_named() -> None:
    table = draw(40)
    assert table.left_out == ("Detail",)
    assert "2026-11-30" in table.lines[2]


def test_where_nothing_helps_each_row_is_a_block_and_all_of_it_is_there() -> None:
    table = draw(20)
    assert (table.heads, table.left_out) == (0, ())
    said = "".join("".join(table.lines).split())
    assert all("".join(cell.split()) in said for cell in ROW)


def test_a_column_that_says_nothing_takes_no_room() -> None:
    lines = drawn(("ID", "Embargo"), [("1", ""), ("2", "")], 80, Fit(), ()).lines
    assert lines[0] == "ID"


def test_a_table_without_rows_has_its_heading() -> None:
    assert drawn(COLUMNS, [], 80, Fit(), ()).lines[0].split() == list(COLUMNS)


TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=60)


@given(rows=st.lists(st.tuples(*[TEXTS] * 5), max_size=4), width=st.integers(min_value=12, max_value=120))
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, ...]], width: int) -> None:
    for fit in (Fit(), FIT, Fit(broken=("Title", "Detail"))):
        assert all(columns_of(line) <= width for line in drawn(COLUMNS, rows, width, fit, {"ID"}).lines)


@pytest.mark.parametrize(("text", "said"), [("abcdef", "abcd…"), ("abcde", "abcde"), ("尊敬先生", "尊敬…"), ("", "")])
def test_a_text_is_cut_to_columns_and_says_so(text: str, said: str) -> None:
    assert cut(text, 5) == said
