"""Reads the HTML that letters are made of into a tree of plain data, which a printed page is drawn from.

It is our own HTML, from Markdown: few elements, each closed. What an element does not say stays text.
"""

import re
from html import unescape
from typing import TypeAlias

# A text, or an element: its name, the address it links to or "", and what is in it.
Node: TypeAlias = "str | tuple[str, str, list[Node]]"

KNOWN = frozenset(
    [
        "p",
        "br",
        "strong",
        "em",
        "s",
        "a",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "small",
    ]
)
BREAKS = frozenset(["br", "p", "ul", "ol", "li", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"])
EMPTY = frozenset(("br", "hr"))
DEEPEST = 12  # elements in each other; what is deeper stands beside the last
_TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[a-z][a-z0-9]*)(?P<attributes>[^<>]*)>|(?P<text>[^<]+)|<")
_LINK = re.compile(r'\bhref="((?:https?|mailto):[^"]*)"', re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n]+")


def tree(html: str) -> list[Node]:
    """Give the elements and texts of our HTML, one after another."""
    root: list[Node] = []
    open_ = [("", root)]
    for token in _TOKEN.finditer(html):
        name, inside = token["tag"], open_[-1][1]
        if name is None:
            _add_text(inside, token[0], as_typed=any(tag == "pre" for tag, _ in open_))
        elif name not in KNOWN or (name == "code" and open_[-1][0] == "pre"):
            continue
        elif token["end"]:
            if any(tag == name for tag, _ in open_[1:]):
                while open_.pop()[0] != name:
                    pass
        else:
            link = _LINK.search(token["attributes"]) if name == "a" else None
            children: list[Node] = []
            inside.append((name, unescape(link[1]) if link else "", children))
            if name not in EMPTY:
                open_.append((name, children if len(open_) < DEEPEST else inside))
    return [node for node in root if not isinstance(node, str) or node.strip()]


def _add_text(inside: list[Node], html: str, *, as_typed: bool) -> None:
    text = unescape(html)
    if not as_typed:
        text = _SPACES.sub(" ", text)
        before = inside[-1] if inside else ("br", "", [])
        if not isinstance(before, str) and before[0] in BREAKS:
            text = text.lstrip(" ")
    if text:
        inside.append(text)
