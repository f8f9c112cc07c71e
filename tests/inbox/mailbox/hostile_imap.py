"""An IMAP server on 127.0.0.1 that says whatever a test has it say: what no honest server does.

with HostileImap({b"UID SEARCH": b"* SEARCH 0\r\n"}) as server:
    ... server.port
"""

import socketserver
import threading
from collections.abc import Iterable, Mapping
from typing import Self

Said = bytes | Iterable[bytes]
HONEST: dict[bytes, Said] = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    b"EXAMINE": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n",
    b"UID SEARCH": b"* SEARCH 1 2\r\n",
}


class HostileImap(socketserver.ThreadingTCPServer):
    """Answers a command by how it begins: with what `says` has for it, else as an honest server would, then OK."""

    daemon_threads = True

    def __init__(self, says: Mapping[bytes, Said], greeting: bytes = b"* OK hello\r\n") -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.says = {**HONEST, **says}
        self.greeting = greeting
        self.commands: list[bytes] = []
        self.port: int = self.server_address[1]
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Talk(socketserver.StreamRequestHandler):
    server: HostileImap

    def handle(self) -> None:
        try:
            self._say(self.server.greeting)
            for line in self.rfile:
                tag, _, command = line.partition(b" ")
                self.server.commands.append(command)
                for beginning, answer in self.server.says.items():
                    if command.startswith(beginning):
                        self._say(answer)
                self._say(tag + b" OK done\r\n")
        except OSError:
            pass  # the client has hung up, as it should

    def _say(self, what: Said) -> None:
        for piece in [what] if isinstance(what, bytes) else what:
            self.wfile.write(piece)
