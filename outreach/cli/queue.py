"""`outreach queue`: the outbox, listed and worked off; what people decide about it is in decide.py."""

import time
from dataclasses import replace
from datetime import timedelta

import click

from outreach.cli.decide import retry, settle, withdraw
from outreach.cli.options import case_option, folder_option, json_option, rehearse_option, yes_option
from outreach.cli.output import counted, print_json, print_table, say
from outreach.cli.session import Session, make_scope, open_to_go_on, open_to_look, say_rehearsal
from outreach.db import reading
from outreach.outbox.models import Entry, Scope
from outreach.outbox.prepare import held_back
from outreach.outbox.queue import entries, next_due
from outreach.outbox.status import Status
from outreach.outbox.store import now


@click.group()
def queue() -> None:
    """Look at the outbox; run, retry, withdraw, settle.

    Without a configured mail server, and while nothing was ever sent in earnest, these show the rehearsal's outbox.
    """


queue.add_command(retry)
queue.add_command(withdraw)
queue.add_command(settle)


@queue.command("list")
@case_option
@click.option("--status", "statuses", type=click.Choice([s.value for s in Status]), multiple=True, help="Only these.")
@click.option("--mission", metavar="STATE", help="Only this mission: DEU, de or Germany.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def list_(
    ctx: click.Context,
    case_slug: str | None,
    statuses: tuple[str, ...],
    mission: str | None,
    *,
    rehearse: bool,
    as_json: bool,
) -> None:
    """List messages with their status."""
    session = open_to_look(ctx, rehearse=rehearse)
    scope = make_scope(session, case=case_slug, mission=mission)
    with reading(session.outbox.engine) as connection:
        found = entries(connection, scope, statuses=[Status(value) for value in statuses])
    if as_json:
        print_json([_as_json(entry) for entry in found])
        return
    say_rehearsal(session)
    columns = ("ID", "State", "case", "round", "status", "tries", "recipient", "detail")
    print_table(columns, [_as_cells(session, entry) for entry in found], wrap=("detail",))
    say(counted(len(found), "message"))


def _as_json(entry: Entry) -> dict[str, object]:
    key = entry.key
    return {
        "id": entry.id,
        "message_id": entry.message_id,
        "case": key.case,
        "ask": key.ask,
        "round": key.round,
        "channel": key.channel,
        "state": key.mission,
        "recipient": ";".join(entry.recipients),
        "language": entry.language,
        "subject": entry.subject,
        "status": entry.status.value,
        "attempts": entry.attempts,
        "not_before": entry.not_before.isoformat(),
        "detail": entry.detail,
    }


def _as_cells(session: Session, entry: Entry) -> tuple[object, ...]:
    key, status = entry.key, entry.status.value
    if entry.status is Status.DEFERRED:
        status += f" until {entry.not_before.astimezone(session.campaign.settings.timezone):%d %b %H:%M}"
    what = (entry.id, key.mission, key.case, key.round, status, entry.attempts)
    return (*what, "; ".join(entry.recipients), entry.detail)


@queue.command()
@case_option
@click.option("--watch", is_flag=True, help="Go on until nothing waits any more.")
@click.option("--after-deadline", is_flag=True, help="Also what waited until its ask's date was past.")
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
    after_deadline: bool,
    rehearse: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Send what is queued and due. What was queued was agreed to, so this does not ask again."""
    from outreach.cli.running import due, exit_status, explain, tell_why, work_off

    del yes  # taken for uniformity
    session = open_to_go_on(ctx, rehearse=rehearse)
    scope = replace(make_scope(session, case=case_slug, channel=session.channel), after_deadline=after_deadline)
    outcome = work_off(session, scope, quiet=as_json)
    while watch and not outcome.ended_early and _wait_for_next(session, scope):
        # Read again what people edit: consent may have been taken back in the meantime.
        session = open_to_go_on(ctx, rehearse=rehearse)
        earlier, outcome = outcome.counts, work_off(session, scope, quiet=as_json)
        outcome.counts.update(earlier)
    if as_json:
        names = (Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED)
        print_json(
            {
                **{name.value: outcome.counts[name] for name in names},
                "waiting": due(session, scope),
                "held": outcome.held,
            }
        )
        tell_why(outcome)
        ctx.exit(exit_status(outcome))
    ctx.exit(explain(session, scope, outcome))


def _wait_for_next(session: Session, scope: Scope) -> bool:
    """Sleep until the next message may go; False when none waits but what is held back."""
    held = tuple(held_back(session.campaign, session.outbox, scope, session.answered()))
    with reading(session.outbox.engine) as connection:
        moment = next_due(connection, replace(scope, without=held))
    if moment is None:
        return False
    time.sleep(max(timedelta(0), moment - now()).total_seconds())
    return True
