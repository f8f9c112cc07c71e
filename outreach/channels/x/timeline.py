"""Which post of an account's timeline is ours: X gives text back in another form than it took it; pure.

X makes each link one of its own (https://t.co/…), puts the picture's link behind the text, and writes &, < and > as
in HTML. What it replaced stands beside the text in `entities` (docs.x.com/x-api/fundamentals/data-dictionary).
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_SHORT = re.compile(r"https?://t\.co/\w+")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_LAST_SLASH = re.compile(r"/+(?=\s|$)")
_OF_A_PICTURE = re.compile(r"/(?:photo|video)/\d+$")


@dataclass(frozen=True, slots=True)
class Seen:
    """A post of the timeline: its id, its text with links as they were written, and what it replies to, or ""."""

    id: str
    text: str
    parent: str


def seen_posts(body: Mapping[str, Any]) -> Iterator[Seen]:
    """Read a page of GET /2/users/:id/tweets, newest first; what is not as X writes it is passed over."""
    posts = body.get("data")
    for post in posts if isinstance(posts, list) else []:
        if isinstance(post, dict) and post.get("id") and isinstance(post.get("text"), str):
            yield Seen(str(post["id"]), _as_written(post["text"], _links(post)), _parent(post))


def is_page(body: Mapping[str, Any]) -> bool:
    """Say whether it is a page of a timeline: even one without posts has a `meta`."""
    return isinstance(body.get("meta"), dict)


def next_page(body: Mapping[str, Any]) -> str:
    """Read the token of the next page; empty after the last."""
    meta = body.get("meta")
    return str(meta.get("next_token") or "") if isinstance(meta, dict) else ""


def is_ours(seen: Seen, text: str, parent: str) -> bool:
    """Say whether a post of the timeline is the one with this text, replying to the same post, or to none."""
    return seen.parent == parent and _plain(seen.text) == _plain(text)


def _as_written(text: str, links: Mapping[str, str]) -> str:
    return _SHORT.sub(lambda short: links.get(short[0], short[0]), html.unescape(text))


def _links(post: Mapping[str, Any]) -> dict[str, str]:
    """Map each short link to what it stands for; a picture's link for nothing, since nobody wrote it."""
    entities = post.get("entities")
    urls = entities.get("urls") if isinstance(entities, dict) else None
    return {
        str(url["url"]): "" if "media_key" in url or _OF_A_PICTURE.search(url["expanded_url"]) else url["expanded_url"]
        for url in (urls if isinstance(urls, list) else [])
        if isinstance(url, dict) and "url" in url and isinstance(url.get("expanded_url"), str)
    }


def _parent(post: Mapping[str, Any]) -> str:
    others = post.get("referenced_tweets")
    for other in others if isinstance(others, list) else []:
        if isinstance(other, dict) and other.get("type") == "replied_to":
            return str(other.get("id"))
    return ""


def _plain(text: str) -> str:
    """Leave out what X may alter: the scheme of a bare domain, a last slash, white space, how é is composed."""
    shorn = _LAST_SLASH.sub("", _SCHEME.sub("", unicodedata.normalize("NFC", text)))
    return " ".join(shorn.split()).casefold()
