"""How long a text is for X, Bluesky and Mastodon; knows nothing about what is posted or to whom."""

import re
from operator import itemgetter
from unicodedata import normalize

import regex

from outreach.rendering.posts.emoji import as_one_each
from outreach.rendering.posts.links import Span, mastodon_spans, x_spans

X_LINK = 23  # twitter-text 3.1.0, transformedURLLength
# What weighs 100, one half of the rest: twitter-text 3.1.0, configuration 3, `ranges`.
HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
GRAPHEME = regex.compile(r"\X")

# Mastodon, Account::MENTION_RE; [[:word:]] is letters, marks, decimal digits and connecting punctuation.
WORD = r"[\p{L}\p{M}\p{Nd}\p{Pc}]"
NAME = "[a-zA-Z0-9_]++(?:[.-]++[a-zA-Z0-9_]++)*"
MENTION = regex.compile(rf"(?<![=/]|{WORD})@({NAME})(@{WORD}++(?:[.-]++{WORD}++)*)?")
# After it: Twitter::Regex[:end_mention_match].
NO_MENTION = re.compile("[@＠\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0300-\u036f\u1e00-\u1eff]|://")
MAX_DOMAIN = 253


def x_length(text: str) -> int:
    """Weighted characters as X counts them; a post has up to 280.

    The text counts in NFC; Latin and most alphabets 1 a character, all else 2; a link 23, also a bare domain; an
    emoji 2, with all that is joined to it. Emoji newer than those of the reference count by their parts, so that
    X never finds a text longer than this does.
    Source: npm twitter-text 3.1.0, parseTweet with configuration 3; https://docs.x.com/fundamentals/counting-characters.
    """
    text = normalize("NFC", text)
    spans = x_spans(text)
    return X_LINK * len(spans) + sum(map(_x_weight, _between(text, spans)))


def links(text: str) -> tuple[str, ...]:
    """What X counts as links, in order and as written (in NFC): `https://…`, and bare domains such as example.org."""
    return tuple([span.link for span in x_spans(normalize("NFC", text))])


def bluesky_length(text: str) -> int:
    """Graphemes (Unicode Standard Annex 29, extended clusters); a post has up to 300, links counted in full.

    Source: lexicon app.bsky.feed.post, maxGraphemes.
    """
    return len(text) if text.isascii() and "\r\n" not in text else _graphemes(text)


def bluesky_bytes(text: str) -> int:
    """Bytes in UTF-8; a post has up to 3,000. Source: lexicon app.bsky.feed.post, maxLength."""
    return len(text.encode("utf-8", "surrogatepass"))


def mastodon_length(text: str, url_length: int = 23) -> int:
    """Characters as Mastodon counts them; a post has as many as the server says, 500 by default.

    Graphemes; a link with its protocol counts `url_length` (the server's characters_reserved_per_url), a mention
    only up to the name: @user of @user@example.org. Nothing but white space is nothing.
    Source: mastodon/mastodon, app/validators/status_length_validator.rb, countable_text.
    """
    if not text or text.isspace():
        return 0
    counted = []
    at = 0
    for start, end, shown in _shortened(text, "x" * url_length):
        if start >= at:
            counted += [text[at:start], shown]
            at = end
    return bluesky_length("".join([*counted, text[at:]]))


def _x_weight(text: str) -> int:
    if text.isascii():
        return len(text)
    text = as_one_each(text)
    return len(text) + len(HEAVY.findall(text))


def _between(text: str, spans: list[Span]) -> list[str]:
    """What is left of a text without the spans."""
    starts = [0, *[span.end for span in spans]]
    ends = [*[span.start for span in spans], len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _graphemes(text: str) -> int:
    return len(GRAPHEME.findall(text))


def _shortened(text: str, link: str) -> list[tuple[int, int, str]]:
    """The parts that Mastodon counts in another form: start, end, and that form; in order, links first."""
    found = [(span.start, span.end, link) for span in mastodon_spans(text)] + [
        (*match.span(), f"@{match[1]}")
        for match in MENTION.finditer(text)
        if not NO_MENTION.match(text, match.end()) and len(match[2] or "@") - 1 <= MAX_DOMAIN
    ]
    return sorted(found, key=itemgetter(0))
