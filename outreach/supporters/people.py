"""Somebody with an address: found by fingerprint, made, opened, linked to. Knows no voices and no mails' words."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from outreach.db.engine import insert_or_ignore
from outreach.supporters.sealing import hash_of
from outreach.supporters.store import Store
from outreach.supporters.tables import links, refusals, supporters

ADDRESS = "address"
CONFIRM, JOIN, VOICE, LEAVE = "confirm", "join", "voice", "leave"  # what a personal link is for
ABOUT_A_VOICE = frozenset({CONFIRM, VOICE})


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
    longer = func.max(supporters.c.keep_until, until)  # SQLite's max of two is NULL where one is
    connection.execute(update(supporters).where(supporters.c.id == found).values(keep_until=longer))
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


def link(store: Store, connection: Connection, purpose: str, subject: int, supporter: int) -> None:
    """Make a personal link known; made again it is the same."""
    row = {
        "hash": hash_of(store.sealer.token(purpose, subject)),
        "purpose": purpose,
        "subject": subject,
        "supporter": supporter,
    }
    connection.execute(insert_or_ignore(connection, links).values(row))


def follow(connection: Connection, token: str) -> Link | None:
    """Give what a personal link is about; None for one that there is not, or not any more."""
    found = connection.execute(
        select(links.c.purpose, links.c.subject, links.c.supporter).where(links.c.hash == hash_of(token))
    ).one_or_none()
    if found is None:
        return None
    return Link(found.purpose, found.supporter, found.subject if found.purpose in ABOUT_A_VOICE else None)


def unlink(connection: Connection, supporter: int) -> None:
    """Let all personal links of somebody lead nowhere."""
    connection.execute(delete(links).where(links.c.supporter == supporter))


def seal_words(store: Store, supporter: int, words: str, name: str) -> bytes | None:
    """Seal what somebody wrote with their voice; None where they wrote nothing."""
    if not (words or name):
        return None
    return store.sealer.seal(json.dumps({"words": words, "name": name}), f"voice of {supporter}")


def unseal_words(store: Store, supporter: int, sealed: bytes | None) -> tuple[str, str]:
    """Open what `seal_words` made: words and name; both blank where there were none, or they were erased."""
    if sealed is None:
        return "", ""
    opened = json.loads(store.sealer.unseal(bytes(sealed), f"voice of {supporter}"))
    return str(opened["words"]), str(opened["name"])
