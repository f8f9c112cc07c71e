"""A line to an IMAP server that breaks on demand: forwards both ways, and strikes at what the server says.

with Line(server.port, Fault(after=5000)) as line:       # hangs up after 5,000 bytes from the server
    ... env = server.env(port=str(line.port))
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Fault:
    """When so many bytes came from the server on a connection, or these bytes came by: hang up, or `hold` the line.

    It strikes on the first so many `connections`, or on all (0).
    """

    after: int = 0
    seen: bytes = b""
    hold: bool = False
    connections: int = 0

    def strikes(self, number: int, said: bytes) -> bool:
        if self.connections and number > self.connections:
            return False
        return self.seen in said if self.seen else len(said) >= self.after


class Line:
    """Serves in a thread of its own. `held` is set when a line is held; `connections` counts.

    When the client says `word`, `first` is called before the server hears of it.
    """

    def __init__(
        self, server: int, fault: Fault | None = None, *, word: bytes = b"", first: Callable[[], object] | None = None
    ) -> None:
        self._word, self._first = word, first
        self.connections = 0
        self.held = threading.Event()
        self._server_port = server
        self._fault = fault
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def mend(self) -> None:
        """From now on all is well; what is held stays held."""
        self._fault = None

    def hang_up(self) -> None:
        """Cut every connection; new ones are welcome."""
        self._call(self._hang_up())

    def _call(self, coroutine: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        await self._hang_up()

    async def _hang_up(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.connections += 1
        number = self.connections
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
            up = asyncio.create_task(self._up(reader, server_writer))
            try:
                await self._down(number, server_reader, writer)
            finally:
                up.cancel()
                server_writer.close()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _down(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = b""
        while data := await reader.read(2000):
            said += data
            if self._fault and self._fault.strikes(number, said):
                if not self._fault.hold:
                    return
                self.held.set()
                await asyncio.Event().wait()
            writer.write(data)
            await writer.drain()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(2000):
            if self._first and self._word in data:
                first, self._first = self._first, None
                await asyncio.to_thread(first)
            writer.write(data)
            await writer.drain()
        writer.close()
