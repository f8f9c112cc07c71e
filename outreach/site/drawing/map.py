"""The world map of a site as an SVG file: each State in the colour of what is known of it, small ones as dots.

A page shows it as a picture; opened alone, each State is a link to its page. The table of the page says the same. The
geometry is Natural Earth's (public domain), as the report's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape, quoteattr

from outreach.rendering.contrast import blend
from outreach.reports.page.map import EUROPE, Outline, load_world
from outreach.site.content.model import Theme
from outreach.site.frame.looks import PLAIN, WHITE

BOTTOM = 1640  # of the world's drawing; what is farther south has no State
CLOSER = (
    EUROPE,
    (880, 560, 396, 252),
    (3320, 860, 680, 432),
)  # once more below, larger: the Caribbean, the Pacific too
GAP = 40
SIDE = (4000 - 4 * GAP) // len(CLOSER)  # of what is shown larger
HEIGHT = BOTTOM + SIDE * EUROPE[3] // EUROPE[2] + GAP


class Mark(StrEnum):
    """How a State looks on the map: by what is on record of it, not by what is not."""

    RAISED = "raised"
    ACTED = "acted"  # joined, led or co-sponsored
    CONCERNED = "concerned"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Marked:
    """A State on the map: its mark, its name, and its page from where the map stands."""

    mark: Mark
    name: str
    page: str


def draw_map(marked: Mapping[str, Marked], theme: Theme, title: str, about: str, language: str) -> str:
    """Draw the map of these States, by alpha-3. `title` and `about` are what a screen reader says of the whole."""
    world = load_world()
    plain = theme.deep.lower() == PLAIN.deep
    deep, tone = theme.deep, "#1f6f80" if plain else blend(theme.deep, WHITE, 0.15)
    light = "#a9d0d7" if plain else blend(theme.deep, WHITE, 0.65)
    fills = {Mark.UNKNOWN: tone, Mark.CONCERNED: "url(#c)", Mark.ACTED: light, Mark.RAISED: theme.spark}
    drawn = [outline for outline in world.outlines if outline.code in marked]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {world.width} {HEIGHT}"',
        f' width="{world.width}" height="{HEIGHT}" lang={quoteattr(language)}>',
        f"<title>{escape(title)}</title><desc>{escape(about)}</desc>",
        '<pattern id="c" width="16" height="16" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">',
        f'<path fill="{tone}" d="M0 0h16v16H0z"/><path fill="{light}" d="M0 0h6v16H0z"/></pattern>',
        f'<g id="w"><path fill="{tone}" opacity=".45" d="{world.land}"/>',
        f'<g stroke="{deep}" stroke-width="2">',
        *(_shape(outline, marked[outline.code], fills) for outline in drawn if outline.path),
        '</g><g stroke-linecap="round" fill="none">',
        *(_dot(outline, marked[outline.code], fills, deep, light) for outline in _by_weight(drawn, marked)),
        "</g></g>",
        *(_closer(at, view, deep, light) for at, view in enumerate(CLOSER)),
        "</svg>\n",
    ]
    return "".join(parts)


def _closer(at: int, view: tuple[int, int, int, int], deep: str, light: str) -> str:
    """Draw a part of the world once more below it, where States are many and small."""
    x, y, width, height = view
    left, tall = GAP + at * (SIDE + GAP), SIDE * height // width
    return (
        f'<svg x="{left}" y="{BOTTOM}" width="{SIDE}" height="{tall}" viewBox="{x} {y} {width} {height}">'
        f'<path fill="{deep}" d="M{x} {y}h{width}v{height}h-{width}z"/><use href="#w"/></svg>'
        f'<path fill="none" stroke="{light}" stroke-width="1" vector-effect="non-scaling-stroke"'
        f' d="M{left} {BOTTOM}h{SIDE}v{tall}h-{SIDE}z"/>'
    )


def _by_weight(drawn: list[Outline], marked: Mapping[str, Marked]) -> list[Outline]:
    """Give the outlines with a dot: those of whom more is known lie on top."""
    order = (Mark.UNKNOWN, Mark.CONCERNED, Mark.ACTED, Mark.RAISED)
    return sorted((o for o in drawn if o.dot), key=lambda outline: order.index(marked[outline.code].mark))


def _shape(outline: Outline, one: Marked, fills: Mapping[Mark, str]) -> str:
    return f'{_link(one)}<path fill="{fills[one.mark]}" d="{outline.path}"/></a>'


def _dot(outline: Outline, one: Marked, fills: Mapping[Mark, str], deep: str, light: str) -> str:
    """Draw a State that is too small for its outline, as large at every width: a line of no length, with round ends."""
    x, y = outline.dot or (0, 0)
    colour = light if one.mark is Mark.CONCERNED else fills[one.mark]
    point = f'd="M{x} {y}h.01" vector-effect="non-scaling-stroke"'
    ring = f'<path stroke="{deep}" stroke-width="7" {point}/><path stroke="{colour}" stroke-width="5" {point}/>'
    hole = f'<path stroke="{deep}" stroke-width="2" {point}/>' if one.mark is Mark.CONCERNED else ""
    return f"{_link(one)}{ring}{hole}</a>"


def _link(one: Marked) -> str:
    return f"<a href={quoteattr(one.page)}><title>{escape(one.name)}</title>"
