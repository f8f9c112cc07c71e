"""Works the queue off with a person watching: progress, Ctrl-C, and what came of it in words."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime

import click

from outreach.cli.late_news import LateNews
from outreach.cli.output import counted, note, on_terminal, say
from outreach.cli.routes import claim_for, next_moment, settling_moment
from outreach.cli.session import Session
from outreach.cli.timelines import settle_each
from outreach.db.engine import reading
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.prepare import free_to_go, held_back
from outreach.outbox.models import Entry, Scope
from outreach.outbox.posts.settling import number_in_doubt
from outreach.outbox.queue import entries
from outreach.outbox.sending.outcome import Envelope, Outcome, rests, together
from outreach.outbox.sending.worker import Worker
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.settings.accounts import NETWORKS

OnChange = Callable[[Counter[Status]], None]
SHOWN = (Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED)
SHOW_CURSOR = "\x1b[?25h"  # the progress bar hides it
EVERY = 20  # letters between two plain lines of progress


def work_off(session: Session, scope: Scope, *, quiet: bool, limit: int | None = None) -> Outcome:
    """Send the letters due in scope, whose channel it names. Ctrl-C ends after those in flight; a second one at once.

    What may not leave any more is left where it is, and said. `limit` is how many are tried at most.
    """
    outcomes, held = work_off_each(session, scope, (session.channel,), quiet=quiet, limit=limit)
    outcome = together(list(outcomes.values()))
    outcome.held = held
    return outcome


def work_off_each(
    session: Session,
    scope: Scope,
    channels: Sequence[str],
    *,
    quiet: bool,
    limit: int | None = None,
    earlier: Mapping[str, Outcome] | None = None,
) -> tuple[dict[str, Outcome], int]:
    """The same through several channels at once, of which none waits for another; how many messages are held back.

    What a timeline can settle is settled first: it may then be queued again, and held back like anything that waits.
    `earlier` is what came of the rounds before, in the same run.
    """
    looked = settle_each(session, scope, channels, earlier or {})
    held = held_back(session.campaign, session.outbox, scope, session.answered())
    if held:
        _say_held(session, held)
        scope = replace(scope, without=(*scope.without, *held))
    letters = due(session, replace(scope, channel=session.channel)) if session.channel in channels else 0
    with _progress(min(letters, limit or sys.maxsize), quiet=quiet) as on_change:
        working = [name for name in channels if name not in looked or not looked[name].to_explain]
        outcomes = asyncio.run(_run(session, scope, working, on_change, limit))
    for name in looked.keys() & outcomes.keys():
        outcomes[name].settled = looked[name].settled
    return {**looked, **outcomes}, len(held)


def _say_held(session: Session, held: dict[int, str]) -> None:
    ids = " ".join(str(id_) for id_ in list(held)[:10]) + (" …" if len(held) > 10 else "")
    whose = ", ".join(sorted(set(held.values()))[:5])
    with reading(session.outbox.engine) as connection:
        nouns = {noun_of(entry) for entry in entries(connection, ids=held)}
    noun = nouns.pop() if len(nouns) == 1 else "message"
    note(f"Held back: {counted(len(held), noun)} that may not leave any more: {whose}.")
    note(f"  Withdraw with: outreach queue withdraw {ids}{session.flag}")


def noun_of(entry: Entry) -> str:
    return "post" if entry.key.kind is MessageKind.POST else "letter"


def due(session: Session, scope: Scope) -> int:
    """How many messages in scope wait, due or deferred, that nothing holds back."""
    return free_to_go(session.campaign, session.outbox, scope, session.answered())


async def _run(
    session: Session, scope: Scope, channels: Sequence[str], on_change: OnChange, limit: int | None
) -> dict[str, Outcome]:
    workers = {}
    for name in channels:
        shown = on_change if name == session.channel else _not_shown
        workers[name] = _worker(session, replace(scope, channel=name), name, shown, limit)
        workers[name].outcome.channel = name
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop_once, tuple(workers.values()), loop)
    outcomes = await asyncio.gather(*(worker.run() for worker in workers.values()))
    return dict(zip(workers, outcomes, strict=True))


def _worker(session: Session, scope: Scope, name: str, on_change: OnChange, limit: int | None) -> Worker:
    settings = session.campaign.settings
    archive = settings.smtp.archive if name == session.channel and not session.outbox.rehearsal else ""
    envelope = Envelope(settings.envelope_sender, archive)
    channel, claim = session.open_channel(name), LateNews(session, claim_for(session, name)).claim
    return Worker(session.outbox, channel, envelope, scope, limit=limit, on_change=on_change, claim=claim)


def _not_shown(counts: Counter[Status]) -> None:
    """Posts are few: what came of them is said at the end."""


def _stop_once(workers: Sequence[Worker], loop: asyncio.AbstractEventLoop) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop_at_once)
    for worker in workers:
        worker.stop()
    with suppress(OSError):  # nobody may be listening any more
        note("Stopping after the letters in flight. Ctrl-C again stops at once, and leaves these unconfirmed.")


def _stop_at_once() -> None:
    """What is on disk is true as it stands: the next command finds this process gone, and says what was in flight."""
    try:
        click.echo(SHOW_CURSOR if sys.stderr.isatty() else "", err=True)
        note("Stopped. See what was in flight with: outreach status")
        sys.stdout.flush()
    finally:
        os._exit(130)


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[OnChange]:
    if quiet or not total:
        yield lambda counts: None
    elif on_terminal() and sys.stderr.isatty():
        with _bar(total) as on_change:
            yield on_change
    else:
        yield _lines(total)


@contextmanager
def _bar(total: int) -> Iterator[OnChange]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("Sending"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[words]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns) as progress:
        task = progress.add_task("send", total=total, words="")
        yield lambda counts: progress.update(task, completed=sum(counts.values()), words=_words(counts))


def _lines(total: int) -> OnChange:
    def on_change(counts: Counter[Status]) -> None:
        done = sum(counts.values())
        if done % EVERY == 0 or done == total:
            with suppress(BrokenPipeError):  # whoever read along has left; the letters go on
                say(f"{done} of {total}: {_words(counts)}")

    return on_change


def _words(counts: Counter[Status]) -> str:
    return ", ".join(f"{counts[status]} {status.value}" for status in SHOWN if counts[status]) or "nothing was due"


def _result(outcome: Outcome) -> str:
    tried = any(outcome.counts[status] for status in SHOWN)
    return "nothing was sent" if outcome.ended_early and not tried else _words(outcome.counts)


def explain(session: Session, scope: Scope, outcome: Outcome) -> int:
    """Say what came of a run and what to type next; the exit status."""
    say(f"{_result(outcome).capitalize()}.{_where(session, outcome)}")
    tell_why(outcome)
    for line in _next_steps(session, scope, outcome):
        say(line)
    return exit_status(outcome)


def exit_status(outcome: Outcome) -> int:
    """1 when something did not go through (a deferred letter will); 130 after Ctrl-C, as shells expect."""
    if outcome.to_explain:
        return 1
    if outcome.held or outcome.counts[Status.REJECTED] or outcome.counts[Status.UNCONFIRMED]:
        return 1
    return 130 if outcome.stopped else 0


def _where(session: Session, outcome: Outcome) -> str:
    if not session.outbox.rehearsal or not outcome.counts[Status.SENT]:
        return ""
    return " A rehearsal: they lie in the folder rehearsal, and nothing left this machine."


def tell_why(outcome: Outcome) -> None:
    """Why a run ended before the queue did, on standard error."""
    for line in reasons(outcome):
        note(line)


def reasons(outcome: Outcome) -> list[str]:
    """Why a run ended before the queue did, and what to do, in lines."""
    lines = []
    if outcome.paused:
        lines += [f"Paused: {outcome.paused.detail}", f"  {outcome.paused.hint}"]
    if outcome.unreachable:
        lines += [
            f"Ended early, the server cannot be reached: {outcome.unreachable}",
            "  Check it with: outreach doctor",
        ]
    if outcome.storage:
        lines.append(f"Stopped, the outbox cannot be written: {outcome.storage}")
    if outcome.rest:
        lines += [
            f"Left alone for a while, since its timeline cannot be looked at: {outcome.rest.why}",
            "  Check it with: outreach doctor",
        ]
    if lines and outcome.channel in NETWORKS:
        lines[0] = f"{outcome.channel}: {lines[0]}"
    return lines + [line for other in outcome.others for line in reasons(other)]


def _next_steps(session: Session, scope: Scope, outcome: Outcome) -> list[str]:
    flag = session.flag
    lines = []
    channels = (scope.channel,) if scope.channel else session.channels
    scopes = [replace(scope, channel=name) for name in channels]
    left = sum(due(session, each) for each in scopes)
    asleep = rests([outcome, *outcome.others])
    if left:
        lines.append(_still_waiting(session, left, next_moment(session, scopes, asleep)))
    if moment := settling_moment(session, scopes, asleep):
        when, watch = _when(session, moment)
        lines.append(f"Posts in doubt are looked for again{when}. With: outreach queue run{watch}{flag}")
    elif in_doubt(session, scope) and not session.outbox.rehearsal:
        lines.append("Posts in doubt need a person: outreach queue settle")
    if outcome.counts[Status.UNCONFIRMED] or outcome.counts[Status.REJECTED]:
        lines.append(f"What needs a person: outreach status{flag}")
    return lines


def in_doubt(session: Session, scope: Scope) -> int:
    """How many posts in scope are unconfirmed."""
    with reading(session.outbox.engine) as connection:
        return number_in_doubt(connection, scope)


def _still_waiting(session: Session, left: int, moment: datetime | None) -> str:
    if moment is None:
        return f"{left} still waiting for the part of their thread before them."
    when, watch = _when(session, moment)
    return f"{left} still waiting{when}. To go on: outreach queue run{watch}{session.flag}"


def _when(session: Session, moment: datetime) -> tuple[str, str]:
    """When the next one is, if that is not now; and the option that waits until then."""
    return (f", the next at {_local(session, moment)}", " --watch") if moment > now() else ("", "")


def say_waiting(session: Session, scope: Scope, moment: datetime, *, to_send: bool) -> None:
    """Say, before a watch sleeps until this moment, what it waits for: to send, or to look for what is in doubt."""
    what = f"{due(session, scope)} waiting, the next" if to_send else "Posts in doubt are looked for again"
    note(f"{what} at {_local(session, moment)}. Ctrl-C ends the watch, and what waits stays queued.")


def _local(session: Session, moment: datetime) -> str:
    return f"{moment.astimezone(session.campaign.settings.timezone):%H:%M on %d %B}"
