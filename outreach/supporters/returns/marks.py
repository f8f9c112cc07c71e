"""Remembers which mails had their effect and may still lie in the mailbox, by a keyed hash of their bytes.

So a mail whose removal failed has no second effect, also where its sender has changed their mind since. What is removed
is forgotten. Knows no mailbox.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, update

from outreach.db.engine import insert_or_ignore
from outreach.supporters.store import Store
from outreach.supporters.tables import returned

KEPT = timedelta(days=60)  # since it was last seen: then it is in the mailbox no more


def is_first(store: Store, connection: Connection, raw: bytes, at: datetime) -> bool:
    """Note, in the transaction of its effect, that a mail has it; False where it had it before."""
    mark = store.sealer.returned(raw)
    added = connection.execute(insert_or_ignore(connection, returned, ["mark"]).values(mark=mark, at=at)).rowcount
    if not added:
        connection.execute(update(returned).where(returned.c.mark == mark).values(at=at))
    return added == 1


def forget(store: Store, connection: Connection, removed: Collection[bytes], at: datetime) -> None:
    """Forget mails that were removed from the mailbox, and those that nobody has seen for long."""
    marks = [store.sealer.returned(raw) for raw in removed]
    connection.execute(delete(returned).where(returned.c.mark.in_(marks)))
    connection.execute(delete(returned).where(returned.c.at < at - KEPT))
