"""When posts leave, what they carry, and the accounts that they leave through: posts, x, bluesky and mastodon."""

from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from outreach.settings.sections import Line, QuietSection, Section, check_address, check_timezone

NETWORKS = ("x", "bluesky", "mastodon")  # in the order in which people read of them


class PostsSettings(QuietSection):
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
        return check_timezone(value) if value else value

    @field_validator("link")
    @classmethod
    def web_address(cls, value: str) -> str:
        if value and not (value.startswith(("https://", "http://")) and urlsplit(value).hostname):
            raise ValueError("write a whole web address, such as https://example.org/campaign")
        return value


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
    """An account on X: the app's key and secret, and the account's own."""

    needed: ClassVar[tuple[str, ...]] = (
        "consumer_key",
        "consumer_secret",
        "access_token",
        "access_token_secret",
    )
    api: Line = "https://api.x.com"
    consumer_key: SecretStr = SecretStr("")
    consumer_secret: SecretStr = SecretStr("")
    access_token: SecretStr = SecretStr("")
    access_token_secret: SecretStr = SecretStr("")

    @field_validator("api")
    @classmethod
    def safe(cls, value: str) -> str:
        return check_address(value)


class BlueskySettings(AccountSettings):
    """`service` is the account's own server (PDS); `password` an app password."""

    needed: ClassVar[tuple[str, ...]] = ("handle", "password")
    service: Line = "https://bsky.social"
    handle: Line = ""
    password: SecretStr = SecretStr("")

    @field_validator("service")
    @classmethod
    def safe(cls, value: str) -> str:
        return check_address(value)


class MastodonSettings(AccountSettings):
    """`settle_minutes` is how long a post that got no answer may still come up: a server may be at work on it."""

    needed: ClassVar[tuple[str, ...]] = ("instance", "token")
    instance: Line = ""
    settle_minutes: int = Field(default=5, ge=0, le=60)
    token: SecretStr = SecretStr("")

    @field_validator("instance")
    @classmethod
    def safe(cls, value: str) -> str:
        return check_address(value) if value else value


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
