"""When the next message may leave: timetables, quiet hours, pauses; and the wait for it between two rounds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from outreach.db.engine import reading, writing
from outreach.outbox.models import Scope
from outreach.outbox.posts.settling import DEFINITIVE, next_look
from outreach.outbox.posts.timetable import Timetable
from outreach.outbox.process import this_process
from outreach.outbox.queue import claim, next_due, waiting_by_channel
from outreach.outbox.schedule import letter_rules, rules_of
from outreach.outbox.sending.hours import LetterHours
from outreach.outbox.sending.outcome import Outcome, rests
from outreach.outbox.sending.pauses import Pause, in_force, pauses_beside
from outreach.outbox.sending.set_back import let_go
from outreach.outbox.sending.worker import Claim
from outreach.outbox.store import now
from outreach.services.events import Listener, Sleeping, Watching
from outreach.services.sending.stopping import Stop
from outreach.services.workspace import Workspace
from outreach.settings.accounts import NETWORKS

LOOK = 5.0  # seconds after which a watch looks again whether anything is due sooner: what people queue or withdraw


def claim_of(workspace: Workspace, channel: str) -> Claim:
    """Letters go as they fall due, out of quiet hours; posts as the timetable of their account lets them."""
    timetable = timetable_of(workspace, channel)
    return timetable.claim if timetable else claim


def timetable_of(workspace: Workspace, channel: str) -> Timetable | LetterHours | None:
    """Give what says when messages may leave: an account's timetable, or the quiet hours of letters.

    None where they may at any time: letters without quiet hours, and all in a rehearsal, where nobody has to wait.
    """
    settings = workspace.campaign.settings
    if workspace.rehearsal:
        return None
    if channel in NETWORKS:
        return Timetable(rules_of(settings), channel)
    return LetterHours(letter_rules(settings)) if settings.letters.quiet_hours else None


def pauses_of(workspace: Workspace) -> dict[str, Pause]:
    """Read which channels pause until a time, by what an earlier run, or another process, met."""
    found = pauses_beside(workspace.outbox.engine.url).read()
    return {name: pause for name, pause in found.items() if in_force(pause, now())}


def end_pauses(workspace: Workspace, channels: Sequence[str]) -> None:
    """End the pauses of these channels by a person's word, and make due what waits for their end."""
    file = pauses_beside(workspace.outbox.engine.url)
    for name, pause in file.read().items():
        if name in channels:
            with writing(workspace.outbox.engine) as connection:
                let_go(connection, Scope(channel=name), pause, now(), this_process())
            file.forget(name)


def still_at_work(outcomes: Mapping[str, Outcome], channels: Sequence[str]) -> tuple[str, ...]:
    """Give the channels that go on: one that is paused does not stop the others, a full disk or a person stops all."""
    if any(outcome.stopped or outcome.storage for outcome in outcomes.values()):
        return ()
    return tuple(name for name in channels if not (outcomes[name].paused or outcomes[name].unreachable))


def wait_for_next(
    workspace: Workspace,
    scope: Scope,
    channels: Sequence[str],
    outcomes: Mapping[str, Outcome],
    held: frozenset[int],
    tell: Listener,
    stop: Stop,
    goes_on: Callable[[], bool],
) -> bool:
    """Wait until the next message may go, or one in doubt be settled; False when there is none but what is held back.

    Where something else `goes_on`, it waits for what is queued meanwhile, too.

    It looks again and again: a laptop that slept has slept through part of any long wait, and what is queued or
    withdrawn meanwhile changes what comes next.
    """
    free = replace(scope, without=(*scope.without, *held))
    coming = read_next(workspace, free, channels, outcomes.values())
    if coming.at and coming.at > now():
        with reading(workspace.outbox.engine) as connection:
            waiting = waiting_by_channel(connection, free).total()
        tell(Sleeping(coming.at, waiting, to_send=coming.at == coming.send_at))
    elif not coming.at and goes_on():
        tell(Watching())
    while (left := _seconds_until(coming.at)) > 0 and (coming.at or goes_on()):
        if stop.wait(min(left, LOOK)):
            return False
        coming = read_next(workspace, free, channels, outcomes.values())
    return coming.at is not None


def _seconds_until(moment: datetime | None) -> float:
    return (moment - now()).total_seconds() if moment else LOOK


@dataclass(frozen=True, slots=True)
class Next:
    """When the next message may leave, and when a timeline may settle the next post in doubt; None: none does."""

    send_at: datetime | None
    look_at: datetime | None

    @property
    def at(self) -> datetime | None:
        return min((moment for moment in (self.send_at, self.look_at) if moment), default=None)


def read_next(workspace: Workspace, free: Scope, channels: Sequence[str], outcomes: Iterable[Outcome]) -> Next:
    """Read what comes next on these channels from the outbox; `free` leaves out what is held back."""
    resting = rests(outcomes) | {name: pause.until for name, pause in pauses_of(workspace).items()}
    send, look = list[datetime](), list[datetime]()
    with reading(workspace.outbox.engine) as connection:
        for name in channels:
            scope, timetable = replace(free, channel=name), timetable_of(workspace, name)
            moment = (
                timetable.next_due(connection, scope, now()) if timetable else next_due(connection, scope, at=now())
            )
            send += [max(moment, resting.get(name, moment))] if moment else []
            if name in DEFINITIVE and not workspace.rehearsal:
                moment = next_look(connection, scope, workspace.grace(name), now())
                look += [max(moment, resting.get(name, moment))] if moment else []
    return Next(min(send, default=None), min(look, default=None))
