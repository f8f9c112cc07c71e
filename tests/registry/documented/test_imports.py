"""An import takes what a table says in its own words, leaves out names that no document has, and loses no row."""

from datetime import date
from pathlib import Path

import pytest

from outreach.errors import UsageError
from outreach.registry.documented.imports.cells import Choices, read_cell, read_words
from outreach.registry.documented.imports.columns import match_documented_columns
from outreach.registry.documented.imports.plan import DocumentedPlan, plan_documented_import
from outreach.registry.documented.imports.rows import find_names, read_their_rows
from outreach.registry.documented.model import Agreed, Documented, Report, Standing
from outreach.registry.documented.reading import load_documented
from outreach.registry.documented.writing import HEADER, with_changes
from outreach.registry.imports.reading.grid import Grid
from outreach.registry.sheets.sheet import parse_sheet

TODAY = date(2026, 11, 30)
HEADINGS = (
    "Title",
    "Country",
    "Year of report",
    "Types of reprisals",
    "UN reports",
    "Link",
    "Named publicly",
    "Status",
)
JANE = ("Jane Example", "Belarus", "2021", "Travel ban|Threats", "A/HRC/48/28, annex II, para. 3", "", "", "Detained")
CENTRE = ("Centre Example", "Cuba", "2020", "Smear campaign", "", "Page|https://example.org/centre", "Yes", "")


def plan(
    *rows: tuple[str, ...],
    ours: tuple[Documented, ...] = (),
    headings: tuple[str, ...] = HEADINGS,
    maps: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
    named: bool | None = None,
) -> DocumentedPlan:
    grid = Grid("", hidden=False, rows=(headings, *rows), exact=True)
    header = find_names(grid)
    columns = match_documented_columns(header.columns, maps)
    theirs = read_their_rows(grid, header, columns, Choices(words=read_words(words)), named)
    return plan_documented_import(theirs, columns, ours, TODAY)


def saved(planned: DocumentedPlan, folder: Path) -> tuple[Documented, ...]:
    after = with_changes(parse_sheet(HEADER, "f.csv"), planned.changes, TODAY)
    (folder / "contacts").mkdir(exist_ok=True)
    (folder / "contacts" / "documented.csv").write_bytes(after.to_bytes())
    return load_documented(folder, TODAY)


@pytest.mark.parametrize(
    ("column", "theirs", "ours"),
    [
        ("act_type", "Travel ban|Threats; Torture and ill-treatment", "travel-ban; threats; torture"),
        ("act_type", "Arbitrary arrest, killings", "arbitrary-detention; killing"),
        ("act_type", "Campagne de dénigrement", "smear-campaign"),
        ("un_body", "Universal Periodic Review (UPR)", "upr"),
        ("victim_kind", "NGO|Individual", "group"),
        ("status", "In detention", "held"),
        ("status", "Unknown", "unknown"),
        ("act_type", "n/a", ""),
        ("state", "Venezuela (Bolivarian Republic of)", "VEN"),
        ("year", "2019|2017", "2017"),
        ("named_publicly", "Sí", "yes"),
        ("reports", "The report|https://undocs.org/en/A/HRC/48/28", "A/HRC/48/28"),
        ("reports", "A/HRC/48/28 para. 3|https://undocs.org/A/HRC/48/28", "A/HRC/48/28, para. 3"),
        ("sources", "News|https://example.org/a;A/HRC/48/28", "https://example.org/a; A/HRC/48/28"),
        ("status_on", "12 mars 2025", "2025-03-12"),
        ("status_on", "45728", "2025-03-12"),
        ("status", "Détenue", "held"),
        ("consent", "Family 2024-05", "family 2024-05"),
        ("title", "Jane\u200b  Example\n", "Jane Example"),
        ("trigger", "", ""),
    ],
)
def test_a_cell_is_read_in_its_own_words(column: str, theirs: str, ours: str) -> None:
    assert read_cell(column, theirs, Choices()) == ours


@pytest.mark.parametrize(
    ("column", "theirs", "why"),
    [
        ("act_type", "Exit ban", "--word 'Exit ban="),
        ("act_type", "Travl ban", "did you mean travel-ban?"),
        ("state", "Congo", "may be Congo"),
        ("state", "Belarus|Cuba", "names 2 States"),
        ("named_publicly", "perhaps", "neither yes nor no"),
        ("reports", "the annual report", "no UN symbol"),
        ("status_on", "3/4/2026", "may be"),
        ("consent", "yes", "who agreed"),
        ("title", "GenÃ¨ve", "wrong encoding"),
        ("act_type", "x|" * 5_001, "characters long"),
    ],
)
def test_a_cell_that_says_too_little_is_refused_with_what_to_write(column: str, theirs: str, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("?", r"\?")):
        read_cell(column, theirs, Choices())


def test_whom_nothing_says_a_document_names_is_taken_without_name(tmp_path: Path) -> None:
    headings = (*HEADINGS, "Summary")
    planned = plan((*JANE, "Jane was stopped"), headings=headings)
    [found] = saved(planned, tmp_path)
    assert (found.id, found.title, found.named_publicly, found.note) == ("blr-2021-1", "An individual", False, "")
    assert found.act_type == ("travel-ban", "threats")
    assert found.sources == ("A/HRC/48/28, annex II, para. 3",)
    assert "jane" not in repr(planned.changes).lower()
    assert sorted(note.column for note in planned.notes) == ["note", "title"]


def test_a_person_may_say_that_documents_name_all_of_them(tmp_path: Path) -> None:
    [found] = saved(plan(JANE, named=True), tmp_path)
    assert (found.id, found.title, found.status) == ("jane-example", "Jane Example", "held")


def test_what_is_for_the_team_alone_is_never_taken(tmp_path: Path) -> None:
    headings = ("Title", "Country", "Risk level", "Contact e-mail", "Geolocation", "UN reports", "Named publicly")
    row = ("Centre", "Cuba", "high", "a@example.org", "1|2", "A/HRC/48/28", "yes")
    planned = plan(row, headings=headings)
    assert planned.columns.internal == ("Risk level", "Contact e-mail", "Geolocation")
    assert "high" not in repr(planned.changes)
    assert saved(planned, tmp_path)[0].sources == ("A/HRC/48/28",)
    with pytest.raises(UsageError, match="must not stand in a file that is public"):
        plan(row, headings=headings, maps=("Risk level=note",))


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    rows = (JANE, JANE, CENTRE)  # two people may stand in one paragraph
    once = saved(plan(*rows), tmp_path)
    assert [each.id for each in once] == ["blr-2021-1", "blr-2021-2", "centre-example"]
    again = plan(*rows, ours=once)
    assert (again.taken, again.unchanged, again.rejected) == ((), (2, 3, 4), ())


def test_a_blank_erases_nothing_and_what_was_known_stays() -> None:
    ours = Documented(
        id="centre",
        title="Centre Example",
        state="CUB",
        year="2019",
        named_publicly=True,
        act_type=("threats",),
        reports=(Report("A/HRC/45/36", "", "", "new"),),
        history=(Standing("held", "2021"),),
        consent=Agreed("withdrawn", "2022"),
        sources=("A/HRC/45/36",),
    )
    headings = (*HEADINGS, "Status date", "Consent")
    planned = plan((*CENTRE[:2], "", *CENTRE[3:7], "Released", "2023-02", "person"), ours=(ours,), headings=headings)
    [taken] = planned.taken
    assert taken.after.year == "2019"
    assert taken.after.act_type == ("threats", "smear-campaign")
    assert taken.after.history == (Standing("held", "2021"), Standing("released", "2023-02"))
    assert taken.after.consent == Agreed("withdrawn", "2022")
    assert [(note.column, "stays so" in note.message) for note in planned.notes] == [("consent", True)]
    assert set(taken.cells) == {"act_type", "status", "status_on", "sources"}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("", "Cuba", "", "", "A/HRC/1", "", "yes", ""), "Title"),
        (("A", "", "", "", "A/HRC/1", "", "yes", ""), "Country"),
        (("A", "Cuba", "2099", "", "A/HRC/1", "", "yes", ""), "Year of report"),
        (("A", "Cuba", "", "", "", "javascript:alert(1)", "yes", ""), "Link"),
        (("=cmd|' /C calc'!A0", "Cuba", "", "", "A/HRC/1", "", "yes", ""), "Title"),
        (("A \u202ereversed", "Cuba", "", "", "A/HRC/1", "", "yes", ""), "Title"),
        (("A", "Cuba", "", "", "", "https://example.org/a", "no", ""), "sources"),
        (("A", "Cuba", "", "", "A/HRC/1", "", "yes", "", "slipped"), ""),
        (("Centre Example", "Cuba", "", "", "A/HRC/1", "", "no", ""), "named_publicly"),
    ],
)
def test_a_row_with_a_fault_is_not_taken_and_says_why(row: tuple[str, ...], column: str) -> None:
    ours = Documented("centre", "Centre Example", "CUB", named_publicly=True, sources=("A/HRC/1",))
    planned = plan(row, ours=(ours,))
    assert [(each.row, each.faults[0].column) for each in planned.rejected] == [(2, column)]
    assert planned.taken == ()


def test_two_rows_about_one_case_and_two_cases_of_one_name_are_told_apart() -> None:
    elsewhere = (CENTRE[0], "Belarus", *CENTRE[2:])
    planned = plan(CENTRE, CENTRE, elsewhere)
    assert [each.after.id for each in planned.taken] == ["centre-example", "centre-example-2"]
    assert [each.row for each in planned.rejected] == [3]


def test_a_word_of_theirs_can_be_given_a_meaning_or_left_out() -> None:
    row = (*CENTRE[:3], "Exit ban|Bad luck", *CENTRE[4:])
    [taken] = plan(row, words=("Exit ban=travel-ban", "bad luck=")).taken
    assert taken.after.act_type == ("travel-ban",)
    for wrong in ("Exit ban", "Exit ban=travelban"):
        with pytest.raises(UsageError, match="--word"):
            read_words((wrong,))


@pytest.mark.parametrize("maps", [("Land=state",), ("Nombre=title", "Link=title"), ("Link=own",)])
def test_a_column_that_cannot_be_meant_is_refused(maps: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        match_documented_columns(("Nombre", "País", "Link"), maps)


def test_columns_are_known_by_usual_names_also_with_uwazis_mark_of_a_language() -> None:
    theirs = ("Title__en", "Title__fr", "Pays", "Types de représailles", "Statut de la victime", "Date added")
    columns = match_documented_columns(theirs, ())
    assert list(columns.ours.items()) == [
        ("Title__en", "title"),
        ("Pays", "state"),
        ("Types de représailles", "act_type"),
        ("Statut de la victime", "status"),
    ]
    assert columns.left_out == ("Title__fr", "Date added")


def test_a_table_without_names_of_columns_is_refused() -> None:
    with pytest.raises(UsageError, match="no row names the columns"):
        find_names(Grid("", hidden=False, rows=(("a", "b"), ("c", "d"))))
