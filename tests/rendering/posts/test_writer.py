"""Posts: the form of their files, the words they may say, the form for each network, and how long they are."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import Problem, TemplateError
from outreach.rendering.posts.file import Section, forms, read_posts, tidy
from outreach.rendering.posts.length import over
from outreach.rendering.posts.writer import LIMITS, PostText, PostWriter, length_problems, limit, too_long
from outreach.rendering.templates.context import AskWords, CaseWords
from outreach.rendering.templates.post_context import PostContext, TaggedWords
from outreach.settings.accounts import NETWORKS

Written = Callable[..., tuple[PostText, ...]]
UTOPIA = TaggedWords("Permanent Mission of Utopia", "Utopia", "", "@utopia", "", "@utopia@social.example.org")
EREWHON = TaggedWords("Permanent Mission of Erewhon", "Erewhon", "", "@erewhon", "@erewhon.example.org", "")
WORDS = PostContext(
    language="en",
    case=CaseWords("archive", "The Archive", "in Utopia", "the Archive (Utopia)", ("A. Person",), ("The Archive",)),
    ask=AskWords("hrc51", "dialogue", "29 September 2022", "We ask you to raise this case."),
    hashtag="#Campaign",
    link="https://example.org/a",
    raised=(),
    concerned=UTOPIA,
)
ADDRESSED = replace(WORDS, mission=EREWHON)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "templates" / "tweets"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def written(folder: Path) -> Written:
    """The posts that a file of this text makes: written(text, network="x", context=WORDS)."""

    def write(text: str, network: str = "x", context: PostContext = WORDS) -> tuple[PostText, ...]:
        (folder / "archive.en.txt").write_text(text, encoding="utf-8")
        return PostWriter(folder).posts(context, network)

    return write


def parts(posts: tuple[PostText, ...]) -> dict[str, tuple[str, ...]]:
    return {post.name: post.parts for post in posts}


def problems_of(written: Written, text: str, context: PostContext = WORDS) -> tuple[Problem, ...]:
    with pytest.raises(TemplateError) as caught:
        written(text, "x", context)
    return caught.value.problems


# The form of a file


def test_a_file_has_several_posts_each_with_its_name(written: Written) -> None:
    assert parts(written("=== one\nA {{ hashtag }}\n\n=== two-b\n\nB\n\nC\n\n")) == {
        "one": ("A #Campaign",),
        "two-b": ("B\n\nC",),
    }


def test_a_form_for_networks_replaces_the_text_for_all(written: Written) -> None:
    text = "=== one\nfor all\n--- x\nfor X\n"

    assert [parts(written(text, network))["one"] for network in NETWORKS] == [("for X",), ("for all",), ("for all",)]


def test_one_form_can_be_for_several_networks(written: Written) -> None:
    text = "=== one\nfor all\n--- x, bluesky\nshort\n"

    assert [parts(written(text, network))["one"] for network in NETWORKS] == [("short",), ("short",), ("for all",)]


def test_a_post_may_have_no_text_for_a_network(written: Written) -> None:
    (post,) = written("=== one\n--- x\nfor X\n", "mastodon")

    assert (post.parts, post.left_out) == ((), "has no text for mastodon")


def test_a_thread_has_its_parts_in_order_with_the_row_of_each(written: Written) -> None:
    (post,) = written("=== one\nfirst\n~~~\nsecond\n~~~\nthird\n--- mastodon\nalone\n")

    assert (post.parts, post.rows) == (("first", "second", "third"), (1, 3, 5))


def test_a_condition_may_stand_around_forms_and_parts(written: Written) -> None:
    text = "=== one\n{% if raised %}\nlong {{ raised | join_words(language) }}\n~~~\nmore\n--- x\nshort\n{% endif %}\n"

    (silent,) = written(text)
    raised = replace(WORDS, raised=("Erewhon", "Laputa"))

    assert (silent.parts, silent.left_out) == ((), "says nothing yet")
    assert parts(written(text, "x", raised))["one"] == ("short",)
    assert parts(written(text, "bluesky", raised))["one"] == ("long Erewhon and Laputa", "more")


def test_a_thread_with_a_gap_is_refused_since_its_parts_keep_their_numbers(written: Written) -> None:
    (problem,) = problems_of(written, "=== one\nfirst\n~~~\n{% if raised %}second{% endif %}\n~~~\nthird\n")

    assert str(problem).startswith("templates/tweets/archive.en.txt, row 1: post 'one': a part of the thread says noth")


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("Hello\n=== one\nA\n", 1, "text before the first post"),
        ("{{ hashtag }}\n=== one\nA\n", 1, "text before the first post"),
        ("--- x\nA\n=== one\nB\n", 1, "'---' belongs to a post; begin one first"),
        ("~~~\n=== one\nB\n", 1, "'~~~' belongs to a post; begin one first"),
        ("\n\n", 1, "has no post: begin one with a line '=== NAME'"),
        ("=== one\nA\n=== One!\nB\n", 3, "'One!' is no name of a post"),
        ("===\nA\n", 1, "'' is no name of a post"),
        ("=== one\nA\n\n=== one\nB\n", 4, "there is a post 'one' already, in row 1"),
        ("=== one\nA\n--- twitter\nB\n", 3, "unknown network 'twitter'"),
        ("=== one\nA\n--- mastodn,x\nB\n", 3, "unknown network 'mastodn'; did you mean mastodon?"),
        ("=== one\nA\n---\nB\n", 3, "'---' needs the networks"),
        ("=== one\nA\n~~~~\nB\n", 3, "'~~~~': a line with ~~~ alone begins the next post"),
        ("=== one\nA\n--- x\nB\n--- x,bluesky\nC\n", 1, "two forms are for x; keep one '--- x'"),
        ("=== one\nA\x1eB\n", 2, "has the control character U+001E"),
        ('=== one\n{{ "\\x1b[2J" }}\n', 1, "what it says has the control character U+001B"),
        ('=== one\n{{ "\\ud800" }}\n', 1, "what it says has the control character U+D800"),
    ],
)
def test_a_file_without_the_form_names_its_row(written: Written, text: str, row: int, words: str) -> None:
    (problem,) = problems_of(written, text)

    assert (problem.file, problem.row) == ("templates/tweets/archive.en.txt", row)
    assert words in problem.message


def test_all_rows_that_have_not_the_form_are_named_at_once(written: Written) -> None:
    assert [problem.row for problem in problems_of(written, "=== A\n--- z\n=== b\n~~~ x\n")] == [1, 2, 4]


def test_a_missing_file_says_what_to_do(folder: Path) -> None:
    with pytest.raises(TemplateError, match=r"archive\.en\.txt: there are no posts: make the file"):
        PostWriter(folder).posts(WORDS, "x")

    assert not PostWriter(folder).has("archive", "en")


LINES = st.sampled_from(
    ["=== one", "=== two", "=== ", "--- x", "--- mastodon,x", "--- ?", "~~~", "~~~ ~", "A", "{{", ""]
)


@given(st.lists(st.one_of(LINES, st.text(max_size=5))))
def test_any_text_is_a_file_of_posts_or_refused_with_rows(lines: list[str]) -> None:
    text = "\n".join(lines)
    problems, found = read(text)

    assert bool(problems) != bool(found)
    assert all(problem.message and 1 <= (problem.row or 0) <= text.count("\n") + 1 for problem in problems)


def read(text: str) -> tuple[tuple[Problem, ...], tuple[Section, ...]]:
    try:
        return (), read_posts(text, "file.txt").sections
    except TemplateError as error:
        return error.problems, ()


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"])))
def test_a_text_without_signs_comes_out_of_its_form_as_it_is_but_for_gaps(text: str) -> None:
    (form,) = forms(f"{text}\n", 1)

    assert form.parts == ((1, tidy(text)),)
    assert tidy(text).replace(" ", "") == text.replace(" ", "")


# The words


def test_a_missing_link_or_hashtag_leaves_no_gap(written: Written) -> None:
    text = "=== one\nStand with them. {{ link }} {{ hashtag }}\n\n{{ link }}\n\nAlways.  {{ hashtag }}\n\n{{ link }}\n"

    posts = written(text, context=replace(WORDS, link="", hashtag=""))

    assert parts(posts)["one"] == ("Stand with them.\n\nAlways.",)


def test_a_no_break_space_stays(written: Written) -> None:
    assert parts(written("=== one\nQui\u00a0?\n"))["one"] == ("Qui\u00a0?",)


def test_what_stands_before_the_first_post_is_for_all_of_them(written: Written) -> None:
    text = "{# shared #}\n{% macro shout(word) %}{{ word | upper }}{% endmacro %}\n\n=== one\n{{ shout(case.title) }}\n"

    assert parts(written(text))["one"] == ("THE ARCHIVE",)


def test_a_post_takes_pieces_from_a_file_of_the_same_folder(folder: Path, written: Written) -> None:
    (folder / "_pieces.en.txt").write_text("{% macro by(names) %}by {{ names | join(', ') }}{% endmacro %}", "utf-8")

    text = '{% from "_pieces.en.txt" import by %}\n=== one\n{{ by(case.people) }}\n'

    assert parts(written(text))["one"] == ("by A. Person",)


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("=== one\nA\n\n=== two\nB\n{{ hashtga }}\n", 6, "there is no word 'hashtga'; did you mean hashtag?"),
        ("{% set a = 1 %}\n\n=== one\n--- x\n\n{{ case.tilte }}\n", 6, "'case' has no 'tilte'; did you mean title?"),
        ("=== one\nA\n{% if raised %}\nB\n=== two\nC\n", 3, "{% if raised %} begins here and is never ended"),
        ("=== one\n{{ raised }}\n", 2, "a list is not text; join it"),
        ("=== one\n{{ concerned.handel }}\n", 2, "'mission' has no 'handel'; did you mean handle?"),
        ("=== one\n{{ case.__class__ }}\n", 2, "is out of bounds"),
        (
            "=== one\n{% include '../letters/beacon.en.md' %}\n",
            2,
            "there is no '../letters/beacon.en.md' in this folder",
        ),
        ("{{ nothing('{%') }\n=== one\nA\n", 1, "a single } ends nothing here"),
        ("{% set m = mission.x %}\n=== one\nA\n", 1, "only a post can say 'mission'"),
        ("=== one\n{% include '_tag.txt' %}\n", 1, "only a post whose own text says 'mission' is addressed"),
    ],
)
def test_a_fault_of_a_template_names_file_and_row(
    folder: Path, written: Written, text: str, row: int, words: str
) -> None:
    (folder / "_tag.txt").write_text("{{ mission.handle }}\n", encoding="utf-8")

    (problem,) = problems_of(written, text)

    assert problem.row == row
    assert words in problem.message
    assert problem.file == f"templates/tweets/{'_tag.txt' if '_tag' in text else 'archive.en.txt'}"


@pytest.mark.parametrize("title", ["The\n~~~\nArchive", "The\u2028Archive", "The\x1eArchive"])
def test_no_word_brings_a_line_or_a_control_character_along(written: Written, title: str) -> None:
    context = replace(WORDS, case=replace(WORDS.case, title=title))

    (problem,) = problems_of(written, "=== one\n{{ case.title }}\n", context)

    assert "the word case.title has the control character or line break" in problem.message


# Whom a post addresses


def test_a_post_whose_text_says_mission_is_for_one_mission_at_a_time(written: Written) -> None:
    text = "=== all\nA {# mission #}\n=== tag\nDear {{ mission.handle }} of {{ mission.state }}\n"

    assert parts(written(text)) == {"all": ("A",)}
    assert parts(written(text, context=ADDRESSED)) == {"tag": ("Dear @erewhon of Erewhon",)}
    assert parts(written(text, "bluesky", ADDRESSED)) == {"tag": ("Dear @erewhon.example.org of Erewhon",)}


def test_a_handle_of_another_network_is_refused_for_it_would_be_somebody_elses_there(written: Written) -> None:
    text = "=== hello\nDear {{ mission.x }}. Please speak.\n"
    (post,) = written(text, "x", ADDRESSED)
    assert post.parts == ("Dear @erewhon. Please speak.",)
    with pytest.raises(TemplateError, match="@erewhon is a handle on x, the text is for bluesky"):
        written(text, "bluesky", ADDRESSED)


def test_a_mission_without_a_handle_gets_no_post(written: Written) -> None:
    (post,) = written("=== tag\n{{ mission.name }} {{ mission.x }}\n", "mastodon", ADDRESSED)

    assert (post.addressed, post.parts, post.left_out) == (True, (), "no handle on mastodon")


def test_the_outline_tells_which_posts_are_addressed(folder: Path, written: Written) -> None:
    written("=== all\nA\n=== tag\n{{ mission.handle }}\n")

    outline = PostWriter(folder).outline("archive", "en")

    assert [(post.name, post.addressed, post.row) for post in outline] == [("all", False, 1), ("tag", True, 3)]


def test_the_state_concerned_is_tagged_only_by_a_text_that_says_so(written: Written) -> None:
    text = "=== one\nA\n=== two\n{{ concerned.handle }}, set them free\n"

    assert parts(written(text)) == {"one": ("A",), "two": ("@utopia, set them free",)}


# How long a post is


def test_what_is_over_is_counted_and_shown_and_nothing_is_cut(written: Written) -> None:
    long = "a" * 290 + " the end"

    (post,) = written(f"=== one\n{long}\n")

    assert post.parts == (long,)
    assert too_long(post) == f"x: 298 of 280; over by 18: '…{'a' * 10} the end'"
    (problem,) = length_problems(post)
    assert str(problem) == (
        f"templates/tweets/archive.en.txt, row 1: post 'one', {too_long(post)}. "
        "Shorten it, or give x a text of its own after a line: --- x"
    )


@pytest.mark.parametrize(("network", "characters"), [("x", 280), ("bluesky", 300), ("mastodon", 500)])
def test_a_post_of_just_the_limit_fits_and_one_more_does_not(network: str, characters: int) -> None:
    fits = PostText("one", network, ("a" * characters,), addressed=False)

    assert too_long(fits) == ""
    assert too_long(replace(fits, parts=("a" * characters + "b",))).endswith("over by 1: '…b'")


def test_the_part_of_a_thread_that_is_too_long_is_named_with_its_row(written: Written) -> None:
    (post,) = written(f"=== one\nA\n~~~\n{'b' * 281}\n~~~\nC\n")

    assert too_long(post) == "part 2 of 3, x: 281 of 280; over by 1: '…b'"
    assert [problem.row for problem in length_problems(post)] == [3]


def test_bluesky_has_a_limit_of_bytes_too() -> None:
    family = "👨‍👩‍👧‍👦" * 150  # one grapheme of 25 bytes each

    assert over(family, limit("bluesky")) == "bluesky: 3,750 of 3,000 bytes in UTF-8; over by 750"


def test_a_mastodon_server_may_have_limits_of_its_own() -> None:
    post = PostText("one", "mastodon", ("a" * 600 + " https://example.org/page",), addressed=False)

    assert too_long(post).startswith("mastodon: 624 of 500; over by 124: ")
    assert too_long(post, replace(limit("mastodon"), characters=624)) == ""
    assert too_long(post, replace(limit("mastodon"), characters=624, link=24)).startswith("mastodon: 625 of 624")


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1), st.sampled_from(NETWORKS))
def test_a_post_is_too_long_exactly_when_the_network_counts_more_than_it_takes(text: str, network: str) -> None:
    bound = replace(LIMITS[network], characters=3, bytes=0)

    assert bool(over(text, bound)) == (bound.count(text) > 3)
