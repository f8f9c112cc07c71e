"""The settings of posts and of the accounts that they leave through, and what every section of settings is made of.

Knows no files and no environment: settings.py reads these.
"""

import re
from datetime import time
from ipaddress import ip_address
from typing import Annotated, ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

# One line of text that may end up in a header: no control characters of any kind (RFC 5322, section 2.2).
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"  # what control_in_line takes (text.py)
Line = Annotated[str, Field(pattern=ONE_LINE, max_length=500)]
HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
NETWORKS = ("x", "bluesky", "mastodon")  # in the order in which people read of them
# RFC 2606 and RFC 6761: names that exist to be written in examples; no mail arrives there.
EXAMPLES = ("example.org", "example.com", "example.net")
RESERVED = (".example", ".invalid", ".test", ".localhost")
# What is never in outreach.toml, by section.
SECRETS = {
    "smtp": ("password",),
    "imap": ("password",),
    "x": ("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
    "bluesky": ("password",),
    "mastodon": ("token",),
}


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PostsSettings(Section):
    """When posts leave, and what they carry. `spacing_minutes` and `per_day` are for each account; 0 is no limit.

    `quiet` are hours of the account's day, such as 22:00-07:00, or blank. `timezone` blank is the campaign's.
    """

    link: Line = ""
    picture: bool = True
    font: Line = ""
    spacing_minutes: int = Field(default=30, ge=0, le=10_080)
    per_day: int = Field(default=12, ge=0)
    quiet: Line = "22:00-07:00"
    timezone: Line = ""

    @field_validator("timezone")
    @classmethod
    def known_timezone(cls, value: str) -> str:
        return read_timezone(value) if value else value

    @field_validator("link")
    @classmethod
    def web_address(cls, value: str) -> str:
        if value and not (value.startswith(("https://", "http://")) and urlsplit(value).hostname):
            raise ValueError("write a whole web address, such as https://example.org/campaign")
        return value

    @field_validator("quiet")
    @classmethod
    def two_hours(cls, value: str) -> str:
        if value.strip():
            _hours(value)
        return value.strip()

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """When quiet begins and when it is over, on the account's clock; None without quiet hours."""
        return _hours(self.quiet) if self.quiet else None


class AccountSettings(Section):
    """An account on a network. `timeout` is seconds. What it needs to be used at all stands in `needed`."""

    needed: ClassVar[tuple[str, ...]] = ()
    timeout: float = Field(default=30, gt=0, le=600)

    @property
    def missing(self) -> tuple[str, ...]:
        """What is still blank of what the account needs."""
        return tuple(name for name in self.needed if not _plain(getattr(self, name)))

    @property
    def configured(self) -> bool:
        return not self.missing

    @property
    def begun(self) -> bool:
        """Whether a secret is set: where something is missing all the same, it was forgotten."""
        return any(isinstance(value := getattr(self, name), SecretStr) and _plain(value) for name in self.needed)


class XSettings(AccountSettings):
    needed: ClassVar[tuple[str, ...]] = SECRETS["x"]
    api: Line = "https://api.x.com"
    consumer_key: SecretStr = SecretStr("")
    consumer_secret: SecretStr = SecretStr("")
    access_token: SecretStr = SecretStr("")
    access_token_secret: SecretStr = SecretStr("")

    @field_validator("api")
    @classmethod
    def safe(cls, value: str) -> str:
        return _safe_address(value)


class BlueskySettings(AccountSettings):
    """`service` is the account's own server (PDS); `password` an app password."""

    needed: ClassVar[tuple[str, ...]] = ("handle", "password")
    service: Line = "https://bsky.social"
    handle: Line = ""
    password: SecretStr = SecretStr("")

    @field_validator("service")
    @classmethod
    def safe(cls, value: str) -> str:
        return _safe_address(value)


class MastodonSettings(AccountSettings):
    """`settle_minutes` is how long a post that got no answer may still come up: a server may be at work on it."""

    needed: ClassVar[tuple[str, ...]] = ("instance", "token")
    instance: Line = ""
    settle_minutes: int = Field(default=5, ge=0, le=60)
    token: SecretStr = SecretStr("")

    @field_validator("instance")
    @classmethod
    def safe(cls, value: str) -> str:
        return _safe_address(value) if value else value


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine, without asking DNS."""
    if host.lower() in ("localhost", "localhost.localdomain"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_example(address: str) -> bool:
    """Whether an address lies in a domain that is reserved for examples."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    example = any(domain == name or domain.endswith(f".{name}") for name in EXAMPLES)
    return example or f".{domain}".endswith(RESERVED)


def read_timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"'{value}' is not a time zone; write one such as Europe/Zurich") from error
    return value


def _hours(text: str) -> tuple[time, time]:
    found = [HOUR.fullmatch(part.strip()) for part in text.split("-")]
    if len(found) != 2 or not found[0] or not found[1]:
        raise ValueError('write two times of day, such as "22:00-07:00", or "" for no quiet hours')
    first, last = (time(int(match[1]), int(match[2])) for match in found if match)
    if first == last:
        raise ValueError('begins and ends at the same time: write two different times, or "" for no quiet hours')
    return first, last


def _safe_address(value: str) -> str:
    """An https address of a server, without a trailing slash; http only on this machine."""
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("write the server's address, such as https://example.org")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("http:// would send the account's secrets in the clear; write https://")
    return value.rstrip("/")


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
