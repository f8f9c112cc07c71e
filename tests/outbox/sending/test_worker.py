"""The worker against a real SMTP server with every fault of section 4, and a real database."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, text

from outreach.channels.base import Limits, Outgoing, Receipt
from outreach.channels.smtp.channel import SmtpChannel
from outreach.db.engine import reading
from outreach.errors import Rejected, Unconfirmed
from outreach.outbox.ledger import history
from outreach.outbox.models import Claimed, Scope
from outreach.outbox.queue import claim
from outreach.outbox.sending.worker import Outcome, Worker
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from tests.channels.smtp.smtp_server import Fault, Phase, Script, SmtpServer
from tests.outbox.outboxes import WAYS, chain, listing, queue_letters, told
from tests.outbox.sending.workers import ENVELOPE, by_message_id, recover_elsewhere, retry_all, smtp, statuses, work


def test_every_letter_arrives_once_and_the_ledger_tells_its_whole_way(outbox: Outbox) -> None:
    queue_letters(outbox, 25)
    with SmtpServer() as server:
        outcome = work(outbox, smtp(server.port, connections=4))
        again = work(outbox, smtp(server.port, connections=4))
    assert outcome.counts == {Status.SENT: 25}
    assert again.counts == {}
    assert len({message.message_id for message in server.messages}) == len(server.messages) == 25
    with reading(outbox.engine) as connection:
        way = [entry.to for entry in history(connection, Scope()) if entry.message == 1]
    assert way == [Status.QUEUED, Status.CLAIMED, Status.SENDING, Status.SENT]


def test_what_is_stored_is_byte_for_byte_what_is_sent_but_for_the_date_in_front(outbox: Outbox) -> None:
    [message] = queue_letters(outbox, 1)
    with SmtpServer() as server:
        work(outbox, smtp(server.port))
    with reading(outbox.engine) as connection:
        stored = connection.scalar(text("SELECT content FROM messages WHERE id = :id"), {"id": message})
    date, _, rest = server.messages[0].content.partition(b"\r\n")
    assert date.startswith(b"Date: ")
    assert rest == stored


def test_the_envelope_carries_the_messages_own_token(outbox: Outbox) -> None:
    queue_letters(outbox, 1)
    with SmtpServer() as server:
        work(outbox, smtp(server.port))
    assert server.messages[0].envelope_from == "bounces+token000000@example.org"


@pytest.mark.parametrize("taken", [True, False])
def test_a_line_that_dies_after_the_dot_leaves_the_letter_unconfirmed_and_never_sent_again(
    outbox: Outbox, taken: bool
) -> None:
    """RFC 1047: nobody can know whether the server took it."""
    queue_letters(outbox, 1)
    with SmtpServer(Script(faults=(Fault("dot", drop=True, take=taken, nth=1),))) as server:
        outcome = work(outbox, smtp(server.port))
        work(outbox, smtp(server.port))
        work(outbox, smtp(server.port))
    assert outcome.counts == {Status.UNCONFIRMED: 1}
    assert statuses(outbox) == [Status.UNCONFIRMED]
    assert len(server.messages) == int(taken)


@pytest.mark.parametrize("phase", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_a_line_that_dies_before_354_is_tried_again_later_and_the_letter_sent_once(
    outbox: Outbox, phase: Phase
) -> None:
    [message] = queue_letters(outbox, 1)
    with SmtpServer(Script(faults=(Fault(phase, drop=True, first=2),))) as server:
        for _ in range(2):
            assert work(outbox, smtp(server.port)).counts == {Status.DEFERRED: 1}
            [entry] = listing(outbox)
            assert (entry.status, entry.not_before > now()) == (Status.DEFERRED, True)
            assert server.messages == []
            assert work(outbox, smtp(server.port)).counts == {}, "not before its time has come"
            retry_all(outbox)
        assert work(outbox, smtp(server.port)).counts == {Status.SENT: 1}
        assert work(outbox, smtp(server.port)).counts == {}
    assert [received.message_id for received in server.messages] == ["<token000000@example.org>"]
    put_off = [Status.CLAIMED, Status.DEFERRED, Status.QUEUED]
    assert chain(outbox, message) == [Status.QUEUED, *put_off, *put_off, *WAYS[Status.SENT][1:]]


def test_a_line_that_died_while_idle_is_opened_anew_and_no_letter_waits_for_it(outbox: Outbox) -> None:
    """A server may hang up between two letters; nothing of the second has left, so it goes at once."""
    queue_letters(outbox, 3)
    with SmtpServer(Script(faults=(Fault("mail", drop=True, nth=2),))) as server:
        assert work(outbox, smtp(server.port)).counts == {Status.SENT: 3}
    assert (len(server.messages), server.connections) == (3, 2)


def test_a_451_is_deferred_and_then_sent(outbox: Outbox) -> None:
    queue_letters(outbox, 3)
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.7.1 greylisted, come back", first=3),))) as server:
        assert work(outbox, smtp(server.port)).counts == {Status.DEFERRED: 3}
        assert all("451" in entry.detail and entry.not_before > now() for entry in listing(outbox))
        retry_all(outbox)
        assert work(outbox, smtp(server.port)).counts == {Status.SENT: 3}
    assert len(server.messages) == 3


def test_a_550_for_one_recipient_rejects_that_letter_only(outbox: Outbox) -> None:
    queue_letters(outbox, 3)
    refuse = Fault("rcpt", "550 5.1.1 no such user m1@m1.example.org", recipient="m1@m1.example.org")
    with SmtpServer(Script(faults=(refuse,))) as server:
        outcome = work(outbox, smtp(server.port))
    assert outcome.counts == {Status.SENT: 2, Status.REJECTED: 1}
    rejected = listing(outbox)[1]
    assert rejected.status is Status.REJECTED
    assert "550 5.1.1" in rejected.detail
    assert "m1@m1" not in rejected.detail, "no addresses in the ledger"


@pytest.mark.parametrize(
    ("script", "more"),
    [
        (Script(faults=(Fault("mail", "550 5.7.1 blocked, see our policy"),)), {}),
        (Script(faults=(Fault("mail", "550 5.1.0 sender rejected"),)), {}),
        (Script(users={"team": "right"}), {"username": "team", "password": SecretStr("wrong")}),
        (Script(), {"security": "starttls"}),
    ],
    ids=["policy at MAIL", "sender refused", "login refused", "no STARTTLS"],
)
def test_our_own_set_up_being_refused_pauses_the_run_and_leaves_the_rest_queued(
    outbox: Outbox, script: Script, more: dict[str, object]
) -> None:
    queue_letters(outbox, 5)
    with SmtpServer(script) as server:
        outcome = work(outbox, smtp(server.port, **more))
    assert outcome.paused is not None
    assert outcome.paused.hint
    assert "wrong" not in f"{outcome.paused.detail}{outcome.paused.hint}", "no secrets in messages"
    assert server.messages == []
    assert set(statuses(outbox)) <= {Status.QUEUED, Status.DEFERRED}
    assert statuses(outbox).count(Status.QUEUED) >= 4


def test_a_server_that_is_not_there_ends_the_run_early_and_loses_nothing(outbox: Outbox) -> None:
    queue_letters(outbox, 50)
    with SmtpServer() as server:
        port = server.port
    outcome = work(outbox, smtp(port))
    assert outcome.unreachable
    assert not outcome.answered
    assert Counter(statuses(outbox)) == {Status.DEFERRED: 5, Status.QUEUED: 45}


def test_a_server_that_lets_nobody_in_for_now_is_not_called_out_of_reach(outbox: Outbox) -> None:
    queue_letters(outbox, 10)
    script = Script(users={"team": "right"}, faults=(Fault("auth", "454 4.7.0 later"),))
    with SmtpServer(script) as server:
        outcome = work(outbox, smtp(server.port, username="team", password=SecretStr("right")))
    assert outcome.answered
    assert outcome.unreachable.endswith("AUTH: 454 4.7.0")
    assert Counter(statuses(outbox)) == {Status.DEFERRED: 5, Status.QUEUED: 5}


def test_stopping_lets_the_letter_in_flight_finish_and_gives_the_rest_back(outbox: Outbox) -> None:
    queue_letters(outbox, 10)
    with SmtpServer(Script(faults=(Fault("dot", "250 2.0.0 taken", hold=True, nth=3),))) as server:

        async def run() -> Outcome:
            worker = Worker(outbox, smtp(server.port), ENVELOPE, Scope())
            task = asyncio.create_task(worker.run())
            await asyncio.to_thread(server.wait_for, "dot", 3)
            worker.stop()
            server.release()
            return await task

        outcome = asyncio.run(run())
    assert outcome.stopped
    assert Counter(statuses(outbox)) == {Status.SENT: 3, Status.QUEUED: 7}
    assert len(server.messages) == 3


def test_a_letter_that_waits_for_its_turn_is_asked_about_again_when_the_files_change(outbox: Outbox) -> None:
    """It is in a task's hands, and not begun: it is given back, and not claimed where it may not go any more."""
    queue_letters(outbox, 6)
    with SmtpServer() as server:

        def claim_by_version(connection: Connection, *arguments: Any) -> list[Claimed]:
            return [] if server.messages else claim(connection, *arguments)

        worker = Worker(
            outbox,
            smtp(server.port, connections=2, per_minute=60),
            ENVELOPE,
            Scope(),
            claim=claim_by_version,
            version=lambda: len(server.messages[:1]),
        )
        outcome = asyncio.run(worker.run())
    assert len(server.messages) == outcome.counts[Status.SENT] == 1
    assert Counter(statuses(outbox)) == {Status.SENT: 1, Status.QUEUED: 5}
    assert "the campaign's files changed before its turn" in {entry.detail for entry in told(outbox)}


def test_two_workers_at_once_send_every_letter_once(outbox: Outbox) -> None:
    queue_letters(outbox, 60)

    async def both(port: int) -> None:
        workers = [Worker(outbox, smtp(port, connections=3), ENVELOPE, Scope()) for _ in range(2)]
        await asyncio.gather(*(worker.run() for worker in workers))

    with SmtpServer() as server:
        asyncio.run(both(server.port))
    assert Counter(message.message_id for message in server.messages) == Counter(
        f"<token{number:06d}@example.org>" for number in range(60)
    )
    assert set(statuses(outbox)) == {Status.SENT}


class Hasty(SmtpChannel):
    """A channel of someone else's: it sends, and does not say so before."""

    async def send(self, outgoing: Outgoing) -> Receipt:
        async def not_asked() -> None:
            return None

        return await super().send(replace(outgoing, committed=not_asked))


def test_a_channel_that_sends_before_it_is_told_to_is_recorded_as_it_was_and_stopped(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_rest = queue_letters(outbox, 3)
    with SmtpServer() as server:
        outcome = work(outbox, Hasty(smtp(server.port).settings))
        assert outcome.paused is not None
        assert "sends before it is told to" in outcome.paused.detail
        assert outcome.counts == {Status.SENT: 1}
        assert statuses(outbox) == [Status.SENT, Status.QUEUED, Status.QUEUED]
        assert chain(outbox, first) == list(WAYS[Status.SENT])

        assert recover_elsewhere(outbox, monkeypatch) == 0
        assert work(outbox, smtp(server.port)).counts == {Status.SENT: 2}
    assert Counter(message.message_id for message in server.messages) == dict.fromkeys(
        by_message_id(outbox, Status.SENT), 1
    )
    assert len(server.messages) == 3


class Oracle:
    """A channel of someone else's, which breaks in ways that ours do not."""

    name = "oracle"

    def __init__(self, answer: Exception, *, commits: bool) -> None:
        self.limits = Limits()
        self._answer = answer
        self._commits = commits

    @classmethod
    def for_campaign(cls, folder: Path, settings: object) -> Self:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        return None

    async def send(self, outgoing: Outgoing) -> Receipt:
        if self._commits:
            await outgoing.committed()
        raise self._answer


@pytest.mark.parametrize(
    ("answer", "commits", "expected"),
    [
        (ZeroDivisionError(), True, Status.UNCONFIRMED),
        (ZeroDivisionError(), False, Status.DEFERRED),
        (Unconfirmed("who knows"), False, Status.DEFERRED),
        (Rejected("no"), True, Status.REJECTED),
        (Rejected("no"), False, Status.REJECTED),
    ],
)
def test_only_what_was_in_flight_can_be_unconfirmed_even_when_a_channel_breaks(
    outbox: Outbox, answer: Exception, commits: bool, expected: Status
) -> None:
    queue_letters(outbox, 1)
    work(outbox, Oracle(answer, commits=commits))
    assert statuses(outbox) == [expected]


def days_later(days: int) -> Callable[[], datetime]:
    return lambda: now() + timedelta(days=days)


def test_a_letter_that_was_only_ever_put_off_is_given_up_and_shown_to_a_person(outbox: Outbox) -> None:
    queue_letters(outbox, 1)
    with SmtpServer(Script(faults=(Fault("rcpt", "450 4.2.1 mailbox busy"),))) as server:
        for day in range(8):
            asyncio.run(Worker(outbox, smtp(server.port), ENVELOPE, Scope(), clock=days_later(day)).run())
    [entry] = listing(outbox)
    assert entry.status is Status.REJECTED
    assert entry.attempts == 8
    assert "given up after 8 tries; the last answer: " in entry.detail
