"""Measures how well one colour stands out from another, by WCAG 2.2; knows no theme and no picture."""

import re

AA_TEXT = 4.5  # to one, for text of any size (WCAG 2.2, 1.4.3)
AA_LARGE = 3.0  # for text from 24 pixels on, from 18.5 in bold, and for shapes that mean something (1.4.3, 1.4.11)

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def is_colour(text: str) -> bool:
    """Say whether it is a colour as the theme writes it: #rrggbb."""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours (#rrggbb), from 1.0 to 21.0: WCAG 2.2, "contrast ratio".

    Raises ValueError for what is no colour.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def blend(one: str, other: str, share: float) -> str:
    """Mix two colours (#rrggbb) as light is mixed on a screen: `share` of the second, from 0.0 to 1.0."""
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(_parts(one), _parts(other), strict=True))


def _luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    shares = (part / 255 for part in _parts(colour))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[int, int, int]:
    if not is_colour(colour):
        raise ValueError(f"'{colour}' is no colour: write #rrggbb")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
