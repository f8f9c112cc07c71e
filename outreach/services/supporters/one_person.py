"""What is on file of one address: found by any spelling, shown as proof, answered to a mission, erased for good."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from outreach.campaign import Campaign
from outreach.cases.load import find_case
from outreach.db.engine import clear_traces, reading, writing
from outreach.errors import UsageError
from outreach.inbox.addressed import Address
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Scope
from outreach.outbox.queue import entries
from outreach.outbox.status import ASKED
from outreach.outbox.store import existing_outbox
from outreach.registry.cells import read_address
from outreach.registry.states import find_state
from outreach.services.erasing import rehearsed_with, remove_rehearsed, still_in
from outreach.services.supporters.opening import Supporters
from outreach.settings.load import load_settings
from outreach.supporters.arrivals import arrivals_of, remove_arrival
from outreach.supporters.erasing import erase
from outreach.supporters.members import Membership, membership
from outreach.supporters.people import Ended, address_of, find, is_refused
from outreach.supporters.store import Store, existing_store
from outreach.supporters.voices import Voice, counted_in, voices_of


@dataclass(frozen=True, slots=True)
class InStore:
    """What one store has of an address. `forms` wait to be taken in; `refused`: no mail goes there, now or ever."""

    rehearsal: bool
    known: bool
    voices: tuple[Voice, ...] = ()
    member: Membership | None = None
    forms: int = 0
    refused: bool = False

    def __bool__(self) -> bool:
        return self.known or bool(self.forms)


@dataclass(frozen=True, slots=True)
class OnFile:
    """What a campaign's folder has of an address, in earnest and in rehearsals; `rehearsed` are mails in the folder.

    `spellings` are the address as it was typed, and as the person gave it.
    """

    address: str
    spellings: frozenset[str]
    stores: tuple[InStore, ...]
    rehearsed: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rehearsed) or any(self.stores)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, what could not be cleared, and which files in the folder still have the address."""

    found: OnFile
    undone: tuple[str, ...]
    still_in: tuple[str, ...]


def look_up(folder: Path, address: str, at: datetime) -> OnFile:
    """Find what there is of an address, however it is spelled. UsageError for what is no address."""
    typed = _read(address)
    found, spellings = list[InStore](), {typed}
    for store in _stores(folder):
        with reading(store.engine) as connection:
            found.append(_in_store(store, connection, typed, at))
            supporter = find(store, connection, typed)
            given = None if supporter is None else address_of(store, connection, supporter)
            spellings |= {given} if given else set()
    files = {path for spelled in spellings for path in rehearsed_with(folder, Address(spelled, ""))}
    return OnFile(typed, frozenset(spellings), tuple(found), tuple(sorted(files)))


def forget(folder: Path, address: str, at: datetime, by: str) -> Forgotten:
    """Erase all that there is of an address. Killed half-way, the same again finds what is left.

    That somebody wants no mail ever again stays, as a fingerprint that says nothing without the key. Raises UsageError
    for what is no address, StorageFailed or OutreachError for what cannot be written.
    """
    found, undone = look_up(folder, address, at), list[str]()
    remove_rehearsed(folder, found.rehearsed)
    for store in _stores(folder):
        with writing(store.engine) as connection:
            for number in arrivals_of(store, connection, found.address):
                remove_arrival(connection, number)
            supporter = find(store, connection, found.address)
            if supporter is not None:
                erase(connection, supporter, at, by, "asked to be forgotten", Ended.ERASED)
        undone.append(clear_traces(store.engine))
    still = {name for spelled in found.spellings for name in still_in(folder, Address(spelled, ""))}
    return Forgotten(found, tuple(filter(None, undone)), tuple(sorted(still)))


def proof(supporters: Supporters, address: str, at: datetime) -> InStore:
    """Give what one person agreed to, when, and when they confirmed it: for that person alone."""
    with reading(supporters.store.engine) as connection:
        return _in_store(supporters.store, connection, _read(address), at)


def wrote(supporters: Supporters, address: str, case: str, state: str) -> bool:
    """Say whether a letter that left for a State's mission counts a voice of this address for a case.

    No is all that is said of everything else: nobody with that address, not confirmed, taken back, set aside, not in a
    letter to that mission, or erased since. UsageError for a case or State that there is not.
    """
    campaign, store = supporters.campaign, supporters.store
    slug, mission = find_case(campaign.cases, case).slug, find_state(campaign.registry.states, state).code
    with reading(store.engine) as connection:
        supporter = find(store, connection, _read(address))
        if supporter is None:
            return False
        theirs = [voice for voice in voices_of(store, connection, supporter) if slug in voice.cases]
        digests = {
            (voice.ask, letter.digest)
            for voice in theirs
            for letter in counted_in(connection, voice)
            if mission in letter.missions
        }
    return bool(digests & set(_left_for(campaign, mission, slug, rehearsal=store.rehearsal)))


def _left_for(campaign: Campaign, mission: str, case: str, *, rehearsal: bool) -> Iterator[tuple[str, int]]:
    """Give ask and number of the digests whose letter about a case left for a mission."""
    outbox = existing_outbox(campaign.folder, campaign.settings, rehearsal=rehearsal)
    if outbox is None:
        return
    with reading(outbox.engine) as connection:
        letters = entries(connection, Scope(kind=MessageKind.DIGEST, mission=mission), statuses=ASKED)
    for letter in letters:
        if case in letter.key.cases and letter.key.part.isdecimal():
            yield letter.key.ask, int(letter.key.part)


def _in_store(store: Store, connection: Connection, address: str, at: datetime) -> InStore:
    supporter = find(store, connection, address)
    return InStore(
        rehearsal=store.rehearsal,
        known=supporter is not None,
        voices=() if supporter is None else tuple(voices_of(store, connection, supporter)),
        member=None if supporter is None else membership(connection, supporter),
        forms=len(arrivals_of(store, connection, address)),
        refused=is_refused(store, connection, address, at),
    )


def _stores(folder: Path) -> list[Store]:
    settings = load_settings(folder)
    both = (existing_store(folder, settings, rehearsal=rehearsal) for rehearsal in (False, True))
    return [store for store in both if store is not None]


def _read(address: str) -> str:
    try:
        return read_address(address.strip())
    except ValueError as error:
        raise UsageError(str(error)) from None
