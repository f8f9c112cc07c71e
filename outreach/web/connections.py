"""HTTP/1.1 as uvicorn speaks it, and no work for whoever sends a request in crumbs, slowly or fast. Knows no page."""

import asyncio

from h11 import IDLE, SEND_BODY
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 10.0  # seconds from the first byte of a request, or from the connection, to the end of its headers
AT_ONCE = 4096  # bytes that are taken apart before anybody looks what they are of
CHUNKED = b"transfer-encoding"


class Connection(H11Protocol):
    """A connection that is closed where the headers of a request take too long; a form has its own time.

    A body in chunks is not read, and answered by 411: browsers send none, and taking apart chunks of one byte keeps
    everybody else waiting for seconds a megabyte.
    """

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        for begin in range(0, len(data), AT_ONCE):
            if self.conn.their_state is SEND_BODY and any(name == CHUNKED for name, _ in self.headers):
                break
            super().data_received(data[begin : begin + AT_ONCE])
        if self.conn.their_state is not IDLE:  # the headers are there
            self._stop_waiting()
        elif self._late is None and not self.transport.is_closing():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(PATIENCE, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
