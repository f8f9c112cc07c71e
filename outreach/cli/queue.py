"""`outreach queue`: the outbox, listed and worked off; what people decide about it is in decide.py."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import click

from outreach.cli.decide import retry, settle, withdraw
from outreach.cli.options import case_option, folder_option, json_option, rehearse_option, yes_option
from outreach.cli.output import counted, note, print_json, print_table, say
from outreach.cli.routes import Resting, next_event, next_moment, stranded
from outreach.cli.session import Session, make_scope, open_to_go_on, open_to_look, say_rehearsal
from outreach.db.engine import reading
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.prepare import held_back
from outreach.outbox.models import Entry, Scope
from outreach.outbox.queue import entries
from outreach.outbox.sending.outcome import Outcome, rests, together
from outreach.outbox.status import Status
from outreach.outbox.store import now

LOOK = timedelta(seconds=5)  # how often --watch looks whether anything else is due sooner


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
    }


def _as_cells(session: Session, entry: Entry) -> tuple[object, ...]:
    key, status = entry.key, entry.status.value
    put_off = entry.status is Status.QUEUED and entry.not_before > now()
    if put_off or entry.status is Status.DEFERRED:
        status += f" until {entry.not_before.astimezone(session.campaign.settings.timezone):%d %b %H:%M}"
    what = (entry.id, key.mission, key.case, key.shown_round, status, entry.attempts)
    to = f"{key.part} on {key.channel}" if key.kind is MessageKind.POST else "; ".join(entry.recipients)
    return (*what, to, entry.detail)


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
    from outreach.cli.running import due, exit_status, explain, in_doubt, tell_why

    del yes  # taken for uniformity
    session = open_to_go_on(ctx, rehearse=rehearse)
    scope = replace(make_scope(session, case=case_slug), after_deadline=after_deadline)
    outcome = _run_through(ctx, session, scope, rehearse=rehearse, watch=watch, quiet=as_json)
    if as_json:
        names = (Status.SENT, Status.DEFERRED, Status.REJECTED, Status.UNCONFIRMED)
        print_json(
            {
                **{name.value: outcome.counts[name] for name in names},
                "waiting": due(session, scope),
                "in_doubt": in_doubt(session, scope),
                "held": outcome.held,
            }
        )
        tell_why(outcome)
        ctx.exit(exit_status(outcome))
    ctx.exit(explain(session, scope, outcome))


def _run_through(
    ctx: click.Context, session: Session, scope: Scope, *, rehearse: bool, watch: bool, quiet: bool
) -> Outcome:
    """Work off every channel; with `watch` again whenever something is due, as long as a channel is left that works."""
    from outreach.cli.running import work_off_each

    channels = session.channels
    lost = _say_stranded(session, scope)
    outcomes, held = work_off_each(session, scope, channels, quiet=quiet)
    while (
        watch
        and (channels := _still_at_work(outcomes, channels))
        and _wait_for_next(session, scope, channels, rests(outcomes.values()), quiet=quiet)
    ):
        # Read again what people edit: consent may have been taken back in the meantime.
        session = open_to_go_on(ctx, rehearse=rehearse)
        channels = tuple(name for name in channels if name in session.channels)
        newer, held = work_off_each(session, scope, channels, quiet=quiet, earlier=outcomes)
        for name, outcome in newer.items():
            outcome.add_earlier(outcomes[name])
            outcomes[name] = outcome
    whole = together(list(outcomes.values()))
    whole.held = held + lost
    return whole


def _still_at_work(outcomes: Mapping[str, Outcome], channels: Sequence[str]) -> tuple[str, ...]:
    """The channels that go on: one that is paused does not stop the others, a full disk or a person stops all."""
    if any(outcome.stopped or outcome.storage for outcome in outcomes.values()):
        return ()
    return tuple(name for name in channels if not outcomes[name].ended_early)


def _say_stranded(session: Session, scope: Scope) -> int:
    """Say what waits for a channel that nothing leaves through from here; how many these are."""
    lost = stranded(session, scope)
    for channel in sorted({entry.key.channel for entry in lost}):
        ids = [entry.id for entry in lost if entry.key.channel == channel]
        what = "no mail server" if channel == "smtp" else "no account"
        listed = " ".join(map(str, ids[:10])) + (" …" if len(ids) > 10 else "")
        note(f"{counted(len(ids), 'message')} for {channel} cannot leave: {what} is configured. See docs/settings.md,")
        note(f"  or withdraw with: outreach queue withdraw {listed}{session.flag}")
    return len(lost)


def _wait_for_next(session: Session, scope: Scope, channels: Sequence[str], resting: Resting, *, quiet: bool) -> bool:
    """Sleep until the next message may go, or one in doubt be settled; False when there is none but what is held back.

    It looks again and again: a laptop that slept has slept through part of any long wait, and what is queued or
    withdrawn meanwhile changes whose turn it is.
    """
    from outreach.cli.running import say_waiting

    held = tuple(held_back(session.campaign, session.outbox, scope, session.answered()))
    scopes = [replace(scope, channel=name, without=held) for name in channels]
    moment = next_event(session, scopes, resting)
    if not quiet and moment and moment > now():
        say_waiting(session, scope, moment, to_send=moment == next_moment(session, scopes, resting))
    while moment and (left := moment - now()) > timedelta(0):
        time.sleep(min(left, LOOK).total_seconds())
        moment = next_event(session, scopes, resting)
    return moment is not None
