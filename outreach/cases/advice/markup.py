"""Finds what copying leaves in a text: HTML, code made by spaces, letters of another encoding; knows no file."""

import re
from collections.abc import Iterator
from html import unescape

from outreach.cases.advice.advice import Finding
from outreach.cases.advice.placeholders import TAGS
from outreach.registry.imports.texts import MOJIBAKE, repaired
from outreach.text import shortened

TAG_SIGN, WORD_SIGN = "\ue000", "\ue001"  # stand in a template for {% … %} and {# … #}, and for {{ … }}
TAGS_ALONE = re.compile(rf"[ \t]*{TAG_SIGN}[{TAG_SIGN} \t]*")
CERTAIN = "ÃÂâï"  # with which what was read in a wrong encoding begins; «JOSÉ» looks like it as well
TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*(?::[A-Za-z]+)?)(?:\s[^<>]*)?/?>")
COMMENT = re.compile(r"<!--")
ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}\d{0,2}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,6});")
INDENTED = re.compile(rf"^(?: {{4}}| {{0,3}}\t)[ \t]*(?=[^\s{TAG_SIGN}])")
LIST_ITEM = re.compile(r"^ {0,3}(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")
# With white space that a tag takes away: {%- … -%}.
JINJA = re.compile(r"(?:(?<!\s)\s+\{([%#{])-|\{([%#{])).*?(?:-[%#}]\}\s*|[%#}]\})", re.DOTALL)
WORD = re.compile(r"\S+")
LOST_APOSTROPHE = re.compile(r"(?<![\w/?&=.])[^\W\d_]+\?(?:s|t|re|ve|ll|d|m)\b(?![\w/?&=])")
ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)\S+")
TAKE_OUT = "take it out, and write plain words or Markdown"


def pasted_html(text: str, *, comments: bool) -> Iterator[Finding]:
    """Find tags and entities of HTML; with `comments` <!-- … --> too, where it is not for the writer alone."""
    for found in TAG.finditer(text):
        name = found[1].casefold()
        if TAGS.fullmatch(name) or (":" in name and name.split(":")[0] in ("o", "w", "v", "m", "st1")):
            yield Finding(found.start(), f"HTML is shown as it is typed, '{shortened(found[0], 30)}'", TAKE_OUT)
    for found in ENTITY.finditer(text):
        if (sign := unescape(found[0])) != found[0]:
            sign = {"\u00a0": "a no-break space", "\u00ad": "a soft hyphen"}.get(sign, f"'{sign}'")
            yield Finding(found.start(), f"'{found[0]}' is HTML for {sign}", "type the sign itself")
    for found in COMMENT.finditer(text) if comments else ():
        yield Finding(found.start(), "'<!--' is shown as it is typed", "write a comment as {# … #}")


def indented(text: str) -> Iterator[Finding]:
    """Find paragraphs that begin with four spaces or a tab: Markdown makes code of them. Those of lists are none.

    Of templates it reads what `masked` gives: a tag takes the spaces before it along, and its own line.
    """
    before, in_list, at = "", False, 0
    for line in text.split("\n"):
        if LIST_ITEM.match(line):
            in_list = True
        elif line.strip() and not line[0].isspace():
            in_list = False
        if not before.strip() and not in_list and INDENTED.match(line):
            words = shortened(line.strip().replace(WORD_SIGN, ""), 30)
            yield Finding(at, f"spaces at the beginning make code of the paragraph '{words}'", "delete the spaces")
        if not TAGS_ALONE.fullmatch(line):
            before = line
        at += len(line) + 1


def masked(template: str) -> str:
    """Give a template in which signs of no script stand for its tags, comments and words; all else is where it was."""
    return JINJA.sub(lambda found: _mask(found[0]), template)


def _mask(tag: str) -> str:
    sign = WORD_SIGN if tag.startswith("{{") else TAG_SIGN
    return "".join("\n" if each == "\n" else sign for each in tag)


def wrong_letters(text: str) -> Iterator[Finding]:
    """Find words that were read in a wrong encoding: DÃ©fenseurs, donâ€™t, don?t."""
    addresses = [(found.start(), found.end()) for found in ADDRESS.finditer(text)]
    for found in WORD.finditer(text) if MOJIBAKE.search(text) else ():
        wrong = MOJIBAKE.findall(found[0])
        if len(wrong) > 1 or (wrong and wrong[0][0] in CERTAIN):
            right = repaired(found[0])
            what = f"'{shortened(found[0], 40)}' was read in a wrong encoding"
            yield Finding(found.start(), what, f"write '{shortened(right, 40)}'")
    for found in LOST_APOSTROPHE.finditer(text):
        if not any(begin <= found.start() < end for begin, end in addresses):
            yield Finding(found.start(), f"'{found[0]}' has lost its apostrophe", "type it again")
