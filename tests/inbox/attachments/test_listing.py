"""Which files of a message are named at the desk, and which are only part of how it is written."""

import pytest

from outreach.inbox.attachments.listing import LARGE_PICTURE, MOST
from outreach.inbox.mail import Attachment
from outreach.inbox.mime.parse import LONGEST_TEXT, read_mail
from tests.inbox.attachments.mails import HEAD, OWN, PDF, attached, mixed, names, part, pdf, types

WORDS = part("text/plain", "We will raise it.\n")


def test_a_file_is_listed_with_name_type_and_size() -> None:
    listing = attached(mixed(part("text/plain", "\n"), pdf("NV 12.pdf"))).listing
    assert listing.attachments == (Attachment("NV 12.pdf", "application/pdf", len(PDF)),)
    assert listing.places == (1,)


@pytest.mark.parametrize(
    ("encoding", "body", "size"),
    [
        ("base64", "JVBERi0xLjQKJUVPRgo=", 14),
        ("base64", "JVBERi0x\nLjQKJUVP\nRgo=\n\n", 14),
        ("quoted-printable", "s=C3=A9ance=\n du 29", 13),
        ("8bit", "twelve bytes", 12),
        ("base64", "", 0),
    ],
)
def test_a_size_is_counted_without_decoding(encoding: str, body: str, size: int) -> None:
    raw = mixed(part("application/pdf; name=a.pdf", body, Content_Transfer_Encoding=encoding))
    assert attached(raw).listing.attachments[0].size == size


@pytest.mark.parametrize(
    "only_written_so",
    [
        part("text/html", "<p>We will raise it.</p>"),
        part("text/enriched", "<bold>We</bold>"),
        part("message/delivery-status", "Reporting-MTA: dns; mx.example.org\n"),
        part("application/pgp-signature; name=signature.asc", "-----BEGIN PGP SIGNATURE-----\n"),
        part("application/pkcs7-signature; name=smime.p7s", b"0"),
        part("message/rfc822", f"From: {OWN}\nSubject: The case\n\nExcellency,\n"),
    ],
)
def test_what_is_only_part_of_how_it_is_written_is_no_file(only_written_so: bytes) -> None:
    assert names(mixed(WORDS, only_written_so)) == []


def test_signatures_are_counted() -> None:
    signed = mixed(WORDS, part("application/pgp-signature; name=signature.asc", "-----BEGIN"), subtype="signed")
    assert attached(signed).listing.signatures == 1


def picture(size: int) -> bytes:
    return part("image/png; name=image001.png", b"x" * size, "inline", Content_ID="<image001@01D>")


def test_a_small_picture_that_the_text_shows_is_counted_and_a_large_one_is_listed() -> None:
    html = part("text/html", '<p>Regards</p><img src="cid:image001@01D">')
    small = attached(mixed(WORDS, html, picture(900), subtype="related")).listing
    assert (small.attachments, small.pictures) == ((), 1)
    assert names(mixed(WORDS, html, picture(LARGE_PICTURE))) == ["image001.png"]


def test_a_picture_is_listed_where_there_is_no_text_or_nothing_shows_it() -> None:
    assert names(mixed(part("text/html", '<img src="cid:image001@01D">'), picture(900))) == ["image001.png"]
    assert names(mixed(WORDS, picture(900))) == ["image001.png"]


def test_what_is_in_an_attached_message_is_listed_too_unless_the_message_is_ours() -> None:
    inner = mixed(part("text/plain", "See the note."), pdf("capital.pdf")).replace(b"=b", b"=c").replace(b'"b"', b'"c"')
    inner = inner.replace(b"--b", b"--c")
    raw = mixed(WORDS, b"Content-Type: message/rfc822\n\n" + inner)
    assert names(raw) == ["Our answer.eml", "capital.pdf"]
    ours = inner.replace(b"mission@deu.example.org", OWN.encode())
    assert names(mixed(WORDS, b"Content-Type: message/rfc822\n\n" + ours, pdf("own.pdf"))) == ["own.pdf"]


@pytest.mark.parametrize(
    ("raw", "media_type", "name"),
    [
        (HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx",
         "application/pkcs7-mime", "smime.p7m"),
        (HEAD + b"Content-Type: application/x-pkcs7-mime\n\nx", "application/pkcs7-mime", "smime.p7m"),
        (HEAD + b"Content-Type: application/octet-stream; name=smime.p7m\n\nx", "application/pkcs7-mime", "smime.p7m"),
        (mixed(part("application/pgp-encrypted", "Version: 1\n"), part("application/octet-stream", "-----BEGIN"),
               subtype="encrypted"), "application/pgp-encrypted", "encrypted.asc"),
        (HEAD + b"\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n",
         "application/pgp-encrypted", "encrypted.asc"),
        (mixed(part("text/plain", "\n"), part('application/octet-stream; name="WINMAIL.DAT"', b"x")),
         "application/ms-tnef", "WINMAIL.DAT"),
        (mixed(WORDS, part("application/octet-stream; name=meeting.ics", b"BEGIN:VCALENDAR")),
         "text/calendar", "meeting.ics"),
        (mixed(WORDS, part("application/pdf", b"x")), "application/pdf", "attachment-1.pdf"),
        (mixed(WORDS, part("application/pdf", b"x", 'attachment; filename="a\x1b[2J\u202efdp.exe"')),
         "application/pdf", "a [2J fdp.exe"),
    ],
)  # fmt: skip
def test_a_file_is_known_by_its_type_its_name_or_its_words(raw: bytes, media_type: str, name: str) -> None:
    assert (types(raw), names(raw)) == ([media_type], [name])


def test_an_invitation_that_comes_twice_is_listed_once() -> None:
    calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n"
    twice = mixed(
        WORDS,
        part("text/calendar; method=REQUEST", calendar),
        part("application/ics; name=invite.ics", calendar, 'attachment; filename="invite.ics"'),
    )
    assert names(twice) == ["invite.ics"]


def test_more_files_than_anybody_reads_are_counted() -> None:
    listing = attached(mixed(WORDS, *[pdf(f"{number}.pdf") for number in range(MOST + 7)])).listing
    assert (len(listing.attachments), listing.more) == (MOST, 7)


def test_a_file_behind_many_megabytes_is_listed_and_the_mail_is_read_in_full() -> None:
    raw = mixed(WORDS, pdf("scan.pdf", b"x" * 9_000_000), pdf("annex.pdf"))
    assert read_mail(raw).fault == ""
    assert [(each.name, each.size) for each in attached(raw).listing.attachments] == [
        ("scan.pdf", 9_000_000),
        ("annex.pdf", len(PDF)),
    ]


def test_text_is_looked_at_up_to_a_limit_however_many_parts_have_some() -> None:
    long = part("text/plain", "We will raise it. " * 40_000)
    mail = read_mail(mixed(*[long] * 8))
    assert "only the beginning of its text was looked at" in mail.fault
    assert len(mail.text) == LONGEST_TEXT
