"""One connection to the mail server and the steps of a message on it; knows nothing about the pool.

aiosmtplib's all-in-one `data()` raises the same error before 354 and after the final dot. So the steps are separate
here, and the body is written through aiosmtplib's protocol: the step that failed is always known.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError
from aiosmtplib.protocol import SMTPProtocol
from aiosmtplib.response import SMTPResponse

from outreach.channels.base import see_through
from outreach.channels.smtp.envelope import Features
from outreach.channels.smtp.hearing import Hearing
from outreach.channels.smtp.opening import connect, cut, spoken_on
from outreach.channels.smtp.phases import PhaseTimes
from outreach.channels.smtp.replies import SmtpReply, SmtpStep, failure
from outreach.channels.smtp.waits import Waits
from outreach.errors import Deferred, DeliveryError, LimitReached, Unconfirmed
from outreach.settings.mail import SmtpSettings
from outreach.text import server_words

log = logging.getLogger(__package__)
FAREWELL = 2.0  # seconds for QUIT
PROOF = 60.0  # seconds for QUIT, where its answer says what a refusal was about
BLOCK = 65_536  # bytes of a letter that are written at once
DOT = b".\r\n"


class LineLost(Deferred):
    """The connection is gone, and nothing of the message had left: a new connection may be tried at once."""


class SmtpConnection:
    """A connection that is opened by `open`, used for many messages, and opened again after it was lost."""

    def __init__(
        self, settings: SmtpSettings, tls: Callable[[], ssl.SSLContext], hello: str, times: PhaseTimes, waits: Waits
    ) -> None:
        self._waits = waits
        self.features = Features()
        self._times = times
        self._settings = settings
        self._tls = tls
        self._hello = hello
        self._smtp: SMTP | None = None
        self._half_done = False
        self.used = False

    @property
    def alive(self) -> bool:
        return self._smtp is not None and self._smtp.is_connected

    @property
    def certificate(self) -> dict[str, object]:
        """Give the server's verified certificate as `ssl.SSLSocket.getpeercert` does; empty without one."""
        return (self._smtp.get_transport_info("peercert") if self._smtp and self.alive else None) or {}

    async def open(self) -> None:
        """Connect, greet, secure and log in; raise Unreachable or Paused."""
        self.drop()
        with self._waits.during(SmtpStep.GREETING, self._settings.timeout):
            self._smtp, self.features = await connect(self._settings, self._tls, self._hello)
        self._half_done = self.used = False
        log.debug("connected to the mail server")

    async def mail(self, arguments: tuple[bytes, ...]) -> None:
        """Begin a message, after RSET if the last one ended half-way; raise LineLost if the line had died."""
        if self._half_done:
            await self.reset()
        self._half_done = True
        reply = await self._ask(SmtpStep.SENDER, b"MAIL", *arguments)
        self.used = True
        if not reply.positive:
            raise self.failure(SmtpStep.SENDER, reply)

    async def reset(self) -> None:
        """Forget the message that was begun."""
        try:
            reply = await self._ask(SmtpStep.RESET, b"RSET")
        except Deferred as error:  # it is about the line: no letter has begun
            self.drop()
            raise LineLost(error.detail) from None
        if not reply.positive:
            self.drop()
            raise LineLost(server_words(f"{SmtpStep.RESET}: {reply.code} {reply.text}"))
        self._half_done = False

    async def rcpt(self, step: SmtpStep, arguments: tuple[bytes, ...]) -> SmtpReply:
        """Name a recipient; return the server's answer, of whatever code."""
        return await self._ask(step, b"RCPT", *arguments)

    async def data(self) -> None:
        """Ask to send the body; on return the server has said 354 and waits for it."""
        reply = await self._ask(SmtpStep.DATA, b"DATA")
        if reply.code != 354:
            raise self.failure(SmtpStep.DATA, reply)

    async def body(self, text: Sequence[bytes]) -> SmtpReply:
        """Send the text, which ends in CRLF, and the final dot if the line still lives; return the server's answer.

        Raises LineLost, Deferred, or what a refusal before the dot means, when the dot was never sent: nothing is in
        doubt then. Raises Unconfirmed when no answer came to the dot. A first cancellation lets the answer arrive,
        within its time limit; a second one is Unconfirmed.
        """
        try:
            return await see_through(self._send_body(text), f"{SmtpStep.BODY}: stopped before the server answered")
        except DeliveryError:
            self.drop()  # an answer that comes now is not for the next letter
            raise

    async def _send_body(self, text: Sequence[bytes]) -> SmtpReply:
        protocol = self._smtp.protocol if self._smtp is not None else None
        if protocol is None or not protocol.is_connected:
            raise LineLost("the connection was lost before the first byte of the letter")
        with Hearing(protocol) as hearing:
            answer = asyncio.ensure_future(protocol.read_response())
            try:
                await self._write_text(protocol, text, answer)
                if answer.done():
                    raise self._early(answer)
                if protocol.is_connected:
                    protocol.write(DOT)
                if not protocol.is_connected:  # by the write itself, too: the dot is still here then
                    raise LineLost(f"{SmtpStep.TEXT}: the connection was lost")
                reply = await self._answer(answer)
            finally:
                answer.cancel()
            if 400 <= reply.code < 600:
                await self._prove(protocol, reply, hearing)
            more = hearing.beyond
        self._half_done = not reply.positive
        if more or not reply.positive:
            self.drop()
        if reply.positive and not reply.stands_beside(more):
            raise Unconfirmed(f"{SmtpStep.BODY}: the server gave two answers: {reply.words}")
        return reply

    async def _prove(self, protocol: SMTPProtocol, reply: SmtpReply, hearing: Hearing) -> None:
        """Raise Unconfirmed unless the refusal that came after our dot is about the whole letter.

        It may have been on its way before the dot, from a server that takes the letter all the same and says so next.
        So QUIT is said: whoever answers 221, refuses once more or hangs up has nothing to add. Nobody mistakes a yes
        to a letter for 221, as for the answer to RSET.
        """
        if protocol.is_connected:
            protocol.write(b"QUIT\r\n")
        seconds = min(FAREWELL if reply.code == 421 else PROOF, self._times.command)
        code = await hearing.next_code(seconds)
        if code is None and reply.code != 421:
            raise Unconfirmed(f"{SmtpStep.BODY}: refused, then silent: {reply.words}")
        if code and code != 221 and not 400 <= code < 600:
            raise Unconfirmed(f"{SmtpStep.BODY}: the server gave two answers: {reply.words}")

    async def _write_text(
        self, protocol: SMTPProtocol, text: Sequence[bytes], answer: "asyncio.Future[SMTPResponse]"
    ) -> None:
        """Write the letter without its end; return when the network has it, or the server has spoken too early."""
        transport = protocol.transport
        if not isinstance(transport, asyncio.WriteTransport):
            raise LineLost(f"{SmtpStep.TEXT}: the connection was lost")
        transport.set_write_buffer_limits(0)  # the helper below waits until nothing is left
        try:
            for block in _blocks(text):
                protocol.write(block)
                # One turn of the loop at least: here a line that was cut, or an answer, is noticed.
                await asyncio.sleep(0)
                if transport.get_write_buffer_size() and not answer.done():
                    await self._drained(protocol, answer)
                if answer.done():
                    return
        except (SMTPException, OSError) as error:
            raise LineLost(self._lost(SmtpStep.TEXT, error)) from None

    async def _drained(self, protocol: SMTPProtocol, answer: "asyncio.Future[SMTPResponse]") -> None:
        drained: asyncio.Future[None] = asyncio.ensure_future(protocol._drain_helper())  # noqa: SLF001 - as asyncio.StreamWriter does
        try:
            both: set[asyncio.Future[Any]] = {drained, answer}
            await asyncio.wait(both, timeout=self._times.block, return_when=asyncio.FIRST_COMPLETED)
            if not drained.done() and not answer.done():
                wait = f"{self._times.block:g} seconds"
                raise Deferred(f"{SmtpStep.TEXT}: the server took no more of the letter for {wait}")
            if drained.done() and not answer.done():
                drained.result()
        finally:
            drained.cancel()

    def _early(self, answer: "asyncio.Future[SMTPResponse]") -> DeliveryError:
        """Give what an answer before the dot means: the server has no end of the letter, and gets none."""
        try:
            return failure(SmtpStep.TEXT, SmtpReply(*answer.result()))
        except (SMTPException, OSError) as error:
            return LineLost(self._lost(SmtpStep.TEXT, error))

    async def _answer(self, answer: "asyncio.Future[SMTPResponse]") -> SmtpReply:
        """Wait for what the server says of the whole letter, as long as servers may take to check one."""
        try:
            with self._waits.during(SmtpStep.BODY, self._times.answer):
                async with asyncio.timeout(self._times.answer):
                    return SmtpReply(*await answer)
        except TimeoutError:
            wait = f"{self._times.answer:g} seconds"
            raise Unconfirmed(f"{SmtpStep.BODY}: no answer within {wait}") from None
        except (SMTPException, OSError) as error:
            raise Unconfirmed(self._lost(SmtpStep.BODY, error)) from None

    async def _ask(self, step: SmtpStep, *parts: bytes) -> SmtpReply:
        """Send one command and give its reply. Whatever goes wrong here, nothing of the message has left."""
        if self._smtp is None:
            raise LineLost(f"{step}: the connection was lost")
        try:
            seconds = self._times.data if step is SmtpStep.DATA else self._times.command
            with self._waits.during(step, seconds):
                reply = SmtpReply(*await self._smtp.execute_command(*parts, timeout=seconds))
        except SMTPServerDisconnected as error:
            self.drop()
            raise LineLost(self._lost(step, error)) from None
        except (SMTPException, OSError) as error:
            self.drop()
            raise Deferred(self._lost(step, error)) from None
        except BaseException:  # cancelled: a reply is still due, which the next command must not get
            self.drop()
            raise
        if reply.code == 421:
            self.drop()
            meaning = failure(step, reply)
            raise meaning if isinstance(meaning, LimitReached) else LineLost(meaning.detail)
        if more := self._spoken_on:
            self.drop()
            if 400 <= reply.code < 600 and reply.stands_beside(more):
                return reply  # it refused and took leave
            raise Deferred(f"{step}: the server went on talking out of turn")
        return reply

    def _lost(self, step: SmtpStep, error: Exception) -> str:
        log.info("lost the mail server at %(step)s: %(error)s", {"step": step.value, "error": type(error).__name__})
        if isinstance(error, SMTPTimeoutError):
            seconds = self._times.data if step is SmtpStep.DATA else self._times.command
            return f"{step}: no answer within {seconds:g} seconds"
        if isinstance(error, SMTPResponseException):
            return server_words(f"{step}: an answer that makes no sense: {error.message}")
        return f"{step}: the connection was lost before the server answered"

    def failure(self, step: SmtpStep, reply: SmtpReply) -> DeliveryError:
        """Give the error that a reply means at a step; leave a server that is out of step."""
        if not 400 <= reply.code < 600:  # whatever this server speaks, it is not where we think it is
            self.drop()
        return failure(step, reply)

    @property
    def _spoken_on(self) -> bytes:
        return spoken_on(self._smtp) if self._smtp is not None else b""

    def drop(self) -> None:
        """Cut the connection at once, as it is: what was not sent is not sent."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            log.debug("closed the connection to the mail server")
            cut(smtp)

    async def quit(self) -> None:
        """Take leave, briefly, and close."""
        if self._smtp is not None and self._smtp.is_connected:
            try:
                async with asyncio.timeout(min(FAREWELL, self._settings.timeout)):
                    await self._smtp.execute_command(b"QUIT")
            except (SMTPException, TimeoutError, OSError):
                pass  # it was good-bye
        self.drop()


def _blocks(text: Sequence[bytes]) -> Iterator[bytes]:
    for piece in text:
        for start in range(0, len(piece), BLOCK):
            yield piece[start : start + BLOCK]
