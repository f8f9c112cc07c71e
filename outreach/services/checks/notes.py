"""Tries the paragraphs for single States, templates/states/DNK.en.md, as their letters would say them."""

from collections.abc import Iterator
from itertools import product

from outreach.campaign import NOTES, Campaign
from outreach.errors import DataError, Problem
from outreach.registry.model import Mission
from outreach.rendering.letters.notes import NoteWriter
from outreach.rendering.letters.words import letter_context


def note_problems(campaign: Campaign) -> Iterator[Problem]:
    """Give what is wrong with the paragraphs: no State's, empty, not to be written, or saying a withheld name."""
    writer = NoteWriter(campaign.notes, campaign.registry.states)
    try:
        files = tuple(writer.files())
    except DataError as error:
        yield from error.problems
        return
    for state, language in files:
        if language not in campaign.settings.campaign.languages:
            written = ", ".join(campaign.settings.campaign.languages)
            yield Problem(_file(state, language), f"the campaign does not write '{language}'; it writes {written}")
        else:
            yield from dict.fromkeys(_problems(campaign, writer, state, language))


def _problems(campaign: Campaign, writer: NoteWriter, state: str, language: str) -> Iterator[Problem]:
    mission = campaign.registry.missions.get(state) or Mission(state, "", (), language)
    cases = [case for case in campaign.cases.values() if not case.is_closed_to(state)]
    for case, ask in product(cases, campaign.asks.values()):
        try:
            note = writer.write(
                letter_context(
                    registry=campaign.registry,
                    cases=campaign.cases,
                    settings=campaign.settings,
                    mission=mission,
                    case=case,
                    ask=ask,
                    round="first",
                    language=language,
                )
            )
        except DataError as error:
            yield from error.problems
        else:
            if where := campaign.withheld.where_in([note]):
                yield Problem(_file(state, language), f"says a withheld name ({where})")


def _file(state: str, language: str) -> str:
    return f"{NOTES.as_posix()}/{state}.{language}.md"
