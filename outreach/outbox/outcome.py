"""What a run is given and what came of it; no behaviour."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from outreach.errors import Paused, StorageFailed
from outreach.outbox.status import Status

CONCLUSIONS = frozenset(
    {Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED}
)  # what a run counts: a message given back is none


@dataclass(slots=True)
class Outcome:
    """What a run did. `paused` or `unreachable`: why it ended before the queue did; `stopped`: by a person.

    `held` counts what waits and may not leave any more."""

    counts: Counter[Status] = field(default_factory=Counter)
    paused: Paused | None = None
    unreachable: str = ""
    storage: StorageFailed | None = None
    stopped: bool = False
    held: int = 0

    @property
    def ended_early(self) -> bool:
        return bool(self.paused or self.unreachable or self.storage or self.stopped)


@dataclass(frozen=True, slots=True)
class Post:
    """How this campaign's letters leave: `envelope(token)` is the sender that bounces return to."""

    envelope: Callable[[str], str]
    archive: str = ""
