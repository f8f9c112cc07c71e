"""Tries the mail server as far as one can without sending: connection, certificate, login, sender, archive."""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from outreach.channels.checks.settings import Check, Result, envelope_sender, failed, ok, warning
from outreach.channels.smtp.channel import SmtpChannel
from outreach.channels.smtp.connection import SmtpConnection
from outreach.channels.smtp.envelope import Features, wire_address
from outreach.channels.smtp.replies import ARCHIVE_HINT, SENDER_HINT, SmtpStep
from outreach.errors import DeliveryError, Paused
from outreach.settings.settings import Settings
from outreach.text import listed

SOON = timedelta(days=14)
PATIENCE = 60.0  # seconds at most for an answer: somebody sits before the screen, and no letter is at stake
REACH_HINT = "Check [smtp] host and port, and that the network lets you reach it. If it is only down, try again later"


async def check_server(settings: Settings, now: datetime) -> list[Check]:
    """Connect, look around, log in, name sender and archive, and leave; nothing is sent. `now` is aware."""
    if not settings.mail_server_configured:
        found = "not set up, so letters are only rehearsed"
        return [warning("mail server", found, "To send in earnest, set [smtp] host; see docs/mail-server.md")]
    connection = _connection(settings, login=False)
    try:
        await connection.open()
        checks = [ok("mail server", f"{settings.smtp.host}:{settings.smtp.effective_port} answers")]
        checks += [_encryption(settings, connection.certificate, now), _features(connection.features)]
    except DeliveryError as error:
        return [_problem("mail server", error, REACH_HINT)]
    finally:
        await connection.quit()
    return checks + await _check_login(settings)


def _connection(settings: Settings, *, login: bool) -> SmtpConnection:
    smtp = settings.smtp.model_copy(update={"timeout": min(settings.smtp.timeout, PATIENCE)})
    if not login:
        smtp = smtp.model_copy(update={"username": ""})
    return SmtpChannel(smtp, envelope_domain=envelope_sender(settings).rpartition("@")[2]).new_connection()


async def _check_login(settings: Settings) -> list[Check]:
    connection = _connection(settings, login=True)
    try:
        await connection.open()
        return [_login(settings), *await _check_envelope(settings, connection)]
    except DeliveryError as error:
        return [_problem("login", error, "Check OUTREACH_SMTP__USERNAME and OUTREACH_SMTP__PASSWORD")]
    finally:
        await connection.quit()


def _login(settings: Settings) -> Check:
    if settings.smtp.username:
        return ok("login", f"as {settings.smtp.username}")
    return ok("login", "none; the server lets us in without")


async def _check_envelope(settings: Settings, connection: SmtpConnection) -> list[Check]:
    """MAIL, RCPT of the archive, and RSET: what the server says to them without a letter."""
    try:
        await connection.mail((b"FROM:<" + wire_address(envelope_sender(settings)) + b">",))
    except ValueError:
        return []  # said already: the settings are wrong
    except DeliveryError as error:
        return [_problem("sender accepted", error, SENDER_HINT)]
    checks = [ok("sender accepted", "the server takes mail from the envelope sender")]
    try:
        if settings.smtp.archive:
            reply = await connection.rcpt(SmtpStep.ARCHIVE, (b"TO:<" + wire_address(settings.smtp.archive) + b">",))
            if not reply.positive:
                problem = connection.failure(SmtpStep.ARCHIVE, reply)
                checks.append(_problem("archive accepted", problem, ARCHIVE_HINT))
        await connection.reset()
    except (ValueError, DeliveryError):
        return checks  # a broken archive address was said already, and the line is ours to leave
    return checks


def _problem(name: str, error: DeliveryError, hint: str) -> Check:
    return failed(name, error.detail, error.hint if isinstance(error, Paused) else hint)


def _encryption(settings: Settings, certificate: Mapping[str, object], now: datetime) -> Check:
    if settings.smtp.security == "none":
        return ok("encryption", "none; the server is on this machine")
    subject, expires = certificate_name(certificate), certificate_end(certificate)
    found = f"{settings.smtp.security}; the certificate of {subject} is good until {expires:%Y-%m-%d}"
    if expires - now < SOON:
        return warning("encryption", found, "It ends soon: ask the server's operator whether it will be renewed")
    return ok("encryption", found)


def certificate_name(certificate: Mapping[str, object]) -> str:
    """Name what a certificate is for, as `ssl` tells it."""
    names = certificate.get("subjectAltName", ())
    return listed([value for _, value in names], 3) if isinstance(names, tuple) else ""


def certificate_end(certificate: Mapping[str, object]) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)


def _features(features: Features) -> Check:
    told = [
        ("8BITMIME", features.eight_bit),
        ("DSN", features.dsn),
        ("SMTPUTF8", features.utf8),
        ("PIPELINING", features.pipelining),
    ]
    size = f"SIZE {features.size}" if features.size else "SIZE"
    offered = [name for name, there in (*told, (size, features.size is not None)) if there]
    found = ", ".join(offered) or "none"
    if not features.eight_bit:
        return Check("features", Result.FAILED, found, "Letters with accents need 8BITMIME: use another server")
    if not features.dsn:
        return warning("features", found, "Without DSN the server does not confirm deliveries. Bounces still come back")
    if not features.utf8:
        return warning("features", found, "Without SMTPUTF8 letters cannot go to addresses beyond ASCII")
    return ok("features", found)
