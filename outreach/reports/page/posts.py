"""A report's posts: those that went out, with their public addresses, and links by which a reader says them too.

Knows no HTML. Whatever the page is for, a case is in the links only when its people agreed to posts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from outreach.campaign import Campaign
from outreach.cases.model import Ask, Case
from outreach.language import language_name
from outreach.outbox.gate.objections import is_dated
from outreach.outbox.posts.listing import PostLine
from outreach.outbox.status import WAITING
from outreach.reports.page.matrix import Calendar, title
from outreach.reports.page.stages import Subject
from outreach.reports.sharing import NAMES, Share, languages_with_posts, shares, why_silent


@dataclass(frozen=True, slots=True)
class Publication:
    """A post that is out: where, about which case, on which day, and the address where anybody can read it."""

    network: str
    case: str
    day: str
    address: str


@dataclass(frozen=True, slots=True)
class Link:
    name: str  # X, Bluesky, …
    url: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A post for readers to publish themselves: its text, or its form for X if any, and a link for each network."""

    post: str
    code: str  # of the language, for browsers
    language: str
    text: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class CaseLinks:
    case: str  # title
    posts: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class PostsPart:
    """All that the page says of posts. `rehearsed` and `waiting` are numbers; Mastodon links are for `server`."""

    published: tuple[Publication, ...]
    rehearsed: int
    waiting: int
    suggested: tuple[CaseLinks, ...]
    server: str

    def __bool__(self) -> bool:
        return bool(self.published or self.rehearsed or self.waiting or self.suggested)


def posts_part(
    campaign: Campaign, subject: Subject, asks: Sequence[Ask], posts: Iterable[PostLine], calendar: Calendar
) -> PostsPart:
    """Gather the posts of the subject's cases; a page for outside tells only what can be read outside."""
    shown = {case.slug for case in subject.cases if not (subject.public and why_silent(campaign, case))}
    shown_posts = [post for post in posts if post.case in shown]
    out = [post for post in shown_posts if post.taken_at]
    return PostsPart(
        published=tuple(_publication(subject, post, calendar) for post in out if post.public_address),
        rehearsed=0 if subject.public else sum(not post.public_address for post in out),
        waiting=0 if subject.public else sum(post.status in WAITING for post in shown_posts),
        suggested=tuple(_suggested(campaign, subject, asks, calendar.today)),
        server=campaign.settings.mastodon.instance.partition("://")[2],
    )


def _publication(subject: Subject, post: PostLine, calendar: Calendar) -> Publication:
    network = NAMES.get(post.channel, post.channel)
    return Publication(network, title(subject, post.case), calendar.words(post.taken_at), post.public_address)


def _suggested(campaign: Campaign, subject: Subject, asks: Sequence[Ask], today: date) -> Iterator[CaseLinks]:
    ask = _nearest(asks, today)
    for case in subject.cases if ask else ():
        if ask and not why_silent(campaign, case):
            posts = tuple(_posts(campaign, case, ask, today))
            if posts:
                yield CaseLinks(title(subject, case.slug), posts)


def _nearest(asks: Sequence[Ask], today: date) -> Ask | None:
    """Give the next ask by date, or the last when all are past; None without any."""
    ordered = sorted(asks, key=lambda ask: ask.date)
    return next((ask for ask in ordered if ask.last_day >= today), ordered[-1] if ordered else None)


def _posts(campaign: Campaign, case: Case, ask: Ask, today: date) -> Iterator[Suggestion]:
    """Give the posts in each language; one that asks for something on a day is left out when the day is over."""
    for language in languages_with_posts(campaign, case):
        for name, group in groupby(shares(campaign, case, ask, language), key=lambda share: share.post):
            made = [share for share in group if share.url]
            if made and not (is_dated(name) and ask.last_day < today):
                yield _suggestion(made)


def _suggestion(made: Sequence[Share]) -> Suggestion:
    first = made[0]
    links = tuple(Link(NAMES[share.network], share.url) for share in made)
    return Suggestion(first.post, first.language, language_name(first.language), first.text, links)
