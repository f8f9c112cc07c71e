"""Erases what is due, by the clock: unconfirmed forms, who left, addresses and words that were kept long enough.

An address goes `keep_days` after its last voice was confirmed, and the voice counts as before. Words that a letter may
still quote stay, tied to nobody, until the ask is over for `keep_days`; others go with the address.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from outreach.db.engine import clear_traces, reading, writing
from outreach.services.supporters.opening import Supporters
from outreach.supporters.doors import change_member, change_voice
from outreach.supporters.erasing import end_membership, erase_voice, erase_words, let_go
from outreach.supporters.expiry import (
    addresses_due,
    ended_members,
    remove_old,
    unconfirmed_members,
    unconfirmed_voices,
    words_due,
)
from outreach.supporters.guard.caps import throw_away_old
from outreach.supporters.mail.drafts import withdraw_confirm
from outreach.supporters.people import CONFIRM, JOIN, LEAVE, Ended, address_of, refuse, set_keep, unlink_one
from outreach.supporters.statuses import MemberStatus, VoiceStatus
from outreach.supporters.voices import confirm_links_of, kept_until

BY = "outreach, what is due"
BATCH = 20  # erased in one transaction: forms that come wait for it
A_DAY = timedelta(days=1)  # within which whoever left comes back by one click
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Expired:
    """How much was erased; `undone` says what could not be cleared from the files, or is blank."""

    voices: int = 0
    members: int = 0
    addresses: int = 0
    words: int = 0
    undone: str = ""


def expire(supporters: Supporters, at: datetime) -> Expired:
    """Erase what is due. Killed at any moment, the next call goes on; what is not due is never touched.

    Raises StorageFailed where it cannot be written; what was erased until then stays erased.
    """
    store, campaign = supporters.store, supporters.campaign
    web = campaign.settings.web
    unconfirmed = at - timedelta(days=web.confirm_days)
    long_ago = at - timedelta(days=web.keep_days)
    today = campaign.day or at.astimezone(campaign.settings.timezone).date()
    open_asks = [ask.id for ask in campaign.asks.values() if ask.last_day + timedelta(days=web.keep_days) >= today]

    def expire_voice(connection: Connection, due: tuple[int, int, str]) -> None:
        voice, supporter, ask = due
        why = f"not confirmed within {web.confirm_days} days"
        change_voice(connection, voice, VoiceStatus.EXPIRED, at, BY, why)
        erase_voice(connection, voice)
        for older in confirm_links_of(connection, supporter, ask):
            withdraw_confirm(connection, supporter, older, at=at, by=BY, why=why)
            unlink_one(connection, CONFIRM, older, Ended.EXPIRED)

    def expire_member(connection: Connection, supporter: int) -> None:
        why = f"not confirmed within {web.confirm_days} days"
        change_member(connection, supporter, MemberStatus.EXPIRED, at, BY, why)
        withdraw_confirm(connection, supporter, None, at=at, by=BY, why=why)
        unlink_one(connection, JOIN, supporter, Ended.EXPIRED)
        end(connection, (supporter, MemberStatus.EXPIRED))

    def end(connection: Connection, due: tuple[int, MemberStatus]) -> None:
        supporter, how = due
        address = address_of(store, connection, supporter)
        if how is MemberStatus.COMPLAINED and address is not None:
            refuse(store, connection, address, None)
        end_membership(connection, supporter)
        unlink_one(connection, LEAVE, supporter, Ended.LEFT)
        set_keep(connection, supporter, kept_until(connection, supporter, web.keep_days) or at)

    def erase_address(connection: Connection, supporter: int) -> None:
        let_go(connection, supporter, at, BY, "kept long enough", Ended.EXPIRED)

    voices = _each(supporters, lambda c: unconfirmed_voices(c, unconfirmed, BATCH), expire_voice)
    asked = _each(supporters, lambda c: unconfirmed_members(c, unconfirmed, BATCH), expire_member)
    left = _each(supporters, lambda c: ended_members(c, at - A_DAY, BATCH), end)
    addresses = _each(supporters, lambda c: addresses_due(c, at, BATCH), erase_address)
    words = _each(supporters, lambda c: words_due(c, long_ago, open_asks, BATCH), erase_words)
    with writing(store.engine) as connection:
        remove_old(connection, unconfirmed, at)
        throw_away_old(connection, at)
    return Expired(voices, asked + left, addresses, words, clear_traces(store.engine))


def _each(
    supporters: Supporters, find: Callable[[Connection], Sequence[T]], erase: Callable[[Connection, T], None]
) -> int:
    """Erase all that is found, in transactions that others need not wait for long; gives how many."""
    done = 0
    while True:
        with reading(supporters.store.engine) as connection:
            if not find(connection):
                return done
        with writing(supporters.store.engine) as connection:
            for each in find(connection):
                erase(connection, each)
                done += 1
