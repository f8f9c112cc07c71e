"""Somebody with an address: found by fingerprint, made, opened, linked to. Knows no voices and no mails' words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, func, literal, select, update

from outreach.db.engine import insert_or_ignore, leave_traces
from outreach.supporters.sealing import hash_of
from outreach.supporters.store import Store
from outreach.supporters.tables import ended_links, links, refusals, supporters

ADDRESS = "address"
CONFIRM, JOIN, VOICE, LEAVE = "confirm", "join", "voice", "leave"  # what a personal link is for
ABOUT_A_VOICE = frozenset({CONFIRM, VOICE})


class Ended(StrEnum):
    """Why a personal link leads nowhere any more."""

    EXPIRED = "expired"
    NOT_ME = "not-me"
    TAKEN_BACK = "taken-back"
    LEFT = "left"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Link:
    """What a personal link is about: a voice, or (join, leave) the supporter alone."""

    purpose: str
    supporter: int
    voice: int | None


def find(store: Store, connection: Connection, address: str) -> int | None:
    """Give the number of whoever has this address; None where nobody does."""
    mark = store.sealer.fingerprint(address)
    found: int | None = connection.scalar(select(supporters.c.id).where(supporters.c.fingerprint == mark))
    return found


def find_or_add(
    store: Store, connection: Connection, address: str, language: str, at: datetime, until: datetime
) -> int:
    """Give the number of whoever has this address, new or known; kept until that moment at least.

    Who is known keeps the address that was first given. A member's seal has no end: that stays so.
    """
    sealer = store.sealer
    row = {
        "fingerprint": sealer.fingerprint(address),
        "sealed": sealer.seal(address.strip(), ADDRESS),
        "language": language,
        "created_at": at,
        "keep_until": until,
    }
    made: int | None = connection.scalar(
        insert_or_ignore(connection, supporters, ["fingerprint"]).values(row).returning(supporters.c.id)
    )
    if made is not None:
        return made
    found = find(store, connection, address)
    if found is None:
        raise LookupError("a supporter was neither made nor found")
    keep(connection, found, until)
    return found


def keep(connection: Connection, supporter: int, until: datetime) -> None:
    """Keep somebody's address until that moment at least; what has no end stays without."""
    longer = func.max(supporters.c.keep_until, until)  # SQLite's max of two is NULL where one is
    connection.execute(update(supporters).where(supporters.c.id == supporter).values(keep_until=longer))


def set_keep(connection: Connection, supporter: int, until: datetime | None) -> None:
    """Keep somebody's address until that moment, whatever was before; None: as long as they are a member."""
    connection.execute(update(supporters).where(supporters.c.id == supporter).values(keep_until=until))


def language_of(connection: Connection, supporter: int) -> str:
    """Give the language in which mails to somebody are."""
    found: str = connection.execute(select(supporters.c.language).where(supporters.c.id == supporter)).scalar_one()
    return found


def address_of(store: Store, connection: Connection, supporter: int) -> str | None:
    """Unseal somebody's address; None once it was erased."""
    sealed = connection.scalar(select(supporters.c.sealed).where(supporters.c.id == supporter))
    return None if sealed is None else store.sealer.unseal(bytes(sealed), ADDRESS)


def is_refused(store: Store, connection: Connection, address: str, at: datetime) -> bool:
    """Say whether this address wants no mail of ours: never again, or not yet."""
    mine = refusals.c.fingerprint == store.sealer.fingerprint(address)
    found = connection.execute(select(refusals.c.until).where(mine)).one_or_none()
    return found is not None and (found.until is None or found.until > at)


def refuse(store: Store, connection: Connection, address: str, until: datetime | None) -> None:
    """Send this address nothing until then, or (None) never again; a longer refusal stays."""
    mark = store.sealer.fingerprint(address)
    added = connection.execute(
        insert_or_ignore(connection, refusals, ["fingerprint"]).values(fingerprint=mark, until=until)
    ).rowcount
    if not added:
        longer = func.max(refusals.c.until, until) if until else None
        connection.execute(update(refusals).where(refusals.c.fingerprint == mark).values(until=longer))


def lift_refusal(store: Store, connection: Connection, address: str) -> None:
    """Send this address mail again: its owner asked for it, and that it was the owner is proven."""
    leave_traces(connection)
    connection.execute(delete(refusals).where(refusals.c.fingerprint == store.sealer.fingerprint(address)))


def link(store: Store, connection: Connection, purpose: str, subject: int, supporter: int) -> None:
    """Make a personal link known; made again it is the same."""
    row = {
        "hash": hash_of(store.sealer.token(purpose, subject)),
        "purpose": purpose,
        "subject": subject,
        "supporter": supporter,
    }
    connection.execute(insert_or_ignore(connection, links).values(row))


def link_all(store: Store, connection: Connection, purpose: str, people: Iterable[int]) -> None:
    """Make the personal links of many known, that are about themselves."""
    token = store.sealer.token
    rows = [
        {"hash": hash_of(token(purpose, who)), "purpose": purpose, "subject": who, "supporter": who} for who in people
    ]
    connection.execute(insert_or_ignore(connection, links), rows)


def follow(connection: Connection, token: str) -> Link | None:
    """Give what a personal link is about; None for one that there is not, or not any more."""
    found = connection.execute(
        select(links.c.purpose, links.c.subject, links.c.supporter).where(links.c.hash == hash_of(token))
    ).one_or_none()
    if found is None:
        return None
    return Link(found.purpose, found.supporter, found.subject if found.purpose in ABOUT_A_VOICE else None)


def ended(connection: Connection, token: str) -> Ended | None:
    """Say why a link leads nowhere any more; None for one that still does, or never did."""
    found = connection.scalar(select(ended_links.c.why).where(ended_links.c.hash == hash_of(token)))
    return None if found is None else Ended(found)


def unlink(connection: Connection, supporter: int, why: Ended) -> None:
    """Let all personal links of somebody lead nowhere. Who follows one is told why, and nothing else is known of it."""
    _end(connection, why, links.c.supporter == supporter)


def unlink_one(connection: Connection, purpose: str, subject: int, why: Ended) -> None:
    """Let one personal link lead nowhere."""
    _end(connection, why, links.c.purpose == purpose, links.c.subject == subject)


def _end(connection: Connection, why: Ended, *which: ColumnElement[bool]) -> None:
    rows = select(links.c.hash, literal(why.value)).where(*which)
    connection.execute(insert_or_ignore(connection, ended_links).from_select(["hash", "why"], rows))
    connection.execute(delete(links).where(*which))


def seal_words(store: Store, supporter: int, text: str) -> bytes | None:
    """Seal words that somebody wrote with their voice, or the name they gave; None where there are none."""
    return store.sealer.seal(text, f"voice of {supporter}") if text else None


def unseal_words(store: Store, supporter: int, sealed: bytes | None) -> str:
    """Open what `seal_words` made; blank where there was nothing, or it was erased."""
    return "" if sealed is None else store.sealer.unseal(bytes(sealed), f"voice of {supporter}")
