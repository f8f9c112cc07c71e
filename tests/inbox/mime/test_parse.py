"""What is read out of a message's bytes, above all of bytes that nobody should have sent."""

import time
import tracemalloc
from datetime import UTC, datetime

import pytest

from outreach.inbox.classify.classify import judge
from outreach.inbox.mail import Part
from outreach.inbox.mime.parse import LONGEST_TEXT, LOOKED_AT, read_mail

FROM = b'From: "A. Example" <Second.Secretary@mission-a.example.org>\n'
MIXED = FROM + b"Content-Type: multipart/mixed; boundary=b\n\n"
PATIENCE = 5  # seconds; every one of these takes a fraction of one, and hours where time is not bounded


def headed(headers: str, body: str = "") -> bytes:
    return f"{headers}\n\n{body}".encode()


def text_of(body: bytes, content_type: str = "text/plain; charset=utf-8", encoding: str = "8bit") -> str:
    head = f"Content-Type: {content_type}\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    return read_mail(FROM + head + body).text


def test_addresses_are_lower_case_and_the_name_is_decoded() -> None:
    mail = read_mail(b"From: =?utf-8?q?Repr=C3=A9sentation?= <Mission@Mission-A.example.org>\n\n")
    assert (mail.sender_name, mail.sender) == ("Représentation", "mission@mission-a.example.org")


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("mission@mission-a.example.org", "mission@mission-a.example.org"),
        ("mission@mission-a.example.org (The mission)", "mission@mission-a.example.org"),
        ('"other@mission-b.example.org" <mission@mission-a.example.org>', "mission@mission-a.example.org"),
        ('"a <other@mission-b.example.org> b" <mission@mission-a.example.org>', "mission@mission-a.example.org"),
        (
            "=?utf-8?q?=3Cother=40x=2Eexample=2Eorg=3E?= <mission@mission-a.example.org>",
            "mission@mission-a.example.org",
        ),
        ("o'example@mission-a.example.org", "o'example@mission-a.example.org"),
        ("représentation@mission-a.example.org", "représentation@mission-a.example.org"),
        ("undisclosed-recipients:;", ""),
        ("<@>", ""),
        ("", ""),
    ],
)
def test_the_sender_is_the_address_that_mail_programs_would_answer(value: str, address: str) -> None:
    assert read_mail(headed(f"From: {value}")).sender == address


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\r\r\n"], ids=["LF", "CR LF", "CR", "CR CR LF"])
def test_a_mail_is_read_alike_whatever_ends_its_lines(end: bytes) -> None:
    lines = [
        FROM.strip(),
        b"Content-Type: multipart/mixed; boundary=b",
        b"",
        b"--b",
        b"",
        b"We shall.",
        b"",
        b"A.",
        b"--b--",
    ]
    mail = read_mail(end.join([*lines, b""]))
    assert (mail.sender, mail.text, mail.fault) == (
        "second.secretary@mission-a.example.org",
        "We shall.\n\nA.",
        "",
    )


def test_a_subject_in_undeclared_cyrillic_is_read() -> None:
    assert read_mail("Subject: Re: Ваше письмо\nFrom: a@example.org\n\n".encode("cp1251")).subject == "Re: Ваше письмо"


def test_a_null_sender_is_told_from_no_return_path() -> None:
    assert read_mail(headed("Return-Path: <>")).return_path == ""
    assert read_mail(headed("Subject: x")).return_path is None
    assert read_mail(headed("Return-Path: <A@example.org>")).return_path == "a@example.org"


def test_recipients_begin_with_those_of_the_envelope() -> None:
    mail = read_mail(
        headed(
            "Cc: d@example.org\nTo: C <c@example.org>, b@example.org\nDelivered-To: b@example.org\n"
            "X-Original-To: bounces+aaaabbbbccccddddeeeeffff22@example.org"
        )
    )
    token = "bounces+aaaabbbbccccddddeeeeffff22@example.org"
    assert mail.recipients == (token, "b@example.org", "c@example.org", "d@example.org")


def test_message_ids_keep_their_brackets_and_get_them() -> None:
    mail = read_mail(
        headed(
            "Message-ID: <A@x.example.org>\nIn-Reply-To: b@example.org\nReferences: <c@example.org>\n\t<d@example.org>"
        )
    )
    assert mail.message_id == "<A@x.example.org>"
    assert mail.in_reply_to == ("<b@example.org>",)
    assert mail.references == ("<c@example.org>", "<d@example.org>")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Thu, 1 Sep 2022 10:00:00 +0200", datetime(2022, 9, 1, 8, tzinfo=UTC)),
        ("Thu, 1 Sep 2022 10:00:00 -0000", datetime(2022, 9, 1, 10, tzinfo=UTC)),
        ("Thu, 1 Sep 2022 10:00:00 +9999", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None),
        ("Thu, 99 Sep 2022 10:00:00 +0200", None),
        ("1" * 6000, None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_aware_or_none(value: str, moment: datetime | None) -> None:
    assert read_mail(headed(f"Date: {value}")).date == moment
    assert read_mail(headed(f"Received: from a by b; {value}")).received_at == moment


def test_headers_are_unfolded_and_decoded_with_their_names_as_written() -> None:
    mail = read_mail(headed("SUBJECT: =?iso-8859-1?Q?R=E9ponse?=\n =?iso-8859-1?Q?_de?=\n\tla mission"))
    assert mail.headers == (("SUBJECT", "Réponse de la mission"),)
    assert mail.subject == "Réponse de la mission"


def test_a_character_may_be_split_between_two_encoded_words() -> None:
    assert read_mail(headed("Subject: =?utf-8?b?4pg=?= =?utf-8?b?gw==?=")).subject == "☃"


def test_headers_in_raw_bytes_are_read_as_utf_8_or_else_as_windows() -> None:
    assert read_mail("Subject: Réponse\n\n".encode()).subject == "Réponse"
    assert read_mail("Subject: Réponse\n\n".encode("latin-1")).subject == "Réponse"


@pytest.mark.parametrize(
    ("body", "content_type", "encoding", "text"),
    [
        ("séance".encode("latin-1"), "text/plain; charset=ISO-8859-1", "8bit", "séance"),
        ("l’appel".encode("cp1252"), "text/plain; charset=iso-8859-1", "8bit", "l’appel"),
        ("séance".encode(), "text/plain", "8bit", "séance"),
        ("séance".encode("latin-1"), "text/plain; charset=us-ascii", "8bit", "séance"),
        (b"s=C3=A9an=\nce", 'text/plain; charset="utf-8"', "quoted-printable", "séance"),
        (b"c8OpYW5j\nZQ==", "text/plain; charset=utf-8", "base64", "séance"),
        (b"c8OpYW5jZQ", "text/plain; charset=utf-8", "BASE64", "séance"),
        ("séance".encode("utf-16"), "text/plain; charset=utf-16", "8bit", "séance"),
        ("Мы назовём дело.".encode("cp1251"), "text/plain", "8bit", "Мы назовём дело."),
        ("Мы назовём дело.".encode("cp1251"), "text/plain; charset=us-ascii", "8bit", "Мы назовём дело."),
        ("Мы назовём дело.".encode("cp1251"), "text/plain; charset=iso-8859-1", "8bit", "Мы назовём дело."),
        ("ДЕЛО БУДЕТ НАЗВАНО".encode("cp1251"), "text/plain", "8bit", "ДЕЛО БУДЕТ НАЗВАНО"),
        ("Мы назовём дело.".encode("koi8-r"), "text/plain", "8bit", "Мы назовём дело."),
        ("Ми піднімемо справу, Ms Example.".encode("cp1251"), "text/plain", "8bit", "Ми піднімемо справу, Ms Example."),
        ("Θα θέσουμε την υπόθεση.".encode("cp1253"), "text/plain", "8bit", "Θα θέσουμε την υπόθεση."),
        ("我们将提出此案。".encode("gb18030"), "text/plain", "8bit", "我们将提出此案。"),
        ("À l’été, « ça » œuvre où".encode("cp1252"), "text/plain", "8bit", "À l’été, « ça » œuvre où"),
        ("Übergröße, Øre, Ål, Äö".encode("cp1252"), "text/plain; charset=iso-8859-1", "8bit", "Übergröße, Øre, Ål, Äö"),
        (b"Nous +AOk-tions l+AOA-.", "text/plain; charset=utf-7", "8bit", "Nous étions là."),
        (b"l+AOA-, tel. +41 22 +9+", "text/plain; charset=utf-7", "8bit", "là, tel. +41 22 +9+"),
        (b"\x1b$B=q4J$r-!GR<u\x1b(B", "text/plain; charset=iso-2022-jp", "7bit", "書簡を①拝受"),
        (b"\x1b(I6E\x1b(B", "text/plain; charset=iso-2022-jp", "7bit", "ｶﾅ"),
        ("Дело".encode("koi8-r"), "text/plain; charset=koi8-r", "8bit", "Дело"),
        ("قضية".encode("cp1256"), "text/plain; charset=windows-1256", "8bit", "قضية"),
        (b"a\r\nb\rc", "text/plain", "8bit", "a\nb\nc"),
        (b"a\0b", "text/plain", "8bit", "ab"),
        (b"<p>We will <b>raise</b> it.</p>", "text/html", "8bit", "We will raise it."),
        (b"x" * 20, "text/plain; charset=" + "x" * 5000, "8bit", "x" * 20),
    ],
)
def test_text_is_decoded(body: bytes, content_type: str, encoding: str, text: str) -> None:
    assert text_of(body, content_type, encoding).strip() == text


def test_plain_text_is_preferred_to_html_and_attachments_are_not_the_text() -> None:
    raw = MIXED.replace(b"mixed", b"alternative") + (
        b"--b\nContent-Type: text/html\n\n<p>html</p>\n--b\nContent-Type: text/plain\n\nplain\n"
        b'--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename="note.txt"\n\nannex\n--b--\n'
    )
    mail = read_mail(raw)
    assert mail.text == "plain"
    assert mail.parts[2] == Part("text/plain", "annex", "note.txt", size=5, disposition="attachment")


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ("filename=note.pdf", "note.pdf"),
        ("filename*=utf-8''note%20verb%C3%A1le.pdf", "note verbále.pdf"),
        ('filename*0="note "; filename*1=verbale.pdf', "note verbale.pdf"),
        ("filename*0*=utf-8''note%20; filename*1*=verb%C3%A1le.pdf", "note verbále.pdf"),
        ('filename="=?utf-8?q?verb=C3=A1le=2Epdf?="', "verbále.pdf"),
    ],
)
def test_the_names_of_attachments_are_decoded(parameter: str, name: str) -> None:
    head = f"--b\nContent-Type: application/pdf\nContent-Disposition: attachment; {parameter}\n\nx\n--b--\n"
    [part] = read_mail(MIXED + head.encode()).parts
    assert (part.content_type, part.filename, part.disposition) == ("application/pdf", name, "attachment")


def test_an_attached_message_is_its_headers_and_then_its_parts_one_deeper() -> None:
    inner = b"Subject: inner\nMessage-ID: <a@example.org>\n\nits text\n"
    mail = read_mail(MIXED + b"--b\nContent-Type: text/plain\n\nouter\n--b\nContent-Type: message/rfc822\n\n" + inner)
    assert mail.parts == (
        Part("text/plain", "outer", size=5),
        Part("message/rfc822", "Subject: inner\nMessage-ID: <a@example.org>", size=53),
        Part("text/plain", "its text\n", depth=1, size=9),
    )
    assert mail.text == "outer"


def test_an_attached_message_in_base64_is_read_all_the_same() -> None:
    body = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaW5uZXINCg0KaXRzIHRleHQ=\n"
    assert read_mail(MIXED + b"--b\n" + body + b"--b--").parts == (
        Part("message/rfc822", "Subject: inner", size=24),
        Part("text/plain", "its text", depth=1, size=8),
    )


def test_the_line_that_an_mbox_puts_before_a_message_is_passed_over() -> None:
    mail = read_mail(b"From campaign@example.org Thu Sep  1 10:00:00 2022\n" + FROM + b"\nWe will raise it.")
    assert (mail.sender, mail.text) == ("second.secretary@mission-a.example.org", "We will raise it.")


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "it is empty"),
        (b"\n\n\n", "it is empty"),
        (b"\xff\xfe\x00 no mail", "it has no headers: it is not a mail"),
        (FROM + b"Content-Type: multipart/mixed\n\ntext", "the boundary of its parts is missing"),
        (MIXED + b"--b\n\ntext", "it ends in the middle"),
        (FROM + b"no header\n\ntext", "a line among its headers is none: its text is taken to begin there"),
        (b"Subject: x\n\ntext", "it names no sender"),
        (FROM + b"Content-Type: text/plain; charset=none\n\nx", "its text is not in the charset that it names (none)"),
        (FROM + b"\na\0b", "it has NUL characters, which were left out"),
    ],
)
def test_a_fault_says_what_is_wrong(raw: bytes, fault: str) -> None:
    assert read_mail(raw).fault == fault


def test_a_sound_mail_has_no_fault() -> None:
    assert read_mail(MIXED + b"preamble\n--b\n\ntext\n--b--\nepilogue").fault == ""


def timed(raw: bytes) -> tuple[float, str, str]:
    """Seconds of the processor, fault and rule."""
    began = time.process_time()
    mail = read_mail(raw)
    verdict = judge(mail)
    return time.process_time() - began, mail.fault, verdict.rule


HOSTILE = {
    "50 MB of text": (
        FROM + b"\n" + b"We will raise it.\n" * 2_900_000,
        "only the beginning of its text was looked at: it is longer than 4 MB",
    ),
    "50 MB of line ends": (b"\n" * 50_000_000, "it is not a mail"),
    "60 MB of doubled line ends": (FROM + b"\n" + b"\r\r\r\n" * 15_000_000, ""),
    "60 MB of an old Mac's line ends": (FROM.replace(b"\n", b"\r") + b"\r" * 60_000_000, "text was looked at"),
    "60 MB that look like boundaries": (MIXED + b"--bx\n" * 12_000_000, "50,000 of its lines look like the boundary"),
    "10,000 headers": (FROM + b"".join(b"X-%d: y\n" % number for number in range(10_000)) + b"\nx", "1,000 headers"),
    "10,000 levels": (
        FROM
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (one, one) for one in range(10_000)),
        "nested more than 20 levels deep",
    ),
    "10,000 levels with one boundary": (MIXED + MIXED[len(FROM) :].join([b"--b\n"] * 10_000), "more than 200 parts"),
    "10,000 attached messages": (FROM + b"Content-Type: message/rfc822\n\n" * 10_000, "nested more than 20 levels"),
    "100,000 parts": (MIXED + b"--b\n\nx\n" * 100_000, "more than 200 parts"),
    "a boundary on every byte": (
        MIXED.replace(b"=b", b"=-") + b"-" * 3_000_000,
        "the boundary of its parts is missing",
    ),
    "a parameter without end": (FROM + b"Content-Type: text/plain" + b";" * 3_000_000 + b"\n\nx", ""),
    "100,000 encoded words": (FROM + b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nx", ""),
    "encoded words that never end": (FROM + b"Subject: " + b"=?a?q?" * 100_000 + b"\n\nx", ""),
    "brackets and quotes": (b'From: "' + b'<"(' * 100_000 + b"\nTo: " + b'"a@' * 100_000 + b"\n\nx", "no sender"),
    "addresses without domain": (FROM + b"To: " + b"a@" * 1_000_000 + b"\n\nx", ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_takes_no_time(name: str) -> None:
    raw, fault = HOSTILE[name]
    seconds, found, _ = timed(raw)
    assert fault in found
    assert seconds < PATIENCE


@pytest.mark.parametrize(
    "opening", [b"Your message:\n", b"<a@", b"Message-ID: <", b"5.1.1", b"over quota ", b"# ", b" \n"]
)
def test_a_hostile_bounce_takes_no_time(opening: bytes) -> None:
    head = b"Return-Path: <>\nFrom: mailer-daemon@mx.example.org\nSubject: Undelivered Mail Returned to Sender\n\n"
    seconds, _, rule = timed(head + opening * (1_000_000 // len(opening)))
    assert rule == "mailer-daemon"
    assert seconds < PATIENCE


@pytest.mark.parametrize("name", ["10,000 headers", "10,000 levels", "50 MB of line ends"])
def test_what_cannot_be_read_is_unreadable_and_keeps_its_headers(name: str) -> None:
    mail = read_mail(HOSTILE[name][0])
    assert judge(mail).rule == "unreadable"
    assert mail.sender == ("" if name.startswith("50") else "second.secretary@mission-a.example.org")


def test_fifty_megabytes_need_no_more_memory_than_what_is_looked_at() -> None:
    raw = FROM + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"We will=20raise it.\r\n" * 2_500_000
    tracemalloc.start()
    try:
        mail = read_mail(raw)
        judge(mail)
        assert tracemalloc.get_traced_memory()[1] < 6 * LOOKED_AT
    finally:
        tracemalloc.stop()
    assert (len(mail.text), mail.size) == (LONGEST_TEXT, len(raw))


def test_text_is_cut_where_it_is_said_to_be() -> None:
    mail = read_mail(MIXED + b"--b\n\n" + b"x" * 90_000 + b"\n--b\n\n" + b"y" * 200_000 + b"\n--b--")
    assert [len(part.text) for part in mail.parts] == [90_000, LONGEST_TEXT]
    assert len(mail.text) == LONGEST_TEXT
