import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rendering.posts.facets import facets

PIECES = st.sampled_from(
    [
        "https://",
        "example.org",
        "/é",
        " ",
        "\n",
        "(",
        ")",
        ".",
        "“",
        "”",
        "#",
        "#défense",
        "@a.example.com",
        "😀",
        "漢",
        "…",
        "\u200b",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=4)).map("".join)


def cuts(text):
    """Kind, what the bytes hold, and value, of each facet."""
    data = text.encode("utf-8", "surrogatepass")
    return [(facet.kind, data[facet.start : facet.end].decode(), facet.value) for facet in facets(text)]


@given(TEXTS)
def test_each_facet_cuts_out_exactly_its_link_tag_or_handle(text):
    for kind, cut, value in cuts(text):
        if kind == "link":
            assert cut == value or f"https://{cut}" == value
        elif kind == "tag":
            assert cut[0] in "#＃"
            assert cut[1:] == value
        else:
            assert cut == f"@{value}"


@given(TEXTS)
def test_facets_are_in_order_inside_the_text_and_do_not_overlap(text):
    ends = [0, *[end for facet in facets(text) for end in (facet.start, facet.end)]]
    assert ends == sorted(ends)
    assert all(facet.start < facet.end for facet in facets(text))
    assert ends[-1] <= len(text.encode("utf-8", "surrogatepass"))


def test_bytes_are_counted_not_characters():
    assert [(facet.start, facet.end) for facet in facets("é 😀 #Beacon")] == [(8, 15)]


@pytest.mark.parametrize(
    ("text", "link", "value"),
    [
        ("https://example.org", "https://example.org", "https://example.org"),
        ("défense : https://example.org/é.", "https://example.org/é", "https://example.org/é"),
        ("see example.org/a, now", "example.org/a", "https://example.org/a"),
        ("see httpbin.org", "httpbin.org", "https://httpbin.org"),
        ("(https://example.org/a).", "https://example.org/a", "https://example.org/a"),
        ("https://example.org/A_(b)", "https://example.org/A_(b)", "https://example.org/A_(b)"),
        ("“https://example.org/a”, they say", "https://example.org/a", "https://example.org/a"),
        ("«https://example.org»", "https://example.org", "https://example.org"),
        ("HTTPS://example.org/a…", "HTTPS://example.org/a", "HTTPS://example.org/a"),
        ("تضامن https://example.org/ar", "https://example.org/ar", "https://example.org/ar"),
        ("l'https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"),
        ("https://example.org//", "https://example.org//", "https://example.org//"),
    ],
)
def test_a_link_ends_where_its_sentence_does(text, link, value):
    assert cuts(text) == [("link", link, value)]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("#EndReprisals", "EndReprisals"),
        ("Free them! #EndReprisals.", "EndReprisals"),
        ("#défense_des_droits, now", "défense_des_droits"),
        ("😀 #تضامن", "تضامن"),
        ("＃人権", "人権"),
        ("#HRC51", "HRC51"),
        ("#1a", "1a"),
        ("#a-b", "a-b"),
    ],
)
def test_a_hashtag_is_without_the_punctuation_after_it(text, tag):
    assert [(kind, value) for kind, _, value in cuts(text)] == [("tag", tag)]


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("@mission.example.com", "mission.example.com"),
        ("thanks, @mission.example.com.", "mission.example.com"),
        ("(@mission.example.com)", "mission.example.com"),
        ("é @a.test", "a.test"),
    ],
)
def test_a_mention_is_a_handle_with_a_domain(text, handle):
    assert cuts(text) == [("mention", f"@{handle}", handle)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing here",
        "#",
        "#51",
        "#!",
        "a#b",
        "#" + "a" * 65,
        "@mission",
        "@mission.invalidtld",
        "info@example.com",
        "example",
        "file.invalidtld",
        "https://",
        "https://…",
        "1.5",
        "#\ufe0f",
    ],
)
def test_what_is_none_of_these_is_text(text):
    assert cuts(text) == []


def test_all_together_in_order():
    assert cuts("Merci @mission.example.com ! #EndReprisals (example.org) https://example.com/é") == [
        ("mention", "@mission.example.com", "mission.example.com"),
        ("tag", "#EndReprisals", "EndReprisals"),
        ("link", "example.org", "https://example.org"),
        ("link", "https://example.com/é", "https://example.com/é"),
    ]
