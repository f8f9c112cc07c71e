"""What MAIL, RCPT and the body say on the wire."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.channels.smtp.envelope import Features, envelope, wire_address, wire_body, xtext
from outreach.errors import Paused, Rejected
from tests.channels.letters import letter

ALL = Features(size=10_000_000, eight_bit=True, utf8=True, dsn=True)
ASCII = b"Subject: x\r\n\r\nhello\r\n"


def test_everything_offered_is_used() -> None:
    outgoing = letter(to=("mission@example.org",), archive="archive@example.org")
    written = envelope(outgoing, ALL)
    size = b"SIZE=%d" % len(outgoing.content)
    assert written.mail == (b"FROM:<bounces+t1@example.org>", size, b"BODY=8BITMIME", b"RET=HDRS", b"ENVID=t1")
    assert written.recipients == (
        (b"TO:<mission@example.org>", b"NOTIFY=SUCCESS,FAILURE,DELAY", b"ORCPT=rfc822;mission@example.org"),
    )
    assert written.archive == (b"TO:<archive@example.org>", b"NOTIFY=NEVER")


def test_what_is_not_offered_is_not_said() -> None:
    written = envelope(letter(content=ASCII, archive="archive@example.org"), Features())
    assert written.mail == (b"FROM:<bounces+t1@example.org>",)
    assert written.recipients == ((b"TO:<mission@example.org>",),)
    assert written.archive == (b"TO:<archive@example.org>",)


def test_bounces_may_be_unwanted() -> None:
    assert envelope(letter(content=ASCII, sender=""), Features()).mail == (b"FROM:<>",)


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("a@example.org", b"a@example.org"),
        ("a+b=c@example.org", b"a+b=c@example.org"),
        ("a@bücher.example.org", b"a@xn--bcher-kva.example.org"),
        ("a@faß.example.org", b"a@xn--fa-hia.example.org"),
        ("δοκιμή@example.org", "δοκιμή@example.org".encode()),
    ],
)
def test_domains_are_in_a_labels_and_local_parts_as_they_are(address: str, wire: bytes) -> None:
    assert wire_address(address) == wire


@pytest.mark.parametrize("address", ["", "a", "@example.org", "a@", "a b@example.org", "a@b@c", "<a@example.org>",
                                     "a@example.org>\r\nRCPT TO:<b@example.org", "a@example.org\0", "a@example.org X=Y",
                                     '"a"@example.org', "a@\u2028.example.org", "a@-ü.example.org"])  # fmt: skip
def test_what_is_no_plain_address_never_reaches_the_wire(address: str) -> None:
    with pytest.raises(ValueError):
        wire_address(address)
    with pytest.raises(Rejected, match="outreach missions check"):
        envelope(letter(to=(address,), content=ASCII), ALL)
    with pytest.raises(Paused) as paused:
        envelope(letter(archive=address or "x", content=ASCII), ALL)
    assert "[smtp] archive" in paused.value.hint


@given(st.text())
def test_an_address_on_the_wire_is_one_word_without_brackets(address: str) -> None:
    try:
        wire = wire_address(address)
    except ValueError:
        return
    assert not set(wire) & set(b"<> \r\n\t\0")


def test_an_address_in_another_script_needs_smtputf8() -> None:
    outgoing = letter(to=("δοκιμή@example.org",), content=ASCII)
    assert b"SMTPUTF8" in envelope(outgoing, ALL).mail
    with pytest.raises(Rejected, match="SMTPUTF8"):
        envelope(outgoing, replace(ALL, utf8=False))


def test_headers_in_utf8_need_smtputf8_but_a_body_does_not() -> None:
    headers = letter(content="Subject: é\r\n\r\nhello\r\n".encode())
    body = letter(content="Subject: e\r\n\r\né\r\n".encode())
    assert b"SMTPUTF8" in envelope(headers, ALL).mail
    assert b"SMTPUTF8" not in envelope(body, ALL).mail
    with pytest.raises(Rejected, match="SMTPUTF8"):
        envelope(headers, replace(ALL, utf8=False))


def test_accents_need_8bitmime_and_without_it_only_that_letter_stays() -> None:
    with pytest.raises(Rejected, match="8BITMIME"):
        envelope(letter(), replace(ALL, eight_bit=False))


def test_an_address_of_our_own_in_another_script_is_every_letters_matter() -> None:
    for own in ({"sender": "δοκιμή@example.org"}, {"archive": "δοκιμή@example.org"}):
        with pytest.raises(Paused, match="our own addresses"):
            envelope(letter(content=ASCII, **own), replace(ALL, utf8=False))  # type: ignore[arg-type]


def test_a_letter_over_the_servers_size_is_rejected_with_both_numbers() -> None:
    outgoing = letter(content=ASCII)
    with pytest.raises(Rejected, match=f"{len(ASCII)} bytes; the server takes at most 10"):
        envelope(outgoing, replace(ALL, size=10))
    assert envelope(outgoing, replace(ALL, size=0)).mail[1] == b"SIZE=%d" % len(ASCII)


@pytest.mark.parametrize(
    ("parameter", "size"), [("", 0), ("1000", 1000), ("x", 0), ("-5", 0), ("9" * 5000, 10**18 - 1)]
)
def test_whatever_size_the_server_tells_is_read(parameter: str, size: int) -> None:
    assert Features.offered({"size": parameter}, []).size == size


def test_a_letter_without_recipients_is_rejected() -> None:
    with pytest.raises(Rejected, match="no recipient"):
        envelope(letter(to=()), ALL)


def test_xtext_is_rfc_3461s() -> None:
    assert xtext("a+b=c é@example.org".encode()) == b"a+2Bb+3Dc+20+C3+A9@example.org"


def test_an_envid_that_would_be_too_long_is_left_out() -> None:
    assert not [each for each in envelope(letter(token="t" * 101), ALL).mail if each.startswith(b"ENVID")]


@given(st.lists(st.binary().map(lambda line: line.replace(b"\r", b"").replace(b"\n", b"")), min_size=1))
def test_a_body_comes_back_as_it_was_after_unstuffing(lines: list[bytes]) -> None:
    content = b"\r\n".join(lines) + b"\r\n"
    middle = content.index(b"\r\n") + 2
    wire = b"".join(wire_body((content[:middle], content[middle:])))
    assert wire == b"".join(wire_body((content,)))
    assert wire.endswith(b"\r\n")
    sent = wire.split(b"\r\n")
    assert b"." not in sent
    assert b"\r\n".join(line.removeprefix(b".") for line in sent) == content


@pytest.mark.parametrize(
    "content", [b"a\nb\r\n", b"a\rb\r\n", b"a\n.\nMAIL FROM:<x@example.org>\r\n", b"\n\r", b"a\r\r\n"]
)
def test_a_bare_line_end_never_leaves(content: bytes) -> None:
    """Servers disagree about where such a line, and so the message, ends ("SMTP smuggling")."""
    with pytest.raises(Rejected, match="CRLF"):
        wire_body((content,))


def test_a_last_line_without_an_end_gets_one() -> None:
    assert b"".join(wire_body((b"a",))) == b"a\r\n"
