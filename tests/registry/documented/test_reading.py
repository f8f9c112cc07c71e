"""contacts/documented.csv is read whole, or all that is wrong with it is said at once; a nameless row hides no name."""

from datetime import date
from pathlib import Path

import pytest

from outreach.data import rows
from outreach.errors import DataError
from outreach.registry.documented.model import Agreed, Documented, Report, Standing
from outreach.registry.documented.reading import COLUMNS, FILE, load_documented
from outreach.registry.documented.vocabulary import LANGUAGES, TABLE, codes, word

TODAY = date(2026, 11, 30)
NAMED = {
    "id": "example-centre",
    "title": "Example Centre",
    "state": "BLR",
    "named_publicly": "yes",
    "sources": "A/HRC/48/28, annex II, para. 3; https://example.org/centre",
}
NAMELESS = {
    "id": "blr-2021-3",
    "title": "An individual",
    "state": "BLR",
    "named_publicly": "no",
    "sources": "A/HRC/48/28, annex II, para. 3; UA BLR 2/2021",
}


def write(folder: Path, *records: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    cells = ['"{}"'.format(record.get(column, "").replace('"', '""')) for record in records for column in columns]
    lines = [",".join(cells[start : start + len(columns)]) for start in range(0, len(cells), len(columns))]
    path = folder / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([",".join(columns), *lines, ""]), encoding="utf-8")
    return folder


def problems(folder: Path, *records: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> list[tuple[object, ...]]:
    with pytest.raises(DataError) as caught:
        load_documented(write(folder, *records, columns=columns), TODAY)
    return [(problem.row, problem.column) for problem in caught.value.problems]


def test_a_campaign_without_the_file_has_no_documented_case(tmp_path: Path) -> None:
    assert load_documented(tmp_path, TODAY) == ()


def test_a_row_is_read_with_its_several_values(tmp_path: Path) -> None:
    full = NAMED | {
        "year": "2021",
        "victim_kind": "organisation",
        "engagement": "submitted-information; attended",
        "un_body": "upr;hrc",
        "act_type": "threats",
        "trigger": "a submission",
        "reports": "A/HRC/48/28, annex I, para. 12; A/HRC/51/47 annex 2 paras. 3 – 5;A/HRC/54/61",
        "followup": "new;follow-up;",
        "state_reply": "no",
        "status": "held; released",
        "status_on": "2021;2025-12-13",
        "consent": "family 2024-05",
        "note": "Two lines\nof it",
    }
    [found] = load_documented(write(tmp_path, full), TODAY)
    assert found == Documented(
        id="example-centre",
        title="Example Centre",
        state="BLR",
        year="2021",
        named_publicly=True,
        victim_kind="organisation",
        engagement=("submitted-information", "attended"),
        un_body=("upr", "hrc"),
        act_type=("threats",),
        trigger="a submission",
        reports=(
            Report("A/HRC/48/28", "I", "12", "new"),
            Report("A/HRC/51/47", "II", "3-5", "follow-up"),
            Report("A/HRC/54/61"),
        ),
        state_reply="no",
        history=(Standing("held", "2021"), Standing("released", "2025-12-13")),
        consent=Agreed("family", "2024-05"),
        sources=("A/HRC/48/28, annex II, para. 3", "https://example.org/centre"),
        note="Two lines\nof it",
    )
    assert (found.status, found.status_on) == ("released", "2025-12-13")
    assert str(found.reports[1]) == "A/HRC/51/47, annex II, paras. 3-5"


def test_the_short_file_and_a_blank_stay_what_they_are(tmp_path: Path) -> None:
    columns = ("id", "title", "state", "named_publicly", "sources")
    [found] = load_documented(write(tmp_path, NAMED, columns=columns), TODAY)
    assert (found.year, found.status, found.consent, found.reports) == ("", "", Agreed(), ())


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("id", "example centre"),
        ("title", ""),
        ("title", "Example \u202eerteC"),
        ("state", "Belarus"),
        ("year", "2027"),
        ("named_publicly", ""),
        ("victim_kind", "person"),
        ("engagement", "attended; danced"),
        ("act_type", "=cmd|' /C calc'!A0"),
        ("reports", "the report"),
        ("reports", "javascript:alert(1)"),
        ("followup", "new"),
        ("status_on", "2021"),
        ("status_on", "2027-01-01"),
        ("consent", "yes"),
        ("consent", "family 2027"),
        ("sources", ""),
        ("sources", "javascript:alert(1)"),
        ("sources", "https://user@example.org/x"),
        ("note", "+1 to that"),
        ("trigger", "x" * 10_001),
        ("reports", "A/HRC/1;" * 201),
    ],
)
def test_a_cell_that_cannot_be_right_is_named(tmp_path: Path, column: str, text: str) -> None:
    assert problems(tmp_path, NAMED | {column: text}) == [(2, column)]


def test_days_that_run_backwards_and_a_second_row_of_one_case_are_named(tmp_path: Path) -> None:
    backwards = NAMED | {"status": "held;released", "status_on": "2025-02;2025-01-30"}
    assert problems(tmp_path, backwards, NAMED) == [(2, "status_on"), (3, "id")]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("id", "jane-example"),
        ("title", "Jane Example"),
        ("trigger", "Jane Example spoke"),
        ("state_reply", "that Jane Example is a criminal"),
        ("sources", "https://example.org/jane-example"),
        ("sources", "A letter of Jane Example"),
        ("note", "Jane Example"),
        ("own", "Jane Example"),
    ],
)
def test_a_row_that_names_nobody_has_no_cell_for_a_name(tmp_path: Path, column: str, text: str) -> None:
    load_documented(write(tmp_path, NAMELESS, columns=(*COLUMNS, "own")), TODAY)
    assert problems(tmp_path, NAMELESS | {column: text}, columns=(*COLUMNS, "own")) == [(2, column)]


@pytest.mark.parametrize("column", ["risk", "Risk level", "note interne", "Confidential"])
def test_a_column_for_the_team_alone_is_refused(tmp_path: Path, column: str) -> None:
    assert problems(tmp_path, NAMED, columns=(*COLUMNS, column)) == [(1, column)]


def test_nothing_stands_under_no_column(tmp_path: Path) -> None:
    write(tmp_path, NAMELESS)
    path = tmp_path / FILE
    header, row = path.read_text().splitlines()
    path.write_text(f"{header},,\n{row},,\n{row.replace('-3', '-4', 1)},Jane Example,\n")
    with pytest.raises(DataError, match=r"row 3, column 19: says something under no column"):
        load_documented(tmp_path, TODAY)


def test_every_word_is_said_in_every_language() -> None:
    table = rows(TABLE)
    assert all(row[language] for row in table for language in ("list", "code", *LANGUAGES))
    assert len({(row["list"], row["code"]) for row in table}) == len(table)
    assert word("status", codes("status")[0], "fr") == "décès"
    assert word("status", "released", "zu") == "released"
    assert word("status", "", "fr") == ""
