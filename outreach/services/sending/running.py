"""Runs the queue over its channels, once or for as long as something waits: what stands behind all that sends.

A round settles posts in doubt by their timelines, asks what may not leave any more, and then sends through all channels
at the same time, of which none waits for another. Files of the campaign that change meanwhile are heard at once.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from outreach.channels.base import Waiting
from outreach.db.engine import reading
from outreach.outbox.gate.gate import Gate
from outreach.outbox.gate.remedies import remedies
from outreach.outbox.ledger import entries_since, last_entry, last_moment
from outreach.outbox.models import Scope
from outreach.outbox.posts.settling import number_in_doubt
from outreach.outbox.queue import entries, planned_by_channel, waiting_by_channel
from outreach.outbox.sending.outcome import Failure, Outcome, ReturnPath
from outreach.outbox.sending.worker import Worker
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
    SupportersBegan,
    SupportersEnded,
    WithdrawnMeanwhile,
    ignore,
)
from outreach.services.sending.beside import supporters_lane, tell_supporters
from outreach.services.sending.live_gate import LiveGate
from outreach.services.sending.stopping import Stop
from outreach.services.sending.timelines import settle_by_timelines
from outreach.services.sending.waiting import claim_of, end_pauses, pauses_of, read_next, still_at_work, wait_for_next
from outreach.services.workspace import Workspace, apply_evidence, require_way_out

if TYPE_CHECKING:  # loads what only supporters need
    from outreach.services.supporters.sending import SupportersResult

CLOCK_TOLERANCE = timedelta(minutes=10)  # by which clocks of two machines, or of one before and after, may differ


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
    settle the next post in doubt; None where nothing waits for that. `supporters` is what came of the mails to them.
    """

    outcomes: tuple[Outcome, ...]
    held: int
    stranded: int
    waiting: int
    sendable: int
    in_doubt: int
    next_at: datetime | None
    look_at: datetime | None
    supporters: "SupportersResult | None" = None

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
        theirs = self.supporters is not None and self.supporters.outcome.stopped
        return theirs or any(outcome.stopped for outcome in self.outcomes)

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
        others = self.supporters is not None and self.supporters.troubled
        return not (bad or none_went or self.troubled or others)

    @property
    def failures(self) -> list[Failure]:
        """Give each message that did not go, and why, over all channels."""
        return [failure for outcome in self.outcomes for failure in outcome.failures.values()]


def run_queue(
    workspace: Workspace, request: RunRequest, tell: Listener = ignore, stop: Stop | None = None
) -> RunResult:
    """Send what is due, and with `watch` what falls due later; returns when nothing is left to do, or it must end.

    A run over everything there is also sends the mails to supporters, beside; while a watch does, it goes on for ever.
    Raises UsageError, DataError or SettingsError where a watch reads the files again and they do not load.
    """
    stop = stop or Stop()
    if request.channels is not None or request.scope.wanted_cases is not None:
        return _run_rounds(workspace, request, tell, stop, lambda: False)
    watch, now_ = request.watch, request.although_paused
    with supporters_lane(workspace, watch=watch, although_paused=now_, tell=tell, stop=stop) as lane:
        if lane is None:
            return _run_rounds(workspace, request, tell, stop, lambda: False)
        tell(SupportersBegan())
        try:
            result = _run_rounds(workspace, request, tell, stop, lane.is_at_work)
            return replace(result, supporters=lane.finish())
        finally:
            tell(SupportersEnded())


def _run_rounds(
    workspace: Workspace, request: RunRequest, tell: Listener, stop: Stop, goes_on: Callable[[], bool]
) -> RunResult:
    scope, channels = request.scope, request.channels or workspace.channels
    _tell_of_the_clock(workspace, tell)
    if request.although_paused:
        end_pauses(workspace, channels)
    stranded = _tell_stranded(workspace, scope, tell) if request.channels is None else 0
    outcomes, gate = _round(workspace, request, channels, {}, tell, stop)
    while request.watch and not stop.asked:
        going = still_at_work(outcomes, channels)
        for name in going:
            if pause := outcomes[name].pause:
                tell(ChannelPaused(name, pause))
        held = frozenset(gate.held)
        if not going or not wait_for_next(workspace, scope, going, outcomes, held, tell, stop, goes_on):
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
    pauses = {name: pause for name, pause in pauses_of(workspace).items() if name in channels and waiting[name]}
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
    if request.channels is None:
        tell_supporters(workspace, tell)
    if newly := [item for id_, item in gate.held.items() if id_ not in held]:
        tell(HeldBack(tuple(newly), tuple(remedies(gate.gate.campaign, newly))))
    return {**looked, **outcomes}, gate


async def _work(
    workspace: Workspace, request: RunRequest, channels: Sequence[str], gate: LiveGate, tell: Listener, stop: Stop
) -> dict[str, Outcome]:
    """Work every channel off at the same time."""
    workers = {name: _worker(workspace, request, name, gate, tell) for name in channels}
    loop = asyncio.get_running_loop()

    def end() -> None:
        for worker in workers.values():
            worker.stop()

    with stop.heard_by(lambda: loop.call_soon_threadsafe(end)):
        outcomes = await asyncio.gather(*(worker.run() for worker in workers.values()))
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
        claim=gate.before(claim_of(workspace, name)),
        version=gate.version,
    )
    worker.outcome.channel = name
    return worker


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
    coming = read_next(workspace, free, channels, outcomes.values())
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
