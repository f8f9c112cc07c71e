from time import perf_counter
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.rendering.posts.length import bluesky_bytes, bluesky_length, links, mastodon_length, x_length

PIECES = st.sampled_from(
    [
        "https://",
        "example.org",
        "a_b.",
        "é",
        "漢",
        "😀",
        "👩\u200d🔬",
        "🇨🇭",
        "1\ufe0f\u20e3",
        "/(a)",
        "?x=1",
        "@user@",
        " ",
        ".",
        "_",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5)).map("".join)
# Letters and spaces alone: no dot, so no link.
WORDS = st.text(st.sampled_from("abc é漢 😀"))


@given(TEXTS)
def test_x_counts_a_text_alike_however_its_letters_are_composed(text):
    assert x_length(text) == x_length(normalize("NFD", text)) == x_length(normalize("NFC", text))


@given(TEXTS)
def test_no_character_counts_more_than_two_on_x_except_in_links(text):
    assert 0 <= x_length(text) <= 23 * len(links(text)) + 2 * len(normalize("NFC", text))


@given(WORDS, WORDS)
def test_words_count_the_same_on_x_together_as_apart(one, other):
    assert x_length(f"{one} {other}") == x_length(one) + 1 + x_length(other)


@given(WORDS, st.text(st.sampled_from("abcdefgh0123456789-_/"), max_size=200))
def test_a_link_counts_23_on_x_and_mastodon_however_long_it_is(words, path):
    text = f"{words} https://example.org/a{path}a"
    assert x_length(text) == x_length(words) + 1 + 23
    assert mastodon_length(text) == bluesky_length(words) + 1 + 23


@given(TEXTS)
@example("foo.com漢bar.org/x")
@example("http://\ud83d.com")
@example("\ud800")
def test_every_text_has_a_length_on_every_network(text):
    assert bluesky_length(text) <= len(text) <= bluesky_bytes(text)
    assert x_length(text) >= 0
    assert mastodon_length(text) >= 0


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_a_bare_text_in_ascii_has_as_many_graphemes_as_bytes_but_for_line_ends(text):
    assert bluesky_length(text) == bluesky_bytes(text) - text.count("\r\n")


@given(TEXTS)
def test_mastodon_counts_no_more_graphemes_than_there_are_where_links_cost_nothing(text):
    assert mastodon_length(text, url_length=0) <= bluesky_length(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Read https://example.org/beacon, then un.org/en.", ("https://example.org/beacon", "un.org/en")),
        ("HTTPS://Example.ORG/A", ("HTTPS://Example.ORG/A",)),
        ("https://example.org/wiki/A_(b) (see example.com)", ("https://example.org/wiki/A_(b)", "example.com")),
        ("http://ex\u0061\u0308mple.org/\u0065\u0301", ("http://exämple.org/é",)),
        ("https://t.co/abc/def", ("https://t.co/abc",)),
        ("foo.com漢bar.org/x", ("foo.com", "bar.org/x")),
        ("日本.jp 香港.香港 https://香港.香港", ("https://香港.香港",)),
        ("info@example.org @example.org #example.org -example.org", ()),
        ("", ()),
    ],
)
def test_links_are_what_x_takes_for_a_link(text, found):
    assert links(text) == found


def test_a_label_of_more_than_63_characters_makes_no_link():
    assert links(f"https://{'a' * 63}.org") == (f"https://{'a' * 63}.org",)
    assert links(f"https://{'a' * 64}.org") == ()
    assert links(f"https://{'漢' * 60}.org") == ()


def test_a_link_of_more_than_4096_characters_is_text():
    assert x_length("https://example.org/" + "a" * 4068) == 23
    assert x_length("https://example.org/" + "a" * 4069) == 4089


def test_a_server_says_what_a_link_counts_on_mastodon():
    assert mastodon_length("see https://example.org/a", url_length=30) == 34


def test_a_mention_whose_domain_is_too_long_counts_in_full_on_mastodon():
    domain = ".".join(["a" * 62] * 4)
    assert mastodon_length(f"@user@{domain}.aa") == 5 + 255
    assert mastodon_length(f"@user@{domain}") == 5


@pytest.mark.parametrize(
    "text",
    [
        "漢" * 3000,
        "漢." * 1500,
        "a." * 1500,
        "é_a." * 750,
        "é_a.com." * 375,
        "_é.com" * 500,
        "é" + "_" * 3000 + ".com",
        "http://a.org/" + "(" * 3000,
        "http://a.org/" + "(a)" * 1000,
        "http://a.org/" + "(a(b)c" * 500,
        "http://a.org/" + "$" * 3000,
        "http://a.org/?" + "!" * 3000,
        "@" + "a-" * 1500,
        "👨\u200d" * 1500,
    ],
    ids=lambda text: text[:18].encode("unicode_escape").decode(),
)
def test_a_text_made_to_be_slow_is_counted_all_the_same(text):
    start = perf_counter()
    assert x_length(text) > 0
    assert mastodon_length(text) > 0
    assert perf_counter() - start < 5  # the reference's own expressions would take minutes or more
