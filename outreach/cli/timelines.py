"""Settles unconfirmed posts by their accounts' timelines before a run, or leaves the network alone for a while."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from outreach.cli.output import counted, note
from outreach.cli.session import Session
from outreach.errors import Deferred, DeliveryError, Paused, StorageFailed
from outreach.outbox.models import Scope
from outreach.outbox.posts.settling import DEFINITIVE, settle_by_timeline
from outreach.outbox.sending.outcome import Outcome, Rest
from outreach.outbox.status import Status
from outreach.outbox.store import now

SOON = timedelta(seconds=10)  # after a timeline could not be looked at for the first time; then twice that, and so on
LONGEST = timedelta(hours=1)


def settle_each(
    session: Session, scope: Scope, channels: Sequence[str], earlier: Mapping[str, Outcome]
) -> dict[str, Outcome]:
    """Network → what its timeline settled, or why nothing can leave there: it is paused, or left alone for a while.

    `earlier` is what came of the same run before: a network that is left alone is not asked again too soon.
    """
    names = [name for name in channels if name in DEFINITIVE and not session.outbox.rehearsal]
    rests = {name: earlier[name].rest for name in names if name in earlier}
    asleep = {name: rest for name, rest in rests.items() if rest and rest.until > now()}
    awake = [name for name in names if name not in asleep]
    found = asyncio.run(_settle_each(session, scope, awake, rests)) if awake else []
    return {outcome.channel: outcome for outcome in found} | {
        name: Outcome(channel=name, rest=rest) for name, rest in asleep.items()
    }


async def _settle_each(
    session: Session, scope: Scope, names: Sequence[str], rests: Mapping[str, Rest | None]
) -> list[Outcome]:
    return await asyncio.gather(
        *(_settle(session, replace(scope, channel=name), name, rests.get(name)) for name in names)
    )


async def _settle(session: Session, scope: Scope, name: str, before: Rest | None) -> Outcome:
    outcome, account = Outcome(channel=name), session.open_account(name)
    settled = Counter[Status]()
    try:
        async for post, status in settle_by_timeline(session.outbox, account, scope, session.grace(name)):
            outcome.settled.add(post.id)
            settled[status] += 1
    except Paused as error:
        outcome.paused = error
    except DeliveryError as error:
        outcome.rest = _rest(error, before.looks if before else 0)
    except StorageFailed as error:
        outcome.storage = error
    _say_settled(name, settled)
    return outcome


def _rest(error: DeliveryError, looks: int) -> Rest:
    """Leave the network alone for as long as it asks for, and longer each time."""
    asked_for = error.retry_after if isinstance(error, Deferred) else None
    pause = max(min(SOON * 2 ** min(looks, 12), LONGEST), timedelta(seconds=asked_for or 0))
    return Rest(error.detail, now() + pause, looks + 1)


def _say_settled(name: str, settled: Counter[Status]) -> None:
    if there := settled[Status.SENT]:
        note(f"{name}: {counted(there, 'post')} in doubt: on the timeline, so sent.")
    if missing := settled[Status.QUEUED]:
        note(f"{name}: {counted(missing, 'post')} in doubt: not on the timeline, so queued again.")
