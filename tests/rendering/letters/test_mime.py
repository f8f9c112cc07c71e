import email
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, default
from email.utils import parsedate_to_datetime

import markdown_it  # noqa: F401 - takes a while the first time, which is no fault of an example
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from outreach.errors import UsageError
from outreach.mime.headers import LONGEST, dated
from outreach.rendering.letters.letter import Letter
from outreach.rendering.letters.mime import Addressing, Composer
from outreach.rendering.letters.setting.markdown import render
from outreach.settings.mail import SenderSettings

SENDER = SenderSettings(name="The team", email="team@example.org", reply_to="answers@example.org")
ADDRESSING = Addressing("<token-1@example.org>", "token-1", "Permanent Mission", ("mission@example.org",))
LETTER = Letter("en", "The Archive", render("Excellency,\n\nWords."))
CONTROLS = [*"\r\n\0\x0b\x1b\x7f\x85\x9f\u2028\u2029\u202e\u2066\ud800\udfff", "\r\n"]
REORDERING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

SCRIPTS = st.one_of(
    st.text(st.sampled_from("مرحبا بالعالم \u200f\u200e")),
    st.text(st.sampled_from("人权理事会特别程序。")),
    st.text(st.sampled_from("Правозащитный центр ")),
    st.text(st.sampled_from("éàñç’«»“”–… e\u0301\u0308\u200d")),
    st.text(st.sampled_from("👩‍⚖️🕊️🇺🇳😀")),
    st.text(st.sampled_from("abc ABC 09 .,;:()<>@[]\\\"'=?_%&/-+*!#~ ")),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters=REORDERING)),
    st.sampled_from(["=?utf-8?q?x?=", "a" * 200, "é" * 200, "字" * 200, "x" * 75, "a  b", "", '"', "\\", "=?", "a=?b"]),
)
LINES = st.lists(SCRIPTS, max_size=6).map("".join).map(lambda text: text.strip(" "))
BODIES = st.lists(SCRIPTS, min_size=1, max_size=12).map("\n".join)


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert part.defects == []
    return message


def decoded(content: bytes, header: str) -> str:
    """A header as RFC 2047 has it: the parser of Python 3.11 shows the space between two encoded words of a name."""
    raw = email.message_from_bytes(content)[header]
    return str(make_header(decode_header(re.sub(r"\r\n(?=[ \t])", "", raw))))


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


@given(LINES)
@example("Представительство при Отделении Организации Объединённых Наций в Женеве")
@example("Mission permanente de la République fédérale d'Allemagne auprès de l'Office à Genève")
def test_a_subject_comes_out_as_it_went_in(subject):
    assume(0 < len(subject) <= LONGEST)
    content = Composer(SENDER).compose(replace(LETTER, subject=subject), ADDRESSING)
    assert parsed(content)["Subject"] == subject
    assert_travels(content)


@given(LINES)
@example("Mission permanente de la République fédérale d'Allemagne auprès de l'Office à Genève")
@example('The "Mission", Geneva (CH)')
@example("a. b. c.")
@example("back\\slash")
def test_names_come_out_as_they_went_in(name):
    composer = Composer(replace_settings(name=name))
    content = composer.compose(LETTER, replace(ADDRESSING, to_name=name))
    message = parsed(content)
    for header, address in (("To", "mission@example.org"), ("From", "team@example.org")):
        (mailbox,) = message[header].addresses
        assert mailbox.addr_spec == address
        assert named(content, header, mailbox.display_name) == name
    assert_travels(content)


def named(content: bytes, header: str, by_parser: str) -> str:
    """The display name; where encoded words follow each other or hold several spaces, by the rules of RFC 2047."""
    raw = re.sub(r"\r\n(?=[ \t])", "", email.message_from_bytes(content)[header])
    by_rfc = decoded(content, header).rpartition(" <")[0]
    if re.search(r"\?= =\?", raw) or "  " in by_rfc:
        return by_rfc
    return by_parser


def test_a_program_that_shows_the_space_between_encoded_words_breaks_no_word():
    """The parser of Python 3.11 is one; a space too many is all it shows of a mission's long name."""
    name = "Mission permanente de la République fédérale démocratique d'Éthiopie auprès de l'Office à Genève"
    content = Composer(SENDER).compose(LETTER, replace(ADDRESSING, to_name=name))
    assert parsed(content)["To"].addresses[0].display_name.replace("  ", " ") == name


@given(BODIES)
@example("From the start\n.\n..\nFrom here\n--===============2271034013124096283==--\n=_content_=_\n-- \nx")
@example("a" * 2000)
@example("é" * 2000)
@example("trailing \t\n\t\nspaces  ")
@example("=3D = =\n=20")
def test_both_parts_come_out_as_they_went_in(markdown):
    letter = Letter("fr", "Objet", render(markdown))
    content = Composer(SENDER).compose(letter, ADDRESSING)
    message = parsed(content)
    assert body(message, "plain") == letter.text
    assert body(message, "html") == letter.html
    assert_travels(content)
    assert all(len(line) <= 76 for line in content.partition(b"\r\n\r\n")[2].split(b"\r\n"))


def assert_travels(content: bytes) -> None:
    """ASCII, every line ended by CRLF and short enough (RFC 5322, section 2.1.1)."""
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\0" not in content
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))


def replace_settings(**changes: str) -> SenderSettings:
    return SENDER.model_copy(update=changes)


def test_the_headers_of_a_letter():
    message = parsed(Composer(SENDER).compose(LETTER, replace(ADDRESSING, in_reply_to="<first@example.org>")))
    assert dict(message.items()) == {
        "From": "The team <team@example.org>",
        "Reply-To": "answers@example.org",
        "To": "Permanent Mission <mission@example.org>",
        "Subject": "The Archive",
        "Message-ID": "<token-1@example.org>",
        "In-Reply-To": "<first@example.org>",
        "References": "<first@example.org>",
        "Content-Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{message.get_boundary()}"',
    }


def test_a_letter_to_a_mission_has_no_header_of_bulk_mail_unless_the_campaign_says_so():
    [ours, bulk] = [parsed(Composer(SENDER, bulk=bulk).compose(LETTER, ADDRESSING)) for bulk in (False, True)]
    assert {*bulk.keys()} - {*ours.keys()} == {"List-Unsubscribe", "Auto-Submitted"}
    assert bulk["List-Unsubscribe"] == "<mailto:answers@example.org?subject=unsubscribe%20token-1>"
    assert bulk["Auto-Submitted"] == "auto-generated"
    assert ours["Precedence"] is None


def test_each_letter_has_a_boundary_of_its_own_that_looks_like_anyone_s():
    """A boundary that never changes would show which messages come from this program."""
    tokens = [f"token-{number}" for number in range(50)]
    contents = [Composer(SENDER).compose(LETTER, replace(ADDRESSING, token=token)) for token in tokens]
    boundaries = {parsed(content).get_boundary() for content in contents}
    assert len(boundaries) == len(tokens)
    assert all(re.fullmatch(r"={15}\d{19}==", str(boundary)) for boundary in boundaries)


def test_no_content_holds_the_boundary_even_when_its_words_do():
    boundary = parsed(Composer(SENDER).compose(LETTER, ADDRESSING)).get_boundary()
    letter = replace(LETTER, blocks=render(f"--{boundary}\n\n--{boundary}--\n"))
    content = Composer(SENDER).compose(letter, ADDRESSING)
    assert parsed(content).get_boundary() == boundary
    assert content.count(str(boundary).encode()) == 4
    assert body(parsed(content), "plain") == letter.text


def test_the_parts_are_text_then_html_in_quoted_printable():
    parts = list(parsed(Composer(SENDER).compose(LETTER, ADDRESSING)).iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert {part["Content-Transfer-Encoding"] for part in parts} == {"quoted-printable"}
    assert {part.get_content_charset() for part in parts} == {"utf-8"}


def test_the_first_recipient_is_in_to_and_the_others_in_cc():
    many = tuple(f"office-{number}@mission.example.org" for number in range(20))
    content = Composer(SENDER).compose(LETTER, replace(ADDRESSING, recipients=many))
    message = parsed(content)
    assert [mailbox.addr_spec for mailbox in message["To"].addresses] == [many[0]]
    assert [mailbox.addr_spec for mailbox in message["Cc"].addresses] == list(many[1:])
    assert all(len(line) <= 76 for line in content.split(b"\r\n"))


def test_without_reply_to_people_unsubscribe_at_the_sender():
    message = parsed(Composer(replace_settings(reply_to=""), bulk=True).compose(LETTER, ADDRESSING))
    assert message["Reply-To"] is None
    assert message["List-Unsubscribe"] == "<mailto:team@example.org?subject=unsubscribe%20token-1>"


def test_one_click_unsubscribing_needs_an_https_address():
    composer = Composer(replace_settings(unsubscribe_url="https://example.org/u/{token}?l=ü"), bulk=True)
    message = parsed(composer.compose(LETTER, ADDRESSING))
    assert message["List-Unsubscribe"] == (
        "<mailto:answers@example.org?subject=unsubscribe%20token-1>, <https://example.org/u/token-1?l=%C3%BC>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "https://example.org/ x", "https://x>, <https://y", "javascript:x", "https://" + "é" * 400],
)
def test_an_unsubscribe_address_that_cannot_be_used_is_refused(url):
    with pytest.raises(UsageError, match=r"^List-Unsubscribe: \[sender\] unsubscribe_url"):
        Composer(replace_settings(unsubscribe_url=url))


def test_international_domains_become_a_labels():
    addressing = replace(ADDRESSING, recipients=("mission@bücher.example", "x@例え.example"))
    content = Composer(SENDER).compose(LETTER, addressing)
    assert b"<mission@xn--bcher-kva.example>" in content
    assert b"Cc: x@xn--r8jz45g.example\r\n" in content
    assert content.isascii()


def test_an_international_local_part_stays_itself_in_utf_8():
    content = Composer(SENDER).compose(LETTER, replace(ADDRESSING, to_name="Büro", recipients=("büro@bücher.example",)))
    assert "<büro@xn--bcher-kva.example>".encode() in content
    message = email.message_from_string(content.decode(), policy=SMTPUTF8)
    assert message["To"].addresses[0].addr_spec == "büro@xn--bcher-kva.example"
    assert message["To"].addresses[0].display_name == "Büro"


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize(
    ("header", "changed"),
    [
        ("To", {"to_name": "a{}b"}),
        ("To", {"recipients": ("a{}b@example.org",)}),
        ("To", {"recipients": ("a@exam{}ple.org",)}),
        ("Cc", {"recipients": ("a@example.org", "b{}@example.org")}),
        ("Message-ID", {"message_id": "<a{}@example.org>"}),
        ("In-Reply-To", {"in_reply_to": "<a@example.org>{}"}),
        ("List-Unsubscribe", {"token": "a{}b"}),
    ],
)
def test_a_control_character_never_makes_a_header(header, changed, control):
    filled = {
        key: tuple(item.format(control) for item in value) if isinstance(value, tuple) else value.format(control)
        for key, value in changed.items()
    }
    with pytest.raises(UsageError, match=f"^{header}: .*U\\+{ord(control[0]):04X}"):
        Composer(SENDER).compose(LETTER, replace(ADDRESSING, **filled))


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_character_in_subject_or_sender_is_named(control):
    with pytest.raises(UsageError, match=r"^Subject: .*U\+"):
        Composer(SENDER).compose(LETTER.with_subject(f"a{control}Bcc: x@example.org"), ADDRESSING)
    for setting, header in (
        ("name", "From"),
        ("email", "From"),
        ("reply_to", "Reply-To"),
        ("unsubscribe_url", "List-Un"),
    ):
        with pytest.raises(UsageError, match=rf"^{header}.*U\+"):
            Composer(replace_settings(**{setting: f"a{control}b"}))


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "@example.org", "a@", "a b@example.org", "a@b c", "a,b@example.org", "<a@example.org>", "a@@x.org",
        ".a@example.org", "a..b@example.org", "a@-example.org", "a@example..org", "a@[127.0.0.1]", "a@x>,<b@x.org",
        '"a"@example.org', "x" * 65 + "@example.org", "a@" + "x" * 260, "a\u00a0b@example.org", "a@\u2060.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(address):
    with pytest.raises(UsageError, match=r"^To: .* (is not an e-mail address|has no domain)"):
        Composer(SENDER).compose(LETTER, replace(ADDRESSING, recipients=(address,)))


@pytest.mark.parametrize("value", ["", "t@example.org", "<token>", "<a b@example.org>", "<a@b> <c@d>", "<é@x.org>"])
def test_what_is_no_message_id_is_refused(value):
    with pytest.raises(UsageError, match=r"^Message-ID: "):
        Composer(SENDER).compose(LETTER, replace(ADDRESSING, message_id=value))


@pytest.mark.parametrize("changed", [{"to_name": "x" * 10_000_000}, {"recipients": ("x" * 10_000_000,)}])
def test_a_header_of_megabytes_is_refused(changed):
    with pytest.raises(UsageError, match=r"^To: longer than 1000 characters"):
        Composer(SENDER).compose(LETTER, replace(ADDRESSING, **changed))


@pytest.mark.parametrize("token", ["", "a b", "a>b", "a?b", "é", "x" * 65])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(UsageError, match=r"^List-Unsubscribe: .* is not a token"):
        Composer(SENDER).compose(LETTER, replace(ADDRESSING, token=token))


def test_a_letter_needs_sender_recipient_and_language():
    with pytest.raises(UsageError, match=r"^From: there is no sender; write \[sender\] email"):
        Composer(SenderSettings())
    with pytest.raises(UsageError, match=r"^To: a letter needs at least one recipient"):
        Composer(SENDER).compose(LETTER, replace(ADDRESSING, recipients=()))
    with pytest.raises(UsageError, match=r"^Content-Language: "):
        Composer(SENDER).compose(replace(LETTER, language="en\r\nBcc: x"), ADDRESSING)


def test_the_date_goes_in_front_in_utc():
    at = datetime(2022, 9, 29, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    content = Composer(SENDER).compose(LETTER, ADDRESSING)
    whole = dated(content, at)
    assert whole == b"Date: Wed, 28 Sep 2022 23:02:03 +0000\r\n" + content
    assert parsedate_to_datetime(parsed(whole)["Date"]) == at
    assert b"\r\nDate:" not in content


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2999, 1, 1)))  # noqa: DTZ001 - made aware below
def test_every_date_is_read_back_to_the_second(at):
    at = at.replace(tzinfo=UTC, microsecond=0)
    assert parsedate_to_datetime(parsed(dated(b"\r\n", at))["Date"]) == at


def test_a_date_without_a_time_zone_is_a_fault():
    with pytest.raises(ValueError, match="time zone"):
        dated(b"", datetime(2022, 9, 29))  # noqa: DTZ001 - that is what is tested


def test_the_same_letter_is_the_same_bytes():
    assert Composer(SENDER).compose(LETTER, ADDRESSING) == Composer(SENDER).compose(LETTER, ADDRESSING)


@pytest.mark.parametrize("language", ["en", "fr", "es", "de"])
def test_the_reference_is_the_last_line_of_both_parts(language):
    letter = replace(LETTER, language=language, reference="ABCDE-2FGHI")
    content = Composer(SENDER).compose(letter, ADDRESSING)
    message = parsed(content)
    assert (body(message, "plain"), body(message, "html")) == (letter.text, letter.html)
    assert letter.text.endswith(": ABCDE-2FGHI\n")
    assert letter.html.endswith(": ABCDE-2FGHI</small></p>\n</div>\n</body></html>\n")
    assert_travels(content)


def test_the_standard_library_makes_a_message_that_says_the_same():
    """EmailMessage, given the same letter, is read back as the same headers and parts."""
    letter = LETTER.with_subject("Représailles – « The Archive »")
    theirs = EmailMessage(policy=SMTP)
    theirs["From"] = "The team <team@example.org>"
    theirs["To"] = "Permanent Mission <mission@example.org>"
    theirs["Subject"] = letter.subject
    theirs.set_content(letter.text, cte="quoted-printable")
    theirs.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    ours = parsed(Composer(SENDER).compose(letter, ADDRESSING))
    again = parsed(theirs.as_bytes())
    assert [ours[name] for name in ("From", "To", "Subject")] == [again[name] for name in ("From", "To", "Subject")]
    assert (body(ours, "plain"), body(ours, "html")) == (body(again, "plain"), body(again, "html"))
