"""docs/templates.md says what a template can say: all of it, and nothing that is not so."""

import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from outreach.rendering.letters.letter import MAX_SUBJECT, LetterWriter
from outreach.rendering.posts.writer import LIMITS, PostText, PostWriter, too_long
from outreach.rendering.templates import context, post_context
from outreach.rendering.templates.context import AskWords
from outreach.rendering.templates.environment import FILTERS, MAX_LETTER, MAX_TEMPLATE, TEXT_METHODS
from outreach.rendering.templates.post_context import PostContext, TaggedWords

PAGE = (Path(__file__).parents[3] / "docs" / "templates.md").read_text("utf-8")
LETTERS, POSTS = PAGE.split("\n## Posts\n")
CELLS = re.findall(r"^\| (`[^`]+`(?:, `[^`]+`)*) \|", PAGE, re.MULTILINE)
TABLE = {word for cell in CELLS for word in re.findall("`([^`]+)`", cell)}


NOUNS_OF_POSTS = {"mission": post_context.TaggedWords, "concerned": post_context.TaggedWords}


def spoken():
    """Every word of LetterContext and PostContext, as a template writes it."""
    for field in fields(context.LetterContext):
        yield from names_of(field.name, getattr(context, f"{field.name.capitalize()}Words", None))
    for field in fields(post_context.PostContext):
        common = getattr(context, f"{field.name.capitalize()}Words", None)
        yield from names_of(field.name, NOUNS_OF_POSTS.get(field.name, common))


def names_of(word, noun):
    return [f"{word}.{inner.name}" for inner in fields(noun)] if is_dataclass(noun) else [word]


OF_THE_RECORD = [
    field.name
    for noun in (context.InstrumentWords, context.OccasionWords, context.PersonWords)
    for field in fields(noun)
]


@pytest.mark.parametrize("word", [*dict.fromkeys(spoken()), *OF_THE_RECORD])
def test_every_word_a_template_can_say_is_explained(word):
    assert word in TABLE


def test_no_word_is_explained_that_does_not_exist():
    words = {*spoken(), *OF_THE_RECORD}
    assert words == {word for word in TABLE if "(" not in word}


@pytest.mark.parametrize(
    "name", [*FILTERS, *sorted(TEXT_METHODS), "ordinal(language)", "join_words(language)", "spelt(language)", "range"]
)
def test_every_filter_and_method_is_named(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("limit", [MAX_LETTER, MAX_TEMPLATE, MAX_SUBJECT])
def test_the_limits_are_told(limit):
    assert f"{limit:,} " in PAGE


def test_the_examples_of_the_page_make_letters(template, words):
    example, on_layout = re.findall(r"```jinja\n(.*?)```", LETTERS, re.DOTALL)
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
    with pytest.raises(Exception, match=r"row 7: there is no word 'misson'; did you mean mission\?") as caught:
        LetterWriter(folder).write(words)
    assert str(caught.value).replace("archive", "viasna") in PAGE


def test_the_example_of_posts_makes_those_that_the_page_tells_of(tmp_path, words):
    (example,) = re.findall(r"```jinja\n(=== .*?)```", POSTS, re.DOTALL)
    folder = tmp_path / "templates" / "tweets"
    folder.mkdir(parents=True)
    (folder / "archive.en.txt").write_text(example, encoding="utf-8")
    tagged = TaggedWords("Permanent Mission of Erewhon", "Erewhon", "", "@erewhon", "", "")
    asked = AskWords("a", "f", "1 May 2022", "A.", when="on 1 May 2022", at_forum="at the Forum", at_forum_short="at F")
    posts = PostContext("en", words.case, asked, "#Tag", "", ("Laputa",), tagged)
    writer = PostWriter(folder)

    on_x = {post.name: post.parts for post in writer.posts(posts, "x")}
    elsewhere = {post.name: post.parts for post in writer.posts(posts, "mastodon")}

    assert list(on_x) == ["solidarity", "ask", "outcome"]
    assert on_x["solidarity"] == ("We stand with A. Person. #Tag",)
    assert on_x["ask"] != elsewhere["ask"]
    assert [len(on_x["outcome"]), len(on_x["ask"])] == [2, 1]
    assert {post.name for post in writer.posts(replace(posts, mission=tagged), "x")} == {"ask-mission"}


def test_the_limits_of_posts_are_told():
    rows = re.findall(r"^\| (X|Bluesky|Mastodon) \| ([0-9,]+) ", POSTS, re.MULTILINE)
    assert {name.lower(): int(number) for name, number in rows} == {
        network: limit.characters for network, limit in LIMITS.items()
    }


def test_the_words_about_a_long_post_read_like_that():
    post = PostText("ask", "x", (f"{'a' * 280} and the end",), addressed=False)

    assert f"\n{too_long(post)}\n" in POSTS
