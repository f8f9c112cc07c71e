"""Which outbox a command works on: the real one, or the rehearsal's own; opened, migrated and told the truth."""

import base64
import hashlib
import hmac
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, select, text

from outreach.db.engine import database_exists, open_database, parse_url, place, read_mark, reading, write_mark, writing
from outreach.db.sqlite import sqlite_file
from outreach.errors import DatabaseError, StorageFailed
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key, campaign_key, messages
from outreach.outbox.queue import entries, recover
from outreach.outbox.status import HELD
from outreach.settings.settings import Settings

FILE = "outreach.db"
REHEARSAL_FILE = "rehearsal.db"
# What a database says it is for: whether it is a rehearsal's.
MARKS = {False: int.from_bytes(b"outr"), True: int.from_bytes(b"rehe")}
RECOVERY = "outreach, after a run that ended early"


@dataclass(frozen=True, slots=True)
class Outbox:
    """An open outbox. A rehearsal never shares a file with the real one, so it can never mark a mission as asked.

    `unwritable` says why the messages of a dead run could not be recovered; empty when all is well.
    """

    engine: Engine
    rehearsal: bool
    secret: bytes
    unwritable: str = ""

    @property
    def channel(self) -> str:
        """Give the name of the channel that letters leave through."""
        return "rehearsal" if self.rehearsal else "smtp"

    def token(self, key: Key) -> str:
        """Make the message's unguessable token, the same at every call: so a preview shows the real Message-ID.

        HMAC-SHA-256 with the campaign's key, 130 bits, lower-case base32 (safe in Message-ID and envelope).
        """
        digest = hmac.new(self.secret, key.text.encode(), hashlib.sha256).digest()
        return base64.b32encode(digest).decode().lower()[:26]

    def pseudonym(self, address: str) -> str:
        """Give what stands for an address that was erased: the same each time, and nobody reads the address from it.

        Whoever has this database and guesses an address can find out whether it was that one.
        """
        digest = hmac.new(self.secret, f"erased {address.strip().lower()}".encode(), hashlib.sha256).hexdigest()
        return f"erased-{digest[:20]}{PSEUDONYM}"


PSEUDONYM = "@erased.invalid"  # no mail can go there (RFC 6761)


def now() -> datetime:
    return datetime.now(UTC)


def open_outbox(folder: Path, settings: Settings, *, rehearsal: bool) -> Outbox:
    """Open (and if need be make) an outbox; messages of a worker that died are settled or marked unconfirmed first."""
    url = _url(folder, settings, rehearsal=rehearsal)
    engine = open_database(url, MARKS[rehearsal])
    _check_mark(engine, place(url), rehearsal=rehearsal)
    with reading(engine) as connection:
        secret = connection.scalar(select(campaign_key.c.secret))
    return Outbox(engine, rehearsal, bytes(secret or b""), recover_from_dead_runs(engine))


def _check_mark(engine: Engine, name: str, *, rehearsal: bool) -> None:
    """Refuse a rehearsal's file in the place of the real one, or the other way round; mark one that has no mark yet."""
    with reading(engine) as connection:
        marked = read_mark(connection)
        found = marked or _mark_by_letters(connection)
    if found == MARKS[not rehearsal]:
        what, other = ("the real outbox", FILE) if rehearsal else ("a rehearsal's outbox", REHEARSAL_FILE)
        raise DatabaseError(f"{name}: this is {what}, under another name. Name it {other} again, or move it aside")
    if marked:
        return
    with suppress(StorageFailed), writing(engine) as connection:
        write_mark(connection, MARKS[rehearsal])


def _mark_by_letters(connection: Connection) -> int | None:
    """Give the mark that a file from before there were marks should have, by the channel of a letter in it."""
    channel = connection.scalar(select(messages.c.channel).where(messages.c.kind == MessageKind.LETTER.value).limit(1))
    return None if channel is None else MARKS[channel == "rehearsal"]


def recover_from_dead_runs(engine: Engine) -> str:
    """Queue again, or mark unconfirmed, what runs held that are dead now; why that cannot be written, or blank."""
    with reading(engine) as connection:
        if not entries(connection, statuses=HELD):
            return ""
    try:
        with writing(engine) as connection:
            recover(connection, now(), RECOVERY)
    except StorageFailed as error:
        return str(error)
    return ""


def existing_outbox(folder: Path, settings: Settings, *, rehearsal: bool) -> Outbox | None:
    """Open an outbox that is there, or give None: looking makes no files."""
    if not database_exists(_url(folder, settings, rehearsal=rehearsal)):
        return None
    return open_outbox(folder, settings, rehearsal=rehearsal)


def _url(folder: Path, settings: Settings, *, rehearsal: bool) -> URL:
    rehearsed = sqlite_file(folder.resolve() / REHEARSAL_FILE)
    if rehearsal:
        return rehearsed
    if not settings.database_url:
        return sqlite_file(folder.resolve() / FILE)
    url = parse_url(settings.database_url, folder)
    if url == rehearsed:
        raise DatabaseError(f"OUTREACH_DATABASE_URL names {REHEARSAL_FILE}, the rehearsal's; name another file")
    return url


def shows_rehearsal(folder: Path, settings: Settings, *, asked_for: bool) -> bool:
    """Say whether listings show the rehearsal's outbox: when asked for, or while there is nothing but a rehearsal.

    A mail server, a mailbox, an account for posts, a database that was named, a message that was queued, or an answer
    that came in make it the real one.
    """
    in_earnest = settings.mail_server_configured or settings.imap.host or settings.networks or settings.database_url
    if asked_for or in_earnest:
        return asked_for
    if not (folder / FILE).exists():
        return True
    return (folder / REHEARSAL_FILE).exists() and not _was_used(folder, settings)


def _was_used(folder: Path, settings: Settings) -> bool:
    """Say whether it ever held a letter or post, or the inbox beside it a message."""
    with reading(open_outbox(folder, settings, rehearsal=False).engine) as connection:
        return any(
            connection.scalar(text(f"SELECT 1 FROM {table} LIMIT 1"))  # noqa: S608 - our own names
            for table in ("messages", "inbound")
        )
