"""What supporters can say themselves: a case's suggested posts as links that open them, filled in. Sends nothing.

A link carries the words of our own posts, so the same consent covers it; posts that address a mission are left out,
for those are the campaign's own to send.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from outreach.campaign import Campaign
from outreach.cases.model import Ask, Case
from outreach.cases.naming import NameFinder
from outreach.errors import UsageError
from outreach.outbox.gate.objections import for_the_people, for_the_words
from outreach.rendering.posts.intents import (
    ANY_SERVER,
    MAILTO_LIMIT,
    bluesky_intent,
    facebook_share,
    linkedin_share,
    mailto,
    mastodon_share,
    telegram_share,
    threads_intent,
    whatsapp_share,
    x_intent,
)
from outreach.rendering.posts.words import post_context
from outreach.rendering.posts.writer import PostText, PostWriter, too_long
from outreach.settings.accounts import NETWORKS

SHARED_ON = (*NETWORKS, "threads", "whatsapp", "telegram", "linkedin", "facebook", "mail")
NAMES = {
    "x": "X",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "threads": "Threads",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "linkedin": "LinkedIn",
    "facebook": "Facebook",
    "mail": "E-mail",
}
THREADS_LIMIT = 500  # characters of a post on Threads (developers.facebook.com/docs/threads/overview)
TAG = re.compile(r"[#＃]\w+")


@dataclass(frozen=True, slots=True)
class Share:
    """A post of a case as a link for one network, messenger or mail program.

    `text` is the post; X and Telegram put its address, and X its hashtags, in places of their own. `url` is empty where
    there can be no link, and `note` says why; with a link, it says what is not as the template has it.
    """

    post: str
    language: str
    network: str
    text: str
    url: str
    note: str = ""


def why_silent(campaign: Campaign, case: Case) -> str:
    """Say why nobody may be given posts about a case: no consent, or an embargo; "" when people may."""
    objections = for_the_people(case, "", campaign.today(), posts=True)
    return f"{objections[0][0].value} ({objections[0][1]})" if objections else ""


def languages_with_posts(campaign: Campaign, case: Case) -> tuple[str, ...]:
    """Give the campaign's languages in which templates/tweets has posts of the case."""
    writer = PostWriter(campaign.post_templates)
    return tuple(language for language in campaign.settings.campaign.languages if writer.has(case.slug, language))


def shares(
    campaign: Campaign, case: Case, ask: Ask, language: str, instance: str = "", page: str = ""
) -> tuple[Share, ...]:
    """Give the posts of a case in a language, each for every network, in the order of the file.

    `instance` is a Mastodon server; without it the campaign's own, or the page that asks people for theirs. `page` is
    the address that posts carry where [posts] has no link. A post that says nothing yet is left out; without an
    address so are Telegram and Facebook. Raises UsageError when the people concerned did not agree to posts,
    TemplateError for a broken file.
    """
    if why := why_silent(campaign, case):
        raise UsageError(f"{case.slug}: {why}; so there are no links to its posts")
    writer = PostWriter(campaign.post_templates)
    context = post_context(
        registry=campaign.registry, settings=campaign.settings, case=case, ask=ask, language=language
    )
    context = replace(context, link=context.link or page)
    written = {network: {post.name: post for post in writer.posts(context, network)} for network in NETWORKS}
    _refuse_words(campaign, case, written)
    maker = _Maker(
        subject=context.case.title,
        page=context.link,
        instance=instance or campaign.settings.mastodon.instance or ANY_SERVER,
    )
    names = [outline.name for outline in writer.outline(case.slug, language) if not outline.addressed]
    return tuple(
        share for name in names for share in maker.shares(language, [written[network][name] for network in NETWORKS])
    )


def _refuse_words(campaign: Campaign, case: Case, written: Mapping[str, Mapping[str, PostText]]) -> None:
    """Raise UsageError for posts that name what they may not: a link says the same as a post."""
    finder, today = NameFinder(campaign.cases), campaign.today()
    for post in [post for posts in written.values() for post in posts.values()]:
        words = (*post.parts, " ".join(post.parts), *case.title.values(), case.slug)
        for reason, detail in for_the_words(campaign, words, finder.names(words, (case.slug,)), "", today, posts=True):
            raise UsageError(
                f"{case.slug}: {reason.value} ({detail}) in the post '{post.name}'; so there are no links to its posts"
            )


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the links of one case in one language; `page` is the campaign's own address, or empty."""

    subject: str
    page: str
    instance: str

    def shares(self, language: str, forms: Sequence[PostText]) -> Iterator[Share]:
        """Give one post in its form for each network; nothing when it says nothing on any."""
        filled = [form for form in forms if form.parts]
        if not filled:
            return
        for form in forms:
            yield self._on_network(form, language)
        longest, shortest = filled[-1], filled[0]  # Mastodon takes the most, X the least
        whole, name = _whole(longest), longest.name
        yield self._threads(filled, language)
        yield Share(name, language, "whatsapp", whole, whatsapp_share(whole))
        if self.page:
            yield self._telegram(name, language, whole)
        yield Share(name, language, "linkedin", whole, linkedin_share(whole))
        if self.page:
            yield Share(name, language, "facebook", self.page, facebook_share(self.page), "the address alone")
        yield self._mail(name, language, whole, _whole(shortest))

    def _on_network(self, form: PostText, language: str) -> Share:
        """Make the link of one network; it takes one text, which of a thread is the first."""
        nothing = Share(form.name, language, form.network, "", "", form.left_out)
        if not form.parts:
            return nothing
        first = PostText(form.name, form.network, form.parts[:1], form.addressed)
        if over := too_long(first):
            return Share(form.name, language, form.network, form.parts[0], "", f"too long, {over}")
        note = f"the first of a thread of {len(form.parts)}" if len(form.parts) > 1 else ""
        return Share(form.name, language, form.network, form.parts[0], self._intent(form.network, form.parts[0]), note)

    def _intent(self, network: str, text: str) -> str:
        if network == "bluesky":
            return bluesky_intent(text)
        if network == "mastodon":
            return mastodon_share(self.instance, text)
        body, page, tags = pieces(text, self.page)
        return x_intent(body, page, tags)

    def _threads(self, filled: Sequence[PostText], language: str) -> Share:
        """Make the link of Threads, with the longest form that it takes; of a thread with the first post."""
        texts = sorted({form.parts[0] for form in filled}, key=len, reverse=True)
        text = next((text for text in texts if len(text) <= THREADS_LIMIT), "")
        if not text:
            over = f"too long, {len(texts[-1])} of {THREADS_LIMIT}"
            return Share(filled[0].name, language, "threads", texts[-1], "", over)
        return Share(filled[0].name, language, "threads", text, threads_intent(text))

    def _telegram(self, name: str, language: str, text: str) -> Share:
        """Make the link of Telegram, which puts the address above the text and opens nothing without one."""
        body, page, tags = pieces(text, self.page)
        words = " ".join([body, *(f"#{tag}" for tag in tags)]) if page else text
        return Share(name, language, "telegram", text, telegram_share(self.page, words))

    def _mail(self, name: str, language: str, text: str, shorter: str) -> Share:
        try:
            return Share(name, language, "mail", text, mailto(self.subject, text))
        except UsageError:
            size = len(mailto(self.subject, text, limit=10**9))
        note = f"the shorter form: with the whole text the link has {size:,} of {MAILTO_LIMIT:,} characters"
        try:
            return Share(name, language, "mail", shorter, mailto(self.subject, shorter), note)
        except UsageError as error:
            return Share(name, language, "mail", text, "", str(error))


def _whole(post: PostText) -> str:
    """Give all that the post says, a thread as one text."""
    return "\n\n".join(post.parts)


def pieces(text: str, page: str) -> tuple[str, str, tuple[str, ...]]:
    """Split a text as X and Telegram take it: words; the campaign's address and the hashtags that end it, if any."""
    body, found, tags = text.rstrip(), "", list[str]()
    while body:
        *before, last = body.rsplit(maxsplit=1)
        if TAG.fullmatch(last):
            tags.insert(0, last[1:])
        elif last == page:
            found = page
        else:
            break
        body = "".join(before)
    return body, found, tuple(tags)
