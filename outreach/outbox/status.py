"""A message's life: its statuses and the table of allowed changes (DESIGN.md, section 4). Knows no database."""

from enum import StrEnum


class Status(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"  # a worker holds it; nothing has left
    SENDING = "sending"  # on disk before the first byte of the body leaves
    SENT = "sent"  # the channel took it and said so
    DELIVERED = "delivered"  # news that came later
    BOUNCED = "bounced"
    REJECTED = "rejected"  # final; a person looks
    DEFERRED = "deferred"  # later, not before a given time
    UNCONFIRMED = "unconfirmed"  # nobody knows; settled by evidence or a person, never by a retry
    WITHDRAWN = "withdrawn"


# A message begins as queued. What waits or was refused becomes sent only by evidence that it left after all (rule 5):
# a copy, a bounce or a reply that carries its token.
ALLOWED: dict[Status, frozenset[Status]] = {
    # Queued for a time, and then by a person for now.
    Status.QUEUED: frozenset({Status.QUEUED, Status.CLAIMED, Status.WITHDRAWN, Status.SENT}),
    Status.CLAIMED: frozenset({Status.QUEUED, Status.SENDING, Status.DEFERRED, Status.REJECTED}),
    Status.SENDING: frozenset({Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED}),
    Status.DEFERRED: frozenset({Status.QUEUED, Status.WITHDRAWN, Status.SENT}),
    Status.UNCONFIRMED: frozenset({Status.SENT, Status.QUEUED}),
    # Queued again by a person, or by the run that found that it was not about this message (sending/fuse.py); withdrawn
    # when another message replaces it.
    Status.REJECTED: frozenset({Status.QUEUED, Status.WITHDRAWN, Status.SENT}),
    # Withdrawn only by a person, who deleted a post. A letter cannot be taken back.
    Status.SENT: frozenset({Status.DELIVERED, Status.BOUNCED, Status.WITHDRAWN}),
    Status.DELIVERED: frozenset({Status.BOUNCED}),
    # Queued again only by a person, who knows that nobody got it; withdrawn when another message replaces it.
    Status.BOUNCED: frozenset({Status.QUEUED, Status.WITHDRAWN}),
    # Only by a person, and only while nothing of it ever left: the database looks at the ledger.
    Status.WITHDRAWN: frozenset({Status.QUEUED}),
}

# Taken by a server, so the mission counts as asked. Unconfirmed does not: nobody knows.
ASKED = frozenset({Status.SENT, Status.DELIVERED, Status.BOUNCED})
WAITING = frozenset({Status.QUEUED, Status.DEFERRED})
HELD = frozenset({Status.CLAIMED, Status.SENDING})


def is_allowed(was: Status, to: Status) -> bool:
    """Say whether a message may change from `was` to `to`."""
    return to in ALLOWED[was]
