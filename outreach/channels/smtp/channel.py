"""The SMTP channel: a few lasting connections, one message after another; knows no queue and no database."""

import asyncio
import ssl
from pathlib import Path
from typing import Self

from outreach.channels.base import Limits, Outgoing, Receipt
from outreach.channels.certificates import trusting
from outreach.channels.smtp.connection import LineLost, SmtpConnection
from outreach.channels.smtp.envelope import Envelope, envelope, wire_body
from outreach.channels.smtp.replies import SmtpStep, failure
from outreach.errors import Deferred, DeliveryError, Rejected
from outreach.mime.headers import ascii_domain
from outreach.settings.mail import SmtpSettings
from outreach.settings.settings import Settings
from outreach.text import LONGEST_DETAIL, server_words


class SmtpChannel:
    """Sends through the server of `[smtp]`.

    `envelope_domain` is what EHLO says we are; without it an address literal, since the name of somebody's
    own machine is nobody's business (RFC 5321, section 4.1.4, allows it).

    Cancelling `send` is safe: CancelledError comes out of it only when nothing of the message has left. Once
    the body is on its way, `send` waits for the server's answer, within the time limit, and tells the truth
    about it; a second cancellation ends the waiting with Unconfirmed.
    """

    name = "smtp"

    def __init__(self, settings: SmtpSettings, *, envelope_domain: str = "") -> None:
        self.settings = settings
        self.limits = Limits(settings.connections, settings.per_minute, settings.per_domain_per_minute)
        self._hello = _hello(envelope_domain)
        self._room = asyncio.Semaphore(settings.connections)
        self._idle: list[SmtpConnection] = []
        self._context: ssl.SSLContext | None = None

    @classmethod
    def for_campaign(cls, folder: Path, settings: Settings) -> Self:
        """Make the channel to the server of `[smtp]`; EHLO says the domain that bounces return to."""
        _, _, domain = settings.envelope_sender("").rpartition("@")
        return cls(settings.smtp, envelope_domain=domain)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.quit() for connection in idle))

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Hand over one message in one transaction; `replies.py` says which reply means what."""
        wire = wire_body(outgoing.content)
        async with self._room:
            # The last one used comes first, so that no more connections are held than are needed.
            connection = self._idle.pop() if self._idle else self.new_connection()
            try:
                return await _deliver(connection, outgoing, wire)
            finally:
                if connection.alive:
                    self._idle.append(connection)

    def new_connection(self) -> SmtpConnection:
        """Make a connection outside the pool, not yet open, for `outreach doctor`, which looks without sending."""
        return SmtpConnection(self.settings, self._tls, self._hello)

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = trusting(self.settings.ca_file, "[smtp] ca_file")
        return self._context


async def _deliver(connection: SmtpConnection, outgoing: Outgoing, wire: bytes) -> Receipt:
    addressed = await _begin(connection, outgoing)
    refused = await _name_recipients(connection, addressed)
    await connection.data()
    try:
        await outgoing.committed()
    except BaseException:
        connection.drop()
        raise
    reply = await connection.body(wire)
    if not reply.positive:
        raise failure(SmtpStep.BODY, reply)
    if not refused:
        return Receipt(reply.words)
    some = f"{len(refused)} of {len(addressed.recipients)} addresses refused: {refused[0].detail}"
    return Receipt(f"{server_words(reply.words, LONGEST_DETAIL // 2)}; {some}"[:LONGEST_DETAIL])


async def _begin(connection: SmtpConnection, outgoing: Outgoing) -> Envelope:
    """Say MAIL. A connection may have died while idle; nothing has left yet, so a new one is tried, once."""
    if connection.alive:
        try:
            return await _mail(connection, outgoing)
        except LineLost:
            connection.drop()
    await connection.open()
    return await _mail(connection, outgoing)


async def _mail(connection: SmtpConnection, outgoing: Outgoing) -> Envelope:
    addressed = envelope(outgoing, connection.features)
    await connection.mail(addressed.mail)
    return addressed


async def _name_recipients(connection: SmtpConnection, addressed: Envelope) -> list[Rejected]:
    """RCPT for each address, then for the archive; return refusals that leave at least one address accepted.

    An address that is refused for now defers the letter as a whole, so that nobody gets it twice.
    """
    refused: list[Rejected] = []
    later: Deferred | None = None
    for recipient in addressed.recipients:
        problem = await connection.rcpt(SmtpStep.RECIPIENT, recipient)
        if isinstance(problem, Rejected):
            refused.append(problem)
        elif isinstance(problem, Deferred):
            later = later or problem
        elif problem is not None:
            raise problem
    if later is not None:
        raise later
    if len(refused) == len(addressed.recipients):
        raise _all_refused(refused)
    if addressed.archive is not None and (problem := await connection.rcpt(SmtpStep.ARCHIVE, addressed.archive)):
        raise problem
    return refused


def _all_refused(refused: list[Rejected]) -> DeliveryError:
    if len(refused) == 1:
        return refused[0]
    return Rejected(f"all {len(refused)} addresses refused: {refused[0].detail}"[:LONGEST_DETAIL])


def _hello(domain: str) -> str:
    try:
        return ascii_domain(domain) or "[127.0.0.1]"
    except ValueError:
        return "[127.0.0.1]"
