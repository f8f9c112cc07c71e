"""Gathers the advice about the texts of a campaign, from its files alone; writes no letter and stops nothing.

What a letter must be written for (its length, its code) is advised by whoever writes it: `trial.py`, `send`.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from outreach.campaign import Campaign
from outreach.cases.advice.advice import Advice, Finding
from outreach.cases.advice.asking import vague
from outreach.cases.advice.invisible import unseen
from outreach.cases.advice.markup import indented, masked, pasted_html, wrong_letters
from outreach.cases.advice.placeholders import placeholders, unfilled
from outreach.cases.advice.threats import threats
from outreach.cases.model import Case
from outreach.services.checks.documents import advice_on_documents
from outreach.services.checks.length import advice_on_suggested_words
from outreach.services.checks.texts import Sort, Text, shared_texts, texts_of_case, texts_of_settings
from outreach.services.checks.unread import unread_files, unread_headings
from outreach.settings.settings import Settings

PLAIN = (Sort.FACTS, Sort.STORY)  # nothing in them is filled in
MARKDOWN = (Sort.STORY, Sort.LETTER)


def give_advice(campaign: Campaign, *cases: Case) -> tuple[Advice, ...]:
    """Give the advice about the texts of some cases and about those that all cases share; without cases, about all."""
    about = cases or tuple(campaign.cases.values())
    languages = campaign.settings.campaign.languages
    of_cases = (texts_of_case(campaign.folder, case, languages, facts=True) for case in about)
    texts = chain(chain.from_iterable(of_cases), shared_texts(campaign))
    found = [each for text in texts for each in advice_on(text)]
    for case in about:
        found += [*advice_on_suggested_words(case), *unread_headings(case)]
        found += advice_on_documents(case, languages, campaign.today())
    return tuple(dict.fromkeys((*found, *unread_files(campaign))))


def advice_on_asks(folder: Path, settings: Settings) -> tuple[Advice, ...]:
    """Give the advice about the sentences of the asks alone."""
    texts = (text for text in texts_of_settings(folder, settings) if text.sort is Sort.ASK)
    return tuple(advice for text in texts for advice in advice_on(text))


def advice_on(text: Text) -> list[Advice]:
    """Give the advice about one text, in the order of its rows."""
    found = sorted(_findings(text), key=lambda each: each.at)
    return [Advice(each.what, each.to_do, text.file, text.row(each.at), text.column) for each in found]


def _findings(text: Text) -> Iterator[Finding]:
    """Find what there is to say about a text of its sort."""
    yield from unseen(text.words)
    yield from wrong_letters(text.words)
    words = text.words if text.sort in PLAIN else masked(text.words)
    yield from placeholders(words, text.language)
    yield from pasted_html(words, comments=text.template)
    if text.sort in MARKDOWN:
        yield from indented(words)
    if text.sort in PLAIN:
        yield from unfilled(words)
    if text.sort is not Sort.POST:
        yield from threats(words, text.language)
    if text.sort is Sort.ASK:
        yield from vague(text.words, text.language)
