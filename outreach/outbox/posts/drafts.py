"""Turns planned posts into drafts fixed to the byte: words, facets, picture, Message-ID. Writes nothing anywhere."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache

from outreach.campaign import Campaign
from outreach.cases.naming import NameFinder
from outreach.cases.theme import theme_texts
from outreach.channels.social.post import Facet, SocialPost, to_bytes
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Key
from outreach.outbox.posts.plan import PlannedPost, PostRequest
from outreach.outbox.store import Outbox
from outreach.rendering.posts.facets import facets
from outreach.text import clean_line, shortened

DOMAIN = "posts.invalid"  # of Message-IDs and senders of posts (RFC 2606): they are never mail
SHOWN = 70  # characters of a post that listings show


class PostDrafter:
    """Makes the messages of one request; a picture is drawn once for each language."""

    def __init__(self, campaign: Campaign, request: PostRequest, outbox: Outbox) -> None:
        self._campaign = campaign
        self._request = request
        self._outbox = outbox
        self._finder = NameFinder(campaign.cases)
        self.card = cache(self._card)

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
        return Draft(key, token, message_id, post.language, (), subject, content, follows, goes_at, names)

    def _social(self, post: PlannedPost, text: str, *, first: bool) -> SocialPost:
        network = post.text.network
        found = facets(text) if network == "bluesky" else ()
        picture, alt = self.card(post.language) if first and self._campaign.settings.posts.picture else (b"", "")
        spans = tuple(Facet(facet.kind, facet.start, facet.end, facet.value) for facet in found)
        return SocialPost(network, text, post.language, spans, picture, alt)

    def _card(self, language: str) -> tuple[bytes, str]:
        """Draw the picture of the case; give it with its description."""
        from outreach.rendering.posts.card import alt_text, card

        case, settings = self._request.case, self._campaign.settings
        title = case.title[language]
        # Without a theme no line: the place alone would say where people are who may have fled from there.
        line = theme_texts(settings.theme, case, self._request.ask, language)["card"]
        hashtag, font = settings.campaign.hashtag, settings.posts.font
        picture = card(title, line, hashtag, self._campaign.folder / font if font else "")
        return picture, alt_text(title, line, hashtag, language)


def beginning(text: str) -> str:
    """Give the beginning of a post on one line, for listings."""
    return shortened(clean_line(text), SHOWN)
