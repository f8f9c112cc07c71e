"""Loading the three files: what people's spreadsheets do to them, and every problem by file, row and column."""

import shutil
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.errors import DataError
from outreach.registry import record
from outreach.registry.instruments import read_kind
from outreach.registry.load import load_registry
from outreach.registry.model import Registry
from outreach.registry.record import cases_without_file, slips_in_cases
from tests.conftest import CAMPAIGN

TODAY = date(2026, 11, 23)
MISSIONS = "state,mission,email,language,phone,address,website,x,bluesky,mastodon,source,verified_on,note\n"
RECORD = "state,act,instrument,case,subject,state_concerned,date,with,source,note\n"
INSTRUMENTS = "id,kind,title,symbol,date,count,led_by,source,note\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CAMPAIGN / "contacts", tmp_path / "contacts")
    return tmp_path


def load(folder: Path) -> Registry:
    return load_registry(folder, today=TODAY)


def problems(folder: Path) -> list[str]:
    """What is wrong with the files as a whole, so that nothing of them loads."""
    with pytest.raises(DataError) as error:
        load(folder)
    return [str(problem) for problem in error.value.problems]


def broken_rows(folder: Path) -> list[str]:
    """What is wrong with single rows about missions; all others load."""
    return [str(problem) for problem in load(folder).problems]


def mission(**facts: str) -> str:
    return MISSIONS + ",".join(facts.get(column, "") for column in MISSIONS.strip().split(",")) + "\n"


def act(**facts: str) -> str:
    known = {"state": "DEU", "act": "raised", "instrument": "hrc51-dialogue", "source": "s", **facts}
    return RECORD + ",".join(known.get(column, "") for column in RECORD.strip().split(",")) + "\n"


def write(folder: Path, name: str, text: str) -> None:
    (folder / "contacts" / name).write_text(text, encoding="utf-8", newline="")


def test_the_contacts_of_a_campaign_load(folder: Path) -> None:
    registry = load(folder)
    assert (len(registry.missions), len(registry.acts), len(registry.instruments)) == (28, 108, 12)
    assert registry.missions["JPN"].emails == ("mission@jpn.example.org",)
    assert registry.missions["AND"].emails == ()


def test_notes_about_discrepancies_are_read(folder: Path) -> None:
    registry = load(folder)
    assert registry.instruments["unga75-statement"].note == "two sources differ: do not resolve silently"
    assert any(act.note == "not in the list of co-sponsors" for act in registry.acts)


def test_loading_is_fast_enough_to_do_on_every_command(folder: Path) -> None:
    """Well under 60 ms; the best of several, since the machine may be busy, and with room for a slow one."""
    load(folder)
    times = []
    for _ in range(5):
        started = time.process_time()
        load(folder)
        times.append(time.process_time() - started)
    assert min(times) < 0.06


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_saved_by_a_spreadsheet_reads_the_same(folder: Path, bom: str, separator: str, end: str) -> None:
    import csv

    before = load(folder)
    for path in (folder / "contacts").iterdir():
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(bom)
            csv.writer(file, delimiter=separator, lineterminator=end).writerows(rows)
    assert load(folder) == before


def test_unknown_columns_are_no_problem(folder: Path) -> None:
    write(folder, "missions.csv", MISSIONS.strip() + ",fax\n" + "DEU" + "," * 12 + ",123\n")
    assert list(load(folder).missions) == ["DEU"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"state": "GERMANY"}, "column state: 'GERMANY' is not an alpha-3 code; for Germany write DEU"),
        ({"state": "Germny"}, "column state: there is no State 'Germny'; did you mean Germany (DEU)?"),
        (
            {"email": "mission@"},
            ("column email: 'mission@' is not an e-mail address: There must be something after the @-sign."),
        ),
        (
            {"email": "a b@example.org"},
            (
                "column email: 'a b@example.org' is not an e-mail address: The email address "
                "contains invalid characters before the @-sign: SPACE."
            ),
        ),
        (
            {"email": "a@example.org;A@EXAMPLE.ORG;a@example.org"},
            ("column email: 'a@example.org' stands twice; keep it once"),
        ),
        ({"language": "German"}, "column language: 'German' is not the code of a language; did you mean de (German)?"),
        (
            {"verified_on": "29/09/2022"},
            ("column verified_on: '29/09/2022' is not a day; write it as year-month-day, such as 2022-09-29"),
        ),
        (
            {"verified_on": "2022-02-30"},
            ("column verified_on: '2022-02-30' is not a day; write it as year-month-day, such as 2022-09-29"),
        ),
        (
            {"verified_on": "2026-11-24"},
            (
                "column verified_on: 2026-11-24 is in the future; write the day on which the "
                "address was seen at its source"
            ),
        ),
        (
            {"note": "=HYPERLINK(1)"},
            ("column note: begins with '=' and looks like a formula; begin with a letter or a digit"),
        ),
    ],
)
def test_what_is_wrong_with_a_mission_is_said_by_row_and_column(folder: Path, facts: dict[str, str], says: str) -> None:
    write(folder, "missions.csv", mission(**{"state": "DEU", **facts}))
    assert broken_rows(folder) == [f"contacts/missions.csv, row 2, {says}"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (
            {"state": ""},
            ("column state: there is no State ''; name it by alpha-3, alpha-2 or name, such as DEU, de or Germany"),
        ),
        ({"act": "rose"}, "column act: unknown act 'rose'; did you mean raised?"),
        ({"act": ""}, "column act: no act; write one of: co-sponsored, led, joined, raised"),
        (
            {"instrument": "hrc51-dialog"},
            (
                "column instrument: unknown instrument 'hrc51-dialog'; did you mean "
                "hrc51-dialogue, hrc57-dialogue or hrc54-dialogue?"
            ),
        ),
        (
            {"state_concerned": "BLX"},
            (
                "column state_concerned: there is no State 'BLX'; name it by alpha-3, alpha-2 or "
                "name, such as DEU, de or Germany"
            ),
        ),
        ({"date": "2021-13"}, "column date: there is no date 2021-13; write it as 2021, 2021-10 or 2021-10-14"),
        ({"date": "2021-02-29"}, "column date: there is no date 2021-02-29; write it as 2021, 2021-10 or 2021-10-14"),
        (
            {"date": "14.10.2021"},
            ("column date: '14.10.2021' is not a date; write it as precisely as known: 2021, 2021-10 or 2021-10-14"),
        ),
        ({"date": "0021"}, "column date: the year 21 cannot be right; write a year from 1945 to 2100"),
        ({"source": ""}, "column source: no source; an act needs one: an address on the web, or a document"),
    ],
)
def test_what_is_wrong_with_an_act_is_said_by_row_and_column(folder: Path, facts: dict[str, str], says: str) -> None:
    write(folder, "record.csv", act(**facts))
    assert problems(folder) == [f"contacts/record.csv, row 2, {says}"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"quote": "words"}, "column quote_language: blank; write the language of the quote, such as en"),
        ({"quote_language": "en"}, "column quote: blank, but it has a language, 'en'; write the words"),
        ({"quote": "w" * 301, "quote_language": "en"}, "column quote: is 301 characters long; a quote has at most 300"),
        (
            {"correction": "wrong", "corrected_by": "C."},
            "column corrected_on: blank; a correction says when, by whom and why. Clear all three to undo it",
        ),
        (
            {"correction": "wrong", "corrected_by": "C.", "corrected_on": "2099-01-01"},
            "column corrected_on: 2099-01-01 is in the future; write the day of the correction",
        ),
        (
            {"correction": "wrong", "corrected_by": "C.", "corrected_on": "2022-09"},
            "column corrected_on: '2022-09' is not a day; write the day of the correction, such as 2022-09-29",
        ),
    ],
)
def test_what_is_wrong_with_a_quote_or_a_correction_is_said_by_row_and_column(
    folder: Path, facts: dict[str, str], says: str
) -> None:
    known = {"state": "DEU", "act": "raised", "instrument": "hrc51-dialogue", "source": "s", **facts}
    row = ",".join(known.get(column, "") for column in record.COLUMNS)
    write(folder, "record.csv", ",".join(record.COLUMNS) + f"\n{row}\n")
    assert problems(folder) == [f"contacts/record.csv, row 2, {says}"]


def test_an_act_that_was_struck_out_stands_apart_and_its_row_may_be_said_anew(folder: Path) -> None:
    wrong = "DEU,raised,hrc51-dialogue,,Somebody,,,,s,,,,,2022-10-01,C. Example,Another State."
    right = "DEU,raised,hrc51-dialogue,,Somebody,,,,s,,,,,,,"
    write(folder, "record.csv", ",".join(record.COLUMNS) + f"\n{wrong}\n{right}\n")
    registry = load(folder)
    assert [act.row for act in registry.acts] == [3]
    assert [(act.row, act.correction) for act in registry.corrected] == [(2, "Another State.")]


def test_what_is_wrong_with_an_instrument_is_said_by_row_and_column(folder: Path) -> None:
    write(folder, "record.csv", RECORD)
    write(
        folder,
        "instruments.csv",
        INSTRUMENTS + "A B,resolution,t,,,,,,\nx,joint statment,t,,,,,,\ny,list,,,,,,,\ny,list,t,,,,,,\n",
    )
    assert problems(folder) == [
        (
            "contacts/instruments.csv, row 2, column id: 'A B' is not an id; use small letters, digits and hyphens, "
            "such as hrc51-dialogue"
        ),
        (
            "contacts/instruments.csv, row 3, column kind: 'joint statment' is nearly 'joint statement': write that, "
            "or a word that is less like it"
        ),
        "contacts/instruments.csv, row 4, column title: no title; write the instrument's own title",
        "contacts/instruments.csv, row 5, column id: 'y' stands in row 4 already; keep one row",
    ]


def test_an_instrument_may_be_of_a_kind_of_ones_own_and_say_what_it_is_about(folder: Path) -> None:
    header = INSTRUMENTS.strip().splitlines()[0]
    rows = "a,Carta  Pública,t,,,,,,,on water,sur l'eau\nb,debate,t,,,,,,,,\n"
    write(folder, "record.csv", RECORD)
    write(folder, "instruments.csv", f"{header},topic.en,topic.fr\n{rows}")
    instruments = load(folder).instruments
    assert (instruments["a"].kind, instruments["b"].kind) == ("carta pública", "debate")
    assert instruments["a"].topic == {"en": "on water", "fr": "sur l'eau"}
    assert instruments["b"].topic == {}


@pytest.mark.parametrize("kind", ["", "2022", "a,b", "x" * 50])
def test_a_kind_is_a_word(kind: str) -> None:
    with pytest.raises(ValueError, match=r"write resolution, decision, .* or list, or a word of your own"):
        read_kind(kind)


def test_two_rows_of_a_state_are_named_and_neither_counts(folder: Path) -> None:
    rows = "FRA" + "," * 12 + "\nDEU,,new@deu.example.org" + "," * 10 + "\n"
    write(folder, "missions.csv", mission(state="DEU", email="old@deu.example.org") + rows)
    says = "contacts/missions.csv, row 4, column state: DEU stands in row 2 already; keep one row"
    assert broken_rows(folder) == [says]
    missions = load(folder).missions
    assert [str(problem) for problem in missions["DEU"].problems] == [says]
    assert set(missions["DEU"].known_emails) == {"old@deu.example.org", "new@deu.example.org"}
    assert missions["FRA"].problems == ()


@pytest.mark.parametrize(
    ("row", "whose"),
    [
        ("Germany,,deu@example.org,en,,,,,,,,,", "DEU"),
        ("DEU,,deu@example.org,en", "DEU"),
        ("DEU,Permanent Mission, of Germany,deu@example.org,en,,,,,,,,,", "DEU"),
        ("DEU,,deu@example.org other@example.org,en,,,,,,,,,", "DEU"),
        ("GERMNY,,deu@example.org,en,,,,,,,,,", None),
        (",,deu@example.org,en,,,,,,,,,", None),
        ("DE\x00U,,deu@example.org,en,,,,,,,,,", None),
    ],
)
def test_a_broken_row_is_its_missions_where_that_is_plain_else_nobodys(
    folder: Path, row: str, whose: str | None
) -> None:
    write(folder, "missions.csv", f"{MISSIONS}{row}\nFRA,,fra@example.org,fr,,,,,,,,,\n")
    registry = load(folder)
    [problem] = registry.problems
    assert problem.row == 2
    assert registry.missions["FRA"].problems == ()
    if whose:
        assert registry.missions[whose].problems == (problem,)
        assert "deu@example.org" in registry.missions[whose].known_emails
    else:
        [row_of_nobody] = registry.unclaimed
        assert (row_of_nobody.problems, row_of_nobody.addresses) == ((problem,), ("deu@example.org",))
        assert list(registry.missions) == ["FRA"]


def test_a_stray_quotation_mark_hides_the_rows_below_and_is_taken_for_any_of_them(folder: Path) -> None:
    rows = 'DEU,,"deu@example.org,en,,,,,,,,,\nITA,,ita@example.org,en,,,,,,,,,"x"\nFRA,,fra@example.org,fr,,,,,,,,,\n'
    write(folder, "missions.csv", MISSIONS + rows)
    registry = load(folder)
    assert set(registry.missions) == {"DEU", "FRA"}
    assert registry.missions["DEU"].problems
    assert registry.missions["FRA"].problems == ()
    [row] = registry.unclaimed
    assert set(row.addresses) == {"deu@example.org", "ita@example.org"}


def test_a_file_that_breaks_off_in_a_row_stops_everything(folder: Path) -> None:
    write(folder, "missions.csv", f"{MISSIONS}FRA,,fra@example.org,fr,,,,,,,,,\nDEU,Perm")
    assert [line.split(":")[0] for line in problems(folder)] == ["contacts/missions.csv, row 3"]


def test_the_same_act_twice_names_both_rows(folder: Path) -> None:
    write(folder, "record.csv", act() + act(note="n").removeprefix(RECORD) + act().removeprefix(RECORD))
    assert problems(folder) == ["contacts/record.csv, row 4: says the same as row 2; keep one"]


def test_acts_with_cells_that_cannot_be_read_are_not_taken_for_the_same(folder: Path) -> None:
    text = act(subject="Nuñez") + act(subject="Muñoz").removeprefix(RECORD)
    (folder / "contacts" / "record.csv").write_bytes(text.encode("latin-1"))
    found = problems(folder)
    assert len(found) == 2
    assert all("column subject: has a byte that is not UTF-8" in line for line in found)


def test_all_problems_of_all_three_files_come_at_once(folder: Path) -> None:
    write(folder, "missions.csv", mission(state="XXX", email="x@", language="xx"))
    write(folder, "record.csv", act(act="x", date="y"))
    (folder / "contacts" / "instruments.csv").write_bytes("id\n".encode("utf-16"))
    found = problems(folder)
    assert [line.split(":")[0] for line in found] == [
        "contacts/instruments.csv",
        "contacts/missions.csv, row 2, column state",
        "contacts/missions.csv, row 2, column email",
        "contacts/missions.csv, row 2, column language",
        "contacts/record.csv, row 2, column act",
        "contacts/record.csv, row 2, column date",
    ]


def test_an_unknown_member_of_a_group_is_a_problem_of_the_settings(folder: Path) -> None:
    with pytest.raises(DataError) as error:
        load_registry(folder, {"BENELUX": ["BEL", "Hollnd"]})
    assert str(error.value) == (
        "outreach.toml, column groups.BENELUX: there is no State 'Hollnd'; did you mean Netherlands (NLD)?"
    )


def test_missing_columns_are_one_problem_not_one_for_each_row(folder: Path) -> None:
    write(folder, "missions.csv", "state,note,note\nDEU,,\nFRA,,\n")
    assert problems(folder) == [
        (
            "contacts/missions.csv, row 1: the header lacks 'mission', 'email', 'language', 'phone', 'address', "
            "'website', 'x', 'bluesky', 'mastodon', 'source', 'verified_on'; add the column, its cells may be blank"
        ),
        "contacts/missions.csv, row 1, column note: stands 2 times in the header; keep one",
    ]


def test_latin_1_inside_utf_8_names_the_cell(folder: Path) -> None:
    text = mission(state="CHE", address="Genève", note="Zürich").encode()
    (folder / "contacts" / "missions.csv").write_bytes(text.replace("ü".encode(), b"\xfc"))
    assert broken_rows(folder) == [
        (
            "contacts/missions.csv, row 2, column note: has a byte that is not UTF-8 (0xFC, perhaps 'ü' in Latin-1); "
            "type the letter again and save the file as 'CSV UTF-8'"
        )
    ]


def test_missing_files_are_named(tmp_path: Path) -> None:
    assert problems(tmp_path) == [
        f"contacts/{name}.csv: there is no such file" for name in ("instruments", "missions", "record")
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mission@EXAMPLE.org", ("Mission@example.org",)),
        ("a@example.org ; b@example.org;", ("a@example.org", "b@example.org")),
        ("a@nowhere.invalid", ("a@nowhere.invalid",)),
        ("a@BÜCHER.example.org", ("a@bücher.example.org",)),
        ("a@xn--bcher-kva.example.org", ("a@bücher.example.org",)),
        ("бюро@example.org", ("бюро@example.org",)),
    ],
)
def test_addresses_are_stored_normalised(folder: Path, written: str, read: tuple[str, ...]) -> None:
    write(folder, "missions.csv", mission(state="DEU", email=written))
    assert load(folder).missions["DEU"].emails == read


def test_blank_stays_blank_but_for_the_language_which_is_english(folder: Path) -> None:
    write(folder, "missions.csv", mission(state="DEU"))
    found = load(folder).missions["DEU"]
    assert (found.name, found.emails, found.verified_on, found.phone, found.language) == ("", (), None, "", "en")


@pytest.mark.parametrize("written", ["2021", "2021-10", "2021-10-14", ""])
def test_dates_in_the_record_are_as_precise_as_known(folder: Path, written: str) -> None:
    write(folder, "record.csv", act(date=written))
    assert load(folder).acts[0].date == written


def test_a_slip_in_the_name_of_a_case_is_named_with_its_row(folder: Path) -> None:
    write(folder, "record.csv", act(case="baecon") + act(case="sample").removeprefix(RECORD))
    assert [str(problem) for problem in slips_in_cases(load(folder), {"beacon", "sample"})] == [
        "contacts/record.csv, row 2, column case: unknown case 'baecon'; did you mean beacon?"
    ]


@pytest.mark.parametrize(
    ("written", "slip"),
    [
        ("beacn", True),
        ("beacoon", True),
        ("baecon", True),
        ("bebcon", True),
        ("beacon2", False),
        ("beacon-2022", False),
        ("baecno", False),
        ("spring", False),
        ("beacon", False),
    ],
)
def test_a_case_without_a_file_is_a_fact_unless_it_is_a_slip(folder: Path, written: str, slip: bool) -> None:
    write(folder, "record.csv", act(case=written))
    registry = load(folder)
    assert bool(slips_in_cases(registry, {"beacon"})) is slip
    assert cases_without_file(registry, {"beacon"}) == (() if written == "beacon" else (written,))


ROWS = st.lists(st.lists(st.text(max_size=8) | st.sampled_from(["DEU", "2021", "en", "=1", "a@b.c"]), max_size=14))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from(["missions.csv", "record.csv", "instruments.csv"]))
def test_whatever_stands_in_the_files_is_read_or_named(folder: Path, rows: list[list[str]], name: str) -> None:
    header = {"missions.csv": MISSIONS, "record.csv": RECORD, "instruments.csv": INSTRUMENTS}[name]
    text = header + "\n".join(",".join(row) for row in rows)
    original = (CAMPAIGN / "contacts" / name).read_bytes()
    (folder / "contacts" / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert load(folder).states
    except DataError as error:
        assert error.problems  # noqa: PT017 - either outcome is right; only its form is tested
    finally:
        (folder / "contacts" / name).write_bytes(original)
