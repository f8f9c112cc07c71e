"""Finds letters whose evidence is not applied yet, since a worker held them; changes nothing.

It is a module of its own because every command asks, and hardly ever finds any: importing it is cheap.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from outreach.inbox.models import evidence
from outreach.outbox.models import messages
from outreach.outbox.status import HELD

# The condition on `applied` is as the index evidence_waiting has it: what has had its effect is not read again.
PENDING = (
    select(evidence.c.message)
    .distinct()
    .join(messages, evidence.c.message == messages.c.id)
    .where(~evidence.c.applied, messages.c.status.not_in([status.value for status in HELD]))
)


def letters_with_pending_evidence(connection: Connection) -> Sequence[int]:
    """Give the ids of letters that no worker holds any more and that have evidence to apply."""
    return connection.scalars(PENDING).all()
