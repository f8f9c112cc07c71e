"""What comes in while a run is at work holds back letters that it would still send; knows no channel, no schedule."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from outreach.cli.session import Session
from outreach.inbox.evidence.apply import apply_pending
from outreach.outbox.letters.prepare import held_back
from outreach.outbox.models import Claimed, Scope
from outreach.outbox.sending.worker import Claim

EVERY = 5.0  # seconds between two looks at all that waits
SHARE = 20  # looking takes one part in so many of a run's time


class LateNews:
    """Claims for a worker what `claim` finds due, without what may no longer leave since the run began.

    A mission may answer, or ask for no more letters, minutes before a slow run would come to its reminder.
    """

    def __init__(self, session: Session, claim: Claim, clock: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._claim = claim
        self._clock = clock
        self._held: tuple[int, ...] = ()
        self._look_at = clock() + EVERY  # the run itself has looked when it began

    def claim(self, connection: Connection, scope: Scope, limit: int, at: datetime, worker: str) -> list[Claimed]:
        """In the worker's transaction; what is known to have left is settled first, and not sent again."""
        apply_pending(connection, at)
        if self._clock() >= self._look_at:
            self._look(scope)
        free = replace(scope, without=(*scope.without, *self._held))
        return self._claim(connection, free, limit, at, worker)

    def _look(self, scope: Scope) -> None:
        began, session = self._clock(), self._session
        self._held = tuple(held_back(session.campaign, session.outbox, scope, session.answered()))
        ended = self._clock()
        self._look_at = ended + max(EVERY, SHARE * (ended - began))
