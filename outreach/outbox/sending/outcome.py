"""What a run is given and what came of it; sends and decides nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from outreach.errors import Paused, StorageFailed
from outreach.outbox.status import Status

CONCLUSIONS = frozenset(
    {Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED}
)  # what a run counts: a message given back is none


@dataclass(frozen=True, slots=True)
class Rest:
    """Why an account's timeline could not be looked at: the network is left alone until then. `looks` were in vain."""

    why: str
    until: datetime
    looks: int = 1


@dataclass(slots=True)
class Outcome:
    """What a run did. `paused` or `unreachable`: why it ended before the queue did; `stopped`: by a person.

    `doubtful` are the ids of what it left unconfirmed, `settled` of what was so before it and is not any more. `held`
    counts what waits and may not leave any more. `channel` is which one it was; of several runs at once, `others` are
    those that have something to explain beside this one.
    """

    counts: Counter[Status] = field(default_factory=Counter)
    doubtful: set[int] = field(default_factory=set)
    settled: set[int] = field(default_factory=set)
    paused: Paused | None = None
    unreachable: str = ""
    rest: Rest | None = None
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
        return bool(self.paused or self.unreachable or self.storage or self.rest)

    def add_earlier(self, earlier: "Outcome") -> None:
        """Take over what the same run counted in earlier rounds; what was settled since is not unconfirmed any more."""
        self.counts.update(earlier.counts)
        self.doubtful |= earlier.doubtful - self.settled
        self.counts[Status.UNCONFIRMED] = len(self.doubtful)


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


def rests(outcomes: Iterable[Outcome]) -> dict[str, datetime]:
    """Network → until when it is left alone."""
    return {outcome.channel: outcome.rest.until for outcome in outcomes if outcome.rest}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What letters travel in (RFC 5321, section 2.3.1), beside their recipients.

    `sender(token)` is the address that a letter's bounces return to; `archive` gets a blind copy, blank for none.
    """

    sender: Callable[[str], str]
    archive: str = ""
