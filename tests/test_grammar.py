from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.grammar import (
    at_place,
    join_words,
    months_between,
    of_state,
    ordinal,
    short_when,
    with_article,
    without_article,
    written_date,
    written_month,
    written_when,
    years_between,
)
from outreach.registry.states import load_states


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("la République française", "de la République française"),
        ("le Japon", "du Japon"),
        ("l'Irlande", "de l'Irlande"),
        ("les Îles Salomon", "des Îles Salomon"),
        ("Antigua-et-Barbuda", "d'Antigua-et-Barbuda"),
        ("Équateur", "d'Équateur"),
        ("Haïti", "d'Haïti"),
        ("Hongrie", "de Hongrie"),
        ("Yémen", "de Yémen"),
        ("Türkiye", "de Türkiye"),
    ],
)
def test_french_draws_the_article_together_and_elides_before_a_vowel_or_mute_h(name, of):
    assert of_state(name, "fr") == of


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("el Reino de Bélgica", "del Reino de Bélgica"),
        ("la República Checa", "de la República Checa"),
        ("los Estados Unidos Mexicanos", "de los Estados Unidos Mexicanos"),
        ("las Islas Salomón", "de las Islas Salomón"),
        ("El Salvador", "de El Salvador"),
        ("Hungría", "de Hungría"),
    ],
)
def test_spanish_contracts_only_the_article_that_is_not_part_of_the_name(name, of):
    assert of_state(name, "es") == of


@pytest.mark.parametrize("language", ["fr", "es"])
def test_no_name_on_the_list_of_states_keeps_a_bare_article_after_of(language):
    for state in load_states().values():
        of = of_state(state.formal[language] or state.names[language], language)
        assert not of.startswith(("de le ", "de les ", "de el ", "de l’", "d'l")), state.code
        assert of.startswith(("de ", "d'", "du ", "des ", "del ")), state.code


@pytest.mark.parametrize(
    ("number", "english"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (51, "51st"),
        (112, "112th"),
    ],
)
def test_english_ordinals(number, english):
    assert ordinal(number, "en") == english


def test_french_and_spanish_ordinals():
    assert [ordinal(number, "fr") for number in (1, 2, 51)] == ["1re", "2e", "51e"]
    assert ordinal(51, "es") == "51.º"
    before = [ordinal(number, "es", before_noun=True) for number in (1, 3, 11, 13, 20, 51, 53, 60, 111)]
    assert before == ["1.er", "3.er", "11.º", "13.er", "20.º", "51.er", "53.er", "60.º", "111.º"]
    assert ordinal(51, "fr", before_noun=True) == "51e"


@pytest.mark.parametrize("wrong", ["51", None, True, 1.5])
def test_an_ordinal_counts_whole_numbers_only(wrong):
    with pytest.raises(TypeError, match="whole numbers"):
        ordinal(wrong, "en")


@pytest.mark.parametrize(
    ("words", "language", "joined"),
    [
        ([], "en", ""),
        (["A"], "en", "A"),
        (["A", "B"], "fr", "A et B"),
        (["A", "B", "C"], "en", "A, B and C"),
        (["A", "B", "C"], "es", "A, B y C"),
        (["Francia", "Italia"], "es", "Francia e Italia"),
        (["agua", "hielo"], "es", "agua y hielo"),
        (["padres", "hijos"], "es", "padres e hijos"),
        (["agua", "Ímola"], "es", "agua e Ímola"),
        ([2019, 2021], "es", "2019 y 2021"),
    ],
)
def test_words_are_joined_as_each_language_does(words, language, joined):
    assert join_words(words, language) == joined


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        ("en", date(2022, 9, 29), "29 September 2022"),
        ("fr", date(2022, 9, 29), "29 septembre 2022"),
        ("fr", date(2023, 3, 1), "1er mars 2023"),
        ("es", date(2022, 9, 29), "29 de septiembre de 2022"),
    ],
)
def test_dates_are_written_out(language: str, day: date, written: str) -> None:
    assert written_date(day, language) == written


@pytest.mark.parametrize(
    ("since", "day", "language", "words"),
    [
        ("2017-09", date(2022, 9, 1), "en", "five years"),
        ("2017-09", date(2022, 8, 31), "en", "four years"),
        ("2017-09-30", date(2022, 9, 29), "fr", "quatre ans"),
        ("2017-09-29", date(2022, 9, 29), "es", "cinco años"),
        ("2021-09", date(2022, 9, 29), "fr", "un an"),
        ("2022-01", date(2022, 9, 29), "es", "menos de un año"),
        ("2001-09", date(2022, 9, 29), "en", "21 years"),
        ("2004-02-29", date(2024, 2, 28), "es", "diecinueve años"),
    ],
)
def test_whole_years_are_counted_in_words(since: str, day: date, language: str, words: str) -> None:
    assert years_between(since, day, language) == words


@pytest.mark.parametrize(
    ("since", "words"),
    [("2021-03-29", "eighteen months"), ("2021-03-30", "seventeen months"), ("2022-09", "less than a month")],
)
def test_whole_months_are_counted_in_words(since: str, words: str) -> None:
    assert months_between(since, date(2022, 9, 29), "en") == words


@pytest.mark.parametrize("since", ["2017", "September 2017", "2017-13", "2023-01", ""])
def test_what_is_no_month_or_is_to_come_is_refused_in_words(since: str) -> None:
    with pytest.raises(ValueError, match=r"2017-09|later than 2022-09-29"):
        years_between(since, date(2022, 9, 29), "en")


RUSSIAN_DAYS = "12 сентября 2022\u202fг. – 30 сентября 2022\u202fг."
FIRST, LAST = date(2022, 9, 12), date(2022, 9, 30)


@pytest.mark.parametrize(
    ("language", "day", "days", "words", "years", "months"),
    [
        (
            "pt",
            "29 de setembro de 2022",
            "12 de setembro de 2022 – 30 de setembro de 2022",
            "A, B e C",
            "5 anos",
            "1 mês",
        ),
        ("de", "29. September 2022", "12. September 2022 – 30. September 2022", "A, B und C", "5 Jahre", "1 Monat"),
        ("ru", "29 сентября 2022\u202fг.", RUSSIAN_DAYS, "A, B и C", "5 лет", "1 месяц"),
        ("zh-Hant", "2022年9月29日", "2022年9月12日 – 2022年9月30日", "A、B和C", "5 年", "1 個月"),
    ],
)
def test_other_languages_write_dates_and_lists_as_unicode_has_them(language, day, days, words, years, months):
    assert written_date(date(2022, 9, 29), language) == day
    assert written_when(date(2022, 9, 29), date(2022, 9, 29), language) == day
    assert written_when(FIRST, LAST, language) == days
    assert join_words(["A", "B", "C"], language) == words
    assert years_between("2017-09", date(2022, 9, 29), language) == years
    assert months_between("2022-08", date(2022, 9, 29), language) == months


def test_less_than_a_year_or_month_is_said_in_months_or_days_where_no_words_are_known():
    assert years_between("2022-04-01", date(2022, 9, 29), "pt") == "5 meses"
    assert months_between("2022-09-24", date(2022, 9, 29), "pt") == "5 dias"


@pytest.mark.parametrize("language", ["pt", "ar", "ja"])
def test_no_article_preposition_or_ending_is_guessed_in_a_language_that_is_not_known_here(language):
    assert of_state("Alemanha", language) == with_article("Alemanha", language) == "Alemanha"
    assert at_place("Conselho", language) == without_article("Conselho", language) == "Conselho"
    assert ordinal(51, language) == ordinal(51, language, before_noun=True) == "51"


def test_the_campaigns_own_forms_of_on_and_from_to_go_before_all():
    assert written_when(LAST, LAST, "pt", on="em {date}") == "em 30 de setembro de 2022"
    both = written_when(FIRST, LAST, "pt", from_to="de {first} a {last}")
    assert both == "de 12 de setembro de 2022 a 30 de setembro de 2022"


@pytest.mark.parametrize(
    ("language", "when", "of"),
    [
        ("fr-CH", "du 12 septembre 2022 au 30 septembre 2022", "d'Haïti"),
        ("en-US", "from September 12, 2022 to September 30, 2022", "of Haïti"),
        ("es-419", "del 12 de septiembre de 2022 al 30 de septiembre de 2022", "de Haïti"),
    ],
)
def test_a_language_of_one_place_has_the_grammar_of_the_language(language, when, of):
    assert written_when(FIRST, LAST, language) == when
    assert of_state("Haïti", language) == of


def test_a_code_that_nobody_knows_is_an_error_and_no_other_language():
    with pytest.raises(ValueError, match="there is no language 'xx'"):
        join_words(["A", "B"], "xx")


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_months_are_written_as_unicode_has_them(first: date, last: date) -> None:
    """The built-in languages have their months here, so that Babel is not loaded for a date."""
    from babel.dates import format_date, format_interval, format_skeleton

    for language, locale in (("en", "en_GB"), ("fr", "fr"), ("es", "es")):
        spoken = format_date(first, format="long", locale=locale)
        assert written_date(first, language).replace("1er ", "1 ") == spoken
        assert written_month(f"{first}", language) == format_skeleton("yMMMM", first, locale=locale)
        one, more = format_skeleton("MMMd", first, locale=locale), format_interval(first, last, "MMMd", locale=locale)
        for until, wanted in ((first, one), (last, more if first != last else one)):
            told = short_when(first, until, language).replace("1er", "1")
            assert (told.replace(".", "").replace("mayo", "may") if language == "es" else told) == wanted
