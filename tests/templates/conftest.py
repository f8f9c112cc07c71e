"""The repository's own campaign, loaded once, and its letters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.rendering.letters.letter import Letter, LetterWriter
from outreach.rendering.letters.words import letter_context
from tests.conftest import REPOSITORY

LetterOf = Callable[..., Letter]
REFERENCE = "ABCDE-FGHIJ"


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    return load_campaign(REPOSITORY)


@pytest.fixture(scope="session")
def letter_of(campaign: Campaign) -> LetterOf:
    """The letter to a State: letter_of("DEU", "viasna", language="fr", round="first", record_until=…, cases=[…])."""
    writer = LetterWriter(campaign.templates)

    def write(
        state: str,
        case: str,
        language: str = "en",
        round: str = "first",  # noqa: A002 - the field's own word
        record_until: date | None = None,
        cases: tuple[str, ...] = (),
    ) -> Letter:
        ask = campaign.asks["hrc51"]
        known = {slug: campaign.cases[slug] for slug in cases or campaign.cases}
        context = letter_context(
            registry=campaign.registry,
            cases=known,
            settings=campaign.settings,
            mission=campaign.registry.missions[state],
            case=campaign.cases[case],
            ask=replace(ask, date=record_until) if record_until else ask,
            round=round,
            language=language,
        )
        return writer.write(context).with_reference(REFERENCE)

    return write
