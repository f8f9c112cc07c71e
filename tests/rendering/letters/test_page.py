import re

import css_inline

from outreach.rendering.letters.letter import Letter
from outreach.rendering.letters.reference import reference_line
from outreach.rendering.letters.setting.markdown import _parse, render
from outreach.rendering.letters.setting.page import STYLES, page

LETTER = Letter(
    "fr", "Sujet <&> « x »", render("# T\n\n> q\n\n- a\n- [b](https://x.example.org)\n\nc  \nd\n\n***\n\n`e`")
)


def test_the_document_is_complete_and_says_its_language_and_title():
    assert LETTER.html.startswith('<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">')
    assert "<title>Sujet &lt;&amp;&gt; « x »</title>" in LETTER.html
    assert LETTER.html.endswith("</body></html>\n")


def test_nothing_is_fetched_and_nothing_runs():
    assert not re.search(r"src=|url\(|@import|<link|<script|<img|<iframe|background", LETTER.html)
    assert re.findall(r'"(https?:[^"]*)"', LETTER.html) == ["https://x.example.org"]


def test_light_and_dark_are_left_to_the_reader():
    """No colour of text or ground is set, so that no theme makes dark letters on a dark ground."""
    assert '<meta name="color-scheme" content="light dark">' in LETTER.html
    assert ":root{color-scheme:light dark}" in LETTER.html
    colours = re.findall(r"[\s;\"](color|background(?:-color)?):\s*([^;\"}]+)", LETTER.html)
    assert set(colours) <= {("color", "inherit")}


def test_styles_are_what_css_inline_makes_of_the_style_sheet():
    """Inlining each block apart gives the same as inlining the whole document."""
    parser, tokens = _parse("")
    body = parser.render("# T\n\n> q\n\n- a\n- [b](https://x.example.org)\n\nc  \nd\n\n***\n\n`e`")
    around = css_inline.inline(f"<html><head><style>{STYLES}</style></head><body><div>\n{body}</div></body></html>")
    expected = around.partition("<div")[2].partition("\n")[2].removesuffix("</div></body></html>")
    ours = "".join(block.html for block in LETTER.blocks).replace("<br />", "<br>").replace(" />", ">")
    assert attributes(ours) == attributes(expected)
    assert tokens == []


def test_the_line_with_the_reference_is_styled_like_the_rest():
    line = reference_line("fr", "ABCDE-<&>")
    written = "<p><small>Notre référence\u00a0: ABCDE-&lt;&amp;&gt;</small></p>\n"
    around = css_inline.inline(f"<html><head><style>{STYLES}</style></head><body>{written}</body></html>")
    assert line.html in around.replace("&nbsp;", "\u00a0")


def attributes(html):
    """Each tag with its attributes, in whatever order they are written."""
    return [(tag, sorted(re.findall(r'[\w-]+="[^"]*"', rest))) for tag, rest in re.findall(r"<(\w+)([^>]*)>", html)]


def test_the_frame_of_a_letter_is_made_once():
    assert page("fr", "Sujet") is page("fr", "Sujet")
