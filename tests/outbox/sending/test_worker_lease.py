"""A worker that slept longer than its lease: whoever was right, no letter goes twice and none is lost."""

import pytest

from outreach.db.engine import writing
from outreach.outbox.queue import LEASE, change_by_person, entries, recover
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.outbox.outboxes import WAYS, chain, queue_letters, told
from tests.outbox.sending.workers import (
    TAKES_LATE,
    by_message_id,
    held_at,
    recover_elsewhere,
    smtp,
    statuses,
    work,
    work_while,
)


def test_a_yes_that_comes_after_the_lease_ran_out_settles_the_letter_and_nothing_is_sent_twice(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine slept while the server had the letter; another machine called it unconfirmed meanwhile."""
    ids = queue_letters(outbox, 3)
    with SmtpServer(TAKES_LATE) as server:

        def elsewhere() -> None:
            assert recover_elsewhere(outbox, monkeypatch) == 3
            assert statuses(outbox) == [Status.UNCONFIRMED, Status.QUEUED, Status.QUEUED]

        outcome = work_while(outbox, server, "dot", elsewhere)
    assert outcome.counts == {Status.SENT: 3}
    assert sorted(message.message_id for message in server.messages) == sorted(by_message_id(outbox, Status.SENT))
    assert len(server.messages) == 3
    assert chain(outbox, ids[0]) == [*WAYS[Status.UNCONFIRMED], Status.SENT]
    late = [entry.detail for entry in told(outbox) if entry.message == ids[0]][-1]
    assert late.startswith("the server's answer came after the lease had run out: 250")


def test_a_late_yes_is_not_counted_for_a_letter_that_somebody_settled_meanwhile(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    [message] = queue_letters(outbox, 1)
    with SmtpServer(TAKES_LATE) as server:

        def elsewhere() -> None:
            recover_elsewhere(outbox, monkeypatch)
            with writing(outbox.engine) as connection:
                change_by_person(connection, entries(connection), Status.SENT, now(), "test", "seen in the archive")

        outcome = work_while(outbox, server, "dot", elsewhere)
    assert outcome.counts == {}
    assert chain(outbox, message) == [*WAYS[Status.UNCONFIRMED], Status.SENT]
    assert len(server.messages) == 1


@pytest.mark.parametrize("reply", ["550 5.1.1 no such user", "451 4.3.0 try later"])
def test_a_no_that_comes_after_the_lease_ran_out_leaves_the_letter_to_a_person(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, reply: str
) -> None:
    [message] = queue_letters(outbox, 1)
    with SmtpServer(Script(faults=(Fault("dot", reply, hold=True),))) as server:
        work_while(outbox, server, "dot", lambda: recover_elsewhere(outbox, monkeypatch))
        work(outbox, smtp(server.port))
    assert chain(outbox, message) == list(WAYS[Status.UNCONFIRMED])
    assert server.messages == []


def test_a_worker_that_lost_its_claim_before_the_body_sends_nothing_and_the_other_sends_once(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It slept between claiming and DATA; another took over. "sending" cannot be written, so nothing may leave."""
    [message] = queue_letters(outbox, 1)
    with SmtpServer(held_at("data")) as server:

        def elsewhere() -> None:
            recover_elsewhere(outbox, monkeypatch)
            assert work(outbox, smtp(server.port)).counts == {Status.SENT: 1}

        outcome = work_while(outbox, server, "data", elsewhere)
        assert server.times["body"] == server.times["dot"] == 1, "no byte of a second body"
    assert outcome.counts == {}
    assert not outcome.ended_early
    assert len(server.messages) == 1
    assert chain(outbox, message) == [Status.QUEUED, Status.CLAIMED, *WAYS[Status.SENT]]


def test_a_letter_withdrawn_under_a_sleeping_worker_never_leaves(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_letters(outbox, 1)
    with SmtpServer(held_at("data")) as server:

        def elsewhere() -> None:
            recover_elsewhere(outbox, monkeypatch)
            with writing(outbox.engine) as connection:
                change_by_person(connection, entries(connection), Status.WITHDRAWN, now(), "test", "")

        outcome = work_while(outbox, server, "data", elsewhere)
    assert (outcome.counts, server.messages) == ({}, [])
    assert statuses(outbox) == [Status.WITHDRAWN]


def test_on_this_machine_a_lease_that_ran_out_takes_nothing_from_a_worker_that_lives(outbox: Outbox) -> None:
    queue_letters(outbox, 2)
    with SmtpServer(TAKES_LATE) as server:

        def here() -> None:
            with writing(outbox.engine) as connection:
                assert recover(connection, now() + LEASE * 10, "test") == 0

        assert work_while(outbox, server, "dot", here).counts == {Status.SENT: 2}
    assert len(server.messages) == 2
