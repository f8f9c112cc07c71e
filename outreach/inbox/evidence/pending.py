"""Which letters have evidence that has had no effect yet, for a worker held the letter; changes nothing.

A module of its own, for every command asks, and hardly ever is there any.
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
    """The ids of the letters."""
    return connection.scalars(PENDING).all()
