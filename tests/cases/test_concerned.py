"""The State concerned is the one that the case names."""

from collections.abc import Callable

import pytest

from outreach.cases.concerned import unnamed_state, wrong_state
from outreach.cases.model import Case
from outreach.registry.state_names.finding import states_named
from outreach.registry.states import load_states


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("in Belarus", {"BLR"}),
        ("au Bélarus", {"BLR"}),
        ("la Biélorussie", {"BLR"}),
        ("l'avocat (Fédération de Russie)", {"RUS"}),
        ("in Russia", {"RUS"}),
        ("au Venezuela", {"VEN"}),
        ("in the Bolivarian Republic of Venezuela", {"VEN"}),
        ("en la República Islámica del Irán", {"IRN"}),
        ("in Guinea-Bissau", {"GNB"}),
        ("in the Democratic Republic of the Congo", {"COD"}),
        ("in South Sudan", {"SSD"}),
        ("au Soudan du Sud", {"SSD"}),
        ("in the Democratic People's Republic of Korea", {"PRK"}),
        ("aux États-Unis", {"USA"}),
        ("in Türkiye", {"TUR"}),
        ("the Belgian lawyer, one of us", set()),
    ],
)
def test_a_text_names_states_in_three_languages(text: str, codes: set[str]) -> None:
    assert states_named(text) == codes


def test_every_state_is_found_by_its_own_names() -> None:
    for code, state in load_states().items():
        for name in (*state.names.values(), *filter(None, state.formal.values())):
            assert code in states_named(f"x ({name}) y"), name


def test_a_slip_in_the_code_is_a_problem_of_every_text_that_contradicts_it(case_of: Callable[..., Case]) -> None:
    assert wrong_state(case_of(), load_states()) == []

    problems = wrong_state(case_of("state_concerned: BLR", "state_concerned: BEL"), load_states())

    keys = [f"{key}.{language}" for key in ("place", "mention") for language in ("en", "fr", "es")]
    assert [problem.column for problem in problems] == keys
    assert "'in Belarus' names Belarus (BLR), and not the State concerned, Belgium (BEL)" in problems[0].message


def test_another_state_may_be_named_beside_it(case_of: Callable[..., Case]) -> None:
    assert wrong_state(case_of("en: in Belarus", "en: in Lithuania, by Belarus"), load_states()) == []


def test_where_no_state_is_named_nothing_can_be_checked_and_that_is_said(case_of: Callable[..., Case]) -> None:
    case = case_of("fr: au Bélarus", "fr: en exil")

    assert wrong_state(case, load_states()) == []
    (warning,) = unnamed_state(case, load_states())
    assert (warning.column, "Bélarus in French" in warning.message) == ("place.fr", True)
