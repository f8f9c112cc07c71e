"""Tries the templates of digests: with few and with many facts, so that a fault is found before people have spoken."""

from collections.abc import Iterator

from outreach.campaign import Campaign
from outreach.errors import DataError, Problem
from outreach.registry.model import Mission
from outreach.rendering.letters.digest import DigestFacts, Quote, digest_context
from outreach.rendering.letters.letter import LetterWriter
from outreach.rendering.letters.names import DIGEST

WORDS = "…"  # what a quote says here


def digest_problems(campaign: Campaign) -> Iterator[Problem]:
    """Find what keeps digests from being written, of each language that has a template for them."""
    cases = [case for case in campaign.cases.values() if not case.unfinished]
    writer = LetterWriter(campaign.templates, campaign.settings.words)
    languages = [
        language
        for language in campaign.settings.campaign.languages
        if (campaign.templates / f"{DIGEST}.{language}.md").is_file()
    ]
    for ask in campaign.asks.values() if cases else ():
        for language in languages:
            for asked, facts in ((cases[:1], _facts(campaign, 1)), (cases, _facts(campaign, 1204))):
                try:
                    for mission in _missions(campaign):
                        context = digest_context(
                            registry=campaign.registry,
                            cases=campaign.cases,
                            settings=campaign.settings,
                            mission=mission,
                            asked=asked,
                            ask=ask,
                            facts=facts,
                            language=language,
                            today=campaign.today(),
                        )
                        writer.write(context)
                except DataError as error:
                    yield from error.problems


def _facts(campaign: Campaign, number: int) -> DigestFacts:
    """Make facts: of one person who said nothing more, or of many."""
    many, today = number > 1, campaign.today()
    return DigestFacts(
        number=number,
        until=today,
        by_case={slug: number - many * place for place, slug in enumerate(campaign.cases)},
        countries=dict.fromkeys(list(campaign.registry.states)[:3], 5) if many else {},
        number_of_countries=4 if many else 0,
        quotes=(Quote(1, WORDS), Quote(2, WORDS)) if many else (),
        since=today if many else None,
    )


def _missions(campaign: Campaign) -> list[Mission]:
    """Choose a State that raised a case, one that did something else, and one of which nothing is known."""
    acts = campaign.registry.acts
    raised = {act.state for act in acts if act.kind == "raised"}
    known = {act.state for act in acts} - raised
    missions = campaign.registry.missions.values()
    found = [[m for m in missions if fits(m.state)] for fits in (
        raised.__contains__, known.__contains__, lambda state: state not in raised | known
    )]  # fmt: skip
    return [each[0] for each in found if each] or [Mission("CHE", "", (), "en")]
