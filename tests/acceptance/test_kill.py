"""kill -9 at random points of a run of 200 letters, a hundred times: nothing doubled, nothing lost.

A real command in a process of its own, a real SMTP server, a real database. After each kill the next command must
tell the truth: what was in flight is unconfirmed (at most one a connection), and everything else is queued or sent.
"""

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.channels.smtp_server import SmtpServer
from tests.conftest import Command, environment, give_addresses, mail_server

RUNS = 10
KILLS = 10  # of each run: a hundred in all
CONNECTIONS = 4
CASES = ("viasna", "metwally", "venezuela-ngos")  # enough for 200 letters


def settings(port: int) -> dict[str, str]:
    return mail_server(port, connections=str(CONNECTIONS), per_minute="0")


def listing(outreach: Command, folder: Path, env: dict[str, str]) -> list[dict[str, object]]:
    result = outreach("queue", "list", "--json", folder=folder, env=env)
    assert result.returncode == 0, result.stderr
    messages: list[dict[str, object]] = json.loads(result.stdout)
    return messages


def queue_200(outreach: Command, folder: Path) -> set[str]:
    """Queue 200 letters while the server is away; the Message-IDs."""
    give_addresses(folder)
    with SmtpServer() as server:
        away = settings(server.port)
    for slug, limit in zip(CASES, ("70", "70", "60"), strict=True):
        arguments = ("send", "--case", slug, "--yes", "--after-deadline", "--limit", limit, "--json")
        result = outreach(*arguments, folder=folder, env=away)
        assert json.loads(result.stdout)["queued"] == int(limit), result.stderr
    outreach("queue", "retry", "--all", folder=folder, env=away)
    messages = listing(outreach, folder, away)
    assert Counter(message["status"] for message in messages) == {"queued": 200}
    return {str(message["message_id"]) for message in messages}


def run_and_kill(folder: Path, env: dict[str, str], server: SmtpServer, after: int, phase: str) -> None:
    """Start the queue, and kill it as soon as the server has reached `phase` so many times more."""
    command = [sys.executable, "-m", "outreach", "-C", str(folder), "queue", "run"]
    pipe = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment(env), stdout=pipe, stderr=pipe) as process:
        server.wait_for(phase, server.times[phase] + after)  # type: ignore[arg-type, index]
        process.send_signal(signal.SIGKILL)


def settle(
    outreach: Command, folder: Path, env: dict[str, str], doubtful: list[dict[str, object]], server: SmtpServer
) -> None:
    """Do what a person does who looks into the archive mailbox: say of each unconfirmed one whether it arrived."""
    arrived = {message.message_id for message in server.messages}
    for answer in ("--sent", "--not-sent"):
        ids = [str(m["id"]) for m in doubtful if (m["message_id"] in arrived) == (answer == "--sent")]
        if ids:
            assert outreach("queue", "settle", *ids, answer, folder=folder, env=env).returncode == 0


def next_command_tells_the_truth(
    outreach: Command, folder: Path, env: dict[str, str], server: SmtpServer
) -> list[dict[str, object]]:
    """Nothing is said to be on its way, at most one a connection is in doubt, and what is said to be sent arrived."""
    messages = listing(outreach, folder, env)
    assert {message["status"] for message in messages} <= {"queued", "sent", "unconfirmed"}
    arrived = {message.message_id for message in server.messages}
    assert {str(message["message_id"]) for message in messages if message["status"] == "sent"} <= arrived
    doubtful = [message for message in messages if message["status"] == "unconfirmed"]
    assert len(doubtful) <= CONNECTIONS
    return doubtful


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(RUNS))
def test_killed_again_and_again_every_letter_arrives_exactly_once(
    campaign_folder: Path, outreach: Command, seed: int
) -> None:
    chance = random.Random(seed)
    expected = queue_200(outreach, campaign_folder)
    with SmtpServer() as server:
        env = settings(server.port)
        for _ in range(KILLS):
            phase = chance.choice(["mail", "rcpt", "data", "body", "dot"])
            run_and_kill(campaign_folder, env, server, chance.randint(1, 15), phase)
            doubtful = next_command_tells_the_truth(outreach, campaign_folder, env, server)
            settle(outreach, campaign_folder, env, doubtful, server)
        finished = outreach("queue", "run", "--json", folder=campaign_folder, env=env)
        assert finished.returncode == 0, finished.stderr
    assert Counter(message.message_id for message in server.messages) == dict.fromkeys(expected, 1)
    assert {message["status"] for message in listing(outreach, campaign_folder, env)} == {"sent"}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_send_itself_killed_at_any_moment_leaves_no_letter_doubled_or_lost(
    campaign_folder: Path, outreach: Command
) -> None:
    """Also while it plans, writes letters, makes the database or queues."""
    chance = random.Random(2022)
    states = give_addresses(campaign_folder)
    arguments = ["send", "--case", "viasna", "--to", "all", "--yes", "--after-deadline"]
    command = [sys.executable, "-m", "outreach", "-C", str(campaign_folder), *arguments]
    with SmtpServer() as server:
        env = settings(server.port)
        for _ in range(15):
            pipe = subprocess.DEVNULL
            with subprocess.Popen(command, env=environment(env), stdout=pipe, stderr=pipe) as process:
                try:
                    process.wait(chance.uniform(0.2, 1.2))
                except subprocess.TimeoutExpired:
                    process.kill()
            doubtful = next_command_tells_the_truth(outreach, campaign_folder, env, server)
            settle(outreach, campaign_folder, env, doubtful, server)
        result = outreach(*arguments, folder=campaign_folder, env=env)
        assert result.returncode == 0, result.stderr
    asked = Counter(message.recipients[0] for message in server.messages)
    assert asked == {f"{state.lower()}@{state.lower()}.example.org": 1 for state in states}
