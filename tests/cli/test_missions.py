"""`outreach missions`, by the real command on a copy of the repository's campaign."""

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.processes import Process, environment

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    return campaign_folder


def spreadsheet(folder: Path, text: str | bytes) -> str:
    path = folder / "theirs.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def missions_file(folder: Path) -> Path:
    return folder / "contacts" / "missions.csv"


def row_of(folder: Path, code: str) -> str:
    lines = missions_file(folder).read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(code))


def test_list_shows_who_can_be_written_to(folder: Path, outreach: Command) -> None:
    done = outreach("missions", "list", "--to", "group:benelux,JPN", "--to", "Bangladesh", folder=folder)
    assert done.stdout.splitlines() == [
        "State  Name         Language  Address     Regional group  Acts",
        "BEL    Belgium      fr        no          WEOG            11",
        "BGD    Bangladesh   en        unverified  Asia-Pacific    0",
        "JPN    Japan        en        yes         Asia-Pacific    3",
        "LUX    Luxembourg   fr        no          WEOG            11",
        "NLD    Netherlands  en        no          WEOG            11",
    ]
    assert (done.returncode, done.stderr) == (0, "")


def test_list_says_when_not_the_whole_council_is_known(folder: Path, outreach: Command) -> None:
    done = outreach("missions", "list", "--to", "hrc:2027", "--json", folder=folder)
    assert (done.returncode, "32 of 47 members of 2027 are known" in done.stderr) == (0, True)
    assert "members of" not in outreach("missions", "list", "--to", "hrc:2022-09", folder=folder).stderr
    plan = outreach("send", "--case", "beacon", "--to", "hrc:2027", "--dry-run", folder=folder)
    assert "not the whole Council: 32 of 47 members of 2027 are known" in plan.stdout


def test_list_as_json_is_one_array_of_all_missions(folder: Path, outreach: Command) -> None:
    listed = json.loads(outreach("missions", "list", "--json", folder=folder).stdout)
    assert len(listed) == 28
    assert listed[0] == {
        "state": "ALB",
        "name": "Albania",
        "language": "en",
        "address": "no",
        "group": "EEG",
        "acts": 3,
    }


def test_list_says_which_selected_states_have_no_row(folder: Path, outreach: Command) -> None:
    done = outreach("missions", "list", "--to", "BLR,AND", folder=folder)
    assert done.stderr == "No row in contacts/missions.csv: BLR\n"


def test_an_unknown_selection_exits_2_and_says_what_there_is(folder: Path, outreach: Command) -> None:
    done = outreach("missions", "list", "--to", "group:NATO", folder=folder)
    assert done.returncode == 2
    assert done.stderr == (
        "outreach: there is no group 'NATO'; there are: "
        "African Group, Asia-Pacific, EEG, GRULAC, WEOG, Nordic-Baltic, CANZ, BENELUX\n"
    )


@pytest.mark.parametrize("name", ["JPN", "jp", "japan", "Japón"])
def test_show_names_the_contact_with_its_source_and_the_record_by_instrument(
    folder: Path, outreach: Command, name: str
) -> None:
    lines = outreach("missions", "show", name, folder=folder).stdout.splitlines()
    assert lines[0] == "Japan (JPN), Asia-Pacific"
    assert "  e-mail    mission@jpn.example.org" in lines
    assert "  verified  2024-11-28" in lines
    assert "  source    https://jpn.example.org/about" in lines
    heading = next(line for line in lines if line.startswith("  unga76-statement: "))
    assert lines[lines.index(heading) + 1 :][:2] == [
        "    joined",
        "      source: https://example.org/record",
    ]
    assert lines[-2:] == ["What we asked it", "  nothing yet"]


def test_show_says_how_a_resolution_was_adopted_where_the_file_has_it(folder: Path, outreach: Command) -> None:
    file = folder / "contacts" / "instruments.csv"
    assert "adopted" not in outreach("missions", "show", "DEU", folder=folder).stdout, "files of before have no votes"
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    rows = [f"{row},{'28-0-19' if row.startswith('hrc36-21,') else ''}" for row in rows]
    file.write_text("\n".join([f"{header},vote", *rows, ""]), encoding="utf-8")
    assert "(A/HRC/RES/36/21, 2017-09-29, adopted 28-0-19)" in outreach("missions", "show", "DEU", folder=folder).stdout


def test_show_as_json_has_contact_record_and_asks(folder: Path, outreach: Command) -> None:
    shown = json.loads(outreach("missions", "show", "DEU", "--json", folder=folder).stdout)
    assert (shown["state"], shown["mission"]["emails"], shown["asked"]) == ("DEU", [], [])
    raised = [act for act in shown["record"] if act["instrument"] == "hrc51-dialogue"]
    assert {act["case"] for act in raised} == {"", "beacon", "specimen"}


def test_show_of_a_state_without_a_row_still_shows_its_record(folder: Path, outreach: Command) -> None:
    done = outreach("missions", "show", "AFG", folder=folder)
    assert "  no row in contacts/missions.csv" in done.stdout
    assert "unga76-statement" in done.stdout


def test_check_counts_what_is_missing(folder: Path, outreach: Command) -> None:
    done = outreach("missions", "check", folder=folder)
    assert done.stdout.splitlines() == [
        "28 missions, 108 acts, 12 instruments",
        "25 missions without an address, 2 with one never verified",
    ]
    assert (done.returncode, done.stderr) == (0, "")


def test_check_names_all_problems_and_exits_1(folder: Path, outreach: Command) -> None:
    path = missions_file(folder)
    path.write_text(path.read_text().replace("AND,,,en", "AND,,@@,en").replace("ARG,,,es", "AND,,,de"))
    record = folder / "contacts" / "record.csv"
    record.write_text(record.read_text().replace("ALB,co-sponsored,reprisals-2022", "ALB,sponsored,reprisals-2022"))
    done = outreach("missions", "check", folder=folder)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        (
            "contacts/missions.csv, row 3, column email: begins with '@' and looks like a formula; "
            "begin with a letter or a digit"
        ),
        "contacts/missions.csv, row 4, column language: unknown language 'de'; write en, fr or es",
        "contacts/missions.csv, row 4, column state: AND stands in row 3 already; keep one row",
        "contacts/record.csv, row 3, column act: unknown act 'sponsored'; did you mean co-sponsored?",
        "4 problems; mend the files and run this again",
    ]


def test_check_names_a_slip_in_the_name_of_a_case(folder: Path, outreach: Command) -> None:
    (folder / "cases" / "beacon.md").rename(folder / "cases" / "becon.md")
    done = outreach("missions", "check", folder=folder)
    assert done.returncode == 1
    assert "column case: unknown case 'beacon'; did you mean becon?" in done.stderr


def test_check_asks_dns_only_when_told_and_says_when_it_could_not(folder: Path, outreach: Command) -> None:
    """`.invalid` is nowhere, whatever name server this machine has or lacks."""
    path = missions_file(folder)
    rows = path.read_text().splitlines(keepends=True)
    path.write_text(rows[0] + "AND,,a@nowhere.invalid,en,,,,,,,,,\n")
    done = outreach("missions", "check", "--dns", folder=folder)
    refused = "contacts/missions.csv, row 2, column email: nowhere.invalid takes no mail ("
    assert done.stderr.startswith(("nowhere.invalid: could not look up (", refused))
    assert done.stdout.splitlines()[-1] == "Known to take mail: 0 of 1 domain"
    assert done.returncode == ("takes no mail" in done.stderr)


def test_check_as_json_is_one_array_of_problems(folder: Path, outreach: Command) -> None:
    assert json.loads(outreach("missions", "check", "--json", folder=folder).stdout) == []
    path = missions_file(folder)
    path.write_text(path.read_text().replace("CAN,,,en", "CAN,,,de"))
    done = outreach("missions", "check", "--json", folder=folder)
    assert json.loads(done.stdout) == [
        {
            "file": "contacts/missions.csv",
            "row": 9,
            "column": "language",
            "message": "unknown language 'de'; write en, fr or es",
        }
    ]
    assert (done.returncode, done.stderr) == (1, "")


def test_check_counts_one_as_one(folder: Path, outreach: Command) -> None:
    path = missions_file(folder)
    path.write_text(path.read_text().splitlines()[0] + "\nAND,,,en,,,,,,,,,\n")
    assert outreach("missions", "check", folder=folder).stdout.splitlines() == [
        "1 mission, 108 acts, 12 instruments",
        "1 mission without an address, 0 with one never verified",
    ]


THEIRS = "Pays;Courriel;Téléphone;Notes;Fax;Langue;Twitter\r\n"


def test_import_shows_every_difference_and_applies_it_with_yes(folder: Path, outreach: Command) -> None:
    text = (
        THEIRS
        + "Allemagne;a@example.org, b@example.org;+41 22 1;vu;;français;@handle\r\nKenya;;;;12;;\r\nFrance;;;;;;\r\n"
    )
    done = outreach("missions", "import", spreadsheet(folder, "\ufeff" + text), "--yes", folder=folder)
    shown = done.stdout.splitlines()
    assert shown[:8] == [
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
    assert row_of(folder, "KEN") == "KEN,,,,,,,,,,,,,12"
    assert row_of(folder, "state").endswith(",note,Fax")


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
    assert done.stdout.splitlines()[-1] == ("Not verified: 1 mission. Look each address up, then fill in verified_on.")
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
        "Not verified: 1 mission. Look each address up, then fill in verified_on.",
    ]
    listed = outreach("missions", "list", "--to", "FRA,JPN,PER", "--json", folder=folder)
    assert [mission["address"] for mission in json.loads(listed.stdout)] == ["yes", "yes", "unverified"]


def test_a_date_of_verification_in_another_form_says_how_to_do_without(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, "Country,E-mail,Vérifié le\nPeru,c@example.org,22.11.2026\n")
    done = outreach("missions", "import", file, "--map", "Vérifié le=verified_on", "--yes", folder=folder)
    assert (done.returncode, done.stderr) == (
        2,
        (
            f"outreach: {file}, row 2, column Vérifié le: '22.11.2026' is not a day; write it as year-month-day, "
            "such as 2022-09-29; or leave the column out with --map 'Vérifié le='\n"
        ),
    )
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
    assert "Not matched, not taken: row 4: names different States: Chile, PER" in done.stdout
    assert missions_file(folder).read_bytes() == before


def test_rows_that_name_no_known_state_are_listed(folder: Path, outreach: Command) -> None:
    file = spreadsheet(folder, "Country,E-mail\nAtlantis,a@example.org\n,b@example.org\n")
    done = outreach("missions", "import", file, "--yes", folder=folder)
    assert done.returncode == 1
    assert "Not matched, not taken: row 2: there is no State 'Atlantis'" in done.stdout
    assert "Not matched, not taken: row 3: names no State" in done.stdout


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


def test_a_broken_spreadsheet_is_refused_with_all_its_problems(folder: Path, outreach: Command) -> None:
    before = missions_file(folder).read_bytes()
    data = b"Country,E-mail,Notes\nAndorra,nobody,=1+1\nFrance,x@,caf" + b"\xe9\nPeru\n"
    file = spreadsheet(folder, data)
    done = outreach("missions", "import", file, "--yes", folder=folder)
    assert [line.split(":")[1].removeprefix(f" {file}") for line in done.stderr.splitlines()] == [
        ", row 2, column Notes",
        ", row 3, column Notes",
        ", row 4",
        ", row 2, column E-mail",
        ", row 3, column E-mail",
    ]
    assert done.returncode == 2
    assert missions_file(folder).read_bytes() == before


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


def test_check_says_where_the_record_names_more_states_than_were_counted(
    campaign_folder: Path, outreach: Command
) -> None:
    """It is no fault of a file: sources may disagree."""
    path = campaign_folder / "contacts" / "instruments.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",2022-09-29,8,", ",2022-09-29,5,"), encoding="utf-8")
    done = outreach("missions", "check", folder=campaign_folder)
    assert done.returncode == 0
    assert (
        "In doubt: the record names 7 States for hrc51-dialogue, and contacts/instruments.csv counts 5." in done.stderr
    )
