"""What in a Bluesky post can be clicked, and where it is in bytes; knows nothing about accounts or the network."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from unicodedata import category

from outreach.rendering.posts.domains import ends_as_bluesky_asks

# What JavaScript's \s is: not quite Python's.
SPACE = "\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
INVISIBLE = "\xad\u2060\u200a-\u200d\u20e2"
# The app looks for links after a space or a bracket; we do so after a quotation mark and an apostrophe, too.
BEFORE = rf"(?<![^{SPACE}(\[“„‘’«‹\"'])"
LINK = re.compile(
    rf"{BEFORE}(?:[hH][tT][tT][pP][sS]?://[^{SPACE}]+|([a-zA-Z][a-zA-Z0-9]*(?:\.[a-zA-Z0-9]+)+)[^{SPACE}]*)"
)
MENTION = re.compile(rf"(?<![^{SPACE}(])@([a-zA-Z0-9.-]*[a-zA-Z0-9](?![a-zA-Z0-9_]))")
TAG = re.compile(rf"(?<![^{SPACE}])[#＃](?!\ufe0f)([^{SPACE}{INVISIBLE}]+)")
MAX_TAG = 64  # UTF-16 units in the app; graphemes in the lexicon
CLOSING = {")": "(", "]": "[", "}": "{"}
END_OF_SENTENCE = ".,;:!?…\"'”“’»›"


@dataclass(frozen=True, slots=True)
class Facet:
    """One clickable part of a text: bytes [start, end) of its UTF-8 are exactly the link, tag or handle as written.

    `value` is the address, with its protocol; the tag without #; the handle without @, whose DID is to be looked up.
    """

    kind: Literal["link", "tag", "mention"]
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """A facet whose start and end are code points of the text, not bytes."""

    kind: Literal["link", "tag", "mention"]
    start: int
    end: int
    value: str


def facets(text: str) -> tuple[Facet, ...]:
    """Find links, hashtags and mentions, in order; no two overlap.

    As npm @atproto/api 0.19.19 detects them (rich-text/detection.js), but a link stops before all of the punctuation
    and quotation marks that close a sentence, and may follow an opening quotation mark. Cash tags are left alone.
    Source of the form: lexicon app.bsky.richtext.facet, byteSlice.
    """
    parts = sorted([*_links(text), *_mentions(text), *_tags(text)], key=lambda part: part.start)
    found = []
    characters = size = 0
    for part in parts:
        if part.start < characters:
            continue
        start = size + _bytes(text[characters : part.start])
        size = start + _bytes(text[part.start : part.end])
        characters = part.end
        found.append(Facet(part.kind, start, size, part.value))
    return tuple(found)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _links(text: str) -> Iterator[Part]:
    for match in LINK.finditer(text):
        if match[1] and not ends_as_bluesky_asks(match[1]):
            continue
        link = _without_closing(match[0])
        if match[1] or link.partition("://")[2]:
            yield Part("link", match.start(), match.start() + len(link), f"https://{link}" if match[1] else link)


def _without_closing(link: str) -> str:
    """Without the marks that close a sentence, a quotation or a bracket opened before it."""
    while link[-1] in END_OF_SENTENCE or (link[-1] in CLOSING and CLOSING[link[-1]] not in link):
        link = link[:-1]
    return link


def _mentions(text: str) -> Iterator[Part]:
    for match in MENTION.finditer(text):
        if ends_as_bluesky_asks(match[1]) or match[1].endswith(".test"):
            yield Part("mention", match.start(), match.end(), match[1])


def _tags(text: str) -> Iterator[Part]:
    for match in TAG.finditer(text):
        tag = _without_punctuation(match[1])
        if tag and not tag.isdecimal() and len(tag.encode("utf-16-le", "surrogatepass")) <= 2 * MAX_TAG:
            yield Part("tag", match.start(), match.start() + 1 + len(tag), tag)


def _without_punctuation(tag: str) -> str:
    """Without punctuation at the end; empty if it is nothing but digits and punctuation."""
    while tag and category(tag[-1]).startswith("P"):
        tag = tag[:-1]
    return tag if any(not letter.isdecimal() and category(letter)[0] != "P" for letter in tag) else ""
