"""What holds for any bytes at all: nothing raises, and all that comes out can be stored and shown."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.inbox.classify.classify import judge
from outreach.inbox.kinds import Kind
from outreach.inbox.mail import Classified
from outreach.inbox.mime.parse import LONGEST_TEXT, read_mail

FIXTURES = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))]
WEIGHTS = [Kind.BOUNCE, Kind.DELAY, Kind.DELIVERED, Kind.READ, Kind.COMPLAINT, Kind.OTHER]

TYPES = st.sampled_from(
    [
        "text/plain",
        "text/html",
        "text/plain; charset=utf-16",
        "text/plain; charset=utf-7",
        "text/plain; charset=punycode",
        "application/zip; name*=utf-8''%FF",
        "message/rfc822",
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "text/rfc822-headers",
        "multipart/report; report-type=delivery-status",
        "multipart/digest",
        "nonsense",
    ]
)
WORDS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n",
            "Final-Recipient: utf-8; \\x{110000}\\x{D800}@example.org\nAction: delayed\n\n",
            "Disposition: manual-action/MDN-sent-manually; displayed\nOriginal-Message-ID: <a@example.org>\n",
            "Feedback-Type: abuse\nOriginal-Rcpt-To: <a@example.org>\n",
            "Hi. This is the qmail-send program\n\n<a@example.org>:\nno mailbox (#5.1.1)\n",
            "Delivery has failed to these recipients or groups:\n\na@example.org\n",
        ]
    ),
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            ["From", "To", "Subject", "Date", "Return-Path", "Message-ID", "References", "Received", "X-Any"]
        ),
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(
                [
                    "<>",
                    "mailer-daemon@mx.example.org",
                    "Undeliverable: x",
                    "=?utf-8?b?////?= =?utf-7?q?+2AA-?=",
                    "Thu, 1 Sep 2022 10:00:00 +9999",
                ]
            ),
        ),
    ),
    max_size=6,
)


def part(content_type: str, words: str, encoding: str) -> bytes:
    head = f"Content-Type: {content_type}\nContent-Transfer-Encoding: {encoding}\n\n"
    return (head + words).encode("utf-8", "surrogatepass")


def many(content_type: str, boundary: str, parts: list[bytes], closed: str) -> bytes:
    body = b"".join(f"\n--{boundary}\n".encode() + one for one in parts)
    return (
        f'Content-Type: {content_type}; boundary="{boundary}"\n'.encode() + body + f"\n--{boundary}{closed}\n".encode()
    )


ENCODINGS = st.sampled_from(["7bit", "base64", "quoted-printable", "x-none"])
TREES = st.recursive(
    st.builds(part, TYPES, WORDS, ENCODINGS),
    lambda inner: st.builds(
        many,
        st.sampled_from(["multipart/mixed", "multipart/report", "multipart/alternative"]),
        st.sampled_from(["a", "b", "a b", "--"]),
        st.lists(inner, max_size=4),
        st.sampled_from(["--", ""]),
    ),
    max_leaves=8,
)


def strings(value: object) -> Iterator[str]:
    """Every text within."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from strings(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from strings(getattr(value, one.name))


def check(raw: bytes) -> Classified:
    """Reads and judges without the net that classify() has, and looks at all that comes out."""
    mail = read_mail(raw)
    found = Classified(mail, judge(mail))
    for text in strings(found):
        text.encode("utf-8")
        assert "\0" not in text
    assert mail.size == len(raw)
    assert max([len(mail.text), *(len(one.text) for one in mail.parts)]) <= LONGEST_TEXT
    assert all(moment is None or moment.utcoffset() is not None for moment in (mail.date, mail.received_at))
    assert found.verdict.rule
    assert not found.verdict.reports or found.verdict.reports[0].kind is found.verdict.kind
    weights = [WEIGHTS.index(one.kind) for one in found.verdict.reports]
    assert weights == sorted(weights)
    return found


@given(st.binary(max_size=2_000))
def test_any_bytes_can_be_judged(raw: bytes) -> None:
    check(raw)


@given(
    st.lists(
        st.sampled_from([b"From: ", b"\n", b"\r", b"--", b"=", b";", b"?", b"<", b"@", b"\0", b"\xff", b"a", b":"])
    )
)
def test_any_row_of_the_bytes_that_mail_is_made_of_can_be_judged(pieces: list[bytes]) -> None:
    check(b"".join(pieces))


@given(HEADERS, TREES)
def test_any_tree_of_parts_can_be_judged(headers: list[tuple[str, str]], tree: bytes) -> None:
    head = "".join(f"{name}: {value}\n" for name, value in headers)
    check(head.encode("utf-8", "surrogatepass") + tree)


@settings(max_examples=400)
@given(st.sampled_from(FIXTURES), st.data())
def test_a_message_with_a_piece_cut_out_doubled_or_overwritten_can_be_judged(raw: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    piece = data.draw(st.sampled_from([b"", raw[start:end] * 2, b"\0", b"\xff\xfe", b"\n\n", b"=?utf-8?b?"]))
    check(raw[:start] + piece + raw[end:])


@given(st.sampled_from(FIXTURES), st.sampled_from(FIXTURES), st.data())
def test_the_head_of_one_message_on_the_tail_of_another_can_be_judged(
    first: bytes, second: bytes, data: st.DataObject
) -> None:
    check(first[: data.draw(st.integers(0, len(first)))] + second[data.draw(st.integers(0, len(second))) :])


@given(st.sampled_from([raw for raw in FIXTURES if b"report-type=delivery-status" in raw]), st.data())
def test_a_notification_cut_anywhere_is_never_taken_for_a_person_s_answer(raw: bytes, data: st.DataObject) -> None:
    if raw.startswith(b"Return-Path: <>"):
        found = check(raw[: data.draw(st.integers(len("Return-Path: <>\nReceived: x\n"), len(raw)))])
        assert found.verdict.kind is not Kind.REPLY
