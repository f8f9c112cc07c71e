"""The copies of the loaded program in tests of processes: they end as a process ends, and silence is no good end."""

import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.processes import Process, at_work, environment, in_a_process


def test_a_copy_ends_with_the_status_and_the_words_of_the_command(campaign_folder: Path) -> None:
    done = in_a_process("queue", "list", "--case", "nobody", folder=campaign_folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nobody" in done.stderr


def test_a_copy_that_is_killed_says_by_what(campaign_folder: Path) -> None:
    with at_work(campaign_folder, {}, "inbox", "fetch", "--watch") as process:
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL


def test_one_that_never_answers_is_an_error_and_no_process_0(campaign_folder: Path) -> None:
    """A signal to process 0 would reach the tests themselves, and a missing status would be a good end."""
    silent, gone = socket.socketpair()
    gone.close()
    process = Process(["-C", str(campaign_folder), "status"], env=environment({}), stdout=subprocess.DEVNULL)
    process.wait(timeout=60)
    process._told = silent
    with silent, pytest.raises(ChildProcessError, match="gone"):
        process._hear()
