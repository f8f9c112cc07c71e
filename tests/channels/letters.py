"""Letters for channel tests, and a `committed` that remembers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from outreach.channels.base import Channel, Outgoing, Receipt
from outreach.errors import DeliveryError

TEXT = (
    "Subject: test\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\nÀ l’attention de la mission.\r\n.\r\n..two\r\n.hidden\r\n\r\nend\r\n"
)


@dataclass
class Commit:
    """Counts how often it was awaited; runs `check` first, and raises `error` if there is one."""

    error: BaseException | None = None
    check: Callable[[], object] = lambda: None
    seen: list[object] = field(default_factory=list)

    async def __call__(self) -> None:
        self.seen.append(self.check())
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error

    @property
    def count(self) -> int:
        return len(self.seen)


def letter(
    number: int = 1,
    *,
    to: tuple[str, ...] = ("mission@example.org",),
    commit: Commit | None = None,
    content: bytes | None = None,
    sender: str | None = None,
    token: str | None = None,
    archive: str = "",
) -> Outgoing:
    token = f"t{number}" if token is None else token
    return Outgoing(
        message_id=f"<{token}@example.org>",
        token=token,
        sender=f"bounces+{token}@example.org" if sender is None else sender,
        recipients=to,
        pieces=(content if content is not None else f"Message-ID: <{token}@example.org>\r\n{TEXT}".encode(),),
        committed=commit or Commit(),
        archive=archive,
    )


Outcome = Receipt | DeliveryError


def send(channel: Channel, *letters: Outgoing) -> list[Outcome]:
    """Send one after the other through the channel, and say what became of each."""

    async def run() -> list[Outcome]:
        async with channel:
            return [await outcome(channel, outgoing) for outgoing in letters]

    return asyncio.run(run())


def send_at_once(channel: Channel, *letters: Outgoing) -> list[Outcome]:
    """Send by as many tasks as the channel allows."""

    async def run() -> list[Outcome]:
        room = asyncio.Semaphore(channel.limits.connections)

        async def one(outgoing: Outgoing) -> Outcome:
            async with room:
                return await outcome(channel, outgoing)

        async with channel:
            return await asyncio.gather(*(one(outgoing) for outgoing in letters))

    return asyncio.run(run())


async def outcome(channel: Channel, outgoing: Outgoing) -> Outcome:
    try:
        return await channel.send(outgoing)
    except DeliveryError as error:
        return error
