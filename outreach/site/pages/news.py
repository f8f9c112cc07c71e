"""News and resources: each update a page, the list of them, a feed (Atom, RFC 4287), and what others published."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from outreach.language import language_name
from outreach.publishing.model import Update, UpdateText
from outreach.site.content.model import Resource
from outreach.site.facts.site import Site
from outreach.site.frame.addresses import root_path
from outreach.site.frame.markdown import to_html
from outreach.site.frame.page import File, Page
from outreach.site.frame.translations import translations

ATOM = "http://www.w3.org/2005/Atom"
KINDS = ("report", "film", "news")  # of resources, in the order in which they are shown


@dataclass(frozen=True, slots=True)
class Told:
    """An update as a page of some language tells it: in that language, or in the first that it was written in."""

    slug: str
    day: date
    text: UpdateText
    language: str

    @property
    def address(self) -> str:
        return f"updates/{self.slug}/"


def pages(site: Site, language: str) -> Iterator[Page]:
    """Give the list of updates, each update, and the resources."""
    _ = translations(language).gettext
    told = updates(site, language)
    yield Page(
        "updates/",
        language,
        "updates.html",
        _("News of the campaign"),
        _("What happened, the newest first."),
        {"updates": told},
        menu="updates/",
    )
    for newer, update, older in zip([None, *told], told, [*told[1:], None], strict=False):
        yield Page(
            update.address,
            language,
            "update.html",
            update.text.title,
            update.text.summary or update.text.title,
            {"update": update, "newer": newer, "older": older},
            menu="updates/",
            kind="article",
        )
    yield Page(
        "resources/",
        language,
        "resources.html",
        _("Resources"),
        _("Reports, films and news, each with its source."),
        {"groups": grouped(site.content.resources), "name_of": language_name},
        menu="resources/",
    )


def updates(site: Site, language: str) -> tuple[Told, ...]:
    """Give the updates of the days so far, the newest first."""
    return tuple(_told(site, language, update) for update in site.content.updates if update.day <= site.day)


def _told(site: Site, language: str, update: Update) -> Told:
    codes = (language, *site.languages, *update.texts)
    code = next(code for code in codes if code in update.texts)
    return Told(update.slug, update.day, update.texts[code], code)


def grouped(resources: Iterable[Resource]) -> dict[str, list[Resource]]:
    """Give resources by kind, the newest first; a kind of which there is none is not there."""
    newest = sorted(resources, key=lambda resource: resource.date, reverse=True)
    found = {kind: [resource for resource in newest if resource.kind == kind] for kind in KINDS}
    return {kind: those for kind, those in found.items() if those}


def files(site: Site) -> Iterator[File]:
    """Give a feed a language; none without the address that its entries need."""
    if not site.url:
        return
    for language in site.languages:
        yield File(root_path("feed.xml", language, site.languages), _feed(site, language))


def _feed(site: Site, language: str) -> bytes:
    """Write the feed of a language (RFC 4287, section 4.1): the whole text of each update, the newest first."""
    told = updates(site, language)
    base = f"{site.url}{root_path('', language, site.languages)}"
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _add(feed, "title", site.content.pages[language].title)
    _add(feed, "id", base)
    _add(feed, "updated", _moment(told[0].day if told else site.day))
    ET.SubElement(feed, "link", {"href": base})
    ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{base}feed.xml"})
    _add(ET.SubElement(feed, "author"), "name", site.campaign.settings.campaign.title)
    for update in told:
        entry = ET.SubElement(feed, "entry", {"xml:lang": update.language})
        _add(entry, "title", update.text.title)
        _add(entry, "id", f"{base}{update.address}")
        _add(entry, "updated", _moment(update.day))
        ET.SubElement(entry, "link", {"href": f"{base}{update.address}"})
        if update.text.summary:
            _add(entry, "summary", update.text.summary)
        _add(entry, "content", str(to_html(update.text.body, update.language)), {"type": "html"})
    ET.indent(feed)
    written: bytes = ET.tostring(feed, "utf-8", xml_declaration=True)
    return written + b"\n"


def _add(parent: ET.Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    ET.SubElement(parent, tag, attributes or {}).text = text


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
