"""`outreach help`, `outreach completion` and the pager: in a real shell, and on a real terminal."""

import os
import pty
import re
import shutil
import struct
import subprocess
import termios
from fcntl import ioctl
from pathlib import Path

import pytest

from outreach.cli.common.terminal.tables import columns_of
from tests.conftest import Command
from tests.processes import Process, environment, in_a_process, read_all

STYLE = re.compile(r"\x1b\[[0-9;]*m")


def test_help_says_what_each_command_says_of_itself(tmp_path: Path, outreach: Command) -> None:
    whole = outreach("--help", folder=tmp_path)
    assert outreach("help", folder=tmp_path).stdout == whole.stdout
    one = outreach("queue", "settle", "--help", folder=tmp_path)
    assert outreach("help", "queue", "settle", folder=tmp_path).stdout == one.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stauts",), "'outreach' has no command 'stauts'; did you mean status?"),
        (("queue", "setle"), "'outreach queue' has no command 'setle'; did you mean settle?"),
        (("send", "letters"), "'outreach send' has no command 'letters'; see: outreach send --help"),
    ],
)
def test_help_about_what_is_no_command_names_the_one_that_was_meant(
    tmp_path: Path, outreach: Command, words: tuple[str, ...], said: str
) -> None:
    result = outreach("help", *words, folder=tmp_path)
    assert (result.returncode, result.stderr) == (2, f"outreach: {said}\n")


def on_terminal(folder: Path, *arguments: str, columns: int = 80, **env: str) -> str:
    """What the command shows on a terminal of 20 lines, in so many columns."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 20, columns, 0, 0))
    settings = environment({"TERM": "xterm", "COLUMNS": str(columns), "LINES": "20", **env})
    with Process(["-C", str(folder), *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=settings) as process:
        os.close(theirs)
        shown = read_all(ours)
        assert process.wait(60) == 0
    os.close(ours)
    return STYLE.sub("", shown.replace("\r\n", "\n"))


@pytest.fixture
def pager(tmp_path: Path) -> Path:
    """A pager that keeps what it gets in the file `pages` beside it."""
    script = tmp_path / "pager"
    script.write_text(f"#!/bin/sh\ncat > '{tmp_path}/pages'\n", encoding="utf-8")
    script.chmod(0o755)
    return script


def test_a_long_list_goes_to_the_pager_in_lines_that_fit(campaign_folder: Path, pager: Path) -> None:
    shown = on_terminal(campaign_folder, "record", "list", PAGER=str(pager))
    pages = STYLE.sub("", (pager.parent / "pages").read_text(encoding="utf-8")).splitlines()
    assert "co-sponsored" not in shown
    assert len(pages) > 20
    assert max(map(len, pages)) <= 80
    assert pages[-1].endswith(" acts")  # a remark, which is no part of what a script reads


@pytest.mark.parametrize("option", [("--no-pager", "record", "list"), ("record", "list", "--no-pager")])
def test_without_a_pager_it_goes_to_the_terminal(campaign_folder: Path, pager: Path, option: tuple[str, ...]) -> None:
    assert "co-sponsored" in on_terminal(campaign_folder, *option, PAGER=str(pager))
    assert not (pager.parent / "pages").exists()


def test_what_fits_the_screen_is_not_paged(campaign_folder: Path, pager: Path) -> None:
    assert "hrc51" in on_terminal(campaign_folder, "asks", "list", PAGER=str(pager))
    assert not (pager.parent / "pages").exists()


@pytest.mark.parametrize("pager_name", ["there-is-no-such-pager", "/dev/null"])
def test_a_pager_that_cannot_be_started_hides_nothing(campaign_folder: Path, pager_name: str) -> None:
    assert "co-sponsored" in on_terminal(campaign_folder, "record", "list", PAGER=pager_name)


def test_a_reader_who_leaves_early_is_no_fault(campaign_folder: Path) -> None:
    on_terminal(campaign_folder, "record", "list", PAGER="true")


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("command", ["missions list", "cases list", "record list", "asks list"])
def test_no_list_is_wider_than_the_terminal(campaign_folder: Path, command: str, columns: int) -> None:
    shown = on_terminal(campaign_folder, *command.split(), "--no-pager", columns=columns)
    assert max(map(columns_of, shown.splitlines())) <= columns


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("stat", ["status"]),
        ("queue se", ["settle"]),
        ("status --case bea", ["beacon"]),
        ("log --mission d", ["DEU", "DNK"]),
        ("status --ask h", ["hrc51"]),
        ("cases show bea", ["beacon"]),
    ],
)
def test_tab_offers_commands_and_what_the_campaign_has(campaign_folder: Path, line: str, offered: list[str]) -> None:
    words = ["outreach", "-C", str(campaign_folder), *line.split()]
    asked = {"_OUTREACH_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    result = in_a_process(folder=campaign_folder, env=asked)
    assert [each.partition(",")[2] for each in result.stdout.split()] == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_that_shell(tmp_path: Path, outreach: Command, shell: str) -> None:
    script = outreach("completion", shell, folder=tmp_path).stdout
    assert "_OUTREACH_COMPLETE" in script
    if found := shutil.which(shell):
        assert subprocess.run([found, "-n"], input=script, text=True, check=False).returncode == 0
