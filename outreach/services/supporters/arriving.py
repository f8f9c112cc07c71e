"""Accepts forms that were filled in, and takes them in: a voice or a wish to join, and the mail that asks who it was.

Accepting is one INSERT, whoever it is. Taking in comes later, each form whole or not at all, within what the guard lets
through. Whoever filled in the form learns nothing of what came of it: that comes by mail.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import Connection

from outreach.campaign import Campaign
from outreach.db.engine import reading, writing
from outreach.registry.addresses.disguises import mailbox
from outreach.services.supporters.opening import Supporters
from outreach.supporters.arrivals import JOIN, WRITE, Arrival, remove_arrival, waiting_arrivals, write_arrival
from outreach.supporters.doors import change_voice, tell_of_dropped
from outreach.supporters.erasing import erase_voice
from outreach.supporters.guard.caps import Cap, Caps, Granted
from outreach.supporters.guard.state import Guarded, State, last_state, limits, watch
from outreach.supporters.mail.drafts import queue_confirm, queue_join
from outreach.supporters.members import ask_to_join, may_be_asked
from outreach.supporters.people import find, find_or_add, is_refused
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.voices import OVER, Voice, add_voice, voices_of

BY = "a form"
BATCH = 5  # forms in one transaction: others wait for it a few milliseconds, and the disk is asked once


class _Fate(Enum):
    TAKEN = auto()
    WAITS = auto()  # enough mails for now: it stays where it is


@dataclass(frozen=True, slots=True)
class _Round:
    """What one transaction works with."""

    supporters: Supporters
    connection: Connection
    caps: Caps
    at: datetime


def accept(supporters: Supporters, arrival: Arrival, at: datetime) -> None:
    """Put a form with those that wait. The same work for everybody: one row, on disk when this returns.

    Raises StorageFailed where it cannot be written; then nothing of it is kept.
    """
    with writing(supporters.store.engine) as connection:
        write_arrival(supporters.store, connection, arrival, at)


def take_in(supporters: Supporters, at: datetime, limit: int = 100) -> int:
    """Take in up to that many forms that wait, the oldest first; gives how many are done with.

    Each is taken in once, whole or not at all, also where the process is killed. Where forms caused enough mails for
    now, the rest waits. Call it by the clock and not by what arrives, so that nobody can tell one form from another.
    """
    taken = 0
    while taken < limit:
        wanted = min(BATCH, limit - taken)
        done = _take_some(supporters, at, wanted)
        taken += done
        if done < wanted:
            break
    return taken


def guard(supporters: Supporters) -> Guarded:
    """Say how the forms are (calm, slow, by mail only), and why: as it was when forms were last taken in."""
    with reading(supporters.store.engine) as connection:
        return last_state(connection)


def _take_some(supporters: Supporters, at: datetime, limit: int) -> int:
    store, web = supporters.store, supporters.campaign.settings.web
    with reading(store.engine) as connection:
        if not waiting_arrivals(store, connection, 1) and last_state(connection).state is State.CALM:
            return 0
    done = 0
    with writing(store.engine) as connection:
        state = last_state(connection).state
        work = _Round(supporters, connection, Caps(store, connection, limits(web, state), at), at)
        for number, came, arrival in waiting_arrivals(store, connection, limit):
            if _take(work, number, came, arrival) is _Fate.WAITS:
                break
            remove_arrival(connection, number)
            done += 1
        watch(store, connection, web, at)
    return done


def _take(work: _Round, number: int, came: datetime, arrival: Arrival | None) -> _Fate:
    why = "it cannot be opened" if arrival is None else _why_not(work, arrival)
    if not why and arrival is not None:
        full = _write(work, arrival, came) if arrival.purpose == WRITE else _join(work, arrival, came)
        if full is Cap.ALL:
            return _Fate.WAITS
        why = full.value
    if why:
        tell_of_dropped(work.connection, number, work.at, why, BY)
    return _Fate.TAKEN


def _why_not(work: _Round, arrival: Arrival) -> str:
    """Say why a form is dropped before anything is done with it; blank where nothing speaks against it."""
    campaign = work.supporters.campaign
    if arrival.purpose not in (WRITE, JOIN):
        return "it is for nothing that there is"
    if arrival.purpose == WRITE:
        ask = campaign.asks.get(arrival.ask)
        today = campaign.day or work.at.astimezone(campaign.settings.timezone).date()
        if ask is None or (ask.last_day < today and not work.supporters.store.rehearsal):
            return "its ask is over, or there is none"
        if not arrival.cases or not set(arrival.cases) <= campaign.cases.keys():
            return "it names no case that there is"
    if is_refused(work.supporters.store, work.connection, arrival.address, work.at):
        return "no mail is wanted there"
    if _is_no_persons(campaign, arrival.address):
        return "it is an address of a mission, or our own"
    return ""


def _is_no_persons(campaign: Campaign, address: str) -> bool:
    """Say whether an address is a mission's or our own: forms would flood those whom letters spare, or ourselves."""
    settings = campaign.settings
    own = (settings.sender.email, settings.sender.reply_to, settings.web.by_mail, settings.returns.address)
    missions = (each for mission in campaign.registry.missions.values() for each in mission.known_emails)
    return mailbox(address) in {mailbox(each) for each in (*own, *missions) if each}


def _write(work: _Round, arrival: Arrival, came: datetime) -> Cap:
    """Write a voice and queue its mail.

    One that was confirmed stays, and no mail is sent. One that was not is replaced, and causes no mail either: the link
    that is on its way leads to the newest.
    """
    store, connection = work.supporters.store, work.connection
    known = find(store, connection, arrival.address)
    before = [] if known is None else voices_of(store, connection, known, arrival.ask)
    alive = [voice for voice in before if voice.status not in OVER]
    if any(voice.status is not VoiceStatus.WRITTEN for voice in alive):
        return _join(work, arrival, came) if arrival.joins else Cap.NONE
    granted = Granted(work.caps.form(arrival.address)) if alive else work.caps.mail(arrival.address, arrival.network)
    if granted.cap:
        return granted.cap
    supporter = _supporter(work, arrival, came)
    network = work.caps.network(arrival.network)
    voice = add_voice(store, connection, arrival, supporter, network, came)
    if arrival.joins:
        ask_to_join(connection, supporter, origin=arrival.origin, agreed_to=arrival.agreed_to, at=came, by=BY)
    if alive:
        _replace(work, alive)
    else:
        queue_confirm(
            store, connection, work.supporters.campaign.settings, supporter=supporter, voice=voice,
            language=arrival.language, at=work.at, by=BY, remind=granted.reminder,
        )  # fmt: skip
    return Cap.NONE


def _replace(work: _Round, older: list[Voice]) -> None:
    for voice in older:
        change_voice(work.connection, voice.number, VoiceStatus.EXPIRED, work.at, BY, "a newer form replaces it")
        erase_voice(work.connection, voice.number)


def _join(work: _Round, arrival: Arrival, came: datetime) -> Cap:
    """Note that somebody wants to join, and queue the mail that asks whether it was them; nothing for a member."""
    store, connection = work.supporters.store, work.connection
    known = find(store, connection, arrival.address)
    if known is not None and not may_be_asked(connection, known):
        return Cap.NONE
    granted = work.caps.mail(arrival.address, arrival.network)
    if granted.cap:
        return granted.cap
    supporter = _supporter(work, arrival, came)
    ask_to_join(connection, supporter, origin=arrival.origin, agreed_to=arrival.agreed_to, at=work.at, by=BY)
    queue_join(
        store, connection, work.supporters.campaign.settings, supporter=supporter, language=arrival.language,
        at=work.at, by=BY, remind=granted.reminder,
    )  # fmt: skip
    return Cap.NONE


def _supporter(work: _Round, arrival: Arrival, came: datetime) -> int:
    until = came + timedelta(days=work.supporters.campaign.settings.web.confirm_days)
    return find_or_add(work.supporters.store, work.connection, arrival.address, arrival.language, work.at, until)
