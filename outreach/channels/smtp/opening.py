"""Opens a connection to the mail server: greeting, EHLO, encryption, login; knows nothing about messages.

Every failure is Unreachable (another time it may work) or Paused (a person has to mend something), with a hint.
"""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPConnectError, SMTPException, SMTPResponseException, SMTPServerDisconnected

from outreach.channels.smtp.envelope import Features
from outreach.channels.smtp.logins import NO_OAUTH_HINT, login_hint, only_oauth
from outreach.channels.smtp.replies import LOGIN_HINT, SERVER_HINT, TLS_HINT, SmtpReply, SmtpStep, failure
from outreach.errors import Deferred, DeliveryError, LimitReached, Paused, SettingsError, Unreachable
from outreach.settings.mail import SmtpSettings
from outreach.settings.sections import is_loopback
from outreach.text import server_words

CERTIFICATE_HINT = (
    "The server could not prove who it is, and no letter goes to it. Check [smtp] host (the name on the certificate); "
    "for a certificate authority of your own, or a bridge on this machine, set [smtp] ca_file (or SSL_CERT_FILE) to "
    "its certificate"
)
CA_FILE_HINT = "Put that right, or leave out [smtp] ca_file; then: outreach doctor"
PASSWORD_HINT = "Set OUTREACH_SMTP__PASSWORD (in the environment or in .env), or leave out [smtp] username"  # noqa: S105
_LOGIN_METHODS = ("plain", "login", "cram-md5")  # only one is tried: repeated failures can lock an account


async def connect(settings: SmtpSettings, tls: Callable[[], ssl.SSLContext], hello: str) -> tuple[SMTP, Features]:
    """Open a connection ready for MAIL within `timeout`; give it, and what the server offers. See the errors above."""
    if settings.security == "none" and not is_loopback(settings.host):
        raise Paused(f"{settings.host} is not on this machine, and [smtp] security is none", TLS_HINT)
    try:
        smtp = SMTP(
            hostname=settings.host,
            port=settings.effective_port,
            local_hostname=hello,
            timeout=settings.timeout,
            use_tls=settings.security == "tls",
            start_tls=False,
            tls_context=tls() if settings.security != "none" else None,
        )
    except SettingsError as error:  # [smtp] ca_file
        raise Paused(str(error), CA_FILE_HINT) from None
    except (OSError, ssl.SSLError) as error:  # SSL_CERT_FILE names something that is no certificate
        raise Paused(f"certificates cannot be read: {error.strerror or error}", CERTIFICATE_HINT) from None
    try:
        async with asyncio.timeout(settings.timeout):
            return smtp, await _converse(smtp, settings)
    except BaseException as error:  # noqa: BLE001 - a cancellation cuts the connection too, and goes on as it is
        cut(smtp)
        raise _explained(error, settings) from None


def cut(smtp: SMTP) -> None:
    """End the connection at once, as it is: what was not sent is not sent."""
    transport = smtp.transport
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
    smtp.close()


def spoken_on(smtp: SMTP) -> bytes:
    """Give what came with the last reply beyond it: aiosmtplib would take it for the reply to the next command."""
    return bytes(getattr(smtp.protocol, "_buffer", b""))


async def _converse(smtp: SMTP, settings: SmtpSettings) -> Features:
    await _step(smtp, SmtpStep.GREETING, smtp.connect())
    features = await _say_hello(smtp)
    if settings.security == "starttls":
        if not features.starttls:
            raise Paused("the server does not offer STARTTLS", TLS_HINT)
        await _step(smtp, SmtpStep.TLS, smtp.starttls())
        features = await _say_hello(smtp)  # what was said before encryption counts for nothing (RFC 3207, section 4.2)
    if settings.username:
        await _log_in(smtp, settings, features)
    return features


async def _say_hello(smtp: SMTP) -> Features:
    await _step(smtp, SmtpStep.HELLO, smtp.ehlo())
    return Features.offered(smtp.esmtp_extensions, smtp.server_auth_methods)


async def _log_in(smtp: SMTP, settings: SmtpSettings, features: Features) -> None:
    password = settings.password.get_secret_value()
    if not password:
        raise Paused("AUTH: there is a user name without a password", PASSWORD_HINT)
    method = next((name for name in _LOGIN_METHODS if name in features.login), "")
    if not method and only_oauth(features.login):
        raise Paused("AUTH: the server offers no login with user name and password, only XOAUTH2", NO_OAUTH_HINT)
    if not method:
        raise Paused("AUTH: the server offers no login with user name and password", LOGIN_HINT)
    log_in = {"plain": smtp.auth_plain, "login": smtp.auth_login, "cram-md5": smtp.auth_crammd5}[method]
    await _step(smtp, SmtpStep.LOGIN, log_in(settings.username, password))


async def _step(smtp: SMTP, step: SmtpStep, exchange: Awaitable[object]) -> None:
    """Await one of aiosmtplib's own steps; a reply that refuses becomes the error that it means."""
    try:
        await exchange
    except SMTPResponseException as error:
        raise _refused(step, error) from None
    if spoken_on(smtp):
        raise Deferred(f"{step}: the server went on talking out of turn")


def _refused(step: SmtpStep, error: SMTPResponseException) -> DeliveryError:
    said = SmtpReply(error.code, error.message)
    if step is SmtpStep.LOGIN:  # a server may echo what it was given: only the codes of its reply are safe to keep
        error.message = ".".join(map(str, said.enhanced)) if said.enhanced else ""
    if error.code < 0:
        return Deferred(server_words(f"{step}: an answer that makes no sense: {error.message}"))
    meant = failure(step, SmtpReply(error.code, error.message))
    if step is SmtpStep.LOGIN and isinstance(meant, Paused) and not isinstance(meant, LimitReached):
        return Paused(meant.detail, login_hint(said))
    return meant


def _explained(error: BaseException, settings: SmtpSettings) -> BaseException:
    """Put an error of `connect` in our words. A cancellation, which is no fault of the network, stays as it is."""
    where = f"{settings.host}:{settings.effective_port}"
    if isinstance(error, SMTPConnectError) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, LimitReached):
        return LimitReached(server_words(f"{where}: {error.detail}"), error.lasts)
    if isinstance(error, Deferred):
        return Unreachable(server_words(f"{where}: {error.detail}"), error.retry_after, answered=True)
    if isinstance(error, Paused):
        return Paused(server_words(f"{where}: {error.detail}"), error.hint)
    if isinstance(error, ssl.CertificateError):
        return Paused(f"{where}: the certificate is not good: {_why(error)}", CERTIFICATE_HINT)
    if isinstance(error, ssl.SSLError):
        return Paused(f"{where}: no encryption: {server_words(error.reason or str(error))}", TLS_HINT)
    if isinstance(error, (UnicodeError, SMTPException, OSError, ValueError)):
        return _unreachable(error, where, settings.timeout)
    return error


def _unreachable(error: Exception, where: str, timeout: float) -> DeliveryError:
    if isinstance(error, TimeoutError):
        return Unreachable(f"{where}: not ready within {timeout:g} seconds")
    if isinstance(error, SMTPServerDisconnected):
        return Unreachable(f"{where}: the server hung up")
    if isinstance(error, OSError):
        # asyncio puts the address in place of the reason; the number still has it. A resolver's numbers are negative.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
        return Unreachable(f"{where}: {server_words(reason)}")
    return Paused(
        f"{where}: {server_words(str(error))}", SERVER_HINT
    )  # a host that is no name, an answer to no question


def _why(error: ssl.CertificateError) -> str:
    return server_words(error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error))
