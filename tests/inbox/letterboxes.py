"""Outboxes with letters that left, and mails that come back about them, for tests; real SQLite files, real bytes."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from outreach.db.engine import writing
from outreach.inbox.matching.letters import OutboxLetter
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Key
from outreach.outbox.queue import enqueue
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from outreach.registry.model import Mission, Registry
from outreach.settings.mail import SenderSettings, SmtpSettings
from outreach.settings.settings import Settings
from tests.outbox.outboxes import NOON, lead

DOMAIN = "example.org"
SENDER = f"campaign@{DOMAIN}"
ENVELOPE = f"bounces+{{token}}@{DOMAIN}"


def address_of(mission: str) -> str:
    """The address that `tests.conftest.give_addresses` gives this mission."""
    return f"{mission.lower()}@{mission.lower()}.{DOMAIN}"


def settings_for(sender: str = SENDER) -> Settings:
    """Settings of a campaign that sends from this address, with a return address for each letter."""
    return Settings(sender=SenderSettings(email=sender), smtp=SmtpSettings(envelope=ENVELOPE))


def registry_with(**addresses: str) -> Registry:
    """A registry of these missions alone: DEU="deu@deu.example.org;consul@deu.example.org"."""
    missions = {
        state: Mission(state, f"Permanent Mission of {state}", tuple(emails.split(";")) if emails else (), "en")
        for state, emails in addresses.items()
    }
    return Registry(states={}, missions=missions, instruments={}, acts=(), terms=())


def sent_letter(
    outbox: Outbox,
    mission: str = "DEU",
    case: str = "beacon",
    ask: str = "hrc51",
    round: str = "first",  # noqa: A002 - the field's own name
    *,
    recipients: tuple[str, ...] | None = None,
    subject: str | None = None,
    status: Status = Status.SENT,
    at: datetime = NOON,
    part: str = "",
) -> OutboxLetter:
    """A letter in this outbox with its real token, brought to a status by the way that letters go."""
    key = Key(MessageKind.LETTER, ask, case, round, "smtp", mission, part)
    token = outbox.token(key)
    recipients = (address_of(mission),) if recipients is None else recipients
    draft = Draft(
        key=key,
        token=token,
        message_id=f"<{token}@{DOMAIN}>",
        language="en",
        recipients=recipients,
        subject=subject or f"The case of {case.title()}",
        content=f"Message-ID: <{token}@{DOMAIN}>\r\n\r\nExcellency,\r\n".encode(),
    )
    with writing(outbox.engine) as connection:
        [message] = enqueue(connection, [draft], at, "test")
    lead(outbox, message, status, at)
    return OutboxLetter(message, token, draft.message_id, ask, case, mission, recipients, draft.subject, status)


def sent_letters(
    outbox: Outbox, *missions: str, case: str = "beacon", status: Status = Status.SENT
) -> list[OutboxLetter]:
    """A first letter to each mission, at the address of `address_of`."""
    return [sent_letter(outbox, mission, case, status=status) for mission in missions]


def mail(
    sender: str,
    subject: str = "Our answer",
    text: str = "We will raise this case.\r\n",
    to: str = SENDER,
    date: str = "Mon, 12 Sep 2022 10:00:00 +0200",
    **headers: str,
) -> bytes:
    """A plain mail; more headers as keywords: In_Reply_To="<…>"."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = date
    if "Message_ID" not in headers:
        message["Message-ID"] = f"<{abs(hash((sender, subject, text, date)))}@mail.invalid>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def reply(letter: OutboxLetter, sender: str = "", text: str = "We will raise this case.\r\n", **headers: str) -> bytes:
    """A person's answer to this letter, as mail programs write it."""
    threading = {"In_Reply_To": letter.message_id, "References": letter.message_id}
    return mail(sender or letter.recipients[0], f"Re: {letter.subject}", text, **{**threading, **headers})


def bounce(
    letter: OutboxLetter,
    recipient: str = "",
    code: str = "5.1.1",
    diagnostic: str = "550 5.1.1 user unknown",
    action: str = "failed",
    to: str = "",
) -> bytes:
    """A delivery status notification (RFC 3464) with the letter's headers; it comes to the letter's own return address.

    Another `action` makes it a delay ("delayed") or the news that it arrived ("delivered").
    """
    recipient = recipient or letter.recipients[0]
    to = to or ENVELOPE.replace("{token}", letter.token)
    lines = [
        "Return-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@mx.invalid>",
        f"To: {to}",
        f"Subject: Delivery Status Notification ({action})",
        "Date: Mon, 12 Sep 2022 10:00:00 +0200",
        f"Message-ID: <{abs(hash((letter.token, recipient, code, action)))}@mx.invalid>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "This is the mail system. It has news about your message.",
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.invalid",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Action: {action}",
        f"Status: {code}",
        f"Diagnostic-Code: smtp; {diagnostic}",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {letter.message_id}",
        f"Subject: {letter.subject}",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()
