"""Brings changes of status to disk from an event loop: whatever is waiting goes into one commit. Knows no channel."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine

from outreach.db.engine import writing
from outreach.errors import StorageFailed
from outreach.outbox.ledger import LostClaim, Transition, advance

T = TypeVar("T")
# How long a commit waits for company, in seconds, when several connections are at work: one fsync then serves many.
GATHER = 0.002


class GroupCommitWriter:
    """A single writer thread with a group commit. Steps are committed in the order in which they were put."""

    def __init__(self, engine: Engine, writers: int) -> None:
        self._engine = engine
        self._writers = writers
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")
        self._waiting: list[tuple[Transition, asyncio.Future[None]]] = []
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
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._thread.shutdown()

    def put(self, step: Transition) -> "asyncio.Future[None]":
        """Ask for a change. The future ends when it is on disk; with LostClaim or StorageFailed when it cannot be."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((step, future))
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
        futures = [future for _, future in self._waiting]
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
            self._thread, self._write, [step for step, _ in batch]
        )
        for (_, future), failure in zip(batch, failures, strict=True):
            if future.cancelled():
                continue
            if failure is None:
                future.set_result(None)
            else:
                future.set_exception(failure)

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
            self._in_transaction(lambda connection: advance(connection, steps))
        except Exception as error:  # noqa: BLE001 - handed to those who wait for it
            return error
        return None

    def _in_transaction(self, work: Callable[[Connection], T]) -> T:
        with writing(self._engine) as connection:
            return work(connection)
