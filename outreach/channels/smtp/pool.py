"""A few lasting connections to one server, shared by the letters at work; knows no letter.

Where the server lets in fewer than were asked for, those that live carry all letters, and `advice` says so.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from outreach.channels.smtp.connection import SmtpConnection
from outreach.errors import DeliveryError
from outreach.text import counted


class Lease:
    """A connection for one letter. The pool can replace one that turns out dead."""

    def __init__(self, connection: SmtpConnection) -> None:
        self.connection = connection


class ConnectionPool:
    """Holds up to `size` connections; `make` makes one that is not open yet."""

    def __init__(self, make: Callable[[], SmtpConnection], size: int) -> None:
        self.advice = ""
        self._make = make
        self._room = asyncio.Semaphore(size)
        self._idle: list[SmtpConnection] = []
        self._busy: set[SmtpConnection] = set()
        self._opening = 0
        self._given_up = 0  # places that no connection could be had for

    @asynccontextmanager
    async def lease(self) -> AsyncIterator["Lease"]:
        """Give a connection for as long as the block lasts: an idle one, or a new one, which is open then."""
        await self._room.acquire()
        try:
            lease = Lease(await self._connected())
            self._busy.add(lease.connection)
            try:
                yield lease
            finally:
                self._busy.discard(lease.connection)
                if lease.connection.alive:
                    self._idle.append(lease.connection)
        finally:
            self._room.release()

    async def replace(self, lease: Lease) -> None:
        """Give a lease another connection in the place of its own, which has died."""
        lease.connection.drop()
        self._busy.discard(lease.connection)
        lease.connection = await self._connected()
        self._busy.add(lease.connection)

    async def close(self) -> None:
        """Take leave on every connection that is idle."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.quit() for connection in idle))

    async def _connected(self) -> SmtpConnection:
        while not self._idle:  # the last one used comes first, so that no more are held than are needed
            connection = self._make()
            self._opening += 1
            try:
                await connection.open()
            except DeliveryError as error:
                living = self._opening - 1 + sum(one.alive for one in (*self._busy, *self._idle))
                if not living:
                    self._forget_refusals()
                    raise
                self._say(living, error)
            else:
                return connection
            finally:
                self._opening -= 1
            self._given_up += 1
            await self._room.acquire()  # the place held so far is not given back
        return self._idle.pop()

    def _say(self, living: int, error: DeliveryError) -> None:
        self.advice = (
            f"the server lets in no more than {counted(living, 'connection')} at a time, so the others were not used. "
            f"Set [smtp] connections = {living} ({error.detail})"
        )

    def _forget_refusals(self) -> None:
        """Begin anew: where no connection can be had at all, the server is away, and says nothing of their number."""
        self.advice = ""
        for _ in range(self._given_up):
            self._room.release()
        self._given_up = 0
