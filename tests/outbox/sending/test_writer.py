"""Many changes of status in few commits, and what each of those who wait is told; a real SQLite file."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection

from outreach.errors import StorageFailed
from outreach.outbox.ledger import LostClaim, Transition
from outreach.outbox.queue import entries
from outreach.outbox.sending.writer import GroupCommitWriter
from outreach.outbox.status import HELD, Status
from outreach.outbox.store import Outbox
from tests.outbox.outboxes import (
    NOON,
    WAYS,
    chain,
    full_disk,
    heard,
    listing,
    open_test_outbox,
    queue_letters,
    told,
)

T = TypeVar("T")
ME = "me/1/0.00"
Told = list[BaseException | None]


def step(message: int, was: Status, to: Status, detail: str = "") -> Transition:
    return Transition(
        message, was, to, NOON, ME, detail, holder=ME if was in HELD else "", held_by=ME if to in HELD else ""
    )


def claimed(message: int) -> Transition:
    return step(message, Status.QUEUED, Status.CLAIMED)


def with_writer(outbox: Outbox, work: Callable[[GroupCommitWriter], Coroutine[Any, Any, T]], writers: int = 4) -> T:
    async def run() -> T:
        async with GroupCommitWriter(outbox.engine, writers) as writer:
            return await work(writer)

    return asyncio.run(run())


def put_at_once(outbox: Outbox, steps: Sequence[Transition], writers: int = 4) -> Told:
    """What each step's waiter is told when all are put before any is written."""

    async def work(writer: GroupCommitWriter) -> Told:
        return await asyncio.gather(*(writer.put(one) for one in steps), return_exceptions=True)

    return with_writer(outbox, work, writers)


@pytest.mark.parametrize("writers", [1, 4, 50])
def test_what_is_put_at_once_is_one_commit(outbox: Outbox, writers: int) -> None:
    ids = queue_letters(outbox, 50)
    with heard(outbox.engine, "commit") as commits:
        assert put_at_once(outbox, [claimed(id_) for id_ in ids], writers) == [None] * 50
        assert len(commits) == 1
    assert {entry.status for entry in listing(outbox)} == {Status.CLAIMED}


def test_several_writers_that_wait_for_each_mark_share_their_commits(outbox: Outbox) -> None:
    """As connections do: each puts its next mark when its last is on disk. Four of them need no four times as many."""
    ids = queue_letters(outbox, 40)

    async def work(writer: GroupCommitWriter) -> None:
        async def connection(mine: Sequence[int]) -> None:
            for id_ in mine:
                await writer.put(claimed(id_))

        await asyncio.gather(*(connection(ids[start::4]) for start in range(4)))

    with heard(outbox.engine, "commit") as commits:
        with_writer(outbox, work)
    assert len(commits) == 10


def test_a_mark_waits_a_moment_for_the_marks_of_the_other_connections(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They come one after another, and still share a commit; the last one ends the waiting, however long it may be."""
    monkeypatch.setattr("outreach.outbox.sending.writer.GATHER", 60)
    ids = queue_letters(outbox, 4)

    async def work(writer: GroupCommitWriter) -> None:
        async def connection(number: int) -> None:
            for _ in range(number):
                await asyncio.sleep(0)  # a turn of the loop later than the one before
            await writer.put(claimed(ids[number]))

        await asyncio.gather(*(connection(number) for number in range(4)))

    with heard(outbox.engine, "commit") as commits:
        with_writer(outbox, work)
    assert len(commits) == 1


def test_one_writer_alone_is_not_kept_waiting_for_company(outbox: Outbox) -> None:
    """Ten connections are allowed and one is at work: its mark is written although no other comes."""
    [message] = queue_letters(outbox, 1)
    assert put_at_once(outbox, [claimed(message)], writers=10) == [None]
    assert chain(outbox, message) == [Status.QUEUED, Status.CLAIMED]


def test_a_mark_is_on_disk_when_its_waiter_is_told(outbox: Outbox, tmp_path: Path) -> None:
    """Seen by another opener of the same file, while the writer is still at work."""
    [message] = queue_letters(outbox, 1)

    async def work(writer: GroupCommitWriter) -> list[Status]:
        await writer.put(claimed(message))
        return [entry.status for entry in listing(open_test_outbox(tmp_path / "outreach.db"))]

    assert with_writer(outbox, work) == [Status.CLAIMED]


def test_steps_are_written_in_the_order_in_which_they_were_put(outbox: Outbox) -> None:
    ids = queue_letters(outbox, 20)
    backwards = [claimed(id_) for id_ in reversed(ids)]
    put_at_once(outbox, backwards)
    assert [entry.message for entry in told(outbox)][20:] == list(reversed(ids))


def test_a_messages_whole_way_can_be_put_at_once(outbox: Outbox) -> None:
    [message] = queue_letters(outbox, 1)
    way = [step(message, was, to) for was, to in pairwise(WAYS[Status.SENT])]
    assert put_at_once(outbox, way) == [None] * 3
    assert chain(outbox, message) == list(WAYS[Status.SENT])


@pytest.mark.parametrize("lost", [0, 4, 9])
def test_one_that_lost_its_claim_harms_no_other_of_its_batch(outbox: Outbox, lost: int) -> None:
    ids = queue_letters(outbox, 10)
    steps = [claimed(id_) for id_ in ids]
    steps[lost] = step(ids[lost], Status.SENDING, Status.SENT)
    answers = put_at_once(outbox, steps)
    assert isinstance(answers[lost], LostClaim)
    assert [answer for number, answer in enumerate(answers) if number != lost] == [None] * 9
    expected = [Status.QUEUED if number == lost else Status.CLAIMED for number in range(10)]
    assert [entry.status for entry in listing(outbox)] == expected
    assert len(told(outbox)) == 10 + 9, "and nothing was written twice"


def test_what_followed_from_a_lost_claim_is_lost_with_it(outbox: Outbox) -> None:
    lost, kept = queue_letters(outbox, 2)
    answers = put_at_once(
        outbox,
        [
            step(lost, Status.CLAIMED, Status.SENDING),
            claimed(kept),
            step(lost, Status.SENDING, Status.SENT),
            step(kept, Status.CLAIMED, Status.SENDING),
        ],
    )
    assert [type(answer) for answer in answers] == [LostClaim, type(None), LostClaim, type(None)]
    assert chain(outbox, lost) == [Status.QUEUED]
    assert chain(outbox, kept) == [Status.QUEUED, Status.CLAIMED, Status.SENDING]


def test_when_the_disk_is_full_everyone_who_waits_is_told_and_nothing_is_written(outbox: Outbox) -> None:
    ids = queue_letters(outbox, 200)
    with full_disk(outbox):
        answers = put_at_once(outbox, [claimed(id_) for id_ in ids])
    assert {type(answer) for answer in answers} == {StorageFailed}
    assert "full" in str(answers[0])
    assert {entry.status for entry in listing(outbox)} == {Status.QUEUED}
    assert len(told(outbox)) == 200


def test_after_a_failure_of_the_disk_no_later_mark_is_written(outbox: Outbox) -> None:
    """Else a letter is begun after the "sent" of the one before it was lost, and two are in doubt, not one."""
    ids = queue_letters(outbox, 200)

    async def work(writer: GroupCommitWriter) -> Told:
        with full_disk(outbox):
            await asyncio.gather(*(writer.put(claimed(id_)) for id_ in ids), return_exceptions=True)
        return await asyncio.gather(*(writer.put(claimed(id_)) for id_ in ids), return_exceptions=True)

    assert {type(answer) for answer in with_writer(outbox, work)} == {StorageFailed}


def test_one_that_stopped_waiting_harms_no_other_and_its_mark_is_written_all_the_same(outbox: Outbox) -> None:
    first, second = queue_letters(outbox, 2)

    async def work(writer: GroupCommitWriter) -> None:
        impatient, patient = writer.put(claimed(first)), writer.put(claimed(second))
        impatient.cancel()
        await patient

    with_writer(outbox, work)
    assert [entry.status for entry in listing(outbox)] == [Status.CLAIMED, Status.CLAIMED]


def counted(connection: Connection) -> dict[Status, int]:
    return Counter(entry.status for entry in entries(connection))


def test_other_work_comes_after_what_was_put_before(outbox: Outbox) -> None:
    ids = queue_letters(outbox, 10)

    async def work(writer: GroupCommitWriter) -> dict[Status, int]:
        for id_ in ids:
            writer.put(claimed(id_))
        return await writer.call(counted)

    assert with_writer(outbox, work) == {Status.CLAIMED: 10}


def test_other_work_waits_for_a_commit_that_is_under_way(outbox: Outbox) -> None:
    first, second = queue_letters(outbox, 2)

    async def work(writer: GroupCommitWriter) -> dict[Status, int]:
        async def put_and_count() -> dict[Status, int]:
            await writer.put(claimed(first))
            writer.put(claimed(second))
            return await writer.call(counted)

        one, other = await asyncio.gather(put_and_count(), writer.call(counted))
        assert sum(other.values()) == 2
        return one

    assert with_writer(outbox, work) == {Status.CLAIMED: 2}


def test_other_work_that_fails_changes_nothing_and_tells_its_caller(outbox: Outbox) -> None:
    queue_letters(outbox, 1)

    def half_done(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE messages SET detail = 'half'")
        raise LostClaim("in the middle")

    async def work(writer: GroupCommitWriter) -> None:
        with pytest.raises(LostClaim, match="in the middle"):
            await writer.call(half_done)

    with_writer(outbox, work)
    assert [entry.detail for entry in listing(outbox)] == [""]


def test_other_work_comes_even_if_what_was_put_before_failed(outbox: Outbox) -> None:
    [message] = queue_letters(outbox, 1)

    async def work(writer: GroupCommitWriter) -> dict[Status, int]:
        future = writer.put(step(message, Status.SENDING, Status.SENT))
        found = await writer.call(counted)
        assert isinstance(future.exception(), LostClaim)
        return found

    assert with_writer(outbox, work) == {Status.QUEUED: 1}


@pytest.mark.parametrize("writers", [1, 4, 50])
def test_at_the_end_everything_put_is_on_disk_though_nobody_waited(outbox: Outbox, writers: int) -> None:
    ids = queue_letters(outbox, 30)

    async def work(writer: GroupCommitWriter) -> None:
        for id_ in ids:
            writer.put(claimed(id_))

    with_writer(outbox, work, writers)
    assert {entry.status for entry in listing(outbox)} == {Status.CLAIMED}


def test_also_when_the_work_ended_in_an_error(outbox: Outbox) -> None:
    [message] = queue_letters(outbox, 1)

    async def work(writer: GroupCommitWriter) -> None:
        writer.put(claimed(message))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        with_writer(outbox, work)
    assert [entry.status for entry in listing(outbox)] == [Status.CLAIMED]
