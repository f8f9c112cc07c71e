"""`outreach queue run`, with --watch and twice at once: the real command, a real server."""

import json
import re
import signal
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.db.engine import writing
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Entry
from outreach.outbox.queue import change_by_person, enqueue
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now, open_outbox
from outreach.services.sending.letters import SendRequest, plan_letters
from outreach.services.workspace import Workspace
from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.conftest import Command, give_addresses, mail_server
from tests.outbox.outboxes import HOLDER, chain, listing, told
from tests.processes import at_work

HOLDS_THE_FIRST = Script(faults=(Fault("dot", "250 2.0.0 taken", hold=True, nth=1),))


def queue_up(folder: Path, *states: str) -> tuple[Outbox, list[int]]:
    """Letters about Beacon to these States (none: to all) that wait in the real queue, due now; their ids."""
    give_addresses(folder, states or None)
    campaign = load_campaign(folder)
    outbox = open_outbox(folder, campaign.settings, rehearsal=False)
    request = SendRequest("beacon", to=states, after_deadline=True)
    with writing(outbox.engine) as connection:
        return outbox, enqueue(connection, plan_letters(Workspace(campaign, outbox), request).drafts, now(), "test")


def put_off(outbox: Outbox, message: int, until: datetime) -> None:
    """Make a queued letter one that a server put off until then."""
    steps = [
        Transition(message, Status.QUEUED, Status.CLAIMED, now(), "test", held_by=HOLDER),
        Transition(
            message, Status.CLAIMED, Status.DEFERRED, now(), "test", "451 later", holder=HOLDER, not_before=until
        ),
    ]
    with writing(outbox.engine) as connection:
        advance(connection, steps)


def entry_of(outbox: Outbox, message: int) -> Entry:
    return next(entry for entry in listing(outbox) if entry.id == message)


def due_soon(outbox: Outbox, message: int) -> datetime:
    """Make what was put off come due a moment after what a run is doing now; that moment."""
    with writing(outbox.engine) as connection:
        change_by_person(connection, [entry_of(outbox, message)], Status.QUEUED, now(), "test", "")
    moment = now() + timedelta(seconds=1.5)
    put_off(outbox, message, moment)
    return moment


def test_watch_sends_what_was_put_off_when_its_time_has_come_and_ends_when_nothing_waits(campaign_folder: Path) -> None:
    outbox, [first, second] = queue_up(campaign_folder, "DEU", "FRA")
    put_off(outbox, second, now() + timedelta(hours=1))
    with (
        SmtpServer(HOLDS_THE_FIRST) as server,
        at_work(campaign_folder, mail_server(server.port), "queue", "run", "--watch", "--json") as process,
    ):
        server.wait_for("dot")
        due = due_soon(outbox, second)
        server.release()
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    nothing = dict.fromkeys(("deferred", "rejected", "unconfirmed", "waiting", "in_doubt", "held"), 0)
    assert json.loads(output) == {"sent": 2, **nothing}
    assert chain(outbox, first) == ["queued", "claimed", "sending", "sent"]
    assert chain(outbox, second)[-5:] == ["deferred", "queued", "claimed", "sending", "sent"]
    taken_up = next(entry for entry in reversed(told(outbox)) if (entry.message, entry.to) == (second, "claimed"))
    assert taken_up.at >= due
    assert len(server.messages) == 2


def test_without_watch_what_was_put_off_is_left_and_said(campaign_folder: Path, outreach: Command) -> None:
    outbox, [message] = queue_up(campaign_folder, "DEU")
    put_off(outbox, message, now() + timedelta(hours=1))
    with SmtpServer() as server:
        result = outreach("queue", "run", folder=campaign_folder, env=mail_server(server.port))
    assert result.returncode == 0
    assert re.search(r"1 still waiting, the next at .*\. To go on: outreach queue run --watch\n", result.stdout)
    assert server.messages == []


@pytest.mark.parametrize("options", [("--watch",), ("--watch", "--json")])
def test_watch_ends_at_once_when_nothing_waits(
    campaign_folder: Path, outreach: Command, options: tuple[str, ...]
) -> None:
    with SmtpServer() as server:
        result = outreach("queue", "run", *options, folder=campaign_folder, env=mail_server(server.port))
    assert (result.returncode, result.stderr) == (0, "")


def test_watch_ends_when_the_server_cannot_be_used(campaign_folder: Path, outreach: Command) -> None:
    """What pauses a run is for a person: watching on would only fail again."""
    queue_up(campaign_folder, "DEU", "FRA")
    with SmtpServer(Script(faults=(Fault("mail", "550 5.1.0 sender rejected"),))) as server:
        result = outreach("queue", "run", "--watch", folder=campaign_folder, env=mail_server(server.port))
    assert result.returncode == 1
    assert "Paused: " in result.stderr
    assert result.stdout.startswith("Nothing was sent.\n")
    assert server.times["mail"] <= 2


def test_watch_does_not_wait_for_what_may_not_leave_any_more(campaign_folder: Path) -> None:
    queue_up(campaign_folder, "DEU", "FRA")
    change_case(campaign_folder, "state_concerned: BLR", "state_concerned: DEU")
    with (
        SmtpServer() as server,
        at_work(campaign_folder, mail_server(server.port), "queue", "run", "--watch") as process,
    ):
        held = (line for line in process.stderr or () if "Held back: 1 letter" in line)
        assert next(held)
        assert next(held, None) is None, "it said so again and again"
        assert process.wait(timeout=30) == 1
    assert [message.recipients for message in server.messages] == [("fra@fra.example.org",)]


def test_consent_taken_back_while_watch_waits_stops_the_letter(campaign_folder: Path) -> None:
    outbox, [_first, second] = queue_up(campaign_folder, "DEU", "FRA")
    put_off(outbox, second, now() + timedelta(hours=1))
    with (
        SmtpServer(HOLDS_THE_FIRST) as server,
        at_work(campaign_folder, mail_server(server.port), "queue", "run", "--watch") as process,
    ):
        server.wait_for("dot")
        change_case(campaign_folder, "letters: yes", "letters: no")
        due_soon(outbox, second)
        server.release()
        process.communicate(timeout=30)
    assert [message.recipients for message in server.messages] == [("deu@deu.example.org",)]


def change_case(folder: Path, old: str, new: str) -> None:
    path = folder / "cases" / "beacon.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_ctrl_c_while_watch_waits_ends_it_in_words_and_the_letter_still_waits(campaign_folder: Path) -> None:
    outbox, [_first, second] = queue_up(campaign_folder, "DEU", "FRA")
    put_off(outbox, second, now() + timedelta(hours=1))
    with (
        SmtpServer() as server,
        at_work(campaign_folder, mail_server(server.port), "queue", "run", "--watch") as process,
    ):
        waits = next(line for line in process.stderr or () if "waiting" in line)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert waits.startswith("1 waiting, the next at ")
    assert "Traceback" not in errors
    assert entry_of(outbox, second).status is Status.DEFERRED


@pytest.mark.parametrize("options", [(), ("--watch",)])
def test_two_runs_at_once_send_every_letter_once(campaign_folder: Path, options: tuple[str, ...]) -> None:
    outbox, ids = queue_up(campaign_folder)
    # Neither goes on before both are at work: each holds a letter at its first dot.
    holds = tuple(Fault("dot", "250 2.0.0 taken", hold=True, nth=nth) for nth in (1, 2))
    with SmtpServer(Script(faults=holds)) as server, ExitStack() as stack:
        env = mail_server(server.port, connections="1")
        runs = [
            stack.enter_context(at_work(campaign_folder, env, "queue", "run", *options, "--json")) for _ in range(2)
        ]
        server.wait_for("dot", 2)
        server.release()
        ended = [run.communicate(timeout=60) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], ended
    sent = [json.loads(output)["sent"] for output, _ in ended]
    assert all(sent), "both had a part in it"
    assert sum(sent) == len(server.messages) == len(ids) == 76
    assert set(Counter(message.message_id for message in server.messages).values()) == {1}
    assert {entry.status for entry in listing(outbox)} == {Status.SENT}
