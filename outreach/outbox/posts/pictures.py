"""Decides what the picture of a post says: an ask a name, an outcome thanks with States' names, a quote the quote."""

from urllib.parse import urlsplit

from outreach.campaign import Campaign
from outreach.cases.asks.sentence import words_of
from outreach.cases.model import Ask, Case
from outreach.cases.theme import theme_texts
from outreach.outbox.gate.objections import is_dated
from outreach.rendering.cards.card import Card, NameCard, QuoteCard, ThanksCard, alt_text
from outreach.rendering.cards.colours import Looks, looks_in
from outreach.rendering.letters.words import state_words
from outreach.rendering.posts.writer import PostText
from outreach.settings.words import NO_WORDS
from outreach.text import unwrapped

THEME = "site/theme.toml"
LONGEST_ADDRESS = 44  # characters of the web address on a card; a longer one stands without its path


def cards_of(campaign: Campaign, case: Case, ask: Ask, post: PostText, language: str) -> tuple[Card, ...]:
    """Give the card of a post, and after it what is drawn in its place where it cannot be: too many names to thank."""
    settings = campaign.settings
    hashtag, address = settings.campaign.hashtag, web_address(settings.posts.link)
    title = unwrapped(case.title[language])
    state = state_words(
        campaign.registry.states[case.state_concerned], language, settings.words.get(language, NO_WORDS)
    ).name
    said = post.picture
    if said.quote:
        return (QuoteCard(said.quote, said.by, (title,), hashtag, address, language),)
    # Without a theme no line: the place alone would say where people are who may have fled from there.
    line = said.line or theme_texts(settings.theme, case, ask, language)["card"]
    above = ["" if state.casefold() in f"{title} {line}".casefold() else state]
    if is_dated(post.name):
        above.append(words_of(ask, language)["date"])
    named = NameCard(title, line, tuple(filter(None, above)), hashtag, address, language=language)
    thanks = ThanksCard(post.raised, (title,), hashtag, address, language)
    return (thanks, named) if post.raised and thanks.title else (named,)


def picture_texts(campaign: Campaign, case: Case, ask: Ask, post: PostText, language: str) -> tuple[str, ...]:
    """Give all that the picture of a post may say, to be checked for names as its text is; nothing without pictures."""
    if not campaign.settings.posts.picture or not post.parts:
        return ()
    return tuple(alt_text(card) for card in cards_of(campaign, case, ask, post, language))


def looks_of(campaign: Campaign) -> Looks:
    """Give how the campaign's cards look: the colours of its public page, and its own font if it has one."""
    font = campaign.settings.posts.font
    return looks_in(campaign.folder / THEME, (str((campaign.folder / font).absolute()),) if font else ())


def web_address(link: str) -> str:
    """Write an address as people type it: example.org/campaign."""
    parts = urlsplit(link.strip())
    host = (parts.hostname or "").removeprefix("www.")
    whole = f"{host}{parts.path.rstrip('/')}"
    return whole if len(whole) <= LONGEST_ADDRESS else host
