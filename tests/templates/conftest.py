"""The texts that this repository ships, with its own record, and with the one of the tests, which stays as it is."""

import functools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.cases.model import Ask, Case
from outreach.registry.load import load_registry
from outreach.rendering.letters.letter import Letter, LetterWriter
from outreach.rendering.letters.words import letter_context
from tests.conftest import CAMPAIGN, REPOSITORY

LetterOf = Callable[..., Letter]
REFERENCE = "ABCDE-FGHIJ"
RECORD_OF_2025 = date(2025, 12, 31)


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    return load_campaign(REPOSITORY)


@pytest.fixture(scope="session")
def of_the_tests(campaign: Campaign) -> Campaign:
    """The same texts with the record of the tests' campaign, whose cases stand for these."""
    return with_the_record_of_the_tests(campaign)


def with_the_record_of_the_tests(campaign: Campaign) -> Campaign:
    stands_for = {"": "", "beacon": "viasna", "sample": "jiang", "specimen": "metwally"}
    registry = load_registry(CAMPAIGN)
    acts = tuple(replace(act, case=stands_for[act.case]) for act in registry.acts)
    known = {**campaign.registry.missions, **registry.missions}
    instruments = {
        key: replace(instrument, topic=campaign.registry.instruments[key].topic)
        for key, instrument in registry.instruments.items()
    }
    return replace(campaign, registry=replace(registry, acts=acts, missions=known, instruments=instruments))


@pytest.fixture(scope="session")
def letter_of(campaign: Campaign) -> LetterOf:
    """The letter to a State: letter_of("DEU", "viasna", language="fr", round="first", record_until=…, cases=[…])."""
    return letters_of(campaign)


@pytest.fixture(scope="session")
def letter_by_record(of_the_tests: Campaign) -> LetterOf:
    """As letter_of, by the record of the tests."""
    return letters_of(of_the_tests)


def as_typed(text: str) -> str:
    """The text without what typography sets, but for the no-break spaces that are typed: tests say what is typed."""
    plain = re.sub(r"(?<=[^\W\d_])’(?=[^\W\d_]|«)", "'", text)
    return re.sub(r"(?<!«)\u00a0(?![:;!?»])", " ", plain)


def letters_of(campaign: Campaign) -> LetterOf:
    writer = LetterWriter(campaign.templates)

    @functools.cache  # the very same objects each time: what letters share is found once, as in a run
    def known(cases: tuple[str, ...]) -> dict[str, Case]:
        return {slug: campaign.cases[slug] for slug in cases or campaign.cases}

    @functools.cache
    def asked(until: date | None) -> Ask:
        ask = campaign.asks["hrc51"]
        return replace(ask, date=until, session=0) if until else ask

    def write(
        state: str,
        case: str,
        language: str = "en",
        round: str = "first",  # noqa: A002 - the field's own word
        record_until: date | None = None,
        cases: tuple[str, ...] = (),
    ) -> Letter:
        context = letter_context(
            registry=campaign.registry,
            cases=known(cases),
            settings=campaign.settings,
            mission=campaign.registry.missions[state],
            case=campaign.cases[case],
            ask=asked(record_until),
            round=round,
            language=language,
        )
        letter = writer.write(context).with_reference(REFERENCE)
        return replace(letter, blocks=tuple(replace(block, text=as_typed(block.text)) for block in letter.blocks))

    return write
