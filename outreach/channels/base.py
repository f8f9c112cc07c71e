"""What every channel is: a name, its limits and one coroutine; knows nothing about queue, database or registry."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar, runtime_checkable

from outreach.errors import Unconfirmed
from outreach.settings.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages a channel takes at once, and a minute (0: no limit), over all and per recipient domain."""

    connections: int = 1
    per_minute: int = 0
    per_domain_per_minute: int = 0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, ready to leave, fixed to the byte.

    `content` is the whole RFC 5322 message with CRLF line ends, Date included. `pieces` are the same, one after the
    other: a file that many letters carry is a piece of its own, once in memory. `recipients` are bare addresses, To
    first, then Cc. `token` is the message's own word in Message-ID and envelope. `archive` is a blind copy to
    ourselves, or empty.

    `committed` is awaited exactly once, right before the step that cannot be undone (for SMTP: after 354, before the
    first byte of the body). It returns when "sending" is on disk; if it raises, nothing may leave.

    `parent` is the network's own reference of the post that this one replies to, or empty. `queued_at` is when it was
    fixed, the same for every try.

    `tell_of_success`: whether the server is asked to report that it arrived, and not only that it did not (RFC 3461).

    `about` is what people know it by, such as its State, case and round; a channel that keeps files names them so.

    `leaving` is told, before `committed`, which recipients the step is for, when they are not all of them.
    `without_late`: recipients that are put off now are left out, and the others get the message.
    """

    message_id: str
    token: str
    sender: str
    recipients: tuple[str, ...]
    pieces: tuple[bytes, ...]
    committed: Callable[[], Awaitable[None]]
    archive: str = ""
    parent: str = ""
    queued_at: datetime | None = None
    leaving: Callable[[tuple[str, ...]], None] = lambda recipients: None
    without_late: bool = False
    about: tuple[str, ...] = ()
    tell_of_success: bool = True

    @property
    def content(self) -> bytes:
        """Give the whole message; a copy, where it has several pieces."""
        return b"".join(self.pieces)

    @property
    def size(self) -> int:
        """Give the bytes of the whole message."""
        return sum(map(len, self.pieces))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A recipient that the server did not take, and its words, without addresses; `gone`: there is none such."""

    recipient: str
    detail: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class LongWait:
    """A server that has been silent for some seconds, and is waited for, `at_most` so many.

    `phase`: "opening" a connection, the answer to a "command", or to the end of a "letter".
    """

    host: str
    phase: str
    at_most: float


OnWait = Callable[[LongWait], None]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the channel answered when it took the message: the server's words, without addresses.

    `reference` names the post on the network, for a reply to it or its deletion; `url` is its public address. Both are
    empty for letters. `refused` are recipients that do not get it; `left` those that the server takes only in another
    transaction, with everything that is not for them done.
    """

    detail: str
    reference: str = ""
    url: str = ""
    refused: tuple[Refusal, ...] = ()
    left: tuple[str, ...] = ()


class Channel(Protocol):
    """Raises Deferred, Rejected, Unconfirmed or Paused (outreach.errors) instead of returning a receipt.

    A channel is an async context manager: connections are opened when needed and closed at its end. `send` may be
    called by as many tasks at once as `limits.connections` says. `for_campaign` makes it; it opens nothing yet.
    """

    name: str
    limits: Limits

    @classmethod
    def for_campaign(cls, folder: Path, settings: Settings) -> Self: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *details: object) -> None: ...
    async def send(self, outgoing: Outgoing) -> Receipt: ...


@runtime_checkable
class Waiting(Protocol):
    """A channel that can say when its server is waited for; `hear_of_waits` names who is told."""

    def hear_of_waits(self, tell: OnWait) -> None: ...


@runtime_checkable
class Account(Channel, Protocol):
    """A channel to an account on a network, which can be looked at: x, bluesky, mastodon."""

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        """Find the post in the account's own timeline, or None; raise Deferred or Paused when that cannot be told."""
        ...

    async def delete(self, reference: str) -> None:
        """Take a post down. It is no error if it is gone already."""
        ...

    async def account(self) -> str:
        """Name the account of the credentials as people write it: @name, @name.bsky.social, @name@instance."""
        ...


async def see_through(call: Coroutine[Any, Any, T], stopped: str = "post: stopped before the network answered") -> T:
    """Await what cannot be undone once it has begun.

    A first cancellation lets the answer arrive (`call` has a time limit of its own); a second one is Unconfirmed, with
    the words of `stopped`.
    """
    answer = asyncio.create_task(call)
    try:
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            return await asyncio.shield(answer)
    except asyncio.CancelledError:
        answer.cancel()
        raise Unconfirmed(stopped) from None
