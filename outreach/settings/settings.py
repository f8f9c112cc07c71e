"""The only reader of outreach.toml, .env and the environment; knows nothing about what the settings are for."""

import os
import re
import stat
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as UnreadableValue

from outreach.errors import SettingsError
from outreach.settings.accounts import (
    SECRETS,
    AccountSettings,
    BlueskySettings,
    Line,
    MastodonSettings,
    PostsSettings,
    Section,
    XSettings,
    is_loopback,
    read_timezone,
)
from outreach.settings.faults import (
    DOTENV,
    FILE,
    PREFIX,
    explain,
    names_in_dotenv,
    toml_in_words,
    unknown_keys,
    unknown_variables,
)

# Declared beside this file, and looked for here.
__all__ = [
    "FILE",
    "PREFIX",
    "BlueskySettings",
    "Line",
    "MastodonSettings",
    "PostsSettings",
    "Section",
    "XSettings",
    "is_loopback",
]
Language = Literal["en", "fr", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class CampaignSettings(Section):
    title: Line = "Campaign"
    hashtag: Line = ""
    organisation: Line = ""
    languages: tuple[Language, ...] = LANGUAGES
    timezone: Line = "Europe/Zurich"

    @field_validator("timezone")
    @classmethod
    def known_timezone(cls, value: str) -> str:
        return read_timezone(value)


class SenderSettings(Section):
    name: Line = ""
    role: Line = ""
    organisation: Line = ""
    email: Line = ""
    reply_to: Line = ""
    postal_address: str = Field(default="", pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$", max_length=500)
    unsubscribe_url: Line = ""


class MailServer(Section):
    """What every mail server needs; it is spoken to in the clear only on this machine."""

    host: Line = ""
    port: int = Field(default=0, ge=0, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Line = ""
    password: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def plain_text_stays_home(self) -> Self:
        if self.host and self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                f'security = "none" would send mail and password in the clear to {self.host}; it is only for '
                'a server on this machine. Use "starttls" or "tls"'
            )
        return self


class SmtpSettings(MailServer):
    """`per_minute` and `per_domain_per_minute` are letters; 0 is no limit. `timeout` is seconds."""

    connections: int = Field(default=2, ge=1, le=50)
    per_minute: int = Field(default=0, ge=0)
    per_domain_per_minute: int = Field(default=0, ge=0)
    archive: Line = ""
    envelope: Line = ""
    timeout: float = Field(default=60, gt=0, le=600)

    @property
    def effective_port(self) -> int:
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


class ImapSettings(MailServer):
    """`folder` is one name or several. `after`: what happens to a message that is on file; `move` goes to `moved_to`.

    `poll_seconds` is how often `--watch` looks where the server cannot say that mail came. `timeout` is seconds.
    """

    security: Literal["starttls", "tls", "none"] = "tls"
    folder: Line | tuple[Line, ...] = "INBOX"
    after: Literal["keep", "flag", "move"] = "keep"
    moved_to: Line = "outreach"
    poll_seconds: float = Field(default=60, ge=1, le=86_400)
    timeout: float = Field(default=60, gt=0, le=600)

    @property
    def folders(self) -> tuple[str, ...]:
        return (self.folder,) if isinstance(self.folder, str) else self.folder

    @property
    def effective_port(self) -> int:
        return self.port or (993 if self.security == "tls" else 143)


class ReminderSettings(Section):
    after_days: int = Field(default=10, ge=0, le=3650)


class AskSettings(Section):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)
    forum: Line
    date: date
    to: str | tuple[str, ...] = ()
    text: dict[Language, str]


class Settings(BaseSettings):
    """What outreach.toml says, each value overridden by OUTREACH_SECTION__KEY from the environment or .env."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="ignore",  # of .env, which is not ours alone; an unknown key in outreach.toml is named all the same
        frozen=True,
        nested_model_default_partial_update=True,
    )

    campaign: CampaignSettings = CampaignSettings()
    sender: SenderSettings = SenderSettings()
    smtp: SmtpSettings = SmtpSettings()
    imap: ImapSettings = ImapSettings()
    reminder: ReminderSettings = ReminderSettings()
    posts: PostsSettings = PostsSettings()
    x: XSettings = XSettings()
    bluesky: BlueskySettings = BlueskySettings()
    mastodon: MastodonSettings = MastodonSettings()
    groups: dict[str, tuple[str, ...]] = {}
    ask: tuple[AskSettings, ...] = ()
    database_url: str = ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # What load_settings hands over comes from outreach.toml, so the environment goes before it.
        return env_settings, dotenv_settings, init_settings

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.campaign.timezone)

    @property
    def mail_server_configured(self) -> bool:
        return bool(self.smtp.host)

    @property
    def accounts(self) -> dict[str, AccountSettings]:
        """The networks that there are, each with its account's settings, configured or not."""
        return {"x": self.x, "bluesky": self.bluesky, "mastodon": self.mastodon}

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks on which an account is configured."""
        return tuple(name for name, account in self.accounts.items() if account.configured)

    @property
    def posts_timezone(self) -> ZoneInfo:
        """The clock that spacing, quiet hours and --at go by."""
        return ZoneInfo(self.posts.timezone or self.campaign.timezone)

    def envelope_sender(self, token: str) -> str:
        """Where bounces of the message with this token return to; without [smtp] envelope, to the sender."""
        return (self.smtp.envelope or self.sender.email).replace("{token}", token)


def load_settings(folder: Path) -> Settings:
    """Read the settings of the campaign in `folder`; raise SettingsError naming every wrong key at once."""
    path = folder / FILE
    if not path.is_file():
        raise SettingsError(
            f"{path}: there is no campaign here. Go to a campaign folder, name one with -C DIR, "
            "or make one with: outreach init DIR"
        )
    written = _read_toml(path)
    _refuse_secrets(written)
    in_dotenv = _read_dotenv(folder / DOTENV)
    known = every_setting()
    if unknown := unknown_variables(in_dotenv, os.environ, known):
        raise SettingsError("\n".join(unknown))
    unknown = unknown_keys(written, known)
    try:
        settings = Settings(_env_file=folder / DOTENV if in_dotenv else None, **written)  # type: ignore[call-arg]
    except ValidationError as error:
        wrong = explain(error, {"environment": os.environ, DOTENV: in_dotenv}, written, known)
        raise SettingsError("\n".join([*unknown, *wrong])) from None
    except UnreadableValue as error:
        raise SettingsError(f'environment or .env: {error}. A list is written as JSON: \'["en", "fr"]\'') from None
    if unknown:
        raise SettingsError("\n".join(unknown))
    return settings


def every_setting() -> list[str]:
    """Each section and each key, such as smtp and smtp.host."""
    names = []
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        keys = kind.model_fields if isinstance(kind, type) and issubclass(kind, Section) else ()
        names += [name, *(f"{name}.{key}" for key in keys)]
    return names


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read(path, FILE, "utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{FILE}: {toml_in_words(error)}") from None
    except (RecursionError, ValueError):
        raise SettingsError(f"{FILE}: not valid TOML: too deep, or a number too long") from None


def _read_dotenv(path: Path) -> dict[str, int]:
    """The names in .env, each with its line. pydantic-settings reads the values, once every line is known good."""
    there = path.is_symlink() or path.exists()
    return names_in_dotenv(_read(path, DOTENV, "utf-8")) if there else {}


def _read(path: Path, name: str, encoding: str) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe that nobody writes to would be waited for without end
            raise SettingsError(f"{name}: not a file but a folder or device. Remove it, or put a file in its place")
        return path.read_text(encoding=encoding)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: not UTF-8 ({error.reason} at byte {error.start}): save it as UTF-8") from None
    except FileNotFoundError:
        raise SettingsError(
            f"{name}: a link to a file that does not exist. Remove the link, or make the file"
        ) from None
    except OSError as error:
        raise SettingsError(f"{name}: cannot be read: {error.strerror}. Put a file there that you may read") from None


def _refuse_secrets(written: dict[str, Any]) -> None:
    """A file that is shared and tracked is no place for a password."""
    if re.search(r"://[^/@]*:[^/@]*@", str(written.get("database_url", ""))):
        raise SettingsError(f"{FILE}, column database_url: holds a password; set {PREFIX}DATABASE_URL instead")
    for section, names in SECRETS.items():
        table = written.get(section)
        for name in names:
            if isinstance(table, dict) and name in table:
                what = "password" if name == "password" else "secret"
                raise SettingsError(
                    f"{FILE}, column {section}.{name}: a {what} does not belong in this file, which others read. "
                    f"Remove it there, and set {PREFIX}{section.upper()}__{name.upper()} in the environment or in .env"
                )
