"""`outreach missions`, by the real command on a copy of the repository's campaign."""

import json
from pathlib import Path

import pytest

from tests.cli.contacts_files import missions_file
from tests.conftest import Command

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    return campaign_folder


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


def test_list_as_csv_is_for_a_spreadsheet(folder: Path, outreach: Command) -> None:
    listed = outreach("missions", "list", "--to", "JPN", "--csv", folder=folder)
    assert listed.stdout == "state,name,language,address,group,acts\nJPN,Japan,en,yes,Asia-Pacific,3\n"


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
    path.write_text(path.read_text().replace("AND,,,en", "AND,,@@,en").replace("ARG,,,es", "AND,,,xx"))
    record = folder / "contacts" / "record.csv"
    record.write_text(record.read_text().replace("ALB,co-sponsored,reprisals-2022", "ALB,sponsored,reprisals-2022"))
    done = outreach("missions", "check", folder=folder)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        (
            "contacts/missions.csv, row 3, column email: begins with '@' and looks like a formula; "
            "begin with a letter or a digit"
        ),
        (
            "contacts/missions.csv, row 4, column language: there is no language 'xx'; "
            "write its code, such as en, pt, ar or zh-Hant"
        ),
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
    path.write_text(path.read_text().replace("CAN,,,en", "CAN,,,xx"))
    done = outreach("missions", "check", "--json", folder=folder)
    assert json.loads(done.stdout) == [
        {
            "file": "contacts/missions.csv",
            "row": 9,
            "column": "language",
            "message": "there is no language 'xx'; write its code, such as en, pt, ar or zh-Hant",
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
