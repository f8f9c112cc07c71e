"""`outreach inbox import`: mail that was exported by hand, stored like mail that was fetched."""

from collections.abc import Sequence
from pathlib import Path

import click

from outreach.campaign import load_campaign
from outreach.cli.options import campaign_folder, folder_option, json_option, rehearse_option
from outreach.cli.output import note, print_json_lines
from outreach.cli.received import Tally, json_line, show
from outreach.cli.session import Session, say_rehearsal
from outreach.errors import Problem, UsageError
from outreach.inbox.mailbox.exports import in_batches, incoming, not_there
from outreach.inbox.receive import Inbox, Incoming, apply_earlier_evidence, open_inbox, receive
from outreach.outbox.store import existing_outbox, open_outbox, shows_rehearsal


@click.command("import")
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
    _refuse_missing(paths)
    inbox = _open(ctx, rehearse=rehearse, dry_run=dry_run)
    if not as_json and inbox.outbox is not None:
        say_rehearsal(Session(inbox.campaign, inbox.outbox))
    tally, problems = Tally(), list[Problem]()
    tally.notes += [] if dry_run else apply_earlier_evidence(inbox)
    for batch in in_batches(incoming(paths, problems)):
        _take_in(inbox, batch, tally, dry_run=dry_run, as_json=as_json)
    for problem in problems:
        note(f"outreach: {problem}")
    if not as_json:
        show(tally, rehearsal=inbox.outbox is not None and inbox.outbox.rehearsal, dry_run=dry_run)
    ctx.exit(1 if problems or tally.unmatched.total() else 0)


def _refuse_missing(paths: Sequence[Path]) -> None:
    """Raise UsageError where nothing is there of all that was named; where some is, the others are read."""
    told = [not_there(path) for path in paths]
    if all(told):
        raise UsageError("\n".join(told))


def _open(ctx: click.Context, *, rehearse: bool, dry_run: bool) -> Inbox:
    """The rehearsal's inbox when asked for, or when letters were rehearsed and none was ever queued in earnest."""
    campaign = load_campaign(campaign_folder(ctx))
    folder, settings = campaign.folder, campaign.settings
    rehearsal = rehearse or (
        shows_rehearsal(folder, settings, asked_for=False)
        and existing_outbox(folder, settings, rehearsal=True) is not None
    )
    if dry_run:
        return open_inbox(campaign, existing_outbox(folder, settings, rehearsal=rehearsal))
    return open_inbox(campaign, open_outbox(folder, settings, rehearsal=rehearsal))


def _take_in(inbox: Inbox, batch: Sequence[Incoming], tally: Tally, *, dry_run: bool, as_json: bool) -> None:
    found = receive(inbox, batch, dry_run=dry_run)
    for each in found:
        tally.add(each)
    if as_json:
        print_json_lines({"file": each.incoming.origin, **json_line(each)} for each in found)
