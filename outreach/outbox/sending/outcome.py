"""What a run is given and what came of it; sends and decides nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from outreach.errors import Paused, StorageFailed
from outreach.outbox.sending.pauses import Pause
from outreach.outbox.status import Status

CONCLUSIONS = frozenset(
    {Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED}
)  # what a run counts: a message given back is none


@dataclass(frozen=True, slots=True)
class Rest:
    """Why an account's timeline could not be read, and until when its network is left alone; after `looks` tries."""

    why: str
    until: datetime
    looks: int = 1


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that did not go: to whom (a State, or a post's part), what became of it, and why."""

    message: int
    to: str
    status: Status
    why: str


@dataclass(frozen=True, slots=True)
class RefusedAddress:
    """One of several addresses of a letter that does not get it, with the server's words, without addresses.

    `gone`: the server says that there is no such address, so that nothing goes there any more.
    """

    message: int
    mission: str
    address: str
    detail: str
    gone: bool = False


@dataclass(slots=True)
class Outcome:
    """What a run did. `paused` or `unreachable`: why it ended before the queue did; `stopped`: by a person.

    `pause` says until when the channel pauses, and why. `failures` has each message that did not go, by its id, `taken`
    the ids of those that did.
    `doubtful` are the ids of messages that it left unconfirmed, `settled` of those that it found so and settled. `held`
    counts the messages that wait and may not leave any more. `refused` are single addresses of letters that went to
    the others; `advice` is what the channel says of its settings, blank when all is well. `channel` is the one it sent
    through; of several runs at once, `others` are those that have something to explain beside this one.
    """

    counts: Counter[Status] = field(default_factory=Counter)
    doubtful: set[int] = field(default_factory=set)
    settled: set[int] = field(default_factory=set)
    failures: dict[int, Failure] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    paused: Paused | None = None
    pause: Pause | None = None
    unreachable: str = ""
    answered: bool = False  # of `unreachable`: the server is there, and lets nobody in for now
    rest: Rest | None = None
    storage: StorageFailed | None = None
    stopped: bool = False
    held: int = 0
    refused: list[RefusedAddress] = field(default_factory=list)
    advice: str = ""
    channel: str = ""
    others: list["Outcome"] = field(default_factory=list)

    @property
    def ended_early(self) -> bool:
        return bool(self.paused or self.pause or self.unreachable or self.storage or self.stopped)

    @property
    def to_explain(self) -> bool:
        """Say whether something other than a message or a person is at fault."""
        return bool(self.paused or self.pause or self.unreachable or self.storage or self.rest)

    def add_earlier(self, earlier: "Outcome") -> None:
        """Add what this run counted in earlier rounds; a message that was settled since is not unconfirmed any more."""
        self.counts.update(earlier.counts)
        self.failures = {**earlier.failures, **self.failures}
        self.refused[:0] = earlier.refused
        self.advice = self.advice or earlier.advice
        self.doubtful |= earlier.doubtful - self.settled
        self.counts[Status.UNCONFIRMED] = len(self.doubtful)


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Join the outcomes of runs at the same time: the first that has something to explain, the others beside it."""
    explained = [outcome for outcome in outcomes if outcome.to_explain]
    whole = replace(explained[0]) if explained else Outcome()
    whole.counts = Counter()
    for outcome in outcomes:
        whole.counts.update(outcome.counts)
    whole.refused = [one for outcome in outcomes for one in outcome.refused]
    whole.advice = next((outcome.advice for outcome in outcomes if outcome.advice), "")
    whole.stopped = any(outcome.stopped for outcome in outcomes)
    whole.others = explained[1:]
    return whole


def rests(outcomes: Iterable[Outcome]) -> dict[str, datetime]:
    """Give network → until when it is left alone."""
    return {outcome.channel: outcome.rest.until for outcome in outcomes if outcome.rest}


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """What letters travel in (RFC 5321, section 2.3.1), beside their recipients.

    `sender(token)` is the address that a letter's bounces return to; `archive` gets a blind copy, blank for none.
    """

    sender: Callable[[str], str]
    archive: str = ""
