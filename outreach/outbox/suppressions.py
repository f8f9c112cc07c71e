"""Addresses that are not written to, and why; kept when they are lifted. Knows no mission and no letter."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from outreach.db.engine import writing
from outreach.outbox.models import messages, suppressions
from outreach.outbox.store import PSEUDONYM, Outbox, now


def suppressed(connection: Connection) -> dict[str, str]:
    """Give address (lower case) → why it is not written to."""
    query = select(suppressions.c.address, suppressions.c.reason).where(suppressions.c.lifted_at.is_(None))
    return {address: reason for address, reason in connection.execute(query).all()}  # noqa: C416 - rows are not pairs


def suppress(outbox: Outbox, address: str, reason: str) -> None:
    """Suppress this address: nothing is written to it until `lift` says otherwise."""
    with writing(outbox.engine) as connection:
        add_suppression(connection, address, reason, now())


def add_suppression(connection: Connection, address: str, reason: str, at: datetime) -> None:
    """Suppress an address in the caller's transaction; what is suppressed already keeps its reason."""
    if address.lower() not in suppressed(connection):
        row = {"address": address.lower(), "reason": reason, "at": at, "lifted_at": None}
        connection.execute(insert(suppressions), row)


def suppress_letter(connection: Connection, token: str, reason: str, at: datetime) -> bool:
    """Suppress the addresses of the letter with this token, in the caller's transaction; False where there is none.

    Of an address that was erased since, nothing is left to suppress: it was closed with that.
    """
    to_missions = messages.c.mission != ""
    recipients = connection.scalar(select(messages.c.recipients).where(messages.c.token == token, to_missions))
    if recipients is None:
        return False
    for address in filter(None, recipients.split(";")):
        if not address.endswith(PSEUDONYM):
            add_suppression(connection, address, reason, at)
    return True


def lift(outbox: Outbox, address: str) -> int:
    """Lift what stands against this address, and keep it on file. Returns how many suppressions were lifted."""
    with writing(outbox.engine) as connection:
        known = [address.lower(), outbox.pseudonym(address)]
        open_ = suppressions.c.address.in_(known) & suppressions.c.lifted_at.is_(None)
        return connection.execute(update(suppressions).where(open_).values(lifted_at=now())).rowcount
