"""Settles unconfirmed posts by their accounts' timelines before a run, and says when it looks at them again."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from outreach.cli.output import counted, note
from outreach.cli.session import Session
from outreach.errors import Deferred, DeliveryError, Paused, StorageFailed
from outreach.outbox.models import Scope
from outreach.outbox.outcome import Outcome
from outreach.outbox.settling import DEFINITIVE, settle_by_timeline
from outreach.outbox.status import Status
from outreach.outbox.store import now

SOON = timedelta(minutes=1)  # after a timeline could not be looked at, and did not say when to come again


def settle_each(session: Session, scope: Scope, channels: Sequence[str]) -> dict[str, Outcome]:
    """Network → what its timeline settled, or why not: where it is paused, nothing can leave either."""
    names = [name for name in channels if name in DEFINITIVE and not session.outbox.rehearsal]
    return asyncio.run(_settle_each(session, scope, names)) if names else {}


async def _settle_each(session: Session, scope: Scope, names: Sequence[str]) -> dict[str, Outcome]:
    outcomes = await asyncio.gather(*(_settle(session, replace(scope, channel=name), name) for name in names))
    return {outcome.channel: outcome for outcome in outcomes}


async def _settle(session: Session, scope: Scope, name: str) -> Outcome:
    outcome, settled = Outcome(channel=name), Counter[Status]()
    try:
        async for status in settle_by_timeline(session.outbox, session.open_account(name), scope, session.grace(name)):
            settled[status] += 1
    except Paused as error:
        outcome.paused = error
    except DeliveryError as error:
        outcome.unsettled = error.detail
        asked_for = error.retry_after if isinstance(error, Deferred) else None
        outcome.look_again = now() + (SOON if asked_for is None else timedelta(seconds=asked_for))
    except StorageFailed as error:
        outcome.storage = error
    _say_settled(name, settled)
    outcome.settled = settled.total()
    return outcome


def _say_settled(name: str, settled: Counter[Status]) -> None:
    if there := settled[Status.SENT]:
        note(f"{name}: {counted(there, 'post')} in doubt: on the timeline, so sent.")
    if missing := settled[Status.QUEUED]:
        note(f"{name}: {counted(missing, 'post')} in doubt: not on the timeline, so queued again.")
