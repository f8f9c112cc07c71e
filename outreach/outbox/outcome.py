"""What a run is given and what came of it; no behaviour."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from outreach.errors import Paused, StorageFailed
from outreach.outbox.status import Status

CONCLUSIONS = frozenset(
    {Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED}
)  # what a run counts: a message given back is none


@dataclass(slots=True)
class Outcome:
    """What a run did. `paused` or `unreachable`: why it ended before the queue did; `stopped`: by a person.

    `settled` counts what was in doubt before and is not any more. `unsettled`: why the account's timeline could not be
    looked at, and `look_again` before when it need not be.
    `held` counts what waits and may not leave any more. `channel` is which one it was; of several runs at once,
    `others` are those that have something to explain beside this one.
    """

    counts: Counter[Status] = field(default_factory=Counter)
    paused: Paused | None = None
    unreachable: str = ""
    settled: int = 0
    unsettled: str = ""
    look_again: datetime | None = None
    storage: StorageFailed | None = None
    stopped: bool = False
    held: int = 0
    channel: str = ""
    others: list["Outcome"] = field(default_factory=list)

    @property
    def ended_early(self) -> bool:
        return bool(self.paused or self.unreachable or self.storage or self.stopped)

    @property
    def to_explain(self) -> bool:
        """Whether something other than a message or a person is at fault."""
        return bool(self.paused or self.unreachable or self.storage or self.unsettled)

    def add_settled(self, looked: "Outcome | None") -> None:
        """Take over what was settled, or not, right before the run."""
        if looked:
            self.settled, self.unsettled, self.look_again = looked.settled, looked.unsettled, looked.look_again

    def add_earlier(self, earlier: Counter[Status]) -> None:
        """Take over what the same run counted in earlier rounds; what was settled since is not unconfirmed any more."""
        still = max(0, earlier[Status.UNCONFIRMED] - self.settled)
        self.counts.update({**earlier, Status.UNCONFIRMED: still})


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """What several runs at once did, as that of one; the first that has to explain does so, the others beside it."""
    explained = [outcome for outcome in outcomes if outcome.to_explain]
    whole = replace(explained[0]) if explained else Outcome()
    whole.counts = Counter()
    for outcome in outcomes:
        whole.counts.update(outcome.counts)
    whole.stopped = any(outcome.stopped for outcome in outcomes)
    whole.others = explained[1:]
    return whole


@dataclass(frozen=True, slots=True)
class Post:
    """How this campaign's letters leave: `envelope(token)` is the sender that bounces return to."""

    envelope: Callable[[str], str]
    archive: str = ""
