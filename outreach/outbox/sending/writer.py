"""Brings changes of status to disk from an event loop: whatever is waiting goes into one commit. Knows no channel."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine

from outreach.db.engine import writing
from outreach.errors import StorageFailed
from outreach.outbox.copies.journal import Line
from outreach.outbox.ledger import LostClaim, Transition, advance
from outreach.outbox.status import Status
from outreach.outbox.suppressions import add_suppression

T = TypeVar("T")
# How long a commit waits for company, in seconds, when several connections are at work: one fsync then serves many.
GATHER = 0.002


class GroupCommitWriter:
    """A single writer thread with a group commit. Steps are committed in the order in which they were put."""

    def __init__(self, engine: Engine, writers: int, journal: Callable[[list[Line]], None] | None = None) -> None:
        self._engine = engine
        self._journal = journal
        self._journaling = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._journaled: set[asyncio.Task[None]] = set()
        self._writers = writers
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")
        self._waiting: list[tuple[Transition, Line | None, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._full = asyncio.Event()
        self._committing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._refused: StorageFailed | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._commit_for_ever())
        return self

    async def __aexit__(self, *_details: object) -> None:
        await self.drain()
        await asyncio.gather(*self._journaled, return_exceptions=True)
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._thread.shutdown()
        self._journaling.shutdown()

    def put(self, step: Transition, line: Line | None = None) -> "asyncio.Future[None]":
        """Ask for a change. The future ends when it is on disk; with LostClaim or StorageFailed when it cannot be.

        With a line, that is in the journal by then, too.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((step, line, future))
        self._wake.set()
        if len(self._waiting) >= self._writers:
            self._full.set()
        return future

    async def call(self, work: Callable[[Connection], T]) -> T:
        """Run other work of the outbox in the same thread, in a transaction of its own, after what was put before."""
        await self.drain()
        async with self._committing:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._in_transaction, work)

    async def drain(self) -> None:
        """Wait until everything put so far is on disk, or has failed."""
        futures = [future for _, _, future in self._waiting]
        await asyncio.gather(*futures, return_exceptions=True)
        async with self._committing:
            pass

    async def _commit_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            if self._writers > 1:
                await self._company()
            async with self._committing:
                await self._commit()

    async def _company(self) -> None:
        try:
            async with asyncio.timeout(GATHER):
                await self._full.wait()
        except TimeoutError:
            pass

    async def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
        self._wake.clear()
        self._full.clear()
        failures = await asyncio.get_running_loop().run_in_executor(
            self._thread, self._write, [step for step, _, _ in batch]
        )
        to_journal = list[tuple[Transition, Line, asyncio.Future[None]]]()
        for (step, line, future), failure in zip(batch, failures, strict=True):
            if line is not None and failure is None and self._journal is not None:
                to_journal.append((step, line, future))
            else:
                _end(future, failure)
        if to_journal:  # the next commit need not wait for it
            task = asyncio.create_task(self._write_down(to_journal))
            self._journaled.add(task)
            task.add_done_callback(self._journaled.discard)

    async def _write_down(self, batch: list[tuple[Transition, Line, asyncio.Future[None]]]) -> None:
        """Bring lines to the journal, one fsync for all of them; nothing has left of a message whose line cannot be."""
        failure: Exception | None = None
        try:
            lines = [line for _, line, _ in batch]
            await asyncio.get_running_loop().run_in_executor(self._journaling, self._journal or _nowhere, lines)
        except Exception as error:  # noqa: BLE001 - handed to those who wait for it
            failure = error
            back = [_put_back(step, str(error)) for step, _, _ in batch]
            with suppress(StorageFailed, LostClaim):
                await self.call(lambda connection: advance(connection, back))
            self._refused = error if isinstance(error, StorageFailed) else None
        for _, _, future in batch:
            _end(future, failure)

    def _write(self, steps: list[Transition]) -> list[Exception | None]:
        """Write all in one commit; when one of them had changed meanwhile, each on its own, so that the others stand.

        Once the disk has refused, nothing more is written: a shorter mark that still found room would let a letter
        go out after one whose end could not be recorded.
        """
        failure = self._refused or self._attempt(steps)
        if isinstance(failure, StorageFailed):
            self._refused = failure
        if isinstance(failure, LostClaim) and len(steps) > 1:
            return [self._attempt([step]) for step in steps]
        return [failure] * len(steps)

    def _attempt(self, steps: list[Transition]) -> Exception | None:
        try:
            self._in_transaction(lambda connection: _carry_out(connection, steps))
        except Exception as error:  # noqa: BLE001 - handed to those who wait for it
            return error
        return None

    def _in_transaction(self, work: Callable[[Connection], T]) -> T:
        with writing(self._engine) as connection:
            return work(connection)


def _carry_out(connection: Connection, steps: list[Transition]) -> None:
    advance(connection, steps)
    for step in steps:
        for address, why in step.closes:
            add_suppression(connection, address, why, step.at)


def _put_back(step: Transition, why: str) -> Transition:
    return Transition(step.message, step.to, Status.DEFERRED, step.at, step.by, why, step.held_by, not_before=step.at)


def _nowhere(_lines: list[Line]) -> None:
    return None


def _end(future: "asyncio.Future[None]", failure: Exception | None) -> None:
    if future.cancelled():
        return
    if failure is None:
        future.set_result(None)
    else:
        future.set_exception(failure)
