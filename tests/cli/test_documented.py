"""`outreach documented`, by the real command on a copy of the campaign of the tests."""

import json
from pathlib import Path

import pytest

from outreach.registry.documented.reading import COLUMNS, FILE
from tests.conftest import Command
from tests.registry.documented.test_reading import NAMED, NAMELESS, write

ADD = tuple(
    part for column, text in (NAMED | {"state": "Belarus"}).items() for part in (f"--{column.replace('_', '-')}", text)
)


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    return write(
        campaign_folder,
        NAMED | {"year": "2021", "act_type": "threats; travel-ban", "status": "held", "status_on": "2022-03"},
        NAMELESS | {"year": "2021", "un_body": "upr"},
    )


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ((), ["example-centre", "blr-2021-3"]),
        (("--act-type", "travel-ban", "--state", "Belarus"), ["example-centre"]),
        (("--un-body", "upr", "--year", "2021"), ["blr-2021-3"]),
        (("--status", "held"), ["example-centre"]),
        (("--state", "DEU"), []),
        (("--due",), ["blr-2021-3", "example-centre"]),
    ],
)
def test_list_chooses_and_due_puts_the_longest_first(
    folder: Path, outreach: Command, options: tuple[str, ...], ids: list[str]
) -> None:
    listed = json.loads(outreach("documented", "list", *options, "--json", folder=folder).stdout)
    assert [each["id"] for each in listed] == ids


def test_an_unknown_word_is_named_with_those_there_are(folder: Path, outreach: Command) -> None:
    done = outreach("documented", "list", "--status", "hold", folder=folder)
    assert (done.returncode, done.stderr) == (2, "outreach: --status: unknown word 'hold'; did you mean held?\n")
    done = outreach("documented", "show", "example-center", folder=folder)
    assert (done.returncode, "did you mean example-centre?" in done.stderr) == (2, True)


def test_add_writes_a_row_and_touches_no_other_byte(campaign_folder: Path, outreach: Command) -> None:
    path = campaign_folder / FILE
    path.unlink(missing_ok=True)
    done = outreach("documented", "add", *ADD, "--yes", folder=campaign_folder)
    assert done.stdout.endswith("Added to contacts/documented.csv, row 2: example-centre.\n"), done.stderr
    path.write_bytes(before := path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    again = [text.replace("example-centre", "another") for text in ADD]
    assert outreach("documented", "add", *again, "--yes", folder=campaign_folder).returncode == 0
    assert path.read_bytes().startswith(before)


def test_add_says_all_that_is_wrong_each_with_its_option_and_writes_nothing(folder: Path, outreach: Command) -> None:
    before = (folder / FILE).read_bytes()
    done = outreach(
        *("documented", "add", "--id", "jane", "--title", "Jane Example", "--state", "blr", "--named-publicly", "no"),
        *("--sources", "A/HRC/48/28", "--note", "=1+1", "--yes"),
        folder=folder,
    )
    assert done.returncode == 2
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == ["--note", "--title", "--id"]
    assert "Jane" not in done.stderr
    assert (folder / FILE).read_bytes() == before


def test_a_follow_up_keeps_what_was_known_with_its_day(folder: Path, outreach: Command) -> None:
    say = ("documented", "follow-up", "example-centre", "--source", "https://example.org/news", "--yes")
    for options in (("--on", "2023-05"), ("--status", "released", "--on", "2025-12-13", "--report", "A/HRC/57/60 § 4")):
        done = outreach(*say, *options, folder=folder)
        assert done.returncode == 0, done.stderr
    shown = json.loads(outreach("documented", "show", "example-centre", "--json", folder=folder).stdout)
    assert shown["history"] == [{"status": "held", "on": "2023-05"}, {"status": "released", "on": "2025-12-13"}]
    assert [(each["symbol"], each["followup"]) for each in shown["reports"]] == [("A/HRC/57/60", "new")]
    assert shown["sources"][-1] == "https://example.org/news"
    done = outreach(*say, "--on", "2024", folder=folder)
    assert (done.returncode, "somebody looked on 2025-12-13 already" in done.stderr) == (2, True)


def test_a_follow_up_of_whom_nobody_knows_anything_must_say_how_they_are(folder: Path, outreach: Command) -> None:
    done = outreach("documented", "follow-up", "blr-2021-3", "--source", "A/HRC/57/60", "--yes", folder=folder)
    assert (done.returncode, done.stderr.startswith("outreach: --status: nobody has said yet")) == (2, True)


def test_without_a_terminal_and_without_yes_nothing_is_written(folder: Path, outreach: Command) -> None:
    before = (folder / FILE).read_bytes()
    done = outreach("documented", "follow-up", "example-centre", "--source", "https://example.org/x", folder=folder)
    assert (done.returncode, (folder / FILE).read_bytes()) == (2, before)


def test_who_takes_consent_back_is_told_nowhere_and_the_team_what_to_do(folder: Path, outreach: Command) -> None:
    done = outreach(
        *("documented", "follow-up", "example-centre", "--source", "a letter", "--consent", "withdrawn", "--yes"),
        folder=folder,
    )
    assert "outreach site build" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("consent", "how"),
    [
        ("", "without a name, as blr-2021-case-1"),
        ("family 2024", "by name"),
        ("refused", "not told at all"),
    ],
)
def test_show_says_how_pages_tell_it(campaign_folder: Path, outreach: Command, consent: str, how: str) -> None:
    write(campaign_folder, NAMED | {"year": "2021", "consent": consent})
    shown = outreach("documented", "show", "example-centre", folder=campaign_folder).stdout
    assert shown.splitlines()[-1] == f"  On the public page: {how}"


def test_check_finds_withheld_names_without_saying_them(folder: Path, outreach: Command) -> None:
    (folder / "contacts" / "withheld.txt").write_text("Example Centre\n")
    done = outreach("documented", "check", folder=folder)
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    assert done.stdout.startswith("contacts/documented.csv, row 2: has a withheld name (contacts/withheld.txt, row 1)")
    done = outreach("documented", "follow-up", "example-centre", "--source", "a paper", "--yes", folder=folder)
    assert (done.returncode, "Example Centre" in done.stderr) == (2, False)


def test_a_broken_file_is_named_by_the_check_of_the_cases_too(folder: Path, outreach: Command) -> None:
    write(folder, NAMED | {"state": "XXX"}, NAMED | {"id": ""})
    for command in ("documented", "cases"):
        done = outreach(command, "check", folder=folder)
        assert "contacts/documented.csv, row 2, column state: there is no State 'XXX'" in done.stdout + done.stderr
        assert "contacts/documented.csv, row 3, column id: no id" in done.stdout + done.stderr


def test_words_lists_what_the_columns_take(outreach: Command, folder: Path) -> None:
    table = json.loads(outreach("documented", "words", "--json", folder=folder).stdout)
    assert {"column": "status", "word": "released", "en": "released", "fr": "libération"}.items() <= next(
        row.items() for row in table if row["word"] == "released"
    )


def test_the_options_of_add_are_the_columns(outreach: Command, folder: Path) -> None:
    told = outreach("documented", "add", "--help", folder=folder).stdout
    assert all(f"--{column.replace('_', '-')} TEXT" in told for column in COLUMNS)


def test_import_shows_the_difference_saves_what_is_left_and_can_be_done_again(
    campaign_folder: Path, tmp_path: Path, outreach: Command
) -> None:
    (campaign_folder / FILE).unlink(missing_ok=True)
    table, mend = tmp_path / "export.csv", tmp_path / "mend.csv"
    table.write_text(
        "Title;Country;Type of reprisal;UN reports;Risk\n"
        "Jane Example;Belarus;Travel ban|Threats;A/HRC/48/28, annex II, para. 3|https://undocs.org/A/HRC/48/28;high\n"
        "Somebody;Ruritania;Threats;A/HRC/48/28;low\n",
        encoding="utf-8",
    )
    say = ("documented", "import", f"{table}", "--yes")
    tried = outreach(*say, "--dry-run", folder=campaign_folder)
    assert "Risk → never taken" in tried.stdout
    assert "new: blr-1, An individual, BLR (row 2)." in tried.stdout
    assert not (campaign_folder / FILE).exists()
    done = outreach(*say, "--rejects", f"{mend}", folder=campaign_folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "Written to contacts/documented.csv.")
    assert "Jane" not in (campaign_folder / FILE).read_text(encoding="utf-8")
    assert "there is no State 'Ruritania'" in mend.read_text(encoding="utf-8-sig")
    again = outreach(*say, folder=campaign_folder)
    assert "2 rows: 1 with nothing new, 1 not taken." in again.stdout
    (campaign_folder / "contacts" / "withheld.txt").write_text("Somebody Else\n")
    table.write_text("Title,Country,Source,Named publicly\nSomebody Else,Belarus,https://example.org/a,yes\n")
    refused = outreach(*say, folder=campaign_folder)
    assert (refused.returncode, "has a withheld name" in refused.stdout) == (1, True)
