"""What a face is told while a service works: one type a kind of news. A face words them; nothing here is a sentence."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from outreach.channels.base import LongWait
from outreach.next_step import NextStep
from outreach.outbox.gate.gate import Held
from outreach.outbox.gate.remedies import Remedied
from outreach.outbox.sending.pauses import Pause
from outreach.outbox.status import Status

if TYPE_CHECKING:  # to show how things stand, nobody reads mail
    from outreach.inbox.evidence.effects import EffectNote
    from outreach.inbox.receive import Received


@dataclass(frozen=True, slots=True)
class EvidenceApplied:
    """Mail that came in earlier changed letters that a run had held until now; `notes` say which and how.

    `rehearsal`: they are letters of a rehearsal.
    """

    notes: "tuple[EffectNote, ...]"
    rehearsal: bool


@dataclass(frozen=True, slots=True)
class SentFromElsewhere:
    """This outbox was sent from another machine or folder the last time; told once."""

    host: str
    folder: str


@dataclass(frozen=True, slots=True)
class NewOutbox:
    """The outbox never had a message, but by the record States raised cases of this campaign: how many, and which."""

    states: int
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OldMailErased:
    """What came more than [inbox] keep_days ago was erased; `undone` says what could not be, or nothing."""

    messages: int
    undone: str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Messages of this round wait and may not leave any more; `remedied` has them in groups, by what helps."""

    held: tuple[Held, ...]
    remedied: tuple[Remedied, ...]


@dataclass(frozen=True, slots=True)
class NoWayOut:
    """Messages wait for a channel that nothing can leave through from here: no server or account is set up for it."""

    channel: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SendingBegan:
    """A round begins to send; `total` is how many letters may go at most."""

    total: int


@dataclass(frozen=True, slots=True)
class SendingProgress:
    """How many letters of this round came to which end so far."""

    counts: Counter[Status]


@dataclass(frozen=True, slots=True)
class SendingEnded:
    """Every message in flight of this round has come to an end, or the round broke off."""


@dataclass(frozen=True, slots=True)
class WithdrawnMeanwhile:
    """Messages of this round were withdrawn by somebody else while it was at work, and did not leave."""

    number: int


@dataclass(frozen=True, slots=True)
class TimelineSettled:
    """How many posts in doubt a network's timeline shows, so that they are sent, and how many it does not."""

    network: str
    there: int
    missing: int


@dataclass(frozen=True, slots=True)
class Sleeping:
    """A watch waits until `until`: to send one of the `waiting` messages, or to look again for a post in doubt."""

    until: datetime
    waiting: int
    to_send: bool


@dataclass(frozen=True, slots=True)
class ChannelPaused:
    """A watch waits since a channel pauses until a time."""

    channel: str
    pause: Pause


@dataclass(frozen=True, slots=True)
class ServerSilent:
    """The mail server has been silent for some seconds, and is waited for; told once for each phase."""

    wait: LongWait


@dataclass(frozen=True, slots=True)
class ClockBehind:
    """The clock of this machine says `now`, and the ledger has an entry of `newest`, which is later."""

    now: datetime
    newest: datetime


@dataclass(frozen=True, slots=True)
class Watching:
    """A watch goes on although no letter waits: for supporters' forms and mails, and for what is queued."""


@dataclass(frozen=True, slots=True)
class SupportersWait:
    """Mails to supporters stay here, and why; `hint` says what to do, where `why` does not. Letters go all the same."""

    why: str
    hint: str = ""
    next_step: NextStep | None = None


@dataclass(frozen=True, slots=True)
class SupportersBegan:
    """From now on mails to supporters may leave at any moment, beside the letters."""


@dataclass(frozen=True, slots=True)
class SupportersEnded:
    """No mail to a supporter is in flight any more."""


@dataclass(frozen=True, slots=True)
class SupportersProgress:
    """How many mails to supporters came to which end since a run over them began; told at most once a minute."""

    counts: Counter[Status]


@dataclass(frozen=True, slots=True)
class ListStopped:
    """So many members complained within 30 days, of so many mails, that only mails that ask somebody leave."""

    members: int
    mails: int


@dataclass(frozen=True, slots=True)
class UpdateHeld:
    """An update that waits speaks of what may not be told any more; its mails stay here until that is put right."""

    slug: str
    why: str


@dataclass(frozen=True, slots=True)
class ManyToProvider:
    """A provider has just got so many mails of ours today; told once a day."""

    provider: str
    mails: int


@dataclass(frozen=True, slots=True)
class ReturnsRead:
    """Mails to the mailbox of supporters had their effect: what they did → how many. `waiting` are for a person."""

    acts: Mapping[str, int]
    waiting: int


@dataclass(frozen=True, slots=True)
class ReturnsUnread:
    """The mailbox of supporters cannot be read at the moment, and why; told once for each reason."""

    why: str


@dataclass(frozen=True, slots=True)
class LimitsUnknown:
    """A network's server did not say how long a post may be: `characters`, the usual number, are taken."""

    network: str
    why: str
    characters: int


@dataclass(frozen=True, slots=True)
class FilesUnreadable:
    """The campaign's files do not load at the moment; those that were read before are used until they do."""

    why: str


@dataclass(frozen=True, slots=True)
class WatchBegan:
    """A watch of these folders of the mailbox has begun."""

    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MailRead:
    """A batch of messages is on disk and has had its effect; in a dry run, it was only looked at."""

    batch: "tuple[Received, ...]"


@dataclass(frozen=True, slots=True)
class FetchEnded:
    """A fetch is over; `problems` has where → why, for messages that the server could not give.

    `broke_off`: an error ended it, which the face gets too. What came before is on file, and has had its effect.
    """

    problems: Mapping[str, str]
    broke_off: bool = False


@dataclass(frozen=True, slots=True)
class RoundEnded:
    """A round of a watch is over; `problems` has what the server could not give and was not told of yet."""

    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    """The line to the mailbox broke, and is tried again until it works."""

    why: str


@dataclass(frozen=True, slots=True)
class ConnectionRestored:
    """The mailbox that was lost is there again."""


Event = (
    EvidenceApplied
    | HeldBack
    | NoWayOut
    | SendingBegan
    | SendingProgress
    | SendingEnded
    | WithdrawnMeanwhile
    | TimelineSettled
    | Sleeping
    | Watching
    | SupportersWait
    | SupportersBegan
    | SupportersEnded
    | SupportersProgress
    | ListStopped
    | UpdateHeld
    | ManyToProvider
    | ReturnsRead
    | ReturnsUnread
    | ChannelPaused
    | ServerSilent
    | ClockBehind
    | LimitsUnknown
    | FilesUnreadable
    | WatchBegan
    | MailRead
    | FetchEnded
    | RoundEnded
    | OldMailErased
    | SentFromElsewhere
    | NewOutbox
    | ConnectionLost
    | ConnectionRestored
)
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Take no notice: the listener of a face that only wants the result."""
