import pytest

from outreach.errors import UsageError
from outreach.registry.state_names.spellings import SPELLINGS
from outreach.registry.states import find_state, fold, in_order, load_states, load_terms

STATES = load_states()


def test_there_are_193_members_and_two_observers() -> None:
    assert len(STATES) == 195
    assert sorted(code for code, state in STATES.items() if state.observer) == ["PSE", "VAT"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DEU", "DEU"),
        ("de", "DEU"),
        (" Germany ", "DEU"),
        ("ALLEMAGNE", "DEU"),
        ("alemania", "DEU"),
        ("the Federal Republic of Germany", "DEU"),
        ("Turkey", "TUR"),
        ("türkiye", "TUR"),
        ("Netherlands, the", "NLD"),
        ("Pays-Bas", "NLD"),
        ("Moldova", "MDA"),
        ("iran", "IRN"),
        ("Cote d'Ivoire", "CIV"),
        ("Côte d’Ivoire", "CIV"),
        ("St. Lucia", "LCA"),
        ("Congo", "COG"),
        ("DR Congo", "COD"),
        ("Niger", "NER"),
        ("El Salvador", "SLV"),
        ("Estado de Palestina", "PSE"),
        ("Trinidad & Tobago", "TTO"),
    ],
)
def test_a_state_is_found_by_any_of_its_names(text: str, code: str) -> None:
    assert find_state(STATES, text).code == code


def test_every_name_of_every_state_leads_back_to_it() -> None:
    for state in STATES.values():
        names = [state.code, state.alpha2, *state.names.values(), *filter(None, state.formal.values())]
        assert {find_state(STATES, name).code for name in names} == {state.code}


def test_no_spelling_is_another_states_name() -> None:
    for code, spellings in SPELLINGS.items():
        assert {find_state(STATES, spelling).code for spelling in spellings} == {code}


def test_an_unknown_state_names_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        find_state(STATES, "Germny")
    assert str(error.value) == "there is no State 'Germny'; did you mean Germany (DEU)?"


@pytest.mark.parametrize("text", ["", "  ", "Atlantis", "\0", "x" * 1_000_000, "🙂", "(", "!"])
def test_nonsense_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="there is no State"):
        find_state(STATES, text)


def test_every_state_has_a_formal_name_without_the_asterisk_of_the_list() -> None:
    assert STATES["PSE"].formal["en"] == "the State of Palestine"
    assert not any("*" in name for state in STATES.values() for name in state.formal.values())
    assert [code for code, state in STATES.items() if not all(state.formal.values())] == []
    assert STATES["TUR"].formal["es"] == "la República de Türkiye"


def test_folding_keeps_different_names_apart() -> None:
    assert len({fold(state.name) for state in STATES.values()}) == len(STATES)


def test_council_terms_are_of_known_states_and_run_forwards() -> None:
    assert all(term.state in STATES and term.first <= term.last for term in load_terms())


def test_states_have_the_names_that_they_ask_to_be_called_by() -> None:
    """Côte d’Ivoire, Türkiye, Cabo Verde and Timor-Leste ask to be called so in every language."""
    asked = {"CIV": "Côte d’Ivoire", "TUR": "Türkiye", "CPV": "Cabo Verde", "TLS": "Timor-Leste"}
    assert {code: set(STATES[code].names.values()) for code in asked} == {c: {name} for c, name in asked.items()}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Ecuador", "El Salvador", "Estonia", "Romania", "Türkiye", "Uganda"]),
        ("es", ["Ecuador", "El Salvador", "Estonia", "Rumania", "Türkiye", "Uganda"]),
        ("fr", ["El Salvador", "Équateur", "Estonie", "Ouganda", "Roumanie", "Türkiye"]),
    ],
)
def test_el_salvador_stands_under_e_in_a_list_and_is_still_found_without_its_article(
    language: str, expected: list[str]
) -> None:
    names = [STATES[code].names[language] for code in ("UGA", "TUR", "ROU", "SLV", "EST", "ECU")]

    assert sorted(names, key=in_order) == expected
    assert find_state(STATES, "Salvador").code == find_state(STATES, "el salvador").code == "SLV"
