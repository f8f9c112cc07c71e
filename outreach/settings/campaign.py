"""What the campaign is called, says, asks and publishes, when it writes and reminds: campaign, theme, letters, …"""

import re
from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator

from outreach.errors import UsageError
from outreach.language import BUILT_IN, language_code
from outreach.settings.sections import Line, QuietSection, Section, check_timezone
from outreach.text import shortened

Language = Annotated[str, AfterValidator(language_code)]  # as BCP 47 writes it: pt, pt-BR, zh-Hant
MAILBOX = re.compile(r"[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")  # plain enough for any link
Day = date  # an ask has a field of that name


class CampaignSettings(Section):
    """What the campaign is called, and the languages and the time zone that it works in."""

    title: Line = "Campaign"
    hashtag: Line = ""
    organisation: Line = ""
    languages: tuple[Language, ...] = BUILT_IN
    timezone: Line = "Europe/Zurich"
    facts_days: int = Field(default=30, ge=1, le=36500)

    def written(self, language: str) -> str:
        """Give the code of a language that the campaign writes; UsageError, listing those, for any other."""
        known = {code.casefold(): code for code in self.languages}
        code = known.get(language.strip().replace("_", "-").casefold())
        if code is None:
            raise UsageError(f"--language '{shortened(language)}': the campaign is in {', '.join(self.languages)}")
        return code

    @field_validator("languages")
    @classmethod
    def each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("write at least one language, such as en")
        return tuple(dict.fromkeys(value))

    @field_validator("timezone")
    @classmethod
    def known_timezone(cls, value: str) -> str:
        return check_timezone(value)


class ThemeSettings(Section):
    """What the campaign is about, in its own words, by language; {{ mention }} and its like are written out.

    The layouts of letters and the cards of posts say these words where they are set, and read well without them.
    """

    subject: dict[Language, str] = Field(default={})
    case: dict[Language, str] = Field(default={})
    cases: dict[Language, str] = Field(default={})
    norm: dict[Language, str] = Field(default={})
    view: dict[Language, str] = Field(default={})
    concern: dict[Language, str] = Field(default={})
    reminder: dict[Language, str] = Field(default={})
    thanks: dict[Language, str] = Field(default={})
    service: dict[Language, str] = Field(default={})
    persistence: dict[Language, str] = Field(default={})
    card: dict[Language, str] = Field(default={})

    def texts(self) -> dict[str, dict[str, str]]:
        """Give the texts by key, each by language."""
        return {key: dict(getattr(self, key)) for key in type(self).model_fields}


class WordsSettings(Section):
    """How many words a letter of each round has, from address to signature: at least, at most. Advice, no limit."""

    first: tuple[int, int] = (150, 300)
    reminder: tuple[int, int] = (80, 150)
    thanks: tuple[int, int] = (80, 200)

    @field_validator("first", "reminder", "thanks")
    @classmethod
    def the_smaller_first(cls, value: tuple[int, int]) -> tuple[int, int]:
        if not 0 <= value[0] <= value[1]:
            raise ValueError("write two numbers, the smaller one first, such as [150, 300]")
        return value

    def of(self, round_: str) -> tuple[int, int]:
        """Give the least and the most words of a round's letters."""
        found: tuple[int, int] = getattr(self, round_)
        return found


class ReminderSettings(Section):
    """How many days after a letter its reminder may go."""

    after_days: int = Field(default=10, ge=0, le=3650)


class LettersSettings(QuietSection):
    """What letters to missions are like, and when they leave: length, attachments, quiet hours, how often.

    `quiet` are hours of the campaign's day, such as 22:00-07:00; blank: letters leave at any time. `spacing_days` lie
    between two letters to one mission; 0: any time. `bulk`: with the headers of bulk mail.
    """

    words: WordsSettings = WordsSettings()
    attach_max_mb: float = Field(default=5, gt=0, le=25)  # all files of a letter together
    spacing_days: int = Field(default=0, ge=0, le=3650)
    bulk: bool = False


class ReportSettings(Section):
    """What the public report may tell beyond what everybody can know."""

    publish_answers: bool = False  # which missions answered the campaign, in private


class SiteSettings(Section):
    """Where the public page will stand, and what it tells. Without an address it is a rehearsal, and says so.

    `contact` is an address of mail that everybody may know, for sources and faults; blank: none is offered.
    `sg_reports`: State pages say whom the Secretary-General's reports on cooperation with the United Nations name,
    which only some campaigns are about.
    """

    url: Line = ""
    contact: Line = ""
    sg_reports: bool = False

    @field_validator("url")
    @classmethod
    def address(cls, value: str) -> str:
        return site_address(value) if value else ""

    @field_validator("contact")
    @classmethod
    def public_address(cls, value: str) -> str:
        if value and not MAILBOX.fullmatch(value):
            raise ValueError("write one e-mail address that everybody may know, such as facts@example.org")
        return value


def site_address(text: str) -> str:
    """Give the address of a website as https://host/folder/; raises ValueError for anything else."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("write the address that the page will have, such as https://example.org/")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}/"


class AskSettings(Section):
    """One thing that we ask of States: where and when, of whom, and the sentence in each language."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)
    forum: Line | dict[Language, Line]
    forum_short: dict[Language, Line] = Field(default={})
    short: dict[Language, Line] = Field(default={})
    request: dict[Language, Line] = Field(default={})
    session: int | None = Field(default=None, ge=1, le=999)
    date: date
    until: Day | None = None
    to: str | tuple[str, ...] = ()
    text: dict[Language, str]
    text_several: dict[Language, str] = Field(default={})  # for several cases in one letter

    @field_validator("forum", mode="before")
    @classmethod
    def one_name_or_several(cls, value: object) -> object:
        if isinstance(value, str | dict):
            return value
        raise ValueError('write a text, in quotes, or its name in each language: { en = "…", fr = "…", es = "…" }')
