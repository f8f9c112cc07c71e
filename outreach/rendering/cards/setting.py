"""Sets words in a box for a picture: which font has them, how large, and where lines end; knows no colours."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from PIL import ImageFont, features

from outreach.errors import Problem, TemplateError
from outreach.rendering.cards.breaking import Piece, joined, pieces
from outreach.text import shortened

# The first font of a list that has every character of a text sets it.
TITLE_FONTS = (
    "SourceSerif4Display-Semibold.otf",
    "NotoNaskhArabic-Bold.ttf",
    "DejaVuSerifCondensed-Bold.ttf",
    "DejaVuSansCondensed-Bold.ttf",
    "DejaVuSansCondensed.ttf",
)
LINE_FONTS = ("SourceSans3-Regular.otf", "NotoNaskhArabic-Regular.ttf", "DejaVuSansCondensed.ttf")
BOLD_FONTS = (
    "SourceSans3-Semibold.otf",
    "NotoNaskhArabic-Bold.ttf",
    "DejaVuSansCondensed-Bold.ttf",
    "DejaVuSansCondensed.ttf",
)

_NEVER_A_GLYPH = "\U0010fffd"  # private use, the last of all: what a font shows for it, it shows for what it lacks
_INVISIBLE = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp"})
_SELECTORS = range(0xFE00, 0xFE10)
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_MEASURED = 256  # pixels: the size at which words are measured, for all sizes
_DEEPER = 1.3
_MOST = 4000  # characters that are measured at all: no picture holds as many
_ENDS = frozenset(".!?…。！？؟")  # of sentences
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


def set_text(text: str, box: Box, fonts: Sequence[str], own: Sequence[str] = ()) -> Block:
    """Set a text in a box, with the first font that has its characters: of the font files `own`, then of `fonts`.

    Raises TemplateError when no font has them, or when the text is too long for the box at its smallest.
    """
    if len(text) > _MOST:
        raise _too_long(text)
    words = pieces(text)
    _require_shaping(joined(words))
    name = _font_for(joined(words), (*own, *fonts))
    if not reads_rightwards(text):
        box = replace(box, leading=box.leading * _DEEPER)  # Arabic letters reach far below the line
    widths = [_width(name, word.text) for word in words]
    space = _width(name, " ")
    for size in _sizes(widths, box):
        font = _font(name, size)
        lines = _cut(words, _fits(words, widths, space, size, box))
        if lines and all(font.getlength(line) <= box.width for line in lines):
            return Block(lines, font, _pitch(size, box), reads_rightwards(text))
    raise _too_long(text)


def reads_rightwards(text: str) -> bool:
    """Say whether the first letter that has a direction runs from left to right (Unicode annex 9, rules P2 and P3)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    first = next((each for each in directions if each in {"L", *_RIGHT_TO_LEFT}), "L")
    return first == "L"


def font_problem(text: str, fonts: Sequence[str], own: Sequence[str] = ()) -> str:
    """Say which character of a text no font has, so that no card can say it; "" where one has all."""
    try:
        _font_for(joined(pieces(text)), (*own, *fonts))
    except TemplateError as error:
        return error.problems[0].message
    return ""


def _sizes(widths: Sequence[float], box: Box) -> Iterator[int]:
    """Give the sizes to try, from the largest at which the longest word fits into a line."""
    widest = math.floor(box.width * _MEASURED / max(1.0, *widths))
    yield from (size for size in range(box.largest, box.smallest - 1, -2) if size <= widest)


def _fits(words: Sequence[Piece], widths: Sequence[float], space: float, size: int, box: Box) -> list[int]:
    """Give how many words stand in each line, the lines as even as can be and no more of them; [] if they do not fit.

    The lines are even by the narrowest width that still takes them in as many lines.
    """
    allowed = box.width * _MEASURED / size
    best = _lines(words, widths, space, allowed)
    if not best or len(best) * _pitch(size, box) > box.height:
        return []
    if sentences := _by_sentences(words, widths, space, allowed, len(best)):
        return sentences
    low, high = 0.0, allowed
    while high - low > _MEASURED / 20:
        middle = (low + high) / 2
        tried = _lines(words, widths, space, middle)
        if tried and len(tried) == len(best):
            high, best = middle, tried
        else:
            low = middle
    return best


def _by_sentences(
    words: Sequence[Piece], widths: Sequence[float], space: float, allowed: float, lines: int
) -> list[int]:
    """Give as many lines as there are sentences, one in each; [] where that takes more room or no sentence ends."""
    ends = [at + 1 for at, word in enumerate(words) if word.text[-1:] in _ENDS]
    if len(ends) != lines or ends[-1] != len(words) or lines == 1:
        return []
    starts = [0, *ends[:-1]]
    long = (sum(widths[start:end]) + space * (end - start - 1) for start, end in zip(starts, ends, strict=True))
    return [end - start for start, end in zip(starts, ends, strict=True)] if max(long) <= allowed else []


def _lines(words: Sequence[Piece], widths: Sequence[float], space: float, allowed: float) -> list[int]:
    """Fill words into lines one after the other: how many stand in each; [] when a word alone is too wide."""
    counts: list[int] = []
    used = 0.0
    for word, width in zip(words, widths, strict=True):
        if width > allowed:
            return []
        longer = used + (space if word.spaced else 0.0) + width
        if counts and longer <= allowed:
            counts[-1] += 1
            used = longer
        else:
            counts.append(1)
            used = width
    return counts


def _cut(words: Sequence[Piece], counts: Sequence[int]) -> tuple[str, ...]:
    lines, start = list[str](), 0
    for count in counts:
        lines.append(joined(words[start : start + count]))
        start += count
    return tuple(lines)


def _pitch(size: float, box: Box) -> int:
    return round(size * box.leading)


def _font_for(text: str, names: Sequence[str]) -> str:
    """Give the first font that has every character; TemplateError names the first one that the best of them lacks."""
    lacking = dict[str, str]()
    for name in names:
        lacking[name] = next(_lacking(name, text), "")
        if not lacking[name]:
            return name
    missing = max(lacking.values(), key=text.index)
    called = f"U+{ord(missing):04X} {unicodedata.name(missing, '')}".strip()
    raise _problem(
        f'no font here has “{missing}” ({called}): set [posts] font = "path of a font that has it", {_WITHOUT}'
    )


def _lacking(name: str, text: str) -> Iterator[str]:
    for character in text:
        if unicodedata.category(character) in _INVISIBLE or ord(character) in _SELECTORS:
            continue
        if not _has(name, character):
            yield character


@lru_cache(maxsize=4096)
def _has(name: str, character: str) -> bool:
    """Say whether a font has a form for a character that is not the one it shows for all that it lacks."""
    font = _font(name, 24, ImageFont.Layout.BASIC)
    return _shape(font, character) != _shape(font, _NEVER_A_GLYPH)


def _shape(font: ImageFont.FreeTypeFont, character: str) -> tuple[bytes, tuple[int, int]]:
    mask = font.getmask(character)
    return bytes(mask), mask.size


@lru_cache(maxsize=4096)
def _width(name: str, word: str) -> float:
    return _font(name, _MEASURED).getlength(word)


def _require_shaping(text: str) -> None:
    """Letters that join, or run from right to left, come out wrong without Raqm and FriBiDi: better no picture."""
    if features.check("raqm"):
        return
    if any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT or unicodedata.category(each) == "Mc" for each in text):
        raise _problem(f"letters of this script cannot be set here: install FriBiDi (Debian: libfribidi0), {_WITHOUT}")


@lru_cache(maxsize=256)
def _font(name: str, size: int, layout: ImageFont.Layout | None = None) -> ImageFont.FreeTypeFont:
    try:
        if Path(name).name != name:
            return ImageFont.truetype(name, size, layout_engine=layout)
        with as_file(files("outreach").joinpath("data", "fonts", name)) as path:
            return ImageFont.truetype(path, size, layout_engine=layout)
    except OSError:
        raise _problem(f"no font can be read from {name}: name a TrueType or OpenType file, {_WITHOUT}") from None


def _too_long(text: str) -> TemplateError:
    return _problem(f"“{shortened(text)}” is too long for a picture ({len(text)} characters): shorten it, {_WITHOUT}")


def _problem(message: str) -> TemplateError:
    return TemplateError([Problem("outreach.toml", message, column=_FONT)])
