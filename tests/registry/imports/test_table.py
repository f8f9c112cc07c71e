"""What becomes of names of States and of cells as people write them: one line for each, in one table."""

from datetime import date

import pytest

from outreach.registry.imports.columns import match_columns
from outreach.registry.imports.facts import GoodRow, Options, RejectedRow, Remark, SpreadsheetFacts, read_facts
from outreach.registry.imports.layout import find_header
from outreach.registry.imports.reading.grid import Grid
from outreach.registry.missions import COLUMNS
from outreach.registry.states import fold, load_states

TODAY = date(2026, 11, 30)
NO_ROW = "is not among the UN's Member and observer States, so it has no row here"
# A name → the State that it is taken for, or how what is said of it begins.
NAMES: dict[str, str] = {
    "Korea, South": "KOR",
    "Korea (South)": "KOR",
    "South Korea": "KOR",
    "Republic of Korea": "KOR",
    "Corée (République de)": "KOR",
    "Korea, North": "PRK",
    "Korea": "? 'Korea' may be Republic of Korea (KOR) or Democratic People's Republic of Korea (PRK): write the code",
    "Congo": "? 'Congo' may be Congo (COG) or Democratic Republic of the Congo (COD): write the code, or say --state",
    "DR Congo": "COD",
    "Congo (Kinshasa)": "COD",
    "Congo / DRC": "COD",
    "Congo, Republic of the": "COG",
    "Ivory Coast": "CIV",
    "CÔTE D’IVOIRE": "CIV",
    "Swaziland": "SWZ",
    "Türkiye": "TUR",
    "Turkey": "TUR",
    "Türkiye/Turkey": "TUR",
    "Holy See": "VAT",
    "Vatican City": "VAT",
    "Palestine": "PSE",
    "State of Palestine": "PSE",
    "UK": "GBR",
    "U.S.A.": "USA",
    "EE. UU.": "USA",
    "Netherlands": "NLD",
    "The Netherlands (Kingdom of the)": "NLD",
    "Viet Nam": "VNM",
    "Vietnam": "VNM",
    "Guinea": "GIN",
    "Guinea-Bissau": "GNB",
    "Guinea Bissau": "GNB",
    "Equatorial Guinea": "GNQ",
    "Micronesia": "FSM",
    "Bolivia": "BOL",
    "St. Vincent & the Grenadines": "VCT",
    "Allemagne": "DEU",
    "Alemania": "DEU",
    "Deutschland": "DEU",
    "Alemanha": "DEU",
    "ドイツ": "DEU",
    "germany": "DEU",
    "de": "DEU",
    "DEU - Germany": "DEU",
    "Germany (DEU)": "DEU",
    "Germany*": "DEU",
    "Germany (1)": "DEU",
    "\u200bGermany\u00a0": "DEU",
    "🇩🇪 Germany": "DEU",
    "Germny": "? there is no State 'Germny'; did you mean Germany (DEU)? Write it, or say --state 'Germny=DEU'",
    "GER": "? there is no State 'GER'; did you mean Germany (DEU), ",
    "Atlantis": "! there is no State 'Atlantis'; write its name or code, or say --state 'Atlantis=CODE'",
    "China (Taiwan)": "! there is no State 'China (Taiwan)'; write its",
    "Taiwan": f"- Taiwan {NO_ROW}",
    "Taiwan, Province of China": f"- Taiwan, Province of China {NO_ROW}",
    "Republic of China": f"- Republic of China {NO_ROW}",
    "Kosovo": f"- Kosovo {NO_ROW}",
    "Western Sahara": f"- Western Sahara {NO_ROW}",
    "Hong Kong": f"- Hong Kong {NO_ROW}",
    "European Union": "- European Union is no State: letters go to States",
    "EU": "- EU is no State: letters go to States",
    "African Union": "- African Union is no State",
    "Order of Malta": "- Order of Malta is no State",
    "Permanent Mission of France to the United Nations Office at Geneva": "FRA",
    "Mission permanente de la Suisse auprès de l'Office des Nations Unies": "CHE",
    "Misión Permanente de España ante la Oficina de las Naciones Unidas": "ESP",
    "Permanent Observer Mission of the Holy See": "VAT",
    "Permanent Mission of the Democratic Republic of the Congo": "COD",
    "Permanent Mission of Congo": "? 'congo' may be Congo (COG) or",
    "Permanent Delegation of the European Union": "- the european union is no State",
    "CÃ´te d'Ivoire": "! 'CÃ´te' was read in a wrong encoding before it came here, and should say 'Côte': save",
}
# A column and its cell → what missions.csv gets; after " | " what is said of it; after "! " why the row is not taken.
CELLS: dict[tuple[str, str], str] = {
    ("E-mail", "a@example.org"): "a@example.org",
    ("E-mail", "mailto:a@example.org"): "a@example.org",
    ("E-mail", "mailto:a@example.org?subject=Hello"): "a@example.org",
    ("E-mail", "<a@example.org>"): "a@example.org",
    ("E-mail", "Jane Doe <a@example.org>"): "a@example.org | 'Jane Doe' left out beside a@example.org",
    ("E-mail", "a@example.org (Ambassador)"): "a@example.org | 'Ambassador' left out beside a@example.org",
    ("E-mail", "a@example.org, b@example.org"): "a@example.org; b@example.org",
    ("E-mail", "a@example.org / b@example.org"): "a@example.org; b@example.org",
    ("E-mail", "a@example.org;b@example.org"): "a@example.org; b@example.org",
    ("E-mail", "a@example.org\nb@example.org"): "a@example.org; b@example.org",
    ("E-mail", "a@example.org and b@example.org"): "a@example.org; b@example.org",
    ("E-mail", "a@example.org et b@example.org"): "a@example.org; b@example.org",
    ("E-mail", "a@example.org, A@example.org"): "a@example.org",
    ("E-mail", "E-mail: a@example.org."): "a@example.org",
    ("E-mail", "\u200ba\u00ad@example.org\u00a0"): "a@example.org",
    (
        "E-mail",
        "a [at] example.org",
    ): "! 'a [at] example.org' is an address written so that machines do not read it",
    ("E-mail", "a(at)example(dot)org"): "! 'a(at)example(dot)org' is an address written so that machines",
    ("E-mail", "a at example dot org"): "! 'a at example dot org' is an address written so that machines",
    ("E-mail", "a @example.org"): "! 'a @example.org' is not an e-mail address",
    ("E-mail", "a@example"): "! 'a@example' is not an e-mail address",
    ("E-mail", "see the website"): "! 'see the website' is not an e-mail address",
    ("E-mail", "a@ex\u0430mple.org"): "! 'a@ex\u0430mple.org' may not be what it looks like",
    ("E-mail", "n/a"): " | 'n/a' read as blank",
    ("E-mail", "–"): " | '–' read as blank",
    ("E-mail", "Err:508"): " | Err:508 is an error in the spreadsheet: read as blank",
    ("E-mail", "#REF!"): " | #REF! is an error in the spreadsheet: read as blank",
    ("Phone", "+41 22 000 00 00"): "+41 22 000 00 00",
    ("Phone", "41220000000"): "41220000000",
    ("Phone", "022 000\n022 001"): "022 000; 022 001",
    ("Phone", "'+41 22 000"): "+41 22 000",
    ("Phone", "+41 22 =cmd|'/c calc'!A0"): "! begins with '+' and looks like a formula",
    ("Fax", "+41 22 000 00 01"): "+41 22 000 00 01",
    (
        "Fax",
        "=1+1",
    ): "! begins with '=' and looks like a formula; begin with a letter or a digit; or leave",
    ("Language", "English"): "en",
    ("Language", "français"): "fr",
    ("Language", "Spanisch"): "es",
    ("Language", "FR"): "fr",
    ("Language", "spa"): "es",
    ("Language", "Elvish"): "! 'Elvish' is not the code of a language",
    ("Checked", "2026-11-28"): "2026-11-28",
    ("Checked", "28.11.2026"): "2026-11-28 | '28.11.2026' read as 2026-11-28",
    ("Checked", "28/11/2026"): "2026-11-28 | '28/11/2026' read as 2026-11-28",
    ("Checked", "11/28/2026"): "2026-11-28 | '11/28/2026' read as 2026-11-28",
    ("Checked", "03.04.2026"): "2026-04-03 | '03.04.2026' read as 2026-04-03",
    (
        "Checked",
        "3/4/2026",
    ): "! '3/4/2026' may be 2026-04-03 or 2026-03-04: write it so, or say --dates",
    ("Checked", "46354"): "2026-11-28 | '46354' read as 2026-11-28",
    ("Checked", "28 novembre 2026"): "2026-11-28 | '28 novembre 2026' read as 2026-11-28",
    ("Checked", "November 28, 2026"): "2026-11-28 | 'November 28, 2026' read as 2026-11-28",
    ("Checked", "Samstag, 28. November 2026"): "2026-11-28 | 'Samstag, 28. November 2026' read as 2026-11-28",
    ("Checked", "28 de noviembre de 2026"): "2026-11-28 | '28 de noviembre de 2026' read as 2026-11-28",
    ("Checked", "1er juin 2026"): "2026-06-01 | '1er juin 2026' read as 2026-06-01",
    ("Checked", "June 1st, 2026"): "2026-06-01 | 'June 1st, 2026' read as 2026-06-01",
    ("Checked", "before 28 November 2026"): "! 'before 28 November 2026' is not a day",
    ("Checked", "28.11.26"): "! '28.11.26' is not a day; write it as year-month-day",
    ("Checked", "31.02.2026"): "! '31.02.2026' is not a day",
    ("Checked", "24.12.2026"): "! 2026-12-24 is in the future",
    ("Address", "1 rue de Genève\n1202 Genève"): "1 rue de Genève\n1202 Genève",
    (
        "Address",
        "rue de GenÃ¨ve",
    ): "! 'GenÃ¨ve' was read in a wrong encoding before it came here, and should say 'Genève'",
    ("Address", "rue de Gen\ufffdve"): "! a letter was lost (\ufffd) when this file was saved in another encoding",
    ("Address", "a\u202eb"): "! has a control character (U+202E); take it out",
    ("Address", "a\x1b[31mb"): "! has a control character (U+001B); take it out",
    ("Address", "a" * 1_000_000): "! is 1,000,000 characters long; 10,000 is the most",
    ("X", "@handle"): "handle",
    ("X", "https://x.com/handle"): "handle",
    ("X", "https://twitter.com/handle?lang=en"): "handle",
    ("X", "see website"): "! 'see website' is not a handle on x",
}
OURS = {"E-mail": "email", "Checked": "verified_on"}


def read(rows: list[list[str]], options: Options = Options()) -> SpreadsheetFacts:  # noqa: B008 - it is frozen
    grid = Grid("", False, tuple(map(tuple, rows)))
    header = find_header(grid)
    columns = match_columns(header.columns, {"Checked": "verified_on"} if "Checked" in header.columns else {}, COLUMNS)
    return read_facts(grid, header, columns, load_states(), options, TODAY)


def becomes_of_name(name: str) -> str:
    """Say what becomes of a row with this name, as NAMES has it."""
    row = _of_row_2(read([["Country", "E-mail"], [name, "a@example.org"]]))
    if isinstance(row, GoodRow):
        return row.state
    if isinstance(row, Remark):
        return f"- {row.text}"
    return f"{'?' if row.codes else '!'} {row.faults[0].message}"


def becomes_of_cell(column: str, cell: str) -> str:
    """Say what becomes of a cell in this column, as CELLS has it."""
    facts = read([["Country", column], ["Peru", cell]])
    row = _of_row_2(facts)
    if isinstance(row, RejectedRow):
        return f"! {row.faults[0].message}"
    assert isinstance(row, GoodRow)
    said = "".join(f" | {note.message}" for note in facts.notes)
    return row.texts.get(OURS.get(column, column if column == "Fax" else column.lower()), "") + said


def _of_row_2(facts: SpreadsheetFacts) -> GoodRow | RejectedRow | Remark:
    (row,) = [row for row in (*facts.good, *facts.rejected, *facts.remarks) if row.row == 2]
    return row


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_state_is_taken_asked_about_or_said_to_be_none(name: str) -> None:
    found, expected = becomes_of_name(name), NAMES[name]
    assert found == expected or (not expected.isupper() and found.startswith(expected))


@pytest.mark.parametrize(("column", "cell"), CELLS, ids=[f"{column} {cell[:30]!a}" for column, cell in CELLS])
def test_a_cell_is_taken_cleaned_or_not_taken_with_its_reason(column: str, cell: str) -> None:
    found, expected = becomes_of_cell(column, cell), CELLS[column, cell]
    assert found == expected or (expected.startswith("!") and found.startswith(expected))


def test_what_a_person_says_decides() -> None:
    """A name that may be two States, one that is none, a day that may be two, text in a wrong encoding."""
    rows = [
        ["Country", "Checked", "Address"],
        ["Congo", "3/4/2026", "GenÃ¨ve"],
        ["Germny", "4/3/2026", ""],
    ]
    said = read(rows, Options({fold("Congo"): "COD", fold("Germny"): "DEU"}, day_first=False, repair_text=True))
    assert [(row.state, dict(row.texts)) for row in said.good] == [
        ("COD", {"verified_on": "2026-03-04", "address": "Genève"}),
        ("DEU", {"verified_on": "2026-04-03"}),
    ]
    assert "'GenÃ¨ve' read as 'Genève'" in [note.message for note in said.notes]


def test_a_code_settles_a_name_that_may_be_two_states() -> None:
    said = read([["Country", "ISO"], ["Congo", "COD"], ["Congo", "PER"]])
    assert [row.state for row in said.good] == ["COD"]
    assert said.rejected[0].faults[0].message == "names different States: Congo, PER"
