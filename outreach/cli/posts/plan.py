"""What a plan of posts looks like: each post as it will be read, its count, its time, and what is left out and why."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from outreach.cli.common.facts import warn_of_facts
from outreach.cli.common.terminal.output import print_table, say
from outreach.outbox.gate.objections import Reason
from outreach.outbox.posts.plan import LeftOut, PlannedPost
from outreach.outbox.posts.prepare import PreparedPosts
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.services.workspace import Workspace
from outreach.text import counted, listed, local_clock

INDENT = "    "


def show_plan(workspace: Workspace, prepared: PreparedPosts) -> None:
    """Say where and when each post goes, its whole text, and what is left out and why."""
    request, plan = prepared.request, prepared.plan
    case = f"{request.case.name} ({request.case.slug})"
    say(f"{case}, ask {request.ask.id}, posts on {', '.join(request.networks)}")
    if request.rehearsal:
        say("  a REHEARSAL: nothing leaves this machine")
    else:
        say("  from the campaign's own accounts; IN EARNEST")
    for line in _numbers(prepared):
        say(f"  {line}")
    for post in plan.posts:
        _show(workspace, prepared, post)
    if prepared.alt:
        say()
        for alt in dict.fromkeys(prepared.alt.values()):
            parts = dict.fromkeys(post.part for post, described in prepared.alt.items() if described == alt)
            say(f"Picture: {alt} (with {listed(parts)})")
    if plan.excluded:
        say()
        _left_out("left out because", plan.excluded)
    if plan.warnings:
        say("In earnest these would be left out:")
        _left_out("because", plan.warnings)
    warn_of_facts(workspace.campaign, request.case, say)


def _numbers(prepared: PreparedPosts) -> Iterator[str]:
    """Say how many posts go, what the selection misses, and what was queued earlier."""
    plan, earlier = prepared.plan, prepared.earlier
    yield f"{counted(len(plan.posts), 'post')}; {len(plan.excluded)} left out"
    yield from (f"not the whole Council: {gap}" for gap in plan.gaps)
    if waiting := len(earlier.waiting):
        yield f"{waiting} more, queued earlier and not posted yet, go too when their time has come"
    if doubtful := len(earlier.doubtful):
        yield f"{doubtful} in doubt: looked for on the timeline, and queued again only where it does not show them"


def _show(workspace: Workspace, prepared: PreparedPosts, post: PlannedPost) -> None:
    limit = prepared.request.limit(post.text.network)
    for number, text in enumerate(post.text.parts, 1):
        say()
        what = f"{post.text.network}  {post.text.name}.{post.language}{f' to {post.state}' if post.state else ''}"
        if len(post.text.parts) > 1:
            what += f"  {number} of {len(post.text.parts)}"
        say(f"  {what}  {limit.count(text)} of {limit.characters}  {_when(workspace, prepared, post)}")
        for line in text.split("\n"):
            say(f"{INDENT}{line}" if line else "")


def _when(workspace: Workspace, prepared: PreparedPosts, post: PlannedPost) -> str:
    moment = post.goes_at or now()
    local = local_clock(moment, workspace.campaign.settings.posts_timezone)
    if prepared.request.rehearsal and not prepared.request.at:
        return f"now (in earnest: {local})" if moment > now() else "now"
    return local if moment > now() else "now"


def leaves_now(prepared: PreparedPosts, at: datetime) -> int:
    """Count the posts of the plan that are due already."""
    return sum(post.goes_at is None or post.goes_at <= at for post in prepared.plan.posts)


def _left_out(heading: str, items: Sequence[LeftOut]) -> None:
    rows = []
    for reason in Reason:
        for detail in sorted({item.detail for item in items if item.reason is reason}):
            same = [item for item in items if item.reason is reason and item.detail == detail]
            words = f"{reason.value} ({detail})" if detail else reason.value
            if reason is Reason.ALREADY_POSTED and detail == Status.WITHDRAWN.value:
                words = "withdrawn or deleted earlier, for good"
            rows.append((words, len(same), listed(dict.fromkeys(map(_named, same)))))
    print_table((heading, "number", "which"), rows, wrap=("which",))


def _named(item: LeftOut) -> str:
    return item.state or (f"{item.part} on {item.network}" if item.part else item.network)


def as_json(prepared: PreparedPosts, post: PlannedPost) -> dict[str, object]:
    """Make the JSON of one post; `length` is as its network counts it."""
    limit = prepared.request.limit(post.text.network)
    return {
        "network": post.text.network,
        "name": post.text.name,
        "language": post.language,
        "state": post.state,
        "parts": list(post.text.parts),
        "length": [limit.count(text) for text in post.text.parts],
        "limit": limit.characters,
        "goes_at": post.goes_at.isoformat() if post.goes_at else None,
        "alt": prepared.alt.get(post, ""),
    }
