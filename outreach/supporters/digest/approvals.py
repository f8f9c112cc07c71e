"""Who approved which batch: a second person, by name, for ever. Knows no outbox but the letters of one digest in it.

A batch is all letters of a digest, byte for byte. Whoever approves it approves just that: were one sign another, it
would be another batch, and nobody had approved it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from sqlalchemy import Connection, insert, select

from outreach.errors import UsageError
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import messages
from outreach.supporters.digest.reserving import WHAT, Digest
from outreach.supporters.doors import Line, tell
from outreach.supporters.tables import approvals

APPROVED, REFUSED = "approved", "refused"
SHORTEST = 12  # characters of a batch that somebody types


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a batch, why where it was refused, and when."""

    digest: int
    batch: str
    decision: str
    why: str
    prepared_by: str
    by: str
    at: datetime


def batch_of(connection: Connection, ask: str, digest: int) -> str:
    """Give the hash of all letters of a digest in an outbox, as they were queued: SHA-256, hexadecimal; "" of none."""
    columns = (messages.c.message_id, messages.c.recipients, messages.c.subject, messages.c.content)
    query = select(*columns).where(
        messages.c.kind == MessageKind.DIGEST.value, messages.c.ask == ask, messages.c.part == str(digest)
    )
    rows = connection.execute(query.order_by(messages.c.message_id)).all()
    if not rows:
        return ""
    whole = hashlib.sha256()
    for row in rows:
        for value in row:
            piece = value if isinstance(value, bytes) else str(value).encode()
            whole.update(len(piece).to_bytes(8, "big") + piece)
    return whole.hexdigest()


def decision_about(connection: Connection, batch: str) -> Decision | None:
    """Give what was decided about a batch; None as long as nobody decided."""
    row = connection.execute(select(approvals).where(approvals.c.batch == batch)).one_or_none()
    return None if row is None else _decision(row)


def decisions_about(connection: Connection, digest: int) -> list[Decision]:
    """Give what was decided about a digest, the oldest first."""
    query = select(approvals).where(approvals.c.digest == digest).order_by(approvals.c.id)
    return [_decision(row) for row in connection.execute(query)]


def decide(
    connection: Connection, digest: Digest, batch: str, decision: str, *, why: str, by: str, at: datetime
) -> None:
    """Write down a decision, in the caller's (writing) transaction.

    Raises UsageError where the same person prepared the digest, or somebody decided already.
    """
    refuse_same(digest.prepared_by, by)
    if (known := decision_about(connection, batch)) is not None:
        raise UsageError(f"{known.by} {known.decision} this batch on {known.at:%Y-%m-%d}; nothing was changed")
    row = {
        "digest": digest.number, "batch": batch, "decision": decision, "why": why, "prepared_by": digest.prepared_by,
        "decided_by": by, "at": at,
    }  # fmt: skip
    connection.execute(insert(approvals), row)
    tell(connection, Line(WHAT, digest.number, at, "queued", decision, why, by))


def refuse_same(prepared_by: str, by: str) -> None:
    """Raise UsageError where both names are one person's, however they are spelt."""
    if not _person(by):
        raise UsageError("OUTREACH_TEAM__NAME has no letter: set it to your own name")
    if _person(prepared_by) == _person(by):
        raise UsageError(
            f"{prepared_by} prepared this digest, and nobody approves their own. Let somebody else read it, under "
            "their own name: OUTREACH_TEAM__NAME"
        )


def _person(name: str) -> str:
    """Give what tells people apart by name: letters and digits alone, without case, width and what nobody sees."""
    return "".join(sign for sign in normalize("NFKC", name).casefold() if sign.isalnum())


def _decision(row: object) -> Decision:
    names = ("digest", "batch", "decision", "why", "prepared_by", "decided_by", "at")
    return Decision(*(getattr(row, name) for name in names))
