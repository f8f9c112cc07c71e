"""`outreach inbox`: reads the team's mailbox, and takes in mail that was exported by hand."""

import signal
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import click

from outreach.cli.common.events import say_event
from outreach.cli.common.next_steps import remember_outbox
from outreach.cli.common.opening import flag, say_rehearsal
from outreach.cli.common.options import campaign_folder, folder_option, json_option, rehearse_option
from outreach.cli.common.terminal.output import note, print_json_lines
from outreach.cli.inbox.received import Tally, json_line, show
from outreach.inbox.receive import Received
from outreach.services import events
from outreach.services.mail import fetch_mail, import_mail, open_import, open_mailbox, watch_mail
from outreach.services.workspace import Workspace


@click.group()
def inbox() -> None:
    """Read what came back: bounces, auto-replies, replies. What people decide about it: outreach replies."""


@inbox.command()
@click.option("--watch", is_flag=True, help="Go on, and fetch whenever mail comes, until Ctrl-C.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def fetch(ctx: click.Context, *, watch: bool, rehearse: bool, as_json: bool) -> None:
    """Fetch new mail over IMAP, say what it is, and tie it to the letters that it answers.

    The mailbox is left as it is, unless [imap] after says "flag" or "move"; a rehearsal never alters it. With --json,
    a line for each message.

    Exit status: 1 when something could not be fetched or tied to a letter, 2 for wrong usage or settings.
    """
    remember_outbox(ctx, rehearsal=rehearse)
    workspace = open_mailbox(campaign_folder(ctx), rehearse=rehearse)
    if not as_json:
        say_rehearsal(workspace)
    ctx.exit((_watch if watch else _fetch)(workspace, as_json=as_json))


def _fetch(workspace: Workspace, *, as_json: bool) -> int:
    display = MailDisplay(workspace, as_json=as_json)
    fetch_mail(workspace, display)
    return 1 if display.problems or display.tally.unmatched.total() else 0


def _watch(workspace: Workspace, *, as_json: bool) -> int:
    """Watch until interrupted; exit with 130 then, as shells expect, also when the system asks it to end."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        watch_mail(workspace, MailDisplay(workspace, as_json=as_json))
    except KeyboardInterrupt:
        note(f"Stopped watching. See what came with: outreach replies list{flag(workspace)}")
    return 130


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class MailDisplay:
    """Counts what is read, and says what came of it: at the end of a fetch, and after each round of a watch."""

    def __init__(self, workspace: Workspace, *, as_json: bool) -> None:
        self.tally = Tally()
        self.problems = 0
        self._rehearsal = workspace.rehearsal
        self._as_json = as_json

    def __call__(self, event: events.Event) -> None:
        match event:
            case events.EvidenceApplied(notes):
                self.tally.notes += notes
            case events.MailRead(batch):
                self._take(batch)
            case events.FetchEnded(problems, broke_off):
                if not broke_off or self.tally.happened or problems:
                    self._tell(problems)
            case events.RoundEnded(problems):
                if self.tally.happened or problems:
                    self._tell(problems)
                self.tally.clear()
            case events.WatchBegan() if self._as_json:
                pass
            case _:
                say_event(event)

    def _take(self, batch: tuple[Received, ...]) -> None:
        for each in batch:
            self.tally.add(each)
        if self._as_json:
            print_json_lines(_line(each) for each in batch)

    def _tell(self, problems: Mapping[str, str]) -> None:
        self.problems += len(problems)
        if not self._as_json:
            show(self.tally, rehearsal=self._rehearsal)
        for where, why in problems.items():
            note(f"outreach: {where}: {why}")


def _line(received: Received) -> dict[str, object]:
    place = received.incoming.place
    return {"folder": received.incoming.origin, "uid": place.uid if place else None, **json_line(received)}


@inbox.command("import")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what each message is; store nothing.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def import_(ctx: click.Context, paths: tuple[Path, ...], *, dry_run: bool, rehearse: bool, as_json: bool) -> None:
    """Take in mail exported by hand: .eml files, folders of them, mbox, Maildir.

    A message that is on file already is not stored again. With --json, a line for each message.

    Exit status: 1 when a file could not be read, or mail could not be tied to a letter; 2 for wrong usage or settings.
    """
    opened = open_import(campaign_folder(ctx), paths, rehearse=rehearse, dry_run=dry_run)
    rehearsal = opened.outbox is not None and opened.outbox.rehearsal
    remember_outbox(ctx, rehearsal=rehearsal)
    if not as_json and opened.outbox is not None:
        say_rehearsal(Workspace(opened.campaign, opened.outbox))
    tally = Tally()

    def tell(event: events.Event) -> None:
        match event:
            case events.EvidenceApplied(notes):
                tally.notes += notes
            case events.MailRead(batch):
                for each in batch:
                    tally.add(each)
                if as_json:
                    print_json_lines({"file": each.incoming.origin, **json_line(each)} for each in batch)
            case _:
                say_event(event)

    result = import_mail(opened, paths, tell, dry_run=dry_run)
    for problem in result.problems:
        note(f"outreach: {problem}")
    if not as_json:
        show(tally, rehearsal=rehearsal, dry_run=dry_run)
    ctx.exit(1 if result.problems or tally.unmatched.total() else 0)
