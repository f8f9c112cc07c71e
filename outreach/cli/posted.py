"""What `status` says of posts: how many on each network, and where each can be read. Reads nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from zoneinfo import ZoneInfo

from outreach.cli.output import counted, print_table, say
from outreach.outbox.posts.listing import Posted
from outreach.reports.survey import Survey

MOST = 20  # lines


def say_posts(survey: Survey) -> None:
    """The posts of a survey, those that are out first; nothing where there are none."""
    if not survey.posts:
        return
    say(f"{counted(len(survey.posts), 'post')}: {'; '.join(_on_each_network(survey.posts))}.")
    shown = sorted(survey.posts, key=_newest_first)[:MOST]
    columns = ("ID", "network", "case", "post", "status", "when", "address")
    print_table(columns, [_cells(post, survey.campaign.settings.timezone) for post in shown], wrap=("post", "address"))
    if len(shown) < len(survey.posts):
        flag = " --rehearse" if survey.rehearsal else ""
        say(f"… and {len(survey.posts) - len(shown)} more: outreach queue list{flag}, outreach log --channel x{flag}")


def _on_each_network(posts: Iterable[Posted]) -> Iterator[str]:
    """x 2 sent, 1 queued."""
    for network, found in groupby(sorted(posts, key=_network), key=_network):
        statuses = Counter(post.status for post in found)
        yield f"{network} {', '.join(f'{number} {status}' for status, number in statuses.most_common())}"


def _network(post: Posted) -> str:
    return post.channel


def _newest_first(post: Posted) -> tuple[bool, float]:
    """Those that are out, the newest first; then the others, the one that goes next first."""
    return (False, -post.taken_at.timestamp()) if post.taken_at else (True, post.due.timestamp())


def _cells(post: Posted, zone: ZoneInfo) -> tuple[object, ...]:
    what = f"{post.part} to {post.mission}" if post.mission else post.part
    when = f"{(post.taken_at or post.due).astimezone(zone):%Y-%m-%d %H:%M}"
    return (post.id, post.channel, post.case, what, post.status, when, post.public_address)
