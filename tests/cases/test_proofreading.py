"""What ages in a text is found, and a name that is spelt in another way; what is well is left alone."""

import pytest

from outreach.cases.proofreading import misspelt_names, names_in, names_missing, passages_that_age

NAMES = ["Ales Bialiatski", "Tatsiana Lasitsa", "Vital Nshimirimana", "Carlos Correa"]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Five years on, he is still held.", ["Five years", "still"]),
        ("en", "Today 12 years\nhave passed; he is currently in exile.", ["Today", "12 years", "currently"]),
        ("en", "He was sentenced to two years in prison on 2 May 2019.", []),
        ("fr", "Cinq ans plus tard, il est toujours détenu.", ["Cinq ans", "toujours"]),
        ("fr", "Aujourd’hui, il est actuellement en exil.", ["Aujourd’hui", "actuellement"]),
        ("fr", "condamné à trois ans de prison en 2021", []),
        ("es", "Cinco años más tarde, sigue detenido; hoy aún espera.", ["Cinco años", "sigue", "hoy", "aún"]),
        ("es", "condenado a dos años de prisión", []),
    ],
)
def test_words_that_are_true_on_some_day_only_are_found(language: str, text: str, found: list[str]) -> None:
    assert [item.words for item in passages_that_age(text, language)] == found


def test_each_is_told_with_its_row() -> None:
    assert [item.row for item in passages_that_age("One.\n\nStill there.", "en")] == [3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ales\nBialiatski is held.", ["Ales Bialiatski"]),
        ("They hold Bialiatski and Lasitsa.", ["Ales Bialiatski", "Tatsiana Lasitsa", "Vera Bialiatski"]),
        ("Nobody of Nshimirimanas kin.", []),
        ("Vera Bialiatski is free.", ["Vera Bialiatski"]),
        ("Vera Bialiatski wrote to Bialiatski.", ["Ales Bialiatski", "Vera Bialiatski"]),
    ],
)
def test_who_is_named_is_found_by_the_whole_name_or_its_last_word(text: str, said: list[str]) -> None:
    assert names_in(text, [*NAMES, "Vera Bialiatski"]) == said


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ales Bialiatsky is held.", "Ales Bialiatsky"),
        ("Alés Bialiatski est détenu.", "Alés Bialiatski"),
        ("Ales\u00a0Bialatski is held.", "Ales Bialatski"),
        ("They hold Bialiatskiy and others.", "Bialiatskiy"),
        ("Tatsiana Lasitca is held.", "Tatsiana Lasitca"),
    ],
)
def test_a_name_in_another_spelling_is_found_with_the_cases_own(text: str, written: str) -> None:
    (found,) = misspelt_names(f"\n{text}", NAMES)
    assert (found.row, found.written) == (2, written)
    assert found.name in ("Ales Bialiatski", "Tatsiana Lasitsa")


@pytest.mark.parametrize(
    "text",
    [
        "Ales Bialiatski, Mr Bialiatski and Bialiatski's lawyer; ALES BIALIATSKI.",
        "En Corea y en Correos, Carlos Correa. Carlos, Correo de la mañana.",
        "Tatsiana and her sister Lasitsa",
        "Belarus detains people. Vital organs, Nshimirimana.",
    ],
)
def test_a_name_as_the_case_spells_it_is_well_and_so_is_what_is_no_name(text: str) -> None:
    assert misspelt_names(text, NAMES) == []


def test_who_is_left_out_among_others_is_named() -> None:
    assert names_missing("Ales\nBialiatski and Lasitsa", NAMES[:3]) == ["Vital Nshimirimana"]
    assert names_missing("Nobody is named here.", NAMES) == []
    assert names_missing("Ales Bialiatski, Tatsiana Lasitsa", NAMES[:2]) == []
