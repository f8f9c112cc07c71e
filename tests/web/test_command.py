"""`outreach web public`: what it says, what it refuses, and how it ends."""

import os
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from outreach.web.serve import listen
from tests.conftest import Command
from tests.processes import Process
from tests.supporters.stores import KEY

ENV = {"OUTREACH_WEB__KEY": KEY}


def test_without_a_key_it_says_how_to_get_one(campaign_folder: Path, outreach: Command) -> None:
    done = outreach("web", "public", "--rehearse", folder=campaign_folder)
    assert done.returncode == 2
    assert "OUTREACH_WEB__KEY is not set" in done.stderr
    assert "outreach web key" in done.stderr


def test_it_shows_itself_to_others_only_by_a_public_address(campaign_folder: Path, outreach: Command) -> None:
    done = outreach("web", "public", "--rehearse", "--host", "0.0.0.0", folder=campaign_folder, env=ENV)
    assert done.returncode == 2
    assert "[web] public_url" in done.stderr


def test_a_port_that_is_taken_is_told(campaign_folder: Path, outreach: Command) -> None:
    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        port = str(taken.getsockname()[1])
        done = outreach("web", "public", "--rehearse", "--port", port, folder=campaign_folder, env=ENV)
    assert (done.returncode, "choose another with --port" in done.stderr) == (2, True)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_serves_until_it_is_told_to_end(campaign_folder: Path, number: signal.Signals, status: int) -> None:
    arguments = ["-C", str(campaign_folder), "web", "public", "--rehearse", "--port", "0"]
    running = Process(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **ENV})
    assert running.stdout
    lines = [running.stdout.readline() for _ in range(2)]
    assert lines[0].startswith("REHEARSAL")
    address = lines[1].split()[2]
    assert httpx.get(f"{address}health").text == "ok\n"
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    assert running.returncode == status
    assert "Traceback" not in err
    assert ("The forms are closed" in out) is (status == 0)
