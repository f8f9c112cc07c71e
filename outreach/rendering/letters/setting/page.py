"""How a letter looks in HTML: one page, styles inlined, nothing remote, light or dark; knows no Markdown."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib import import_module

from outreach.language import is_right_to_left
from outreach.mime.frame import quoted_printable

# No colour is set for text or ground: the reader's own light or dark theme is kept. The greys work on both.
STYLES = """
body { margin: 0; padding: 16px; font-family: Georgia, "Times New Roman", serif; font-size: 16px; line-height: 1.5 }
div { max-width: 640px; margin: 0 auto; overflow-wrap: break-word }
p { margin: 0 0 1em }
ul, ol { margin: 0 0 1em; padding-left: 1.5em }
li { margin: 0 0 .3em }
a { color: inherit; text-decoration: underline }
h1, h2, h3, h4, h5, h6 { margin: 1.2em 0 .5em; font-size: 1.1em; line-height: 1.3 }
blockquote { margin: 0 0 1em; padding-left: 1em; border-left: 3px solid #888 }
hr { margin: 1.2em 0; border: 0; border-top: 1px solid #888 }
pre { margin: 0 0 1em; white-space: pre-wrap }
small { font-size: .85em }
"""
# Only at-rules stay: they cannot be inlined, and programs that drop them lose nothing but paper margins.
AT_RULES = (
    ":root{color-scheme:light dark}@page{size:A4;margin:18mm 20mm}"
    "@media print{body{padding:0!important;font-size:11pt!important;line-height:1.35!important}"
    "div{max-width:none!important}}"
)
SKELETON = """<!DOCTYPE html>
<html lang="@language"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>@subject</title>
<style>{styles}</style></head>
<body><div>
@body{samples}
</div></body></html>
"""
TAGS = ("p", "ul", "ol", "li", "a", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "pre", "small")


@dataclass(frozen=True, slots=True)
class Page:
    """What stands before and after the body, as text and as quoted-printable bytes with CRLF."""

    head: str
    tail: str
    head_quoted: bytes
    tail_quoted: bytes


@lru_cache(maxsize=2048)
def page(language: str, subject: str) -> Page:
    """Make the document around a letter's body; its title is the subject."""
    head, tail = _frame()
    head = head.replace("@language", escape(language)).replace("@subject", escape(subject))
    if is_right_to_left(language):  # also on the div: some mail programs keep nothing above it
        head = head.replace("<html ", '<html dir="rtl" ', 1)
        head = head.replace("<div ", f'<div dir="rtl" lang="{escape(language)}" ', 1)
    return Page(head, tail, quoted_printable(head), quoted_printable(tail))


@lru_cache(maxsize=1)
def styles() -> dict[str, str]:
    """Map each tag to the style attribute that is inlined into it."""
    samples = _inlined().partition("@body")[2]
    return {tag: found[1] for tag in TAGS if (found := re.search(rf'<{tag} style="([^"]*)"', samples))}


@lru_cache(maxsize=1)
def _frame() -> tuple[str, str]:
    head, _, rest = _inlined().partition("@body")
    return head, rest[rest.rindex("\n</div>") + 1 :]


@lru_cache(maxsize=1)
def _inlined() -> str:
    css_inline = import_module("css_inline")
    samples = "".join(f"<{tag}></{tag}>" for tag in TAGS if tag != "hr") + "<hr>"
    document = SKELETON.replace("{styles}", STYLES).replace("{samples}", samples)
    inlined: str = css_inline.CSSInliner(load_remote_stylesheets=False).inline(document)
    return inlined.replace("</head>", f"<style>{AT_RULES}</style></head>").rstrip("\n") + "\n"
