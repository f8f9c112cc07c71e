"""Turns planned posts into drafts fixed to the byte: words, facets, picture, Message-ID. Writes nothing anywhere."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache

from outreach.campaign import Campaign
from outreach.cases.naming import NameFinder
from outreach.channels.social.post import Facet, SocialPost, to_bytes
from outreach.errors import Problem, TemplateError
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Key
from outreach.outbox.posts.pictures import cards_of, looks_of
from outreach.outbox.posts.plan import PlannedPost, PostRequest
from outreach.outbox.store import Outbox
from outreach.rendering.cards.card import POST_SIZE, Card, alt_text
from outreach.rendering.posts.facets import facets
from outreach.text import clean_line, shortened

DOMAIN = "posts.invalid"  # of Message-IDs and senders of posts (RFC 2606): they are never mail
LONGEST_ALT = 1000  # X: POST /2/media/metadata; Mastodon takes 1,500, Bluesky 2,000
SHOWN = 70  # characters of a post that listings show


class PostDrafter:
    """Makes the messages of one request; posts that say the same in their picture have the same one."""

    def __init__(self, campaign: Campaign, request: PostRequest, outbox: Outbox) -> None:
        self._campaign = campaign
        self._request = request
        self._outbox = outbox
        self._finder = NameFinder(campaign.cases)
        self._drawn = cache(self._draw)

    def drafts(self, posts: Iterable[PlannedPost], *, scheduled: bool) -> Iterator[Draft]:
        """Make one draft for each part of each post, in order. Without a schedule all may go at once."""
        for post in posts:
            yield from self._thread(post, post.goes_at if scheduled else None)

    def _thread(self, post: PlannedPost, goes_at: datetime | None) -> Iterator[Draft]:
        follows = ""
        for number, text in enumerate(post.text.parts, 1):
            draft = self._draft(post, number, text, follows, goes_at)
            follows = draft.token
            yield draft

    def _draft(self, post: PlannedPost, number: int, text: str, follows: str, goes_at: datetime | None) -> Draft:
        request, network = self._request, post.text.network
        part = post.part if number == 1 else f"{post.part}/{number}"
        key = Key(MessageKind.POST, request.ask.id, request.case.slug, "", network, post.state, part)
        token = self._outbox.token(key)
        message_id = f"<{token}@{DOMAIN}>"
        subject = beginning(text)
        social = self._social(post, text, first=number == 1)
        account = f"{network} <{network}@{DOMAIN}>"
        content = to_bytes(social, message_id=message_id, account=account, subject=subject)
        names = self._finder.names((social.text, social.alt), (key.case,))
        days = request.ask.days
        return Draft(
            key, token, message_id, post.language, (), subject, content, follows, goes_at, names, asked_for=days
        )

    def _social(self, post: PlannedPost, text: str, *, first: bool) -> SocialPost:
        network = post.text.network
        found = facets(text) if network == "bluesky" else ()
        picture, alt = self.picture(post) if first else (b"", "")
        spans = tuple(Facet(facet.kind, facet.start, facet.end, facet.value) for facet in found)
        return SocialPost(network, text, post.language, spans, picture, alt)

    def picture(self, post: PlannedPost) -> tuple[bytes, str]:
        """Draw the picture of a post; give it with its description, both empty where [posts] picture is off."""
        if not self._campaign.settings.posts.picture:
            return b"", ""
        cards = cards_of(self._campaign, self._request.case, self._request.ask, post.text, post.language)
        try:
            return self._drawn(cards)
        except TemplateError as error:
            if not post.text.picture.quote and not post.text.picture.line:
                raise
            message = f"post '{post.text.name}', its picture: {error.problems[0].message}"
            raise TemplateError([Problem(post.text.file, message)]) from None

    def _draw(self, cards: tuple[Card, ...]) -> tuple[bytes, str]:
        """Draw the first card that can be drawn; raises TemplateError as the last of them."""
        from outreach.rendering.cards.draw import draw

        looks = looks_of(self._campaign)
        for card in cards[:-1]:
            with suppress(TemplateError):
                return draw(card, POST_SIZE, looks), _described(card)
        return draw(cards[-1], POST_SIZE, looks), _described(cards[-1])


def _described(card: Card) -> str:
    """Give the description of a card; TemplateError where it is longer than the networks take."""
    words = alt_text(card)
    if len(words) > LONGEST_ALT:
        message = f"its words have {len(words)} characters, and a description may have {LONGEST_ALT}: shorten them"
        raise TemplateError([Problem("outreach.toml", message, column="posts.picture")])
    return words


def beginning(text: str) -> str:
    """Give the beginning of a post on one line, for listings."""
    return shortened(clean_line(text), SHOWN)
