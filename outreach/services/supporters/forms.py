"""Checks what somebody typed into a form, as far as that needs no look at who it is. Words no fault: a face does.

Every fault is found at once, so that nobody corrects a form twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from outreach.registry.cells import read_address
from outreach.registry.states import load_states, named_state
from outreach.services.supporters.offering import Offer
from outreach.supporters.arrivals import JOIN, WRITE, Arrival
from outreach.text import clean_line, control_in

LONGEST_WORDS = 600  # characters, as people count them
LONGEST_NAME = 60
LONGEST_COUNTRY = 100  # the longest name of a State has half of it
LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
MOST_CHOSEN = 30  # States: a form has 50 fields at most
ALL, NOT_RAISED, CHOSEN = "all", "not-raised", "chosen"  # to which missions


class Field(StrEnum):
    """A field of a form; the value is its name there."""

    CASE = "case"
    TO = "to"
    WORDS = "words"
    NAME = "name"
    COUNTRY = "country"
    EMAIL = "email"


class Fault(StrEnum):
    """What is wrong with a field."""

    NONE_CHOSEN = "none-chosen"
    UNKNOWN = "unknown"  # not among what is offered; of a country: no State has that name
    TOO_MANY = "too-many"
    TOO_LONG = "too-long"
    CHOSEN_AND_ALL = "chosen-and-all"  # States are ticked, and all are asked for
    MISSING = "missing"
    NO_ADDRESS = "no-address"
    CONTROLS = "controls"  # characters that no keyboard writes


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into the form to write, as it came."""

    cases: tuple[str, ...] = ()
    to: str = ALL
    states: tuple[str, ...] = ()
    words: str = ""
    may_quote: bool = False
    name: str = ""
    country: str = ""
    email: str = ""
    joins: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be kept of a form; of a form with faults, what could be read of it."""

    arrival: Arrival
    faults: Mapping[Field, Fault] = field(default_factory=dict[Field, Fault])


def check_writing(typed: Typed, offer: Offer, agreed_to: str, network: str = "") -> Checked:
    """Check the form to write to States."""
    faults = dict[Field, Fault]()
    missions = _missions(typed, offer, faults)
    if fault := _cases(typed, offer):
        faults[Field.CASE] = fault
    words = typed.words.strip()
    if len(words) > LONGEST_WORDS:
        faults[Field.WORDS] = Fault.TOO_LONG
    elif control_in(words):
        faults[Field.WORDS] = Fault.CONTROLS
    name = clean_line(typed.name)
    if len(name) > LONGEST_NAME:
        faults[Field.NAME] = Fault.TOO_LONG
    named = typed.country.strip()
    country = named_state(load_states(), named) if named and len(named) <= LONGEST_COUNTRY else None
    if named and country is None:
        faults[Field.COUNTRY] = Fault.UNKNOWN
    address = _address(typed.email, faults)
    offered = tuple(case.slug for case in offer.cases if case.slug in typed.cases)
    arrival = Arrival(
        purpose=WRITE,
        address=address,
        language=typed.language,
        agreed_to=agreed_to,
        network=network,
        ask=offer.ask.id if offer.ask else "",
        cases=offered,
        missions=missions,
        words=words,
        may_quote=typed.may_quote and bool(words),
        name=name,
        country=country.code if country else "",
        joins=typed.joins,
    )
    return Checked(arrival, faults)


def check_joining(email: str, language: str, agreed_to: str, network: str = "") -> Checked:
    """Check the form to join the mailing list."""
    faults = dict[Field, Fault]()
    address = _address(email, faults)
    return Checked(Arrival(JOIN, address, language, agreed_to, network, joins=True), faults)


def _cases(typed: Typed, offer: Offer) -> Fault | None:
    if not typed.cases:
        return Fault.NONE_CHOSEN
    return Fault.UNKNOWN if set(typed.cases) - {case.slug for case in offer.cases} else None


def _missions(typed: Typed, offer: Offer, faults: dict[Field, Fault]) -> str:
    """Give which missions are meant, as an arrival has it: all, not-raised, or codes."""
    chosen = tuple(code for code in offer.states if code in typed.states)
    if typed.to not in (ALL, NOT_RAISED, CHOSEN) or set(typed.states) - set(offer.states):
        faults[Field.TO] = Fault.UNKNOWN
    elif typed.to == CHOSEN and not chosen:
        faults[Field.TO] = Fault.NONE_CHOSEN
    elif typed.to != CHOSEN and chosen:
        faults[Field.TO] = Fault.CHOSEN_AND_ALL
    elif len(chosen) > MOST_CHOSEN:
        faults[Field.TO] = Fault.TOO_MANY
    return ";".join(chosen) if typed.to == CHOSEN else typed.to


def _address(typed: str, faults: dict[Field, Fault]) -> str:
    text = typed.strip()
    if not text:
        faults[Field.EMAIL] = Fault.MISSING
        return ""
    if len(text) > LONGEST_ADDRESS:
        faults[Field.EMAIL] = Fault.TOO_LONG
        return ""
    try:
        return read_address(text)
    except ValueError:
        faults[Field.EMAIL] = Fault.NO_ADDRESS
        return ""
