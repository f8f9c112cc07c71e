"""Whether a post stands in the account's timeline, as X shows it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.channels.x.timeline import is_ours, seen_posts
from outreach.errors import Deferred, DeliveryError, Paused
from tests.channels.account_contract import run
from tests.channels.letters import send
from tests.channels.networks.http_server import Fault
from tests.channels.networks.x_posts import NOW, channel_to, post, problem
from tests.channels.networks.x_server import OWNER, Post, XServer, as_shown


def test_it_is_looked_through_page_by_page() -> None:
    with XServer(page=2) as server:
        channel = channel_to(server.url)
        send(channel, *(post(number) for number in range(1, 8)))
        found = run(channel, lambda: channel.find(post(1)))
        assert len(server.asked(f"/users/{OWNER}/tweets")) == 4
        assert found is not None
        assert found.reference == server.posts[0].id


def test_a_timeline_without_end_says_nothing() -> None:
    with XServer(page=1) as server:
        channel = channel_to(server.url)
        send(channel, *(post(number) for number in range(1, 10)))
        with pytest.raises(Deferred, match="too long"):
            run(channel, lambda: channel.find(post(10)))


def test_a_post_of_this_text_that_answers_another_is_not_this_one() -> None:
    with XServer() as server:
        channel = channel_to(server.url)
        send(channel, replace(post(1), parent="77"))
        assert run(channel, lambda: channel.find(post(1))) is None
        assert run(channel, lambda: channel.find(replace(post(1), parent="77"))) is not None


@pytest.mark.parametrize(
    ("status", "error"), [(401, Paused), (402, Paused), (403, Paused), (429, Deferred), (500, Deferred)]
)
def test_it_says_when_it_cannot_look(status: int, error: type[DeliveryError]) -> None:
    with XServer(Fault(f"/users/{OWNER}/tweets", status, problem(status))) as server:
        channel = channel_to(server.url)
        with pytest.raises(error):
            run(channel, lambda: channel.find(post()))


@pytest.mark.parametrize(
    "text",
    [
        "See https://example.org/a?b=1&c=2 and https://example.org/, all of you",
        "AT&T <3 &amp; &eacute; 😀 https://example.org/x?a=1&para=2",
        "Two\n\nparagraphs  with   room\nhttps://example.org/x/",
        "e\u0301te\u0301",
    ],
    ids=ascii,
)
def test_a_text_is_known_again_as_the_timeline_shows_it(text: str) -> None:
    shown = as_shown(Post("1570000000000000001", text, b"picture", "", "", NOW))
    (seen,) = seen_posts({"data": [shown]})
    assert is_ours(seen, text, "")


def test_a_bare_domain_that_x_made_a_link_is_known_again() -> None:
    shown = {
        "id": "1",
        "text": "More at https://t.co/abc",
        "entities": {"urls": [{"url": "https://t.co/abc", "expanded_url": "http://example.org/"}]},
    }
    (seen,) = seen_posts({"data": [shown]})
    assert is_ours(seen, "More at example.org", "")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=280), st.booleans())
def test_any_text_is_known_again_and_no_other(text: str, picture: bool) -> None:
    shown = as_shown(Post("1570000000000000001", text, b"p" if picture else b"", "", "", NOW))
    (seen,) = seen_posts({"data": [shown]})
    assert is_ours(seen, text, "")
    assert not is_ours(seen, f"{text} more", "")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "id", "text", "entities", "urls", "url", "expanded_url", "type"]), inner
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["data", "meta", "errors"]), json_values))
def test_a_page_that_is_not_as_x_writes_it_is_read_without_an_error(body: dict[str, Any]) -> None:
    for seen in seen_posts(body):
        assert seen.id
