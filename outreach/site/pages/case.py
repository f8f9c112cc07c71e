"""The page of one case: what happened, who spoke, what became of the people, and what anybody can say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from outreach.cases.files.translations import BRIEF, SUGGESTED
from outreach.cases.model import Case, CaseEvent, Person, PersonStatus, Reference
from outreach.registry.states import in_order
from outreach.rendering.letters.documents import best_first, reference_text
from outreach.reports.page.stages import Stage
from outreach.site.content.model import Picture
from outreach.site.facts.acting import may_write, suggested_posts
from outreach.site.facts.site import Site
from outreach.site.facts.voices import Voice, voices_about
from outreach.site.frame.page import Page
from outreach.site.frame.translations import translations
from outreach.site.pages.occasions import speakers
from outreach.text import unwrapped

HEADINGS = ("Story behind", "What happened", "What we want", "Call to action")
MOST_LINKS = 30_000  # characters of addresses on one page: posts beyond that are texts to copy
DESCRIBED = 200  # characters of a page's description


@dataclass(frozen=True, slots=True)
class Told:
    """A text of a case and its language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class PersonTold:
    """Somebody of a case who agreed to the web. `status` is in the language of the page, "" where nobody knows."""

    name: str
    role: Told
    status: str
    since: str
    source: str


def pages(site: Site, language: str) -> Iterator[Page]:
    """Give the page of each case that may be told, in one language."""
    for case in site.cases.values():
        yield _page(site, case, language)


def _page(site: Site, case: Case, language: str) -> Page:
    brief = told(site, case, BRIEF, language)
    title = titled(case, language, site)
    return Page(
        address=f"cases/{case.slug}/",
        language=language,
        template="case.html",
        title=f"{title.text} | {site.campaign.settings.campaign.title}",
        description=_first_sentences(brief.text) or title.text,
        menu="#cases",
        kind="article",
        words={
            "case": case,
            "title": title,
            "brief": brief,
            "sections": _sections(site, case, language),
            "suggested": told(site, case, SUGGESTED, language),
            "days": tuple(_days(site, case, language)),
            "people": tuple(_person(site, case, person, language) for person in case.people_for("web")),
            "references": tuple(_references(site, case, language)),
            "asked": _asked(site, case.slug),
            "occasions": _occasions(site, case.slug),
            "speakers": lambda voice: speakers(site, voice, language),
            "posts": tuple(_posts(site, case, language)),
            "write": may_write(site, case),
            "unchecked": site.campaign.unchecked_facts(case, site.day) is not None,
            "pictures": pictures_of(site, case),
        },
    )


def titled(case: Case, language: str, site: Site) -> Told:
    """Give the title of a case in the language of a page, or in the first that it has."""
    return _first(case.title, language, site) or Told(case.name, case.language)


def told(site: Site, case: Case, heading: str, language: str) -> Told:
    """Give a section of a case in the language of a page, or in the first that it was written in; blank where none."""
    tellings = {code: case.told_in(code) for code in (language, *site.languages, case.language, *case.translations)}
    texts = {code: telling.story.get(heading, "") for code, telling in tellings.items() if telling}
    return _first(texts, language, site) or Told("", language)


def pictures_of(site: Site, case: Case) -> tuple[Picture, ...]:
    """Give the pictures that are of a case."""
    return tuple(picture for picture in site.content.pictures.values() if picture.case == case.slug)


def _first(texts: Mapping[str, str], language: str, site: Site) -> Told | None:
    codes = (language, *site.languages, *texts)
    return next((Told(texts[code].strip(), code) for code in codes if texts.get(code)), None)


def _sections(site: Site, case: Case, language: str) -> tuple[tuple[str, str, Told], ...]:
    """Give the sections that pages show, each with its mark and its heading in the language of the page."""
    _ = translations(language).gettext
    names = (_("The story behind"), _("What happened"), _("What we want"), _("Call to action"))
    found = (
        (heading, name, told(site, case, heading, language)) for heading, name in zip(HEADINGS, names, strict=True)
    )
    return tuple((heading.lower().replace(" ", "-"), name, text) for heading, name, text in found if text.text)


def _days(site: Site, case: Case, language: str) -> Iterator[tuple[CaseEvent, Told]]:
    """Give what happened, day by day, each in the language of the page where somebody told it so."""
    for event in case.dates:
        text = _first({case.language: event.text} | dict(event.texts), language, site)
        yield event, text or Told(event.text, case.language)


def _person(site: Site, case: Case, person: Person, language: str) -> PersonTold:
    roles = {case.language: person.role, **person.roles}
    return PersonTold(
        name=person.name,
        role=_first(roles, language, site) or Told("", language),
        status=status_words(person.status, language),
        since=person.since,
        source=person.source,
    )


def status_words(status: PersonStatus, language: str) -> str:
    """Word how somebody is; "" where nobody knows."""
    _ = translations(language).gettext
    words: dict[PersonStatus, str] = {
        "detained": _("detained"),
        "convicted": _("convicted"),
        "house arrest": _("under house arrest"),
        "disappeared": _("disappeared"),
        "in exile": _("in exile"),
        "released": _("released"),
        "free": _("free"),
        "dead": _("dead"),
    }
    return words.get(status, "")


def _references(site: Site, case: Case, language: str) -> Iterator[tuple[Told, str]]:
    """Give each document of the United Nations in words, and its source."""
    for reference in best_first(case.references):
        if text := _reference(site, case, reference, language):
            yield text, reference.source


def _reference(site: Site, case: Case, reference: Reference, language: str) -> Told | None:
    codes = (language, *site.languages, case.language)
    return next((Told(text, code) for code in codes if (text := reference_text(reference, code))), None)


def _occasions(site: Site, slug: str) -> tuple[tuple[Voice, ...], ...]:
    """Give who raised the case, on each occasion together; the newest first."""
    voices = voices_about(site, slug)
    return tuple(tuple(own) for _, own in groupby(voices, key=lambda voice: (voice.when, voice.where)))


def _asked(site: Site, slug: str) -> tuple[str, ...]:
    """Give the States (alpha-3) that a letter about the case is shown to have reached, by the public rule."""
    rows = (row for row in site.subject.rows if row.case == slug and row.taken_at)
    reached = {row.state for row in rows if site.subject.stage(row) not in (Stage.NOT_ASKED, Stage.CONCERNED)}
    states = site.campaign.registry.states
    return tuple(sorted(reached, key=lambda code: in_order(states[code].name if code in states else code)))


def _posts(site: Site, case: Case, language: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Give each text to post, its language and its links; without links where the page has many already."""
    room = MOST_LINKS
    for post in suggested_posts(site, case, language):
        room -= sum(map(len, post.links.values()))
        yield post.text, post.language, dict(post.links) if room > 0 else {}


def _first_sentences(text: str) -> str:
    """Give what a text begins with, whole sentences where they fit."""
    plain = unwrapped(text)
    if len(plain) <= DESCRIBED:
        return plain
    cut = plain[:DESCRIBED]
    end = max(cut.rfind(mark) for mark in (". ", "; ", "! ", "? "))
    return cut[: end + 1].rstrip(";") if end > 0 else f"{cut.rsplit(' ', 1)[0]}…"
