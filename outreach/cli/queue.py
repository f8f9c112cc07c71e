"""`outreach queue`: the outbox, and what people decide about single messages."""

import sys
import time
from collections.abc import Sequence
from datetime import timedelta

import click

from outreach.cli.options import case_option, folder_option, json_option, rehearse_option, yes_option
from outreach.cli.output import counted, print_json, print_table, say
from outreach.cli.session import Session, make_scope, open_to_go_on, open_to_look, say_rehearsal
from outreach.db import reading, writing
from outreach.errors import UsageError
from outreach.outbox.models import Entry, Scope
from outreach.outbox.queue import change_by_person, entries, next_due
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import now

RETRIED = (Status.DEFERRED, Status.REJECTED)
ids_argument = click.argument("ids", metavar="[ID]…", type=click.IntRange(min=1), nargs=-1)
all_option = click.option("--all", "all_", is_flag=True, help="All that this can be done to.")


@click.group()
def queue() -> None:
    """Look at the outbox; run, retry, withdraw, settle.

    Without a configured mail server, and while nothing was ever sent in earnest, these show the rehearsal's outbox.
    """


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
    scope = make_scope(session.campaign, case=case_slug, mission=mission)
    with reading(session.outbox.engine) as connection:
        found = entries(connection, scope, statuses=[Status(value) for value in statuses])
    if as_json:
        print_json([_as_json(entry) for entry in found])
        return
    say_rehearsal(session)
    columns = ("id", "State", "case", "ask", "round", "channel", "status", "tries", "recipient", "detail")
    print_table(columns, [_as_cells(entry) for entry in found])
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


def _as_cells(entry: Entry) -> tuple[object, ...]:
    key = entry.key
    what = (entry.id, key.mission, key.case, key.ask, key.round, key.channel)
    return (*what, entry.status.value, entry.attempts, "; ".join(entry.recipients), entry.detail)


@queue.command()
@case_option
@click.option("--watch", is_flag=True, help="Go on until nothing waits any more.")
@rehearse_option
@yes_option
@json_option
@folder_option
@click.pass_context
def run(ctx: click.Context, case_slug: str | None, *, watch: bool, rehearse: bool, yes: bool, as_json: bool) -> None:
    """Send what is queued and due. What was queued was agreed to, so this does not ask again."""
    from outreach.cli.running import due, exit_status, explain, tell_why, work_off

    del yes  # taken for uniformity
    session = open_to_go_on(ctx, rehearse=rehearse)
    scope = make_scope(session.campaign, case=case_slug, channel=session.channel)
    outcome = work_off(session, scope, quiet=as_json)
    while watch and not outcome.ended_early and _wait_for_next(session, scope):
        earlier, outcome = outcome.counts, work_off(session, scope, quiet=as_json)
        outcome.counts.update(earlier)
    if as_json:
        names = (Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED)
        print_json({**{name.value: outcome.counts[name] for name in names}, "waiting": due(session, scope)})
        tell_why(outcome)
        ctx.exit(exit_status(outcome))
    ctx.exit(explain(session, scope, outcome))


def _wait_for_next(session: Session, scope: Scope) -> bool:
    """Sleep until the next message may go; False when none waits."""
    with reading(session.outbox.engine) as connection:
        moment = next_due(connection, scope)
    if moment is None:
        return False
    time.sleep(max(timedelta(0), moment - now()).total_seconds())
    return True


@queue.command()
@ids_argument
@all_option
@case_option
@rehearse_option
@json_option
@folder_option
@click.pass_context
def retry(
    ctx: click.Context,
    ids: tuple[int, ...],
    case_slug: str | None,
    *,
    all_: bool,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Queue deferred or rejected messages again, to go with the next run."""
    session = open_to_look(ctx, rehearse=rehearse)
    chosen = _choose(session, ids, RETRIED, case_slug, all_=all_)
    _change(session, chosen, Status.QUEUED, "a person: outreach queue retry")
    _report(chosen, "queued again; send them with: outreach queue run", as_json=as_json)


@queue.command()
@ids_argument
@case_option
@yes_option
@rehearse_option
@json_option
@folder_option
@click.pass_context
def withdraw(
    ctx: click.Context,
    ids: tuple[int, ...],
    case_slug: str | None,
    *,
    yes: bool,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Take messages back that have not left: by ID, or all of a case. For ever: they cannot be queued again."""
    session = open_to_look(ctx, rehearse=rehearse)
    chosen = _choose(session, ids, tuple(WAITING), case_slug, all_=case_slug is not None)
    if chosen and not yes and sys.stdin.isatty():
        question = (
            f"Withdraw {counted(len(chosen), 'message')}? What is withdrawn can never be sent to that mission again."
        )
        click.confirm(question, abort=True)
    _change(session, chosen, Status.WITHDRAWN, "a person: outreach queue withdraw")
    _report(chosen, "withdrawn", as_json=as_json)


@queue.command()
@ids_argument
@all_option
@click.option("--sent/--not-sent", "sent", default=None, help="What you found out.")
@case_option
@rehearse_option
@json_option
@folder_option
@click.pass_context
def settle(
    ctx: click.Context,
    ids: tuple[int, ...],
    case_slug: str | None,
    *,
    all_: bool,
    sent: bool | None,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Say what became of unconfirmed messages: they were sent, or they were not and are queued again."""
    if sent is None:
        raise UsageError(
            "say what you found out: add --sent (it arrived) or --not-sent (it did not; it is queued again)"
        )
    session = open_to_look(ctx, rehearse=rehearse)
    chosen = _choose(session, ids, (Status.UNCONFIRMED,), case_slug, all_=all_)
    to = Status.SENT if sent else Status.QUEUED
    _change(session, chosen, to, f"a person: outreach queue settle --{'sent' if sent else 'not-sent'}")
    _report(
        chosen,
        "settled as sent" if sent else "queued again; send them with: outreach queue run",
        as_json=as_json,
    )


def _choose(
    session: Session, ids: Sequence[int], wanted: tuple[Status, ...], case: str | None, *, all_: bool
) -> list[Entry]:
    """The messages meant; UsageError when an id is unknown or the change is not allowed for one of them."""
    if not ids and not all_:
        raise UsageError("say which: one or more IDs from `outreach queue list`, or --all (withdraw: --case SLUG)")
    with reading(session.outbox.engine) as connection:
        scope = make_scope(session.campaign, case=case)
        found = entries(connection, scope, ids=ids, statuses=() if ids else wanted)
    missing = sorted(set(ids) - {entry.id for entry in found})
    wrong = [entry for entry in found if entry.status not in wanted]
    if missing or wrong:
        complaints = [f"there is no message {id_}" for id_ in missing]
        complaints += [f"message {entry.id} is {entry.status}, not {' or '.join(wanted)}" for entry in wrong]
        raise UsageError(f"{'; '.join(complaints)}. Nothing was changed; see: outreach queue list")
    return found


def _change(session: Session, chosen: Sequence[Entry], to: Status, who: str) -> None:
    from outreach.outbox.ledger import LostClaim

    try:
        with writing(session.outbox.engine) as connection:
            change_by_person(connection, chosen, to, now(), who, "")
    except LostClaim:
        raise UsageError("a run was at work on these at the same moment; nothing was changed. Try again") from None


def _report(chosen: Sequence[Entry], words: str, *, as_json: bool) -> None:
    if as_json:
        print_json([entry.id for entry in chosen])
    else:
        say(f"{counted(len(chosen), 'message')} {words}" if chosen else "There is nothing to do: no such messages.")
