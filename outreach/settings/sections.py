"""What every section of the settings is made of: the base, one line of text, and checks that several share.

Knows no section, no files and no environment.
"""

import re
from datetime import time
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

FILE = "outreach.toml"
DOTENV = ".env"
PREFIX = "OUTREACH_"
HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
# One line of text that may end up in a header: no control characters of any kind (RFC 5322, section 2.2).
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
Line = Annotated[str, Field(pattern=ONE_LINE, max_length=500)]
# RFC 2606 and RFC 6761: names that exist to be written in examples; no mail arrives there.
EXAMPLES = ("example.org", "example.com", "example.net")
RESERVED = (".example", ".invalid", ".test", ".localhost")


class Section(BaseModel):
    """One [section] of outreach.toml; a key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def secrets(cls) -> tuple[str, ...]:
        """Name the keys that must never stand in outreach.toml, which others read."""
        return tuple(name for name, field in cls.model_fields.items() if field.annotation is SecretStr)


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine, without asking DNS."""
    if host.lower() in ("localhost", "localhost.localdomain"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_example(address: str) -> bool:
    """Say whether an address lies in a domain that is reserved for examples."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    example = any(domain == name or domain.endswith(f".{name}") for name in EXAMPLES)
    return example or f".{domain}".endswith(RESERVED)


def check_timezone(value: str) -> str:
    """Give the name of a time zone as it is; raises ValueError for one that there is not."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"'{value}' is not a time zone; write one such as Europe/Zurich") from error
    return value


def check_address(value: str) -> str:
    """Give the https address of a server without a trailing slash; raises ValueError for http to another machine."""
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("write the server's address, such as https://example.org")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("http:// would send the account's secrets in the clear; write https://")
    return value.rstrip("/")


def hours_between(text: str) -> tuple[time, time]:
    """Give when the hours begin and when they are over; raises ValueError for anything but two times of day."""
    found = [HOUR.fullmatch(part.strip()) for part in text.split("-")]
    if len(found) != 2 or not found[0] or not found[1]:
        raise ValueError('write two times of day, such as "22:00-07:00", or "" for no quiet hours')
    first, last = (time(int(match[1]), int(match[2])) for match in found if match)
    if first == last:
        raise ValueError('begins and ends at the same time: write two different times, or "" for no quiet hours')
    return first, last


class QuietSection(Section):
    """A section about what leaves, with the hours of the day in which nothing does: 22:00-07:00; blank for none."""

    quiet: Line = ""

    @field_validator("quiet")
    @classmethod
    def two_hours(cls, value: str) -> str:
        if value.strip():
            hours_between(value)
        return value.strip()

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """When quiet begins and when it is over, on the clock of what leaves; None without quiet hours."""
        return hours_between(self.quiet) if self.quiet else None
