"""What a run is given and what came of it; no behaviour."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from outreach.errors import Paused, StorageFailed
from outreach.outbox.status import Status

CONCLUSIONS = frozenset(
    {Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED}
)  # what a run counts: a message given back is none


@dataclass(slots=True)
class Outcome:
    """What a run did. `paused` or `unreachable`: why it ended before the queue did; `stopped`: by a person.

    `held` counts what waits and may not leave any more. `channel` is which one it was; of several runs at once,
    `others` are those that ended early beside this one.
    """

    counts: Counter[Status] = field(default_factory=Counter)
    paused: Paused | None = None
    unreachable: str = ""
    storage: StorageFailed | None = None
    stopped: bool = False
    held: int = 0
    channel: str = ""
    others: list["Outcome"] = field(default_factory=list)

    @property
    def ended_early(self) -> bool:
        return bool(self.paused or self.unreachable or self.storage or self.stopped)


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """What several runs at once did, as that of one; the first that ended early says why, the others beside it."""
    early = [outcome for outcome in outcomes if outcome.paused or outcome.unreachable or outcome.storage]
    whole = replace(early[0]) if early else Outcome()
    whole.counts = Counter()
    for outcome in outcomes:
        whole.counts.update(outcome.counts)
    whole.stopped = any(outcome.stopped for outcome in outcomes)
    whole.others = early[1:]
    return whole


@dataclass(frozen=True, slots=True)
class Post:
    """How this campaign's letters leave: `envelope(token)` is the sender that bounces return to."""

    envelope: Callable[[str], str]
    archive: str = ""
