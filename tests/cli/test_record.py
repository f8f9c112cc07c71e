"""`outreach record`, by the real command on a copy of the campaign of the tests."""

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.processes import Process, environment

ADD = ("record", "add", "--act", "raised", "--instrument", "hrc51-dialogue", "--source", "https://example.org/a")


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    return campaign_folder


def record_file(folder: Path) -> Path:
    return folder / "contacts" / "record.csv"


@pytest.mark.parametrize(
    ("options", "states"),
    [
        (("--case", "beacon", "--instrument", "hrc51-dialogue"), ["BEL", "DEU", "LIE", "LUX", "NLD"]),
        (("--state", "Armenia", "--act", "raised"), ["ARM"]),
        (("--act", "led", "--instrument", "unga77-statement"), ["IRL"]),
        (("--to", "group:benelux", "--to", "!NLD", "--instrument", "hrc36-21"), ["BEL", "LUX"]),
        (("--instrument", "hrc57-dialogue"), []),
    ],
)
def test_list_filters_the_record(folder: Path, outreach: Command, options: tuple[str, ...], states: list[str]) -> None:
    listed = json.loads(outreach("record", "list", *options, "--json", folder=folder).stdout)
    assert [act["state"] for act in listed] == states


def test_list_as_csv_is_the_file_itself_as_a_spreadsheet_may_open_it(folder: Path, outreach: Command) -> None:
    path = record_file(folder)
    with path.open("a", encoding="utf-8") as file:
        file.write("PER,raised,hrc51-dialogue,,- a dash is a formula to a spreadsheet,,,,s,\n")
    assert outreach("record", "list", "--csv", folder=folder).returncode == 2
    path.write_text(path.read_text(encoding="utf-8").replace("- a dash", "a dash"), encoding="utf-8")
    listed = outreach("record", "list", "--csv", folder=folder).stdout
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(io.StringIO(listed))) == list(csv.reader(file))


def test_list_for_people_is_a_table(folder: Path, outreach: Command) -> None:
    done = outreach("record", "list", "--state", "NAM", folder=folder)
    assert [line.split()[:3] for line in done.stdout.splitlines()] == [
        ["State", "Act", "Instrument"],
        ["NAM", "raised", "hrc51-dialogue"],
    ]
    assert done.stderr == "1 act\n"


def test_unknown_words_in_a_filter_name_what_there_is(folder: Path, outreach: Command) -> None:
    done = outreach("record", "list", "--case", "baecon", folder=folder)
    assert (done.returncode, done.stderr) == (2, "outreach: unknown case 'baecon'; did you mean beacon?\n")


@pytest.mark.parametrize(("separator", "end"), [(",", "\n"), (";", "\r\n")])
def test_add_writes_one_row_and_touches_no_other_byte(
    folder: Path, outreach: Command, separator: str, end: str
) -> None:
    path = record_file(folder)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=separator, lineterminator=end).writerows(rows)
    before = path.read_bytes()
    options = (
        "--state",
        "fr",
        "--case",
        "beacon",
        "--state-concerned",
        "Belarus",
        "--date",
        "2022-09",
        "--note",
        "a;b,c",
    )
    done = outreach(*ADD, *options, folder=folder)
    fields = ["FRA", "raised", "hrc51-dialogue", "beacon", "", "BLR", "2022-09", "", "https://example.org/a", '"a;b,c"']
    assert path.read_bytes() == before + (separator.join(fields) + end).encode()
    assert done.stdout == "Added to contacts/record.csv, row 110: FRA raised beacon in hrc51-dialogue\n"


def test_with_a_group_adds_an_act_for_each_member(folder: Path, outreach: Command) -> None:
    before = record_file(folder).read_text()
    outreach(*ADD, "--state", "NLD", "--subject", "Somebody", "--with", "benelux", folder=folder)
    added = record_file(folder).read_text().removeprefix(before).splitlines()
    assert added == [
        f"{code},raised,hrc51-dialogue,,Somebody,,2022-09-29,BENELUX,https://example.org/a,"
        for code in ("NLD", "BEL", "LUX")
    ]


def test_add_refuses_what_the_record_says_already(folder: Path, outreach: Command) -> None:
    options = ("--state", "DEU", "--case", "beacon", "--subject", "Human Rights Center Beacon")
    options += ("--state-concerned", "BLR", "--date", "2022-09-29")
    before = record_file(folder).read_bytes()
    done = outreach(*ADD, *options, folder=folder)
    assert (done.returncode, record_file(folder).read_bytes()) == (2, before)
    assert done.stderr == (
        "outreach: contacts/record.csv says this already: row 41 (DEU); nothing was added. "
        "To name another source, edit that row\n"
    )


def test_add_tells_of_rows_that_may_be_the_same_act(folder: Path, outreach: Command) -> None:
    done = outreach(*ADD, "--state", "DEU", "--case", "beacon", folder=folder)
    assert done.returncode == 0
    assert done.stderr == (
        "  Row 41 says so too, about Human Rights Center Beacon. If that is the same act, take row 110 out again.\n"
    )


def test_add_names_everything_that_is_unknown_or_badly_written(folder: Path, outreach: Command) -> None:
    before = record_file(folder).read_bytes()
    command = ("record", "add", "--state", "Germny", "--act", "raised", "--instrument", "hrc51", "--source", "")
    options = (
        "--case",
        "../beacon",
        "--date",
        "29.9.2022",
        "--note",
        "two\nlines",
        "--with",
        "=1+1",
        "--subject",
        "a\nb",
    )
    done = outreach(*command, *options, folder=folder)
    assert [line.split(":")[1] for line in done.stderr.splitlines()] == [
        *(" --state", " --instrument", " --case", " --subject", " --date", " --with", " --source")
    ]
    assert (done.returncode, record_file(folder).read_bytes()) == (2, before)


def test_add_takes_what_case_and_instrument_say_and_says_so(folder: Path, outreach: Command) -> None:
    done = outreach(*ADD, "--state", "PER", "--case", "beacon", folder=folder)
    assert done.stdout == (
        "Added to contacts/record.csv, row 110: PER raised beacon in hrc51-dialogue; State concerned BLR, from "
        "cases/beacon.md; date 2022-09-29, from contacts/instruments.csv\n"
    )
    added = record_file(folder).read_text().splitlines()[-1]
    assert added == "PER,raised,hrc51-dialogue,beacon,,BLR,2022-09-29,,https://example.org/a,"


def test_what_is_typed_is_not_filled_in(folder: Path, outreach: Command) -> None:
    options = ("--case", "beacon", "--state-concerned", "Egypt", "--date", "2022")
    done = outreach(*ADD, "--state", "PER", *options, folder=folder)
    assert done.stdout == "Added to contacts/record.csv, row 110: PER raised beacon in hrc51-dialogue\n"
    assert (
        record_file(folder).read_text().endswith("PER,raised,hrc51-dialogue,beacon,,EGY,2022,,https://example.org/a,\n")
    )


def test_an_instrument_of_which_only_the_year_is_known_gives_no_date(folder: Path, outreach: Command) -> None:
    command = ("record", "add", "--state", "PER", "--act", "joined", "--instrument", "unga74-statement")
    outreach(*command, "--source", "s", folder=folder)
    assert record_file(folder).read_text().endswith("PER,joined,unga74-statement,,,,,,s,\n")


def test_a_new_instrument_first_needs_its_row(folder: Path, outreach: Command) -> None:
    command = ("record", "add", "--state", "PER", "--act", "joined", "--instrument", "hrc99-statement")
    done = outreach(*command, "--source", "s", folder=folder)
    assert done.returncode == 2
    assert done.stderr.startswith("outreach: --instrument: unknown instrument 'hrc99-statement'; did you mean ")
    assert done.stderr.endswith(" (a new one first needs a row in contacts/instruments.csv)\n")


@pytest.mark.parametrize("command", [("status",), ("send", "--case", "beacon", "--dry-run"), ("queue", "list")])
def test_no_command_works_on_a_record_with_a_slip_in_the_name_of_a_case(
    folder: Path, outreach: Command, command: tuple[str, ...]
) -> None:
    path = record_file(folder)
    path.write_text(path.read_text() + "PER,raised,hrc51-dialogue,baecon,,BLR,2022-09-29,,s,\n")
    done = outreach(*command, folder=folder)
    assert (done.returncode, done.stderr) == (
        2,
        "outreach: contacts/record.csv, row 110, column case: unknown case 'baecon'; did you mean beacon?\n",
    )


def test_a_case_without_a_file_can_be_added_to_once_the_record_names_it(folder: Path, outreach: Command) -> None:
    path = record_file(folder)
    path.write_text(path.read_text() + "PER,raised,hrc51-dialogue,elsewhere,,BLR,2022-09-29,,s,\n")
    done = outreach(*ADD, "--state", "AND", "--case", "elsewhere", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    listed = outreach("record", "list", "--case", "elsewhere", folder=folder)
    assert listed.stderr == "2 acts\n"


def test_a_draft_is_no_case_to_the_record(folder: Path, outreach: Command) -> None:
    (folder / "cases" / "_draft.md").write_text("not yet\n")
    done = outreach(*ADD, "--state", "PER", "--case", "_draft", folder=folder)
    assert (done.returncode, "unknown case '_draft'" in done.stderr) == (2, True)
    listed = outreach("record", "list", "--case", "_draft", folder=folder)
    assert (listed.returncode, "unknown case '_draft'" in listed.stderr) == (2, True)


def test_add_wants_to_know_what_was_raised(folder: Path, outreach: Command) -> None:
    done = outreach(*ADD, "--state", "PER", folder=folder)
    assert done.stderr == "outreach: --act raised: say what was raised, with --case or --subject\n"


QUOTE = ("--quote", "We are concerned about reprisals against Beacon.", "--quote-language", "en")


def test_an_act_may_carry_quoted_words_and_a_second_reader(folder: Path, outreach: Command) -> None:
    done = outreach(*ADD, "--state", "PER", "--case", "beacon", *QUOTE, "--second-reader", "B. Example", folder=folder)
    assert done.returncode == 0, done.stderr
    header, *_, added = record_file(folder).read_text(encoding="utf-8").splitlines()
    assert header.endswith(",source,note,quote,quote_language,second_reader")
    assert added.endswith(",We are concerned about reprisals against Beacon.,en,B. Example")
    shown = outreach("missions", "show", "PER", folder=folder).stdout
    assert "“We are concerned about reprisals against Beacon.” (en), also read by B. Example" in shown
    *_, listed = json.loads(outreach("record", "list", "--state", "PER", "--json", folder=folder).stdout)
    assert (listed["quote_language"], listed["row"]) == ("en", 110)
    assert outreach(*ADD, "--state", "PER", "--case", "beacon", *QUOTE, folder=folder).returncode == 2  # it is there


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--quote", "w" * 301, "--quote-language", "en"), "--quote: is 301 characters long; a quote has at most 300"),
        (("--quote", "words"), "--quote: give the words with --quote and their language with --quote-language"),
        (("--quote", "words", "--quote-language", "English"), "--quote-language: 'English' is no code of a language"),
    ],
)
def test_a_quote_that_cannot_be_right_is_refused(
    folder: Path, outreach: Command, options: tuple[str, ...], said: str
) -> None:
    before = record_file(folder).read_bytes()
    done = outreach(*ADD, "--state", "PER", "--case", "beacon", *options, folder=folder)
    assert (done.returncode, said in done.stderr, record_file(folder).read_bytes()) == (2, True, before)


CORRECT = ("record", "correct", "41", "--by", "C. Example", "--why", "The source names another case.")


def test_a_wrong_act_is_struck_out_and_counts_nowhere(folder: Path, outreach: Command) -> None:
    """Row 41: Germany raised Beacon at hrc51-dialogue. At hrc54-dialogue it raised it too."""
    before = record_file(folder).read_text(encoding="utf-8").splitlines()
    done = outreach(*CORRECT, "--yes", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "DEU raised Human Rights Center Beacon in hrc51-dialogue, 2022-09-29" in done.stdout
    after = record_file(folder).read_text(encoding="utf-8").splitlines()
    assert after[40].startswith(before[40])
    assert after[40].endswith(",C. Example,The source names another case.")
    assert [line.rstrip(",") for line in after[1:40]] == [line.rstrip(",") for line in before[1:40]]
    germany = ("record", "list", "--state", "DEU", "--case", "beacon")
    listed = json.loads(outreach(*germany, "--json", folder=folder).stdout)
    assert [act["instrument"] for act in listed] == ["hrc54-dialogue"]
    struck = outreach("record", "list", "--corrected", folder=folder).stdout
    assert "Row 41 was struck out on " in struck
    assert "by C. Example: The source names another case." in struck


def test_what_was_struck_out_is_not_struck_out_again_and_may_be_added_anew(folder: Path, outreach: Command) -> None:
    outreach(*CORRECT, "--yes", folder=folder)
    again = outreach(*CORRECT, "--yes", folder=folder)
    assert (again.returncode, "row 41 was struck out on" in again.stderr) == (2, True)
    options = ("--state", "DEU", "--case", "beacon", "--subject", "Human Rights Center Beacon")
    assert outreach(*ADD, *options, folder=folder).returncode == 0
    assert outreach("missions", "check", folder=folder).returncode == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (CORRECT, "without a terminal to ask on, say --yes"),
        (("record", "correct", "9999", "--by", "C.", "--why", "No.", "--yes"), "has no act in row 9999"),
        (("record", "correct", "41", "--by", " ", "--why", "No.", "--yes"), "--by: blank"),
        (("record", "correct", "41", "--by", "C.", "--why", "=1+1", "--yes"), "--why: begins with '='"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_nothing_changes(
    folder: Path, outreach: Command, command: tuple[str, ...], said: str
) -> None:
    before = record_file(folder).read_bytes()
    done = outreach(*command, folder=folder)
    assert (done.returncode, said in done.stderr, record_file(folder).read_bytes()) == (2, True, before)


def test_others_of_a_group_are_asked_about(folder: Path, outreach: Command) -> None:
    listing = ("record", "list", "--state", "BEL", "--case", "sample", "--instrument", "hrc51-dialogue", "--json")
    [belgium] = json.loads(outreach(*listing, folder=folder).stdout)
    done = outreach("record", "correct", str(belgium["row"]), "--by", "C.", "--why", "No.", "--yes", folder=folder)
    assert [line.split("says so of ")[1] for line in done.stderr.splitlines()] == [
        "LUX, with BENELUX: is that wrong too?",
        "NLD, with BENELUX: is that wrong too?",
    ]


def test_adding_from_many_processes_at_once_loses_nothing(folder: Path) -> None:
    processes = [
        Process(
            ["-C", str(folder), *ADD, "--state", "PER", "--subject", f"Person {number}"],
            env=environment({}),
            stdout=subprocess.DEVNULL,
        )
        for number in range(6)
    ]
    assert [process.wait(60) for process in processes] == [0] * 6
    lines = record_file(folder).read_text().splitlines()
    assert len(lines) == 109 + 6
    assert {f"Person {number}" for number in range(6)} == {line.split(",")[4] for line in lines[109:]}
