"""Letters and the answers to them, for tests of reports; rows of a real database."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import insert, select

from outreach.db.engine import writing
from outreach.inbox.kinds import Stance
from outreach.inbox.models import decisions, inbound, ties
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key, messages
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from tests.outbox.outboxes import NOON, lead, queue_keys

WRITER = "second.secretary@mission.example.org"
WORDS = "We took note of your letter with interest."
REMARK = "The second secretary sounded doubtful."


def letter(
    outbox: Outbox,
    state: str,
    case: str = "beacon",
    status: Status = Status.SENT,
    *,
    round_: str = "first",
    at: datetime = NOON,
) -> int:
    """A letter to this State that came to a status at that time."""
    channel = "rehearsal" if outbox.rehearsal else "smtp"
    [message] = queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", case, round_, channel, state), at=at)
    lead(outbox, message, status, at)
    return message


def answer(
    outbox: Outbox, message: int, at: datetime, stance: Stance | None = None, *, read: bool = True, check: str = ""
) -> None:
    """A reply to this letter, and what a person read in it: its stance, or only that it is a reply.

    `check` is what our own mail server says of the sender: pass, fail, or nothing.
    """
    with writing(outbox.engine) as connection:
        asked = connection.execute(select(messages).where(messages.c.id == message)).mappings().one()
        mail = {
            "digest": sha256(f"{message} {at}".encode()).hexdigest(),
            "source": "file",
            "origin": "reply.eml",
            "kind": "reply",
            "rule": "person-wrote",
            "sender": WRITER,
            "sender_name": "A. Example",
            "subject": "Re: your letter",
            "arrived_at": at,
            "stored_at": at,
            "text": WORDS,
            "links": "[]",
            "headers": "[]",
            "size": 1,
            "new_address": False,
            "sender_check": check,
        }
        blank = dict.fromkeys(("fault", "severity", "code", "recipient", "diagnostic", "message_id"), "")
        number = connection.execute(insert(inbound).values(**mail, **blank)).inserted_primary_key[0]
        about = {name: asked[name] for name in ("ask", "case", "mission")}
        tie = {"inbound": number, "message": message, **about, "matched_by": "in-reply-to", "certainty": 1.0}
        connection.execute(insert(ties).values(**tie, at=at, by="test"))
        if read:
            what = {"kind": "", "stance": stance.value} if stance else {"kind": "reply", "stance": ""}
            said = {"inbound": number, "case": "", **what, "note": REMARK}
            connection.execute(insert(decisions).values(**said, at=at, by="test"))
