"""`outreach cases new` begins a case: a file that explains itself, and of which nothing leaves before it is written."""

import json
from pathlib import Path

import pytest

from outreach.cases.load import load_case
from outreach.registry.states import load_states
from outreach.settings.campaign import Language
from tests.conftest import Command
from tests.processes import answered

ENGLISH: tuple[Language, ...] = ("en",)
NEEDED = ("--title", "The Archive", "--state", "Belarus", "--source", "A page: #1")


@pytest.fixture
def folder(tmp_path: Path, outreach: Command) -> Path:
    """An empty campaign in English that asks for something."""
    ask = ("--ask-forum", "Human Rights Council", "--ask-session", "66", "--ask-date", "2127-09-13")
    outreach("init", "mine", "--email", "a@example.org", "--signs", "A. Example", *ask, folder=tmp_path)
    with (tmp_path / "mine" / "contacts" / "missions.csv").open("a", encoding="utf-8") as file:
        file.write("DEU,,,en,,,,,,,,,\nBLR,,,en,,,,,,,,,\n")
    return tmp_path / "mine"


def test_it_writes_a_file_that_loads_and_explains_itself(folder: Path, outreach: Command) -> None:
    person = "A. Example; archivist: of all; detained; 2027-01"
    done = outreach("cases", "new", "archive", *NEEDED, "--person", person, folder=folder)
    text = (folder / "cases" / "archive.md").read_text("utf-8")
    case = load_case(folder, "archive", load_states(), ENGLISH)

    assert (done.returncode, done.stderr) == (0, "")
    assert (case.title, case.place) == ({"en": "The Archive"}, {"en": "in Belarus"})
    assert case.mention == {"en": "the Archive (Belarus)"}
    assert (case.state_concerned, case.sources) == ("BLR", ("A page: #1",))
    (somebody,) = case.people
    assert (somebody.role, somebody.status, somebody.since) == ("archivist: of all", "detained", "2027-01")
    assert case.unfinished == ("Story behind", "What happened", "What we want")
    for line in text.split("---")[1].splitlines():
        key = line.partition(":")[0]
        if key and not key.startswith((" ", "#", "checked_by")):
            assert f"\n# {text.split(chr(10) + key)[0].rpartition(chr(10) + '# ')[2]}" in text, key


def test_roles_and_organisations_may_be_given_in_each_language(campaign_folder: Path, outreach: Command) -> None:
    texts = [
        word for language in ("en", "fr", "es") for word in ("--place", f"{language}=x", "--title", f"{language}=y")
    ]
    person, organisation = "A. Example; en=archivist|fr=archiviste; detained", "en=the Archive|fr=les Archives"
    named = ("--person", person, "--organisation", organisation, "--organisation", "A|B")
    outreach("cases", "new", "archive", *NEEDED[2:], *texts, *named, folder=campaign_folder)
    case = load_case(campaign_folder, "archive", load_states(), ("en", "fr", "es"))

    assert (case.people[0].role, case.people[0].roles) == ("archivist", {"fr": "archiviste"})
    assert case.organisations_in("fr") == ("les Archives", "A|B")


def test_silence_is_no(folder: Path, outreach: Command) -> None:
    done = outreach("cases", "new", "archive", *NEEDED, folder=folder)
    case = load_case(folder, "archive", load_states(), ENGLISH)

    assert "silence is no: letters are held until you write under `consent` who agreed" in done.stdout
    assert not any((case.consent.letters, case.consent.posts, case.consent.web, case.consent.mentions))


def test_an_unfinished_case_is_named_and_holds_only_itself_back(folder: Path, outreach: Command) -> None:
    agreed = ("--consent", "letters", "--consent", "posts", "--consent-source", "A letter of 2 May 2027")
    outreach("cases", "new", "archive", *NEEDED, *agreed, "--what-we-want", "That it reopens.", folder=folder)

    checked = outreach("cases", "check", folder=folder)
    sent = outreach("send", "--case", "archive", "--json", folder=folder)
    told = outreach("send", "--case", "archive", "--dry-run", folder=folder)

    assert (checked.returncode, checked.stdout) == (0, "")
    assert "not finished, so nothing leaves. Write in cases/archive.md: Story behind (row " in checked.stderr
    assert "What we want" not in checked.stderr
    assert checked.stderr.endswith(": no fault; no letter about archive can leave yet\n")
    assert json.loads(sent.stdout)["excluded"] == {"State concerned": 1, "the case is not finished": 1}
    assert "cases/archive.md is not finished. Write in it: Story behind, What happened" in told.stdout


def test_a_new_case_stops_no_other(campaign_folder: Path, outreach: Command) -> None:
    texts = [word for language in ("fr", "es") for word in ("--place", f"{language}=en Belarus")]
    made = outreach("cases", "new", "archive", *NEEDED, "--place", "en=in Belarus", *texts, folder=campaign_folder)
    sent = outreach("send", "--case", "beacon", "--to", "DEU", "--json", folder=campaign_folder)

    assert made.returncode == 0
    assert (sent.returncode, json.loads(sent.stdout)["sent"]) == (0, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("archive",), "a case needs --title, --state, --source"),
        (("Archive", *NEEDED), "is no name of a case"),
        (("../x", *NEEDED), "is no name of a case"),
        (("archive", *NEEDED, "--state", "Belarussia"), "there is no State"),
        (("archive", *NEEDED, "--consent", "letters"), "--consent needs --consent-source"),
        (("archive", *NEEDED, "--consent", "leters", "--consent-source", "x"), "did you mean letters?"),
        (("archive", *NEEDED, "--person", "A. Example; r; jailed"), "detained, convicted"),
        (("archive", *NEEDED, "--person", "A. Example; r; detained; soon"), "write it as precisely as known"),
        (("archive", *NEEDED, "--title", "a\x1bb"), "control character"),
        (("archive", *NEEDED, "--place", "fr=au Bélarus"), "begin it with its language: en=…"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    folder: Path, outreach: Command, words: tuple[str, ...], said: str
) -> None:
    done = outreach("cases", "new", *words, folder=folder)

    assert done.returncode == 2
    assert said in done.stderr
    assert list((folder / "cases").glob("*.md")) == []


def test_each_language_needs_its_place(campaign_folder: Path, outreach: Command) -> None:
    done = outreach("cases", "new", "archive", *NEEDED, folder=campaign_folder)

    assert done.returncode == 2
    assert "a case needs its place in each language of the campaign: --place fr='…' --place es='…'" in done.stderr


def test_nothing_is_overwritten(folder: Path, outreach: Command) -> None:
    outreach("cases", "new", "archive", *NEEDED, folder=folder)
    before = (folder / "cases" / "archive.md").read_bytes()

    done = outreach("cases", "new", "archive", *NEEDED, folder=folder)

    assert (done.returncode, "cases/archive.md is there already" in done.stderr) == (2, True)
    assert (folder / "cases" / "archive.md").read_bytes() == before


def test_a_slip_of_what_the_record_names_is_refused(campaign_folder: Path, outreach: Command) -> None:
    done = outreach("cases", "new", "baecon", *NEEDED, folder=campaign_folder)

    assert done.returncode == 2
    assert "name the case as the record does" in done.stderr


def test_on_a_terminal_it_asks(folder: Path) -> None:
    typed = (
        "The Archive\nNowhere\nBelarus\n\n\nA. Example\nlawyer\nill\ndetained\n2027-01\n\n\nletters\n\n"
        "A letter of 2 May 2027\n\nA page\n\nA. Friend\n"
    )
    code, shown = answered("cases", "new", "archive", folder=folder, typed=typed)
    case = load_case(folder, "archive", load_states(), ENGLISH)

    assert code == 0
    assert "Error: there is no State 'Nowhere'" in shown
    assert "Error: 'ill': write detained" in shown
    assert (case.place["en"], case.people[0].status, case.sources) == ("in Belarus", "detained", ("A page",))
    assert (case.consent.letters, case.consent.source) == (True, "A letter of 2 May 2027")
    assert (case.checked_by, bool(case.checked_on)) == ("A. Friend", True)


def test_on_a_terminal_a_wrong_date_is_asked_about_at_once_and_no_answer_is_lost(folder: Path) -> None:
    person = ["A. Example", "archivist", "detained", "September 2026", "2026-09", ""]
    typed = ["", "", "A. Example; archivist; detained", *person, "", "", "example.org", "", "", ""]
    status, shown = answered(
        "cases", "new", "archive", "--title", "The Archive", "--state", "Belarus", folder=folder, typed="\n".join(typed)
    )
    assert "write the name alone; the rest is asked next" in shown
    assert "'September 2026' is not a date" in shown
    assert (status, "Made cases/archive.md" in shown) == (0, True), shown
    assert load_case(folder, "archive", load_states(), ENGLISH).people[0].since == "2026-09"
