"""A picture of few colours: words, bars and dots on a ground, as the bytes of a PNG that holds nothing else."""

import math
import struct
import zlib
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from outreach.rendering.cards.setting import Block
from outreach.rendering.contrast import blend

_LEVELS = 12  # shades between the ground and a colour, for smooth letters
_TONES = 24  # of a picture
_EFFORT = 4  # of zlib: 6 takes twice the time, and saves a tenth of the bytes
_SEEN = 255 // _LEVELS // 2  # up to it a pixel is ground
_STENCIL = [0 if value <= _SEEN else 255 for value in range(256)]


class Canvas:
    """A picture whose pixels are numbers of a palette: the ground, then each colour's shades from faint to full.

    Drawing so, rather than in true colours, makes small files in a hundredth of a second.
    """

    def __init__(self, size: tuple[int, int], ground: str) -> None:
        self.size = size
        self._ground = ground
        self._image = Image.new("L", size, 0)
        self._draw = ImageDraw.Draw(self._image)
        self._palette = [ground]
        self._first: dict[str, int] = {}

    def bar(self, box: tuple[int, int, int, int], colour: str) -> None:
        """Fill a rectangle: left, top, and the right and lower edge that are no longer in it."""
        left, top, right, bottom = box
        self._draw.rectangle((left, top, right - 1, bottom - 1), fill=self._full(colour))

    def stamp(self, mask: Image.Image, place: tuple[int, int], colour: str) -> None:
        """Paint a colour through a mask (mode L: 255 is all of it) whose upper left corner stands at a place."""
        shades = mask.point(_shades(self._full(colour) - _LEVELS))
        self._image.paste(shades, place, mask.point(_STENCIL))

    def words(self, block: Block, left: int, top: int, width: int, colour: str) -> None:
        """Write a block's lines from `top` down, at the side of the room where its script begins."""
        ascent = block.font.getmetrics()[0]
        for number, line in enumerate(block.lines):
            baseline = top + number * block.pitch + min(ascent, block.pitch)
            x, anchor = (left, "ls") if block.rightwards else (left + width, "rs")
            self.line(line, block.font, (x, baseline), anchor, block.direction, colour)

    def line(
        self,
        text: str,
        font: ImageFont.FreeTypeFont,
        place: tuple[float, float],
        anchor: str,
        direction: str | None,
        colour: str,
    ) -> None:
        """Write one line at a place, which is where its anchor is."""
        mask, (left, top) = ink(text, font, anchor, direction)
        self.stamp(mask, (round(place[0]) + left, round(place[1]) + top), colour)

    def spaced(
        self, text: str, font: ImageFont.FreeTypeFont, place: tuple[int, int], apart: float, colour: str
    ) -> None:
        """Write one line of letters that stand alone, with room between them, from its left end on a baseline."""
        self.stamp(_spaced(text, font, apart), (place[0], place[1] - font.getmetrics()[0]), colour)

    def photo(self, picture: Image.Image, place: tuple[int, int], dark: str, light: str) -> None:
        """Show a picture (mode L) in two tones, from `dark` to `light`."""
        shades = _TONES
        start = len(self._palette)
        self._palette += [blend(dark, light, number / (shades - 1)) for number in range(shades)]
        self._image.paste(picture.point([start + value * shades // 256 for value in range(256)]), place)

    def png(self) -> bytes:
        """Give the picture as PNG: header, palette, pixels, end; nothing that could tell more (PNG 1.2, chapter 4)."""
        width, height = self.size
        rows = Image.new("L", (width + 1, height), 0)  # each row begins with the number of its filter: 0, none
        rows.paste(self._image, (1, 0))
        palette = b"".join(bytes.fromhex(colour[1:]) for colour in self._palette)
        header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
        parts = (
            (b"IHDR", header),
            (b"PLTE", palette),
            (b"IDAT", zlib.compress(rows.tobytes(), _EFFORT)),
            (b"IEND", b""),
        )
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)

    def _full(self, colour: str) -> int:
        """Give the number of a colour in the palette; its shades stand before it."""
        if colour not in self._first:
            self._first[colour] = len(self._palette)
            self._palette += [blend(self._ground, colour, level / _LEVELS) for level in range(1, _LEVELS + 1)]
        return self._first[colour] + _LEVELS - 1


@lru_cache(maxsize=64)
def _shades(start: int) -> list[int]:
    """Give the number in the palette for each strength of a mask; `start` is the one before the faintest shade."""
    return [0 if value <= _SEEN else start + max(1, round(value * _LEVELS / 255)) for value in range(256)]


@lru_cache(maxsize=64)
def ink(
    text: str, font: ImageFont.FreeTypeFont, anchor: str = "ls", direction: str | None = None
) -> tuple[Image.Image, tuple[int, int]]:
    """Draw a text as a mask no larger than its ink, and say where its corner is, seen from the anchor."""
    box = font.getbbox(text, anchor=anchor, direction=direction)
    left, top = int(box[0]) - 3, int(box[1]) - 3
    mask = Image.new("L", (int(box[2]) - left + 4, int(box[3]) - top + 4), 0)
    ImageDraw.Draw(mask).text((-left, -top), text, 255, font, anchor=anchor, direction=direction)
    edges = mask.getbbox() or (0, 0, 1, 1)
    return mask.crop(edges), (left + edges[0], top + edges[1])


@lru_cache(maxsize=64)
def _spaced(text: str, font: ImageFont.FreeTypeFont, apart: float) -> Image.Image:
    """Draw a mask of letters with room between them, whose upper edge is as far above the line as the font reaches."""
    steps = [font.getlength(letter) + apart for letter in text]
    ascent, descent = font.getmetrics()
    mask = Image.new("L", (math.ceil(sum(steps)) + 4, ascent + descent), 0)
    drawn, x = ImageDraw.Draw(mask), 0.0
    for letter, step in zip(text, steps, strict=True):
        drawn.text((x, ascent), letter, 255, font, anchor="ls")
        x += step
    return mask


@lru_cache(maxsize=64)
def dot(radius: int) -> Image.Image:
    """Draw a mask of a round dot."""
    large = Image.new("L", (8 * radius, 8 * radius), 0)
    ImageDraw.Draw(large).ellipse((0, 0, 8 * radius - 1, 8 * radius - 1), fill=255)
    return large.resize((2 * radius, 2 * radius), Image.Resampling.LANCZOS)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
