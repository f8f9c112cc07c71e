"""Turns what is read from right to left: indents on the other side, Latin names kept in one piece; HTML alone.

A text part needs nothing: programs order it by themselves (UAX 9), and a mark that nobody sees would be copied along.
In HTML a name in Latin letters, an address or a day such as 2022-09-29 is isolated, so that the stop or bracket beside
it stays where it belongs. It is a span, since mail programs drop bdi.
"""

import re
from dataclasses import replace
from functools import lru_cache
from html import escape, unescape

from outreach.mime.frame import quoted_printable
from outreach.rendering.letters.setting.markdown import Block

TAG_OR_TEXT = re.compile(r"(<[^>]*>)")
LATIN = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
# From the first Latin letter or digit to the last, with what names, addresses and numbers have between and around them.
INSIDE = rf"[{LATIN}\d](?:[{LATIN}\d\u0300-\u036f .,;'’_@:/+#&%=?~-]*[{LATIN}\d])?"
RUN = re.compile(rf"[#@+]?{INSIDE}(?: \({INSIDE}\))?")
NUMBER = re.compile(r"\d+")
SIDES = {"left": "right", "right": "left"}
SIDE = re.compile(r"(?<=[-:\s])(left|right)(?=[-:;\s\"])")


def turned(block: Block) -> Block:
    """Give a block as it is read from right to left."""
    return _turned(block)


@lru_cache(maxsize=4096)
def _turned(block: Block) -> Block:
    pieces = TAG_OR_TEXT.split(block.html)  # text, tag, text, …
    html = "".join([_tag(piece) if number % 2 else _isolated(piece) for number, piece in enumerate(pieces)])
    return replace(block, html=html, html_quoted=quoted_printable(html))


def _tag(tag: str) -> str:
    start, style, rest = tag.partition('style="')
    return f"{start}{style}{SIDE.sub(lambda found: SIDES[found[1]], rest)}" if style else tag


def _isolated(text: str) -> str:
    """Put a span around each run of Latin letters; a number alone keeps its order by itself."""
    plain = unescape(text)
    parts, end = list[str](), 0
    for found in RUN.finditer(plain):
        if NUMBER.fullmatch(found[0]):
            continue
        parts += [_escaped(plain[end : found.start()]), f'<span dir="ltr">{_escaped(found[0])}</span>']
        end = found.end()
    return "".join([*parts, _escaped(plain[end:])])


def _escaped(text: str) -> str:
    """Escape as markdown-it does."""
    return escape(text, quote=False).replace('"', "&quot;")
