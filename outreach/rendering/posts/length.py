"""How long a text is for X, Bluesky and Mastodon, how long it may be, and what is over; knows no template."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING
from unicodedata import normalize

from outreach.rendering.posts.emoji import as_one_each
from outreach.rendering.posts.links import Span, mastodon_spans, x_spans

if TYPE_CHECKING:
    import regex

X_LINK = 23  # twitter-text 3.1.0, transformedURLLength
# What weighs 100, one half of the rest: twitter-text 3.1.0, configuration 3, `ranges`.
HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
# After a mention on Mastodon: Twitter::Regex[:end_mention_match].
NO_MENTION = re.compile("[@＠\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0300-\u036f\u1e00-\u1eff]|://")
MAX_DOMAIN = 253
SHOWN = 60  # characters of what is over


def x_length(text: str) -> int:
    """Count weighted characters as X does; a post has up to 280.

    The text counts in NFC; Latin and most alphabets 1 a character, all else 2; a link 23, also a bare domain; an
    emoji 2, with all that is joined to it. Emoji newer than those of the reference count by their parts, so that
    X never finds a text longer than this does.
    Source: npm twitter-text 3.1.0, parseTweet with configuration 3; https://docs.x.com/fundamentals/counting-characters.
    """
    text = normalize("NFC", text)
    spans = x_spans(text)
    return X_LINK * len(spans) + sum(map(_x_weight, _between(text, spans)))


def links(text: str) -> tuple[str, ...]:
    """Find what X counts as links, in order and as written (in NFC): `https://…`, and domains such as example.org."""
    return tuple([span.link for span in x_spans(normalize("NFC", text))])


def bluesky_length(text: str) -> int:
    """Count graphemes (Unicode Standard Annex 29, extended clusters); a post has up to 300, links counted in full.

    Source: lexicon app.bsky.feed.post, maxGraphemes.
    """
    if text.isascii() and "\r\n" not in text:
        return len(text)
    return len(_grapheme().findall(text))


def bluesky_bytes(text: str) -> int:
    """Count bytes in UTF-8; a post has up to 3,000. Source: lexicon app.bsky.feed.post, maxLength."""
    return len(text.encode("utf-8", "surrogatepass"))


def mastodon_length(text: str, url_length: int = 23) -> int:
    """Count characters as Mastodon does; a post has as many as the server says, 500 by default.

    Graphemes; a link with its protocol counts `url_length` (the server's characters_reserved_per_url), a mention
    only up to the name: @user of @user@example.org. White space alone counts 0.
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
    """Give the pieces of a text between the spans."""
    starts = [0, *[span.end for span in spans]]
    ends = [*[span.start for span in spans], len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


@cache
def _grapheme() -> "regex.Pattern[str]":
    import regex  # for posts only, and it takes a while

    return regex.compile(r"\X")


@cache
def _mention() -> "regex.Pattern[str]":
    """Mastodon, Account::MENTION_RE; [[:word:]] is letters, marks, decimal digits and connecting punctuation."""
    import regex

    word, name = r"[\p{L}\p{M}\p{Nd}\p{Pc}]", "[a-zA-Z0-9_]++(?:[.-]++[a-zA-Z0-9_]++)*"
    return regex.compile(rf"(?<![=/]|{word})@({name})(@{word}++(?:[.-]++{word}++)*)?")


def _shortened(text: str, link: str) -> list[tuple[int, int, str]]:
    """Give the parts that Mastodon counts in another form: start, end, and that form; in order, links first."""
    found = [(span.start, span.end, link) for span in mastodon_spans(text)] + [
        (*match.span(), f"@{match[1]}")
        for match in _mention().finditer(text)
        if not NO_MENTION.match(text, match.end()) and len(match[2] or "@") - 1 <= MAX_DOMAIN
    ]
    return sorted(found, key=itemgetter(0))


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a network takes: characters as it counts them, bytes in UTF-8 (0: any number).

    `link` is what a link counts on Mastodon, characters_reserved_per_url of the server.
    """

    network: str
    characters: int
    bytes: int = 0
    link: int = 23

    def count(self, text: str) -> int:
        """Count the characters of the text as the network does."""
        if self.network == "x":
            return x_length(text)
        return bluesky_length(text) if self.network == "bluesky" else mastodon_length(text, self.link)

    def size(self, text: str) -> int:
        """Count the bytes of the text. Only Bluesky limits them."""
        return bluesky_bytes(text)


# X: npm twitter-text 3.1.0, configuration 3. Bluesky: lexicon app.bsky.feed.post. Mastodon: what a server allows that
# sets nothing else (configuration.statuses of GET /api/v2/instance).
LIMITS = {
    limit.network: limit for limit in (Limit("x", 280), Limit("bluesky", 300, bytes=3_000), Limit("mastodon", 500))
}


def limit(network: str) -> Limit:
    """Give the limit of x, bluesky or mastodon as the network sets it; a Mastodon server may have its own."""
    return LIMITS[network]


def over(text: str, bound: Limit) -> str:
    """Say what is too long about one text: "x: 301 of 280; over by 21: '…'", or ""."""
    count = bound.count(text)
    if count > bound.characters:
        much = f"{count:,} of {bound.characters:,}; over by {count - bound.characters:,}"
        return f"{bound.network}: {much}: {_tail(text, bound)}"
    size = bound.size(text) if bound.bytes else 0
    if size > bound.bytes:
        return f"{bound.network}: {size:,} of {bound.bytes:,} bytes in UTF-8; over by {size - bound.bytes:,}"
    return ""


def too_long_parts(parts: Sequence[str], bound: Limit) -> Iterator[tuple[int, str]]:
    """Name each part of a post that is too long: its place, from 0, and in words what is over."""
    for place, text in enumerate(parts):
        if words := over(text, bound):
            yield place, f"part {place + 1} of {len(parts)}, {words}" if len(parts) > 1 else words


def _tail(text: str, bound: Limit) -> str:
    """Quote what does not fit any more; only the beginning if it is long."""
    fits = bisect_right(range(len(text) + 1), bound.characters, key=lambda end: bound.count(text[:end])) - 1
    tail = " ".join(text[fits:].split())
    return f"'…{tail}'" if len(tail) <= SHOWN else f"'…{tail[:SHOWN]}…'"
