"""What a picture is to quote is quoted with whose words they are, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from outreach.errors import TemplateError
from outreach.rendering.posts.quotes import NOTHING_OF_ITS_OWN, PictureWords, quoted
from outreach.rendering.posts.writer import PostText, PostWriter
from tests.rendering.posts.test_writer import WORDS

Written = Callable[[str], PostText]
SAID = "His detention is arbitrary."


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """The first post that a file of this text makes, for X, after Germany raised the case."""

    def write(text: str) -> PostText:
        (tmp_path / "archive.en.txt").write_text(text, encoding="utf-8")
        return PostWriter(tmp_path).posts(replace(WORDS, raised=("Germany",)), "x")[0]

    return write


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"“{SAID}” — A Working Group", PictureWords(SAID, "A Working Group")),
        (f"They said so.\n\n“{SAID}”\n– A Working Group, 2019.\n\n#Tag", PictureWords(SAID, "A Working Group, 2019")),
        (f"« {SAID} » — Un groupe #Tag", PictureWords(SAID, "Un groupe")),
        (f"“{SAID}” said a Working Group", NOTHING_OF_ITS_OWN),
        ("The word “reprisal” — a State’s punishment", NOTHING_OF_ITS_OWN),
        (f"“{SAID}” — @somebody", NOTHING_OF_ITS_OWN),
    ],
)
def test_a_quote_in_a_post_is_found_by_the_dash_before_whose_it_is(text: str, found: PictureWords) -> None:
    assert quoted(text) == found


@pytest.mark.parametrize(
    ("below", "said"),
    [
        (f"“{SAID}”\nA Working Group, {{{{ ask.date }}}}", PictureWords(SAID, "A Working Group, 29 September 2022")),
        (f"« {SAID}\nIt is. »\n— Un groupe", PictureWords(f"{SAID} It is.", "Un groupe")),
        ("Six years in\nprison", PictureWords(line="Six years in prison")),
        ("", NOTHING_OF_ITS_OWN),
    ],
)
def test_a_post_may_say_what_its_picture_says(written: Written, below: str, said: PictureWords) -> None:
    post = written(f"=== one\nText.\n--- card\n{below}\n--- bluesky\nOther\n")
    assert (post.parts, post.picture) == (("Text.",), said)


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        ("--- card\n“Nobody said this.”", "says not whose it is"),
        ("--- card\n“Never closed\nWho", "says not whose it is"),
        ("--- card\nOne\n~~~\nTwo", "one text"),
        ("--- card,x\nOne", "stand alone"),
        ("--- card\nOne\n--- card\nTwo", "two forms are for card"),
    ],
)
def test_what_a_picture_cannot_say_is_named(written: Written, card: str, problem: str) -> None:
    with pytest.raises(TemplateError, match=problem):
        written(f"=== one\nText.\n{card}\n")


def test_only_a_post_that_speaks_of_who_raised_the_case_thanks(written: Written) -> None:
    assert written("=== one\nText.").raised == ()
    assert written("=== one\n{% if raised %}Thanks to {{ raised | join }}.{% endif %}").raised == ("Germany",)
