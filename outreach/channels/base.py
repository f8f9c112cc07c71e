"""What every channel is: a name, its limits and one coroutine; knows nothing about queue, database or registry."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from outreach.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages a channel takes at once, and a minute (0: no limit), over all and per recipient domain."""

    connections: int = 1
    per_minute: int = 0
    per_domain_per_minute: int = 0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, ready to leave, fixed to the byte.

    `content` is the whole RFC 5322 message with CRLF line ends, Date included. `recipients` are bare addresses, To
    first, then Cc. `token` is the message's own word in Message-ID and envelope. `archive` is a blind copy to
    ourselves, or empty.

    `committed` is awaited exactly once, right before the step that cannot be undone (for SMTP: after 354, before the
    first byte of the body). It returns when "sending" is on disk; if it raises, nothing may leave.
    """

    message_id: str
    token: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes
    committed: Callable[[], Awaitable[None]]
    archive: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the channel answered when it took the message: the server's words, without addresses."""

    detail: str


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
