"""Reads what stands in one cell: a State code, e-mail addresses, a date, a language, a handle; knows no files.

Each reader returns the value, or raises ValueError whose text says what is wrong and what to write.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, partial

from outreach.errors import UsageError
from outreach.language import language_code
from outreach.registry.model import State
from outreach.registry.states import find_state
from outreach.text import did_you_mean, shortened

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ROUGH_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1945, 2100
# Addresses that email-validator takes as they stand, whatever its version. Loading its tables takes longer than all
# else that most commands read, so it is asked about the others only: those it refuses, mends or normalises.
PLAIN_ADDRESS = re.compile(
    r"(?=.{6,60}$)[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!(?:arpa|local|localhost|onion|test)$)[a-z]{2,}"
)

_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
# X: help.x.com, "Username requirements". Bluesky: atproto.com/specs/handle. Mastodon: Account::USERNAME_RE, and a host.
_FORMS = {
    "x": re.compile(r"@?\w{1,15}", re.ASCII),
    "bluesky": re.compile(rf"@?(?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?"),
    "mastodon": re.compile(rf"@?[a-zA-Z0-9_]+(?:[.-]+[a-zA-Z0-9_]+)*@(?:{_LABEL}\.)+{_LABEL}"),
}
_EXAMPLES = {"x": "ExampleMission", "bluesky": "mission.example.org", "mastodon": "@mission@social.example.org"}


def read_code(states: Mapping[str, State], text: str) -> str:
    """Return an alpha-3 code, if it exists."""
    if text in states:
        return text
    try:
        state = find_state(states, text)
    except UsageError as error:
        raise ValueError(str(error)) from None
    raise ValueError(f"'{text}' is not an alpha-3 code; for {state.name} write {state.code}")


def read_language(text: str) -> str:
    """Return the code of a language as it is written (PT → pt), whether or not the campaign writes it; blank is en."""
    return language_code(text) if text else "en"


def read_addresses(text: str) -> tuple[str, ...]:
    """Read e-mail addresses separated by `;`, each checked and normalised (RFC 5321, 6531; no DNS)."""
    addresses = tuple(read_address(part.strip()) for part in text.split(";") if part.strip())
    folded = [address.casefold() for address in addresses]  # no mail server worth the name tells A@ from a@
    doubled = [address for address in addresses if folded.count(address.casefold()) > 1]
    if doubled:
        raise ValueError(f"'{doubled[0]}' stands twice; keep it once")
    return addresses


def read_address(text: str) -> str:
    """Read one e-mail address and normalise it; international domains and mailboxes are fine."""
    if PLAIN_ADDRESS.fullmatch(text):
        return text
    from email_validator import EmailNotValidError, validate_email

    _accept_trial_domains()
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        hint = " Separate several addresses with ;" if "," in text or text.count("@") > 1 else ""
        raise ValueError(f"'{shortened(text, 80)}' is not an e-mail address: {error}{hint}") from None


@cache
def _accept_trial_domains() -> None:
    """Let `.invalid` pass (RFC 6761): it can never be delivered to, which makes it fit for trying things out."""
    import email_validator

    # The list is the library's own way to change what it takes for reserved.
    email_validator.SPECIAL_USE_DOMAIN_NAMES.remove("invalid")


def read_day(text: str, today: date) -> date:
    """Read a day in the past, or today, written as 2022-09-29."""
    try:
        day = date(*map(int, text.split("-"))) if ISO_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(f"'{shortened(text)}' is not a day; write it as year-month-day, such as 2022-09-29")
    if day > today:
        raise ValueError(f"{text} is in the future; write the day on which the address was seen at its source")
    return day


def read_rough_date(text: str) -> str:
    """Return a date as precise as known: 2021, 2021-10 or 2021-10-14; or blank."""
    if not text:
        return text
    parts = ROUGH_DATE.fullmatch(text)
    if not parts:
        raise ValueError(
            f"'{shortened(text)}' is not a date; write it as precisely as known: 2021, 2021-10 or 2021-10-14"
        )
    year, month, day = (int(part or 1) for part in parts.groups())
    try:
        date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no date {text}; write it as 2021, 2021-10 or 2021-10-14") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year} cannot be right; write a year from {FIRST_YEAR} to {LAST_YEAR}")
    return text


def read_choice(text: str, what: str, known: Sequence[str]) -> str:
    """Return a word if it is one of the known ones; the error names the nearest, or all."""
    if text in known:
        return text
    if not text:
        raise ValueError(f"no {what}; write one of: {', '.join(known)}")
    raise ValueError(f"unknown {what} '{shortened(text)}'{did_you_mean(text, known)}")


def read_handle(network: str, text: str) -> str:
    """Return a handle as it is written, or "" where there is none; ValueError for anything but one handle.

    A post says it as it stands in the cell. An address, or a second handle behind the first, would name somebody whom
    nobody chose: perhaps the State concerned.
    """
    if text.strip() and not _FORMS[network].fullmatch(text.strip()):
        raise ValueError(
            f"'{shortened(text)}' is not a handle on {network}; write the handle alone, such as {_EXAMPLES[network]}"
        )
    return text


HANDLE_READERS: dict[str, Callable[[str], str]] = {network: partial(read_handle, network) for network in _FORMS}
