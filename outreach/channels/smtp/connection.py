"""One connection to the mail server and the steps of a message on it; knows nothing about the pool.

aiosmtplib's all-in-one `data()` raises the same error before 354 and after the final dot. So the steps are separate
here, and the body is written through aiosmtplib's protocol: the step that failed is always known.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from outreach.channels.base import see_through
from outreach.channels.smtp.envelope import Features
from outreach.channels.smtp.opening import connect, cut, spoke_on
from outreach.channels.smtp.replies import SmtpReply, SmtpStep, failure
from outreach.errors import Deferred, DeliveryError, LimitReached, Unconfirmed
from outreach.settings.mail import SmtpSettings
from outreach.text import server_words

log = logging.getLogger(__package__)
FAREWELL = 2.0  # seconds for QUIT


class LineLost(Deferred):
    """The connection is gone, and nothing of the message had left: a new connection may be tried at once."""


class SmtpConnection:
    """A connection that is opened by `open`, used for many messages, and opened again after it was lost."""

    def __init__(self, settings: SmtpSettings, tls: Callable[[], ssl.SSLContext], hello: str) -> None:
        self.features = Features()
        self._settings = settings
        self._tls = tls
        self._hello = hello
        self._smtp: SMTP | None = None
        self._half_done = False

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
        self._smtp, self.features = await connect(self._settings, self._tls, self._hello)
        self._half_done = False
        log.debug("connected to the mail server")

    async def mail(self, arguments: tuple[bytes, ...]) -> None:
        """Begin a message, after RSET if the last one ended half-way; raise LineLost if the line had died."""
        if self._half_done:
            await self.reset()
        self._half_done = True
        reply = await self._ask(SmtpStep.SENDER, b"MAIL", *arguments)
        if not reply.positive:
            raise self._failure(SmtpStep.SENDER, reply)

    async def reset(self) -> None:
        """Forget the message that was begun."""
        reply = await self._ask(SmtpStep.RESET, b"RSET")
        if not reply.positive:
            self.drop()
            raise LineLost(server_words(f"{SmtpStep.RESET}: {reply.code} {reply.text}"))
        self._half_done = False

    async def rcpt(self, step: SmtpStep, arguments: tuple[bytes, ...]) -> DeliveryError | None:
        """Name a recipient; return what its refusal means for it, or None when it is accepted."""
        reply = await self._ask(step, b"RCPT", *arguments)
        return None if reply.positive else self._failure(step, reply)

    async def data(self) -> None:
        """Ask to send the body; on return the server has said 354 and waits for it."""
        reply = await self._ask(SmtpStep.DATA, b"DATA")
        if reply.code != 354:
            raise self._failure(SmtpStep.DATA, reply)

    async def body(self, wire: bytes) -> SmtpReply:
        """Send the body with its final dot; return the server's answer, of whatever code.

        Raises LineLost if the line was gone before the first byte, else Unconfirmed when no answer came. A first
        cancellation lets the answer arrive, within the time limit; a second one is Unconfirmed.
        """
        try:
            return await see_through(self._send_body(wire), f"{SmtpStep.BODY}: stopped before the server answered")
        except Unconfirmed:
            self.drop()  # an answer that comes now is not for the next letter
            raise

    async def _send_body(self, wire: bytes) -> SmtpReply:
        protocol = self._smtp.protocol if self._smtp is not None else None
        if protocol is None or not protocol.is_connected:
            raise LineLost("the connection was lost before the first byte of the letter")
        try:
            protocol.write(wire)
            reply = SmtpReply(*await protocol.read_response(self._settings.timeout))
        except (SMTPException, OSError) as error:
            raise Unconfirmed(self._lost(SmtpStep.BODY, error)) from None
        self._half_done = not reply.positive
        if reply.code == 421 or self._spoke_on:
            self.drop()
        return reply

    async def _ask(self, step: SmtpStep, *parts: bytes) -> SmtpReply:
        """Send one command and give its reply. Whatever goes wrong here, nothing of the message has left."""
        if self._smtp is None:
            raise LineLost(f"{step}: the connection was lost")
        try:
            reply = SmtpReply(*await self._smtp.execute_command(*parts))
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
        if self._spoke_on:
            self.drop()
            raise Deferred(f"{step}: the server went on talking out of turn")
        return reply

    def _lost(self, step: SmtpStep, error: Exception) -> str:
        log.info("lost the mail server at %(step)s: %(error)s", {"step": step.value, "error": type(error).__name__})
        if isinstance(error, SMTPTimeoutError):
            return f"{step}: no answer within {self._settings.timeout:g} seconds"
        if isinstance(error, SMTPResponseException):
            return server_words(f"{step}: an answer that makes no sense: {error.message}")
        return f"{step}: the connection was lost before the server answered"

    def _failure(self, step: SmtpStep, reply: SmtpReply) -> DeliveryError:
        if not 400 <= reply.code < 600:  # whatever this server speaks, it is not where we think it is
            self.drop()
        return failure(step, reply)

    @property
    def _spoke_on(self) -> bool:
        return self._smtp is not None and spoke_on(self._smtp)

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
