"""Queues mails to supporters, each once: was it you, and one reminder a day later. Knows no address and no server.

What is stored has no To, no Date and no link: these come when the mail leaves (`leaving`). Mails that ask whether it
was somebody have not one word that a visitor typed: whoever gives a stranger's address can say nothing to them.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from outreach.mime.headers import folded, mail_address, mailbox, message_id_header, subject_header
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.letters.drafts import sender_domain
from outreach.outbox.models import Draft, Key, messages
from outreach.outbox.queue import enqueue
from outreach.outbox.status import WAITING, Status
from outreach.settings.settings import Settings
from outreach.supporters.erasing import recipient
from outreach.supporters.mail.links import encode, place, places
from outreach.supporters.mail.parts import about, confirm_part, join_again_part, join_part
from outreach.supporters.mail.words import Words, list_name, write
from outreach.supporters.people import CONFIRM, JOIN, link
from outreach.supporters.returns.words import answers_are_read
from outreach.supporters.statuses import MemberStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import story

REMINDS_AFTER = timedelta(days=1)


def queue_confirm(
    store: Store,
    connection: Connection,
    settings: Settings,
    *,
    supporter: int,
    voice: int,
    language: str,
    at: datetime,
    by: str,
    remind: bool = True,
) -> None:
    """Queue the mail that asks whether a voice is theirs, and its reminder; what was queued before stays as it is.

    No reminder where `remind` is false: then it would be one mail too many. Raises SettingsError where the campaign
    has no sender.
    """
    parts = (confirm_part(supporter, voice), confirm_part(supporter, voice, again=True))[: 2 if remind else 1]
    _ask_and_remind(store, connection, settings, "confirm", parts, supporter, (CONFIRM, voice), language, at, by)


def queue_join(
    store: Store,
    connection: Connection,
    settings: Settings,
    *,
    supporter: int,
    language: str,
    at: datetime,
    by: str,
    remind: bool = True,
    not_before: datetime | None = None,
) -> None:
    """Queue the mail that asks whether they want the updates: at most one a day, whoever asks how often.

    It goes at once, or not before a moment.

    There is one reminder for each time that they become `asked`: not one for each mail. Call it after the member's
    status has changed. Raises SettingsError where the campaign has no sender.
    """
    before = select(func.count()).where(
        story.c.what == "member", story.c.subject == supporter, story.c.to_status == MemberStatus.ASKED.value
    )
    time = connection.execute(before).scalar_one()
    parts = (join_part(supporter, at.date()), join_again_part(supporter, time))[: 2 if remind else 1]
    _ask_and_remind(
        store, connection, settings, "join", parts, supporter, (JOIN, supporter), language, at, by, not_before
    )


def withdraw_confirm(
    connection: Connection, supporter: int, voice: int | None, *, at: datetime, by: str, why: str
) -> int:
    """Withdraw what waits and asks about a voice, or (None) about joining, in the caller's transaction; how many."""
    waits = messages.c.status.in_([status.value for status in WAITING])
    theirs = messages.c.recipients == recipient(supporter)
    ask = messages.c.kind == MessageKind.CONFIRM.value
    query = select(messages.c.id, messages.c.status, messages.c.part).where(theirs, waits, ask)
    rows = [row for row in connection.execute(query) if about(MessageKind.CONFIRM, row.part).voice == voice]
    advance(connection, [Transition(row.id, Status(row.status), Status.WITHDRAWN, at, by, why) for row in rows])
    return len(rows)


def mail_draft(
    store: Store,
    settings: Settings,
    kind: MessageKind,
    part: str,
    supporter: int,
    words: Words,
    *,
    not_before: datetime | None = None,
) -> Draft:
    """Make a mail of one plain text, fixed to the byte but for what its leaving adds.

    Raises SettingsError where the campaign has no sender.
    """
    key = Key(kind, "", "", "", store.outbox.channel, "", part)
    token = store.outbox.token(key)
    message_id = f"<{token}@{sender_domain(settings)}>"
    headers = (
        sender_header(settings),
        subject_header(words.subject),
        message_id_header("Message-ID", message_id),
        b"Auto-Submitted: auto-generated\r\n",  # RFC 3834, section 5
        f"Content-Language: {words.language}\r\n".encode(),
        b"MIME-Version: 1.0\r\n",
        b'Content-Type: text/plain; charset="utf-8"\r\n',
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
    )
    content = b"".join(headers) + encode(words.text)
    return Draft(
        key, token, message_id, words.language, (recipient(supporter),), words.subject, content, not_before=not_before
    )


def sender_header(settings: Settings) -> bytes:
    """Write From: the list's name, and the campaign's address; and Reply-To where supporters may write by mail.

    Answers do not go where those to letters go: what is in that mailbox is kept for ever, with its addresses.
    """
    sender, by_mail = settings.sender, settings.web.by_mail
    written = folded("From", mailbox("From", settings.list.name or sender.name or list_name(settings), sender.email))
    return written + (folded("Reply-To", mail_address("Reply-To", by_mail)) if by_mail else b"")


def _ask_and_remind(
    store: Store,
    connection: Connection,
    settings: Settings,
    text: str,
    parts: tuple[str, ...],
    supporter: int,
    asked: tuple[str, int],
    language: str,
    at: datetime,
    by: str,
    not_before: datetime | None = None,
) -> None:
    drafts = list[Draft]()
    for part, again in zip(parts, (False, True), strict=False):
        later = (not_before or at) + REMINDS_AFTER if again else not_before
        values = {"link": place(*asked), "days": settings.web.confirm_days, "again": again}
        words = write(text, language, settings, by_mail=answers_are_read(settings), **values)
        drafts.append(mail_draft(store, settings, MessageKind.CONFIRM, part, supporter, words, not_before=later))
    for purpose, subject in {found for draft in drafts for found in places(draft.content)}:
        link(store, connection, purpose, subject, supporter)
    enqueue(connection, drafts, at, by)
