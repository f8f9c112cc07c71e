"""`outreach init` makes a campaign folder: all of it or nothing, and never over anything."""

import errno
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.cli.main import cli
from outreach.errors import UsageError
from outreach.settings.load import load_settings
from outreach.starter.empty import NewCampaign, settings_text
from outreach.starter.make import PARTS, make_campaign, starter_files
from tests.conftest import Command
from tests.processes import answered

MADE = [".gitignore", "cases", "contacts", "outreach.toml", "site", "templates"]


def names(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


def init(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["init", *arguments], catch_exceptions=False)


def refusal(folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        make_campaign(folder)
    return str(caught.value)


def test_the_example_is_a_whole_campaign_and_it_says_what_to_do_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = init("my campaign", "--example")

    assert result.exit_code == 0
    assert names(tmp_path / "my campaign") == MADE
    assert load_settings(tmp_path / "my campaign").ask[0].id == "hrc51"
    assert re.search(r"  cd 'my campaign'\n  outreach send --case [a-z]", result.stdout)
    assert result.stderr == ""


def test_every_file_is_a_copy_of_the_starter_file(tmp_path):
    make_campaign(tmp_path / "new")

    source = starter_files()
    for part in PARTS:
        for file in (tmp_path / "new" / part).rglob("*"):
            if file.is_file():
                assert file.read_bytes() == (source / file.relative_to(tmp_path / "new")).read_bytes()
    assert len(list((tmp_path / "new" / "contacts").iterdir())) == 4


def test_secrets_and_what_happened_are_ignored_by_git(tmp_path):
    make_campaign(tmp_path / "new")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path / "new", check=True)

    private = ["outreach.db", "outreach.db-wal", "outreach.db.journal", "outreach.inbox/ab/1.eml", "rehearsal/new/1"]
    private += ["rehearsal.db", ".env", "contacts/private.csv", "contacts/withheld.txt", "letters.db"]
    command = ["git", "check-ignore", *private]
    ignored = subprocess.run(command, cwd=tmp_path / "new", capture_output=True, text=True, check=False)

    assert ignored.stdout.split() == private


@pytest.mark.parametrize("name", ["Kampagne für Menschenrechte", "кампания/2022", "حملة", "-dash", "n" * 255])
def test_any_name_and_missing_parents_will_do(tmp_path, name):
    make_campaign(tmp_path / "missing" / name)

    assert names(tmp_path / "missing" / name) == MADE


def test_dash_c_says_where_the_new_folder_goes(tmp_path):
    result = CliRunner().invoke(cli, ["-C", str(tmp_path), "init", "new"])

    assert result.exit_code == 0
    assert names(tmp_path / "new") == MADE


def test_the_current_folder_is_filled_where_it_is(tmp_path, monkeypatch):
    """A shell that stands in the folder must not find itself in a deleted one."""
    monkeypatch.chdir(tmp_path)
    inode = tmp_path.stat().st_ino

    result = init(".")

    assert tmp_path.stat().st_ino == inode
    assert names(Path()) == MADE
    assert "cd " not in result.stdout


def test_hidden_files_stay_as_they_are(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("mine\n")

    result = init(str(tmp_path))

    assert result.exit_code == 0
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert names(tmp_path) == sorted([".git", *MADE])
    assert "Your .gitignore was kept" in result.stderr
    assert ".env" in result.stderr


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    assert refusal(tmp_path) == (
        f"{tmp_path}: is not empty (it has notes.txt), and nothing is ever overwritten. "
        "Name a new folder: outreach init DIR"
    )
    assert names(tmp_path) == ["notes.txt"]


def test_a_campaign_is_not_made_twice(tmp_path):
    make_campaign(tmp_path / "new")
    (tmp_path / "new" / "outreach.toml").write_text("# edited\n")

    message = refusal(tmp_path / "new")

    assert "is a campaign folder already" in message
    assert (tmp_path / "new" / "outreach.toml").read_text() == "# edited\n"


def test_a_file_of_that_name_is_refused(tmp_path):
    (tmp_path / "taken").write_text("mine")

    assert "there is a file of this name" in refusal(tmp_path / "taken")
    assert "cannot be made: not a directory" in refusal(tmp_path / "taken" / "below")
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_dangling_link_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    assert "there is a file of this name" in refusal(tmp_path / "link")
    assert names(tmp_path) == ["link"]


def test_the_command_refuses_without_a_traceback(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    command = [sys.executable, "-m", "outreach", "init", str(tmp_path)]

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"outreach: {tmp_path}: is not empty")
    assert "Traceback" not in result.stderr


@pytest.fixture
def full_disk():
    """A file system of 64 KiB, smaller than the starter files; needs root to mount it."""
    folder = Path("/dev/shm")
    if os.geteuid() != 0 or not folder.is_dir():
        pytest.skip("mounting a small file system needs root")
    small = folder / f"outreach-test-{os.getpid()}"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        small.rmdir()
        pytest.skip("mounting is not allowed here")
    yield small
    subprocess.run(["umount", str(small)], check=True)
    small.rmdir()


def test_a_full_disk_leaves_nothing_behind(full_disk):
    assert os.strerror(errno.ENOSPC).lower() in refusal(full_disk / "a" / "new")
    assert names(full_disk) == []


def test_a_full_disk_leaves_an_existing_folder_as_it_was(full_disk):
    (full_disk / ".keep").write_text("mine")

    assert os.strerror(errno.ENOSPC).lower() in refusal(full_disk)
    assert names(full_disk) == [".keep"]


def test_a_file_size_limit_leaves_nothing_behind(tmp_path):
    """The kernel refuses to write past RLIMIT_FSIZE, half-way through the files, whoever runs this."""
    program = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "from outreach.cli.main import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", program, "init", "deep/er/new", "--example"]

    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert result.returncode == 2
    assert result.stderr == "outreach: deep/er/new: cannot be made: file too large. Nothing was left behind\n"
    assert names(tmp_path) == []


def test_an_empty_campaign_is_well_and_says_what_it_lacks(tmp_path: Path, outreach: Command) -> None:
    made = outreach("init", "mine", folder=tmp_path)
    folder = tmp_path / "mine"

    assert made.returncode == 0
    assert names(folder) == MADE
    assert load_settings(folder).campaign.title == "mine"
    for said in ("[sender] name", "[sender] email", "outreach asks new", "outreach cases new SLUG", "missions import"):
        assert said in made.stdout
    for file in (folder / "contacts").iterdir():
        assert len(file.read_text("utf-8").splitlines()) == 1
    assert [path.name for path in (folder / "cases").iterdir()] == [".gitkeep"]
    assert (outreach("cases", "check", folder=folder).returncode, made.stderr) == (0, "")
    for command in (("missions", "check"), ("asks", "check"), ("status",), ("doctor", "--no-dns"), ("report",)):
        assert outreach(*command, folder=folder).returncode == 0, command
    page = outreach("site", "build", "--output", str(tmp_path / "page"), folder=folder)
    assert (page.returncode, (tmp_path / "page" / "index.html").is_file()) == (0, True)
    assert "3 things to look at in the texts; nothing is held back for it:\n  site/page.en.md, column " in page.stderr


def test_an_empty_campaign_says_what_to_do_before_the_first_letter(tmp_path: Path, outreach: Command) -> None:
    outreach("init", "mine", folder=tmp_path)
    folder = tmp_path / "mine"

    assert "Make one with: outreach cases new x" in outreach("send", "--case", "x", folder=folder).stderr
    assert "Make one with: outreach cases new SLUG" in outreach("cases", "list", folder=folder).stderr
    assert "Add one with: outreach asks new" in outreach("asks", "list", folder=folder).stderr
    assert "outreach cases new SLUG" in outreach("status", folder=folder).stdout
    doctor = outreach("doctor", "--no-dns", folder=folder).stdout
    assert "outreach cases new SLUG" in doctor
    assert "outreach asks new" in doctor


def test_every_answer_is_an_option_too(tmp_path: Path, outreach: Command) -> None:
    words = {
        "--title": "A campaign of ours",
        "--organisation": "the Example group",
        "--signs": "A. Example",
        "--role": "coordinator",
        "--email": "a@example.org",
        "--language": "French and en",
        "--timezone": "Africa/Nairobi",
        "--ask-forum": "Human Rights Council",
        "--ask-session": "66",
        "--ask-date": "2127-09-13",
        "--ask-until": "2127-10-08",
        "--ask-to": "group:WEOG",
    }
    made = outreach("init", "mine", *(word for pair in words.items() for word in pair), folder=tmp_path)
    made_of = load_settings(tmp_path / "mine")
    (ask,) = json.loads(outreach("asks", "list", "--json", folder=tmp_path / "mine").stdout)

    assert made.stderr == "a@example.org is an example: it will do for a rehearsal, and no mail arrives there.\n"
    assert (made_of.campaign.title, made_of.campaign.organisation) == ("A campaign of ours", "the Example group")
    assert (made_of.sender.name, made_of.sender.role, made_of.sender.email) == (
        *("A. Example", "coordinator", "a@example.org"),
    )
    assert (made_of.campaign.languages, made_of.campaign.timezone) == (("fr", "en"), "Africa/Nairobi")
    assert (ask["ask"], ask["until"], ask["to"]) == ("hrc66", "2127-10-08", ["group:WEOG"])
    assert "à la 66e session du Conseil des droits de l'homme, du 13 septembre au 8 octobre 2127" in ask["text"]["fr"]
    layouts = {path.name.split(".")[-2] for path in (tmp_path / "mine" / "templates" / "letters").iterdir()}
    assert layouts == {"en", "fr"}
    assert (tmp_path / "mine" / "templates" / "letters" / "several.reminder.fr.md").is_file()


HOSTILE = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=60)


@settings(max_examples=60)
@given(HOSTILE, HOSTILE)
def test_settings_hold_any_words(title: str, name: str) -> None:
    read = tomllib.loads(settings_text(NewCampaign(title=title, name=name)))

    assert (read["campaign"]["title"], read["sender"]["name"]) == (title, name)


@pytest.mark.parametrize(
    "title", ['Say "it" \\ so', "Grüße, ñandú", "🕊 # = [x]", "حملة من أجل العدالة", "'" * 3, "{{ x }} {y} %s", "\u200f"]
)
def test_any_title_will_do(tmp_path: Path, outreach: Command, title: str) -> None:
    made = outreach("init", "mine", "--title", title, "--signs", title, folder=tmp_path)

    assert made.returncode == 0
    assert load_settings(tmp_path / "mine").campaign.title == title.strip()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--email", "nobody"), "is not an e-mail address"),
        (("--timezone", "Europe/Zürich"), "is not a time zone"),
        (("--language", "xx"), "'xx'"),
        (("--title", "a\x1bb"), "control character U+001B"),
        (("--title", "a\nb"), "control character U+000A"),
        (("--ask-forum", "HRC", "--ask-date", "2027-02-30"), "is no day"),
        (("--ask-forum", "HRC"), "an ask needs --ask-forum and --ask-date"),
        (("--ask-forum", "HRC", "--ask-date", "2127-09-13", "--ask-until", "2127-09-01"), "is before date"),
        (("--ask-forum", "HRC", "--ask-date", "2127-09-13", "--ask-id", "No id"), "id: "),
        (("--ask-forum", "Our room", "--ask-date", "2127-09-13", "--language", "en,fr"), "--ask-forum fr='…'"),
        (("--example", "--title", "Mine"), "leave out --title"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    tmp_path: Path, outreach: Command, words: tuple[str, ...], said: str
) -> None:
    done = outreach("init", "mine", *words, folder=tmp_path)

    assert done.returncode == 2
    assert said in done.stderr
    assert names(tmp_path) == []


def test_an_ask_of_a_day_that_is_past_is_warned_of(tmp_path: Path, outreach: Command) -> None:
    done = outreach("init", "mine", "--ask-forum", "HRC", "--ask-date", "2022-09-29", folder=tmp_path)

    assert done.returncode == 0
    assert "2022-09-29 is past" in done.stderr


ANSWERS = (
    "The title\nthe group\nA. Example\nnobody\na@example.org\nxx\nen, es\ncoordinator\ncoordinadora\nMars\n"
    "Europe/Madrid\nHRC\n66\n13 September\n3/4/2127\n2022-09-13\nn\n13. September 2127\n\n"
)


def test_on_a_terminal_it_asks_and_asks_again(tmp_path: Path) -> None:
    code, shown = answered("init", "mine", folder=tmp_path, typed=ANSWERS)
    made = load_settings(tmp_path / "mine")

    assert code == 0
    assert "Error: 'nobody' is not an e-mail address" in shown
    assert "Error: 'Mars' is not a time zone" in shown
    assert "Error: '13 September' is no day: write it as 2027-09-13" in shown
    assert "Error: '3/4/2127' may be 2127-04-03 or 2127-03-04: write it so" in shown
    assert "2022-09-13 is past. Take it all the same?" in shown
    assert (made.campaign.title, made.sender.email) == ("The title", "a@example.org")
    assert made.sender.role == {"en": "coordinator", "es": "coordinadora"}
    assert (made.campaign.languages, made.campaign.timezone) == (("en", "es"), "Europe/Madrid")
    assert (made.ask[0].id, f"{made.ask[0].date}", made.ask[0].until) == ("hrc66", "2127-09-13", None)


def test_the_first_ask_may_wait_and_what_was_an_option_is_not_asked(tmp_path: Path) -> None:
    typed = "\n\n\n\n\n"
    code, shown = answered("init", "mine", "--title", "Ours", "--email", "", folder=tmp_path, typed=typed)

    assert code == 0
    assert "What is the campaign called?" not in shown
    assert "Their address" not in shown
    assert load_settings(tmp_path / "mine").ask == ()


def test_who_stops_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    """Ctrl-D, which a terminal turns into an end of what is typed, stops as Ctrl-C does. A narrow one is enough."""
    typed = "The title\nus\nA\nnobody of the Archive\na@example.org\n\x04"
    code, shown = answered("init", "mine", folder=tmp_path, typed=typed, columns=40)

    assert "Error: 'nobody of the Archive' is not\n  an e-mail address: An email" in shown
    assert "Languages of the letters, such as en,\n  fr? [en]: " in shown
    assert (code, shown.splitlines()[-1]) == (130, "outreach: stopped; no campaign was made")
    assert names(tmp_path) == []


def test_nobody_is_asked_for_a_campaign_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")

    code, shown = answered("init", "mine", folder=tmp_path, typed="The title\n")

    assert code == 2
    assert "is not empty" in shown
    assert "called?" not in shown


def test_an_installation_without_starter_files_says_so(tmp_path):
    with pytest.raises(UsageError, match="starter files are missing from this installation"):
        starter_files(tmp_path / "outreach")
