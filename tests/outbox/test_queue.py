"""Claiming, leases and recovery: what a dead worker leaves behind."""

import subprocess
import sys
from datetime import timedelta

import psutil
import pytest

from outreach.db.engine import reading, writing
from outreach.outbox.ledger import Transition, advance, history
from outreach.outbox.models import Scope
from outreach.outbox.process import HOST, is_gone, this_process
from outreach.outbox.queue import LEASE, claim, next_due, recover, release
from outreach.outbox.sending.pace import WAITS, wait
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from tests.outbox.outboxes import NOON, listing, queue_letters

ELSEWHERE = "another-machine/4242/1.00"


def test_two_workers_never_claim_the_same_message(outbox: Outbox) -> None:
    queue_letters(outbox, 10)
    taken: list[int] = []
    for worker in ("a/1/0", "b/2/0", "c/3/0"):
        with writing(outbox.engine) as connection:
            taken += [message.id for message in claim(connection, Scope(), 4, NOON, worker)]
    assert len(taken) == len(set(taken)) == 10


def test_a_claim_keeps_to_its_scope(outbox: Outbox) -> None:
    queue_letters(outbox, 2)
    with writing(outbox.engine) as connection:
        assert claim(connection, Scope(case="sample"), 10, NOON, "a/1/0") == []
        assert len(claim(connection, Scope(case="beacon"), 10, NOON, "a/1/0")) == 2


def test_a_deferred_message_is_claimed_only_when_its_time_has_come(outbox: Outbox) -> None:
    [message] = queue_letters(outbox, 1)
    later = NOON + timedelta(minutes=5)
    with writing(outbox.engine) as connection:
        claim(connection, Scope(), 1, NOON, "a/1/0")
        advance(
            connection,
            [
                Transition(
                    message, Status.CLAIMED, Status.DEFERRED, NOON, "a/1/0", "451", holder="a/1/0", not_before=later
                )
            ],
        )
    with writing(outbox.engine) as connection:
        assert next_due(connection, Scope()) == later
        assert claim(connection, Scope(), 1, NOON, "b/1/0") == []
        assert [claimed.id for claimed in claim(connection, Scope(), 1, later, "b/1/0")] == [message]


def test_what_was_claimed_but_not_begun_is_given_back(outbox: Outbox) -> None:
    queue_letters(outbox, 3)
    with writing(outbox.engine) as connection:
        claimed = claim(connection, Scope(), 3, NOON, "a/1/0")
        release(connection, [message.id for message in claimed], NOON, "a/1/0", "stopped")
    assert {entry.status for entry in listing(outbox)} == {Status.QUEUED}


def dead_process() -> str:
    """The name of a holder that has certainly ended, and was real."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started = psutil.Process(process.pid).create_time()
        process.kill()
    return f"{HOST}/{process.pid}/{started:.2f}"


def test_a_process_that_was_killed_and_not_yet_waited_for_is_gone() -> None:
    """kill -9 leaves a zombie until its parent looks; it will never send again."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started = psutil.Process(process.pid).create_time()
        process.kill()
        while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
            pass
        assert is_gone(f"{HOST}/{process.pid}/{started:.2f}")


def test_this_process_lives_and_a_reused_pid_does_not_count_as_it() -> None:
    host, pid, start = this_process().rsplit("/", 2)
    assert not is_gone(this_process())
    assert is_gone(f"{host}/{pid}/{start}0")


def test_only_its_lease_tells_about_a_worker_on_another_machine() -> None:
    assert not is_gone(ELSEWHERE)


def test_after_a_crash_the_claimed_are_queued_again_and_those_in_flight_unconfirmed(outbox: Outbox) -> None:
    queue_letters(outbox, 2)
    worker = dead_process()
    with writing(outbox.engine) as connection:
        first, _second = claim(connection, Scope(), 2, NOON, worker)
        advance(
            connection,
            [Transition(first.id, Status.CLAIMED, Status.SENDING, NOON, worker, holder=worker, held_by=worker)],
        )
        assert recover(connection, NOON, "test") == 2
    assert [entry.status for entry in listing(outbox)] == [Status.UNCONFIRMED, Status.QUEUED]
    with reading(outbox.engine) as connection:
        last = list(history(connection, Scope()))[-2]
    assert "may or may not have taken it" in last.detail


@pytest.mark.parametrize(("after", "recovered"), [(LEASE, 0), (LEASE + timedelta(seconds=1), 1)])
def test_another_machines_claim_stands_until_its_lease_runs_out(
    outbox: Outbox, after: timedelta, recovered: int
) -> None:
    queue_letters(outbox, 1)
    with writing(outbox.engine) as connection:
        claim(connection, Scope(), 1, NOON, ELSEWHERE)
        assert recover(connection, NOON + after, "test") == recovered


def test_a_live_workers_claims_are_left_alone(outbox: Outbox) -> None:
    queue_letters(outbox, 1)
    with writing(outbox.engine) as connection:
        claim(connection, Scope(), 1, NOON, this_process())
        assert recover(connection, NOON, "test") == 0


def test_waits_grow_and_then_a_person_is_told() -> None:
    waits = [wait(attempt, jitter=0) for attempt in range(1, len(WAITS) + 1)]
    assert waits == sorted(waits, key=lambda pause: pause or timedelta.max)
    assert wait(len(WAITS) + 1, jitter=0) is None


@pytest.mark.parametrize(
    ("attempt", "jitter", "asked_for", "expected"),
    [
        (1, 0.0, None, timedelta(minutes=2)),
        (1, 0.5, None, timedelta(minutes=2, seconds=6)),  # half of the tenth
        (1, 0.0, 30, timedelta(minutes=2)),  # the server's wish never shortens ours
        (1, 0.0, 600, timedelta(minutes=10)),  # but lengthens it
        (1, 0.0, 80_000, timedelta(seconds=80_000)),  # a limit of so many posts a day
        (1, 0.0, 1e300, timedelta(days=1)),
        (3, 0.0, None, timedelta(minutes=30)),
    ],
)
def test_a_wait(attempt: int, jitter: float, asked_for: float | None, expected: timedelta) -> None:
    assert wait(attempt, jitter, asked_for) == expected
