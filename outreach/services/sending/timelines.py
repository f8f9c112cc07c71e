"""Posts that nobody knows the end of: looked for on their accounts' timelines, before a run or when a person asks."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from outreach.errors import Deferred, DeliveryError, Paused, StorageFailed
from outreach.outbox.models import Scope
from outreach.outbox.posts.settling import DEFINITIVE, settle_by_timeline
from outreach.outbox.sending.outcome import Outcome, Rest
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.services.events import Listener, TimelineSettled
from outreach.services.workspace import Workspace

SOON = timedelta(seconds=10)  # after a timeline could not be looked at for the first time; then twice that, and so on
LONGEST = timedelta(hours=1)


def settle_by_timelines(
    workspace: Workspace, scope: Scope, channels: Sequence[str], earlier: Mapping[str, Outcome], tell: Listener
) -> dict[str, Outcome]:
    """Settle posts in doubt; network → what its timeline settled, or why nothing can leave there at the moment.

    `earlier` is what came of the rounds before, in the same run: a network that is left alone is not asked too soon.
    """
    names = [name for name in channels if name in DEFINITIVE and not workspace.rehearsal]
    rests = {name: earlier[name].rest for name in names if name in earlier}
    asleep = {name: rest for name, rest in rests.items() if rest and rest.until > now()}
    awake = [name for name in names if name not in asleep]

    async def settle_all() -> list[Outcome]:
        each = (_settle(workspace, replace(scope, channel=name), name, rests.get(name), tell) for name in awake)
        return await asyncio.gather(*each)

    found = asyncio.run(settle_all()) if awake else []
    return {outcome.channel: outcome for outcome in found} | {
        name: Outcome(channel=name, rest=rest) for name, rest in asleep.items()
    }


async def _settle(workspace: Workspace, scope: Scope, name: str, before: Rest | None, tell: Listener) -> Outcome:
    outcome, account = Outcome(channel=name), workspace.open_account(name)
    settled = Counter[Status]()
    try:
        async for post, status in settle_by_timeline(workspace.outbox, account, scope, workspace.grace(name)):
            outcome.settled.add(post.id)
            settled[status] += 1
    except Paused as error:
        outcome.paused = error
    except DeliveryError as error:
        outcome.rest = _rest(error, before.looks if before else 0)
    except StorageFailed as error:
        outcome.storage = error
    if settled:
        tell(TimelineSettled(name, settled[Status.SENT], settled[Status.QUEUED]))
    return outcome


def _rest(error: DeliveryError, looks: int) -> Rest:
    """Leave the network alone for as long as it asks for, and longer each time."""
    asked_for = error.retry_after if isinstance(error, Deferred) else None
    pause = max(min(SOON * 2 ** min(looks, 12), LONGEST), timedelta(seconds=asked_for or 0))
    return Rest(error.detail, now() + pause, looks + 1)
