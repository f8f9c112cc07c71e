"""`outreach post`: plan, show, ask, queue, and publish what is due; or take a post down again."""

from collections.abc import Sequence
from dataclasses import replace

import click

from outreach.cli.common.events import say_event
from outreach.cli.common.moments import at_option, read_at
from outreach.cli.common.opening import open_to_look, open_to_post
from outreach.cli.common.options import (
    folder_option,
    json_option,
    read_networks,
    rehearse_option,
    via_option,
    yes_option,
)
from outreach.cli.common.running import RunDisplay, exit_status, explain, reasons, tell_why
from outreach.cli.common.terminal.confirmation import IN_EARNEST, confirmed
from outreach.cli.common.terminal.output import print_json, say
from outreach.cli.posts.plan import as_json as post_as_json
from outreach.cli.posts.plan import leaves_now, show_plan
from outreach.errors import UsageError
from outreach.outbox.posts.prepare import PreparedPosts
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.services.sending.posts import PublishRequest, delete_post, find_published, plan_posts, publish_posts
from outreach.services.sending.running import RunRequest, RunResult, look_ahead
from outreach.services.workspace import Workspace, require_checked_facts
from outreach.text import counted

ACTOR = "outreach post"
DELETE = "a person: outreach post --delete"


@click.command()
@click.option("--case", "case_slug", metavar="SLUG", help="The case, for example viasna.")
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the only one, or the next by date.")
@via_option
@click.option("--only", metavar="NAME", multiple=True, help="Only the post of this name, for example solidarity.")
@click.option("--language", "languages", metavar="LANG", multiple=True, help="In this language; repeatable.")
@click.option("--to", metavar="SELECTION", multiple=True, help="Whom to address, instead of the ask's own selection.")
@at_option
@click.option("--delete", "delete_id", type=click.IntRange(1, 2**63 - 1), metavar="ID", help="Delete a post again.")
@click.option("--dry-run", is_flag=True, help="Show the plan; queue and post nothing.")
@click.option("--after-deadline", is_flag=True, help="Although the ask's date is past.")
@rehearse_option
@yes_option
@json_option
@folder_option
@click.pass_context
def post(
    ctx: click.Context,
    case_slug: str | None,
    ask_id: str | None,
    via: tuple[str, ...],
    only: tuple[str, ...],
    languages: tuple[str, ...],
    to: tuple[str, ...],
    at: str | None,
    delete_id: int | None,
    *,
    dry_run: bool,
    after_deadline: bool,
    rehearse: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Publish a case's posts from the campaign's own accounts, each exactly once and spaced out.

    Without a configured account this is a rehearsal: posts land in the folder rehearsal. With one it shows the plan and
    asks first. What is not due yet waits in the queue: `outreach queue run --watch` posts it, `outreach queue withdraw`
    takes it back.
    """
    if delete_id is not None:
        _delete(open_to_look(ctx, rehearse=rehearse), delete_id, yes=yes, as_json=as_json)
        return
    if case_slug is None:
        raise UsageError("say which case: outreach post --case SLUG; see: outreach cases list")
    networks = read_networks(via)
    workspace = open_to_post(ctx, networks, rehearse=rehearse)
    request = PublishRequest(
        case=case_slug,
        ask=ask_id,
        networks=networks,
        languages=tuple(dict.fromkeys(_names(languages, lower=True))),
        only=tuple(_names(only)),
        to=to,
        at=read_at(workspace, at, workspace.campaign.settings.posts_timezone, verb="post", what="posts"),
        after_deadline=after_deadline,
    )
    prepared = plan_posts(workspace, request, say_event)
    if not dry_run:
        require_checked_facts(workspace, (prepared.request.case,), prepared.drafts)
    if not as_json:
        show_plan(workspace, prepared)
    if dry_run:
        _finish_dry(workspace, prepared, as_json=as_json)
    elif not _agreed(prepared, yes=yes, as_json=as_json):
        say("Nothing was queued or posted.")
    else:
        ctx.exit(_publish(workspace, prepared, as_json=as_json))


def _names(typed: Sequence[str], *, lower: bool = False) -> list[str]:
    """Read names typed as "a,b" or one by one."""
    names = [name.strip() for text in typed for name in text.split(",")]
    return [name.lower() for name in names] if lower else names


def _agreed(prepared: PreparedPosts, *, yes: bool, as_json: bool) -> bool:
    if prepared.request.rehearsal or not (prepared.plan.posts or prepared.earlier.number):
        return True
    return confirmed(_question(prepared), IN_EARNEST.format("posting"), yes=yes, as_json=as_json)


def _question(prepared: PreparedPosts) -> str:
    first = leaves_now(prepared, now())
    new = f"Queue {counted(len(prepared.plan.posts), 'post')}{f'; {first} of them now' if first else ', for later'}"
    number = prepared.earlier.number
    earlier = f"with {number} queued earlier" if number else ""
    if not prepared.plan.posts:
        return f"Go on {earlier}?"
    return f"{new}, and go on {earlier}?" if earlier else f"{new}?"


def _finish_dry(workspace: Workspace, prepared: PreparedPosts, *, as_json: bool) -> None:
    if as_json:
        scope = replace(prepared.scope, only=prepared.earlier.ids)
        print_json(_summary(workspace, prepared, look_ahead(workspace, RunRequest(scope)), queued=0))
    else:
        say("A dry run: nothing was queued or posted.")


def _publish(workspace: Workspace, prepared: PreparedPosts, *, as_json: bool) -> int:
    """Queue and publish; the exit status."""
    with RunDisplay(workspace, quiet=as_json, bar=False).listening() as display:
        done = publish_posts(workspace, prepared, ACTOR, display, display.stop)
    if as_json:
        print_json(_summary(workspace, prepared, done.run, queued=done.queued))
        tell_why(done.run, workspace.campaign.settings.timezone)
        return exit_status(done.run)
    say(f"{counted(done.queued, 'post')} queued." if done.queued else "There is nothing new to post.")
    return explain(workspace, done.run)


def _summary(workspace: Workspace, prepared: PreparedPosts, run: RunResult, *, queued: int) -> dict[str, object]:
    return {
        "planned": len(prepared.drafts),
        "queued": queued,
        "sent": run.counts[Status.SENT],
        "deferred": run.counts[Status.DEFERRED],
        "rejected": run.counts[Status.REJECTED],
        "unconfirmed": run.counts[Status.UNCONFIRMED],
        "excluded": prepared.plan.reasons,
        "waiting": run.waiting,
        "in_doubt": run.in_doubt,
        "next": moment.isoformat() if (moment := run.next_event_at) else None,
        "held": run.held,
        "rehearsal": workspace.rehearsal,
        "paused": " ".join(reasons(run, workspace.campaign.settings.timezone)) or None,
        "posts": [post_as_json(prepared, planned) for planned in prepared.plan.posts],
    }


def _delete(workspace: Workspace, message: int, *, yes: bool, as_json: bool) -> None:
    """Take a published post down again; the ledger keeps that it was there."""
    entry = find_published(workspace, message)
    if not workspace.rehearsal:
        what = f"Post {entry.id}, {entry.key.part} on {entry.key.channel}: {entry.subject}\n  {entry.address}"
        question = f"{what}\nDelete it for ever? It can never be posted again."
        refusal = "deleting with --json or without a terminal needs --yes"
        if not confirmed(question, refusal, yes=yes, as_json=as_json):
            say("Nothing was deleted.")
            return
    deleted = delete_post(workspace, entry, DELETE)
    if as_json:
        print_json([entry.id])
        return
    others = ", ".join(f"{post.id} ({post.status.value})" for post in deleted.stays)
    say(f"Post {entry.id} is deleted.{f' What follows it in its thread stays: {others}' if others else ''}")
