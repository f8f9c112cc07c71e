"""Reads the messages of a folder in lots, around those that a server stumbles over. Knows no database.

Whoever reads decides what becomes of a message; a lot is bounded, so memory is too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from outreach.errors import MailboxLost
from outreach.inbox.mailbox.connection import Fetched, Mailbox
from outreach.inbox.mailbox.faults import Refused
from outreach.settings.mail import ImapServer


class OpenFolder(Protocol):
    """A folder that is open, and its UIDVALIDITY; to be altered, or only read."""

    @property
    def mailbox(self) -> Mailbox[ImapServer]: ...
    @property
    def name(self) -> str: ...
    @property
    def uidvalidity(self) -> int: ...
    @property
    def alter(self) -> bool: ...


def lots(sizes: Mapping[int, int], most: int, most_bytes: int) -> Iterator[list[int]]:
    """Part UIDs into lots to read at a time, oldest first: many small messages, or one that is large."""
    lot, total = list[int](), 0
    for uid, size in sorted(sizes.items()):
        if lot and (len(lot) == most or total + size > most_bytes):
            yield lot
            lot, total = [], 0
        lot.append(uid)
        total += size
    if lot:
        yield lot


def read(folder: OpenFolder, uids: Sequence[int], problems: dict[str, str]) -> list[Fetched]:
    """Read messages; when the server stumbles over one of them, the others all the same.

    Those that it cannot give are named in `problems`, with the reason. Raises MailboxLost where the line is broken.
    """
    try:
        return folder.mailbox.read(uids)
    except Refused:
        pass
    except MailboxLost:
        _reopen(folder)
    return list(_one_by_one(folder, uids, problems))


def _one_by_one(folder: OpenFolder, uids: Sequence[int], problems: dict[str, str]) -> Iterator[Fetched]:
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


def _reopen(folder: OpenFolder) -> None:
    if folder.mailbox.reopen(folder.name, alter=folder.alter) != folder.uidvalidity:
        raise MailboxLost(f"the folder {folder.name} was made anew while it was read. Do the same again")
