"""Writes the letter as a mission would get it, for whoever is about to add a voice. Stores nothing, sends nothing.

How many ask is not known yet: the numbers in it are the least with which such a letter leaves.
"""

from dataclasses import dataclass
from itertools import pairwise

from outreach.campaign import Campaign
from outreach.cases.model import Ask, Case
from outreach.errors import DataError, UsageError
from outreach.publishing.untold import Untold
from outreach.rendering.letters.digest import DigestFacts, Quote, digest_context
from outreach.rendering.letters.letter import LetterWriter
from outreach.rendering.letters.reference import PLACE_OF_REFERENCE
from outreach.rendering.letters.setting.plain import WIDTH
from outreach.rendering.letters.words import letter_language
from outreach.rendering.templates.context import LetterContext
from outreach.services.supporters.offering import Offer
from outreach.supporters.arrivals import Arrival
from outreach.text import clean_line

# Stands for the visitor's words while the letter is written: what writes letters keeps what it wrote, and these are
# nobody's to keep. No keyboard writes it (Unicode: for private use).
PLACE_OF_QUOTE = "\ue000"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list in a letter; `own`: the visitor's words are in it."""

    text: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a letter as plain text, or a list's `items`."""

    text: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """A letter to look at: to which State (alpha-3) of how many, for which of the cases; `least` voices make one."""

    state: str
    letters: int
    cases: tuple[str, ...]
    subject: str
    paragraphs: tuple[Paragraph, ...]
    least: int


def look(campaign: Campaign, offer: Offer, arrival: Arrival, writer: LetterWriter, untold: Untold) -> Look | None:
    """Write the letter that one of the chosen missions would get with this voice in it; None where none would get one.

    It is in the visitor's language, and goes first to a mission that reads that. None too where the campaign has no
    words for such a letter in that language, or where the letter names somebody whom pages may not name: a mission may
    be told more than everybody.
    """
    wanted = [case for case in offer.cases if case.slug in arrival.cases]
    to = _chosen(offer, arrival)
    told = {state: [case for case in wanted if not case.is_closed_to(state)] for state in to}
    states = [state for state, cases in told.items() if cases and state in campaign.registry.missions]
    if not states or offer.ask is None:
        return None
    state = min(states, key=lambda code: (-len(told[code]), not _reads(campaign, code, arrival.language)))
    try:
        subject, texts = writer.texts(_context(campaign, offer.ask, arrival, state, told[state]))
    except (DataError, UsageError):
        return None
    if untold.why_not((subject, *texts)):
        return None
    quote = clean_line(arrival.words)
    return Look(
        state=state,
        letters=len(states),
        cases=tuple(case.slug for case in told[state]),
        subject=subject,
        paragraphs=tuple(_paragraph(text, quote) for text in texts if PLACE_OF_REFERENCE not in text),
        least=campaign.settings.digest.least,
    )


def _chosen(offer: Offer, arrival: Arrival) -> tuple[str, ...]:
    if arrival.missions == "not-raised":
        return offer.not_raised
    return offer.states if arrival.missions == "all" else tuple(arrival.missions.split(";"))


def _reads(campaign: Campaign, state: str, language: str) -> bool:
    return letter_language(campaign.registry.missions[state], campaign.settings) == language


def _context(campaign: Campaign, ask: Ask, arrival: Arrival, state: str, cases: list[Case]) -> LetterContext:
    settings = campaign.settings
    least = settings.digest.least
    facts = DigestFacts(
        number=least,
        until=campaign.today(),
        by_case=dict.fromkeys((case.slug for case in cases), least),
        countries={},
        number_of_countries=0,
        quotes=(Quote(0, PLACE_OF_QUOTE, arrival.language),) if arrival.may_quote else (),
        every_days=settings.digest.every_days,
    )
    return digest_context(
        registry=campaign.registry,
        cases=campaign.cases,
        settings=settings,
        mission=campaign.registry.missions[state],
        asked=cases,
        ask=ask,
        facts=facts,
        language=arrival.language,
        today=campaign.today(),
    )


def _paragraph(text: str, quote: str) -> Paragraph:
    """Read a part of a letter, which is wrapped for mail, as a paragraph or a list; the quote goes to its place."""
    lines = text.strip().splitlines()
    if not lines or not all(line.startswith(("- ", "  ")) for line in lines):
        return Paragraph(_unwrapped(lines))
    items = list[str]()
    for line in lines:
        if line.startswith("- "):
            items.append(line[2:].strip())
        else:
            items[-1] += f" {line.strip()}"
    return Paragraph(items=tuple(Item(item.replace(PLACE_OF_QUOTE, quote), PLACE_OF_QUOTE in item) for item in items))


def _unwrapped(lines: list[str]) -> str:
    """Join wrapped lines again. One that had room for the next word was ended on purpose, as those of an address."""
    whole = lines[0].strip() if lines else ""
    for before, line in pairwise(lines):
        had_room = len(before) + 1 + len(line.partition(" ")[0]) <= WIDTH
        whole += ("\n" if had_room else " ") + line.strip()
    return whole
