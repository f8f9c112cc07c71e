"""docs/templates.md says what a template can say: all of it, and nothing that is not so."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from outreach.rendering import context
from outreach.rendering.environment import FILTERS, MAX_LETTER, MAX_TEMPLATE, TEXT_METHODS
from outreach.rendering.letter import MAX_SUBJECT, LetterWriter

PAGE = (Path(__file__).parents[2] / "docs" / "templates.md").read_text("utf-8")
TABLE = set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))


def spoken():
    """Every word of LetterContext, as a template writes it."""
    for field in fields(context.LetterContext):
        noun = getattr(context, f"{field.name.capitalize()}Words", None)
        names = [f"{field.name}.{inner.name}" for inner in fields(noun)] if is_dataclass(noun) else [field.name]
        yield from names


@pytest.mark.parametrize("word", [*spoken(), *(field.name for field in fields(context.InstrumentWords))])
def test_every_word_a_template_can_say_is_explained(word):
    assert word in TABLE


def test_no_word_is_explained_that_does_not_exist():
    words = {*spoken(), *(field.name for field in fields(context.InstrumentWords))}
    assert words == {word for word in TABLE if "(" not in word}


@pytest.mark.parametrize("name", [*FILTERS, *TEXT_METHODS, "ordinal(language)", "join_words(language)", "range"])
def test_every_filter_and_method_is_named(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("limit", [MAX_LETTER, MAX_TEMPLATE, MAX_SUBJECT])
def test_the_limits_are_told(limit):
    assert f"{limit:,} " in PAGE


def test_the_examples_of_the_page_make_letters(template, words):
    example, on_layout = re.findall(r"```jinja\n(.*?)```", PAGE, re.DOTALL)
    folder = template(example)
    letter = LetterWriter(folder).write(words)
    assert letter.subject == "The Archive: reprisals in Utopia"
    assert "co-sponsored resolution 36/21." in letter.text
    assert letter.text.endswith("\n\nThe team\nteam@example.org\n")
    template(on_layout)
    template("Subject: {% block subject %}{% endblock %}\n\n{% block case %}{% endblock %}\n", "_letter.en.md")
    letter = LetterWriter(folder).write(words)
    assert (letter.subject, letter.text) == ("Reprisals against Viasna", "Viasna promotes human rights in Belarus.\n")


def test_the_fault_on_the_page_reads_like_that(template, words):
    folder = template("Subject: s\n\na\n\nb\n\n{{ misson.name }}\n")
    with pytest.raises(Exception, match=r"row 7: there is no word 'misson'; did you mean 'mission'\?") as caught:
        LetterWriter(folder).write(words)
    assert str(caught.value).replace("archive", "viasna") in PAGE
