"""What is typed into a form is checked as a whole, and nothing that may not be asked for gets through."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaign import Campaign, load_campaign
from outreach.cases.model import Consent
from outreach.publishing.untold import Untold
from outreach.registry.states import load_states
from outreach.rendering.letters.letter import LetterWriter
from outreach.services.supporters.forms import Fault, Field, Typed, check_joining, check_writing
from outreach.services.supporters.looking import look
from outreach.services.supporters.offering import Offer, offer
from tests.conftest import CAMPAIGN

BEFORE, AFTER = date(2022, 9, 20), date(2022, 10, 1)


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return replace(load_campaign(CAMPAIGN), day=BEFORE)


@pytest.fixture(scope="module")
def offered(campaign: Campaign) -> Offer:
    return offer(campaign, rehearsal=False)


@pytest.fixture(scope="module")
def typed(offered: Offer) -> Typed:
    return Typed(cases=tuple(case.slug for case in offered.cases), email="a@example.org")


def test_cases_are_offered_that_may_be_told_and_written_about(campaign: Campaign, offered: Offer) -> None:
    assert offered.is_open
    assert {case.slug for case in offered.cases} == {"beacon", "sample", "specimen"}
    beacon = campaign.cases["beacon"]
    for silent in (
        replace(beacon, consent=Consent(letters=True)),
        replace(beacon, consent=Consent(web=True)),
        replace(beacon, embargo=date(2022, 9, 25)),
        replace(beacon, unfinished=("What we want",)),
        replace(beacon, names_unknown=True),
    ):
        less = replace(campaign, cases={**campaign.cases, "beacon": silent})
        assert {case.slug for case in offer(less, rehearsal=True).cases} == {"sample", "specimen"}


def test_nobody_writes_after_the_day_but_in_a_rehearsal(campaign: Campaign) -> None:
    late = replace(campaign, day=AFTER)
    assert not offer(late, rehearsal=False).is_open
    assert offer(late, rehearsal=True).is_open
    assert offer(replace(campaign, asks={}), rehearsal=True) == Offer(None, is_open=False)


def test_a_good_form_is_an_arrival(offered: Offer, typed: Typed) -> None:
    wanted = replace(
        typed, words=" Say\nit. ", may_quote=True, name=" A\tB ", country="allemagne", joins=True, language="fr"
    )
    checked = check_writing(wanted, offered, "1", "203.0.113.0/24")
    assert checked.faults == {}
    kept = checked.arrival
    assert (kept.words, kept.name, kept.country, kept.may_quote, kept.joins) == ("Say\nit.", "A B", "DEU", True, True)
    assert (kept.ask, kept.missions, kept.language, kept.network) == ("hrc51", "all", "fr", "203.0.113.0/24")


@pytest.mark.parametrize(
    ("change", "field", "fault"),
    [
        ({"cases": ()}, Field.CASE, Fault.NONE_CHOSEN),
        ({"cases": ("nothing",)}, Field.CASE, Fault.UNKNOWN),
        ({"to": "everybody"}, Field.TO, Fault.UNKNOWN),
        ({"to": "chosen"}, Field.TO, Fault.NONE_CHOSEN),
        ({"to": "chosen", "states": ("BLR",)}, Field.TO, Fault.UNKNOWN),
        ({"to": "all", "states": ("DEU",)}, Field.TO, Fault.CHOSEN_AND_ALL),
        ({"words": "x" * 601}, Field.WORDS, Fault.TOO_LONG),
        ({"words": "a\u202eb"}, Field.WORDS, Fault.CONTROLS),
        ({"name": "x" * 61}, Field.NAME, Fault.TOO_LONG),
        ({"country": "Atlantis"}, Field.COUNTRY, Fault.UNKNOWN),
        ({"email": ""}, Field.EMAIL, Fault.MISSING),
        ({"email": "nobody"}, Field.EMAIL, Fault.NO_ADDRESS),
        ({"email": "a@example.org\nBcc: b@example.org"}, Field.EMAIL, Fault.NO_ADDRESS),
        ({"email": "a" * 250 + "@example.org"}, Field.EMAIL, Fault.TOO_LONG),
    ],
)
def test_each_fault_is_named_at_its_field(
    offered: Offer, typed: Typed, change: dict[str, object], field: Field, fault: Fault
) -> None:
    assert check_writing(replace(typed, **change), offered, "1").faults == {field: fault}  # type: ignore[arg-type]


def test_too_many_states_are_too_many(campaign: Campaign, offered: Offer, typed: Typed) -> None:
    many = tuple(sorted(load_states()))[:40]
    checked = check_writing(replace(typed, to="chosen", states=many), replace(offered, states=many), "1")
    assert checked.faults == {Field.TO: Fault.TOO_MANY}


@given(st.text(max_size=700), st.text(max_size=80), st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_whatever_is_typed_is_kept_within_limits_or_refused(
    offered: Offer, words: str, name: str, country: str, email: str, to: str
) -> None:
    written = Typed(cases=("beacon",), to=to, words=words, name=name, country=country, email=email)
    checked = check_writing(written, offered, "1")
    if not checked.faults:
        kept = checked.arrival
        assert len(kept.words) <= 600
        assert len(kept.name) <= 60
        assert kept.country in load_states() or not kept.country
        assert "\n" not in kept.address


def test_joining_needs_an_address_alone() -> None:
    assert check_joining("a@example.org", "es", "1").faults == {}
    assert check_joining(" ", "es", "1").faults == {Field.EMAIL: Fault.MISSING}


def told(campaign: Campaign) -> Untold:
    return Untold(campaign, list(campaign.cases))


def test_no_page_shows_a_letter_with_somebody_who_did_not_agree_to_the_web(
    campaign: Campaign, offered: Offer, typed: Typed
) -> None:
    writer = LetterWriter(campaign.templates, campaign.settings.words)
    arrival = check_writing(replace(typed, cases=("beacon",)), offered, "1").arrival
    shown = look(campaign, offered, arrival, writer, told(campaign))
    assert shown
    assert "Q. Example" in str(shown.paragraphs)
    case = campaign.cases["beacon"]
    people = tuple(
        replace(person, consent=replace(case.consent, web=False)) if person.name == "Q. Example" else person
        for person in case.people
    )
    silent = replace(campaign, cases={**campaign.cases, "beacon": replace(case, people=people)})
    assert look(silent, offered, arrival, writer, told(silent)) is None


def test_the_letter_shows_the_words_that_may_be_quoted(campaign: Campaign, offered: Offer, typed: Typed) -> None:
    writer = LetterWriter(campaign.templates, campaign.settings.words)
    arrival = check_writing(replace(typed, words="*Say* it\nnow", may_quote=True), offered, "1").arrival
    found = look(campaign, offered, arrival, writer, told(campaign))
    assert found
    own = [item.text for paragraph in found.paragraphs for item in paragraph.items if item.own]
    assert own == ["“*Say* it now”"]
    assert found.letters == len(offered.states)
    silent = look(campaign, offered, replace(arrival, may_quote=False), writer, told(campaign))
    assert silent
    assert "Say" not in str(silent.paragraphs)


def test_no_letter_names_a_case_to_its_own_state(campaign: Campaign, offered: Offer, typed: Typed) -> None:
    writer = LetterWriter(campaign.templates, campaign.settings.words)
    arrival = check_writing(replace(typed, cases=("beacon",)), offered, "1").arrival
    own = replace(offered, states=("BLR",))
    assert look(campaign, own, arrival, writer, told(campaign)) is None
    found = look(campaign, replace(offered, states=("BLR", "DEU")), arrival, writer, told(campaign))
    assert found
    assert (found.state, found.letters) == ("DEU", 1)
