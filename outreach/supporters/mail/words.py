"""Words of mails to supporters: the texts of this folder, in the language closest to the one asked for. No mail yet."""

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from outreach.rendering.letters.setting.typography import typeset
from outreach.settings.settings import Settings

LANGUAGES = ("en", "fr", "es")


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a text of lines that are never longer than a screen."""

    language: str
    subject: str
    text: str


def written_in(language: str) -> str:
    """Give the language of these texts that is closest to one: fr for fr-CH, English where there is none."""
    base = language.partition("-")[0]
    return base if base in LANGUAGES else LANGUAGES[0]


def list_name(settings: Settings) -> str:
    """Give what the mailing list is called, and mails are signed with."""
    return settings.list.name or settings.campaign.title


def write(name: str, language: str, settings: Settings, **values: object) -> Words:
    """Write one of the texts. Its first line is the subject; the second, the subject that says nothing."""
    code = written_in(language)
    template = _environment().get_template(f"{name}.{code}.txt")
    subject, discreet, _, text = template.render(name=list_name(settings), **values).split("\n", 3)
    chosen = discreet if settings.list.discreet else subject
    return Words(code, typeset(chosen, code), typeset(text.rstrip("\n"), code) + "\n")


def html(name: str, language: str, settings: Settings, **values: object) -> str:
    """Write one of the pieces of HTML; what is put in is escaped."""
    code = written_in(language)
    return _environment().get_template(f"{name}.{code}.html").render(name=list_name(settings), **values) + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("outreach.supporters.mail", "texts"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
