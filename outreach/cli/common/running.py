"""A run of the queue with a person watching: progress, Ctrl-C, and what came of it in words."""

import os
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, tzinfo
from types import FrameType

import click

from outreach.channels.rehearsal_page import PAGE
from outreach.cli.common.events import pause_lines, say_event
from outreach.cli.common.next_steps import command
from outreach.cli.common.opening import flag
from outreach.cli.common.terminal.output import note, on_terminal, say
from outreach.next_step import Action, NextStep
from outreach.outbox.sending.fuse import plain_words
from outreach.outbox.sending.outcome import Failure, Outcome
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.services import events
from outreach.services.sending.running import RunResult
from outreach.services.sending.stopping import Stop
from outreach.services.workspace import Workspace
from outreach.settings.accounts import NETWORKS
from outreach.text import counted, listed, local_clock

OnChange = Callable[[Counter[Status]], None]
SHOWN = (Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED)
SHOW_CURSOR = "\x1b[?25h"  # the progress bar hides it
EVERY = 20  # letters between two plain lines of progress
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOST_NAMED = 10  # letters in a line, or States
MOST_REASONS = 10  # lines of why letters did not go


class RunDisplay:
    """Shows a run while it works, and stops it for a person; the listener of a service that sends.

    While letters are in flight, or mails to supporters may be, Ctrl-C ends after these, a second one at once; else it
    ends the command. A terminal that is closed (SIGHUP) ends after these, however often it says so, and nothing depends
    on somebody reading along.
    """

    def __init__(self, workspace: Workspace, *, quiet: bool, bar: bool = True) -> None:
        self.stop = Stop()
        self._workspace = workspace
        self._quiet = quiet
        self._bar = bar
        self._sending = self._beside = False
        self._progress: AbstractContextManager[OnChange] = nullcontext(_not_shown)
        self._on_change: OnChange = _not_shown

    def __call__(self, event: events.Event) -> None:
        with suppress(OSError):  # nobody may be listening any more; the letters go on
            self._show(event)

    def _show(self, event: events.Event) -> None:
        match event:
            case events.SendingBegan(total):
                self._sending = True
                self._progress = _progress(total if self._bar else 0, quiet=self._quiet)
                self._on_change = self._progress.__enter__()
            case events.SendingProgress(counts):
                self._on_change(counts)
            case events.SendingEnded():
                self._sending = False
                self._progress.__exit__(None, None, None)
            case events.SupportersBegan() | events.SupportersEnded():
                self._beside = isinstance(event, events.SupportersBegan)
            case events.Sleeping() | events.ServerSilent() if self._quiet:
                pass
            case _:
                zone = self._workspace.campaign.settings.timezone
                say_event(event, rehearsal=self._workspace.rehearsal, zone=zone)

    @contextmanager
    def listening(self) -> Iterator["RunDisplay"]:
        """Take Ctrl-C, the system's wish to end and the terminal's end, for as long as this lasts."""
        # Whoever started it with nohup wants it to outlive the terminal.
        heard = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        before = [signal.signal(number, self._interrupted) for number in heard]
        try:
            yield self
        finally:
            for number, handler in zip(heard, before, strict=True):
                signal.signal(number, handler)

    def _interrupted(self, number: int, _frame: FrameType | None) -> None:
        if not (self._sending or self._beside):
            raise KeyboardInterrupt
        if self.stop.asked and number == signal.SIGHUP:
            return  # shell and system may both say that the terminal is gone
        if self.stop.asked:
            _stop_at_once()
        self.stop.ask()
        with suppress(OSError):  # nobody may be listening any more
            note("Stopping after the letters in flight. Ctrl-C again stops at once, and leaves these unconfirmed.")


def _stop_at_once() -> None:
    """End the process. The disk is up to date: the next command finds the process gone, and says what was in flight."""
    try:
        click.echo(SHOW_CURSOR if sys.stderr.isatty() else "", err=True)
        note("Stopped. See what was in flight with: outreach status")
        sys.stdout.flush()
    finally:
        os._exit(130)


def _not_shown(counts: Counter[Status]) -> None:
    """Do nothing: posts are few, and the end of the run says what came of them."""


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[OnChange]:
    if quiet or not total:
        yield _not_shown
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


def explain(workspace: Workspace, result: RunResult, all_of_them: str = "") -> int:
    """Say what came of a run and what to type next; give the exit status.

    `all_of_them` is the command that shows all letters that it was about.
    """
    nothing = result.ended_early and not any(result.counts[status] for status in SHOWN)
    words = "Nothing was sent" if nothing else _words(result.counts).capitalize()
    rehearsed = workspace.rehearsal and result.counts[Status.SENT]
    where = " A rehearsal: they lie in the folder rehearsal, and nothing left this machine." if rehearsed else ""
    say(f"{words}.{where}")
    if rehearsed:
        say(f"Read them in a browser: {click.format_filename(workspace.campaign.folder / 'rehearsal' / PAGE)}")
        say(f"Here, one of them: outreach queue list{flag(workspace)}, then outreach queue show ID{flag(workspace)}")
        if all_of_them:
            say(f"Here, all of them: {all_of_them}")
    for line in _failure_lines(result.failures):
        say(line)
    for line in _supporters_lines(result):
        say(line)
    tell_why(result, workspace.campaign.settings.timezone)
    for line in _refused(result):
        note(line)
    for line in _next_steps(workspace, result):
        say(line)
    return exit_status(result)


def _supporters_lines(result: RunResult) -> Iterator[str]:
    """Say what came of the mails to supporters: how many, and why some did not go, never to whom."""
    if result.supporters is None:
        return
    outcome, waiting = result.supporters.outcome, result.supporters.waiting
    words = _words(outcome.counts) if any(outcome.counts[status] for status in SHOWN) else "no mail was due"
    yield f"To supporters: {words}{f'; {waiting} waiting' if waiting else ''}."
    groups = defaultdict[tuple[Status, str], list[Failure]](list)
    for failure in outcome.failures.values():
        groups[failure.status, plain_words(failure.why)].append(failure)
    for (status, _), group in sorted(groups.items(), key=lambda item: -len(item[1]))[:MOST_REASONS]:
        yield f"  {status.value}: {counted(len(group), 'mail')}: {group[0].why}"


def _refused(result: RunResult) -> Iterator[str]:
    """Name the addresses that a server did not take of letters that went to others, and what suits it better."""
    for one in (address for outcome in result.outcomes for address in outcome.refused):
        letter = f"letter {one.message}{f' ({one.mission})' if one.mission else ''}"
        after = " Nothing goes to that address any more." if one.gone else ""
        yield f"Not to {one.address}, one address of {letter}: {one.detail}.{after}"
    yield from (f"Slower than it could be: {outcome.advice}" for outcome in result.outcomes if outcome.advice)


def exit_status(result: RunResult) -> int:
    """Give 1 when something did not go through, or all was deferred; 130 after Ctrl-C, as shells expect."""
    if not result.all_went_well:
        return 1
    return 130 if result.stopped else 0


def _failure_lines(failures: Iterable[Failure]) -> Iterator[str]:
    """Say why letters did not go, once for each reason, with State and number of each."""
    groups = defaultdict[tuple[Status, str], list[Failure]](list)
    for failure in failures:
        groups[failure.status, plain_words(failure.why)].append(failure)
    shown = sorted(groups.items(), key=lambda item: (SHOWN.index(item[0][0]), -len(item[1])))
    for (status, _), group in shown[:MOST_REASONS]:
        who = listed((f"{failure.to} ({failure.message})".strip() for failure in group), MOST_NAMED)
        yield f"  {status.value}: {who}: {group[0].why}"
    if more := sum(len(group) for _, group in shown[MOST_REASONS:]):
        yield f"  and {counted(more, 'message')} more for other reasons: outreach queue list"


def tell_why(result: RunResult, zone: tzinfo | None = None) -> None:
    """Say on standard error why a run ended before the queue did."""
    for line in reasons(result, zone):
        note(line)


def reasons(result: RunResult, zone: tzinfo | None = None) -> list[str]:
    """Give why a run ended before the queue did, and what to do, in lines."""
    to_supporters = [result.supporters.outcome] if result.supporters else []
    found = [(line, "") for outcome in result.troubled for line in _reasons(outcome, zone)]
    found += [(line, "Mails to supporters: ") for outcome in to_supporters for line in _reasons(outcome, zone)]
    return [line if line.startswith(" ") else f"{before}{line}" for line, before in found]


def _reasons(outcome: Outcome, zone: tzinfo | None) -> Sequence[str]:
    lines = []
    if outcome.pause:
        lines += pause_lines(outcome.pause, zone)
    check = f"  Check it with: {command(NextStep(Action.CHECK_SETUP), rehearsal=False)}"
    if outcome.paused:
        lines += [f"Paused: {outcome.paused.detail}", f"  {outcome.paused.hint}"]
    if outcome.unreachable:
        what = "answers, but lets nobody in for now" if outcome.answered else "cannot be reached"
        lines += [f"Ended early, the server {what}: {outcome.unreachable}", check]
    if outcome.storage:
        lines.append(f"Stopped, the outbox cannot be written: {outcome.storage}")
    if outcome.rest:
        lines += [f"Left alone for a while, since its timeline cannot be looked at: {outcome.rest.why}", check]
    if lines and outcome.channel in NETWORKS:
        lines[0] = f"{outcome.channel}: {lines[0]}"
    return lines


def _next_steps(workspace: Workspace, result: RunResult) -> Iterator[str]:
    again = flag(workspace)
    if result.sendable and result.next_at is None:
        yield f"{result.sendable} still waiting for the part of their thread before them."
    elif result.sendable and result.next_at:
        when, watch = _when(workspace, result.next_at)
        yield f"{result.sendable} still waiting{when}. To go on: outreach queue run{watch}{again}"
        if any(outcome.pause for outcome in result.outcomes):
            yield f"To go on before that, all the same: outreach queue run --now{again}"
    if result.look_at:
        when, watch = _when(workspace, result.look_at)
        yield f"Posts in doubt are looked for again{when}. With: outreach queue run{watch}{again}"
    elif result.in_doubt and not workspace.rehearsal:
        yield "Posts in doubt need a person: outreach queue settle"
    if result.counts[Status.UNCONFIRMED] or result.counts[Status.REJECTED]:
        yield f"What needs a person: outreach status{again}"


def _when(workspace: Workspace, moment: datetime) -> tuple[str, str]:
    """Say when the next one is, if that is not now; and the option that waits until then."""
    if moment <= now():
        return "", ""
    return f", the next at {local_clock(moment, workspace.campaign.settings.timezone)}", " --watch"
