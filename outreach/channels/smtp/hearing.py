"""Keeps all that a server says about a letter; aiosmtplib throws away what comes between two of its own reads."""

import asyncio
from typing import Self

from aiosmtplib.protocol import SMTPProtocol

MOST = 65_536  # bytes that are kept: answers are short


class Hearing(asyncio.Protocol):
    """Stands between a connection and aiosmtplib's protocol while the block lasts, and passes everything on.

    `heard` are the bytes that came; `ended`: no more will.
    """

    def __init__(self, protocol: SMTPProtocol) -> None:
        self.heard = bytearray()
        self.ended = False
        self._news = asyncio.Event()
        self._protocol = protocol
        self._transport = protocol.transport

    def __enter__(self) -> Self:
        if self._transport is not None:
            self._transport.set_protocol(self)
        return self

    def __exit__(self, *details: object) -> None:
        if self._transport is not None and not self.ended:
            self._transport.set_protocol(self._protocol)

    @property
    def beyond(self) -> bytes:
        """Give what was heard after the first reply, whose last line has no `-` behind the code."""
        rest = bytes(self.heard)
        while b"\n" in rest:
            line, _, rest = rest.partition(b"\n")
            if line[3:4] != b"-":
                return rest
        return b""

    async def next_code(self, seconds: float) -> int | None:
        """Give the code of the reply after the first, waiting for it so long.

        0: the line ended without another word; None: silence; -1: something that is no code.
        """
        try:
            async with asyncio.timeout(seconds):
                while b"\n" not in self.beyond and not self.ended:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return None
        said = self.beyond
        if not said:
            return 0
        return int(said[:3]) if said[:3].isdigit() and len(said) > 3 else -1

    # asyncio.Protocol

    def data_received(self, data: bytes) -> None:
        self.heard += data[: MOST - len(self.heard)]
        self._protocol.data_received(data)
        self._news.set()

    def eof_received(self) -> bool:
        self._end()
        return self._protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        self._protocol.connection_lost(exc)

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()

    def _end(self) -> None:
        self.ended = True
        self._news.set()
