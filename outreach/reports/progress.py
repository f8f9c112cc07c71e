"""Tells how far an ask has come with each State, case by case: joins outbox, inbox and record. Words nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

from outreach.campaign import Campaign
from outreach.cases.model import ROUNDS, Round
from outreach.db.engine import reading
from outreach.inbox.desk.answers import Answer, Correspondence, correspondence
from outreach.inbox.kinds import Stance
from outreach.inbox.matching.authentication import SenderCheck
from outreach.outbox.gate.gate import NOTHING_HELD, Held
from outreach.outbox.letters.listing import Asking, Line, lines
from outreach.outbox.models import Scope
from outreach.outbox.status import ASKED, Status
from outreach.outbox.store import Outbox
from outreach.registry.model import Act, Registry
from outreach.registry.outcomes import UNKNOWN, Coverage, Outcome, Outcomes, first_day
from outreach.text import local_day


@dataclass(frozen=True, slots=True)
class Progress:
    """One State, one case, one ask.

    `taken_at` is when a channel took the first letter, `reminded_at` and `thanked_at` the first of those; None until
    then. `asked_at` is the same as `taken_at`, but None in a rehearsal, which never marks a mission as asked.
    `status` is that of the newest round's letter that was not withdrawn. `arrived`: a server or an answer says so of a
    first letter or a reminder; `came_back`: nothing says so, and all of them that left bounced; `reached`: one arrived,
    or a channel took them and nothing says that any came back. `answered_at` is the time of the first reply that a
    person has read, `inbound` the newest one's id; `stance` is None until somebody gave one. `to_read` counts the mail
    that nobody has read: it may be an answer. `sender_verified` is of the answer, or without one of what is to be read:
    False where our own mail server could not verify it, None where nobody said. `raised` and the `acts` that show it
    are by the record, since the State was asked; False only where everybody is known. `held` says why the newest letter
    that waits may not leave.
    """

    state: str
    name: str
    mission: str  # its title
    case: str
    ask: str
    taken_at: datetime | None
    asked_at: datetime | None
    reminded_at: datetime | None
    thanked_at: datetime | None
    status: Status
    arrived: bool
    came_back: bool
    reached: bool
    answered_at: datetime | None
    stance: Stance | None
    raised: bool | None
    acts: tuple[Act, ...]
    inbound: int | None
    to_read: int = 0
    sender_verified: bool | None = None
    to_read_unverified: int = 0
    held: Held | None = None

    @property
    def answer_in_doubt(self) -> bool:
        """Say whether a person called it an answer, and our own mail server could not verify who wrote it."""
        return self.answered_at is not None and self.sender_verified is False

    @property
    def rounds(self) -> tuple[str, ...]:
        """Give the rounds whose letters were taken, the earliest first."""
        taken = {"first": self.taken_at, "reminder": self.reminded_at, "thanks": self.thanked_at}
        return tuple(name for name, at in taken.items() if at)


def progress(
    campaign: Campaign, outbox: Outbox, scope: Scope, held: Mapping[int, Held] = NOTHING_HELD
) -> list[Progress]:
    """Give the progress of each State, case and ask that has a letter in scope, in that order. A post asks nobody.

    `held` has by id what waits and may not leave.
    """
    with reading(outbox.engine) as connection:
        found = list(lines(connection, scope))
        mail = correspondence(connection, scope)
    return progress_of(campaign, found, mail, held, rehearsal=outbox.rehearsal)


def progress_of(
    campaign: Campaign,
    found: Iterable[Line],
    mail: Correspondence,
    held: Mapping[int, Held] = NOTHING_HELD,
    *,
    rehearsal: bool,
) -> list[Progress]:
    """Give the progress that these lines show; they come in the order in which `lines` reads them."""
    view = _View(campaign.registry, AskOutcomes(campaign), mail, rehearsal, campaign.settings.timezone, held)
    return [view.row(list(letters)) for (state, *_), letters in groupby(found, key=_asked) if state]


def _asked(line: Line) -> tuple[str, str, str]:
    return line.mission, line.case, line.ask


class AskOutcomes:
    """Says what the record has of a State since it was asked; an ask may be gone from outreach.toml."""

    def __init__(self, campaign: Campaign) -> None:
        self._outcomes = Outcomes(campaign.registry)
        self._days = {ask.id: ask.date for ask in campaign.asks.values()}
        self._zone = campaign.settings.timezone

    def of(self, state: str, case: str, ask: str, asked_at: datetime | None) -> Outcome:
        """Give what the State did about the case; `asked_at` is when a channel took its first letter of this ask."""
        day = self._days.get(ask)
        if self._outcomes.nobody_knows(state, case, day):
            return UNKNOWN
        return self._outcomes.of(state, case, day, self._day(asked_at))

    def of_asking(self, asking: Asking) -> Outcome:
        """Give the same for all letters of an asking; without reading its moments where nobody knows anyway."""
        if self._outcomes.nobody_knows(asking.mission, asking.case, self._days.get(asking.ask)):
            return UNKNOWN
        return self.of(asking.mission, asking.case, asking.ask, asking.asked_at)

    def states(self, case: str, ask: str) -> frozenset[str]:
        """Give the States that raised the case since the ask's first day, asked or not."""
        return self._outcomes.states(case, self._days[ask]) if ask in self._days else frozenset()

    def acts(self, state: str, case: str, ask: str) -> tuple[Act, ...]:
        """Give the acts by which a State that was not asked raised the case since the ask's first day."""
        return self._outcomes.acts(state, case, self._days[ask]) if ask in self._days else ()

    def coverage(self, asked: Iterable[tuple[str, datetime | None]]) -> tuple[Coverage, ...]:
        """Say of how many States that is known; `asked` has each ask that is told of, and when it was first put."""
        days = [first_day(self._days.get(ask), self._day(at)) for ask, at in asked]
        return self._outcomes.coverage(min((day for day in days if day), default=None))

    def _day(self, moment: datetime | None) -> date | None:
        return local_day(moment, self._zone) if moment else None


@dataclass(frozen=True, slots=True)
class _View:
    """What a row needs besides its letters."""

    registry: Registry
    outcomes: AskOutcomes
    mail: Correspondence
    rehearsal: bool
    zone: ZoneInfo
    held: Mapping[int, Held]

    def row(self, letters: Sequence[Line]) -> Progress:
        state, case, ask = _asked(letters[0])
        answer = self.mail.answers.get((ask, case, state))
        taken = first_taken(letters, "first") or first_taken(letters, "reminder")
        answered = shows_arrival(answer, taken, self.zone)
        reach = reach_of(",".join(f"{line.round} {line.status}" for line in letters), answered=answered)
        outcome = self.outcomes.of(state, case, ask, asked_at(letters))
        return Progress(
            state=state,
            name=state_name(self.registry, state),
            mission=mission_title(self.registry, state),
            case=case,
            ask=ask,
            taken_at=taken,
            asked_at=None if self.rehearsal else taken,
            reminded_at=first_taken(letters, "reminder"),
            thanked_at=first_taken(letters, "thanks"),
            status=reach.status,
            arrived=reach.arrived,
            came_back=reach.came_back,
            reached=reach.reached,
            answered_at=answer.first_at if answer else None,
            stance=answer.stance if answer else None,
            raised=outcome.raised,
            acts=outcome.acts,
            inbound=answer.inbound if answer else None,
            to_read=self.mail.to_read((ask, case, state)),
            sender_verified=self.mail.sender_verified((ask, case, state)),
            to_read_unverified=self.mail.to_read_unverified((ask, case, state)),
            held=next((self.held[line.id] for line in reversed(letters) if line.id in self.held), None),
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the letters of one State, case and ask came; the words are those of Progress.

    `asked`: a channel took a first letter or a reminder. `statuses` are of the letters that were not
    withdrawn, or that of one when all were.
    """

    status: Status
    statuses: tuple[Status, ...]
    asked: bool
    arrived: bool
    came_back: bool
    reached: bool


@cache
def reach_of(letters: str, *, answered: bool) -> Reach:
    """Say what the letters of an Asking amount to; `answered` as shows_arrival says. There are few such texts."""
    found = [(round_, Status(status)) for round_, status in (text.split(" ") for text in letters.split(","))]
    standing = sorted((letter for letter in found if letter[1] is not Status.WITHDRAWN), key=_by_round)
    statuses = tuple(status for _, status in standing) or (Status.WITHDRAWN,)
    asking = {status for round_, status in standing if round_ != "thanks"}
    left = asking & ASKED
    arrived = Status.DELIVERED in left or (answered and bool(left or Status.UNCONFIRMED in asking))
    return Reach(
        status=statuses[-1],
        statuses=statuses,
        asked=bool(left),
        arrived=arrived,
        came_back=left == {Status.BOUNCED} and not arrived,
        reached=arrived or (bool(left) and Status.BOUNCED not in left),
    )


def _by_round(letter: tuple[str, Status]) -> int:
    """Order rounds: first letter, reminder, thanks; others (posts have no rounds of their own) before them."""
    return ROUNDS.index(letter[0]) if letter[0] in ROUNDS else -1


def asked_at(letters: Sequence[Line]) -> datetime | None:
    """Give when a channel first took a letter or a reminder of these; None as long as none was."""
    taken = [line.taken_at for line in letters if line.round != "thanks"]
    return min((at for at in taken if at), default=None)


def first_taken(letters: Sequence[Line], round_: Round) -> datetime | None:
    """Give when the first letter of a round was taken; None as long as none was."""
    return min((line.taken_at for line in letters if line.round == round_ and line.taken_at), default=None)


def shows_arrival(answer: Answer | None, taken_at: datetime | None, zone: ZoneInfo) -> bool:
    """Say whether an answer shows that the letter arrived.

    One before the letter's day answers something else; one whose sender our own mail server could not verify may be
    anybody's.
    """
    if answer is None or answer.sender_check is SenderCheck.FAIL:
        return False
    if taken_at is None:
        return True
    return local_day(answer.at, zone) >= local_day(taken_at, zone)


def state_name(registry: Registry, state: str) -> str:
    """Give the State's name; its code for one that nobody knows."""
    return registry.states[state].name if state in registry.states else state


def mission_title(registry: Registry, state: str) -> str:
    """Give the mission's name as the registry has it, else "Permanent Mission of …"; "" for nobody in particular."""
    mission = registry.missions.get(state)
    if mission and mission.name:
        return mission.name
    known = registry.states.get(state)
    if known is None:
        return state
    kind = "Permanent Observer Mission" if known.observer else "Permanent Mission"
    return f"{kind} of {known.formal['en'] or known.name}"
