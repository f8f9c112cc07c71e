"""Where the table is in a sheet: the header in any row or two, and the rows that are no data."""

import pytest

from outreach.errors import UsageError
from outreach.registry.imports.columns import match_columns
from outreach.registry.imports.facts import Options, SpreadsheetFacts, read_facts
from outreach.registry.imports.layout import find_header
from outreach.registry.imports.reading.contents import read_contents
from outreach.registry.imports.reading.grid import Grid
from outreach.registry.missions import COLUMNS
from outreach.registry.states import load_states
from tests.registry.imports.test_table import TODAY

TITLE = "Permanent Missions, State of play in November 2026"


def sheet(text: str, *, exact: bool = False) -> Grid:
    """Make a sheet of lines, cells separated by |."""
    rows = (tuple(cell.strip() for cell in line.split("|")) for line in text.strip("\n").splitlines())
    return Grid("", False, tuple(rows), exact=exact)


def read(text: str) -> SpreadsheetFacts:
    grid = sheet(text)
    header = find_header(grid)
    contents = read_contents(grid, header.columns, header.last)
    columns = match_columns(header.columns, {}, COLUMNS, header.nameless, header.last, contents)
    return read_facts(grid, header, columns, load_states(), Options(), TODAY)


@pytest.mark.parametrize(
    ("text", "rows", "columns"),
    [
        ("Country|E-mail\nPeru|a@example.org", (1, 1), ("Country", "E-mail")),
        (f"{TITLE}\n\nCountry|E-mail\nPeru|a@example.org", (3, 3), ("Country", "E-mail")),
        (
            "Country|means the State\n\nPays|Courriel|Téléphone\nPérou|a@example.org",
            (3, 3),
            ("Pays", "Courriel", "Téléphone"),
        ),
        ("Country|Contact|\nCountry|E-mail|Phone\nPeru|a@example.org|1", (2, 2), ("Country", "E-mail", "Phone")),
        ("Country|Contact|\n|E-mail|Phone\nPeru|a@example.org|1", (1, 2), ("Country", "E-mail", "Phone")),
        (
            "|Contact||Site\nCountry|E-mail|Phone|\nPeru|a@example.org|1|x",
            (1, 2),
            ("Country", "E-mail", "Phone", "Site"),
        ),
        (
            "Country|Ambassador||Deputy|\n|Name|E-mail|Name|E-mail\nPeru|A|a@example.org|B|b@example.org",
            (1, 2),
            ("Country", "Ambassador Name", "E-mail", "Deputy Name", "E-mail (2)"),
        ),
        ("Country|E-mail||Notes\nPeru|a@example.org|?|x", (1, 1), ("Country", "E-mail", "column C", "Notes")),
        ("Country / Pays|E-mail(s)|Tel.\nPeru|a@example.org|1", (1, 1), ("Country / Pays", "E-mail(s)", "Tel.")),
        ("Mission|E-mail\nPermanent Mission of Peru|a@example.org", (1, 1), ("Mission", "E-mail")),
        (f"{TITLE}\nNation|Where\nPeru|a@example.org\nChile|b@example.org", (2, 2), ("Nation", "Where")),
        (f"{TITLE}|\n|\nNation|Where\nPeru|a@example.org", (3, 3), ("Nation", "Where")),
    ],
)
def test_the_header_is_found_by_its_state_column(text: str, rows: tuple[int, int], columns: tuple[str, ...]) -> None:
    header = find_header(sheet(text))
    assert ((header.first, header.last), header.columns) == (rows, columns)


def test_the_header_may_be_named_by_hand_or_by_its_map() -> None:
    text = "Country|what\nWer|Wo\nPeru|a@example.org"
    assert find_header(sheet(text), row=2).columns == ("Wer", "Wo")
    assert find_header(sheet(f"{TITLE}\n{text}"), state_names=("wer",), not_state=("country",)).last == 3
    with pytest.raises(UsageError, match="--header 9: there is nothing in that row; the last row is 3"):
        find_header(sheet(text), row=9)


def test_columns_are_known_by_their_cells_where_no_name_says_it() -> None:
    """A "Code" that is no State's is left out; nothing is guessed from two cells, or between two columns."""
    said = read("Land|Wohin|Code\nPeru|a@example.org|1\nChile|a@example.org|2\nKenya|a@example.org|3")
    assert [(row.state, dict(row.texts)) for row in said.good] == [
        ("PER", {"email": "a@example.org"}),
        ("CHL", {"email": "a@example.org"}),
        ("KEN", {"email": "a@example.org"}),
    ]
    coded = read("Country|Code|E-mail\nPeru|+51|a@example.org\nChile|+56|b@example.org\nKenya|+254|c@example.org")
    assert [row.state for row in coded.good] == ["PER", "CHL", "KEN"]
    with pytest.raises(UsageError, match="--map 'Wer=state'"):
        read("Wer|Wen\nPeru|Kenya\nPeru|Chile\nPeru|Chile")


def test_a_list_without_a_header_is_known_by_its_cells() -> None:
    """A title above it is a line of text."""
    said = read("Our list\n|a@example.org|Peru\n|b@example.org|Chile\n1|c@example.org|Kenya")
    assert [(row.state, dict(row.texts)) for row in said.good] == [
        ("PER", {"email": "a@example.org"}),
        ("CHL", {"email": "b@example.org"}),
        ("KEN", {"email": "c@example.org"}),
    ]
    assert [remark.kind for remark in said.remarks] == ["a line of text"]
    with pytest.raises(UsageError, match="no row names the columns, and none of them looks like the State; say which "):
        read("Peru|a@example.org")


def test_rows_that_are_no_data_are_told_apart_from_bad_ones() -> None:
    said = read(
        f"{TITLE}\n\nCountry|E-mail\nPeru|a@example.org\nAfrican Group\nCountry|E-mail\nKenya|b@example.org\n\n"
        "Total|2\nTotal: 2 missions\n* not verified\n|c@example.org\nGermny|"
    )
    assert [(row.row, row.kind) for row in said.remarks] == [
        (1, "above the header"),
        (2, "blank"),
        (3, "header"),
        (5, "a line of text"),
        (6, "header again"),
        (8, "blank"),
        (9, "total"),
        (10, "total"),
        (11, "a line of text"),
    ]
    assert [row.row for row in said.rejected] == [12, 13]
    assert [row.row for row in said.good] == [4, 7]


def test_a_csv_row_that_has_slipped_is_not_taken_and_a_short_one_is() -> None:
    grid = sheet("Country|E-mail\nPeru|a@example.org|b@example.org\nChile\nKenya|c@example.org||", exact=True)
    header = find_header(grid)
    said = read_facts(grid, header, match_columns(header.columns, {}, COLUMNS), load_states(), Options(), TODAY)
    assert [row.faults[0].message for row in said.rejected] == [
        "has 3 cells where the header has 2; a cell with the separator inside needs quotation marks"
    ]
    assert [row.state for row in said.good] == ["CHL", "KEN"]
