"""Reads site/theme.toml: two colours, each of which text can stand on, and a logo."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from outreach.errors import Problem
from outreach.publishing.files import SiteFiles, named
from outreach.rendering.contrast import AA_LARGE, AA_TEXT, contrast, is_colour
from outreach.site.content.model import Theme
from outreach.text import clean_line, did_you_mean, shortened

FILE = "theme.toml"
MOST_BYTES = 20_000
COLOURS = ("deep", "spark")
KEYS = (*COLOURS, "logo")
LIGHT_TEXT = "#fbfaf7"  # on `deep`, and the paper that links and buttons in it stand on
DARK_TEXT = "#1b252c"  # on `spark`


def read_theme(files: SiteFiles, problems: list[Problem]) -> Theme:
    """Read how the pages look; what the file does not say, or where there is none, is as in `Theme`."""
    path = files.readable(FILE)
    said = _said(path, problems) if path else {}
    known = dict[str, str]()
    for key, value in said.items():
        if key not in KEYS:
            problems.append(_problem(key, f"there is no such key{did_you_mean(key, KEYS)}"))
        elif not isinstance(value, str):
            problems.append(_problem(key, "must be a text, in quotation marks"))
        elif key in COLOURS and not is_colour(value):
            problems.append(_problem(key, f"'{shortened(value)}' is no colour: write it as #0b4251"))
        elif value:
            known[key] = value
    theme = Theme(**known)
    problems += _pale(theme, known)
    return theme


def _said(path: Path, problems: list[Problem]) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            problems.append(Problem(named(FILE), f"larger than {MOST_BYTES // 1000} kB; it should be three lines"))
            return {}
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        message = "not UTF-8: save it as UTF-8" if isinstance(error, UnicodeDecodeError) else f"not valid TOML: {error}"
        problems.append(Problem(named(FILE), shortened(message, 200)))
    except OSError as error:
        problems.append(Problem(named(FILE), f"cannot be read: {error.strerror}"))
    return {}


def _pale(theme: Theme, known: Mapping[str, str]) -> Iterator[Problem]:
    """Give the colours that text cannot be read on; our own are not looked at unless one of them is changed."""
    large = f"deep, {theme.deep}, on which it stands in large letters,"
    pairs = (
        ("deep", theme.deep, "the light text on it", LIGHT_TEXT, AA_TEXT, "a darker one"),
        ("spark", theme.spark, "the dark text on it", DARK_TEXT, AA_TEXT, "a lighter one"),
        ("spark", theme.spark, large, theme.deep, AA_LARGE, "another"),
    )
    for key, colour, other, against, least, better in pairs:
        if known and (found := contrast(colour, against)) < least:
            figures = f"contrast by {found:.2f} to 1, and {least:g} to 1 is the least (WCAG 2.2, AA)"
            yield _problem(key, f"{colour} and {other} {figures}: choose {better}")


def _problem(key: str, message: str) -> Problem:
    return Problem(named(FILE), message, column=shortened(clean_line(key)))
