"""The SMTP channel: a few lasting connections, one message after another; knows no queue and no database."""

import ssl
from pathlib import Path
from typing import Self

from outreach.channels.base import Limits, OnWait, Outgoing, Receipt
from outreach.channels.certificates import trusting
from outreach.channels.smtp.connection import SmtpConnection
from outreach.channels.smtp.envelope import wire_body
from outreach.channels.smtp.phases import PhaseTimes
from outreach.channels.smtp.pool import ConnectionPool
from outreach.channels.smtp.transaction import deliver
from outreach.channels.smtp.waits import Waits
from outreach.mime.headers import ascii_domain
from outreach.settings.mail import SmtpSettings
from outreach.settings.settings import Settings


class SmtpChannel:
    """Sends through the server of `[smtp]`.

    `envelope_domain` is what EHLO says we are; without it an address literal, since the name of somebody's
    own machine is nobody's business (RFC 5321, section 4.1.4, allows it).

    Cancelling `send` is safe: CancelledError comes out of it only when nothing of the message has left. Once
    the body is on its way, `send` waits for the server's answer, within the time limit, and tells the truth
    about it; a second cancellation ends the waiting with Unconfirmed. `times` are RFC 5321's, within `timeout`.
    """

    name = "smtp"

    def __init__(self, settings: SmtpSettings, *, envelope_domain: str = "", times: PhaseTimes | None = None) -> None:
        self.settings = settings
        self.limits = Limits(settings.connections, settings.per_minute, settings.per_domain_per_minute)
        self._hello = _hello(envelope_domain)
        self._times = times or PhaseTimes.within(settings.timeout)
        self._waits = Waits(settings.host, self._times.told)
        self._pool = ConnectionPool(self.new_connection, settings.connections)
        self._context: ssl.SSLContext | None = None

    @classmethod
    def for_campaign(cls, folder: Path, settings: Settings) -> Self:
        """Make the channel to the server of `[smtp]`; EHLO says the domain that bounces return to."""
        _, _, domain = settings.envelope_sender("").rpartition("@")
        return cls(settings.smtp, envelope_domain=domain)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        await self._pool.close()

    @property
    def advice(self) -> str:
        """Say what of the settings does not suit the server; empty when all is well."""
        return self._pool.advice

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Hand over one message in one transaction; `replies.py` says which reply means what."""
        return await deliver(self._pool, outgoing, wire_body(outgoing.pieces))

    def new_connection(self) -> SmtpConnection:
        """Make a connection outside the pool, not yet open, for `outreach doctor`, which looks without sending."""
        return SmtpConnection(self.settings, self._tls, self._hello, self._times, self._waits)

    def hear_of_waits(self, tell: OnWait) -> None:
        """Name who is told when the server is silent for some seconds, once for each phase."""
        self._waits.tell = tell

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = trusting(self.settings.ca_file, "[smtp] ca_file")
        return self._context


def _hello(domain: str) -> str:
    try:
        return ascii_domain(domain) or "[127.0.0.1]"
    except ValueError:
        return "[127.0.0.1]"
