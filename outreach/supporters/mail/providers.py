"""Counts the mails that go to one provider on a day, and the complaints: before a provider calls the list bulk mail.

What is kept of a provider is a keyed hash under a salt of the day, in the caps. Knows no server and no settings.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, literal, select

from outreach.outbox.models import ledger
from outreach.outbox.status import Status
from outreach.supporters.guard.caps import add_of_day
from outreach.supporters.statuses import MemberStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import story

OTHER = "one provider"
LEAST = 3  # complaints: of fewer, a share says nothing, and one hostile member could stop the list
FOR = timedelta(days=30)
_NAMED = {
    "Gmail": ("gmail.com", "googlemail.com"),
    "Outlook": ("outlook.com", "hotmail.com", "live.com", "msn.com"),
    "Yahoo": ("yahoo.com", "ymail.com", "rocketmail.com", "aol.com"),
    "iCloud": ("icloud.com", "me.com", "mac.com"),
    "Proton": ("proton.me", "protonmail.com", "pm.me"),
    "GMX": ("gmx.net", "gmx.com", "gmx.de", "gmx.ch", "gmx.at", "web.de"),
}
_BY_DOMAIN = {domain: name for name, domains in _NAMED.items() for domain in domains}
_IN_MANY_COUNTRIES = {"yahoo": "Yahoo", "hotmail": "Outlook", "outlook": "Outlook", "live": "Outlook", "gmx": "GMX"}


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose mailboxes an address is among: `what` tells providers apart, `name` is for people."""

    what: str
    name: str


@dataclass(frozen=True, slots=True)
class Many:
    """A provider that got many mails of ours today."""

    name: str
    mails: int


@dataclass(frozen=True, slots=True)
class Complaints:
    """How many members complained in 30 days, of how many mails."""

    members: int
    mails: int


def provider_of(address: str) -> Provider:
    """Give the provider of an address: a big one by its name, any other by its domain."""
    domain = address.rpartition("@")[2].strip().lower()
    name = _BY_DOMAIN.get(domain) or _IN_MANY_COUNTRIES.get(domain.partition(".")[0])
    return Provider(name or domain, name or OTHER)


def count(store: Store, connection: Connection, sent: Counter[Provider], warn_at: int, at: datetime) -> list[Many]:
    """Count mails that were sent, in the caller's transaction; gives providers that have just got so many today."""
    reached = list[Many]()
    for provider, mails in sent.items():
        today = add_of_day(store, connection, f"provider {provider.what}", mails, at)
        if today - mails < warn_at <= today:
            reached.append(Many(provider.name, today))
    return reached


def complaints(connection: Connection, share: float, at: datetime) -> Complaints | None:
    """Give the complaints of 30 days where they are at least that share of the mails sent; None while all is well.

    A share of 1 is none: then nothing is looked at.
    """
    if share >= 1:
        return None
    since = at - FOR
    # Written into the statement, so that SQLite sees that the index of complaints has all of them.
    member, complained = (literal(word, literal_execute=True) for word in ("member", MemberStatus.COMPLAINED.value))
    told = (story.c.what == member, story.c.to_status == complained, story.c.at >= since)
    number = connection.execute(select(func.count()).select_from(story).where(*told)).scalar_one()
    if number < LEAST:
        return None
    mails = connection.execute(
        select(func.count()).where(ledger.c.to_status == Status.SENT.value, ledger.c.at >= since)
    ).scalar_one()
    return Complaints(number, mails) if number >= share * mails else None
