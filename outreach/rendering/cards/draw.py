"""Draws a card: where its words, its bar, its dots and its picture stand; knows no case and no network."""

import io
import math
import unicodedata
from dataclasses import replace
from functools import lru_cache

from PIL import Image, ImageOps, UnidentifiedImageError

from outreach.errors import TemplateError, UsageError
from outreach.rendering.cards.canvas import Canvas, dot, ink
from outreach.rendering.cards.card import Card, NameCard, QuoteCard, Size, ThanksCard, marks
from outreach.rendering.cards.colours import Colours, Looks, colours
from outreach.rendering.cards.setting import BOLD_FONTS, LINE_FONTS, TITLE_FONTS, Block, Box, reads_rightwards, set_text
from outreach.rendering.contrast import blend

MARGIN = 80
TOP = 76
FOOT = 74  # from the baseline of the foot to the lower edge
BAR = (88, 8)
PHOTO = 420  # the width of a picture beside a name
SPACING = 0.09  # between the letters of the words above, of their size
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")
CORNER = 300  # the side of the square that the seats stand in
BESIDE_SEATS = CORNER - MARGIN + 24  # what they take of the width of the words above
SEAT = 9  # the radius of a seat
# By rows from the front to the back: the radius of the row, and the angle below the upper edge.
SEATS = [
    (radius, math.pi / 2 * (number + 0.5) / count)
    for radius, count in ((96, 4), (142, 6), (188, 8), (234, 10), (280, 12))
    for number in range(count)
]
_UPPER = ("LATIN", "CYRILLIC")  # alphabets whose capitals read as well, and whose letters may be set apart


def draw(card: Card, size: Size, looks: Looks, picture: bytes | None = None) -> bytes:
    """Draw a card as PNG of that size, in the colours of a theme; the same input gives the same bytes.

    Words are set as large as fits, and never cut. `picture` (JPEG, PNG, WebP) stands beside a name, in two tones; it
    may be shown only where whoever is in it agreed. Raises TemplateError for a character that no font has and for a
    text that does not fit, UsageError for a picture that cannot be read.
    """
    return _Drawing(card, size, looks).drawn(picture)


class _Drawing:
    """One card on its canvas. Everything stands at the side where the script of its main words begins."""

    def __init__(self, card: Card, size: Size, looks: Looks) -> None:
        self.card = card
        self.own = looks.fonts
        self.colours: Colours = colours(looks.deep, looks.spark)
        self.canvas = Canvas(size, self.colours.ground)
        self.width, self.height = size
        self.left, self.room = MARGIN, size[0] - 2 * MARGIN
        self.rightwards = reads_rightwards(_main(card))

    def drawn(self, picture: bytes | None) -> bytes:
        if isinstance(self.card, NameCard):
            self._name(self.card, picture)
        elif isinstance(self.card, QuoteCard):
            self._quote(self.card)
        else:
            self._thanks(self.card)
        return self.canvas.png()

    # The three forms

    def _name(self, card: NameCard, picture: bytes | None) -> None:
        if picture:
            self._picture(picture, card.credit)
        else:
            self._seats(0)
        top = self._above(card.above, self.room if picture else self.room - BESIDE_SEATS)
        bottom = self._foot(card)
        line = self._set(card.line, LINE_FONTS, 96, 40, 22, 1.3) if card.line.strip() else None
        below = line.height + 30 if line else 0
        bar = BAR[1] + 30
        title = self._set(card.name, TITLE_FONTS, bottom - top - below - bar, 112, 28, 1.1)
        at = bottom - title.height - below
        self._bar(at - bar)
        self.canvas.words(title, self.left, at, self.room, self.colours.title)
        if line:
            self.canvas.words(line, self.left, bottom - line.height, self.room, self.colours.soft)

    def _quote(self, card: QuoteCard) -> None:
        top = self._above(card.above, self.room)
        bottom = self._foot(card)
        by = self._set(card.by, BOLD_FONTS, 84, 32, 20, 1.3) if card.by.strip() else None
        below = by.height + 26 if by else 0
        mark = self._mark(top, card.language)
        room = bottom - below - mark - 18
        quote = self._set(card.quote, TITLE_FONTS, room, 72, 22, 1.22)
        at = mark + 18 + max(0, room - quote.height) * 2 // 5
        self.canvas.words(quote, self.left, at, self.room, self.colours.title)
        if by:
            at = bottom - by.height
            self.canvas.words(by, self.left, at, self.room, self.colours.soft)

    def _thanks(self, card: ThanksCard) -> None:
        self._seats(len(card.states))
        top = self._above(card.above, self.room - BESIDE_SEATS)
        bottom = self._foot(card)
        title = self._set(card.title, TITLE_FONTS, 120, 92 if len(card.states) <= 12 else 64, 40, 1.12)
        names = self._names(card.states, bottom - top - title.height - BAR[1] - 30 - 26)
        at = bottom - names.height
        self.canvas.words(names, self.left, at, self.room, self.colours.warm)
        at -= title.height + 26
        self.canvas.words(title, self.left, at, self.room, self.colours.title)
        self._bar(at - BAR[1] - 30)

    # Their parts

    def _set(
        self, text: str, fonts: tuple[str, ...], height: int, largest: int, smallest: int, leading: float
    ) -> Block:
        return set_text(text, Box(self.room, height, largest, smallest, leading), fonts, self.own)

    def _names(self, states: tuple[str, ...], height: int) -> Block:
        """Set the names of States with a dot between them: no line ends within a name where that can be."""
        whole = "\u00a0· ".join(name.replace(" ", "\u00a0") for name in states)
        block = self._set(whole, TITLE_FONTS, height, 60, 16, 1.26)
        return replace(block, lines=tuple(line.removesuffix("\u00a0·") for line in block.lines))

    def _above(self, parts: tuple[str, ...], width: int) -> int:
        """Write the words above in small capitals in a room of that width, and say how far down they reach."""
        said = [_capitals(part.strip(), self.card.language) for part in parts if part.strip()]
        text = " · ".join(said)
        if not text:
            return TOP
        apart = SPACING if _may_stand_apart(text) else 0.0
        box = Box(round(width / (1 + 2 * apart)), 80, 27, 16, 1.3)
        try:  # a line for each part, where they do not fit into one
            block = set_text(" · ".join(part.replace(" ", "\u00a0") for part in said), box, BOLD_FONTS, self.own)
        except TemplateError:
            block = set_text(text, box, BOLD_FONTS, self.own)
        block = replace(block, lines=tuple(line.strip(" ·") for line in block.lines))
        if apart:
            for number, line in enumerate(block.lines):
                place = (self.left, TOP + number * block.pitch + round(block.font.size * 0.8))
                self.canvas.spaced(line, block.font, place, apart * block.font.size, self.colours.soft)
        else:
            self.canvas.words(block, self.left, TOP - 6, self.room, self.colours.soft)
        return TOP + block.height + 30

    def _foot(self, card: Card) -> int:
        """Write hashtag and address on the lowest line, and say where the room above them ends."""
        baseline = self.height - FOOT
        tag = self._short(card.hashtag, 34, self.room, BOLD_FONTS)
        if tag:
            self._at_side(tag, baseline, self.colours.warm, begins=True)
        used = max((tag.font.getlength(line) for line in tag.lines), default=0) + 60 if tag else 0
        address = self._short(card.address, 28, self.room - round(used), LINE_FONTS) if used < self.room - 120 else None
        if address:
            self._at_side(address, baseline, self.colours.soft, begins=not tag)
        return baseline - 62 if tag or address else self.height - FOOT + 6

    def _short(self, text: str, largest: int, width: int, fonts: tuple[str, ...]) -> Block | None:
        return set_text(text, Box(width, 60, largest, 13, 1.3), fonts, self.own) if text.strip() else None

    def _at_side(self, block: Block, baseline: int, colour: str, *, begins: bool) -> None:
        at_left = begins == self.rightwards
        place, anchor = (self.left, "ls") if at_left else (self.left + self.room, "rs")
        for number, line in enumerate(reversed(block.lines)):
            y = baseline - number * block.pitch
            self.canvas.line(line, block.font, (place, y), anchor, block.direction, colour)

    def _bar(self, top: int) -> None:
        left = self.left if self.rightwards else self.left + self.room - BAR[0]
        self.canvas.bar((left, top, left + BAR[0], top + BAR[1]), self.colours.bar)

    def _mark(self, top: int, language: str) -> int:
        """Draw a large quotation mark, and say where its room ends."""
        opening = marks(language)[0]
        if opening == "„":
            opening = "“"
        mask, _ = ink(opening, set_text(opening, Box(300, 400, 200, 200, 1.0), TITLE_FONTS).font)
        left = self.left if self.rightwards else self.left + self.room - mask.width
        self.canvas.stamp(mask, (left, top), self.colours.bar)
        return top + mask.height

    def _seats(self, lit: int) -> None:
        """Draw a chamber of seats in the upper corner, as many of them lit as States are thanked."""
        lit = lit if lit <= len(SEATS) else 0
        left = self.width - CORNER if self.rightwards else 0
        for first, last, colour in ((lit, len(SEATS), self.colours.dots), (0, lit, self.colours.bar)):
            if first < last:
                self.canvas.stamp(_seats(first, last, mirrored=not self.rightwards), (left, 0), colour)

    def _picture(self, picture: bytes, credit: str) -> None:
        """Show a picture at the far side, from edge to edge, and leave the rest of the width to the words."""
        tones = _two_tones(picture, (PHOTO, self.height))
        left = self.width - PHOTO if self.rightwards else 0
        self.canvas.photo(tones, (left, 0), blend(self.colours.ground, "#000000", 0.55), "#ffffff")
        self.room -= PHOTO - MARGIN + 56
        if not self.rightwards:
            self.left = PHOTO + 56
        if credit.strip():
            self._credit(credit, left)

    def _credit(self, credit: str, left: int) -> None:
        block = set_text(credit, Box(PHOTO - 40, 60, 18, 10, 1.25), LINE_FONTS, self.own)
        height = block.height + 16
        self.canvas.bar((left, self.height - height, left + PHOTO, self.height), self.colours.ground)
        self.canvas.words(block, left + 20, self.height - height + 6, PHOTO - 40, self.colours.soft)


@lru_cache(maxsize=128)
def _seats(first: int, last: int, *, mirrored: bool) -> Image.Image:
    """Draw a mask of some seats of the chamber; it lies in the upper right corner, mirrored in the upper left."""
    mask = Image.new("L", (CORNER, CORNER), 0)
    seat = dot(SEAT)
    for radius, angle in SEATS[first:last]:
        place = (round(CORNER - 6 - radius * math.cos(angle)) - SEAT, round(radius * math.sin(angle)) - 4 - SEAT)
        mask.paste(seat, place)
    return ImageOps.mirror(mask) if mirrored else mask


def _main(card: Card) -> str:
    if isinstance(card, NameCard):
        return card.name
    return card.quote if isinstance(card, QuoteCard) else card.title


def _may_stand_apart(text: str) -> bool:
    """Say whether all letters are of alphabets whose letters stand alone, without marks of their own around them."""
    return all(not each.isalpha() or unicodedata.name(each, "").startswith(_UPPER) for each in text) and not any(
        unicodedata.combining(each) for each in text
    )


def _capitals(text: str, language: str) -> str:
    if not _may_stand_apart(text):
        return text
    if language.partition("-")[0] in ("tr", "az"):
        text = text.replace("i", "İ").replace("ı", "I")
    return text.upper()


@lru_cache(maxsize=16)
def _two_tones(picture: bytes, size: Size) -> Image.Image:
    """Cut a picture to a size around its middle, and make it grey. UsageError where it cannot be read."""
    try:
        with Image.open(io.BytesIO(picture), formats=PHOTO_FORMATS) as opened:
            opened.draft("RGB", size)
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise UsageError(f"a picture cannot be read ({error}): save it anew as JPEG, PNG or WebP") from None
    return ImageOps.autocontrast(ImageOps.fit(upright, size, centering=(0.5, 0.35)).convert("L"), cutoff=1)
