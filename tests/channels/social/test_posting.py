"""A post as one message: written, read back, and refused when it is something else."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.channels.social.post import Facet, SocialPost, from_bytes, to_bytes

POST = SocialPost("bluesky", "We stand with Beacon. #EndReprisals", "en", (Facet("tag", 22, 35, "EndReprisals"),))
PARTICULARS = 'Content-Disposition: attachment; filename="post.json"'


def written(post: SocialPost) -> bytes:
    return to_bytes(post, message_id="<1@posts.invalid>", account="bluesky <bluesky@posts.invalid>", subject="We stand")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.binary(max_size=50))
def test_what_is_written_comes_back(text: str, picture: bytes) -> None:
    post = SocialPost("x", text, "fr", (), picture, "a card" if picture else "")
    assert from_bytes(written(post)) == post
    assert from_bytes(written(POST)) == POST


def test_a_post_is_a_message_that_mail_programs_show() -> None:
    post = replace(POST, text="We stand with Beacon.\nÀ suivre", picture=b"PNG" * 100, alt="a card")
    message = message_from_bytes(written(post), policy=default)
    assert dict(message.items()) == {
        "From": "bluesky <bluesky@posts.invalid>",
        "Subject": "We stand",
        "Message-ID": "<1@posts.invalid>",
        "X-Outreach-Network": "bluesky",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/mixed; boundary="{message.get_boundary()}"',
        "Content-Language": "en",
    }
    text, _, picture = message.iter_parts()
    assert text.get_content() == "We stand with Beacon.\r\nÀ suivre"
    assert (picture.get_content_type(), picture.get_content()) == ("image/png", post.picture)
    assert all(len(line) <= 78 for line in written(post).split(b"\r\n"))


def test_each_post_has_a_boundary_of_its_own() -> None:
    ids = ("<1@posts.invalid>", "<2@posts.invalid>")
    contents = [to_bytes(POST, message_id=name, account="x", subject="We stand") for name in ids]
    assert len({message_from_bytes(content, policy=default).get_boundary() for content in contents}) == 2


@pytest.mark.parametrize("particulars", ["", "{", "[]", "{}", "7", '{"text": "a", "alt": "", "facets": [{"kind": 1}]}'])
def test_what_is_no_post_is_refused(particulars: str) -> None:
    part = f"--b\r\nContent-Type: application/json\r\n{PARTICULARS}\r\n\r\n{particulars}\r\n--b--\r\n"
    with pytest.raises(ValueError, match="this message is not a post"):
        from_bytes(f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{part}".encode())


@pytest.mark.parametrize("content", [b"", b"Subject: a letter\r\n\r\nExcellency,\r\n", b"\0" * 100])
def test_any_other_message_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="this message is not a post"):
        from_bytes(content)
