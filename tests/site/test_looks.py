"""Whatever colours a campaign chose, and the check of theme.toml let through, all text on pages can be read."""

import re
from colorsys import hsv_to_rgb

from outreach.rendering.contrast import AA_TEXT, contrast
from outreach.site.content.model import Theme
from outreach.site.content.theme import LIGHT_TEXT
from outreach.site.frame.looks import style_sheet

# Of the variables of a-base.css: text and what it stands on, in light and in dark.
LIGHT = (
    ("tone", "paper"),
    ("tone", "pale"),
    ("light", "deep"),
    ("link", "paper"),
    ("link", "pale"),
    ("white", "deep-2"),
)
DARK = (("link", "paper"), ("link", "card"), ("link", "pale"), ("light", "deep"), ("on-button", "button"))
FIXED = {"paper": "#fbfaf7", "card": "#ffffff", "white": "#ffffff"}
FIXED_DARK = {"paper": "#0f1a1f", "card": "#16242a", "on-button": "#0b2a33"}


def test_every_tint_of_a_colour_that_is_let_through_can_be_read() -> None:
    hues = [
        hsv_to_rgb(hue / 12, strength / 2, value / 12)
        for hue in range(12)
        for strength in range(3)
        for value in range(13)
    ]
    colours = ["#" + "".join(f"{round(part * 255):02x}" for part in hue) for hue in hues]
    let_through = [colour for colour in colours if contrast(colour, LIGHT_TEXT) >= AA_TEXT]
    pale = []
    for deep in let_through:
        light, dark = re.findall(r":root \{ ([^}]*) \}", style_sheet(Theme(deep=deep)))[-2:]
        of_light = FIXED | dict(re.findall(r"--([\w-]+): ([^;]+);", light))
        of_dark = of_light | FIXED_DARK | dict(re.findall(r"--([\w-]+): ([^;]+);", dark))
        for pairs, found in ((LIGHT, of_light), (DARK, of_dark)):
            pale += [(deep, pair) for pair in pairs if contrast(found[pair[0]], found[pair[1]]) < AA_TEXT]
    assert len(let_through) > 100
    assert pale == []


def _written(colour: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
