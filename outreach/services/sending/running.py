"""Runs the queue over its channels, once or for as long as something waits: what stands behind all that sends.

A round settles posts in doubt by their timelines, asks what may not leave any more, and then sends through all channels
at the same time, of which none waits for another. Files of the campaign that change meanwhile are heard at once.
"""

import asyncio
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from outreach.campaign import load_campaign
from outreach.channels.base import Waiting
from outreach.db.engine import reading, writing
from outreach.disk import has_changed, stamp
from outreach.errors import DataError, SettingsError
from outreach.inbox.evidence.apply import apply_pending
from outreach.outbox.gate.gate import NOTHING_HELD, Gate, Held
from outreach.outbox.gate.remedies import remedies
from outreach.outbox.ledger import entries_since, last_entry, last_moment
from outreach.outbox.models import Claimed, Scope
from outreach.outbox.posts.settling import DEFINITIVE, next_look, number_in_doubt
from outreach.outbox.posts.timetable import Timetable
from outreach.outbox.process import this_process
from outreach.outbox.queue import claim, entries, next_due, planned_by_channel, waiting_by_channel
from outreach.outbox.schedule import letter_rules, rules_of
from outreach.outbox.sending.hours import LetterHours
from outreach.outbox.sending.outcome import Failure, Outcome, ReturnPath, rests
from outreach.outbox.sending.pauses import Pause, in_force, pauses_beside
from outreach.outbox.sending.set_back import let_go
from outreach.outbox.sending.worker import Claim, Worker
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import now
from outreach.services.events import (
    ChannelPaused,
    ClockBehind,
    HeldBack,
    Listener,
    NoWayOut,
    SendingBegan,
    SendingEnded,
    SendingProgress,
    ServerSilent,
    Sleeping,
    WithdrawnMeanwhile,
    ignore,
)
from outreach.services.sending.timelines import settle_by_timelines
from outreach.services.workspace import Workspace, apply_evidence, require_way_out
from outreach.settings.accounts import NETWORKS

GATE_EVERY = 5.0  # seconds between two looks at all that waits, while a round is at work
GATE_SHARE = 20  # such looks take one part in so many of a round's time
CLOCK_TOLERANCE = timedelta(minutes=10)  # by which clocks of two machines, or of one before and after, may differ
LOOK = 5.0  # seconds after which a watch looks again whether anything is due sooner: what people queue or withdraw


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to send: the messages in `scope`, through `channels` (None: all there are), at most `limit` letters.

    `watch`: go on whenever something is due, until nothing waits any more. `although_paused`: go on now where a channel
    pauses until a time, and with the letters that wait for the end of that.
    """

    scope: Scope
    channels: tuple[str, ...] | None = None
    limit: int | None = None
    watch: bool = False
    although_paused: bool = False


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did and what it left.

    `outcomes` has one a channel. `held` counts what waits and may not leave, `stranded` what waits for a channel that
    is not set up. `waiting` is all else that waits, `sendable` the part of it that the run's channels can send.
    `in_doubt` counts posts unconfirmed. `next_at` is when the next message may leave, `look_at` when a timeline may
    settle the next post in doubt; None where nothing waits for that.
    """

    outcomes: tuple[Outcome, ...]
    held: int
    stranded: int
    waiting: int
    sendable: int
    in_doubt: int
    next_at: datetime | None
    look_at: datetime | None

    @property
    def counts(self) -> Counter[Status]:
        """How many messages came to which end, over all channels."""
        total = Counter[Status]()
        for outcome in self.outcomes:
            total.update(outcome.counts)
        return total

    @property
    def stopped(self) -> bool:
        """Whether a person ended it."""
        return any(outcome.stopped for outcome in self.outcomes)

    @property
    def troubled(self) -> tuple[Outcome, ...]:
        """Give the channels where something other than a message or a person is at fault."""
        return tuple(outcome for outcome in self.outcomes if outcome.to_explain)

    @property
    def next_event_at(self) -> datetime | None:
        """When there is something to do again; None when nothing waits."""
        return min((moment for moment in (self.next_at, self.look_at) if moment), default=None)

    @property
    def ended_early(self) -> bool:
        """Whether it ended before the queue did."""
        return self.stopped or any(outcome.ended_early for outcome in self.outcomes)

    @property
    def all_went_well(self) -> bool:
        """Whether nothing needs a person: what is deferred goes by itself, as long as others went."""
        counts = self.counts
        bad = self.held or self.stranded or counts[Status.REJECTED] or counts[Status.UNCONFIRMED]
        none_went = counts[Status.DEFERRED] and not counts[Status.SENT]
        return not (bad or none_went or self.troubled)

    @property
    def failures(self) -> list[Failure]:
        """Give each message that did not go, and why, over all channels."""
        return [failure for outcome in self.outcomes for failure in outcome.failures.values()]


class Stop:
    """Asks a run at work to end after what is in flight; may be called from a signal handler or another thread."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._heard: Callable[[], object] = lambda: None

    @property
    def asked(self) -> bool:
        return self._asked.is_set()

    def ask(self) -> None:
        """End the run at work, and begin no other."""
        self._asked.set()
        self._heard()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until it is asked; whether it was."""
        return self._asked.wait(seconds)

    def reach(self, heard: Callable[[], object]) -> None:
        """Name what is to be called when somebody asks; it must be safe to call from anywhere."""
        self._heard = heard


def run_queue(
    workspace: Workspace, request: RunRequest, tell: Listener = ignore, stop: Stop | None = None
) -> RunResult:
    """Send what is due, and with `watch` what falls due later; returns when nothing is left to do, or it must end.

    Raises UsageError, DataError or SettingsError where a watch reads the files again and they do not load.
    """
    stop = stop or Stop()
    scope, channels = request.scope, request.channels or workspace.channels
    _tell_of_the_clock(workspace, tell)
    if request.although_paused:
        _end_pauses(workspace, channels)
    stranded = _tell_stranded(workspace, scope, tell) if request.channels is None else 0
    outcomes, gate = _round(workspace, request, channels, {}, tell, stop)
    while request.watch and not stop.asked:
        going = _still_at_work(outcomes, channels)
        for name in going:
            if pause := outcomes[name].pause:
                tell(ChannelPaused(name, pause))
        if not going or not _wait_for_next(workspace, scope, going, outcomes, frozenset(gate.held), tell, stop):
            break
        # What people edit is read again: consent may have been taken back in the meantime.
        workspace = workspace.reloaded()
        apply_evidence(workspace, tell)
        require_way_out(workspace)
        channels = tuple(name for name in going if name in workspace.channels)
        newer, gate = _round(workspace, request, channels, outcomes, tell, stop)
        for name, outcome in newer.items():
            outcome.add_earlier(outcomes[name])
            outcomes[name] = outcome
    return _result(workspace, request, outcomes, gate.gate, held=len(gate.held), stranded=stranded)


def _round(
    workspace: Workspace,
    request: RunRequest,
    channels: Sequence[str],
    earlier: Mapping[str, Outcome],
    tell: Listener,
    stop: Stop,
) -> tuple[dict[str, Outcome], "LiveGate"]:
    """Settle by timelines, ask the gate, send; what came of each channel, and the gate with what it holds back.

    What a timeline can settle is settled first: it may then be queued again, and held back like anything that waits.
    Raises DataError or SettingsError, after what was in flight, where files change meanwhile and do not load any more.
    """
    looked = settle_by_timelines(workspace, request.scope, channels, earlier, tell)
    with reading(workspace.outbox.engine) as connection:
        began = last_entry(connection)
        held = workspace.gate.held(connection, request.scope)
        free = replace(request.scope, without=(*request.scope.without, *held))
        waiting = waiting_by_channel(connection, free) - planned_by_channel(connection, free, now())
    pauses = {name: pause for name, pause in _pauses(workspace).items() if name in channels and waiting[name]}
    if workspace.channel in pauses:
        waiting[workspace.channel] = 0
    letters = waiting[workspace.channel] if workspace.channel in channels else 0
    if held:
        tell(HeldBack(tuple(held.values()), tuple(remedies(workspace.campaign, held.values()))))
    gate = LiveGate(workspace.gate, request.scope, held)
    tell(SendingBegan(min(letters, request.limit or sys.maxsize)))
    try:
        working = [name for name in channels if name not in looked or not looked[name].to_explain]
        working = [name for name in working if name not in pauses]
        outcomes = {name: Outcome(channel=name, pause=pause) for name, pause in pauses.items() if name not in looked}
        outcomes |= asyncio.run(_work(workspace, request, working, gate, tell, stop))
    finally:
        tell(SendingEnded())
    for name in looked.keys() & outcomes.keys():
        outcomes[name].settled = looked[name].settled
    with reading(workspace.outbox.engine) as connection:
        if withdrawn := entries_since(connection, request.scope, Status.WITHDRAWN, began):
            tell(WithdrawnMeanwhile(withdrawn))
    if gate.fault:
        raise gate.fault
    if newly := [item for id_, item in gate.held.items() if id_ not in held]:
        tell(HeldBack(tuple(newly), tuple(remedies(gate.gate.campaign, newly))))
    return {**looked, **outcomes}, gate


class LiveGate:
    """The gate of one round: what it holds back, asked again while the round is at work.

    A mission may answer, or ask for no more letters, minutes before a slow round would come to its reminder: outbox and
    inbox are asked every few seconds. People may take their consent back this minute: the campaign's files are looked
    at before each message, and read again as soon as one of them changed. Where they do not load any more, `fault` says
    why, and nothing is claimed. Who approved a digest, and whose words it may say, is asked before each claim.
    """

    def __init__(
        self,
        gate: Gate,
        scope: Scope,
        held: Mapping[int, Held] = NOTHING_HELD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.held = dict(held)
        self.gate = gate
        self.fault: DataError | SettingsError | None = None
        self._version = self._known = 0
        self._noted = gate.campaign.read_from
        self._scope = scope
        self._clock = clock
        self._ask_at = clock() + GATE_EVERY  # the round has asked when it began

    def before(self, claim: Claim) -> Claim:
        """Give a claim that takes what `claim` finds due, without what is held; for a worker's transaction.

        Mail that came in has its effect first: what is known to have left is not sent again.
        """

        def claimed(connection: Connection, scope: Scope, limit: int, at: datetime, worker: str) -> list[Claimed]:
            apply_pending(connection, at)
            if not self.fault:
                self._ask_again(connection)
            if self.fault:
                return []
            self.held |= self.gate.held_digests(connection, scope)
            return claim(connection, replace(scope, without=(*scope.without, *self.held)), limit, at, worker)

        return claimed

    def version(self) -> int:
        """Count how often the campaign's files changed: what was claimed before a change has to be asked anew."""
        if has_changed(self._noted):
            self._noted = stamp(self._noted)
            self._version += 1
        return self._version

    def _ask_again(self, connection: Connection) -> None:
        began, version = self._clock(), self.version()
        if version == self._known and began < self._ask_at:
            return
        if version != self._known:
            try:
                campaign = load_campaign(self.gate.campaign.folder)
            except (DataError, SettingsError) as error:
                self.fault = error
                return
            self.gate, self._known, self._noted = replace(self.gate, campaign=campaign), version, campaign.read_from
        self.held = self.gate.held(connection, self._scope)
        ended = self._clock()
        self._ask_at = ended + max(GATE_EVERY, GATE_SHARE * (ended - began))


async def _work(
    workspace: Workspace, request: RunRequest, channels: Sequence[str], gate: LiveGate, tell: Listener, stop: Stop
) -> dict[str, Outcome]:
    """Work every channel off at the same time."""
    workers = {name: _worker(workspace, request, name, gate, tell) for name in channels}
    loop = asyncio.get_running_loop()

    def end() -> None:
        for worker in workers.values():
            worker.stop()

    stop.reach(lambda: loop.call_soon_threadsafe(end))
    if stop.asked:
        end()
    try:
        outcomes = await asyncio.gather(*(worker.run() for worker in workers.values()))
    finally:
        stop.reach(lambda: None)
    return dict(zip(workers, outcomes, strict=True))


def _worker(workspace: Workspace, request: RunRequest, name: str, gate: LiveGate, tell: Listener) -> Worker:
    settings, letters = workspace.campaign.settings, name == workspace.channel
    archive = settings.smtp.archive if letters and not workspace.rehearsal else ""
    channel = workspace.open_channel(name)
    if isinstance(channel, Waiting):
        channel.hear_of_waits(lambda wait: tell(ServerSilent(wait)))
    worker = Worker(
        workspace.outbox,
        channel,
        ReturnPath(settings.envelope_sender, archive),
        replace(request.scope, channel=name),
        limit=request.limit,
        on_change=(lambda counts: tell(SendingProgress(counts))) if letters else (lambda counts: None),
        claim=gate.before(_claim_of(workspace, name)),
        version=gate.version,
    )
    worker.outcome.channel = name
    return worker


def _claim_of(workspace: Workspace, channel: str) -> Claim:
    """Letters go as they fall due, out of quiet hours; posts as the timetable of their account lets them."""
    timetable = _timetable(workspace, channel)
    return timetable.claim if timetable else claim


def _timetable(workspace: Workspace, channel: str) -> Timetable | LetterHours | None:
    """Give what says when messages may leave: an account's timetable, or the quiet hours of letters.

    None where they may at any time: letters without quiet hours, and all in a rehearsal, where nobody has to wait.
    """
    settings = workspace.campaign.settings
    if workspace.rehearsal:
        return None
    if channel in NETWORKS:
        return Timetable(rules_of(settings), channel)
    return LetterHours(letter_rules(settings)) if settings.letters.quiet_hours else None


def _pauses(workspace: Workspace) -> dict[str, Pause]:
    """Read which channels pause until a time, by what an earlier run, or another process, met."""
    found = pauses_beside(workspace.outbox.engine.url).read()
    return {name: pause for name, pause in found.items() if in_force(pause, now())}


def _end_pauses(workspace: Workspace, channels: Sequence[str]) -> None:
    """End the pauses of these channels by a person's word, and make due what waits for their end."""
    file = pauses_beside(workspace.outbox.engine.url)
    for name, pause in file.read().items():
        if name in channels:
            with writing(workspace.outbox.engine) as connection:
                let_go(connection, Scope(channel=name), pause, now(), this_process())
            file.forget(name)


def _tell_of_the_clock(workspace: Workspace, tell: Listener) -> None:
    """Tell that the clock is behind what the ledger says already happened: nothing waits for a day that never comes."""
    with reading(workspace.outbox.engine) as connection:
        newest = last_moment(connection)
    if newest and newest > now() + CLOCK_TOLERANCE:
        tell(ClockBehind(now(), newest))


def _tell_stranded(workspace: Workspace, scope: Scope, tell: Listener) -> int:
    """Tell what waits for a channel that it cannot leave through from here; how many messages these are."""
    with reading(workspace.outbox.engine) as connection:
        waits = entries(connection, scope, statuses=WAITING)
    stranded = [entry for entry in waits if entry.key.channel not in workspace.channels]
    for channel in sorted({entry.key.channel for entry in stranded}):
        tell(NoWayOut(channel, tuple(entry.id for entry in stranded if entry.key.channel == channel)))
    return len(stranded)


def _still_at_work(outcomes: Mapping[str, Outcome], channels: Sequence[str]) -> tuple[str, ...]:
    """Give the channels that go on: one that is paused does not stop the others, a full disk or a person stops all."""
    if any(outcome.stopped or outcome.storage for outcome in outcomes.values()):
        return ()
    return tuple(name for name in channels if not (outcomes[name].paused or outcomes[name].unreachable))


def _wait_for_next(
    workspace: Workspace,
    scope: Scope,
    channels: Sequence[str],
    outcomes: Mapping[str, Outcome],
    held: frozenset[int],
    tell: Listener,
    stop: Stop,
) -> bool:
    """Wait until the next message may go, or one in doubt be settled; False when there is none but what is held back.

    It looks again and again: a laptop that slept has slept through part of any long wait, and what is queued or
    withdrawn meanwhile changes what comes next.
    """
    free = replace(scope, without=(*scope.without, *held))
    coming = _read_next(workspace, free, channels, outcomes.values())
    if coming.at and coming.at > now():
        with reading(workspace.outbox.engine) as connection:
            waiting = waiting_by_channel(connection, free).total()
        tell(Sleeping(coming.at, waiting, to_send=coming.at == coming.send_at))
    while coming.at and (left := (coming.at - now()).total_seconds()) > 0:
        if stop.wait(min(left, LOOK)):
            return False
        coming = _read_next(workspace, free, channels, outcomes.values())
    return coming.at is not None


@dataclass(frozen=True, slots=True)
class _Next:
    """When the next message may leave, and when a timeline may settle the next post in doubt; None: none does."""

    send_at: datetime | None
    look_at: datetime | None

    @property
    def at(self) -> datetime | None:
        return min((moment for moment in (self.send_at, self.look_at) if moment), default=None)


def _read_next(workspace: Workspace, free: Scope, channels: Sequence[str], outcomes: Iterable[Outcome]) -> _Next:
    """Read what comes next on these channels from the outbox; `free` leaves out what is held back."""
    resting = rests(outcomes) | {name: pause.until for name, pause in _pauses(workspace).items()}
    send, look = list[datetime](), list[datetime]()
    with reading(workspace.outbox.engine) as connection:
        for name in channels:
            scope, timetable = replace(free, channel=name), _timetable(workspace, name)
            moment = (
                timetable.next_due(connection, scope, now()) if timetable else next_due(connection, scope, at=now())
            )
            send += [max(moment, resting.get(name, moment))] if moment else []
            if name in DEFINITIVE and not workspace.rehearsal:
                moment = next_look(connection, scope, workspace.grace(name), now())
                look += [max(moment, resting.get(name, moment))] if moment else []
    return _Next(min(send, default=None), min(look, default=None))


def look_ahead(workspace: Workspace, request: RunRequest) -> RunResult:
    """Say what a run would find, without sending anything."""
    return _result(workspace, request, {}, workspace.gate, held=0, stranded=0)


def _result(
    workspace: Workspace, request: RunRequest, outcomes: Mapping[str, Outcome], gate: Gate, *, held: int, stranded: int
) -> RunResult:
    """Say what a run did and left. The gate is asked once more: what was refused in it holds what follows."""
    # Asked for by name, a channel counts; else those that are set up now.
    channels = (request.scope.channel,) if request.scope.channel else workspace.channels
    with reading(workspace.outbox.engine) as connection:
        held_now = gate.held(connection, request.scope)
        free = replace(request.scope, without=(*request.scope.without, *held_now))
        waiting = waiting_by_channel(connection, free)
        in_doubt = number_in_doubt(connection, request.scope)
    coming = _read_next(workspace, free, channels, outcomes.values())
    return RunResult(
        outcomes=tuple(outcomes.values()),
        held=held,
        stranded=stranded,
        waiting=waiting.total(),
        sendable=sum(waiting[name] for name in channels),
        in_doubt=in_doubt,
        next_at=coming.send_at,
        look_at=coming.look_at,
    )
