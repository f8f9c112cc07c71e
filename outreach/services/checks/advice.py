"""Gathers the advice about the texts of a campaign, from its files alone; writes no letter and stops nothing.

What a letter must be written for (its length, its code) is advised by whoever writes it: `trial.py`, `send`.
"""

from collections.abc import Iterator
from itertools import chain

from outreach.campaign import Campaign
from outreach.cases.advice.advice import Advice, Finding
from outreach.cases.advice.invisible import unseen
from outreach.cases.advice.markup import indented, masked, pasted_html, wrong_letters
from outreach.cases.advice.placeholders import placeholders, unfilled
from outreach.cases.model import Case
from outreach.services.checks.texts import Sort, Text, shared_texts, texts_of_case

PLAIN = (Sort.FACTS, Sort.STORY)  # nothing in them is filled in
MARKDOWN = (Sort.STORY, Sort.LETTER)


def give_advice(campaign: Campaign, *cases: Case) -> tuple[Advice, ...]:
    """Give the advice about the texts of some cases and about those that all cases share; without cases, about all."""
    about = cases or tuple(campaign.cases.values())
    languages = campaign.settings.campaign.languages
    of_cases = (texts_of_case(campaign.folder, case, languages, facts=True) for case in about)
    texts = chain(chain.from_iterable(of_cases), shared_texts(campaign))
    return tuple(dict.fromkeys(advice for text in texts for advice in advice_on(text)))


def advice_on(text: Text) -> list[Advice]:
    """Give the advice about one text, in the order of its rows."""
    found = sorted(_findings(text), key=lambda each: each.at)
    return [Advice(each.what, each.to_do, text.file, text.row(each.at), text.column) for each in found]


def _findings(text: Text) -> Iterator[Finding]:
    """Find what other people's texts bring along, as it concerns this sort of text."""
    yield from unseen(text.words)
    yield from wrong_letters(text.words)
    words = text.words if text.sort in PLAIN else masked(text.words)
    yield from placeholders(words, text.language)
    yield from pasted_html(words, comments=text.template)
    if text.sort in MARKDOWN:
        yield from indented(words)
    if text.sort in PLAIN:
        yield from unfilled(words)
