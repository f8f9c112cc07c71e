"""Claims letters outside of quiet hours, and says when the next one goes. Knows no network."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from outreach.outbox.models import Claimed, Scope
from outreach.outbox.queue import claim, next_due
from outreach.outbox.schedule import Rules, next_slot


@dataclass(frozen=True, slots=True)
class LetterHours:
    """The claiming of letters by the campaign's quiet hours, in place of `queue.claim`."""

    rules: Rules

    def claim(self, connection: Connection, scope: Scope, limit: int, at: datetime, worker: str) -> list[Claimed]:
        """Take due letters; none while it is quiet. Call in a writing transaction."""
        return [] if self.rules.is_quiet(at) else claim(connection, scope, limit, at, worker)

    def next_due(self, connection: Connection, scope: Scope, at: datetime) -> datetime | None:
        """Give when the next waiting letter may go, by its own time and out of quiet hours; None when none waits."""
        first = next_due(connection, scope, at=at)
        return next_slot(self.rules, (), max(first, at)) if first else None
