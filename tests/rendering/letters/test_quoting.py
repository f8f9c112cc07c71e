"""In which script and language people write, told by their words alone; what is not told is left open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rendering.letters.setting.markdown import literal, render, unescaped
from outreach.rendering.letters.setting.quoting import is_latin, language_of_words, marked, script_of


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("They told the United Nations what they saw.", "en"),
        ("Je vous prie de ne pas les oublier.", "fr"),
        ("Trabajé con organizaciones que hoy están cerradas. No pedimos más que la verdad.", "es"),
        ("Пожалуйста, назовите их имена: Viasna.", "und-Cyrl"),
        ("لا تنسوا المحامي", "und-Arab"),
        ("请说出他们的名字", "und-Hani"),
        ("Vergesst sie nicht!", ""),
        ("Merci.", ""),
        ("1204", ""),
        ("", ""),
    ],
)
def test_small_words_and_letters_tell_a_language(words: str, language: str) -> None:
    assert language_of_words(words) == language


def test_words_of_which_one_letter_is_not_latin_are_not_latin() -> None:
    assert is_latin("¿Quién, si no el 1.º? Ça va, naïf.")
    assert not is_latin("Vіasna")  # with a Cyrillic i
    assert script_of("Viasna Вясна и все остальные") == "Cyrl"


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1), max_size=4))
def test_marks_change_nothing_that_is_read(quotes: list[str]) -> None:
    quotes = [words for quote in quotes if (words := " ".join(quote.split()))]
    body = "\n".join(f"- “{literal(words)}”" for words in quotes) or "Nothing."
    for block in render(body):
        found = marked(block, [unescaped(literal(words)) for words in quotes], "en")
        assert found.text == block.text
        assert found.html.count("<span ") == found.html.count("</span>")
        assert _without_spans(found.html) == block.html


def _without_spans(html: str) -> str:
    while (start := html.find("<span lang=")) >= 0:
        end = html.index(">", start) + 1
        html = html[:start] + html[end:].replace("</span>", "", 1)
    return html
