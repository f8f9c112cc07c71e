"""All settings as one object; opens no file. What the sections mean stands beside them; `load` reads them."""

from collections.abc import Iterator, Mapping
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import PrivateAttr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from outreach.settings.accounts import (
    AccountSettings,
    BlueskySettings,
    MastodonSettings,
    PostsSettings,
    XSettings,
)
from outreach.settings.campaign import (
    AskSettings,
    CampaignSettings,
    LettersSettings,
    ReminderSettings,
    ReportSettings,
    SiteSettings,
    ThemeSettings,
)
from outreach.settings.mail import ImapSettings, InboxSettings, SenderSettings, SmtpSettings
from outreach.settings.sections import PREFIX, Section
from outreach.settings.supporters import (
    DigestSettings,
    ListSettings,
    ReturnsSettings,
    TeamSettings,
    WebSettings,
)
from outreach.settings.words import LanguageWords


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
    theme: ThemeSettings = ThemeSettings()
    sender: SenderSettings = SenderSettings()
    smtp: SmtpSettings = SmtpSettings()
    imap: ImapSettings = ImapSettings()
    inbox: InboxSettings = InboxSettings()
    letters: LettersSettings = LettersSettings()
    reminder: ReminderSettings = ReminderSettings()
    report: ReportSettings = ReportSettings()
    site: SiteSettings = SiteSettings()
    web: WebSettings = WebSettings()
    list: ListSettings = ListSettings()
    digest: DigestSettings = DigestSettings()
    returns: ReturnsSettings = ReturnsSettings()
    team: TeamSettings = TeamSettings()
    posts: PostsSettings = PostsSettings()
    x: XSettings = XSettings()
    bluesky: BlueskySettings = BlueskySettings()
    mastodon: MastodonSettings = MastodonSettings()
    groups: dict[str, tuple[str, ...]] = {}
    ask: tuple[AskSettings, ...] = ()
    database_url: str = ""
    _words: Mapping[str, LanguageWords] = PrivateAttr(default_factory=dict)

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
    def words(self) -> Mapping[str, LanguageWords]:
        """The campaign's words files, by language; a language without one is not there."""
        return self._words

    def with_words(self, words: Mapping[str, LanguageWords]) -> Self:
        """Give the settings with what the words files say."""
        copy = self.model_copy()
        copy._words = words  # noqa: SLF001 - its own
        return copy

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
        """Say where bounces of the message with this token return to; without [smtp] envelope, to the sender."""
        return (self.smtp.envelope or self.sender.email).replace("{token}", token)


def every_setting() -> list[str]:
    """Name each section and each key, such as smtp and smtp.host."""
    sections = dict(_sections())
    names = list[str]()
    for name in Settings.model_fields:
        names += [name, *(f"{name}.{key}" for key in (_keys(sections[name]) if name in sections else ()))]
    return names


def _keys(section: type[Section]) -> Iterator[str]:
    """Name the keys of a section, and those of the sections in it: words and words.first."""
    for key, field in section.model_fields.items():
        yield key
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from (f"{key}.{inner}" for inner in _keys(field.annotation))


def every_secret() -> dict[str, tuple[str, ...]]:
    """Name what is never in outreach.toml, by section."""
    return {name: secrets for name, section in _sections() if (secrets := section.secrets())}


def _sections() -> Iterator[tuple[str, type[Section]]]:
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield name, field.annotation
