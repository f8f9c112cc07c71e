"""`outreach queue retry`, `withdraw` and `settle`: what people decide about single messages."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from outreach.channels.base import Receipt
from outreach.cli.common.letters.attachments import attach_option
from outreach.cli.common.letters.notes import note_for_option
from outreach.cli.common.next_steps import command
from outreach.cli.common.opening import flag, open_to_look
from outreach.cli.common.options import case_option, folder_option, json_option, rehearse_option, yes_option
from outreach.cli.common.terminal.output import note, print_json, say
from outreach.cli.common.terminal.questions import agreed
from outreach.errors import DeliveryError, UsageError
from outreach.next_step import Action, NextStep
from outreach.outbox.models import Entry
from outreach.services.sending import queue as services
from outreach.services.sending.queue import MessageChoice, TimelineLook, stays_withdrawn, suppressed_words
from outreach.services.sending.rewriting import rewrite_messages
from outreach.services.workspace import Workspace
from outreach.text import counted, listed, local_clock, shortened

RETRY = "a person: outreach queue retry"
WITHDRAW = "a person: outreach queue withdraw"
REWRITE = "a person: outreach queue rewrite"
MOST_KEPT = 5  # messages that are named one by one
SETTLE = "a person: outreach queue settle"
ids_argument = click.argument("ids", metavar="[ID]…", type=click.IntRange(1, 2**63 - 1), nargs=-1)
all_option = click.option("--all", "all_", is_flag=True, help="All that this can be done to.")


@click.command()
@ids_argument
@all_option
@click.option("--new-address", is_flag=True, help="To the address in contacts/missions.csv now.")
@click.option("--withdrawn", is_flag=True, help="With --all: also those withdrawn of which nothing ever left.")
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
    withdrawn: bool,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Queue deferred, rejected or bounced messages again, to go with the next run.

    Letters that are queued and were put off go with it, too. By ID also withdrawn ones, as long as nothing of
    them ever left.

    What was queued keeps its address; none goes to an address that is suppressed. With --new-address a rejected or
    bounced letter, which nobody got, is written once more to the address that the mission has now, and the old one is
    withdrawn.
    """
    _require_choice("retry", ids, all_=all_, instead="--all")
    workspace, which = open_to_look(ctx, rehearse=rehearse), MessageChoice(ids, case_slug, all=all_)
    send_with = f"send them with: {command(NextStep(Action.RUN_QUEUE), rehearsal=workspace.rehearsal)}"
    if new_address:
        new = services.retry_at_new_addresses(workspace, which, RETRY)
        _report(new.ids, f"queued to new addresses; {send_with}", as_json=as_json)
        return
    again = services.retry(workspace, which, RETRY, withdrawn=withdrawn)
    if again.left_out:
        note(
            f"Left out, {suppressed_words(again.left_out)} with: "
            f"{command(NextStep(Action.UNSUPPRESS_ADDRESS), rehearsal=workspace.rehearsal)}"
        )
    if again.stay:
        note(f"Left out: {stays_withdrawn(again.stay)}.")
    if again.paused:
        zone = workspace.campaign.settings.timezone
        send_with = (
            f"sending pauses until {local_clock(again.paused.until, zone)}; to go on before that, all the same: "
            f"outreach queue run --now{flag(workspace)}"
        )
    _report(again.ids, f"queued again; {send_with}", as_json=as_json)


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
    """Withdraw messages that have not left: by ID, or all of a case. They leave only if somebody queues them again.

    The parts of a thread that reply to a withdrawn part are withdrawn with it.
    """
    _require_choice("withdraw", ids, all_=case_slug is not None, instead="--case SLUG")
    workspace = open_to_look(ctx, rehearse=rehearse)
    planned = services.plan_withdrawal(workspace, MessageChoice(ids, case_slug, all=case_slug is not None))
    chosen = planned.chosen
    _say_what_is_held(planned.held)
    if chosen and not yes and sys.stdin.isatty():
        question = (
            f"Withdraw {counted(len(chosen), 'message')}? They will not leave, unless somebody queues them again with "
            "`outreach queue retry`."
        )
        if not agreed(question):
            say("Nothing was changed.")
            return
    _report(services.withdraw(workspace, chosen, WITHDRAW), "withdrawn", as_json=as_json)


@click.command()
@ids_argument
@case_option
@attach_option
@note_for_option
@click.option("--drop-attached", is_flag=True, help="Leave out files that the case does not name now.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def rewrite(
    ctx: click.Context,
    ids: tuple[int, ...],
    case_slug: str | None,
    attach: tuple[Path, ...],
    notes: tuple[tuple[str, str], ...],
    *,
    drop_attached: bool,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Write messages anew that wait, by the files as they are now: by ID, or all of a case.

    They keep their numbers and Message-IDs, and the ledger keeps what they said before. Nothing is sent.
    """
    _require_choice("rewrite", ids, all_=case_slug is not None, instead="--case SLUG")
    workspace = open_to_look(ctx, rehearse=rehearse)
    which = MessageChoice(ids, case_slug, all=case_slug is not None)
    done = rewrite_messages(workspace, which, REWRITE, attach, notes=notes, drop_attached=drop_attached)
    for item in done.kept[:MOST_KEPT]:
        note(f"Message {item.entry.id} stays as it was: {item.why}.")
    if more := done.kept[MOST_KEPT:]:
        note(f"So do {counted(len(more), 'message')} more.")
    if done.same and not as_json:
        note(f"{counted(len(done.same), 'message')} would say the same as before.")
    for id_, paragraphs in list(done.lost.items())[:MOST_KEPT]:
        note(f"Message {id_} does not say any more: {listed([shortened(each, 80) for each in paragraphs], 3)}")
    if more_lost := max(0, len(done.lost) - MOST_KEPT):
        note(f"So it is with {counted(more_lost, 'message')} more.")
    if done.lost:
        note("What was typed for one State alone stays with: outreach queue rewrite ID --note-for STATE TEXT")
    _report(tuple(entry.id for entry in done.anew), "written anew", as_json=as_json)
    if done.kept:
        ctx.exit(1)


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
    workspace = open_to_look(ctx, rehearse=rehearse)
    scope = workspace.scope(case=case_slug)
    if not sent and not not_sent and (found := services.look_for_posts(workspace, scope, ids)):
        _say_found(workspace, found, as_json=as_json)
        return
    if sent == not_sent:
        listed = " ".join(map(str, services.unconfirmed(workspace, scope)))
        if listed or ids or all_ or sent:
            raise UsageError(
                "say what you found out, one of both: --sent (it arrived) or --not-sent (it did not; it is queued "
                f"again){f'; unconfirmed: {listed}' if listed else ''}"
            )
        print_json([]) if as_json else say("Nothing is unconfirmed.")
        return
    _require_choice("settle", ids, all_=all_, instead="--all")
    by = f"{SETTLE} --{'sent' if sent else 'not-sent'}"
    settled = services.settle_messages(workspace, MessageChoice(ids, case_slug, all=all_), sent=sent, by=by)
    for item in settled.taken_on_trust:
        note(f"Post {item.post.id}: {_shown(item.found)}; your word is taken.")
    run = command(NextStep(Action.RUN_QUEUE), rehearsal=workspace.rehearsal)
    _report(settled.ids, "settled as sent" if sent else f"queued again; send them with: {run}", as_json=as_json)


def _require_choice(typed: str, ids: Sequence[int], *, all_: bool, instead: str) -> None:
    if not ids and not all_:
        raise UsageError(f"say which: outreach queue {typed} with IDs from `outreach queue list`, or with {instead}")


def _say_what_is_held(held: Sequence[Entry]) -> None:
    if held:
        who = ", ".join(sorted({f"process {entry.claimed_by.split('/')[1]}" for entry in held}))
        note(f"A run ({who}) is at work and holds {counted(len(held), 'message')} more: stop it with Ctrl-C first.")


def _say_found(workspace: Workspace, found: Sequence[TimelineLook], *, as_json: bool) -> None:
    """Say of each unconfirmed post what the timeline shows, and what to type."""
    if as_json:
        print_json([_as_json(item) for item in found])
        return
    for item in found:
        say(f"Post {item.post.id} on {item.post.network}: {_shown(item.found)}")
        say(f"  {_next_step(workspace, item)}")


def _next_step(workspace: Workspace, item: TimelineLook) -> str:
    settle_it = f"Settle it with: outreach queue settle {item.post.id} --sent"
    if isinstance(item.found, Receipt):
        return settle_it
    if item.until:
        until = item.until.astimezone(workspace.campaign.settings.timezone)
        return f"The server may still be at work on it until {until:%H:%M}; then: outreach queue run"
    return f"{settle_it}, or --not-sent when it is really not there"


def _shown(found: Receipt | DeliveryError | None) -> str:
    if isinstance(found, Receipt):
        return f"the timeline shows it: {found.url}"
    if found is None:
        return "the timeline does not show it (yet)"
    return f"the timeline cannot be looked at: {found.detail}"


def _as_json(item: TimelineLook) -> dict[str, object]:
    found = item.found
    return {
        "message": item.post.id,
        "found": None if isinstance(found, DeliveryError) else found is not None,
        "address": found.url if isinstance(found, Receipt) else "",
    }


def _report(ids: Sequence[int], words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(ids)
    else:
        say(f"{counted(len(ids), 'message')} {words}" if ids else "There is nothing to do: no such messages.")
