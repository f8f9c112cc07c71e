"""`outreach missions import`, by the command, on a copy of the tests' campaign."""

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.contacts_files import missions_file, row_of, spreadsheet
from tests.conftest import Command
from tests.processes import Process, environment

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    return campaign_folder


THEIRS = "Pays;Courriel;Téléphone;Notes;Fax;Langue;Twitter\r\n"


def test_import_shows_every_difference_and_applies_it_with_yes(folder: Path, outreach: Command) -> None:
    text = (
        THEIRS
        + "Allemagne;a@example.org, b@example.org;+41 22 1;vu;;français;@handle\r\nKenya;;;;12;;\r\nFrance;;;;;;\r\n"
    )
    done = outreach("missions", "import", spreadsheet(folder, "\ufeff" + text), "--yes", folder=folder)
    shown = done.stdout.splitlines()
    assert shown[:9] == [
        "Read as CSV in UTF-8, separated by semicolons, header in row 1 (another one with --header ROW).",
        "Columns (theirs → ours; change one with --map 'THEIRS=OURS'):",
        "  Pays → state",
        "  Courriel → email",
        "  Téléphone → phone",
        "  Notes → note",
        "  Langue → language",
        "  Twitter → x",
        "  Fax → kept as a column of its own (leave it out with --map 'Fax=')",
    ]
    assert {"  new email: a@example.org; b@example.org", "  changed language: en → fr", "  new x: handle"} <= set(shown)
    assert "KEN Kenya (a new row)" in shown
    assert "Unchanged: FRA" in shown
    assert done.returncode == 0
    germany = row_of(folder, "DEU")
    assert germany.startswith('DEU,,a@example.org; b@example.org,fr,+41 22 1,"3 Example Street')
    assert germany.endswith("Ständige Vertretung ; vu,"), "the note that was there stays, the new one follows, no fax"
    assert row_of(folder, "KEN") == "KEN,,,en,,,,,,,,,,12", "with the language that is official there"
    assert row_of(folder, "state").endswith(",note,Fax")


def test_who_the_ambassador_is_comes_along_and_a_day_of_checking_is_asked_about(
    folder: Path, outreach: Command
) -> None:
    file = spreadsheet(folder, "Country;Ambassador;Last checked\r\nGermany;A. Example;28.11.2026\r\n")
    shown = outreach("missions", "import", file, "--dry-run", folder=folder).stdout
    by_map = ("--map", "Last checked=ambassador_checked_on", "--yes")
    done = outreach("missions", "import", file, *by_map, folder=folder)

    assert "Ambassador → ambassador, which letters say only while ambassador_checked_on is within a year" in shown
    assert "Last checked → kept as a column of its own" in shown
    assert "who the ambassador is? --map 'Last checked=ambassador_checked_on'" in shown
    assert (done.returncode, "→ ambassador\n" in done.stdout) == (0, True)
    assert row_of(folder, "state").endswith(",note,ambassador,ambassador_checked_on")
    assert row_of(folder, "DEU").endswith(",A. Example,2026-11-28")


def test_importing_the_same_file_again_changes_nothing(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, THEIRS + "Allemagne;a@example.org;+41 22 1;vu;7;;\r\n")
    outreach("missions", "import", file, "--yes", folder=folder)
    before = missions_file(folder).read_bytes()
    done = outreach("missions", "import", file, folder=folder)
    assert done.stdout.splitlines()[-1] == "Nothing to change."
    assert missions_file(folder).read_bytes() == before


def test_an_import_changes_no_byte_that_it_does_not_have_to(folder: Path, outreach: Command) -> None:
    """Also in a file with byte-order mark, semicolons and CRLF, and with columns of its own."""
    path = missions_file(folder)
    header = "state;mission;email;language;phone;address;website;x;bluesky;mastodon;source;verified_on;note;own"
    before = f'\ufeff{header}\r\nDEU;"Mission ""D""";;en;;;;;;;s;;"keep; this";mine\r\nFRA;;;fr;;;;;;;;;;\r\n'
    path.write_bytes(before.encode())
    outreach("missions", "import", spreadsheet(folder, "Country,Phone\nFrance,+33 1\n"), "--yes", folder=folder)
    assert path.read_bytes().decode() == before.replace("FRA;;;fr;;", "FRA;;;fr;+33 1;")


def test_a_blank_in_the_spreadsheet_erases_nothing(folder: Path, outreach: Command) -> None:
    before = missions_file(folder).read_bytes()
    done = outreach("missions", "import", spreadsheet(folder, "Country,E-mail,Notes\nJapan,,\n"), folder=folder)
    assert done.stdout.splitlines()[-2:] == ["States unchanged: 1", "Nothing to change."]
    assert missions_file(folder).read_bytes() == before


def test_a_new_address_is_never_taken_for_verified(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, "Country,E-mail,Verified\nJapan,new@example.org,2026-01-01\n")
    done = outreach("missions", "import", file, "--yes", folder=folder)
    left_out = (
        "  Verified → left out: an import verifies nothing. If its dates can be trusted: --map 'Verified=verified_on'"
    )
    assert left_out in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == (
        "Not verified: 1 mission. Look them up, then: outreach missions verify STATE"
    )
    assert "  changed email: mission@jpn.example.org → new@example.org" in done.stdout
    assert "  cleared verified_on: 2024-11-28 (it vouched for what was there before" in done.stdout
    assert outreach("missions", "list", "--to", "JPN", folder=folder).stdout.split()[-3] == "unverified"


def test_dates_of_verification_count_where_map_says_so(folder: Path, outreach: Command) -> None:
    """One address with a day, one without, and one mission whose day is the one we have already."""
    rows = "Japan,a@example.org,2024-11-28\nFrance,b@example.org,2026-01-01\nPeru,c@example.org,\n"
    file = spreadsheet(folder, "Country,E-mail,Vérifié le\n" + rows)
    done = outreach("missions", "import", file, "--map", "Vérifié le=verified_on", "--yes", folder=folder)
    assert done.stdout.splitlines()[-3:] == [
        "Written to contacts/missions.csv.",
        "Verified, because the spreadsheet says so: 2 missions.",
        "Not verified: 1 mission. Look them up, then: outreach missions verify STATE",
    ]
    listed = outreach("missions", "list", "--to", "FRA,JPN,PER", "--json", folder=folder)
    assert [mission["address"] for mission in json.loads(listed.stdout)] == ["yes", "yes", "unverified"]


def test_what_was_taken_and_what_not_is_said_last_with_the_exit_status(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, "Country,E-mail\nPeru,c@example.org\nFrance,f@example.org\nAtlantis,a@example.org\n")
    done = outreach("missions", "import", file, "--yes", folder=folder)
    again = outreach("missions", "import", file, "--yes", folder=folder)

    said = (
        "What could be taken is in contacts/missions.csv: 2 rows. 1 row is left to mend, each named above; so the exit"
    )
    for result in (done, again):
        assert (result.returncode, result.stdout.splitlines()[-1][: len(said)]) == (1, said)


def test_a_date_of_verification_in_another_form_says_how_to_do_without(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, "Country,E-mail,Vérifié le\nPeru,c@example.org,22.11.26\n")
    done = outreach("missions", "import", file, "--map", "Vérifié le=verified_on", "--yes", folder=folder)
    assert done.returncode == 1
    assert (
        "Not taken: row 2, column Vérifié le: '22.11.26' is not a day; write it as year-month-day, "
        "such as 2022-09-29; or leave the column out with --map 'Vérifié le='"
    ) in done.stdout.splitlines()
    assert outreach("missions", "import", file, "--map", "Vérifié le=", "--yes", folder=folder).returncode == 0


def test_a_column_left_out_by_map_is_not_argued_about(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, "Country,Phone,Verified\nPeru,+51 1,never\n")
    done = outreach("missions", "import", file, "--map", "Verified=", "--yes", folder=folder)
    assert "  Verified → left out" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == "Written to contacts/missions.csv."


def test_an_imported_address_says_in_its_source_where_it_came_from(folder: Path, outreach: Command) -> None:
    rows = "Japan,new@example.org,\nPeru,c@example.org,the mission's site\nChile,,a list\n"
    file = spreadsheet(folder, "Country,E-mail,Source\n" + rows)
    done = outreach("missions", "import", file, "--yes", folder=folder)
    about = "https://jpn.example.org/about"
    came = re.search(r"imported from theirs\.csv on \d{4}-\d\d-\d\d", done.stdout)
    assert came, done.stdout
    assert f"  added to source: {about} → {about} ; {came[0]}" in done.stdout.splitlines()
    assert f"  new source: the mission's site ; {came[0]}" in done.stdout.splitlines()
    assert "  new source: a list" in done.stdout.splitlines()
    assert f",{about} ; {came[0]},," in row_of(folder, "JPN")
    assert f",the mission's site ; {came[0]},," in row_of(folder, "PER")


def test_what_the_spreadsheet_contradicts_itself_about_is_not_taken(folder: Path, outreach: Command) -> None:
    file = spreadsheet(
        folder, "Country,ISO,E-mail\nChile,CHL,a@example.org\nChile,,b@example.org\nChile,PER,c@example.org\n"
    )
    before = missions_file(folder).read_bytes()
    done = outreach("missions", "import", file, "--yes", folder=folder)
    assert done.returncode == 1
    assert "Conflict, not taken: CHL email: row 2 says 'a@example.org', row 3 says 'b@example.org'" in done.stdout
    assert "Keep one row for each State; several addresses may stand in its cell, separated by ;." in done.stdout
    assert "Not taken: row 4, column Country: names different States: Chile, PER" in done.stdout
    assert missions_file(folder).read_bytes() == before


def test_rows_that_name_no_known_state_are_listed(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, "Country,E-mail\nAtlantis,a@example.org\n,b@example.org\n")
    done = outreach("missions", "import", file, "--yes", folder=folder)
    assert done.returncode == 1
    assert "Not taken: row 2, column Country: there is no State 'Atlantis'" in done.stdout
    assert "Not taken: row 3: names no State" in done.stdout


def test_map_names_columns_that_nobody_can_guess(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, "Who,Where to,Junk\nAndorra,a@example.org,x\n")
    assert outreach("missions", "import", file, folder=folder).stderr == (
        f"outreach: {file}, row 1: none of the columns Who, Where to, Junk looks like the State; "
        "say which with --map 'Who=state'\n"
    )
    maps = ("--map", "who=state", "--map", "Where to=email", "--map", "Junk=")
    outreach("missions", "import", file, *maps, "--yes", folder=folder)
    assert row_of(folder, "AND").startswith("AND,,a@example.org,en,,,,,,,imported from theirs.csv on ")


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("E-mail", "--map 'E-mail': write their column, =, ours, such as --map 'Courriel=email'"),
        ("Mail=email", "--map 'Mail=email': the file has no column 'Mail'; did you mean E-mail?"),
        ("E-mail=emial", "--map 'E-mail=emial': there is no column 'emial' here; did you mean email?"),
        (
            "Country=phone",
            (
                "FILE, row 1: none of the columns Country, E-mail looks like the State; "
                "say which with --map 'Country=state'"
            ),
        ),
    ],
)
def test_a_wrong_map_says_what_there_is(folder: Path, outreach: Command, option: str, says: str) -> None:
    file = spreadsheet(folder, "Country,E-mail\nAndorra,a@example.org\n")
    done = outreach("missions", "import", file, "--map", option, folder=folder)
    assert (done.returncode, done.stderr.replace(file, "FILE")) == (2, f"outreach: {says}\n")


def test_rows_with_faults_are_listed_with_all_of_them_and_the_others_are_taken(folder: Path, outreach: Command) -> None:
    data = (
        b'Country,E-mail,Notes\nAndorra,nobody,=1+1\nFrance,x@,"a"b\nPeru,a@example.org,b,c\nChile,chile@example.org\n'
    )
    done = outreach("missions", "import", spreadsheet(folder, data), "--yes", folder=folder)
    shown = [line for line in done.stdout.splitlines() if line.startswith("Not taken")]
    assert shown[0].endswith(
        "row 2, column Notes: begins with '=' and looks like a formula; begin with a letter or a digit"
    )
    assert shown[0].startswith("Not taken: row 2, column E-mail: 'nobody' is not an e-mail address: ")
    assert shown[1:] == [
        "Not taken: row 3: a cell goes on after its closing quotation mark; double the quotation marks inside",
        "Not taken: row 4: has 4 cells where the header has 3; a cell with the separator inside needs quotation marks",
    ]
    assert done.returncode == 1
    assert "chile@example.org" in row_of(folder, "CHL")
    assert "5 rows: 1 taken, 1 without data (header: 1), 3 not taken." in done.stdout.splitlines()


def test_without_a_terminal_an_import_needs_yes(folder: Path, outreach: Command) -> None:
    before = missions_file(folder).read_bytes()
    done = outreach("missions", "import", spreadsheet(folder, "Country,Phone\nPeru,+51 1\n"), folder=folder)
    assert (done.returncode, done.stderr) == (
        2,
        "outreach: nothing was changed: without a terminal to ask on, say --yes\n",
    )
    assert missions_file(folder).read_bytes() == before


@pytest.mark.parametrize(
    ("answer", "applied", "last"),
    [("n", False, "Nothing was changed."), ("y", True, "Written to contacts/missions.csv.")],
)
def test_on_a_terminal_an_import_asks_first(folder: Path, answer: str, applied: bool, last: str) -> None:
    """Either answer is an answer: it ends well."""
    file = spreadsheet(folder, "Country,Phone\nPeru,+51 1\n")
    ours, theirs = pty.openpty()
    command = ["-C", str(folder), "missions", "import", file]
    os.write(ours, f"{answer}\n".encode())
    pipe = subprocess.PIPE
    with Process(command, stdin=theirs, stdout=pipe, stderr=pipe, text=True, env=environment({})) as process:
        output, errors = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert (process.returncode, errors) == (0, "")
    assert output.splitlines()[-1].endswith(last)
    assert ("+51 1" in row_of(folder, "PER")) is applied


def test_a_missing_spreadsheet_is_an_error_in_words(folder: Path, outreach: Command) -> None:
    done = outreach("missions", "import", "nowhere.csv", folder=folder)
    assert (done.returncode, done.stderr) == (2, "outreach: nowhere.csv: there is no such file\n")


MESSY = Path(__file__).parents[1] / "registry" / "imports" / "files" / "messy.xlsx"


def on_a_terminal(folder: Path, *arguments: str, answers: str) -> tuple[int, str]:
    """Run the command as a person does; its exit status and what it printed."""
    ours, theirs = pty.openpty()
    command = ["-C", str(folder), "missions", "import", *arguments]
    os.write(ours, answers.encode())
    pipe = subprocess.PIPE
    with Process(command, stdin=theirs, stdout=pipe, stderr=pipe, text=True, env=environment({})) as process:
        output, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    return process.returncode, output


def test_a_messy_workbook_is_taken_row_by_row(folder: Path, outreach: Command) -> None:
    mend = folder / "mend.csv"
    done = outreach("missions", "import", str(MESSY), "--yes", "--rejects", str(mend), folder=folder)
    shown = done.stdout.splitlines()
    assert shown[:2] == [
        "Read as a workbook, sheet 'Contacts', header in row 4 (another one with --header ROW).",
        "Other sheets, not read (one with --sheet NAME): Read me, 2024 (hidden)",
    ]
    assert "  new language: fr (not in the file; official there)" in shown
    assert "No State: row 14: European Union is no State: letters go to States" in shown
    assert [line[:30] for line in shown if line.startswith("Not taken")] == [
        "Not taken: row 15, column Coun",
        "Not taken: row 16, column Coun",
        "Not taken: row 17, column E-ma",
    ]
    assert (
        "20 rows: 7 taken, 10 without data (above the header: 1, 3; blank: 3 rows; header: 4; header again: 10; "
        "no State: 14; total: 18; a line of text: 20), 3 not taken."
    ) in shown
    assert (done.returncode, done.stderr) == (1, "")
    assert row_of(folder, "KOR").startswith("KOR,,korea@example.org,en,41227301234,")
    assert row_of(folder, "SEN").startswith("SEN,,senegal@example.org,fr,")
    assert outreach("missions", "check", folder=folder).returncode == 0
    text = mend.read_text(encoding="utf-8-sig")
    mend.write_text(text.replace("Germny", "Germany").replace("japan [at] example.org", "japan@example.org"))
    again = outreach("missions", "import", str(mend), "--state", "Congo=COD", "--yes", folder=folder)
    assert (again.returncode, "4 rows: 3 taken, 1 without data (header: 1)." in again.stdout) == (0, True)
    assert row_of(folder, "COD").startswith("COD,,congo@example.org,fr,")


def test_a_name_that_may_be_two_states_is_asked_about(folder: Path) -> None:
    file = spreadsheet(folder, "Country,E-mail\nCongo,a@example.org\nGermny,b@example.org\nKorea,c@example.org\n")
    code, output = on_a_terminal(folder, file, answers="cod\nDEU\n\ny\n")
    assert "'Congo' may be Congo (COG) or Democratic Republic of the Congo (COD)." in output
    assert "Not taken: row 4, column Country: 'Korea' may be" in output
    assert code == 1
    assert "a@example.org" in row_of(folder, "COD")
    assert "b@example.org" in row_of(folder, "DEU")


def test_a_dry_run_asks_nothing_and_changes_nothing(folder: Path, outreach: Command) -> None:
    before = missions_file(folder).read_bytes()
    done = outreach("missions", "import", str(MESSY), "--dry-run", folder=folder)
    assert done.stdout.splitlines()[-1] == "Nothing was changed in contacts/missions.csv: this was --dry-run."
    assert (done.returncode, missions_file(folder).read_bytes()) == (1, before)


def test_rows_to_mend_are_written_over_nothing(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, "Country,E-mail\nPeru,nobody\nChile,b@example.org\n")
    before, mine = missions_file(folder).read_bytes(), folder / "mine.csv"
    mine.write_text("mine")
    for path, says in ((mine, "there is such a file already; name another one"), (Path("mend.xlsx"), "written as CSV")):
        done = outreach("missions", "import", file, "--yes", "--rejects", str(path), folder=folder)
        assert (done.returncode, says in done.stderr) == (2, True)
    assert (missions_file(folder).read_bytes(), mine.read_text()) == (before, "mine")
    done = outreach("missions", "import", file, "--yes", "--rejects", str(folder / "no" / "x.csv"), folder=folder)
    assert (done.returncode, "cannot be written: No such file or directory" in done.stderr) == (2, True)
    for _ in range(2):  # the same rows once more are no other file
        outreach("missions", "import", file, "--dry-run", "--rejects", str(folder / "mend.csv"), folder=folder)
    assert (folder / "mend.csv").read_bytes().startswith("\ufeffCountry,E-mail,what is wrong\r\nPeru,nobody,".encode())


def test_text_in_a_wrong_encoding_is_mended_only_when_told_so(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, "Country,TÃ©lÃ©phone,Address\nCÃ´te d'Ivoire,022,GenÃ¨ve\n")
    done = outreach("missions", "import", file, "--yes", folder=folder)
    assert (done.returncode, "and should say 'Téléphone'" in done.stderr) == (2, True)
    done = outreach("missions", "import", file, "--repair-text", "--yes", folder=folder)
    assert done.returncode == 0
    assert "Read so: row 2, column Address: 'GenÃ¨ve' read as 'Genève'" in done.stdout
    assert row_of(folder, "CIV").startswith("CIV,,,fr,022,Genève,")


def test_a_list_with_a_title_is_read_with_its_map(folder: Path, outreach: Command) -> None:
    """The title was once taken for the header, and its --map ended in a formula that was none."""
    file = spreadsheet(folder, "List of missions\nWho,Phone\nAndorra,+41 22 1\n")
    assert outreach("missions", "import", file, folder=folder).stderr == (
        f"outreach: {file}, row 2: none of the columns Who, Phone looks like the State; "
        "say which with --map 'Who=state'\n"
    )
    done = outreach("missions", "import", file, "--map", "Who=state", "--yes", folder=folder)
    assert (done.returncode, "+41 22 1" in row_of(folder, "AND")) == (0, True)


def test_an_import_that_is_killed_leaves_the_file_whole(folder: Path) -> None:
    before = missions_file(folder).read_bytes()
    ours, theirs = pty.openpty()
    command = ["-C", str(folder), "missions", "import", str(MESSY)]
    os.write(ours, b"\n\n")  # neither Congo nor Germany: then it asks whether to apply this, and waits
    pipe = subprocess.PIPE
    with Process(command, stdin=theirs, stdout=pipe, stderr=pipe, text=True, env=environment({})) as process:
        assert process.stdout is not None
        seen = ""
        while "Apply this to" not in seen:
            seen += process.stdout.read(1)
        process.kill()
    os.close(ours)
    os.close(theirs)
    assert missions_file(folder).read_bytes() == before
    assert sorted(path.name for path in missions_file(folder).parent.iterdir() if path.name.startswith(".")) == []
