"""Erases what people wrote to us, everywhere in a campaign's folder, and finds what it cannot reach."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from outreach.channels.rehearsal_page import PAGE, write_page
from outreach.db.engine import reading
from outreach.errors import OutreachError, UsageError
from outreach.inbox.addressed import Address
from outreach.inbox.desk.items import Item
from outreach.inbox.erasing import Erasure, Found, What, erase, find_address, find_before, finish, history, items_of
from outreach.inbox.matching.addressbook import normalized
from outreach.next_step import Action, NextStep
from outreach.outbox.store import Outbox, existing_outbox
from outreach.registry.addresses.forgetting import NamedInRow, find_in_contacts, take_out_of_contacts
from outreach.registry.cells import read_address
from outreach.settings.load import load_settings
from outreach.settings.settings import Settings

KEEP_DAYS = "the inbox, by [inbox] keep_days"
LARGEST = 1 << 30  # bytes of a file that is looked into
NOT_LOOKED_INTO = frozenset({".git", ".venv", "__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class InOutbox:
    """What one outbox and its inbox have of it; `items` are the messages of which only the skeleton will be left."""

    outbox: Outbox
    found: Found
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ForgetPlan:
    """What will be erased: by an address, or by the day before which messages came."""

    folder: Path
    settings: Settings
    what: What
    address: str
    day: str
    places: tuple[InOutbox, ...]
    contacts: tuple[NamedInRow, ...] = ()
    rehearsed: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.contacts or self.rehearsed or any(place.found for place in self.places))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What could not be done, in words; and files in the folder that still have the address."""

    undone: tuple[str, ...]
    still_in: tuple[str, ...]


def plan_to_forget(folder: Path, address: str) -> ForgetPlan:
    """Find all that a campaign's folder has of an address. UsageError for none, and while letters to it wait."""
    try:
        typed = read_address(address.strip())
    except ValueError as error:
        raise UsageError(str(error)) from None
    settings = load_settings(folder)
    outboxes = _outboxes(folder, settings)
    places = tuple(_place(outbox, find_address(outbox, _address(outbox, typed))) for outbox in outboxes)
    for place in places:
        if place.found.waiting:
            step = NextStep(Action.WITHDRAW, ids=place.found.waiting)
            where = "letters of the rehearsal" if place.outbox.rehearsal else "letters"
            raise UsageError(f"{where} to {typed} wait to be sent: decide about them first", next_step=step)
    wanted = Address(typed, "")
    contacts = tuple(find_in_contacts(folder, wanted.is_it, wanted.taken_out))
    rehearsed = tuple(rehearsed_with(folder, wanted))
    return ForgetPlan(folder, settings, What.ADDRESS, typed, "", places, contacts, rehearsed)


def plan_to_forget_before(folder: Path, day: date) -> ForgetPlan:
    """Find the messages that came before a day, in the campaign's own time. UsageError for a day to come."""
    settings = load_settings(folder)
    if day > datetime.now(settings.timezone).date():
        raise UsageError(f"--before: {day} is in the future. Name a day that has come; nothing was erased")
    moment = datetime.combine(day, time(), settings.timezone)
    places = tuple(_place(outbox, find_before(outbox, moment)) for outbox in _outboxes(folder, settings))
    return ForgetPlan(folder, settings, What.BEFORE, "", day.isoformat(), places)


def forget(plan: ForgetPlan, by: str) -> Forgotten:
    """Erase what was found, for good. Killed half-way, the same again finds what is left.

    Raises StorageFailed or OutreachError for what cannot be written; what was done until then is done.
    """
    wanted = Address(plan.address, "")
    if plan.contacts:
        take_out_of_contacts(plan.folder, wanted.is_it, wanted.taken_out)
    undone = []
    for place in plan.places:
        if place.found:
            address = _address(place.outbox, plan.address) if plan.address else None
            undone.append(erase(place.outbox, place.found, by, plan.what, day=plan.day, address=address))
        else:
            undone.append(finish(place.outbox))
    remove_rehearsed(plan.folder, plan.rehearsed)
    still = tuple(still_in(plan.folder, wanted)) if plan.address else ()
    return Forgotten(tuple(filter(None, undone)), still)


def forget_old(outbox: Outbox, settings: Settings) -> tuple[int, str]:
    """Erase what came more than [inbox] keep_days ago and waits for nobody.

    Gives how many messages that were, and what could not be done, or blank.
    """
    if not settings.inbox.keep_days:
        return 0, ""
    day = datetime.now(settings.timezone).date() - timedelta(days=settings.inbox.keep_days)
    found = find_before(outbox, datetime.combine(day, time(), settings.timezone), read_only=True)
    if not found:
        return 0, finish(outbox)
    return len(found.whole), erase(outbox, found, KEEP_DAYS, What.KEEP_DAYS, day=day.isoformat())


def erasures(folder: Path) -> list[Erasure]:
    """List every erasure from the real inbox, the oldest first."""
    outbox = existing_outbox(folder, load_settings(folder), rehearsal=False)
    if outbox is None:
        return []
    with reading(outbox.engine) as connection:
        return history(connection)


def _outboxes(folder: Path, settings: Settings) -> list[Outbox]:
    both = (existing_outbox(folder, settings, rehearsal=rehearsal) for rehearsal in (False, True))
    return [outbox for outbox in both if outbox is not None]


def _place(outbox: Outbox, found: Found) -> InOutbox:
    return InOutbox(outbox, found, tuple(items_of(outbox, found)))


def _address(outbox: Outbox, address: str) -> Address:
    return Address(address, outbox.pseudonym(normalized(address)))


def rehearsed_with(folder: Path, wanted: Address) -> Iterator[Path]:
    """Give the mails of a rehearsal that name it: copies that nobody needs."""
    for path in sorted((folder / "rehearsal").glob("*/*")):
        if path.is_file() and wanted.is_in_bytes(path.read_bytes()):
            yield path


def remove_rehearsed(folder: Path, found: Collection[Path]) -> None:
    """Remove mails of a rehearsal; their page goes first, and is written again of what is left."""
    if not found:
        return
    rehearsal = folder / "rehearsal"
    page = rehearsal / PAGE
    shown = page.exists()
    try:
        for path in (page, *found):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutreachError(f"{path}: cannot be removed: {error.strerror}. Type the same again") from None
    if shown:
        write_page(rehearsal)


def still_in(folder: Path, wanted: Address) -> Iterator[str]:
    """Name the files of the folder that still have it: what people saved there themselves, or git keeps."""
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NOT_LOOKED_INTO)
        for name in sorted(names):
            path = Path(at, name)
            if path.is_file() and path.stat().st_size <= LARGEST and wanted.is_in_bytes(path.read_bytes()):
                yield path.relative_to(folder).as_posix()
