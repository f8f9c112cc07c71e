"""The style sheet and the icon of a site: the files of static/ in the order of their names, the campaign's colours."""

from collections.abc import Sequence
from importlib.resources import files

from outreach.rendering.contrast import AA_TEXT, blend, contrast
from outreach.site.content.model import Theme

PLAIN = Theme()
WHITE, BLACK = "#ffffff", "#000000"
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="{deep}"/>'
    '<g fill="#fff" fill-opacity=".55"><circle cx="6.5" cy="20" r="3"/><circle cx="11" cy="12.5" r="3"/>'
    '<circle cx="25.5" cy="20" r="3"/></g><circle cx="20.5" cy="11.5" r="4.2" fill="{spark}"/></svg>\n'
)


def style_sheet(theme: Theme) -> str:
    """Give the CSS. Tints are mixed from the theme's deep colour here, for browsers that cannot mix."""
    parts = sorted(files("outreach.site").joinpath("static").iterdir(), key=lambda part: part.name)
    css = "".join(part.read_text("utf-8") for part in parts if part.name.endswith(".css"))
    if (theme.deep.lower(), theme.spark.lower()) == (PLAIN.deep, PLAIN.spark):
        return css
    deep = theme.deep
    pale = _tint(deep, (0.88, 0.91, 0.94, 0.97, 1), deep)
    bright = _tint(deep, (0.65, 0.75, 0.85, 0.93, 1), deep)
    light = {
        "deep": deep,
        "deep-2": _tint(deep, (0.08, 0.04, 0), WHITE),
        "tone": _tint(deep, (0.15, 0.1, 0.05, 0), pale),
        "pale": pale,
        "light": bright,
        "spark": theme.spark,
        "button": deep,
        "link": deep,
    }
    dark = {"deep": blend(deep, BLACK, 0.12), "pale": blend(deep, BLACK, 0.55), "link": bright, "button": bright}
    return f"{css}{_root(light)}@media (prefers-color-scheme: dark) {{ {_root(dark).strip()} }}\n"


def icon(theme: Theme) -> str:
    """Give the icon for the tabs of browsers, as SVG: a ring of seats of which one is lit."""
    return ICON.format(deep=theme.deep, spark=theme.spark)


def _tint(deep: str, shares: Sequence[float], against: str) -> str:
    """Mix the deep colour with a share of white, the first of `shares` that can be read against another colour."""
    tints = [blend(deep, WHITE, share) for share in shares]
    return next((tint for tint in tints if contrast(tint, against) >= AA_TEXT), tints[-1])


def _root(colours: dict[str, str]) -> str:
    return f":root {{ {' '.join(f'--{name}: {colour};' for name, colour in colours.items())} }}\n"
