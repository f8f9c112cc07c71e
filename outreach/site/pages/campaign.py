"""The campaign's own page: hero, what was done, what is wanted, how, the cases; what comes first goes by the phase."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from outreach.cases.files.translations import BRIEF
from outreach.cases.model import Ask, Case
from outreach.grammar import spelt
from outreach.registry.states import in_order
from outreach.site.content.model import PageWords
from outreach.site.drawing.bars import bar
from outreach.site.drawing.seats import Seat, seats
from outreach.site.facts.acting import may_write, suggested_posts
from outreach.site.facts.site import Site
from outreach.site.facts.statements import Series, statement_series
from outreach.site.facts.voices import Voice, raised_since, states_of, voices_about, voices_at
from outreach.site.frame.page import Page
from outreach.site.frame.translations import translations
from outreach.site.pages.case import Told, titled, told
from outreach.site.pages.news import updates
from outreach.site.pages.occasions import occasion, speakers

BLOCK = re.compile(r"^###[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=\S)")
ON_CARDS = ("X", "Bluesky", "Mastodon")  # the case's page has the others
FEW_RESOURCES, FEW_UPDATES = 4, 3
MOST_VOICES = 5
MOST_LINKS = 24_000  # characters of addresses on the page


@dataclass(frozen=True, slots=True)
class Card:
    """A case as the campaign's page shows it. `posts`: there are suggested posts; `links` open the first."""

    case: Case
    title: Told
    brief: Told
    raised: str  # by whom, in words; "" where nobody is on record for it
    posts: bool
    links: dict[str, str]


@dataclass(frozen=True, slots=True)
class Hall:
    """The half circle: the drawing, and its numbers as text. `beside` are States lit outside of those asked."""

    drawing: Markup
    total: int
    lit: int
    beside: tuple[str, ...]


def pages(site: Site, language: str) -> Iterator[Page]:
    """Give the first page of a language."""
    words = site.content.pages[language]
    past = site.last_ask
    spoken = voices_at(site, past) if past else ()
    by_state = sorted(site.cases.values(), key=lambda case: in_order(site.state_name(case.state_concerned, language)))
    cards = tuple(_light([_card(site, case, language, past) for case in by_state]))
    yield Page(
        address="",
        language=language,
        template="campaign.html",
        title=words.title,
        description=words.description,
        words={
            "words": words,
            "phase": site.phase.value,
            "hero": _hero(words),
            "occasion": occasion(site.ask, language) if site.ask else "",
            "past": occasion(past, language) if past else "",
            "past_ask": past,
            "hall": _hall(site, language, spoken),
            "voices": spoken,
            "speakers": lambda voice: speakers(site, voice, language),
            "spoke": spelt(len(states_of(spoken)), language),
            "spoke_number": len(states_of(spoken)),
            "series": tuple((each, _bars(each)) for each in statement_series(site)),
            "wanted": blocks(words.what_we_want),
            "how": blocks(words.how),
            "cards": cards,
            "write": any(may_write(site, case) for case in site.cases.values()),
            "post": any(card.posts for card in cards),
            "asked": len(site.asked.get(site.ask.id, ())) if site.ask else 0,
            "film_picture": site.content.pictures.get(words.picture),
            "resources": site.content.resources[:FEW_RESOURCES],
            "updates": updates(site, language)[:FEW_UPDATES],
        },
    )


def blocks(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Part Markdown into what stands before its third-level headings, and each heading with what is under it."""
    before, *parts = BLOCK.split(text)
    return before.strip(), tuple(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))


def _hero(words: PageWords) -> tuple[str, str]:
    """Give the hero's words, and its last sentence where there are several: that is what stands out."""
    first, *more = SENTENCE.split(words.hero.strip())
    return (" ".join([first, *more[:-1]]), more[-1]) if more else (first, "")


def _card(site: Site, case: Case, language: str, past: Ask | None) -> Card:
    posts = suggested_posts(site, case, language)
    links = {name: post.links[name] for name in ON_CARDS for post in posts[:1] if name in post.links}
    if posts and not links:
        links = {name: url for post in posts for name, url in post.links.items() if name in ON_CARDS}
    voices = raised_since(site, case.slug, past) if past else voices_about(site, case.slug)
    return Card(
        case=case,
        title=titled(case, language, site),
        brief=told(site, case, BRIEF, language),
        raised=_raised(site, voices, language),
        posts=bool(posts),
        links=links,
    )


def _light(cards: Sequence[Card]) -> Iterator[Card]:
    """Leave the links out of cards once the page has many: the page of each case has them all."""
    room = MOST_LINKS
    for card in cards:
        room -= sum(map(len, card.links.values()))
        yield card if room > 0 else replace(card, links={})


def _raised(site: Site, voices: Sequence[Voice], language: str) -> str:
    """Say who spoke, each once, and in which years: the page of the case has the days."""
    years: dict[str, set[str]] = defaultdict(set)
    for voice in voices:
        years[speakers(site, voice, language)].add(voice.when[:4])
    said = [f"{who} ({', '.join(sorted(found - {''}))})" if found - {""} else who for who, found in years.items()]
    return "; ".join(said[:MOST_VOICES]) + (" …" if len(said) > MOST_VOICES else "")


def _hall(site: Site, language: str, spoken: Sequence[Voice]) -> Hall | None:
    """Draw the States of the ask; those who spoke are lit. Before any ask was over: who raised one of the cases."""
    here = site.asked.get(site.ask.id, ()) if site.ask else ()
    if not here:
        return None
    _ = translations(language).gettext
    if site.last_ask is None:
        spoken = tuple(voice for slug in site.cases for voice in voices_about(site, slug))
    spoke = states_of(spoken)
    named = {code: site.state_name(code, language) for code in (*here, *spoke)}
    ordered = sorted(here, key=lambda code: in_order(named[code]))
    beside = sorted(spoke - set(here), key=lambda code: in_order(named[code]))

    def seat(code: str) -> Seat:
        if code not in spoke:
            return Seat(named[code])
        return Seat(_("%(state)s: raised a case") % {"state": named[code]}, lit=True)

    lit = len(spoke.intersection(here))
    title = _("A half circle of %(total)s seats, %(lit)s of them lit") % {"total": len(here), "lit": lit}
    drawing = seats([seat(code) for code in ordered], title, [seat(code) for code in beside])
    return Hall(drawing, len(here), lit, tuple(named[code] for code in beside))


def _bars(series: Series) -> tuple[Markup, ...]:
    whole = max(series.members, *(each.count for each in series.statements))
    return tuple(bar(each.count, whole) for each in series.statements)
