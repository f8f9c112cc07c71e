"""Says of the new addresses that a message names whose they may be, and what speaks against them. Writes nothing."""

from dataclasses import dataclass

from outreach.inbox.desk.items import Item
from outreach.inbox.kinds import ADDRESS, BACK_ON, NO_MORE
from outreach.inbox.matching.addressbook import SHARED_DOMAINS, AddressBook, domain_of


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """An address that a message names as a mission's new one.

    `others` are other missions that have it, or its domain; `for_anybody`: at a free mail provider; `theirs`: at a
    domain that is known to be this mission's, its ministry's or its government's.
    """

    email: str
    state: str  # alpha-3
    others: tuple[str, ...]
    for_anybody: bool
    theirs: bool


def addresses_named(item: Item) -> tuple[str, ...]:
    """List the addresses that it names as new, whoever has them by now."""
    return tuple(said for what, said in item.news if what == ADDRESS)


def days_back(item: Item) -> tuple[str, ...]:
    """List the days (ISO 8601) until or on which it says that somebody is back."""
    return tuple(said for what, said in item.news if what == BACK_ON)


def asks_for_no_more(item: Item) -> bool:
    """Say whether its words ask for no more letters; a person decides what follows from that."""
    return any(what == NO_MORE for what, _ in item.news)


def new_contacts_named(item: Item, book: AddressBook) -> tuple[NamedAddress, ...]:
    """List the addresses that can be offered as contacts: of one mission, which does not have them yet.

    What names an address without our own mail server being able to verify it offers none.
    """
    theirs = {tied.mission for tied in item.ties}
    if item.sender_failed or item.erased or len(theirs) != 1:
        return ()
    [state] = theirs
    named = (judged(email, state, book) for email in addresses_named(item))
    return tuple(each for each in named if not book.is_listed(each.email, state))


def judged(email: str, state: str, book: AddressBook) -> NamedAddress:
    """Say what the address book knows of an address that is named for a State's mission."""
    domain = domain_of(email)
    others = (book.missions_at(email) | book.missions_at_domain(domain)) - {state}
    return NamedAddress(
        email, state, tuple(sorted(others)), domain in SHARED_DOMAINS, not others and book.speaks_for(email, state)
    )
