from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import UsageError
from outreach.rendering.posts.intents import (
    ANY_SERVER,
    bluesky_intent,
    facebook_share,
    linkedin_share,
    mailto,
    mastodon_share,
    telegram_share,
    threads_intent,
    whatsapp_share,
    x_intent,
)

HARD = 'تضامن & l’ONU\'s #Beacon + 100% 👩\u200d🔬="é"?\nNext; <line>'
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def fields(address):
    parts = urlsplit(address)
    assert address.isascii()
    assert "+" not in parts.query
    assert not (parts.query and parts.fragment)
    return parse_qs(parts.query or parts.fragment, strict_parsing=True, keep_blank_values=True)


@given(TEXTS)
def test_every_text_comes_back_from_every_link(text):
    assert fields(x_intent(text)) == {"text": [text]}
    assert fields(bluesky_intent(text)) == {"text": [text]}
    assert fields(mastodon_share("mastodon.social", text)) == {"text": [text]}
    assert fields(mastodon_share(ANY_SERVER, text)) == {"text": [text]}
    assert fields(threads_intent(text)) == {"text": [text]}
    assert fields(linkedin_share(text)) == {"shareActive": ["true"], "text": [text]}
    assert fields(whatsapp_share(text)) == {"text": [text]}
    assert fields(telegram_share("https://example.org", text)) == {"url": ["https://example.org"], "text": [text]}


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (x_intent(HARD), "https://x.com/intent/tweet"),
        (bluesky_intent(HARD), "https://bsky.app/intent/compose"),
        (mastodon_share("mastodon.social", HARD), "https://mastodon.social/share"),
        (threads_intent(HARD), "https://www.threads.net/intent/post"),
        (linkedin_share(HARD), "https://www.linkedin.com/feed/"),
        (whatsapp_share(HARD), "https://wa.me/"),
        (telegram_share("https://example.org", HARD), "https://t.me/share/url"),
    ],
)
def test_each_link_opens_its_network(address, place):
    assert address.split("?")[0] == place
    assert fields(address)["text"] == [HARD]


def test_x_takes_a_link_and_hashtags_apart_from_the_text():
    address = x_intent("Free them", "https://example.org/?a=1&b=é#c", ["#EndReprisals", "Beacon"])
    assert fields(address) == {
        "text": ["Free them"],
        "url": ["https://example.org/?a=1&b=é#c"],
        "hashtags": ["EndReprisals,Beacon"],
    }


def test_what_is_empty_is_left_out():
    assert x_intent("a") == "https://x.com/intent/tweet?text=a"
    assert x_intent("") == "https://x.com/intent/tweet"
    assert mailto() == "mailto:"


@pytest.mark.parametrize("instance", ["mastodon.social", "https://mastodon.social", "https://mastodon.social/"])
def test_a_mastodon_server_is_named_or_given_as_an_address(instance):
    assert mastodon_share(instance, "a") == "https://mastodon.social/share?text=a"


def test_a_mastodon_server_beyond_ascii_is_named_as_the_wire_has_it():
    assert mastodon_share("Bücher.example:8443", "a") == "https://xn--bcher-kva.example:8443/share?text=a"


@pytest.mark.parametrize(
    "instance", ["-.-", "", "mastodon", "@user@mastodon.social", "https://", "a b.org", "a.org?b", "http://[a.b"]
)
def test_what_is_no_mastodon_server_is_refused_with_an_example(instance):
    with pytest.raises(UsageError, match=r"is not a Mastodon server: give its name, such as mastodon\.social"):
        mastodon_share(instance, "a")


def test_facebook_takes_an_address_alone_and_needs_one():
    assert facebook_share("https://a.example/?b=c") == (
        "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fa.example%2F%3Fb%3Dc"
    )
    with pytest.raises(UsageError, match="give the page of the case"):
        facebook_share("")


def test_a_mail_may_name_who_gets_it():
    address = mailto("Hello", to="mission+un@example.org")
    assert address == "mailto:mission%2Bun@example.org?subject=Hello"


def test_telegram_needs_an_address_to_share():
    with pytest.raises(UsageError, match="give the page of the case"):
        telegram_share("", "a")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_a_mail_comes_back_with_its_lines_ended_by_crlf(body):
    address = mailto("Beacon & others", body)
    assert address.isascii()
    assert len(address) < 2000
    found = parse_qs(urlsplit(address).query, keep_blank_values=True)
    lines = body.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    assert found == {"subject": ["Beacon & others"]} | ({"body": [lines]} if lines else {})


def test_a_mail_is_written_as_rfc_6068_asks():
    address = mailto("Défense\nnow", "one\ntwo + 2 & #3")
    assert address == "mailto:?subject=D%C3%A9fense%20now&body=one%0D%0Atwo%20%2B%202%20%26%20%233"


def test_a_mail_may_have_2_000_characters_and_not_one_more():
    room = 2000 - len("mailto:?body=")
    assert len(mailto(body="a" * room)) == 2000
    with pytest.raises(UsageError, match="has 2,001 characters, 1 more than the 2,000"):
        mailto(body="a" * (room + 1))
