"""Reads a team's mailbox on an IMAP server (RFC 9051) without altering it, and files messages as it is told to.

Knows no database and no rules about mail. Every fault of the line or the server is raised as words for people.
"""

import imaplib
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from imap_tools.errors import ImapToolsError
from imap_tools.idle import get_socket_poller
from imap_tools.mailbox import BaseMailBox
from imap_tools.utils import encode_folder

from outreach.errors import MailboxError, MailboxLost
from outreach.inbox.mailbox.client import dial
from outreach.inbox.mailbox.faults import Refused, in_words, login_refused, only_oauth, server_reply
from outreach.settings.mail import ImapServer
from outreach.text import listed

log = logging.getLogger(__package__)
S_co = TypeVar("S_co", bound=ImapServer, covariant=True)
MOST_NAMED = 20  # folders in an error
CHUNK = 500  # messages named in one command
UID = re.compile(rb"\bUID (\d+)")
SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
DATE = re.compile(rb'\bINTERNALDATE "([^"]*)"')
# A very short message may come without a literal (RFC 9051, section 4.3).
SHORT = re.compile(rb'\bBODY\[\] (?:NIL|"((?:[^"\\]|\\.)*)")')


class Which(StrEnum):
    """Which messages of a folder are meant; the value is the word of IMAP (RFC 9051, section 6.4.4)."""

    ALL = "ALL"
    FLAGGED = "FLAGGED"
    UNFLAGGED = "UNFLAGGED"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as the server gave it. `arrived_at` is its INTERNALDATE; None when that is nonsense."""

    uid: int
    raw: bytes
    arrived_at: datetime | None


class Mailbox(Generic[S_co]):
    """A connection, logged in from `with` to the end of the block; raises MailboxError or MailboxLost.

    `open` a folder before asking about messages. UIDs are of that folder as long as its UIDVALIDITY lasts.
    """

    def __init__(self, settings: S_co) -> None:
        self.settings = settings
        self.account = f"{settings.username}@{settings.host}"
        self._box: BaseMailBox | None = None
        self._able = frozenset[str]()

    def __enter__(self) -> Self:
        self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._box is not None:
            with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
                self._box.logout()
        self._hang_up()

    @property
    def can_idle(self) -> bool:
        """Say whether the server can tell at once that mail came (RFC 2177)."""
        return "IDLE" in self._able

    def open(self, folder: str, *, alter: bool) -> int:
        """Open a folder, only to be read unless `alter`; gives its UIDVALIDITY."""
        with in_words(self.settings):
            client = self._client.client
            try:
                typ, answer = client.select(_wire(folder), readonly=not alter)
            except client.readonly:
                keep = 'set [imap] after = "keep", or ' if self.settings.section == "imap" else ""
                raise MailboxError(
                    f"the folder {folder} can only be read here: {keep}give this login the right to alter it"
                ) from None
            if typ != "OK":
                raise MailboxError(self._no_folder(folder, answer))
            return _number(client.response("UIDVALIDITY")[1][0])

    def reopen(self, folder: str, *, alter: bool) -> int:
        """Connect anew after the line broke, and open the folder again; gives its UIDVALIDITY."""
        log.info("lost the mailbox; connecting anew")
        self._hang_up()
        self._connect()
        return self.open(folder, alter=alter)

    def uids(self, which: Which = Which.ALL) -> list[int]:
        """List the UIDs of the messages in the folder, ascending."""
        with in_words(self.settings):
            self._client.client.response("EXISTS")  # forget what was said before; see wait
            return sorted({_number(uid) for line in self._uid("SEARCH", which) if line for uid in line.split()})

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Ask for sizes: UID → bytes; 0 where the server does not say."""
        found = dict.fromkeys(uids, 0)
        with in_words(self.settings), suppress(Refused):
            for chunk in _chunks(uids):
                for line in self._uid("FETCH", _numbers(chunk), "(UID RFC822.SIZE)"):
                    if isinstance(line, bytes) and (uid := UID.search(line)) and (size := SIZE.search(line)):
                        found |= {int(uid[1]): int(size[1])} if int(uid[1]) in found else {}
        return found

    def read(self, uids: Sequence[int]) -> list[Fetched]:
        """Read these messages in full, without marking them as seen; those that are gone meanwhile are left out.

        So are others that a server gives unasked: under their UIDs they would pass for read.
        """
        with in_words(self.settings):
            found = _fetched(self._uid("FETCH", _numbers(uids), "(UID INTERNALDATE BODY.PEEK[])"))
            return [message for message in found if message.uid in uids]

    def flag(self, uids: Sequence[int]) -> None:
        """Mark these messages as flagged, in a folder that was opened to be altered."""
        with in_words(self.settings):
            for chunk in _chunks(uids):
                self._uid("STORE", _numbers(chunk), "+FLAGS.SILENT", r"(\Flagged)")

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move these messages, and no others, to a folder, which is made when it is missing (RFC 6851, RFC 4315)."""
        with in_words(self.settings):
            for chunk in _chunks(uids):
                self._copy("MOVE" if "MOVE" in self._able else "COPY", _numbers(chunk), folder)
                if "MOVE" not in self._able:
                    self._uid("STORE", _numbers(chunk), "+FLAGS.SILENT", r"(\Deleted)")
                    self._uid("EXPUNGE", _numbers(chunk))

    def remove(self, uids: Sequence[int]) -> None:
        """Remove these messages, and no others, for good (RFC 4315): from a folder that was opened to be altered."""
        with in_words(self.settings):
            for chunk in _chunks(uids):
                self._uid("STORE", _numbers(chunk), "+FLAGS.SILENT", r"(\Deleted)")
                self._uid("EXPUNGE", _numbers(chunk))

    def require_removal(self) -> None:
        """Raise MailboxError where messages could not be removed without others that somebody else deleted."""
        if "UIDPLUS" not in self._able:
            raise MailboxError(
                f"{self.settings.host} cannot remove single messages (UIDPLUS, RFC 4315), and what was read must not "
                f"stay: use a mailbox of another provider for [{self.settings.section}]"
            )

    def require_move(self) -> None:
        """Raise MailboxError where messages could not be moved without touching others."""
        if not self._able & {"MOVE", "UIDPLUS"}:
            raise MailboxError(
                'the server can neither MOVE messages nor remove single ones: set [imap] after = "flag" or "keep"'
            )

    def wait(self, seconds: float) -> None:
        """Wait until something happens in the folder, or for so many seconds (RFC 2177: under 29 minutes).

        Returns at once when something came since `uids` was asked.
        """
        with in_words(self.settings):
            client, idle = self._client.client, cast("Any", self._client.idle)
            client.noop()
            if client.response("EXISTS")[1] != [None]:
                return
            idle.start()
            if not self._said_more():
                # Not idle.poll: it takes a line that comes in two pieces for a broken connection.
                get_socket_poller(client.sock, int(seconds))
            idle.stop()

    @property
    def _client(self) -> BaseMailBox:
        if self._box is None:
            raise MailboxLost("the connection to the mailbox is closed")
        return self._box

    def _connect(self) -> None:
        with in_words(self.settings, opening=True):
            self._box = dial(self.settings)
        try:
            with in_words(self.settings):
                self._log_in()
                self._able = frozenset(str(self._client.client.capability()[1][-1], "ascii").upper().split())
        except BaseException:
            self._hang_up()
            raise
        log.debug("connected to the mailbox")

    def _log_in(self) -> None:
        box, settings = self._client, self.settings
        password = settings.password.get_secret_value()
        if not settings.username or not password or not password.isprintable():
            raise MailboxError(login_refused("it is missing, or has characters that cannot be typed", settings))
        if _only_oauth(box.client.capabilities):  # so the password stays here
            raise MailboxError(only_oauth(settings))
        # AUTHENTICATE PLAIN is the one that can say what is not ASCII (RFC 4616).
        simple = (settings.username + password).isascii() and "LOGINDISABLED" not in box.client.capabilities
        try:
            (box.login if simple else box.login_utf8)(settings.username, password, initial_folder=None)
        except imaplib.IMAP4.abort:
            raise
        except (ImapToolsError, imaplib.IMAP4.error) as error:
            raise MailboxError(login_refused(server_reply(error), settings)) from None

    def _hang_up(self) -> None:
        if self._box is not None:
            log.debug("closed the connection to the mailbox")
            with suppress(OSError):
                self._box.client.shutdown()
        self._box = None

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        typ, answer = self._client.client.uid(command, *arguments)
        if typ != "OK":
            raise Refused(f"{self.settings.host} refuses {command}: {server_reply(answer)}")
        return answer

    def _copy(self, command: str, numbers: str, folder: str) -> None:
        client = self._client.client
        for last in (False, True):
            typ, answer = client.uid(command, numbers, _wire(folder))
            if typ == "OK":
                return
            if last:
                raise MailboxError(f"messages cannot be moved to the folder {folder}: {server_reply(answer)}")
            # It may be missing; whether it could be made, the second try tells.
            client.create(_wire(folder))
            client.subscribe(_wire(folder))

    def _no_folder(self, folder: str, answer: object) -> str:
        setting = f"[{self.settings.section}] folder"
        with suppress(ImapToolsError, imaplib.IMAP4.error):
            there = sorted((each.name for each in self._client.folder.list()), key=lambda name: (name != "INBOX", name))
            some = listed(there, MOST_NAMED)
            return f"the mailbox has no folder {folder} ({server_reply(answer)}). Set {setting}; there are: {some}"
        return f"the mailbox has no folder {folder} ({server_reply(answer)}). Set {setting}"

    def _said_more(self) -> bool:
        """Say whether something came in one breath with the answer to IDLE.

        It lies in a buffer then, and the socket, which imap-tools waits for, stays silent.
        """
        client = self._client.client
        file = getattr(client, "_file", None) or client.file
        timeout = client.sock.gettimeout()
        client.sock.settimeout(0)
        try:
            return bool(file.peek(1))  # type: ignore[union-attr]
        except OSError:
            return False
        finally:
            client.sock.settimeout(timeout)


def _only_oauth(able: Sequence[str]) -> bool:
    """Say whether the server lets nobody in with a password, but by OAuth2 (RFC 9051, sections 6.2.2 and 6.2.3)."""
    logins = {word.upper() for word in able}
    password = "LOGINDISABLED" not in logins or logins & {"AUTH=PLAIN", "AUTH=LOGIN"}
    return not password and bool(logins & {"AUTH=XOAUTH2", "AUTH=OAUTHBEARER"})


def _wire(folder: str) -> str:
    """Write a folder's name as IMAP does: modified UTF-7, quoted (RFC 3501, section 5.1.3)."""
    return encode_folder(folder).decode("ascii")


def _chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), CHUNK):
        yield uids[start : start + CHUNK]


def _numbers(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _fetched(answer: Sequence[Any]) -> Iterator[Fetched]:
    """Find the messages in what imaplib read: a pair for each (before its literal, the literal), then the rest."""
    for index, item in enumerate(answer):
        if isinstance(item, tuple):
            after = answer[index + 1] if index + 1 < len(answer) else b""
            line, raw = item[0] + b" " + (after if isinstance(after, bytes) else b""), item[1]
        elif isinstance(item, bytes) and (short := SHORT.search(item)):
            line, raw = item, re.sub(rb"\\(.)", rb"\1", short[1] or b"")
        else:
            continue
        if uid := UID.search(line):
            yield Fetched(int(uid[1]), raw, _moment(DATE.search(line)))


def _number(text: bytes) -> int:
    """Read a UID or UIDVALIDITY (RFC 9051, section 9: nz-number); raises ValueError for anything else."""
    number = int(text)
    if not 0 < number < 1 << 32:
        raise ValueError(f"a number that cannot be: {number}")
    return number


def _moment(found: re.Match[bytes] | None) -> datetime | None:
    if found is None:
        return None
    with suppress(ValueError):
        moment = datetime.strptime(found[1].decode("ascii", "replace").strip(), "%d-%b-%Y %H:%M:%S %z")
        return moment if 1980 <= moment.year <= 2200 else None
    return None
