"""A .env that cannot be read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.settings.load import load_settings
from tests.settings.written import SECRET, campaign, refusal

UNREADABLE = "not NAME=value; is a quote not closed?"


@pytest.mark.parametrize(
    ("dotenv", "lines"),
    [
        (f'A=1\nOUTREACH_SMTP__PASSWORD="{SECRET}\n', [2]),
        (f"A=1\n\n# a comment\n\nOUTREACH_SMTP__PASSWORD='{SECRET}\nB=2\n", [5]),
        (f"OUTREACH_SMTP__PASSWORD {SECRET}\nB=2\n= {SECRET}\n", [1, 3]),
        (f"A=1\r\n\r\nOUTREACH_SMTP__PASSWORD: {SECRET}\r\n", [3]),
        (f"OUTREACH_SMTP__PASSWORD:{SECRET}\n", [1]),
        (f"OUTREACH_SMTP__PASSWORD:{SECRET}==\n", [1]),
        ("OUTREACH_SMTP__HOST\n", [1]),
    ],
)
def test_a_line_of_dotenv_that_sets_nothing_is_refused_by_its_number(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    dotenv: str,
    lines: list[int],
) -> None:
    words = refusal(campaign(tmp_path, dotenv=dotenv))
    assert words.splitlines() == [f".env, line {line}: {UNREADABLE}" for line in lines]
    assert (caplog.text, capfd.readouterr().err) == ("", ""), "a library speaks for itself"


def _folder(path: Path) -> None:
    path.mkdir()


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def _loop(path: Path) -> None:
    path.symlink_to(".env")


def _locked(path: Path) -> None:
    path.write_text("", encoding="utf-8")
    path.chmod(0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_folder, ".env: not a file but a folder or device"),
        (os.mkfifo, ".env: not a file but a folder or device"),
        (_dangling, ".env: a link to a file that does not exist"),
        (_loop, ".env: cannot be read: Too many levels of symbolic links"),
        pytest.param(
            _locked,
            ".env: cannot be read: Permission denied",
            marks=pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything"),
        ),
    ],
)
def test_a_dotenv_that_is_there_and_cannot_be_read_is_refused(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    make(campaign(tmp_path) / ".env")
    assert refusal(tmp_path).startswith(words)


def test_a_dotenv_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("OUTREACH_SMTP__PORT=2525\n", encoding="utf-8")
    (campaign(tmp_path) / ".env").symlink_to("secrets")
    assert load_settings(tmp_path).smtp.port == 2525
