"""Works the queue off with a person watching: progress, Ctrl-C, and what came of it in words."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime

import click

from outreach.channels.registry import make_channel
from outreach.cli.output import counted, note, on_terminal, say
from outreach.cli.session import Session
from outreach.db import reading
from outreach.outbox.models import Scope
from outreach.outbox.outcome import Outcome, Post
from outreach.outbox.prepare import free_to_go, held_back
from outreach.outbox.queue import next_due
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.outbox.worker import Worker

OnChange = Callable[[Counter[Status]], None]
SHOWN = (Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED)
SHOW_CURSOR = "\x1b[?25h"  # the progress bar hides it
EVERY = 20  # letters between two plain lines of progress


def work_off(session: Session, scope: Scope, *, quiet: bool, limit: int | None = None) -> Outcome:
    """Send what is due in scope. Ctrl-C ends after the letters in flight; a second one at once.

    What may not leave any more is left where it is, and said. `limit` is how many are tried at most.
    """
    held = held_back(session.campaign, session.outbox, scope, session.answered())
    if held:
        _say_held(session, held)
        scope = replace(scope, without=tuple(held))
    total = min(due(session, scope), limit or sys.maxsize)
    with _progress(total, quiet=quiet) as on_change:
        outcome = asyncio.run(_run(session, scope, on_change, limit))
    outcome.held = len(held)
    return outcome


def _say_held(session: Session, held: dict[int, str]) -> None:
    ids = " ".join(str(id_) for id_ in list(held)[:10]) + (" …" if len(held) > 10 else "")
    whose = ", ".join(sorted(set(held.values()))[:5])
    note(f"Held back: {counted(len(held), 'letter')} that may not leave any more: {whose}.")
    note(f"  Withdraw with: outreach queue withdraw {ids}{session.flag}")


def due(session: Session, scope: Scope) -> int:
    """How many messages in scope wait, due or deferred, that nothing holds back."""
    return free_to_go(session.campaign, session.outbox, scope, session.answered())


async def _run(session: Session, scope: Scope, on_change: OnChange, limit: int | None) -> Outcome:
    settings = session.campaign.settings
    channel = make_channel(session.channel, session.campaign.folder, settings)
    post = Post(settings.envelope_sender, "" if session.outbox.rehearsal else settings.smtp.archive)
    worker = Worker(session.outbox, channel, post, scope, limit=limit, on_change=on_change)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop_once, worker, loop)
    return await worker.run()


def _stop_once(worker: Worker, loop: asyncio.AbstractEventLoop) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop_at_once)
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


def explain(session: Session, scope: Scope, outcome: Outcome) -> int:
    """Say what came of a run and what to type next; the exit status."""
    say(f"{_words(outcome.counts).capitalize()}.{_where(session, outcome)}")
    tell_why(outcome)
    for line in _next_steps(session, scope, outcome):
        say(line)
    return exit_status(outcome)


def exit_status(outcome: Outcome) -> int:
    """1 when something did not go through (a deferred letter will); 130 after Ctrl-C, as shells expect."""
    if outcome.paused or outcome.unreachable or outcome.storage:
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
    return lines


def _next_steps(session: Session, scope: Scope, outcome: Outcome) -> list[str]:
    flag = session.flag
    lines = []
    left = due(session, scope)
    if left:
        with reading(session.outbox.engine) as connection:
            moment = next_due(connection, scope)
        when = f", the next at {_local(session, moment)}" if moment and moment > now() else ""
        lines.append(f"{left} still waiting{when}. To go on: outreach queue run{flag}")
    if outcome.counts[Status.UNCONFIRMED] or outcome.counts[Status.REJECTED]:
        lines.append(f"What needs a person: outreach status{flag}")
    return lines


def _local(session: Session, moment: datetime) -> str:
    return f"{moment.astimezone(session.campaign.settings.timezone):%H:%M on %d %B}"
