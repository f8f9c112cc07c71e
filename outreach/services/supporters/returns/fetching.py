"""Fetches what came to the mailbox of supporters: each mail gets its effect, then it is removed from there for good.

What is for a person stays, unread and flagged, and is looked at no more. Killed at any moment, the next fetch goes on.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from outreach.db.engine import writing
from outreach.errors import OutreachError, UsageError
from outreach.inbox.mailbox.connection import Mailbox, Which
from outreach.inbox.mailbox.fetch import require_own_mailbox
from outreach.inbox.mailbox.reading import lots, read
from outreach.outbox.store import now
from outreach.services.supporters.opening import Supporters
from outreach.services.supporters.returns.applying import apply
from outreach.settings.mail import ImapServer
from outreach.settings.settings import Settings
from outreach.supporters.returns.deciding import Act
from outreach.supporters.returns.marks import forget

log = logging.getLogger(__package__)
MOST, MOST_BYTES = 50, 20 << 20  # read at a time
LARGEST = 10 << 20  # bytes: a larger mail is for a person


@dataclass(frozen=True, slots=True)
class Returned:
    """What a fetch did: how many mails had which effect, and how many wait in the mailbox for a person."""

    acts: Counter[Act] = field(default_factory=Counter[Act])
    waiting: int = 0

    @property
    def has_news(self) -> bool:
        """Say whether there was anything but what changes nothing."""
        return any(number for act, number in self.acts.items() if act is not Act.NOTHING)


@dataclass(frozen=True, slots=True)
class _Folder:
    """The folder, open to be altered."""

    mailbox: Mailbox[ImapServer]
    name: str
    uidvalidity: int
    alter: bool = True


def require_mailbox(settings: Settings) -> None:
    """Raise UsageError or SettingsError where there is no mailbox of supporters that may be read."""
    if not settings.returns.host:
        raise UsageError(
            "no mailbox of supporters is configured. Set [returns] host and username in outreach.toml and "
            "OUTREACH_RETURNS__PASSWORD in .env"
        )
    require_own_mailbox(settings)


def fetch_returns(
    supporters: Supporters, *, is_over: Callable[[], bool] = lambda: False, clock: Callable[[], datetime] = now
) -> Returned:
    """Fetch once, until nothing is left or `is_over`; errors as `require_mailbox` raises them, and in a rehearsal.

    Raises MailboxError, MailboxLost or StorageFailed; what had its effect until then has it once.
    """
    settings = supporters.campaign.settings
    require_mailbox(settings)
    if supporters.store.rehearsal:
        raise UsageError(
            "in a rehearsal nothing is fetched: whoever joined by mail would be on the rehearsal's list, and their "
            "mail would be gone. Set [smtp] host first"
        )
    acts = Counter[Act]()
    with Mailbox(settings.returns) as mailbox:
        mailbox.require_removal()
        name = settings.returns.folder
        folder = _Folder(mailbox, name, mailbox.open(name, alter=True))
        sizes = mailbox.sizes(mailbox.uids(Which.UNFLAGGED))
        _leave(folder, [uid for uid, size in sizes.items() if size > LARGEST])
        for lot in lots({uid: size for uid, size in sizes.items() if size <= LARGEST}, MOST, MOST_BYTES):
            if is_over():
                break
            acts += _take(supporters, folder, lot, clock())
        waiting = len(mailbox.uids(Which.FLAGGED))
    return Returned(acts, waiting)


def _take(supporters: Supporters, folder: _Folder, uids: Sequence[int], at: datetime) -> Counter[Act]:
    acts, done, removed = Counter[Act](), list[int](), list[bytes]()
    for message in read(folder, uids, dict[str, str]()):
        act = _apply(supporters, message.raw, at)
        acts[act] += 1
        if act is not Act.FOR_A_PERSON:
            done.append(message.uid)
            removed.append(message.raw)
    # What the server could not give is among those that are left: else each fetch would stumble over it.
    _leave(folder, [uid for uid in uids if uid not in done])
    if done:
        folder.mailbox.remove(done)
        with writing(supporters.store.engine) as connection:
            forget(supporters.store, connection, removed, at)
    return acts


def _apply(supporters: Supporters, raw: bytes, at: datetime) -> Act:
    try:
        return apply(supporters, raw, at)
    except OutreachError:
        raise
    except Exception as error:  # noqa: BLE001 - one mail that nobody foresaw must not stop a mailbox; nothing came of it
        log.info("a mail could not be read: %(error)s", {"error": type(error).__name__})
        return Act.FOR_A_PERSON


def _leave(folder: _Folder, uids: Sequence[int]) -> None:
    if uids:
        folder.mailbox.flag(uids)
