"""`outreach post`: plan, show, ask, queue, and publish what is due; the rest goes with `outreach queue run`."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import click

from outreach.cases.ask import choose_ask
from outreach.cases.load import find_case
from outreach.cli.agreement import IN_EARNEST, agreed
from outreach.cli.options import folder_option, json_option, read_networks, rehearse_option, via_option, yes_option
from outreach.cli.output import counted, note, print_json, say
from outreach.cli.post_delete import delete_post
from outreach.cli.post_plan import as_json as post_as_json
from outreach.cli.post_plan import leaves_now, show_plan
from outreach.cli.routes import next_event
from outreach.cli.session import Session, open_to_post
from outreach.db.engine import writing
from outreach.errors import DeliveryError, UsageError
from outreach.outbox.models import Scope
from outreach.outbox.posts.plan import PostRequest
from outreach.outbox.posts.prepare import PreparedPosts, prepare_posts
from outreach.outbox.posts.schedule import read_moment
from outreach.outbox.queue import enqueue
from outreach.outbox.sending.outcome import Outcome, rests, together
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.rendering.posts.writer import Limit
from outreach.settings.accounts import NETWORKS
from outreach.settings.campaign import LANGUAGES

ACTOR = "outreach post"


@click.command()
@click.option("--case", "case_slug", metavar="SLUG", help="The case, for example viasna.")
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the only one, or the next by date.")
@via_option
@click.option("--only", metavar="NAME", multiple=True, help="Only the post of this name, for example solidarity.")
@click.option("--language", "languages", metavar="LANG", multiple=True, help="In this language; repeatable.")
@click.option("--to", metavar="SELECTION", multiple=True, help="Whom to address, instead of the ask's own selection.")
@click.option("--at", metavar="TIME", help='Not before then, for example "2022-09-29 09:00 Europe/Zurich".')
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
        delete_post(ctx, delete_id, rehearse=rehearse, yes=yes, as_json=as_json)
        return
    if case_slug is None:
        raise UsageError("say which case: outreach post --case SLUG; see: outreach cases list")
    networks = read_networks(via)
    session = open_to_post(ctx, networks, rehearse=rehearse)
    campaign = session.campaign
    rehearsal = session.outbox.rehearsal
    request = PostRequest(
        case=find_case(campaign.cases, case_slug),
        ask=choose_ask(campaign.asks, ask_id, campaign.today()),
        networks=networks or (NETWORKS if rehearsal else campaign.settings.networks),
        languages=_languages(languages, campaign.settings.campaign.languages),
        only=tuple(name.strip() for text in only for name in text.split(",")),
        to=to,
        at=_moment(session, at),
        rehearsal=rehearsal,
        after_deadline=after_deadline,
    )
    prepared = prepare_posts(campaign, session.outbox, _with_limits(session, request), now())
    if not as_json:
        show_plan(session, prepared)
    if dry_run:
        _finish_dry(session, prepared, as_json=as_json)
    elif not _agreed(prepared, yes=yes, as_json=as_json):
        say("Nothing was queued or posted.")
    else:
        _queue_and_post(ctx, session, prepared, as_json=as_json)


def _languages(wanted: Sequence[str], offered: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip().lower() for text in wanted for name in text.split(",")]
    unknown = [name for name in names if name not in LANGUAGES or name not in offered]
    if unknown:
        raise UsageError(f"--language '{unknown[0][:60]}': the campaign is in {', '.join(offered)}")
    return tuple(dict.fromkeys(names))


def _moment(session: Session, text: str | None) -> datetime | None:
    """What --at means. A moment that is past can only be meant in a rehearsal."""
    if text is None:
        return None
    moment = read_moment(text, session.campaign.settings.posts_timezone)
    if moment > now():
        return moment
    if not session.outbox.rehearsal:
        raise UsageError(f"--at '{text[:60]}' is past. Leave --at out to post as soon as may be")
    note(f"--at '{text[:60]}' is past: in this rehearsal the posts go at once.")
    return None


def _with_limits(session: Session, request: PostRequest) -> PostRequest:
    """The limits of the campaign's own Mastodon server, where it can be asked; else the usual ones."""
    settings = session.campaign.settings
    if "mastodon" not in request.networks or session.outbox.rehearsal or not settings.mastodon.configured:
        return request
    try:
        characters, link = asyncio.run(_ask_server(session))
    except DeliveryError as error:
        note(f"The Mastodon server does not say how long a post may be ({error.detail}); 500 characters are taken.")
        return request
    return replace(request, limits={"mastodon": Limit("mastodon", characters, link=link)})


async def _ask_server(session: Session) -> tuple[int, int]:
    from outreach.channels.mastodon.channel import MastodonChannel

    async with MastodonChannel.for_campaign(session.campaign.folder, session.campaign.settings) as channel:
        limits = await channel.limits_of_server()
        return limits.characters, limits.link


def _agreed(prepared: PreparedPosts, *, yes: bool, as_json: bool) -> bool:
    if prepared.request.rehearsal or not (prepared.plan.posts or prepared.earlier.number):
        return True
    return agreed(_question(prepared), IN_EARNEST.format("posting"), yes=yes, as_json=as_json)


def _question(prepared: PreparedPosts) -> str:
    first = leaves_now(prepared, now())
    new = f"Queue {counted(len(prepared.plan.posts), 'post')}{f'; {first} of them now' if first else ', for later'}"
    number = prepared.earlier.number
    earlier = f"with {number} queued earlier" if number else ""
    if not prepared.plan.posts:
        return f"Go on {earlier}?"
    return f"{new}, and go on {earlier}?" if earlier else f"{new}?"


def _finish_dry(session: Session, prepared: PreparedPosts, *, as_json: bool) -> None:
    if as_json:
        scope = replace(prepared.scope, only=prepared.earlier.ids)
        print_json(_summary(session, prepared, scope, queued=0, outcome=Outcome()))
    else:
        say("A dry run: nothing was queued or posted.")


def _queue_and_post(ctx: click.Context, session: Session, prepared: PreparedPosts, *, as_json: bool) -> None:
    from outreach.cli.running import exit_status, explain, tell_why, work_off_each

    with writing(session.outbox.engine) as connection:
        new = enqueue(connection, prepared.drafts, now(), ACTOR)
    queued, scope = len(new), replace(prepared.scope, only=(*prepared.earlier.ids, *new))
    outcomes, held = work_off_each(session, scope, prepared.request.networks, quiet=True)
    outcome = together(list(outcomes.values()))
    outcome.held = held
    if as_json:
        print_json(_summary(session, prepared, scope, queued=queued, outcome=outcome))
        tell_why(outcome)
        ctx.exit(exit_status(outcome))
    say(f"{counted(queued, 'post')} queued." if queued else "There is nothing new to post.")
    ctx.exit(explain(session, scope, outcome))


def _summary(
    session: Session, prepared: PreparedPosts, scope: Scope, *, queued: int, outcome: Outcome
) -> dict[str, object]:
    from outreach.cli.running import due, in_doubt, reasons

    scopes = [replace(scope, channel=name) for name in session.channels]
    moment = next_event(session, scopes, rests([outcome, *outcome.others]))
    return {
        "planned": len(prepared.drafts),
        "queued": queued,
        "sent": outcome.counts[Status.SENT],
        "deferred": outcome.counts[Status.DEFERRED],
        "rejected": outcome.counts[Status.REJECTED],
        "unconfirmed": outcome.counts[Status.UNCONFIRMED],
        "excluded": prepared.plan.reasons,
        "waiting": due(session, scope),
        "in_doubt": in_doubt(session, scope),
        "next": moment.isoformat() if moment else None,
        "held": outcome.held,
        "rehearsal": session.outbox.rehearsal,
        "paused": " ".join(reasons(outcome)) or None,
        "posts": [post_as_json(prepared, planned) for planned in prepared.plan.posts],
    }
