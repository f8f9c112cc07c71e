"""Fetches what is new in a mailbox, batch by batch: stored first, then flagged or moved as the settings say.

Knows no rules about mail: connection.py asks the server, receive.py takes a message in.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from outreach.db.engine import reading, writing
from outreach.errors import SettingsError, UsageError
from outreach.inbox.mailbox.connection import Mailbox
from outreach.inbox.mailbox.reading import lots, read
from outreach.inbox.models import places
from outreach.inbox.receive import BATCH, BATCH_BYTES, Inbox, Incoming, Place, Received, receive
from outreach.next_step import Action, NextStep
from outreach.outbox.store import Outbox
from outreach.settings.mail import ImapSettings
from outreach.settings.settings import Settings

log = logging.getLogger(__package__)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that is open, and its UIDVALIDITY; `after` is what happens to a message that is on file."""

    mailbox: Mailbox[ImapSettings]
    outbox: Outbox
    name: str
    uidvalidity: int
    after: str

    @property
    def alter(self) -> bool:
        return self.after != "keep"

    def place(self, uid: int) -> Place:
        return Place(self.mailbox.account, self.name, self.uidvalidity, uid)


def fetch(inbox: Inbox, mailbox: Mailbox[ImapSettings], problems: dict[str, str]) -> Iterator[list[Received]]:
    """Store what the folders have that was not read from there before; yields each batch when it is on disk.

    A rehearsal alters nothing in the mailbox. Messages that the server cannot give are named in `problems`, with the
    reason, and asked for again the next time. Raises MailboxError, MailboxLost or StorageFailed; what was yielded is
    safe.
    """
    if inbox.outbox is None:
        raise ValueError("without an outbox nothing can be fetched")
    settings = mailbox.settings
    after = "keep" if inbox.outbox.rehearsal else settings.after
    _check(mailbox, settings, after)
    for name in settings.folders:
        uidvalidity = mailbox.open(name, alter=after != "keep")
        yield from _fetch_folder(inbox, Folder(mailbox, inbox.outbox, name, uidvalidity, after), problems)


def require_host(settings: ImapSettings) -> None:
    """Raise UsageError where no mailbox is configured."""
    if not settings.host:
        raise UsageError(
            "no mailbox is configured, so there is nothing to fetch. Set [imap] host and username in outreach.toml and "
            "OUTREACH_IMAP__PASSWORD in the environment",
            next_step=NextStep(Action.IMPORT_MAIL),
        )


def require_own_mailbox(settings: Settings) -> None:
    """Raise SettingsError where the mailbox of the letters is also that of supporters.

    What comes to the letters is kept for ever, and read by the whole team: no supporter's address may be in it.
    """
    if settings.returns.is_read_too(settings.imap):
        raise SettingsError(
            "[imap] and [returns] are the same mailbox: then mails of supporters, with their addresses, would be kept "
            "with those of missions, and nothing could be erased. Give [returns] a mailbox with a login of its own, or "
            "a folder of its own that your server sorts such mail into; nothing was read"
        )


def _check(mailbox: Mailbox[ImapSettings], settings: ImapSettings, after: str) -> None:
    if after != "move":
        return
    if settings.moved_to in settings.folders:
        raise UsageError(
            f"[imap] moved_to is {settings.moved_to}, which is read too, so messages would be moved in a circle: "
            "name another folder"
        )
    mailbox.require_move()


def _fetch_folder(inbox: Inbox, folder: Folder, problems: dict[str, str]) -> Iterator[list[Received]]:
    there, known = folder.mailbox.uids(), _known(folder)
    _file(folder, [uid for uid in there if uid in known and not known[uid]])
    new = [uid for uid in there if uid not in known]
    log.info("a folder has %(messages)d messages, %(new)d of them new", {"messages": len(there), "new": len(new)})
    for batch in lots(folder.mailbox.sizes(new), BATCH, BATCH_BYTES):
        found = read(folder, batch, problems)
        received = receive(
            inbox, [Incoming(each.raw, "imap", folder.name, each.arrived_at, folder.place(each.uid)) for each in found]
        )
        _file(folder, [message.uid for message in found])
        if received:
            yield received


def _known(folder: Folder) -> dict[int, bool]:
    """Map the UIDs on file to whether they were flagged or moved."""
    here = (
        (places.c.account == folder.mailbox.account)
        & (places.c.folder == folder.name)
        & (places.c.uidvalidity == folder.uidvalidity)
    )
    with reading(folder.outbox.engine) as connection:
        rows = connection.execute(select(places.c.uid, places.c.filed).where(here)).all()
    return {row.uid: row.filed for row in rows}


def _file(folder: Folder, uids: Sequence[int]) -> None:
    """Flag or move messages that are on file, then remember that it was done; doing it twice does no harm."""
    if not folder.alter or not uids:
        return
    if folder.after == "flag":
        folder.mailbox.flag(uids)
    else:
        folder.mailbox.move(uids, folder.mailbox.settings.moved_to)
    with writing(folder.outbox.engine) as connection:
        for uid in uids:
            place = folder.place(uid)
            here = (places.c.account == place.account) & (places.c.folder == place.folder)
            here &= (places.c.uidvalidity == place.uidvalidity) & (places.c.uid == uid)
            connection.execute(update(places).where(here).values(filed=True))
