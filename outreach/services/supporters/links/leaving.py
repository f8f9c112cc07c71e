"""What the link "leave the list" leads to: leave, come back, never again. The one click of RFC 8058 is `leave`.

The page says whose membership it is, masked: a mail that was forwarded ends nobody's by mistake.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from outreach.db.engine import reading, writing
from outreach.outbox.kind import MessageKind
from outreach.services.supporters.opening import Supporters
from outreach.supporters.doors import change_member
from outreach.supporters.erasing import let_go, withdraw_waiting
from outreach.supporters.members import membership
from outreach.supporters.people import LEAVE, Ended, address_of, ended, follow, language_of, refuse, set_keep
from outreach.supporters.statuses import MemberStatus
from outreach.supporters.voices import kept_until

BY = "its member"
COMES_BACK = timedelta(days=1)  # for so long one click puts them on the list again


@dataclass(frozen=True, slots=True)
class Leaving:
    """How somebody stands to the list. `address` is masked, blank once it was erased.

    `comes_back`: they left, and may come back by the same link. `never_again`: they have just been erased, and refused.
    """

    on_the_list: bool
    address: str = ""
    language: str = ""
    comes_back: bool = False
    never_again: bool = False


GONE = Leaving(on_the_list=False)


def masked(address: str) -> str:
    """Give as much of an address as its owner needs to know it: n…@e….org."""
    local, _, domain = address.rpartition("@")
    name, dot, top = domain.rpartition(".")
    return f"{local[:1]}…@{(name or domain)[:1]}…{dot}{top if dot else ''}"


def look(supporters: Supporters, token: str) -> Leaving | None:
    """Say whose membership a link is about, and how it stands; None for a link that never was."""
    with reading(supporters.store.engine) as connection:
        return _look(supporters, connection, token)


def leave(supporters: Supporters, token: str, at: datetime) -> Leaving | None:
    """Take somebody off the list; again it is as once. None for a link that never was."""
    return _change(supporters, token, MemberStatus.LEFT, at)


def rejoin(supporters: Supporters, token: str, at: datetime) -> Leaving | None:
    """Put somebody on the list again who left by this link; None for a link that never was."""
    return _change(supporters, token, MemberStatus.MEMBER, at)


def never_again(supporters: Supporters, token: str, at: datetime) -> Leaving | None:
    """Take somebody off the list, erase who they are, and keep the one thing by which no mail goes there again.

    Voices of theirs that count go on counting. None for a link that never was.
    """
    with writing(supporters.store.engine) as connection:
        supporter = _supporter(connection, token)
        if supporter is None:
            return _look(supporters, connection, token)
        address = address_of(supporters.store, connection, supporter)
        if address is not None:
            refuse(supporters.store, connection, address, None)
        language = language_of(connection, supporter)
        let_go(connection, supporter, at, BY, "never again", Ended.LEFT)
        return Leaving(on_the_list=False, language=language, never_again=True)


def _change(supporters: Supporters, token: str, to: MemberStatus, at: datetime) -> Leaving | None:
    with writing(supporters.store.engine) as connection:
        supporter = _supporter(connection, token)
        if supporter is not None and to is MemberStatus.LEFT:
            take_off_the_list(supporters, connection, supporter, at, "by their link")
        elif supporter is not None and change_member(connection, supporter, to, at, BY, "by their link"):
            set_keep(connection, supporter, None)
        return _look(supporters, connection, token)


def take_off_the_list(
    supporters: Supporters, connection: Connection, supporter: int, at: datetime, why: str, by: str = BY
) -> bool:
    """Take somebody off the list, in the caller's (writing) transaction; False where they are not on it."""
    if not change_member(connection, supporter, MemberStatus.LEFT, at, by, why):
        return False
    withdraw_waiting(connection, supporter, at, by, "they left the list", MessageKind.UPDATE)
    until = kept_until(connection, supporter, supporters.campaign.settings.web.keep_days)
    set_keep(connection, supporter, max(at + COMES_BACK, until or at))
    return True


def _supporter(connection: Connection, token: str) -> int | None:
    found = follow(connection, token)
    return found.supporter if found is not None and found.purpose == LEAVE else None


def _look(supporters: Supporters, connection: Connection, token: str) -> Leaving | None:
    supporter = _supporter(connection, token)
    if supporter is None:
        return None if ended(connection, token) is None else GONE
    member = membership(connection, supporter)
    address = address_of(supporters.store, connection, supporter) or ""
    left = member is not None and member.status is MemberStatus.LEFT
    return Leaving(
        on_the_list=member is not None and member.status is MemberStatus.MEMBER,
        address=masked(address) if address else "",
        language=language_of(connection, supporter),
        comes_back=left,
    )
