"""`outreach queue`: the outbox, listed and worked off; what people decide about it is in changes.py."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from outreach.cli.common.letters.attachments import file_words
from outreach.cli.common.moments import said
from outreach.cli.common.opening import open_to_go_on, open_to_look, say_rehearsal
from outreach.cli.common.options import (
    although_unread_option,
    case_option,
    csv_option,
    folder_option,
    json_option,
    rehearse_option,
    yes_option,
)
from outreach.cli.common.terminal.output import print_csv, print_json, print_table, say
from outreach.cli.common.terminal.pager import paged
from outreach.cli.queue.changes import retry, rewrite, settle, withdraw
from outreach.mime.body import body_of
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Entry
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import now
from outreach.services.sending.queue import list_messages, stored_message
from outreach.services.workspace import Workspace
from outreach.text import counted, local_minute

if TYPE_CHECKING:  # imported when something is sent
    from outreach.services.sending.running import RunResult


@click.group()
def queue() -> None:
    """Look at the outbox; run, retry, rewrite, withdraw, settle.

    Without a configured mail server, and while nothing was ever sent in earnest, these show the rehearsal's outbox.
    """


queue.add_command(retry)
queue.add_command(rewrite)
queue.add_command(withdraw)
queue.add_command(settle)


@queue.command("list")
@case_option
@click.option("--status", "statuses", type=click.Choice([s.value for s in Status]), multiple=True, help="Only these.")
@click.option("--mission", metavar="STATE", help="Only this mission: DEU, de or Germany.")
@rehearse_option
@json_option
@csv_option
@folder_option
@paged
@click.pass_context
def list_(
    ctx: click.Context,
    case_slug: str | None,
    statuses: tuple[str, ...],
    mission: str | None,
    *,
    rehearse: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List messages with their status."""
    workspace = open_to_look(ctx, rehearse=rehearse)
    scope = workspace.scope(case=case_slug, mission=mission)
    found = list_messages(workspace, scope, [Status(value) for value in statuses])
    if as_json:
        print_json([_as_json(entry) for entry in found])
        return
    if as_csv:
        print_csv([_as_json(entry) for entry in found])
        return
    say_rehearsal(workspace)
    columns = ("ID", "State", "case", "round", "status", "tries", "recipient", "detail")
    print_table(
        columns,
        [_as_cells(workspace, entry) for entry in found],
        cut=("detail", "recipient", "case"),
        drop=("recipient", "tries"),
    )
    say(counted(len(found), "message"))


def _as_json(entry: Entry) -> dict[str, object]:
    key = entry.key
    return {
        "id": entry.id,
        "message_id": entry.message_id,
        "case": key.cases[0],
        "ask": key.ask,
        "kind": key.kind.value,
        "round": key.shown_round,
        "channel": key.channel,
        "state": key.mission,
        "recipient": ";".join(entry.recipients),
        "language": entry.language,
        "subject": entry.subject,
        "status": entry.status.value,
        "attempts": entry.attempts,
        "not_before": entry.not_before.isoformat(),
        "detail": entry.detail,
        "part": key.part,
        "follows": entry.follows,
        "address": entry.address,
        "cases": list(key.cases),
    }


def _as_cells(workspace: Workspace, entry: Entry) -> tuple[object, ...]:
    key, status = entry.key, entry.status.value
    put_off = entry.status is Status.QUEUED and entry.not_before > now()
    if put_off or entry.status is Status.DEFERRED:
        status += f" until {_short(entry.not_before, workspace.campaign.settings.timezone)}"
    what = (entry.id, key.mission, key.shown_cases, key.shown_round, status, entry.attempts)
    to = f"{key.part} on {key.channel}" if key.kind is MessageKind.POST else "; ".join(entry.recipients)
    return (*what, to, entry.detail)


def _short(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment for a narrow column: 29 Sep 14:00, with the year where it is not this one."""
    local = moment.astimezone(zone)
    year = "" if local.year == now().astimezone(zone).year else f" {local.year}"
    return f"{local:%d %b}{year} {local:%H:%M}"


@queue.command()
@click.argument("id_", metavar="ID", type=click.IntRange(1))
@click.option(
    "--format", "format_", type=click.Choice(["text", "html", "eml"]), default="text", help="As what; default: text."
)
@rehearse_option
@json_option
@folder_option
@paged
@click.pass_context
def show(ctx: click.Context, id_: int, format_: str, *, rehearse: bool, as_json: bool) -> None:
    """Show a letter or post as it was queued, which is how it leaves or left: to whom, and every word.

    Its date is set when it leaves; the ledger has it: outreach log.
    """
    workspace = open_to_look(ctx, rehearse=rehearse)
    stored = stored_message(workspace, id_)
    if as_json:
        texts = {"text": body_of(stored.content), "html": body_of(stored.content, "html")}
        files = [
            {"name": each.name, "media_type": each.media_type, "size": each.size, "sha256": each.digest}
            for each in stored.attachments
        ]
        print_json({**_as_json(stored.entry), **texts, "attachments": files})
    elif format_ == "eml":
        sys.stdout.buffer.write(stored.whole)
    elif format_ == "html":
        click.echo(body_of(stored.content, "html"))
    else:
        say_rehearsal(workspace)
        for line in _heading(workspace, stored.entry):
            say(line)
        for each in stored.attachments:
            say(f"Attached: {file_words(each)}")
        say()
        for line in body_of(stored.content).splitlines():
            say(line, hanging=0)


def _heading(workspace: Workspace, entry: Entry) -> Iterator[str]:
    """Say which message it is, what became of it, to whom it goes and what it is about."""
    key, zone = entry.key, workspace.campaign.settings.timezone
    who = workspace.campaign.registry.states[key.mission].name if key.mission else key.channel
    yield f"{entry.id}: {key.shown_round} to {who}, about {', '.join(key.cases)}, ask {key.ask} ({entry.language})"
    taken = f" on {local_minute(entry.taken_at, zone)}" if entry.taken_at else ""
    when = f", to go at {said(entry.not_before, zone)}" if entry.status in WAITING and entry.not_before > now() else ""
    yield f"{entry.status.value}{taken}{when}{f': {entry.detail}' if entry.detail else ''}"
    if key.kind is MessageKind.POST:
        yield f"{key.part} on {key.channel}{f': {entry.address}' if entry.address else ''}"
        return
    to, *copies = entry.recipients or ("",)
    yield f"To: {to}"
    if copies:
        yield f"Cc: {', '.join(copies)}"
    yield f"Subject: {entry.subject}"


def _of_supporters(result: "RunResult", names: tuple[Status, ...]) -> dict[str, int]:
    found = result.supporters
    return {**{name.value: found.outcome.counts[name] for name in names}, "waiting": found.waiting} if found else {}


@queue.command()
@case_option
@click.option("--watch", is_flag=True, help="Go on until nothing waits any more.")
@click.option("--now", "although_paused", is_flag=True, help="Although it pauses, for a provider's limit or the like.")
@click.option("--after-deadline", is_flag=True, help="Also what waited until its ask's date was past.")
@although_unread_option
@rehearse_option
@yes_option
@json_option
@folder_option
@click.pass_context
def run(
    ctx: click.Context,
    case_slug: str | None,
    *,
    watch: bool,
    although_paused: bool,
    after_deadline: bool,
    although_unread: bool,
    rehearse: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Send what is queued and due. It does not ask: somebody agreed when it was queued.

    Mails to supporters leave beside the letters (docs/supporters.md), and --watch then goes on until Ctrl-C.

    Where a provider's limit was met it pauses until that has passed; --watch waits so long, --now does not, and takes
    the letters that wait for it. Letters that a person gave a time (send --at) and quiet hours wait all the same.
    """
    from outreach.cli.common.running import RunDisplay, exit_status, explain, tell_why
    from outreach.services.sending.running import RunRequest, run_queue

    del yes  # taken for uniformity
    workspace = open_to_go_on(ctx, rehearse=rehearse)
    scope = replace(
        workspace.scope(case=case_slug),
        after_deadline=after_deadline,
        although_unread=now() if although_unread else None,
    )
    with RunDisplay(workspace, quiet=as_json).listening() as display:
        result = run_queue(
            workspace, RunRequest(scope, watch=watch, although_paused=although_paused), display, display.stop
        )
    if as_json:
        names = (Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED)
        print_json(
            {
                **{name.value: result.counts[name] for name in names},
                "waiting": result.waiting,
                "in_doubt": result.in_doubt,
                "held": result.held + result.stranded,
                **({"supporters": _of_supporters(result, names)} if result.supporters else {}),
            }
        )
        tell_why(result, workspace.campaign.settings.timezone)
        ctx.exit(exit_status(result))
    ctx.exit(explain(workspace, result))
