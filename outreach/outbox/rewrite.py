"""Writes a message anew that waits: its key and Message-ID stay, what it said before is kept, the ledger shows both."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from outreach.outbox.attachments import keep
from outreach.outbox.gate.names import rewrite_names
from outreach.outbox.ledger import LostClaim, address_histories
from outreach.outbox.models import Draft, Entry, ledger, message_versions, messages
from outreach.outbox.status import WAITING, Status

PERHAPS_READ = (Status.SENT, Status.UNCONFIRMED)  # what a ledger says of messages that somebody may have read


def why_not_anew(connection: Connection, entry: Entry) -> str:
    """Say why a message cannot be written anew; blank where it can: it waits, and nobody can have read it."""
    if entry.status not in WAITING:
        return f"it is {entry.status}"
    read = select(ledger.c.id).where(
        ledger.c.message == entry.id, ledger.c.to_status.in_([status.value for status in PERHAPS_READ])
    )
    if connection.scalar(read.limit(1)) or address_histories(connection, [entry.id])[entry.id].taken:
        return "it may have arrived once, so its text stays"
    return ""


def rewrite(connection: Connection, entry: Entry, draft: Draft, at: datetime, by: str) -> bool:
    """Put the words of a draft in the place of those that wait under the same key; False where they are the same.

    Raises LostClaim where a run took it, or somebody changed it, meanwhile; roll back then.
    """
    if entry.key != draft.key:
        raise ValueError(f"message {entry.id}: a draft of {draft.key} cannot take the place of {entry.key}")
    row = connection.execute(select(messages).where(messages.c.id == entry.id)).mappings().one()
    new = {
        "language": draft.language,
        "recipients": ";".join(draft.recipients),
        "subject": draft.subject,
        "content": draft.content,
    }
    before = {name: row[name] for name in new}
    if before == new:
        if draft.asked_for != row["asked_for"]:  # the ask got other days, and it says neither
            days = update(messages).where(messages.c.id == entry.id).values(asked_for=draft.asked_for)
            connection.execute(days)
        return False
    version = (
        1
        + connection.scalars(
            select(func.count()).select_from(message_versions).where(message_versions.c.message == entry.id)
        ).one()
    )
    status = {"from_status": entry.status.value, "to_status": entry.status.value}
    detail = f"written anew; version {version} is kept"
    said = {"message": entry.id, "at": at, **status, "detail": detail, "actor": by}
    [ledger_id] = connection.execute(insert(ledger).returning(ledger.c.id), said).scalars()
    connection.execute(insert(message_versions), {"message": entry.id, "ledger": ledger_id, **before})
    waits = update(messages).where(
        messages.c.id == entry.id, messages.c.status == entry.status.value, messages.c.claimed_by == ""
    )
    if connection.execute(waits.values({**new, "asked_for": draft.asked_for})).rowcount != 1:
        raise LostClaim(f"message {entry.id} had changed meanwhile")
    keep(connection, [draft])
    rewrite_names(connection, entry.id, draft)
    return True
