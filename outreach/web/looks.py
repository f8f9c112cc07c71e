"""Renders pages that look like the site's: its frame, its style sheet, its words. Knows no form and no request.

The frame leads to the site's pages where that has an address, and between our own pages otherwise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from jinja2 import ChoiceLoader, Environment, PackageLoader

from outreach.campaign import Campaign
from outreach.grammar import of_state
from outreach.language import language_name
from outreach.publishing.files import FOLDER
from outreach.registry.states import in_order, short_name
from outreach.services.supporters.offering import join_by_mail
from outreach.site.content.load import load_content
from outreach.site.content.model import Content
from outreach.site.frame.addresses import root_path
from outreach.site.frame.environment import make_environment
from outreach.site.frame.translations import translations
from outreach.web.headers import IN_PAGE

HERE = "outreach.web"
FORM, FORM_PATH = "write/", "/write"  # the one entry of the site's menu that is a page of ours
AT_THE_SITE = frozenset({"", "#cases", "states/", "updates/", "about/", "privacy/"})  # what every site has


class Phase(NamedTuple):
    """What the site's frame asks of a phase."""

    value: str


OPEN = Phase("open")  # the form says itself when it is over


@dataclass(frozen=True, slots=True)
class Framed:
    """What the frame of a page says, by the names that the site's template has for it.

    `url` is the site's address; blank while it has none, and then its pages are not linked.
    """

    campaign: Campaign
    content: Content
    rehearsal: bool
    day: date
    url: str
    phase: Phase = OPEN
    forms: str = ""  # they are here


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands in the menu, for the frame: `address` is its own, `menu` the entry that it belongs to."""

    address: str = ""
    menu: str = ""


FORM_PLACE, ELSEWHERE = Place(FORM, FORM), Place("-")


def framed(campaign: Campaign, *, rehearsal: bool) -> Framed:
    """Read how the campaign's pages look. Raises DataError where site/ cannot be read; without one they are plain."""
    there = (campaign.folder / FOLDER).is_dir()
    languages = campaign.settings.campaign.languages
    content = load_content(campaign.folder, languages, campaign.cases) if there else Content({})
    return Framed(campaign, content, rehearsal, campaign.today(), campaign.settings.site.url)


def languages_of(frame: Framed) -> tuple[str, ...]:
    """Give the languages of the forms: those of the site, or of the campaign where it has none."""
    own = frame.campaign.settings.campaign.languages
    return tuple(code for code in own if code in frame.content.pages) or own


@dataclass
class Looks:
    """Renders the templates of forms/ in one language.

    They call, beside what the site's own can: `to(path)` for a page of ours in the same language, `state(code)`,
    `of_state(code)`, `translated(texts)`; `join_by_mail` is how to. `prefix` is the path of [web] public_url, before
    every address of ours.
    """

    frame: Framed
    language: str
    languages: tuple[str, ...]
    prefix: str = ""

    def render(self, template: str, path: str, words: Mapping[str, object]) -> str:
        """Render a page that stands at `path`."""
        others = [(code, language_name(code), f"{self.prefix}{path}?lang={code}") for code in self.languages]
        place = FORM_PLACE if path == FORM_PATH else ELSEWHERE
        return self.environment.get_template(f"forms/{template}.html").render(
            words, page=place, others=others, here=path
        )

    def to(self, path: str) -> str:
        """Give the address of a page of ours in the same language."""
        return f"{self.prefix}{path}?lang={self.language}"

    def state(self, code: str) -> str:
        """Give the short name of a State; a code that nobody knows stays a code."""
        known = self.frame.campaign.registry.states.get(code)
        return short_name(known, self.language) if known else code

    def sorted_states(self, codes: Iterable[str]) -> list[str]:
        """Give the names of States as lists for readers are sorted."""
        return sorted((self.state(code) for code in codes), key=in_order)

    def states_of(self, missions: str) -> list[str]:
        """Name the States that somebody chose (DEU;FRA); none where it was all of some kind."""
        return [] if missions in ("all", "not-raised") else self.sorted_states(missions.split(";"))

    def translated(self, texts: Mapping[str, str]) -> tuple[str, str]:
        """Give a text in the language of the page, or in the first that it has, and which that is."""
        code = next((code for code in (self.language, *self.languages, *texts) if texts.get(code)), self.language)
        return texts.get(code, ""), code

    @cached_property
    def environment(self) -> Environment:
        loader = ChoiceLoader([PackageLoader(HERE), PackageLoader("outreach.site")])
        made = make_environment(self.language, loader, translations(self.language, HERE))
        made.filters["state"] = self.state
        made.globals |= {
            "site": self.frame,
            "join_by_mail": join_by_mail(self.frame.campaign.settings, self.language),
            "content": self.frame.content,
            "policy": IN_PAGE,
            "link": self._link,
            "there": lambda address: address == FORM or (bool(self.frame.url) and address in AT_THE_SITE),
            "asset": lambda path: path if path.startswith(self.prefix or "/") else f"{self.prefix}/{path}",
            "to": self.to,
            "state": self.state,
            "translated": self.translated,
            "of_state": lambda code: of_state(self.state(code), self.language),
        }
        return made

    def _link(self, address: str) -> str:
        """Give the way to a page of the site; the form stands here."""
        if address == FORM or not self.frame.url:
            return self.to(FORM_PATH)
        return f"{self.frame.url}{root_path(address, self.language, self.languages)}"
