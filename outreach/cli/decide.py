"""`outreach queue retry`, `withdraw` and `settle`: what people decide about single messages."""

import sys
from collections.abc import Sequence

import click

from outreach.cli.options import case_option, folder_option, json_option, rehearse_option, yes_option
from outreach.cli.output import counted, note, print_json, say
from outreach.cli.session import Session, make_scope, open_to_look
from outreach.db.engine import reading, writing
from outreach.errors import UsageError
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import LostClaim
from outreach.outbox.letters.facts import suppressions_in_force
from outreach.outbox.letters.prepare import waiting_messages
from outreach.outbox.models import Entry, Scope
from outreach.outbox.queue import change_by_person, entries
from outreach.outbox.status import HELD, WAITING, Status
from outreach.outbox.store import now

RETRIED = (Status.DEFERRED, Status.REJECTED, Status.BOUNCED)
NOBODY_GOT = (Status.REJECTED, Status.BOUNCED)
RETRY = "a person: outreach queue retry"
ids_argument = click.argument("ids", metavar="[ID]…", type=click.IntRange(1, 2**63 - 1), nargs=-1)
all_option = click.option("--all", "all_", is_flag=True, help="All that this can be done to.")


@click.command()
@ids_argument
@all_option
@click.option("--new-address", is_flag=True, help="To the address in contacts/missions.csv now.")
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
    new_address: bool,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Queue deferred, rejected or bounced messages again, to go with the next run.

    What was queued keeps its address; none goes to an address that is suppressed. With --new-address a rejected or
    bounced letter, which nobody got, is written once more to the address that the mission has now, and the old one is
    withdrawn.
    """
    from outreach.outbox.letters.readdress import readdress

    session = open_to_look(ctx, rehearse=rehearse)
    if new_address:
        refused = _letters(_choose(session, ids, NOBODY_GOT, case_slug, all_=all_), named=bool(ids))
        try:
            new = readdress(session.campaign, session.outbox, refused, session.answered(), now(), RETRY)
        except LostClaim:
            raise UsageError("these were changed at the same moment; nothing was done. Try again") from None
        _report(new, f"queued to new addresses; {_send_with(session)}", as_json=as_json)
        return
    chosen = _open_ones(session, _choose(session, ids, RETRIED, case_slug, all_=all_), named=bool(ids))
    _change(session, chosen, Status.QUEUED, RETRY)
    _report([entry.id for entry in chosen], f"queued again; {_send_with(session)}", as_json=as_json)


@click.command()
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
    """Take messages back that have not left: by ID, or all of a case. For ever: they cannot be queued again.

    With a part of a thread goes what hangs on it.
    """
    from outreach.outbox.posts.prepare import with_what_follows

    session = open_to_look(ctx, rehearse=rehearse)
    chosen = _choose(session, ids, tuple(WAITING), case_slug, all_=case_slug is not None)
    chosen = with_what_follows(chosen, waiting_messages(session.outbox, Scope()))
    _say_what_is_held(session, case_slug)
    if chosen and not yes and sys.stdin.isatty():
        question = (
            f"Withdraw {counted(len(chosen), 'message')}? What is withdrawn can never be sent to that mission again, "
            "nor posted again."
        )
        if not click.confirm(question, default=False):
            say("Nothing was changed.")
            return
    _change(session, chosen, Status.WITHDRAWN, "a person: outreach queue withdraw")
    _report([entry.id for entry in chosen], "withdrawn", as_json=as_json)


@click.command()
@ids_argument
@all_option
@click.option("--sent", is_flag=True, help="They arrived.")
@click.option("--not-sent", is_flag=True, help="They did not arrive: they are queued again.")
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
    sent: bool,
    not_sent: bool,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Say what became of unconfirmed messages: they were sent, or they were not and are queued again.

    Of posts it is looked up first; without --sent and --not-sent it says what the account's own timeline shows.
    """
    from outreach.cli.settle_posts import say_timelines, settle_posts

    session = open_to_look(ctx, rehearse=rehearse)
    scope = make_scope(session, case=case_slug)
    if not sent and not not_sent and say_timelines(session, scope, ids, as_json=as_json):
        return
    if sent == not_sent:
        in_doubt = _in_doubt(session, scope)
        if in_doubt or ids or all_ or sent:
            raise UsageError(
                "say what you found out, one of both: --sent (it arrived) or --not-sent (it did not; it is queued "
                f"again){f'; unconfirmed: {in_doubt}' if in_doubt else ''}"
            )
        print_json([]) if as_json else say("Nothing is unconfirmed.")
        return
    chosen = _choose(session, ids, (Status.UNCONFIRMED,), case_slug, all_=all_)
    to = Status.SENT if sent else Status.QUEUED
    who = f"a person: outreach queue settle --{'sent' if sent else 'not-sent'}"
    settled = settle_posts(session, chosen, who, sent=sent)
    _change(session, [entry for entry in chosen if entry.id not in settled], to, who)
    _report(
        [entry.id for entry in chosen],
        "settled as sent" if sent else f"queued again; {_send_with(session)}",
        as_json=as_json,
    )


def _in_doubt(session: Session, scope: Scope) -> str:
    """The ids of all in scope that is unconfirmed."""
    with reading(session.outbox.engine) as connection:
        return " ".join(str(entry.id) for entry in entries(connection, scope, statuses=(Status.UNCONFIRMED,)))


def _say_what_is_held(session: Session, case: str | None) -> None:
    with reading(session.outbox.engine) as connection:
        held = entries(connection, make_scope(session, case=case), statuses=HELD)
    if held:
        who = ", ".join(sorted({f"process {entry.claimed_by.split('/')[1]}" for entry in held}))
        note(f"A run ({who}) is at work and holds {counted(len(held), 'message')} more: stop it with Ctrl-C first.")


def _choose(
    session: Session, ids: Sequence[int], wanted: tuple[Status, ...], case: str | None, *, all_: bool
) -> list[Entry]:
    """The messages meant; UsageError when an id is unknown or the change is not allowed for one of them."""
    if not ids and not all_:
        command = click.get_current_context().info_name
        others = "--case SLUG" if command == "withdraw" else "--all"
        raise UsageError(f"say which: outreach queue {command} with IDs from `outreach queue list`, or with {others}")
    with reading(session.outbox.engine) as connection:
        scope = make_scope(session, case=case)
        found = entries(connection, scope, ids=ids, statuses=() if ids else wanted)
    missing = sorted(set(ids) - {entry.id for entry in found})
    wrong = [entry for entry in found if entry.status not in wanted]
    if missing or wrong:
        complaints = [f"there is no message {id_}" for id_ in missing]
        complaints += [f"message {entry.id} is {entry.status}, not {' or '.join(wanted)}" for entry in wrong]
        raise UsageError(f"{'; '.join(complaints)}. Nothing was changed; see: outreach queue list{session.flag}")
    return found


def _letters(refused: Sequence[Entry], *, named: bool) -> list[Entry]:
    """Those that have an address; UsageError for a post that was named."""
    posts = [entry.id for entry in refused if entry.key.kind is MessageKind.POST]
    if posts and named:
        raise UsageError(f"message {posts[0]} is a post and has no address; leave --new-address out")
    return [entry for entry in refused if entry.key.kind is not MessageKind.POST]


def _open_ones(session: Session, chosen: Sequence[Entry], *, named: bool) -> list[Entry]:
    """Those that go to no suppressed address. UsageError for one that was named, a line for the others."""
    closed = suppressions_in_force(session.campaign, session.outbox)
    shut = {
        entry.id: f"message {entry.id} to {entry.key.mission} ({closed[address.lower()]})"
        for entry in chosen
        for address in entry.recipients
        if address.lower() in closed
    }
    if shut:
        words = (
            f"suppressed, and not written to: {'; '.join(shut.values())}. Mend the address in contacts/missions.csv "
            "and add --new-address, or write to it again with: outreach missions unsuppress STATE"
        )
        if named:
            raise UsageError(f"{words}. Nothing was changed")
        note(f"Left out, {words}")
    return [entry for entry in chosen if entry.id not in shut]


def _send_with(session: Session) -> str:
    return f"send them with: outreach queue run{session.flag}"


def _change(session: Session, chosen: Sequence[Entry], to: Status, who: str) -> None:
    try:
        with writing(session.outbox.engine) as connection:
            change_by_person(connection, chosen, to, now(), who, "")
    except LostClaim:
        raise UsageError("a run was at work on these at the same moment; nothing was changed. Try again") from None


def _report(ids: Sequence[int], words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(ids)
    else:
        say(f"{counted(len(ids), 'message')} {words}" if ids else "There is nothing to do: no such messages.")
