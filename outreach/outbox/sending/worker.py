"""Works the queue off through one channel: claims, sends, and records what came of each. Knows no templates."""

import asyncio
import logging
import sys
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import random

from sqlalchemy import Connection

from outreach.channels.base import Channel, Outgoing, Receipt
from outreach.db.engine import reading
from outreach.errors import (
    Deferred,
    DeliveryError,
    LimitReached,
    NotWanted,
    Paused,
    Rejected,
    StorageFailed,
    Unconfirmed,
    Unreachable,
)
from outreach.mime.headers import dated
from outreach.outbox.copies.copies import serial_of
from outreach.outbox.copies.journal import Line, journal_beside
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import LostClaim, Transition, advance
from outreach.outbox.models import Claimed, Key, Scope
from outreach.outbox.process import this_process
from outreach.outbox.queue import LEASE, claim, release
from outreach.outbox.redaction import without_addresses
from outreach.outbox.sending import parts
from outreach.outbox.sending.fuse import SECOND_TIME, Fuse
from outreach.outbox.sending.outcome import CONCLUSIONS, Failure, Outcome, ReturnPath
from outreach.outbox.sending.pace import Pace, wait
from outreach.outbox.sending.parts import Taken
from outreach.outbox.sending.pauses import A_LOOK, Cause, pause_for, pauses_beside
from outreach.outbox.sending.set_back import set_back
from outreach.outbox.sending.writer import GroupCommitWriter
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from outreach.registry.states import load_states

log = logging.getLogger(__package__)
BATCH = 10  # messages claimed at once, for each connection: few enough that most can still be withdrawn
# After so many failures in a row to reach the server at all, the rest need not be tried one by one.
UNREACHABLE_LIMIT = 5
CHANGED = "the campaign's files changed before its turn"
ORPHAN = "nobody knows what the network calls message {}, which this one replies to: alone it would make no sense"

Claim = Callable[[Connection, Scope, int, datetime, str], list[Claimed]]


class Worker:
    """One run over the due messages in scope.

    `connections` tasks share one claimed batch. A task has one message in flight at a time. It puts that message's
    change before the next one's, so that a crash leaves at most one message a connection unconfirmed. `limit` is how
    many are tried at most; `claim` takes them (`queue.claim`, or a timetable's own). `version` says by which state of
    the campaign's files it decides: it is looked at before each message, and what was claimed by another is given back,
    and claimed anew if it still may go. `pace` spaces messages over several runs, all of them in one event loop.
    """

    def __init__(
        self,
        outbox: Outbox,
        channel: Channel,
        envelope: ReturnPath,
        scope: Scope,
        *,
        limit: int | None = None,
        clock: Callable[[], datetime] = now,
        on_change: Callable[[Counter[Status]], None] = lambda counts: None,
        claim: Claim = claim,
        version: Callable[[], int] = lambda: 0,
        pace: Pace | None = None,
    ) -> None:
        self.outcome = Outcome()
        self._outbox = outbox
        self._channel = channel
        self._envelope = envelope
        self._scope = scope
        self._clock = clock
        self._on_change = on_change
        self._take = claim
        self._version = version
        self._claimed_by = version()
        self._name = this_process()
        self._pace = pace or Pace(channel.limits)
        self._writer = GroupCommitWriter(outbox.engine, channel.limits.connections, _journal_of(outbox))
        self._ready: deque[Claimed] = deque()
        self._claiming = asyncio.Lock()
        self._stop = asyncio.Event()
        self._conclusions: set[asyncio.Task[None]] = set()
        self._unreached = 0
        self._fuse = Fuse()
        self._addressees = dict[int, str]()
        self._pauses = pauses_beside(outbox.engine.url)
        self._paused_before = self._pauses.read().get(channel.name)
        self._allowance = sys.maxsize if limit is None else limit

    def stop(self) -> None:
        """End the run after the messages in flight."""
        self.outcome.stopped = True
        self._stop.set()

    async def run(self) -> Outcome:
        """Send everything in scope that is due; give back what was claimed and not begun."""
        channel = {"channel": self._channel.name}
        log.info("a run over %(channel)s begins", channel)
        async with self._writer:
            try:
                async with self._channel:
                    await self._run_all()
            except Paused as error:  # the channel could not even be opened
                self._pause(error)
        self.outcome.advice = getattr(self._channel, "advice", "")
        counts = {status.value: number for status, number in self.outcome.counts.items()}
        log.info("the run over %(channel)s ended: %(counts)s", {**channel, "counts": counts})
        return self.outcome

    async def _run_all(self) -> None:
        tasks = [asyncio.create_task(self._work()) for _ in range(self._channel.limits.connections)]
        try:
            await asyncio.gather(*tasks)
        finally:
            await asyncio.gather(*tasks, *self._conclusions, return_exceptions=True)
            await self._set_back()
            await self._give_back(self._ready, "the run ended before its turn")
            self._ready.clear()

    async def _work(self) -> None:
        while not self._stop.is_set() and (taken := await self._next()):
            message, version = taken
            if not await self._paced(message):
                self._ready.append(message)
                return
            if version != self._version():
                await self._give_back([message], CHANGED)
                continue
            try:
                await self._deliver(message)
            except StorageFailed as error:
                self.outcome.storage = error
                self._stop.set()

    async def _next(self) -> tuple[Claimed, int] | None:
        """Give the next message, and the version by which it was claimed."""
        async with self._claiming:
            if self._ready and self._claimed_by != self._version():
                old = list(self._ready)
                self._ready.clear()
                await self._give_back(old, CHANGED)
            if not self._ready and not self._stop.is_set():
                try:
                    self._ready.extend(await self._writer.call(self._claim))
                except StorageFailed as error:
                    self.outcome.storage = error
                    self._stop.set()
            return (self._ready.popleft(), self._claimed_by) if self._ready else None

    def _claim(self, connection: Connection) -> list[Claimed]:
        limits = self._channel.limits
        self._claimed_by = self._version()  # before it is asked: what changes meanwhile is a change
        spaced = limits.per_minute or limits.per_domain_per_minute
        size = min(limits.connections * (1 if spaced else BATCH), self._allowance)
        claimed = self._take(connection, self._scope, size, self._clock(), self._name) if size else []
        self._allowance -= len(claimed)
        return claimed

    async def _paced(self, message: Claimed) -> bool:
        """Wait for the message's turn; False if the run was stopped first."""
        turn = asyncio.ensure_future(self._pace.wait(message.recipients))
        stop = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({turn, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not turn.done():
            turn.cancel()
        return not self._stop.is_set()

    async def _deliver(self, message: Claimed) -> None:
        begun = False
        leaving = message.recipients
        if message.follows and not message.parent and not self._outbox.rehearsal:
            self._failed(message, Rejected(ORPHAN.format(message.follows)), begun=False)
            return

        def narrowed(recipients: tuple[str, ...]) -> None:
            nonlocal leaving
            leaving = recipients

        async def committed() -> None:
            nonlocal begun
            line = Line(message.message_id, message.key) if message.key else None
            words = parts.words_before_leaving(message, leaving)
            await self._writer.put(self._step(message, Status.CLAIMED, Status.SENDING, words, tried=1), line)
            begun = True

        outgoing = self._outgoing(message, committed)
        try:
            receipt = await self._channel.send(replace(outgoing, leaving=narrowed))
        except LostClaim:
            return  # another worker took it over while this one slept; that one tells what became of it
        except DeliveryError as error:
            self._failed(message, parts.with_whom(message, leaving, error), begun=begun)
        except StorageFailed:
            raise
        except Exception as error:  # noqa: BLE001 - a channel of someone else's must not take the run down
            fault = Unconfirmed(f"the channel broke down: {type(error).__name__}")
            self._failed(message, fault, begun=begun)
        else:
            self._taken(message, receipt, begun=begun)

    def _outgoing(self, message: Claimed, committed: Callable[[], Awaitable[None]]) -> Outgoing:
        return Outgoing(
            message_id=message.message_id,
            token=message.token,
            sender=self._envelope.sender(message.token),
            recipients=message.recipients,
            pieces=(dated(message.pieces[0], self._clock()), *message.pieces[1:]),
            committed=committed,
            archive=self._envelope.archive,
            parent=message.parent,
            queued_at=message.queued_at,
            without_late=parts.goes_without_late(message, self._clock()),
            about=_about(message.key) if message.key else (),
        )

    def _taken(self, message: Claimed, receipt: Receipt, *, begun: bool) -> None:
        self._unreached = 0
        self._fuse.went()
        self._forget_pause()
        if not begun:
            # It left before "sending" was on disk: record what is true, and let no more leave that way.
            self._conclude(self._step(message, Status.CLAIMED, Status.SENDING, tried=1))
            self._pause(Paused(f"the channel {self._channel.name} sends before it is told to", "Mend or remove it."))
        taken = parts.of_receipt(message, receipt, receipt_detail(receipt))
        self._record(message, taken, Status.SENDING, receipt)

    def _record(self, message: Claimed, taken: Taken, was: Status, receipt: Receipt) -> None:
        """Write down who has a letter. Where the server takes the others in a transaction of their own, it waits for
        that, due at once; what was taken is on disk before, so that nobody gets it twice."""
        if taken.goes_on:
            self._allowance += 1
            waits = self._step(message, was, Status.DEFERRED, taken.detail, not_before=self._clock(), tried=-1)
            self._conclude(waits, counts=False)
            return
        if was is Status.CLAIMED:
            self._conclude(self._step(message, was, Status.SENDING))
        self.outcome.refused += taken.refused
        sent = self._step(message, Status.SENDING, Status.SENT, taken.detail)
        self._conclude(replace(sent, reference=receipt.reference, address=receipt.url, closes=taken.closed))

    def _failed(self, message: Claimed, error: DeliveryError, *, begun: bool) -> None:
        was = Status.SENDING if begun else Status.CLAIMED
        kind = {"message": message.id, "error": type(error).__name__, "attempts": message.attempts}
        log.info("message %(message)d did not go: %(error)s, after %(attempts)d attempts", kind)
        if begun and not isinstance(error, Unconfirmed):
            self._fuse.answered()
        if isinstance(error, LimitReached):
            self._limited(message, was, error)
        elif isinstance(error, Paused):
            self._pause(error)
            to = Status.DEFERRED if begun else Status.QUEUED
            self._conclude(self._step(message, was, to, error.detail, not_before=self._clock()))
        elif isinstance(error, NotWanted) and not begun:
            self._withdraw(message, error.detail)
        elif isinstance(error, Rejected) and message.taken:
            self._record(message, parts.of_refusal(message, error), was, Receipt(""))
        elif isinstance(error, Rejected):
            self._reject(message, was, error.detail, tried=int(not begun))
        elif isinstance(error, Unconfirmed) and begun:
            self._fail(message, self._step(message, was, Status.UNCONFIRMED, error.detail))
            if _goes_by_mail(message) and self._fuse.lose():
                self._halt(Cause.DOUBT, error.detail, A_LOOK)
        else:
            self._defer(message, was, error)
            self._count_unreached(error)

    def _withdraw(self, message: Claimed, why: str) -> None:
        """Withdraw what turned out to be wanted no more, by the way that messages go."""
        self._conclude(self._step(message, Status.CLAIMED, Status.QUEUED, why), counts=False)
        self._conclude(replace(self._step(message, Status.QUEUED, Status.WITHDRAWN, why), holder=""), counts=False)

    def _defer(self, message: Claimed, was: Status, error: DeliveryError) -> None:
        # That our own server was away says nothing about the letter: it does not count as a try.
        tried = int(was is Status.CLAIMED and not isinstance(error, Unreachable))
        pause = self._pause_before_next(message, error)
        if pause is None and message.taken:
            self._record(message, parts.of_refusal(message, error), was, Receipt(""))
        elif pause is None:
            detail = f"given up after {message.attempts + 1} tries; the last answer: {error.detail}"
            self._reject(message, was, detail, tried=tried)
        else:
            at = self._clock()
            later = parts.at_most_a_day(message, error, at, at + pause)
            again = {"message": message.id, "seconds": round(pause.total_seconds())}
            log.info("message %(message)d is tried again in %(seconds)d s", again)
            detail = parts.words_of_delay(message, error)
            self._fail(message, self._step(message, was, Status.DEFERRED, detail, not_before=later, tried=tried))

    def _limited(self, message: Claimed, was: Status, error: LimitReached) -> None:
        """Put off the letter that met our provider's limit, as if it had not been tried, and end the run."""
        until = self._halt(Cause.LIMIT, error.detail, timedelta(seconds=error.lasts))
        tried = -int(was is Status.SENDING)
        self._fail(message, self._step(message, was, Status.DEFERRED, error.detail, not_before=until, tried=tried))

    def _reject(self, message: Claimed, was: Status, detail: str, *, tried: int) -> None:
        """Conclude a refusal; end the run where different missions met the same one in a row."""
        self._fail(message, self._step(message, was, Status.REJECTED, detail, tried=tried))
        goes_for_others = message.attempts >= SECOND_TIME and self.outcome.counts[Status.SENT]
        if not _goes_by_mail(message) or goes_for_others:
            return
        if self._fuse.refuse(message.id, message.key.mission if message.key else "", detail):
            self._halt(Cause.SAME_WORDS, detail, A_LOOK)

    async def _set_back(self) -> None:
        """Queue again what was refused by words that are not about it, for when the run may go on, after the others."""
        pause, refused = self.outcome.pause, list(self._fuse.refused)
        if not self._fuse.blown or pause is None or self.outcome.storage:
            return
        steps = set_back(refused, pause, self._clock(), self._name)
        # If this fails, they stay rejected, which a person sees.
        with suppress(StorageFailed, LostClaim):
            await self._writer.call(lambda connection: advance(connection, steps))
            self.outcome.counts = self.outcome.counts - Counter({Status.REJECTED: len(refused)})
            self.outcome.counts[Status.DEFERRED] += len(refused)
            for id_ in refused:
                self.outcome.failures[id_] = replace(self.outcome.failures[id_], status=Status.DEFERRED)

    def _fail(self, message: Claimed, step: Transition) -> None:
        self._addressees[message.id] = (message.key.mission or message.key.part) if message.key else ""
        self._conclude(step)

    def _halt(self, cause: Cause, why: str, lasts: timedelta) -> datetime:
        """End the run, and note until when the channel pauses; give that moment."""
        if self.outcome.pause is None:
            pause = pause_for(cause, why, lasts, self._clock(), self._paused_before)
            self.outcome.pause = pause
            try:
                self._pauses.note(self._channel.name, pause)
            except StorageFailed as error:
                self.outcome.storage = error
        self._stop.set()
        return self.outcome.pause.until

    def _forget_pause(self) -> None:
        """Letters go again: the pause before is over, whatever comes next."""
        if self._paused_before is not None:
            self._paused_before = None
            with suppress(StorageFailed):
                self._pauses.forget(self._channel.name)

    def _pause_before_next(self, message: Claimed, error: DeliveryError) -> timedelta | None:
        jitter = random()  # noqa: S311 - spreads load, guards nothing
        if isinstance(error, Unreachable):
            return wait(1, jitter)
        return wait(message.attempts + 1, jitter, error.retry_after if isinstance(error, Deferred) else None)

    def _count_unreached(self, error: DeliveryError) -> None:
        self._unreached = self._unreached + 1 if isinstance(error, Unreachable) else 0
        if self._unreached >= UNREACHABLE_LIMIT and isinstance(error, Unreachable):
            self.outcome.unreachable, self.outcome.answered = error.detail, error.answered
            self._stop.set()

    def _pause(self, error: Paused) -> None:
        self.outcome.paused = self.outcome.paused or error
        self._stop.set()

    def _conclude(self, step: Transition, *, counts: bool = True) -> None:
        """Put the change now, so that it precedes the next message's, and see to its end without waiting here."""
        future = self._writer.put(step)
        task = asyncio.create_task(self._concluded(step, future, counts=counts))
        self._conclusions.add(task)
        task.add_done_callback(self._conclusions.discard)

    async def _concluded(self, step: Transition, future: "asyncio.Future[None]", *, counts: bool) -> None:
        try:
            await future
        except StorageFailed as error:
            # The message stays "sending" on disk: unconfirmed, until someone settles it. That is the truth.
            self.outcome.storage = error
            self._stop.set()
        except LostClaim:
            if step.was is not Status.SENDING:
                return  # nothing left; whoever took it over tells what became of it
            if step.to is not Status.SENT and counts:
                # It was called so meanwhile, and a no that comes late settles nothing.
                self._count(step.message, Status.UNCONFIRMED)
            elif await self._settles_late(step) and counts:
                self._count(step.message, Status.SENT)
        else:
            if counts:
                self._count(step.message, step.to)
            if step.message in self._addressees:
                to = self._addressees.pop(step.message)
                self.outcome.failures[step.message] = Failure(step.message, to, step.to, step.detail)

    def _count(self, message: int, status: Status) -> None:
        if status is Status.UNCONFIRMED:
            self.outcome.doubtful.add(message)
        if status is Status.SENT:
            self.outcome.taken.add(message)
        if status in CONCLUSIONS:
            self.outcome.counts[status] += 1
            self._on_change(self.outcome.counts)

    async def _settles_late(self, step: Transition) -> bool:
        """Say whether the server's late yes settles a message that was called unconfirmed when its lease ran out."""
        late = replace(step, was=Status.UNCONFIRMED, holder="")
        if step.to is Status.SENT:
            late = replace(late, detail=f"the server's answer came after the lease had run out: {step.detail}")
        else:  # some have it, the others get it in a transaction of their own
            late = replace(late, to=Status.QUEUED)
        with suppress(StorageFailed, LostClaim):
            await self._writer.put(late)
            return True
        return False

    def _step(
        self,
        message: Claimed,
        was: Status,
        to: Status,
        detail: str = "",
        *,
        not_before: datetime | None = None,
        tried: int = 0,
    ) -> Transition:
        at = self._clock()
        keeps = to is Status.SENDING
        return Transition(
            message.id,
            was,
            to,
            at,
            self._name,
            without_addresses(detail, message.everybody or message.recipients),
            holder=self._name,
            held_by=self._name if keeps else "",
            lease_until=at + LEASE if keeps else None,
            not_before=not_before,
            tried=tried,
        )

    async def _give_back(self, messages: Sequence[Claimed], why: str) -> None:
        ids = [message.id for message in messages]
        if not ids:
            return
        self._allowance += len(ids)
        # If this fails, the next command finds this process gone and queues them again.
        with suppress(StorageFailed, LostClaim):
            await self._writer.call(lambda connection: release(connection, ids, self._clock(), self._name, why))


def _goes_by_mail(message: Claimed) -> bool:
    return message.key is None or message.key.kind is not MessageKind.POST


def _about(key: Key) -> tuple[str, ...]:
    """Give what people know a message by: its State, its case, and its round, the post or the digest."""
    state = load_states().get(key.mission)
    who = f"{state.name} {key.mission}" if state else key.mission or f"{key.kind}"
    what = f"digest.{key.part}" if key.kind is MessageKind.DIGEST else key.round or key.part
    return who, key.case, what


def _journal_of(outbox: Outbox) -> Callable[[list[Line]], None] | None:
    """Give what writes into the journal of an outbox; a rehearsal has none."""
    if outbox.rehearsal:
        return None
    with reading(outbox.engine) as connection:
        serial = serial_of(connection)
    journal = journal_beside(outbox.engine.url)
    return lambda lines: journal.append(lines, serial)


def receipt_detail(receipt: Receipt) -> str:
    """Give what the ledger keeps of a receipt: where a post can be read, and the channel's words."""
    return f"{receipt.url} ({receipt.detail})" if receipt.url else receipt.detail
