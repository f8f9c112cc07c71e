"""The colours of cards, made of the two of a theme so that every word can be read: contrast AA, whatever the theme."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from outreach.rendering.contrast import AA_LARGE, AA_TEXT, blend, contrast, is_colour

WHITE, INK, BLACK = "#ffffff", "#1b252c", "#000000"  # of any colour one of the first and the last stands out


@dataclass(frozen=True, slots=True)
class Looks:
    """The two colours of a theme (#rrggbb), and a font file or several to be tried before the program's own."""

    deep: str = "#0b4251"
    spark: str = "#f2b84b"
    fonts: tuple[str, ...] = ()


def looks_in(theme: Path, fonts: tuple[str, ...] = ()) -> Looks:
    """Read the two colours of a theme's file, site/theme.toml; the program's own where it says none, or is not there.

    What is wrong with the file is not said here: `outreach site build` names it.
    """
    try:
        said = tomllib.loads(theme.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        said = {}
    named = {key: value for key in ("deep", "spark") if is_colour(value := str(said.get(key, "")))}
    return Looks(**named, fonts=fonts)


@dataclass(frozen=True, slots=True)
class Colours:
    """What is drawn in which colour. Each but `dots` stands out from the ground by AA: words 4.5:1, `bar` 3:1."""

    ground: str
    title: str
    soft: str
    warm: str
    bar: str
    dots: str


@cache
def colours(deep: str, spark: str) -> Colours:
    """Choose the colours on a ground: the theme's where these can be read on it, else the nearest that can.

    Raises ValueError for what is no colour.
    """
    title = next(each for each in (WHITE, INK, BLACK) if contrast(each, deep) >= AA_TEXT)
    soft = next(
        (tone for share in (0.22, 0.15, 0.08) if contrast(tone := blend(title, deep, share), deep) >= AA_TEXT), title
    )
    clear = contrast(spark, deep)
    # Seats are quiet; where the lighter tone would leave too little for words that run over one, a darker one.
    dots = next(tone for each in (title, WHITE, BLACK) if contrast(tone := blend(deep, each, 0.11), title) >= AA_TEXT)
    return Colours(
        ground=deep.lower(),
        title=title,
        soft=soft,
        warm=spark.lower() if clear >= AA_TEXT else title,
        bar=spark.lower() if clear >= AA_LARGE else title,
        dots=dots,
    )
