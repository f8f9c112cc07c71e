"""Sets words in a box for a picture: which font has them, how large, and where lines end; knows no colours."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from PIL import ImageFont, features

from outreach.errors import Problem, TemplateError
from outreach.text import shortened, unwrapped

# In this order the first that has every character of a text sets it: DejaVu's serif has no Arabic and no Hebrew.
TITLE_FONTS = ("DejaVuSerifCondensed-Bold.ttf", "DejaVuSansCondensed-Bold.ttf", "DejaVuSansCondensed.ttf")
LINE_FONTS = ("DejaVuSansCondensed.ttf",)
BOLD_FONTS = ("DejaVuSansCondensed-Bold.ttf", "DejaVuSansCondensed.ttf")

_NEVER_A_GLYPH = "\U0010fffd"  # private use, the last of all: what a font shows for it, it shows for what it lacks
_INVISIBLE = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp"})
_SELECTORS = range(0xFE00, 0xFE10)
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_BOUND = re.compile(r"(?<=[«¿¡]) | (?=[»!?:;])")  # French sets room there, and no line may end in it
_TYPED = re.compile(r"(?<=\w)'(?=\w)")
_FONT = "posts.font"
_WITHOUT = "or no pictures: [posts] picture = false"


@dataclass(frozen=True, slots=True)
class Box:
    """Room for words, in pixels. The text is set as large as fits between `largest` and `smallest`."""

    width: int
    height: int
    largest: int
    smallest: int
    leading: float


@dataclass(frozen=True, slots=True)
class Block:
    """Words set in a box: lines from top to bottom, `pitch` pixels apart. `rightwards` is False for Arabic, Hebrew."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    pitch: int
    rightwards: bool

    @property
    def height(self) -> int:
        return self.pitch * len(self.lines)

    @property
    def direction(self) -> str | None:
        """Say how Pillow is to order the words of a line; without Raqm it knows only one order."""
        if self.font.layout_engine is not ImageFont.Layout.RAQM:
            return None
        return "ltr" if self.rightwards else "rtl"


def set_text(text: str, box: Box, fonts: Sequence[str], own: str = "") -> Block:
    """Set a text in a box, with the font file `own` or the first of `fonts` that has its characters.

    Raises TemplateError when no font has them, or when the text is too long for the box at its smallest.
    """
    words = _words(text)
    name = _font_for("".join(words), fonts, own)
    sizes = range(box.largest, box.smallest - 1, -2)
    first = bisect_left(sizes, True, key=lambda size: _fits(words, _font(name, size), box) is not None)
    if first == len(sizes):
        raise _problem(
            f"“{shortened(text)}” is too long for a picture ({len(text)} characters): shorten it, {_WITHOUT}"
        )
    font = _font(name, sizes[first])
    lines = _fits(words, font, box) or ()
    return Block(_balanced(words, lines, font, box.width), font, _pitch(font, box), reads_rightwards(text))


def reads_rightwards(text: str) -> bool:
    """Say whether the first letter that has a direction runs from left to right (Unicode annex 9, rules P2 and P3)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    first = next((each for each in directions if each in {"L", *_RIGHT_TO_LEFT}), "L")
    return first == "L"


def _words(text: str) -> list[str]:
    plain = unwrapped(" ".join(unicodedata.normalize("NFC", text).splitlines())).strip()
    return _TYPED.sub("’", _BOUND.sub("\u00a0", plain)).split(" ")


def _fits(words: Sequence[str], font: ImageFont.FreeTypeFont, box: Box) -> tuple[str, ...] | None:
    lines = _lines(words, font, box.width)
    return lines if lines is not None and len(lines) * _pitch(font, box) <= box.height else None


def _pitch(font: ImageFont.FreeTypeFont, box: Box) -> int:
    return round(font.size * box.leading)


def _lines(words: Sequence[str], font: ImageFont.FreeTypeFont, width: float) -> tuple[str, ...] | None:
    """Words filled into lines one after the other; None when a word alone is too wide."""
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        elif font.getlength(word) <= width:
            lines.append(word)
        else:
            return None
    return tuple(lines)


def _balanced(
    words: Sequence[str], lines: tuple[str, ...], font: ImageFont.FreeTypeFont, width: int
) -> tuple[str, ...]:
    """Make the lines as even as possible, and no more of them: by the narrowest width that still takes them."""
    low, high, best = 0, width, lines
    while high - low > 4:
        middle = (low + high) // 2
        tried = _lines(words, font, middle)
        if tried is not None and len(tried) == len(lines):
            high, best = middle, tried
        else:
            low = middle
    return best


def _font_for(text: str, names: Sequence[str], own: str) -> str:
    """Give the first font that has every character; TemplateError names the first one that none has."""
    _require_shaping(text)
    lacking = {name: next(_lacking(name, text), "") for name in ([own] if own else names)}
    for name, character in lacking.items():
        if not character:
            return name
    missing = list(lacking.values())[-1]
    called = f"U+{ord(missing):04X} {unicodedata.name(missing, '')}".strip()
    where = "the font" if own else "the font that comes with the program"
    raise _problem(
        f'{where} has no “{missing}” ({called}): set [posts] font = "path of a font that has it", {_WITHOUT}'
    )


def _lacking(name: str, text: str) -> Iterator[str]:
    font = _font(name, 24, ImageFont.Layout.BASIC)
    nothing = _shape(font, _NEVER_A_GLYPH)
    for character in text:
        if unicodedata.category(character) in _INVISIBLE or ord(character) in _SELECTORS:
            continue
        if _shape(font, character) == nothing:
            yield character


def _shape(font: ImageFont.FreeTypeFont, character: str) -> tuple[bytes, tuple[int, int]]:
    mask = font.getmask(character)
    return bytes(mask), mask.size


def _require_shaping(text: str) -> None:
    """Letters that join, or run from right to left, come out wrong without Raqm and FriBiDi: better no picture."""
    if features.check("raqm"):
        return
    if any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT or unicodedata.category(each) == "Mc" for each in text):
        raise _problem(f"letters of this script cannot be set here: install FriBiDi (Debian: libfribidi0), {_WITHOUT}")


@cache
def _font(name: str, size: int, layout: ImageFont.Layout | None = None) -> ImageFont.FreeTypeFont:
    try:
        if Path(name).name != name:
            return ImageFont.truetype(name, size, layout_engine=layout)
        with as_file(files("outreach").joinpath("data", "fonts", name)) as path:
            return ImageFont.truetype(path, size, layout_engine=layout)
    except OSError:
        raise _problem(f"no font can be read from {name}: name a TrueType or OpenType file, {_WITHOUT}") from None


def _problem(message: str) -> TemplateError:
    return TemplateError([Problem("outreach.toml", message, column=_FONT)])
