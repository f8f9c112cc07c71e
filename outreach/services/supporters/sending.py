"""Works off the mails to supporters, beside the rounds of letters: a lane of its own, in a thread of its own.

While it is at work it also takes in the forms that came; a watch reads what came by mail, too. It ends when nothing is
due, or (a watch) when it is asked to. Whatever keeps it from sending is told, and stops no letter; nothing that stops
letters stops it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Self

from sqlalchemy import ColumnElement, Connection, not_

from outreach.campaign import load_campaign
from outreach.channels.base import Limits
from outreach.channels.registry import make_channel
from outreach.db.engine import reading, writing
from outreach.disk import has_changed, stamp
from outreach.errors import DataError, OutreachError, SettingsError, StorageFailed
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Claimed, Scope
from outreach.outbox.process import this_process
from outreach.outbox.queue import next_due, waiting_by_channel
from outreach.outbox.sending.outcome import Outcome, ReturnPath
from outreach.outbox.sending.pace import Pace
from outreach.outbox.sending.pauses import Pause, in_force, pauses_beside
from outreach.outbox.sending.set_back import let_go
from outreach.outbox.sending.worker import Worker
from outreach.outbox.status import Status
from outreach.outbox.store import now, recover_from_dead_runs
from outreach.services.events import (
    FilesUnreadable,
    Listener,
    ListStopped,
    ManyToProvider,
    ServerSilent,
    SupportersProgress,
    SupportersWait,
    UpdateHeld,
)
from outreach.services.sending.stopping import Stop
from outreach.services.supporters.arriving import take_in
from outreach.services.supporters.expiring import expire
from outreach.services.supporters.opening import Supporters
from outreach.services.supporters.returns.watching import ReturnsWatch
from outreach.services.supporters.updates import UntoldUpdates, is_of
from outreach.settings.settings import Settings
from outreach.supporters.doors import change_member
from outreach.supporters.mail.leaving import LeavingChannel, News
from outreach.supporters.mail.providers import Provider, complaints, count, provider_of
from outreach.supporters.mail.wanted import claim_wanted
from outreach.supporters.statuses import MemberStatus

LOOK = 2.0  # seconds after which a watch looks again for forms and mails
PATIENCE = 60.0  # seconds that a watch waits after the server could not be reached, or refused our set-up
EXPIRES_EVERY, TRIES_AGAIN = 86_400.0, 3_600.0  # seconds between two looks of a watch at what is due to be erased
PROGRESS_EVERY = 60.0  # seconds between two words about many mails
COMPLAINTS_EVERY = 60.0  # seconds between two looks at complaints, while mails leave


@dataclass(frozen=True, slots=True)
class SupportersResult:
    """What a lane did and left: `waiting` mails that are due later, or could not leave; `fault` ended it early."""

    outcome: Outcome
    waiting: int
    fault: OutreachError | None = None

    @property
    def troubled(self) -> bool:
        """Say whether something other than a mail, its receiver or a person ended it early."""
        return self.fault is not None or self.outcome.to_explain


class SupportersLane:
    """Sends from `with` to `finish`, or to the end of the block, which ends it after the mails in flight.

    `watch`: it goes on until `stop` is asked. `although_paused`: also while the server's words made it pause.
    """

    def __init__(
        self, supporters: Supporters, *, watch: bool, although_paused: bool, tell: Listener, stop: Stop
    ) -> None:
        self._supporters = supporters
        self._watch = watch
        self._although_paused = although_paused
        self._tell = tell
        self._stop = stop
        self._outcome = Outcome(channel=supporters.store.outbox.channel)
        self._fault: OutreachError | None = None
        self._broke: Exception | None = None
        self._thread = Thread(target=self._run, name="supporters", daemon=True)  # else nobody could end at once
        self._block = ExitStack()
        self._ends, self._over = Event(), Event()  # asked to end; has ended
        self._stop_worker: Callable[[], object] = lambda: None
        self._files = supporters.campaign.read_from
        self._told_wait: SupportersWait | None = None
        self._news = _News()
        self._complaints_at = 0.0
        self._expire_at = 0.0
        self._progress_at = time.monotonic() + PROGRESS_EVERY
        self._only_asks = False
        self._untold = UntoldUpdates()
        self._held = dict[str, str]()
        self._version = 0

    def __enter__(self) -> Self:
        self._block.enter_context(self._stop.heard_by(self._end))
        if self._watch:
            self._block.enter_context(ReturnsWatch(lambda: self._supporters, self._tell))
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._end()
        self._thread.join()
        self._block.close()

    def is_at_work(self) -> bool:
        """Say whether it goes on by itself: a watch does, until it is asked to end."""
        return self._thread.is_alive()

    def finish(self) -> SupportersResult:
        """Wait until nothing is due any more (a watch: until it is asked to end), and give what came of it."""
        self._thread.join()
        if self._broke:
            raise self._broke
        self._outcome.stopped = self._stop.asked
        with reading(self._supporters.store.engine) as connection:
            waiting = waiting_by_channel(connection, Scope()).total()
        return SupportersResult(self._outcome, waiting, self._fault)

    def _end(self) -> None:
        self._ends.set()
        self._stop_worker()

    def _run(self) -> None:
        try:
            asyncio.run(self._work())
        except Exception as error:  # noqa: BLE001 - raised again by `finish`, in the thread that waits for it
            self._broke = error

    async def _work(self) -> None:
        await asyncio.to_thread(self._keep_up)
        beside = asyncio.create_task(self._go_on_keeping_up())
        pace = Pace(self._limits)
        try:
            while not self._ends.is_set():
                wait = await self._send_unless_in_vain(pace)
                if not self._watch:
                    break
                await asyncio.to_thread(self._ends.wait, wait)
        finally:
            self._over.set()
            await beside
            await asyncio.to_thread(self._keep_up)

    async def _go_on_keeping_up(self) -> None:
        while not await asyncio.to_thread(self._over.wait, LOOK):
            await asyncio.to_thread(self._keep_up)

    def _keep_up(self) -> None:
        """Do what does not wait for mails to leave; what cannot be done is told, and tried again by a watch."""
        try:
            if has_changed(self._files):
                self._reload()
            while take_in(self._supporters, now()):
                pass
            self._note()
            if self._watch and time.monotonic() >= self._expire_at:
                self._expire()
        except OutreachError as error:
            self._fail(error)

    def _fail(self, error: OutreachError) -> None:
        if str(error) != str(self._fault):
            self._tell(SupportersWait(str(error)))
        self._fault = error

    def _expire(self) -> None:
        """Erase what is due; where somebody else keeps the database busy, in an hour."""
        self._expire_at = time.monotonic() + TRIES_AGAIN
        with suppress(StorageFailed):
            if not expire(self._supporters, now()).undone:
                self._expire_at = time.monotonic() + EXPIRES_EVERY

    def _reload(self) -> None:
        self._files = stamp(self._files)
        try:
            campaign = load_campaign(self._supporters.campaign.folder)
        except (DataError, SettingsError) as error:
            self._tell(FilesUnreadable(str(error)))
        else:
            self._supporters, self._files = replace(self._supporters, campaign=campaign), campaign.read_from
            self._version += 1  # what was claimed before is asked anew

    async def _send_unless_in_vain(self, pace: Pace) -> float:
        """Send what is due, and give how many seconds to wait before the next look."""
        try:
            if self._although_paused:
                await asyncio.to_thread(self._end_pause)
                self._although_paused = False
            return await self._send(pace)
        except OutreachError as error:
            self._fail(error)
            return PATIENCE

    async def _send(self, pace: Pace) -> float:
        store, settings = self._supporters.store, self._supporters.campaign.settings
        if why := why_they_wait(settings, rehearsal=store.rehearsal):
            self._tell_once(why)
            return LOOK
        if self._pause or not await asyncio.to_thread(self._something_is_due):
            return LOOK
        worker = self._new_worker(pace)
        loop = asyncio.get_running_loop()
        self._stop_worker = lambda: loop.call_soon_threadsafe(worker.stop)
        if self._ends.is_set():
            worker.stop()
        try:
            outcome = await worker.run()
        finally:
            self._stop_worker = lambda: None
        outcome.channel = self._outcome.channel
        trouble = _trouble(outcome)
        if self._watch:
            self._tell_once(trouble)
        outcome.add_earlier(self._outcome)
        self._outcome = outcome
        return PATIENCE if trouble else LOOK

    def _new_worker(self, pace: Pace) -> Worker:
        store, settings = self._supporters.store, self._supporters.campaign.settings
        inner = make_channel(store.outbox.channel, self._supporters.campaign.folder, settings)
        per_minute = 0 if store.rehearsal else settings.list.per_minute
        channel = LeavingChannel(inner, store, settings, per_minute=per_minute, tell=self._news.hear)
        channel.hear_of_waits(lambda wait: self._tell(ServerSilent(wait)))
        envelope = ReturnPath(lambda token: _returns_to(settings, token))
        return Worker(
            store.outbox,
            channel,
            envelope,
            Scope(),
            claim=self._claim,
            version=lambda: self._version,
            pace=pace,
            on_change=self._on_change,
        )

    def _on_change(self, counts: Counter[Status]) -> None:
        if time.monotonic() >= self._progress_at:
            self._progress_at = time.monotonic() + PROGRESS_EVERY
            self._tell(SupportersProgress(counts.copy()))

    @property
    def _limits(self) -> Limits:
        settings = self._supporters.campaign.settings
        if self._supporters.store.rehearsal:
            return Limits()
        return Limits(per_minute=min(filter(None, (settings.smtp.per_minute, settings.list.per_minute)), default=0))

    @property
    def _pause(self) -> Pause | None:
        found = pauses_beside(self._supporters.store.engine.url).read()
        return in_force(found.get(self._outcome.channel), now())

    def _end_pause(self) -> None:
        file, channel = pauses_beside(self._supporters.store.engine.url), self._outcome.channel
        if pause := file.read().get(channel):
            with writing(self._supporters.store.engine) as connection:
                let_go(connection, Scope(channel=channel), pause, now(), this_process())
            file.forget(channel)

    def _something_is_due(self) -> bool:
        recover_from_dead_runs(self._supporters.store.engine)
        at = now()
        with reading(self._supporters.store.engine) as connection:
            scope, also = self._allowed(connection, Scope(), at)
            first = next_due(connection, scope, *also)
        return first is not None and first <= at

    def _claim(self, connection: Connection, scope: Scope, limit: int, at: datetime, worker: str) -> list[Claimed]:
        scope, also = self._allowed(connection, scope, at)
        return claim_wanted(connection, scope, limit, at, worker, *also)

    def _allowed(
        self, connection: Connection, scope: Scope, at: datetime
    ) -> tuple[Scope, tuple[ColumnElement[bool], ...]]:
        """Leave out updates that may not be told any more; and all but what asks somebody, while members complain."""
        if time.monotonic() >= self._complaints_at:
            found = complaints(connection, self._supporters.campaign.settings.list.complaints, at)
            if found and not self._only_asks:
                self._tell(ListStopped(found.members, found.mails))
            self._only_asks, self._complaints_at = found is not None, time.monotonic() + COMPLAINTS_EVERY
        held = self._untold.why(connection, self._supporters.campaign)
        if held != self._held:
            self._held = dict(held)
            for slug, why in held.items():
                self._tell(UpdateHeld(slug, why))
        narrowed = replace(scope, kind=MessageKind.CONFIRM) if self._only_asks else scope
        return narrowed, tuple(not_(is_of(slug)) for slug in held)

    def _note(self) -> None:
        """Count what was sent by provider, and end the membership of whoever has no mailbox any more."""
        sent, gone = self._news.take()
        if not sent and not gone:
            return
        store, at = self._supporters.store, now()
        with writing(store.engine) as connection:
            warn_at = self._supporters.campaign.settings.list.warn_at
            many = [] if store.rehearsal else count(store, connection, sent, warn_at, at)
            for supporter in gone:
                change_member(
                    connection, supporter, MemberStatus.BOUNCED, at, this_process(), "there is no such mailbox"
                )
        for each in many:
            self._tell(ManyToProvider(each.name, each.mails))

    def _tell_once(self, why: SupportersWait | None) -> None:
        if why and why != self._told_wait:
            self._tell(why)
        self._told_wait = why


class _News:
    """Gathers what a channel hears, in one thread, until another notes it; no address is kept."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sent = Counter[Provider]()
        self._gone = list[int]()

    def hear(self, news: News) -> None:
        with self._lock:
            if news.taken:
                self._sent[provider_of(news.address)] += 1
            if news.gone:
                self._gone.append(news.supporter)

    def take(self) -> tuple[Counter[Provider], list[int]]:
        with self._lock:
            taken = self._sent, self._gone
            self._sent, self._gone = Counter[Provider](), list[int]()
        return taken


def _trouble(outcome: Outcome) -> SupportersWait | None:
    """Say why a run ended before the queue did; a watch tells that, and tries again."""
    if outcome.storage:
        return SupportersWait(str(outcome.storage))
    if outcome.paused:
        return SupportersWait(outcome.paused.detail, outcome.paused.hint)
    if outcome.unreachable:
        return SupportersWait(f"the mail server cannot be reached: {outcome.unreachable}", "It is tried again")
    if outcome.pause:
        return SupportersWait(f"paused until {outcome.pause.until:%Y-%m-%d %H:%M} UTC: {outcome.pause.why}")
    return None


def why_they_wait(settings: Settings, *, rehearsal: bool) -> SupportersWait | None:
    """Say what of the settings keeps mails to supporters here; None where they may leave."""
    if rehearsal:
        return None
    if not settings.mail_server_configured:
        return SupportersWait("no mail server is configured", "Set [smtp] host in outreach.toml")
    if not settings.web.public_url:
        return SupportersWait(
            "they link to the forms, and nobody knows where these are",
            "Set [web] public_url to the address under which everybody reaches them",
        )
    if not settings.returns.address:
        return SupportersWait(
            "what comes back of them would go into the mailbox of the letters, where no supporter's address may be",
            "Set [returns] address, such as list+{token}@example.org",
        )
    return None


def _returns_to(settings: Settings, token: str) -> str:
    return (settings.returns.address or settings.sender.email).replace("{token}", token)
