"""Puts what went wrong with a mailbox into words, and what to do about it; knows no messages."""

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from outreach.errors import MailboxError, MailboxLost
from outreach.settings.mail import ImapServer
from outreach.text import server_words

AGAIN = "What was read is on file; for the rest, do the same again"
# What imaplib and imap-tools raise over answers that they did not expect, beside their own errors.
NONSENSE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError, MemoryError)


@contextmanager
def in_words(settings: ImapServer, *, opening: bool = False) -> Iterator[None]:
    """Raise MailboxError for what the settings must be changed for, MailboxLost for what trying again may help with.

    `opening` is true while the connection is made.
    """
    try:
        yield
    except MailboxError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise MailboxError(_untrusted(error, settings)) from None
    except ssl.SSLError as error:
        why = (error.reason or "no TLS").lower().replace("_", " ")
        raise (_no_tls(why, settings) if opening else _lost(why, settings)) from None
    except OSError as error:
        raise _unreachable(error, settings) from None
    except imaplib.IMAP4.abort as error:
        # This is what imaplib says to a server that does not offer STARTTLS.
        raise (_no_tls if "TLS not supported" in server_reply(error) else _lost)(
            server_reply(error), settings
        ) from None
    except (imaplib.IMAP4.error, ImapToolsError, *NONSENSE) as error:
        raise _misunderstood(error, settings, opening=opening) from None


class Refused(MailboxLost):
    """The server said no to one command; the connection is as good as before."""


def server_reply(what: object) -> str:
    """Give a server's words, or a library's, in one line without addresses."""
    if isinstance(what, UnexpectedCommandStatusError):
        return server_reply(what.command_result[1])
    if isinstance(what, Exception):
        return server_reply(what.args[0] if what.args else type(what).__name__)
    if isinstance(what, list | tuple):
        return server_words(" ".join(server_reply(each) for each in what if each))
    return server_words(what.decode("utf-8", "replace") if isinstance(what, bytes) else str(what))


def login_refused(why: str, settings: ImapServer) -> str:
    return (
        f"{settings.host} does not take the login: {why.rstrip('.')}. Check {_variable(settings, 'username')} and "
        f"{_variable(settings, 'password')}; many providers want a password made for programs (an app password), "
        "and some let nobody in with a password; see docs/providers.md"
    )


def only_oauth(settings: ImapServer) -> str:
    return (
        f"{settings.host} offers no login with user name and password, only XOAUTH2, and this version logs in with a "
        "password only. Ask your provider for a password for programs (an app password), or have the mail forwarded to "
        "another mailbox; see docs/providers.md"
    )


def _variable(settings: ImapServer, name: str) -> str:
    return f"OUTREACH_{settings.section}__{name}".upper()


def _place(settings: ImapServer) -> str:
    return f"{settings.host}:{settings.effective_port}"


def _lost(why: str, settings: ImapServer) -> MailboxLost:
    return MailboxLost(f"the connection to {_place(settings)} broke off: {why}. {AGAIN}")


def _unreachable(error: OSError, settings: ImapServer) -> MailboxLost:
    if isinstance(error, TimeoutError):
        return MailboxLost(f"{_place(settings)} did not answer within {settings.timeout:g} seconds. {AGAIN}")
    if isinstance(error, socket.gaierror):
        return MailboxLost(f"{settings.host}: there is no such host, or no network. Check [{settings.section}] host")
    if isinstance(error, ConnectionRefusedError):
        return MailboxLost(
            f"{_place(settings)} refuses connections. Check [{settings.section}] host, port and security"
        )
    return _lost(error.strerror or type(error).__name__, settings)


def _untrusted(error: ssl.SSLCertVerificationError, settings: ImapServer) -> str:
    return (
        f"the certificate of {_place(settings)} cannot be trusted: {error.verify_message}. Check that "
        f"[{settings.section}] host is the name that your provider gives; for an authority of your own, or a bridge on "
        f"this machine, set [{settings.section}] ca_file to its certificate. Nothing was sent there"
    )


def _no_tls(why: str, settings: ImapServer) -> MailboxError:
    return MailboxError(
        f'{_place(settings)} does not speak TLS as asked ({why}). Check [{settings.section}] port and security ("tls" '
        'usually goes with 993, "starttls" with 143); nothing is sent in the clear'
    )


def _misunderstood(error: Exception, settings: ImapServer, *, opening: bool) -> MailboxError:
    if opening:
        return MailboxError(
            f"{_place(settings)} does not answer as an IMAP server: {server_reply(error)}. "
            f"Check [{settings.section}] host, port and security"
        )
    return MailboxLost(f"{_place(settings)} answered what cannot be understood: {server_reply(error)}. {AGAIN}")
