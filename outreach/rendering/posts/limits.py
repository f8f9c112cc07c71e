"""How long a post may be on each network, and what is over; knows no template and never cuts a text."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SHOWN = 60  # characters of what is over


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
        """Characters of the text as the network counts them."""
        from outreach.rendering.posts.length import bluesky_length, mastodon_length, x_length  # its tables take a while

        if self.network == "x":
            return x_length(text)
        return bluesky_length(text) if self.network == "bluesky" else mastodon_length(text, self.link)

    def size(self, text: str) -> int:
        """Bytes of the text as Bluesky counts them, the one network that does."""
        from outreach.rendering.posts.length import bluesky_bytes

        return bluesky_bytes(text)


# X: npm twitter-text 3.1.0, configuration 3. Bluesky: lexicon app.bsky.feed.post. Mastodon: what a server allows that
# sets nothing else (configuration.statuses of GET /api/v2/instance).
LIMITS = {
    limit.network: limit for limit in (Limit("x", 280), Limit("bluesky", 300, bytes=3_000), Limit("mastodon", 500))
}


def limit(network: str) -> Limit:
    """The limit of x, bluesky or mastodon as the networks set it; a Mastodon server may have its own."""
    return LIMITS[network]


def over(text: str, bound: Limit) -> str:
    """What is too long about one text: "x: 301 of 280; over by 21: '…'", or ""."""
    count = bound.count(text)
    if count > bound.characters:
        much = f"{count:,} of {bound.characters:,}; over by {count - bound.characters:,}"
        return f"{bound.network}: {much}: {_tail(text, bound)}"
    size = bound.size(text) if bound.bytes else 0
    if size > bound.bytes:
        return f"{bound.network}: {size:,} of {bound.bytes:,} bytes in UTF-8; over by {size - bound.bytes:,}"
    return ""


def too_long_parts(parts: Sequence[str], bound: Limit) -> Iterator[tuple[int, str]]:
    """For each part of a post that is too long: which one, from 0, and in words what is over."""
    for place, text in enumerate(parts):
        if words := over(text, bound):
            yield place, f"part {place + 1} of {len(parts)}, {words}" if len(parts) > 1 else words


def _tail(text: str, bound: Limit) -> str:
    """What does not fit any more, quoted; the beginning of it if it is long."""
    fits = bisect_right(range(len(text) + 1), bound.characters, key=lambda end: bound.count(text[:end])) - 1
    tail = " ".join(text[fits:].split())
    return f"'…{tail}'" if len(tail) <= SHOWN else f"'…{tail[:SHOWN]}…'"
