"""What is said of States that the record names, and of those that it does not name."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.registry.load import load_registry
from outreach.registry.model import Act, Instrument, Registry
from outreach.registry.outcomes import Outcomes, coverage_words, first_day, raisings
from tests.conftest import CAMPAIGN

ASK_DAY = date(2022, 9, 29)
STATES = ("BEL", "CAN", "DEU", "FRA", "LUX", "NLD")
REGISTRY = load_registry(CAMPAIGN)
DIALOGUE = Instrument("hrc51-dialogue", "dialogue", "A dialogue", date="2022-09-29", count="2", source="s")
STATEMENT = Instrument("hrc55-statement", "statement", "A statement", date="2024-03-21", count="1", source="s")


def act(state: str, instrument: str = "hrc51-dialogue", case: str = "beacon", **more: str) -> Act:
    return Act(state, "raised", instrument, case, source="s", **more)  # type: ignore[arg-type]


def registry(*acts: Act, instruments: tuple[Instrument, ...] = (DIALOGUE,)) -> Registry:
    return replace(REGISTRY, acts=acts, instruments={each.id: each for each in instruments})


def said(known: Registry, ask_day: date = ASK_DAY, asked_on: date | None = None) -> dict[str, bool | None]:
    outcomes = Outcomes(known)
    return {state: outcomes.of(state, "beacon", ask_day, asked_on).raised for state in STATES}


def not_raised(known: Registry) -> set[str]:
    return {state for state, raised in said(known).items() if raised is False}


def test_where_everybody_is_known_the_others_did_not_raise_the_case() -> None:
    found = said(registry(act("BEL"), act("DEU")))
    assert {state: raised for state, raised in found.items() if raised} == {"BEL": True, "DEU": True}
    assert not_raised(registry(act("BEL"), act("DEU"))) == {"CAN", "FRA", "LUX", "NLD"}


@pytest.mark.parametrize(
    ("acts", "instruments"),
    [
        pytest.param((act("BEL"),), (DIALOGUE,), id="one of two is known"),
        pytest.param((act("BEL"), act("DEU")), (replace(DIALOGUE, count=""),), id="nobody counted"),
        pytest.param((act("BEL"), act("DEU")), (replace(DIALOGUE, count="31-1-15"),), id="a vote of an older file"),
        pytest.param((act("BEL"), act("DEU")), (replace(DIALOGUE, count="1"),), id="sources disagree"),
        pytest.param((act("BEL"), act("DEU")), (DIALOGUE, STATEMENT), id="what came later is not whole"),
        pytest.param(
            (act("BEL"), act("DEU")),
            (DIALOGUE, replace(STATEMENT, date="")),
            id="what may have come later is not whole",
        ),
        pytest.param((), (), id="nothing was held as far as anybody knows"),
        pytest.param((act("BEL"), act("DEU")), (replace(DIALOGUE, date="2021-09-29"),), id="nothing on the ask's day"),
    ],
)
def test_where_somebody_is_not_known_nobody_is_said_not_to_have_raised_it(
    acts: tuple[Act, ...], instruments: tuple[Instrument, ...]
) -> None:
    assert not_raised(registry(*acts, instruments=instruments)) == set()


def test_of_a_state_that_spoke_the_record_may_lack_a_name() -> None:
    known = registry(act("BEL"), act("DEU", case="sample"))
    assert said(known)["DEU"] is None


@pytest.mark.parametrize(
    ("asked_on", "since"),
    [
        (None, ASK_DAY),
        (date(2022, 9, 1), date(2022, 9, 1)),
        (date(2022, 10, 5), ASK_DAY),  # it had raised the case when it was to be raised
    ],
)
def test_an_outcome_counts_from_the_day_of_the_asking(asked_on: date | None, since: date) -> None:
    assert first_day(ASK_DAY, asked_on) == since


def test_a_state_that_raised_the_case_on_the_day_it_was_asked_raised_it() -> None:
    asked_in_november = date(2021, 11, 20)
    known = registry(act("DEU", date="2021-11-20"), act("FRA", date="2021-11-19"))
    found = said(known, asked_on=asked_in_november)
    assert (found["DEU"], found["FRA"]) == (True, None)


def test_the_coverage_is_said_in_words() -> None:
    instruments = (replace(DIALOGUE, count="13"), replace(STATEMENT, count=""))
    known = registry(act("BEL"), act("DEU"), act("BEL", "hrc55-statement"), instruments=instruments)
    assert coverage_words(Outcomes(known).coverage(ASK_DAY)) == (
        "2 of 13 States known for hrc51-dialogue; how many spoke nobody counted for hrc55-statement (1 known)"
    )


def test_acts_of_one_occasion_are_told_together() -> None:
    acts = [act("BEL", subject="One", with_="BENELUX"), act("BEL", subject="Two", with_="BENELUX")]
    [raising] = raisings(registry(*acts), acts)
    assert (raising.when, raising.where, raising.with_, raising.sources) == (
        "2022-09-29",
        "hrc51-dialogue",
        "BENELUX",
        ("s",),
    )


@st.composite
def records(draw: st.DrawFn) -> tuple[Registry, Registry]:
    """A record that knows at most those who took part, and the same with rows taken out."""
    ids = ("hrc51-dialogue", "hrc55-statement", "unga77-statement")
    kinds = {"hrc51-dialogue": "dialogue", "hrc55-statement": "statement", "unga77-statement": "joint statement"}
    acts = draw(
        st.lists(
            st.builds(
                act,
                st.sampled_from(STATES),
                st.sampled_from(ids),
                st.sampled_from(["beacon", "sample", ""]),
                date=st.sampled_from(["", "2022-09-29", "2022"]),
            ),
            max_size=10,
            unique=True,
        )
    )
    instruments = []
    for name in ids:
        known = len({each.state for each in acts if each.instrument == name})
        count = draw(st.sampled_from(["", str(known), str(known + 1)]))
        instruments.append(Instrument(name, kinds[name], name, date="2022-10-01", count=count))
    whole = registry(*acts, instruments=tuple(instruments))
    kept = draw(st.lists(st.sampled_from(acts), unique=True)) if acts else []
    return whole, replace(whole, acts=tuple(kept))


@given(records())
def test_taking_rows_out_of_the_record_never_makes_a_negative_sentence(pair: tuple[Registry, Registry]) -> None:
    whole, poorer = pair
    assert not_raised(poorer) <= not_raised(whole)
    outcomes = Outcomes(whole)
    quick = {state for state in STATES if outcomes.nobody_knows(state, "beacon", ASK_DAY)}
    assert all(said(whole, asked_on=day)[state] is None for state in quick for day in (None, date(2022, 1, 1)))
    true = {state for state, raised in said(whole).items() if raised}
    assert not not_raised(poorer) & true
