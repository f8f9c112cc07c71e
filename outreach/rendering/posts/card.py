"""Draws the picture of a post: a title, one line and the hashtag on a quiet ground; knows no case and no network."""

import io
from enum import Enum
from pathlib import Path

from PIL import Image, ImageDraw

from outreach.language import grammar_of
from outreach.rendering.posts.card_text import BOLD_FONTS, LINE_FONTS, TITLE_FONTS, Block, Box, set_text

SIZE = (1200, 675)  # 16:9, which every network shows whole
# The colours of the report (reports/templates/report.css); each on the ground has a contrast of 4.5:1 or more.
GROUND, TITLE, LINE, TAG, ACCENT, RULE = "#0b4251", "#ffffff", "#e0edef", "#a9d0d7", "#a9d0d7", "#1f6f80"
MARGIN, TOP = 88, 72
BAR = (76, 8)
FOOT = 116  # from the rule to the lower edge
TITLE_BOX = Box(SIZE[0] - 2 * MARGIN, 276, largest=88, smallest=26, leading=1.16)
LINE_BOX = Box(SIZE[0] - 2 * MARGIN, 96, largest=36, smallest=20, leading=1.35)
TAG_BOX = Box(SIZE[0] - 2 * MARGIN, 60, largest=34, smallest=14, leading=1.3)
GAP_UNDER_BAR, GAP = 40, 26  # the second is between title and line
COLOURS = 64  # of the palette: enough for smooth letters, and a small file

_ALT = {"en": "A card that reads: {}", "fr": "Carte portant ce texte : {}", "es": "Tarjeta con este texto: {}"}


class Side(Enum):
    """The margin that lines begin at; the value is Pillow's anchor for it."""

    LEFT = "ls"
    RIGHT = "rs"


def card(title: str, line: str = "", hashtag: str = "", font: str | Path = "") -> bytes:
    """Draw a PNG of 1200×675 pixels; the same words give the same bytes on the same machine.

    Words are set as large as fits, and never cut. `font` is a font file instead of the program's own. Raises
    TemplateError for a character that the font lacks, and for a text that does not fit.
    """
    own = str(Path(font).absolute()) if font else ""
    image = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(image)
    words = set_text(title, TITLE_BOX, TITLE_FONTS, own)
    below = set_text(line, LINE_BOX, LINE_FONTS, own) if line.strip() else None
    _middle(draw, words, below)
    if hashtag.strip():
        _foot(draw, set_text(hashtag, TAG_BOX, BOLD_FONTS, own), _side(words))
    return _png(image)


def alt_text(title: str, line: str = "", hashtag: str = "", language: str = "en") -> str:
    """Describe the card to those who do not see it: that it is a picture, and its words."""
    sentences = (f"{part}{'' if part[-1] in '.!?…' else '.'}" for part in (title.strip(), line.strip()) if part)
    words = " ".join([*sentences, *hashtag.split()])
    return _ALT.get(grammar_of(language), "{}").format(words)


def _middle(draw: ImageDraw.ImageDraw, title: Block, line: Block | None) -> None:
    """Draw the bar, the title and the line, as one group that stands a little above the middle of its room."""
    below = GAP + line.height if line else 0
    room = SIZE[1] - FOOT - TOP - BAR[1] - GAP_UNDER_BAR - TOP // 2
    top = TOP + max(0, (room - title.height - below) * 2 // 5)
    side = _side(title)
    left = MARGIN if side is Side.LEFT else SIZE[0] - MARGIN - BAR[0]
    draw.rectangle((left, top, left + BAR[0] - 1, top + BAR[1] - 1), fill=ACCENT)
    top += BAR[1] + GAP_UNDER_BAR
    _write(draw, title, top, TITLE, side)
    if line:
        _write(draw, line, top + title.height + GAP, LINE, side)


def _foot(draw: ImageDraw.ImageDraw, tag: Block, side: Side) -> None:
    """Draw a rule from margin to margin, and the hashtag under it, on the side where the title begins."""
    top = SIZE[1] - FOOT
    draw.rectangle((MARGIN, top, SIZE[0] - MARGIN - 1, top + 1), fill=RULE)
    _write(draw, tag, top + (FOOT - tag.height) // 2 - 6, TAG, side)


def _side(block: Block) -> Side:
    return Side.LEFT if block.rightwards else Side.RIGHT


def _write(draw: ImageDraw.ImageDraw, block: Block, top: int, colour: str, side: Side) -> None:
    x = MARGIN if side is Side.LEFT else SIZE[0] - MARGIN
    ascent = block.font.getmetrics()[0]
    for number, line in enumerate(block.lines):
        baseline = top + number * block.pitch + min(ascent, block.pitch)
        draw.text((x, baseline), line, fill=colour, font=block.font, anchor=side.value, direction=block.direction)


def _png(image: Image.Image) -> bytes:
    written = io.BytesIO()
    few = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(written, "PNG", optimize=True)
    return written.getvalue()
