"""Markdown to blocks, each ready as HTML, as plain text and as quoted-printable of both; knows nothing about letters.

A body is cut where Markdown itself starts afresh, so that paragraphs which many letters share are rendered once.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from outreach.mime.frame import quoted_printable
from outreach.rendering.letters.setting.page import styles
from outreach.rendering.letters.setting.plain import plain_text, wrapped
from outreach.rendering.letters.setting.typography import rejoined, typeset

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

ALLOWED_LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
BLANK_LINES = re.compile(r"(\n(?:[ \t]*\n)+)")
# What one part of a document can do to another, far away: fences that swallow blank lines, and link definitions.
FAR_REACHING = ("```", "~~~", "]:")
LIST_ITEM = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)", re.MULTILINE)
SIGNS = re.compile(r"[\\`*_\[\]<>&~|#!]")
ESCAPED = re.compile(rf"\\({SIGNS.pattern})")
HARD_BREAK = re.compile(r"(?: {2,}|\\)\n")
# Anything that Markdown might read as more than words, wherever it stands or where a line begins: then markdown-it
# decides. Each pattern begins with one sign or one set of signs, which is quick to search for.
SIGNIFICANT = re.compile(r"[\\`*_\[\]<>&\t\v\f\x00-\x08\x0e-\x1f\x7f-\x9f\u2028\u2029]")
BEGINS_MORE = re.compile(r"\n(?:[ #=+|~-]|\d{1,9}[.)])")


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a body. `text` ends with a line feed; the quoted forms are ASCII with CRLF."""

    html: str
    text: str
    html_quoted: bytes
    text_quoted: bytes


def literal(text: str) -> str:
    """Give Markdown that shows a line of text as it is, whatever signs are in it (CommonMark, section 2.4)."""
    return SIGNS.sub(r"\\\g<0>", text)


def unescaped(markdown: str) -> str:
    """Give the line of text of which `literal` made this Markdown."""
    return ESCAPED.sub(r"\1", markdown)


def render(body: str, language: str = "") -> tuple[Block, ...]:
    """Render Markdown, block by block, set as `language` sets it; "": as it is typed.

    Raw HTML and images are shown as typed; links go to http, https, mailto.
    """
    return tuple([_block(part, language) for part in split(body)])


def texts(body: str, language: str = "") -> tuple[str, ...]:
    """Render Markdown as plain text alone, part by part, as `render` does; nothing of it is kept in memory."""
    parts = [rejoined(part, language) for part in split(body)]
    return tuple(_plain(_words_alone(part, language)) or plain_text(_read(part, language)[1]) for part in parts)


def split(body: str) -> list[str]:
    """Cut the document at those blank lines where nothing reaches across, and leave them out."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if any(sign in body for sign in FAR_REACHING):
        return [body]
    parts: list[str] = []
    pieces = ["", *BLANK_LINES.split(f"\n{body}\n")]
    for blank, part in zip(pieces[::2], pieces[1::2], strict=True):
        if not part.strip(" \t\n"):
            continue
        if parts and _continues(parts[-1], part):
            parts[-1] += blank + part
        else:
            parts.append(part)
    return [part.strip("\n") for part in parts]


def whole(body: str, language: str = "") -> Block:
    """Render the document in one piece with markdown-it: `render` must agree with it."""
    parser, tokens = _parse(rejoined(body, language), language)
    html = parser.renderer.render(tokens, parser.options, {})
    return _ready(html, plain_text(tokens))


def parsed(text: str) -> "list[Token]":
    """Read Markdown into the tokens of markdown-it, each with its rows."""
    return _parser().parse(text, {})


def _continues(before: str, part: str) -> bool:
    """Say whether a part belongs to the one before although a blank line lies between: lists and indented code."""
    return part[0] in " \t" or (LIST_ITEM.match(part) is not None and LIST_ITEM.search(before) is not None)


@lru_cache(maxsize=4096)
def _block(part: str, language: str) -> Block:
    return _paragraph(rejoined(part, language), language) or whole(part, language)


def _paragraph(part: str, language: str = "") -> Block | None:
    """Render a paragraph of nothing but words, without markdown-it; None if it may be more than that."""
    lines = _words_alone(part, language)
    if not lines:
        return None
    html = escape(lines, quote=False).replace('"', "&quot;").replace("\v", "<br />\n")
    return _ready(f'<p style="{styles()["p"]}">{html}</p>\n', _plain(lines))


def _plain(lines: str) -> str:
    """Write what `_words_alone` gave as wrapped text; "" for nothing."""
    return "\n".join([wrapped(line.replace("\n", " ")) for line in lines.split("\v")]) + "\n" if lines else ""


def _words_alone(part: str, language: str) -> str:
    """Give a paragraph of nothing but words as its language sets it, \\v for hard breaks; "" if it may be more."""
    lines = HARD_BREAK.sub("\v", part) if "\\\n" in part or "  \n" in part else part
    words = "\n" + lines.replace("\v", "\n") + "\n"
    if "\v" in part or " \n" in words or SIGNIFICANT.search(words) or BEGINS_MORE.search(words):
        return ""
    return typeset(lines, language) if part == part.strip() else ""


def _ready(html: str, text: str) -> Block:
    return Block(html, text, quoted_printable(html), quoted_printable(text))


def _parse(body: str, language: str = "") -> "tuple[MarkdownIt, list[Token]]":
    parser, tokens = _read(body, language)
    for token in tokens:
        _style(token)
        for child in token.children or ():
            _style(child)
    return parser, tokens


def _read(body: str, language: str) -> "tuple[MarkdownIt, list[Token]]":
    """Read a document, its words set as the language sets them."""
    parser = _parser()
    tokens = parser.parse(body, {})
    for token in tokens:
        for child in token.children or ():
            if child.type == "text":
                child.content = typeset(child.content, language)
    return parser, tokens


def _style(token: "Token") -> None:
    style = styles().get(token.tag)
    if style and token.nesting >= 0:
        token.attrSet("style", style)


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    parser.validateLink = lambda url: ALLOWED_LINK.match(url) is not None  # type: ignore[method-assign]
    return parser
