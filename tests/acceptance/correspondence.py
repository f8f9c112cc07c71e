"""What 76 missions and their mail servers send back: 58 messages, made from the letters that a server took."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.header import Header
from email.parser import BytesParser
from email.utils import format_datetime
from itertools import islice

from tests.channels.smtp.smtp_server import Received

OUR_HOST = "mx.example.org"


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter as it left: its State by the address, its case by the test."""

    state: str
    case: str
    message_id: str
    envelope: str
    recipient: str
    subject: str
    reference: str


@dataclass(frozen=True, slots=True)
class Back:
    """A message that comes back, and what must be made of it. `cases` are those it answers; none: it must stay open."""

    name: str
    raw: bytes
    kind: str
    state: str
    cases: tuple[str, ...]
    severity: str = ""
    new_address: bool = False


def sent(letters: Sequence[Received], case: str) -> list[Sent]:
    """The letters that a server took, in the order of their States."""
    return sorted((_sent(letter, case) for letter in letters), key=lambda letter: letter.state)


def _sent(letter: Received, case: str) -> Sent:
    message = BytesParser(policy=policy.default).parsebytes(letter.content)
    token = letter.message_id.strip("<>").partition("@")[0]
    reference = f"{token[:5]}-{token[5:10]}".upper()
    recipient = letter.recipients[0]
    return Sent(
        recipient.partition("@")[0].upper(),
        case,
        letter.message_id,
        letter.envelope_from,
        recipient,
        message["Subject"],
        reference,
    )


def what_comes_back(letters: Sequence[Sent], others: Sequence[Sent]) -> list[Back]:
    """20 bounces, 10 out-of-office, 25 replies, 2 delays and a complaint, each from a State of its own.

    Of the replies 5 come from new addresses, 3 have no header that ties them, and 2 answer two cases at once: their
    States are those of `others`, letters about another case.
    """
    twice = {letter.state: letter for letter in others}
    single = iter([letter for letter in letters if letter.state not in twice])
    back = [_bounce(number, letter) for number, letter in enumerate(islice(single, 20))]
    back += [_out_of_office(number, letter) for number, letter in enumerate(islice(single, 10))]
    back += [_reply(letter) for letter in islice(single, 15)]
    back += [_from_new_address(letter) for letter in islice(single, 5)]
    back += [_without_headers(number, letter) for number, letter in enumerate(islice(single, 3))]
    back += [_about_both(letter, twice[letter.state]) for letter in letters if letter.state in twice]
    back += [_delay(letter) for letter in islice(single, 2)]
    back += [_complaint(letter) for letter in islice(single, 1)]
    return back


def _delivered(to: str, return_path: str, number: int, headers: Sequence[str], body: str) -> bytes:
    """A message as our own mail server files it (RFC 5321, section 4.4)."""
    at = format_datetime(datetime.now(UTC))
    lines = [
        f"Return-Path: <{return_path}>",
        f"Delivered-To: {to}",
        f"Received: from mail.example.org by {OUR_HOST} with ESMTPS id {number:06d}; {at}",
        f"Date: {at}",
        *headers,
        "MIME-Version: 1.0",
    ]
    return ("\r\n".join(lines) + "\r\n" + body.replace("\n", "\r\n")).encode()


# (status, action, words); what a bounce with it says about the address.
BOUNCES = (
    *((("5.1.1", "550 5.1.1 User unknown"), "permanent"),) * 10,
    *((("5.2.2", "552 5.2.2 Mailbox full"), "transient"),) * 4,
    *((("5.7.1", "550 5.7.1 Message refused by policy"), "permanent"),) * 2,
    *((("5.4.4", "host not found"), "permanent"),) * 2,
)


def _bounce(number: int, letter: Sent) -> Back:
    if number >= len(BOUNCES):
        return _bounce_in_words(number, letter)
    (code, words), severity = BOUNCES[number]
    raw = _report(number, letter, "failed", code, words, "Undelivered Mail Returned to Sender")
    return Back(f"bounce-{number}", raw, "bounce", letter.state, (letter.case,), severity)


def _report(number: int, letter: Sent, action: str, code: str, words: str, subject: str) -> bytes:
    headers = [
        "From: Mail Delivery System <MAILER-DAEMON@mail.example.org>",
        f"To: {letter.envelope}",
        f"Subject: {subject}",
        f"Message-ID: <dsn-{action}-{number}@mail.example.org>",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b0"',
    ]
    body = f"""
--b0
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.example.org. See below.

--b0
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
Arrival-Date: {format_datetime(datetime.now(UTC))}

Final-Recipient: rfc822; {letter.recipient}
Action: {action}
Status: {code}
Diagnostic-Code: smtp; {words}

--b0
Content-Type: text/rfc822-headers

From: campaign@example.org
To: {letter.recipient}
Message-ID: {letter.message_id}
Subject: a letter

--b0--
"""
    return _delivered(letter.envelope, "", number, headers, body)


def _bounce_in_words(number: int, letter: Sent) -> Back:
    """As qmail says it: no MIME, no report; only the words, and the letter below them."""
    headers = [
        "From: MAILER-DAEMON@mail.example.org",
        f"To: {letter.envelope}",
        "Subject: failure notice",
        f"Message-ID: <qmail-{number}@mail.example.org>",
    ]
    body = f"""
Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{letter.recipient}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{letter.envelope}>
Message-ID: {letter.message_id}
Subject: a letter

(text)
"""
    raw = _delivered(letter.envelope, "", number, headers, body)
    return Back(f"bounce-in-words-{number}", raw, "bounce", letter.state, (letter.case,), "permanent")


def _delay(letter: Sent) -> Back:
    raw = _report(80, letter, "delayed", "4.4.1", "connection timed out", "Delayed Mail (still being retried)")
    raw = raw.replace(b"<dsn-delayed-80@", f"<dsn-delayed-{letter.state}@".encode())
    return Back(f"delay-{letter.state}", raw, "delay", letter.state, (letter.case,), "transient")


ABSENCES = (
    ("Automatic reply: {}", "I am out of the office until 20 September with limited access to e-mail."),
    ("Réponse automatique : {}", "Je suis absente jusqu'au 20 septembre."),
    ("Respuesta automática: {}", "Estoy fuera de la oficina hasta el 20 de septiembre."),
    ("Out of Office", "Thank you for your message. I am away and will be back on 20 September."),
    ("Absence du bureau", "Je suis en congé jusqu'au 20 septembre."),
)


def _out_of_office(number: int, letter: Sent) -> Back:
    subject, words = ABSENCES[number % len(ABSENCES)]
    headers = [
        f"From: A. Example <{letter.recipient}>",
        f"To: {letter.envelope}",
        f"Subject: {_encoded(subject.format('your letter'))}",
        f"Message-ID: <away-{letter.state}@mail.example.org>",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    # RFC 3834 asks for Auto-Submitted; half of the world's programs leave it out.
    headers += ["Auto-Submitted: auto-replied"] if number % 2 else []
    headers += [f"In-Reply-To: {letter.message_id}"] if number % 3 else []
    raw = _delivered(letter.envelope, "", 100 + number, headers, f"\n{words}\n")
    return Back(f"away-{letter.state}", raw, "auto-reply", letter.state, (letter.case,))


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode()


def _mail(letter: Sent, sender: str, subject: str, more: Sequence[str], words: str) -> bytes:
    headers = [
        f"From: Second Secretary <{sender}>",
        "To: campaign@example.org",
        f"Subject: {_encoded(subject)}",
        f"Message-ID: <reply-{letter.state}@mail.example.org>",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        *more,
    ]
    return _delivered("campaign@example.org", sender, 200, headers, f"\n{words}\n")


QUOTED = """Thank you for your letter. The delegation will consider it.

On 12 September 2022 the campaign wrote:
> Excellency,
> we write to you about a case of reprisals.
"""


def _reply(letter: Sent) -> Back:
    threading = [f"In-Reply-To: {letter.message_id}", f"References: {letter.message_id}"]
    raw = _mail(letter, letter.recipient, f"Re: {letter.subject}", threading, QUOTED)
    return Back(f"reply-{letter.state}", raw, "reply", letter.state, (letter.case,))


def _from_new_address(letter: Sent) -> Back:
    sender = f"{letter.state.lower()}.political@mfa-office.example.org"
    threading = [f"References: <thread@mail.example.org> {letter.message_id}"]
    raw = _mail(letter, sender, f"RE: {letter.subject}", threading, QUOTED)
    return Back(f"new-address-{letter.state}", raw, "reply", letter.state, (letter.case,), new_address=True)


def _without_headers(number: int, letter: Sent) -> Back:
    """Only the sender's address, its domain, or the reference that the letter shows says what it answers."""
    if number == 0:
        raw = _mail(letter, letter.recipient, "Your letter", (), "The Permanent Mission took note of your letter.")
    elif number == 1:
        sender = f"protocol@{letter.recipient.partition('@')[2]}"
        raw = _mail(letter, sender, "Note verbale", (), "The Permanent Mission presents its compliments.")
        return Back(f"domain-{letter.state}", raw, "reply", letter.state, (letter.case,), new_address=True)
    else:
        words = f"With regard to your letter, your reference {letter.reference}: we shall raise the case."
        sender = f"delegation@{letter.recipient.partition('@')[2]}"
        raw = _mail(letter, sender, "The dialogue of 29 September", (), words)
        return Back(f"reference-{letter.state}", raw, "reply", letter.state, (letter.case,), new_address=True)
    return Back(f"no-header-{letter.state}", raw, "reply", letter.state, (letter.case,))


def _about_both(letter: Sent, other: Sent) -> Back:
    threading = [f"In-Reply-To: {letter.message_id} {other.message_id}", f"References: {letter.message_id}"]
    raw = _mail(letter, letter.recipient, "Re: your two letters", threading, "The delegation will raise both cases.")
    return Back(f"both-{letter.state}", raw, "reply", letter.state, (letter.case, other.case))


def _complaint(letter: Sent) -> Back:
    headers = [
        "From: feedback@mail.example.org",
        "To: campaign@example.org",
        "Subject: complaint about a message",
        f"Message-ID: <arf-{letter.state}@mail.example.org>",
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b0"',
    ]
    body = f"""
--b0
Content-Type: text/plain

This is an e-mail abuse report.

--b0
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Example/1.0
Version: 1
Original-Mail-From: <{letter.envelope}>
Original-Rcpt-To: <{letter.recipient}>

--b0
Content-Type: message/rfc822

From: campaign@example.org
To: {letter.recipient}
Message-ID: {letter.message_id}
Subject: a letter

(text)

--b0--
"""
    raw = _delivered("campaign@example.org", "feedback@mail.example.org", 300, headers, body)
    return Back(f"complaint-{letter.state}", raw, "complaint", letter.state, (letter.case,))


def by_name(back: Sequence[Back]) -> Iterator[tuple[str, Back]]:
    """Pairs for files: a name that says what it shows."""
    return ((f"{number:02d}-{item.name}.eml", item) for number, item in enumerate(back))
