"""Fetches what is new in a mailbox, batch by batch: stored first, then flagged or moved as the settings say.

Knows no rules about mail: connection.py asks the server, receive.py takes a message in.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from outreach.db.engine import reading, writing
from outreach.errors import MailboxLost, UsageError
from outreach.inbox.mailbox.connection import Fetched, Mailbox
from outreach.inbox.mailbox.faults import Refused
from outreach.inbox.models import places
from outreach.inbox.receive import BATCH, BATCH_BYTES, Inbox, Incoming, Place, Received, receive
from outreach.next_step import Action, NextStep
from outreach.outbox.store import Outbox
from outreach.settings.mail import ImapSettings

log = logging.getLogger(__package__)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that is open, and its UIDVALIDITY; `after` is what happens to a message that is on file."""

    mailbox: Mailbox
    outbox: Outbox
    name: str
    uidvalidity: int
    after: str

    @property
    def alter(self) -> bool:
        return self.after != "keep"

    def place(self, uid: int) -> Place:
        return Place(self.mailbox.account, self.name, self.uidvalidity, uid)


def fetch(inbox: Inbox, mailbox: Mailbox, problems: dict[str, str]) -> Iterator[list[Received]]:
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


def _check(mailbox: Mailbox, settings: ImapSettings, after: str) -> None:
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
    for batch in _batches(folder.mailbox.sizes(new)):
        found = _read(folder, batch, problems)
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


def _batches(sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """Part UIDs into lots to read at a time, oldest first: many small messages, or one that is large."""
    batch, total = list[int](), 0
    for uid, size in sorted(sizes.items()):
        if batch and (len(batch) == BATCH or total + size > BATCH_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch


def _read(folder: Folder, uids: Sequence[int], problems: dict[str, str]) -> list[Fetched]:
    """Read messages; when the server stumbles over one of them, the others all the same."""
    try:
        return folder.mailbox.read(uids)
    except Refused:
        pass
    except MailboxLost:
        _reopen(folder)
    return list(_one_by_one(folder, uids, problems))


def _one_by_one(folder: Folder, uids: Sequence[int], problems: dict[str, str]) -> Iterator[Fetched]:
    """Read one at a time. A message that breaks the line is left; after two in a row, the line itself is broken."""
    broken = False
    for uid in uids:
        try:
            yield from folder.mailbox.read([uid])
            broken = False
        except Refused as error:
            problems[f"{folder.name}, message UID {uid}"] = str(error)
        except MailboxLost as error:
            if broken:
                raise
            broken = True
            problems[f"{folder.name}, message UID {uid}"] = str(error)
            _reopen(folder)


def _reopen(folder: Folder) -> None:
    if folder.mailbox.reopen(folder.name, alter=folder.alter) != folder.uidvalidity:
        raise MailboxLost(f"the folder {folder.name} was made anew while it was read. Do the same again")


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
