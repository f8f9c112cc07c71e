"""`outreach log`: the ledger, oldest entry first."""

import click

from outreach.cli.common.opening import open_to_look, say_rehearsal
from outreach.cli.common.options import case_option, csv_option, folder_option, json_option, rehearse_option
from outreach.cli.common.terminal.output import on_terminal, print_csv, print_json_lines, print_table
from outreach.cli.common.terminal.pager import paged
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import LedgerEntry
from outreach.outbox.status import Status
from outreach.services import reporting

SECOND, MINUTE = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"  # a terminal has no room for seconds


@click.command()
@case_option
@click.option("--mission", metavar="STATE", help="Only this mission: DEU, de or Germany.")
@click.option("--ask", "ask_id", metavar="ID", help="Only this ask.")
@click.option("--channel", metavar="NAME", help="Only this channel: smtp, x, bluesky, mastodon.")
@rehearse_option
@json_option
@csv_option
@folder_option
@paged
@click.pass_context
def log(
    ctx: click.Context,
    case_slug: str | None,
    mission: str | None,
    ask_id: str | None,
    channel: str | None,
    *,
    rehearse: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show every change of status there ever was: which States received which asks, when, and how that is known."""
    workspace = open_to_look(ctx, rehearse=rehearse)
    scope = workspace.scope(case=case_slug, ask=ask_id, channel=channel, mission=mission)
    lines = reporting.ledger(workspace, scope)
    if as_json:
        print_json_lines(_as_json(line.entry, line.address) for line in lines)
        return
    if as_csv:
        print_csv([_as_json(line.entry, line.address) for line in lines])
        return
    say_rehearsal(workspace)
    zone = workspace.campaign.settings.timezone
    columns = ("at", "ID", "State", "case", "round", "change", "who and why")
    form = MINUTE if on_terminal() else SECOND
    rows = [(f"{line.entry.at.astimezone(zone):{form}}", *_as_cells(line.entry, line.address)) for line in lines]
    print_table(columns, rows, wrap=("who and why",), cut=("case",), drop=("round",))


def _as_json(entry: LedgerEntry, address: str) -> dict[str, object]:
    key = entry.key
    return {
        "at": entry.at.isoformat(),
        "message": entry.message,
        "case": key.cases[0],
        "ask": key.ask,
        "kind": key.kind.value,
        "round": key.shown_round,
        "channel": key.channel,
        "state": key.mission,
        "from": entry.was.value if entry.was else None,
        "to": entry.to.value,
        "detail": entry.detail,
        "by": entry.by,
        "part": key.part,
        "address": address,
        "cases": list(key.cases),
    }


def _as_cells(entry: LedgerEntry, address: str) -> tuple[object, ...]:
    """Give the cells but the first. A post shows its network and part in place of a round, and its address once out."""
    key = entry.key
    round_ = f"{key.channel} {key.part}" if key.kind is MessageKind.POST else key.shown_round
    out = address if entry.to is Status.SENT and address not in entry.detail else ""
    change = f"{entry.was.value if entry.was else '–'} → {entry.to.value}"
    # A worker's name is a machine and a process: only --json needs it.
    who = "" if "/" in entry.by else entry.by
    return (
        entry.message,
        key.mission,
        key.shown_cases,
        round_,
        change,
        "; ".join(filter(None, (who, entry.detail, out))),
    )
