"""The language of an answer is one that there is, whatever a browser says that it prefers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.web.languages import choose_language

OFFERED = ("en", "fr", "es")


@pytest.mark.parametrize(
    ("asked", "accepted", "known", "language"),
    [
        ("", "", "", "en"),
        ("es", "fr", "fr", "es"),
        ("", "fr", "es", "es"),  # the language that somebody wrote in
        ("xx", "de-AT, fr-CH;q=0.7, es;q=0.9", "", "es"),
        ("", "fr;q=0, es;q=0.1", "", "es"),
        ("", "fr;q=x, es", "", "es"),
        ("pt-BR", "*", "", "en"),
    ],
)
def test_what_is_asked_for_goes_before_what_is_preferred(asked: str, accepted: str, known: str, language: str) -> None:
    assert choose_language(asked, accepted, OFFERED, known) == language


@given(st.text(max_size=30), st.text(max_size=300), st.text(max_size=10))
def test_any_header_gives_a_language_that_is_offered(asked: str, accepted: str, known: str) -> None:
    assert choose_language(asked, accepted, OFFERED, known) in OFFERED
