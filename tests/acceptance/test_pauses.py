"""What pauses a run, and what people read of it: the real command, a real server, real signals."""

import json
import os
import pty
import re
import signal
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.db.engine import writing
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.sending.pauses import Cause, Pause, pauses_beside
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.services.workspace import open_to_look
from tests.acceptance.test_queue_watch import HOLDS_THE_FIRST, put_off, queue_up
from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.conftest import Command, give_addresses, mail_server
from tests.outbox.outboxes import listing
from tests.processes import Process, at_work, environment

SEND = ("send", "--case", "beacon", "--after-deadline", "--yes")
QUOTA = "550 5.4.5 Daily user sending limit exceeded"


def test_a_providers_limit_pauses_the_run_and_the_next_process_knows(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer(Script(faults=(Fault("dot", QUOTA, nth=9),))) as server:
        env = mail_server(server.port, connections="1")
        first = outreach(*SEND, folder=campaign_folder, env=env)
        assert first.returncode == 1
        assert re.search(r"Paused until \d\d:\d\d on .*: your provider lets no more through.*Daily user", first.stderr)
        assert "8 sent, 1 deferred" in first.stdout
        assert "68 still waiting, the next at " in first.stdout
        again = outreach("queue", "run", folder=campaign_folder, env=env)
        assert (again.returncode, len(server.messages)) == (1, 8)
        assert "Nothing was sent." in again.stdout
        assert "outreach queue run --now" in again.stdout
        assert "Paused until " in again.stderr
        told = json.loads(outreach(*SEND, "--json", folder=campaign_folder, env=env).stdout)
        assert "Daily user sending limit" in str(told["paused"])
        assert outreach("queue", "run", "--now", folder=campaign_folder, env=env).returncode == 0
    assert Counter(len(message.recipients) for message in server.messages) == {1: 76}, "with the one that met it"


def test_letters_that_a_run_set_back_go_when_a_person_says_so_after_the_others(
    campaign_folder: Path, outreach: Command
) -> None:
    """A person who mended what three refusals named need not wait an hour, by either command; each letter goes once."""
    give_addresses(campaign_folder)
    refuse = tuple(Fault("rcpt", "550 5.7.1 Access denied", nth=n) for n in (1, 2, 3))
    with SmtpServer(Script(faults=refuse)) as server:
        env = mail_server(server.port, connections="1")
        assert outreach(*SEND, folder=campaign_folder, env=env).returncode == 1
        assert server.messages == []
        one = outreach("queue", "retry", "2", folder=campaign_folder, env=env)
        assert re.match(r"1 message queued again; sending pauses until \d\d:\d\d on [^;]*; .* --now\n", one.stdout), one
        again = outreach("queue", "retry", "2", folder=campaign_folder, env=env)
        assert (again.returncode, "message 2 is queued, and goes with the next run" in again.stderr) == (2, True)
        assert outreach("queue", "run", "--now", folder=campaign_folder, env=env).returncode == 0
    assert Counter(len(message.recipients) for message in server.messages) == {1: 76}
    first_three = {entry.message_id for entry in listing(open_to_look(campaign_folder, rehearse=False).outbox)[:3]}
    assert {message.message_id for message in server.messages[-3:]} == first_three, "the others go first"


def test_watch_waits_until_a_pause_is_over_and_says_so(campaign_folder: Path) -> None:
    """The pause ends once the watch has told of it: how long a busy machine takes to begin says nothing."""
    outbox, _ids = queue_up(campaign_folder, "DEU", "FRA")
    pauses = pauses_beside(outbox.engine.url)
    pause = Pause(Cause.LIMIT, "after the final dot: 550 hourly limit", now(), now() + timedelta(hours=1))
    pauses.note("smtp", pause)
    with (
        SmtpServer() as server,
        at_work(campaign_folder, mail_server(server.port), "queue", "run", "--watch") as process,
    ):
        told = process.stderr or ()
        assert any("hourly limit" in line for line in told)
        assert next(line for line in told if "waiting" in line).startswith("2 waiting, the next at ")
        assert server.messages == []
        pauses.note("smtp", replace(pause, until=now()))
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, len(server.messages)) == (0, 2), errors
    assert output.endswith("2 sent.\n")
    assert pauses.read() == {}


def test_one_mission_refused_for_policy_is_named_with_its_number_and_the_others_go(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    refuse = Fault("rcpt", "554 5.7.1 <deu@deu.example.org>: Access denied", recipient="deu@deu.example.org")
    with SmtpServer(Script(faults=(refuse,))) as server:
        result = outreach(*SEND, folder=campaign_folder, env=mail_server(server.port))
    assert (result.returncode, len(server.messages)) == (1, 75)
    assert re.search(r"rejected: DEU \(\d+\): RCPT: 554 5\.7\.1 <address>: Access denied", result.stdout)
    assert "Paused" not in result.stderr


def test_all_deferred_says_why_once_and_is_no_success(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.3.0 queue file write error"),))) as server:
        result = outreach(*SEND, folder=campaign_folder, env=mail_server(server.port))
    assert (result.returncode, server.messages) == (1, [])
    assert "76 deferred." in result.stdout
    [why] = [line for line in result.stdout.splitlines() if "queue file write error" in line]
    assert "and 66 more" in why


@pytest.mark.parametrize("signals", [1, 2])
def test_a_terminal_that_is_closed_ends_the_run_after_the_letter_in_flight(campaign_folder: Path, signals: int) -> None:
    outbox, _ids = queue_up(campaign_folder)
    with SmtpServer(HOLDS_THE_FIRST) as server:
        env = mail_server(server.port, connections="1")
        with at_work(campaign_folder, env, "queue", "run") as process:
            server.wait_for("dot")
            for _ in range(signals):
                process.send_signal(signal.SIGHUP)
            assert process.stderr
            assert any("after the letters in flight" in line for line in process.stderr)
            server.release()
            process.communicate(timeout=60)
    assert Counter(entry.status for entry in listing(outbox)) == {Status.SENT: 1, Status.QUEUED: 75}
    assert len(server.messages) == 1


def test_a_terminal_that_is_gone_loses_nothing(campaign_folder: Path) -> None:
    """The window is closed: whatever is written from then on is an error, and the letter in flight ends well."""
    outbox, _ids = queue_up(campaign_folder)
    with SmtpServer(HOLDS_THE_FIRST) as server:
        leader, follower = pty.openpty()
        command = ["-C", str(campaign_folder), "queue", "run"]
        env = environment(mail_server(server.port, connections="1"))
        with Process(command, env=env, stdin=follower, stdout=follower, stderr=follower) as process:
            os.close(follower)
            server.wait_for("dot")
            os.close(leader)
            process.send_signal(signal.SIGHUP)
            server.release()
            process.wait(timeout=60)
    assert Counter(entry.status for entry in listing(outbox))[Status.UNCONFIRMED] == 0
    assert {entry.status for entry in listing(outbox)} == {Status.SENT, Status.QUEUED}
    assert sum(entry.status is Status.SENT for entry in listing(outbox)) == len(server.messages)


def test_what_a_wrong_clock_put_off_for_years_goes_now_and_the_clock_is_named(
    campaign_folder: Path, outreach: Command
) -> None:
    outbox, [first, second] = queue_up(campaign_folder, "DEU", "FRA")
    in_years = now() + timedelta(days=900)
    put_off(outbox, first, in_years)
    with writing(outbox.engine) as connection:  # the clock was years ahead when this was claimed, and given back
        steps = [(Status.QUEUED, Status.CLAIMED), (Status.CLAIMED, Status.QUEUED)]
        for was, to in steps:
            held, holds = ("x/1/0.00" if status is Status.CLAIMED else "" for status in (to, was))
            step = Transition(second, was, to, in_years, "test", held_by=held, holder=holds, not_before=in_years)
            advance(connection, [step])
    with SmtpServer() as server:
        result = outreach("queue", "run", folder=campaign_folder, env=mail_server(server.port))
    assert (result.returncode, len(server.messages)) == (0, 2), result.stderr
    assert f"the outbox was last written at {in_years:%Y}" in result.stderr
