"""Letters that wait for the end of a pause: the run that paused sets them back, a person lets them go; sends none."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Scope
from outreach.outbox.queue import entries
from outreach.outbox.sending.pauses import Pause
from outreach.outbox.status import WAITING, Status

AFTER_THE_OTHERS = timedelta(minutes=1)
SET_BACK = "queued again: different missions met the same words in a row, so it is not about this letter: {}"
LET_GO = "due now: a person lets the run go on although it pauses"


def set_back(ids: Iterable[int], pause: Pause, at: datetime, by: str) -> list[Transition]:
    """Make the steps that queue again what was refused by words that are not about it, for after the pause."""
    later, why = pause.until + AFTER_THE_OTHERS, SET_BACK.format(pause.why)
    return [Transition(id_, Status.REJECTED, Status.QUEUED, at, by, why, not_before=later) for id_ in ids]


def let_go(connection: Connection, scope: Scope, pause: Pause, at: datetime, by: str) -> int:
    """Make due what waits for the end of a pause, in the caller's transaction; how many that were.

    They keep their tries, and go after what was never tried, since their time came later. What a server put off for its
    own reasons waits on, and so does what a worker holds, or what a person gave a time.
    """
    until = (pause.until, pause.until + AFTER_THE_OTHERS)
    there = entries(connection, scope, statuses=WAITING)
    waits = [entry for entry in there if entry.not_before in until and not entry.planned_for]
    advance(
        connection,
        [Transition(entry.id, entry.status, Status.QUEUED, at, by, LET_GO, not_before=at) for entry in waits],
    )
    return len(waits)
