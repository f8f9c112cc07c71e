"""A real HTTP server on 127.0.0.1 that a network's own server is made of: answers, remembers, and fails on demand.

    class Pds(HttpServer):
        def answer(self, request: Request) -> Answer: ...

    with Pds(Fault("createRecord", status=503), Fault("uploadBlob", drop=True, nth=2)) as server:
        ... server.url, server.requests

Each fault names a part of the path; the first that strikes is played.
"""

import json
import socket
import ssl
import threading
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong when a request's path contains `path` (and its method is `method`, if given).

    `status`, `headers` and `body` are answered instead; a body that is not bytes is written as JSON. `echo` answers
    with everything the client said, credentials too. `take` does what was asked all the same, and `slow` waits so many
    seconds before and after that. `drop` hangs up instead of answering, `silent` never answers, `drip` answers a byte
    at a time without end, and `hold` waits for `server.release()` after the thing was done. `nth` is 1 for the first
    time the path is met, `first=2` strikes the first two times.
    """

    path: str
    status: int = 0
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    method: str = ""
    take: bool = False
    echo: bool = False
    drop: bool = False
    silent: bool = False
    drip: bool = False
    hold: bool = False
    slow: float = 0
    nth: int = 0
    first: int = 0

    def strikes(self, request: "Request", time: int) -> bool:
        return (
            self.path in request.path
            and (not self.method or request.method == self.method)
            and (not self.nth or time == self.nth)
            and (not self.first or time <= self.first)
        )


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: Message
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[str]]:
        """The fields of an urlencoded body."""
        return parse_qs(self.body.decode(), keep_blank_values=True)

    @property
    def parts(self) -> dict[str, bytes]:
        """The fields of a multipart/form-data body (RFC 7578)."""
        whole = b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + self.body
        fields = BytesParser(policy=HTTP).parsebytes(whole).iter_parts()
        return {str(part.get_param("name", header="content-disposition")): _payload(part) for part in fields}


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; a body that is not bytes is written as JSON."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class HttpServer:
    """Serves in threads of its own, from `with` to the end of the block. `requests` is what came, in order.

    With `tls`, a server's context, it speaks https.
    """

    def __init__(self, *faults: Fault, tls: ssl.SSLContext | None = None) -> None:
        self.faults = faults
        self.requests: list[Request] = []
        self.lock = threading.RLock()
        self.holding = threading.Event()
        self._met: dict[int, int] = {}
        self._released = threading.Event()
        self._over = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.network = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, request: Request) -> Answer:
        """What the network does and says when all is well."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._over.set()
        self._released.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def release(self) -> None:
        """Answer what is held, and hold nothing more."""
        self._released.set()

    def hang_up(self) -> None:
        """Close every connection as it is."""
        self._server.hang_up()

    def asked(self, path: str) -> list[Request]:
        """The requests whose path contains this."""
        return [request for request in self.requests if path in request.path]

    def fault(self, request: Request) -> Fault | None:
        for number, fault in enumerate(self.faults):
            if fault.path in request.path and fault.method in ("", request.method):
                self._met[number] = self._met.get(number, 0) + 1
                if fault.strikes(request, self._met[number]):
                    return fault
        return None

    def handle(self, request: Request, handler: "_Handler") -> None:
        with self.lock:
            self.requests.append(request)
            fault = self.fault(request)
        if fault is None:
            with self.lock:
                answer = self.answer(request)
            handler.reply(answer)
        else:
            self._play(fault, request, handler)

    def _play(self, fault: Fault, request: Request, handler: "_Handler") -> None:
        self._over.wait(fault.slow)
        usual = Answer()
        if fault.take or fault.slow or fault.hold:
            with self.lock:
                usual = self.answer(request)
        self._over.wait(fault.slow)
        if fault.hold:
            self.holding.set()
            self._released.wait()
        if fault.silent:
            self._over.wait()
        if fault.drip:
            handler.drip(self._over)
        if fault.drop or fault.silent or fault.drip:
            handler.hang_up()
            return
        handler.reply(_struck(fault, request, usual))


def _struck(fault: Fault, request: Request, usual: Answer) -> Answer:
    if fault.echo:
        said = f"{request.headers.items()} {request.body.decode('utf-8', 'replace')}"
        return Answer(
            fault.status, {"error": said, "message": said}, {**fault.headers, "X-Echo": str(request.headers.items())}
        )
    return Answer(fault.status, {} if fault.body is None else fault.body, fault.headers) if fault.status else usual


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    network: HttpServer

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.open: set[socket.socket] = set()

    def hang_up(self) -> None:
        for each in list(self.open):
            _cut(each)

    def handle_error(self, *arguments: object) -> None:
        """A client that went away is no news."""


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.request)

    def finish(self) -> None:
        self.server.open.discard(self.request)
        super().finish()

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        flat = {key: values[0] for key, values in query.items()}
        self.server.network.handle(Request(self.command, path, flat, self.headers, body), self)

    do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = _any  # noqa: N815

    def reply(self, answer: Answer) -> None:
        content = answer.content
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def drip(self, over: threading.Event) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
        while not over.wait(0.02):
            self.wfile.write(b" ")

    def hang_up(self) -> None:
        self.close_connection = True
        _cut(self.connection)

    def log_message(self, *arguments: object) -> None:
        """Tests print for themselves."""
