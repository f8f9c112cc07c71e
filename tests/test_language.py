"""Codes of languages: which there are, how they are written, and what a wrong one probably means."""

import re

import pytest

from outreach.language import best_language, is_right_to_left, language_code, language_name, language_named


@pytest.mark.parametrize(
    ("typed", "code", "name"),
    [
        ("en", "en", "English"),
        ("PT", "pt", "Portuguese"),
        ("pt_br", "pt-BR", "Portuguese (Brazil)"),
        ("zh-hant-tw", "zh-Hant-TW", "Chinese (Traditional, Taiwan)"),
        ("es-419", "es-419", "Spanish (Latin America)"),
        ("ca-ES-VALENCIA", "ca-ES-valencia", "Catalan (Spain, Valencian)"),
        (" ar ", "ar", "Arabic"),
    ],
)
def test_a_code_is_written_as_codes_are(typed, code, name):
    assert language_code(typed) == code
    assert language_code(code) == code
    assert language_name(code) == name


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("xx", "there is no language 'xx'; write its code, such as en, pt, ar or zh-Hant"),
        ("", "'' is not the code of a language; write its code, such as en, pt, ar or zh-Hant"),
        ("Portugese", "'Portugese' is not the code of a language; did you mean pt (Portuguese)?"),
        ("português", "'português' is not the code of a language; did you mean pt (Portuguese)?"),
        ("allemand", "'allemand' is not the code of a language; did you mean de (German)?"),
        ("العربية", "'العربية' is not the code of a language; did you mean ar (Arabic)?"),
        ("jp", "there is no language 'jp'; did you mean ja (Japanese)?"),
        ("pt-AR", "there is no language 'pt-AR'; did you mean pt (Portuguese)?"),
        ("iw", "the code 'iw' is not in use; write 'he' (Hebrew)"),
        ("eng", "the code 'eng' is not in use; write 'en' (English)"),
        ("de-1996", "there is no such kind of German; write 'de'"),
        ("../en", "'../en' is not the code of a language"),
    ],
)
def test_what_is_no_code_says_what_was_probably_meant(typed, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        language_code(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Portuguese", "pt"), ("PORTUGUÊS", "pt"), ("russe", "ru"), ("pt-br", "pt-BR"), ("Klingonese", "")],
)
def test_a_language_is_found_by_its_name(typed, code):
    assert language_named(typed) == code


@pytest.mark.parametrize(
    ("code", "backwards"), [("ar", True), ("he", True), ("pa-Arab", True), ("pa", False), ("fr", False)]
)
def test_which_way_a_language_is_read(code, backwards):
    assert is_right_to_left(code) is backwards


@pytest.mark.parametrize(
    ("wanted", "offered", "best"),
    [
        ("pt", ("en", "pt"), "pt"),
        ("pt-BR", ("en", "pt"), "pt"),
        ("pt", ("en", "pt-BR"), "pt-BR"),
        ("zh-Hans", ("zh-Hant",), ""),
        ("de", ("en", "fr"), ""),
    ],
)
def test_a_language_of_another_place_will_do_and_another_script_will_not(wanted, offered, best):
    assert best_language(wanted, offered) == best
