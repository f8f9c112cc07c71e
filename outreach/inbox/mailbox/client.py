"""Connects to an IMAP server for imap-tools, and bounds what is taken in; knows no folders, no messages.

A server that is hostile or broken may announce a literal of any size, or speak without an end: memory is ours.
"""

import imaplib
import ssl
from collections.abc import Callable
from contextlib import suppress

from imap_tools.mailbox import BaseMailBox

from outreach.channels.certificates import trusting
from outreach.errors import MailboxError, SettingsError
from outreach.settings.mail import ImapServer

MOST_BYTES = 256 << 20  # in answer to one command: five times the largest message that mail servers let pass


class _Bounded(imaplib.IMAP4):
    """Breaks off when more comes in answer to one command than any honest server would send."""

    _left = MOST_BYTES

    def read(self, size: int) -> bytes:
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._take(len(line))
        return line

    def _new_tag(self) -> bytes:
        self._left = MOST_BYTES
        return super()._new_tag()  # type: ignore[misc,no-any-return]

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise self.abort(f"it sends more than {MOST_BYTES >> 20} MB at once")


class _BoundedTls(_Bounded, imaplib.IMAP4_SSL):
    pass


class _Box(BaseMailBox):
    def __init__(self, connect: Callable[[], imaplib.IMAP4]) -> None:
        self._connect = connect
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._connect()


def dial(settings: ImapServer) -> BaseMailBox:
    """Connect without logging in; raises what imaplib, ssl and socket raise, and MailboxError over `ca_file`."""
    host, port, timeout = settings.host, settings.effective_port, settings.timeout

    def connect() -> imaplib.IMAP4:
        if settings.security == "tls":
            return _BoundedTls(host, port, ssl_context=_context(settings), timeout=timeout)
        client = _Bounded(host, port, timeout)
        return client if settings.security == "none" else _encrypted(client, settings)

    return _Box(connect)


def _context(settings: ImapServer) -> ssl.SSLContext:
    try:
        return trusting(settings.ca_file, f"[{settings.section}] ca_file")
    except SettingsError as error:
        raise MailboxError(str(error)) from None


def _encrypted(client: imaplib.IMAP4, settings: ImapServer) -> imaplib.IMAP4:
    """Speak in the clear until STARTTLS, and never beyond."""
    try:
        client.starttls(_context(settings))
    except BaseException:
        with suppress(OSError):
            client.shutdown()
        raise
    return client
