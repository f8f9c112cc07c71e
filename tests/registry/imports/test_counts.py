"""No row is lost: every one is taken, says nothing new, is no data or is not taken; what is not taken can be mended."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.registry.imports.columns import WHAT_IS_WRONG, match_columns
from outreach.registry.imports.facts import Options, read_facts
from outreach.registry.imports.languages import usual_language
from outreach.registry.imports.layout import Header, find_header
from outreach.registry.imports.plan import ImportPlan, Origin, plan_import
from outreach.registry.imports.reading.delimited import read_delimited
from outreach.registry.imports.reading.grid import Grid
from outreach.registry.imports.rejects import rejects_sheet
from outreach.registry.missions import COLUMNS
from outreach.registry.sheets.sheet import parse_sheet
from outreach.registry.states import load_states
from tests.registry.imports.test_table import CELLS, NAMES, TODAY

OURS = parse_sheet((",".join(COLUMNS) + "\nPER,,a@example.org,es,,,,,,,s,,\n").encode(), "contacts/missions.csv")
HEADER = ("Country", "E-mail", "Phone", "Fax", "Language", "Address")
SHORT = [cell for _, cell in CELLS if len(cell) < 100]
ROW = st.one_of(
    st.just(HEADER),
    st.just(()),
    st.just(("Total", "3")),
    st.tuples(st.sampled_from(["Peru", *NAMES, ""])),
    st.tuples(st.sampled_from(list(NAMES)), *[st.sampled_from(["", *SHORT])] * 5),
    st.lists(st.text(max_size=20), max_size=8).map(tuple),
)
SHEETS = st.tuples(st.lists(st.text(max_size=10).map(lambda text: (text,)), max_size=2), st.lists(ROW, max_size=8)).map(
    lambda parts: [*parts[0], HEADER, *parts[1]]
)


def plan_of(grid: Grid) -> tuple[Header, ImportPlan]:
    header = find_header(grid)
    columns = match_columns(header.columns, {}, COLUMNS, header.nameless, header.last)
    said = read_facts(grid, header, columns, load_states(), Options(), TODAY)
    return header, plan_import(said, columns, OURS, Origin("theirs.csv", TODAY, ("en", "fr", "es")))


def numbers(plan: ImportPlan) -> list[int]:
    rows = (*plan.taken, *plan.unchanged_rows, *(row.row for row in plan.remarks), *(row.row for row in plan.rejected))
    return sorted(rows)


@settings(max_examples=150)
@given(rows=SHEETS, exact=st.booleans())
def test_every_row_is_counted_once(rows: Sequence[tuple[str, ...]], exact: bool) -> None:
    _, plan = plan_of(Grid("", False, tuple(rows), exact=exact))
    assert numbers(plan) == list(range(1, len(rows) + 1))


@settings(max_examples=100)
@given(rows=SHEETS)
def test_what_is_not_taken_is_saved_with_its_cells_and_reason(rows: Sequence[tuple[str, ...]]) -> None:
    """The saved sheet is read again as it is: the same rows are not taken, for the same reasons."""
    grid = Grid("", False, tuple(rows))
    header, plan = plan_of(grid)
    data = rejects_sheet(grid, header, plan.rejected)
    (mend,) = read_delimited(data, "mend.csv", lambda grid: "Country" in grid.rows[0]).grids
    assert mend.rows[0][-1] == WHAT_IS_WRONG
    assert len(mend.rows) == 1 + len(plan.rejected)
    assert all(row[-1].startswith(f"row {left.row}") for row, left in zip(mend.rows[1:], plan.rejected, strict=True))
    assert not any(cell.lstrip().startswith(("=", "@", "-")) for row in mend.rows for cell in row)


def test_a_mended_sheet_is_taken_whole() -> None:
    rows = (HEADER, ("Germny", "a@example.org", "+41 22", "", "", "Rue 1\n1202"), ("Chile", "b [at] example.org"))
    grid = Grid("", False, rows)
    header, plan = plan_of(grid)
    data = rejects_sheet(grid, header, plan.rejected).decode()
    mended = data.replace("Germny", "Germany", 1).replace("b [at] example.org", "b@example.org", 1)
    (again,) = read_delimited(mended.encode(), "mend.csv", lambda grid: True).grids
    _, after = plan_of(again)
    assert (after.rejected, after.new_states) == ((), ("DEU", "CHL"))
    assert {(change.state, change.column): change.new for change in after.changes}["DEU", "address"] == "Rue 1\n1202"
    assert not any(change.column == WHAT_IS_WRONG for change in after.changes)


def test_rows_that_contradict_each_other_are_left_out_whole() -> None:
    _, plan = plan_of(
        Grid("", False, (HEADER, ("Chile", "a@example.org", "1"), ("Chile", "b@example.org", "1"), ("Chile",)))
    )
    assert [row.row for row in plan.rejected] == [2, 3]
    said = "CHL: row 2 says 'a@example.org', row 3 says 'b@example.org'; keep what is right"
    assert [fault.message for row in plan.rejected for fault in row.faults] == [said, said]
    assert (plan.new_states, plan.taken) == (("CHL",), (4,))


def test_new_rows_get_a_language_that_is_official_there_and_nothing_is_made_up() -> None:
    alpha2 = {code: state.alpha2 for code, state in load_states().items()}

    def chosen(code: str, *languages: str) -> str:
        return usual_language(code, alpha2[code], languages).code

    assert [chosen(code, "en", "fr", "es") for code in ("SEN", "CHE", "PER", "KEN", "CAN", "GNQ", "JPN", "BRA")] == [
        *("fr", "fr", "es", "en", "en", "es", "", "")
    ]
    assert [chosen(code, "pt", "ar", "zh-Hant") for code in ("BRA", "EGY", "CHN", "FRA")] == ["pt", "ar", "zh-Hant", ""]
