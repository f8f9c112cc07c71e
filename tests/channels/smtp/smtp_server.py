"""A real SMTP server on 127.0.0.1 for tests and benchmarks: fast when all is well, nasty on demand.

    with SmtpServer() as server:                                   # all is well
        ... server.port, server.messages

    script = Script(faults=(
        Fault("rcpt", "550 5.1.1 no such user", recipient="a@example.org"),
        Fault("dot", drop=True, take=True, nth=3),  # takes the third message, then hangs up before 250
        Fault("dot", "250 ok", hold=True),          # answers when server.release() is called
    ))
    with SmtpServer(script) as server: ...

Phases, in the order of a conversation: `connect` (instead of the greeting), `ehlo`, `starttls`, `auth`, `mail`,
`rcpt`, `data` (instead of 354), `body` (at the first bytes of it), `dot` (after the final dot, instead of 250),
`rset`, `quit`.

As a process of its own, a sink that only counts (`--sink`), or one that also keeps what it took (`--keep DIR`):

    python -m tests.channels.smtp.smtp_server --port 0 --sink

prints {"port": N} on a line, serves until SIGTERM or the end of its standard input, and then prints
{"messages": N, "duplicates": N, "connections": N, "recipients": N}; a duplicate is a message whose Message-ID was
there before.
"""

import argparse
import asyncio
import contextlib
import json
import re
import signal
import socket
import ssl
import sys
import threading
from base64 import b64decode
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

Phase = Literal["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "rset", "quit"]
CAPABILITIES = ("PIPELINING", "SIZE 10485760", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES")
MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
POSITIVE = re.compile(rb"2\d\d .*\r\n")
PATH = re.compile(rb"(?:FROM|TO):\s*<([^>]*)>\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at a phase. `reply` is sent instead of the usual one, raw when it is bytes.

    `drop` hangs up (after `reply`, if there is one); `silent` never answers; `hold` answers on `server.release()`.
    `mute` says nothing, and goes on. `take` keeps the message in spite of the fault (only at `dot`; a 2xx reply takes
    it anyhow). After a fault at `body` it reads on, and answers the dot as well. Without `nth`, `first` and
    `recipient` it strikes every time; `nth` is 1 for the first time that phase is reached on this server, and
    `first=2` strikes the first two times.
    """

    phase: Phase
    reply: str | bytes = ""
    drop: bool = False
    silent: bool = False
    hold: bool = False
    mute: bool = False
    take: bool = False
    nth: int = 0
    first: int = 0
    recipient: str = ""

    def strikes(self, phase: Phase, time: int, recipient: str) -> bool:
        return (
            phase == self.phase
            and (not self.nth or time == self.nth)
            and (not self.first or time <= self.first)
            and (not self.recipient or recipient == self.recipient)
        )


@dataclass(frozen=True, slots=True)
class Script:
    """How the server behaves. `users` maps name to password, and makes it offer and demand AUTH PLAIN and LOGIN.

    `tls` is a server's context: offered as STARTTLS, or spoken from the first byte with `implicit`. `most_recipients`
    are taken in one transaction, `most_connections` let in at once; 0 is no limit.
    """

    faults: tuple[Fault, ...] = ()
    capabilities: tuple[str, ...] = CAPABILITIES
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    users: dict[str, str] = field(default_factory=dict)
    greeting: str | bytes = "220 test.invalid ESMTP"
    most_recipients: int = 0
    most_connections: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """A message the server took. `content` is un-stuffed, `connection` counts from 1, parameters are as they came."""

    envelope_from: str
    mail_parameters: str
    recipients: tuple[str, ...]
    recipient_parameters: tuple[str, ...]
    content: bytes
    message_id: str
    connection: int
    encrypted: bool


class SmtpServer:
    """Serves in a thread of its own, with an event loop of its own, from `with` to the end of the block.

    `messages`: what it took. `commands`: (connection, line) of every command. `connections`: how many there were.
    """

    def __init__(self, script: Script | None = None, *, port: int = 0) -> None:
        self.script = script or Script()
        self.port = port
        self.messages: list[Received] = []
        self.commands: list[tuple[int, str]] = []
        self.connections = 0
        self.times: Counter[Phase] = Counter()
        self.open: set[Conversation] = set()
        self.script_tasks: set[asyncio.Task[None]] = set()
        self.holding = threading.Event()
        self._held: list[asyncio.Future[None]] = []
        self._reached = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._start())
        return self

    def __exit__(self, *details: object) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def release(self) -> None:
        """Let every held answer go."""
        self._loop.call_soon_threadsafe(self._release)

    def release_and_see(self) -> None:
        """Let every held answer go; return when what comes of it is done, whether or not anybody still listens."""
        self._call(self._release_and_see())

    def hang_up(self) -> None:
        """Cut every connection, as a server does that restarts; new ones are welcome."""
        self._call(self._hang_up())

    def wait_for(self, phase: Phase, times: int = 1, timeout: float = 30) -> None:
        """Block until the phase was reached that often."""
        with self._reached:
            assert self._reached.wait_for(lambda: self.times[phase] >= times, timeout), f"{phase} was not reached"

    # For conversations

    def fault(self, phase: Phase, recipient: str = "") -> Fault | None:
        with self._reached:
            self.times[phase] += 1
            self._reached.notify_all()
            time = self.times[phase]
        return next((fault for fault in self.script.faults if fault.strikes(phase, time, recipient)), None)

    def took(self, conversation: "Conversation", content: bytes) -> None:
        if conversation.mail is None:
            return
        sender, parameters = conversation.mail
        found = MESSAGE_ID.search(content)
        self.messages.append(
            Received(
                sender,
                parameters,
                tuple(address for address, _ in conversation.recipients),
                tuple(parameter for _, parameter in conversation.recipients),
                content,
                found[1].decode() if found else "",
                conversation.number,
                conversation.encrypted,
            )
        )

    def said(self, number: int, line: bytes) -> None:
        self.commands.append((number, line.decode("utf-8", "replace")))

    async def held(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._held.append(future)
        self.holding.set()
        await future

    # Own affairs

    def _call(self, coroutine: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    async def _start(self) -> None:
        tls = self.script.tls if self.script.implicit else None
        self._server = await self._loop.create_server(lambda: Conversation(self), "127.0.0.1", self.port, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        self._release()
        await self._hang_up()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _hang_up(self) -> None:
        for conversation in list(self.open):
            conversation.cut()
        await asyncio.sleep(0)

    async def _release_and_see(self) -> None:
        self._release()
        await asyncio.gather(*self.script_tasks)

    def _release(self) -> None:
        for future in self._held:
            if not future.done():
                future.set_result(None)
        self._held.clear()
        self.holding.clear()


class Conversation(asyncio.Protocol):
    """One connection. Lines and bodies are cut out of the buffer; a reply that waits stops the reading of more."""

    def __init__(self, server: "SmtpServer | Sink") -> None:
        self.server = server
        self.number = 0
        self.mail: tuple[str, str] | None = None
        self.recipients: list[tuple[str, str]] = []
        self.encrypted = False
        self._buffer = b""
        self._in_body = False
        self._body_begun = False
        self._waiting = False
        self._login: list[str] | None = None
        self._user = ""
        self._transport: asyncio.Transport

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        if self.number:  # the second time: STARTTLS is done
            return
        self.server.connections += 1
        self.number = self.server.connections
        self.server.open.add(self)
        self.encrypted = transport.get_extra_info("sslcontext") is not None
        if 0 < self.server.script.most_connections < len(self.server.open):
            self._finish(Fault("connect", "421 4.7.0 too many connections", drop=True), "")
            return
        self._answer("connect", self.server.script.greeting)

    def connection_lost(self, error: Exception | None) -> None:
        self.server.open.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._work()

    def cut(self) -> None:
        self._transport.abort()

    # Reading

    def _work(self) -> None:
        while not self._waiting and self._buffer:
            if self._in_body:
                if not self._read_body():
                    return
                continue
            line, end, rest = self._buffer.partition(b"\r\n")
            if not end:
                return
            self._buffer = rest
            self._command(line)

    def _read_body(self) -> bool:
        if not self._body_begun:
            self._body_begun = True
            fault = self.server.fault("body")
            if fault is not None:
                self._strike(fault, "dot", b"")
                return not self._waiting
        if self._buffer.startswith(b".\r\n"):
            content, self._buffer = b"", self._buffer[3:]
        else:
            end = self._buffer.find(b"\r\n.\r\n")
            if end < 0:
                return False
            content, self._buffer = self._buffer[: end + 2], self._buffer[end + 5 :]
        self._in_body = False
        if content.startswith(b"."):
            content = content[1:]
        self._dot(content.replace(b"\r\n..", b"\r\n."))
        return True

    def _command(self, line: bytes) -> None:
        self.server.said(self.number, line)
        if self._login is not None:
            self._continue_login(line)
            return
        verb = line[:4].upper()
        if verb == b"MAIL":
            self._mail(line)
        elif verb == b"RCPT":
            self._rcpt(line)
        elif verb == b"DATA":
            self._data()
        else:
            self._other(verb, line)

    def _other(self, verb: bytes, line: bytes) -> None:
        if verb in (b"EHLO", b"HELO"):
            self._answer("ehlo", self._hello())
        elif verb == b"RSET":
            self._forget()
            self._answer("rset", "250 2.0.0 ok")
        elif verb == b"QUIT":
            self._answer("quit", "221 2.0.0 bye")
        elif verb == b"STAR":
            self._starttls()
        elif verb == b"AUTH":
            self._auth(line)
        elif verb == b"NOOP":
            self._send("250 2.0.0 ok")
        else:
            self._send("502 5.5.1 what?")

    # The usual answers

    def _hello(self) -> str:
        script = self.server.script
        offers = ["test.invalid", *script.capabilities]
        if script.tls and not self.encrypted:
            offers.append("STARTTLS")
        if script.users and (self.encrypted or not script.tls):
            offers.append("AUTH PLAIN LOGIN")
        return "\r\n".join(f"250-{offer}" for offer in offers[:-1]) + f"\r\n250 {offers[-1]}"

    def _mail(self, line: bytes) -> None:
        parsed = PATH.search(line)
        if self.server.script.users and not self._user:
            self._answer("mail", "530 5.7.0 authentication required")
        elif parsed is None:
            self._answer("mail", "501 5.5.4 syntax: MAIL FROM:<address>")
        elif self.mail is not None:
            self._answer("mail", "503 5.5.1 nested MAIL")
        else:
            fault = self.server.fault("mail")
            if fault is None or _positive(fault.reply):
                self.mail = (parsed[1].decode("utf-8", "replace"), parsed[2].decode("utf-8", "replace"))
            self._reply(fault, "mail", "250 2.1.0 ok")

    def _rcpt(self, line: bytes) -> None:
        parsed = PATH.search(line)
        if self.mail is None:
            self._answer("rcpt", "503 5.5.1 MAIL first")
        elif parsed is None:
            self._answer("rcpt", "501 5.5.4 syntax: RCPT TO:<address>")
        else:
            address = parsed[1].decode("utf-8", "replace")
            fault = self.server.fault("rcpt", address)
            if fault is None and 0 < self.server.script.most_recipients <= len(self.recipients):
                fault = Fault("rcpt", "452 4.5.3 Error: too many recipients")
            if fault is None or _positive(fault.reply):
                self.recipients.append((address, parsed[2].decode("utf-8", "replace")))
            self._reply(fault, "rcpt", "250 2.1.5 ok")

    def _data(self) -> None:
        if not self.recipients:
            self._answer("data", "503 5.5.1 RCPT first")
            return
        fault = self.server.fault("data")
        if fault is None or str(fault.reply).startswith("354") or (fault.hold and not fault.reply):
            self._in_body, self._body_begun = True, False
        self._reply(fault, "data", "354 go ahead")

    def _dot(self, content: bytes) -> None:
        fault = self.server.fault("dot")
        if fault is None or fault.take or _positive(fault.reply):
            self.server.took(self, content)
        self._forget()
        self._reply(fault, "dot", "250 2.0.0 ok: taken")

    def _forget(self) -> None:
        self.mail = None
        self.recipients = []

    # TLS and login

    def _starttls(self) -> None:
        tls = self.server.script.tls
        fault = self.server.fault("starttls")
        if (fault is not None and not _positive(fault.reply)) or tls is None or self.encrypted:
            self._reply(fault, "starttls", "503 5.5.1 no")
            return
        self._transport.pause_reading()  # the client's first TLS record must not land here
        self._transport.write(_line(fault.reply if fault else "220 2.0.0 go ahead"))
        self._waiting = True
        self._buffer = b""
        self._soon(self._encrypt(tls))

    async def _encrypt(self, tls: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        try:
            transport = await loop.start_tls(self._transport, self, tls, server_side=True)
        except (OSError, ssl.SSLError):
            return
        if transport is not None:
            self._transport = transport
            self.encrypted, self._waiting = True, False
            self._work()  # the client may have spoken before this task woke up

    def _auth(self, line: bytes) -> None:
        words = line.decode("ascii", "replace").split()
        if len(words) == 3 and words[1].upper() == "PLAIN":
            _, name, password = b64decode(words[2]).decode().split("\0")
            self._check(name, password)
        elif len(words) >= 2 and words[1].upper() == "LOGIN":
            self._login = [b64decode(words[2]).decode()] if len(words) == 3 else []
            self._send("334 UGFzc3dvcmQ6" if self._login else "334 VXNlcm5hbWU6")
        else:
            self._send("504 5.5.4 unknown mechanism")

    def _continue_login(self, line: bytes) -> None:
        given = [*(self._login or []), b64decode(line).decode()]
        self._login = given if len(given) == 1 else None
        if len(given) == 1:
            self._send("334 UGFzc3dvcmQ6")
        else:
            self._check(*given)

    def _check(self, name: str, password: str) -> None:
        fault = self.server.fault("auth")
        good = self.server.script.users.get(name) == password
        if good and (fault is None or _positive(fault.reply)):
            self._user = name
        self._reply(fault, "auth", "235 2.7.0 welcome" if good else "535 5.7.8 wrong user name or password")

    # Writing

    def _answer(self, phase: Phase, usual: str | bytes) -> None:
        self._reply(self.server.fault(phase), phase, usual)

    def _reply(self, fault: Fault | None, phase: Phase, usual: str | bytes) -> None:
        if fault is not None:
            self._strike(fault, phase, usual)
            return
        self._send(usual)
        if phase == "quit":
            self._transport.close()

    def _strike(self, fault: Fault, phase: Phase, usual: str | bytes) -> None:
        if fault.hold:
            self._waiting = True
            self._soon(self._reply_later(fault, usual))
        elif fault.silent:
            self._waiting = True
        else:
            self._finish(fault, usual)

    async def _reply_later(self, fault: Fault, usual: str | bytes) -> None:
        await self.server.held()
        self._waiting = False
        self._finish(fault, usual)
        self._work()

    def _finish(self, fault: Fault, usual: str | bytes) -> None:
        if not fault.mute and (fault.reply or not fault.drop):
            self._send(fault.reply or usual)
        if fault.drop:
            self._waiting = True
            self._transport.close()

    def _soon(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self.server.script_tasks.add(task)
        task.add_done_callback(self.server.script_tasks.discard)

    def _send(self, reply: str | bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(_line(reply))


def _line(reply: str | bytes) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode() + b"\r\n"


def _positive(reply: str | bytes) -> bool:
    return POSITIVE.match(_line(reply)) is not None


class Sink:
    """The same conversation, without a memory: counts, and remembers Message-IDs; for benchmarks and kill tests."""

    script = Script()

    def __init__(self, keep: Path | None = None) -> None:
        self.keep = keep
        self.connections = self.messages = self.duplicates = self.recipients = 0
        self.open: set[Conversation] = set()
        self.script_tasks: set[asyncio.Task[None]] = set()
        self._seen: set[bytes] = set()

    def fault(self, phase: Phase, recipient: str = "") -> None:
        return None

    def said(self, number: int, line: bytes) -> None:
        return None

    async def held(self) -> None:
        return None

    def took(self, conversation: Conversation, content: bytes) -> None:
        self.messages += 1
        self.recipients += len(conversation.recipients)
        found = MESSAGE_ID.search(content)
        key = found[1] if found else b""
        if key in self._seen:
            self.duplicates += 1
        elif key:
            self._seen.add(key)
        if self.keep is not None:
            (self.keep / f"{self.messages:06}.eml").write_bytes(content)

    def totals(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("messages", "duplicates", "connections", "recipients")}


@contextlib.contextmanager
def refusing_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections for as long as the block lasts."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


async def serve(port: int, sink: Sink) -> None:
    """Serve until SIGTERM, SIGINT or the end of standard input."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, done.set)
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(done.set)), daemon=True).start()
    server = await loop.create_server(lambda: Conversation(sink), "127.0.0.1", port, backlog=200)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await done.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="An SMTP server that takes everything and counts it.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--sink", action="store_true", help="only count (the default)")
    parser.add_argument("--keep", type=Path, help="also keep each message as a file in this folder")
    given = parser.parse_args()
    sink = Sink(given.keep)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given.port, sink))
    print(json.dumps(sink.totals()), flush=True)


if __name__ == "__main__":
    main()
