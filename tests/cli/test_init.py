"""`outreach init` makes a campaign folder: all of it or nothing, and never over anything."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from outreach.cli.main import cli
from outreach.errors import UsageError
from outreach.settings.load import load_settings
from outreach.starter.make import PARTS, make_campaign, starter_files

MADE = [".gitignore", "cases", "contacts", "outreach.toml", "templates"]


def names(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


def init(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["init", *arguments], catch_exceptions=False)


def refusal(folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        make_campaign(folder)
    return str(caught.value)


def test_it_makes_a_whole_campaign_and_says_what_to_do_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = init("my campaign")

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
    assert len(list((tmp_path / "new" / "contacts").iterdir())) == 3


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
    command = [sys.executable, "-c", program, "init", "deep/er/new"]

    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert result.returncode == 2
    assert result.stderr == "outreach: deep/er/new: cannot be made: file too large. Nothing was left behind\n"
    assert names(tmp_path) == []


def test_an_installation_without_starter_files_says_so(tmp_path):
    with pytest.raises(UsageError, match="starter files are missing from this installation"):
        starter_files(tmp_path / "outreach")
