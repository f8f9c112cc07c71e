"""Markdown of campaigns as plain HTML for pages: no styles, no raw HTML, no pictures, links that anybody may follow."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

from outreach.rendering.letters.setting.markdown import ALLOWED_LINK
from outreach.rendering.letters.setting.typography import rejoined, typeset

LOWEST = 6  # of headings in HTML


def to_html(text: str, language: str, *, below: int = 1) -> Markup:
    """Render Markdown, set as its language sets it. Headings come `below` one of that level: # is h2 below 1."""
    return _rendered(text, language, below) if text.strip() else Markup()


@lru_cache(maxsize=4096)
def _rendered(text: str, language: str, below: int) -> Markup:
    parser = _parser()
    tokens = parser.parse(rejoined(text, language), {})
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + below, LOWEST)}"
        for child in token.children or ():
            if child.type == "text":
                child.content = typeset(child.content, language)
            elif child.type == "link_open":
                child.attrSet("rel", "noopener noreferrer")
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704 - markdown-it escapes all else


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    parser.validateLink = lambda url: ALLOWED_LINK.match(url) is not None  # type: ignore[method-assign]
    return parser
