"""The world map of a report: States' outlines and dots, each with its stage; knows no letters.

The geometry is Natural Earth's (public domain), made into outreach/data/world.json by tests/reports/page/make_world.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from outreach.registry.model import State
from outreach.reports.page.stages import ORDER, Stage, names

# The enlarged part, where States are many and small: x, y, width, height in units of the world's drawing.
EUROPE = (1700, 70, 660, 420)


@dataclass(frozen=True, slots=True)
class Outline:
    """A State as world.json draws it: SVG path data, blank when it is too small, and a dot when it is small."""

    code: str
    path: str
    dot: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class World:
    """Everything there is to draw, in units of a plane whose width and height are given."""

    width: int
    height: int
    land: str  # of no State on the UN's list
    outlines: tuple[Outline, ...]


@dataclass(frozen=True, slots=True)
class Country:
    """A State on the map."""

    outline: Outline
    name: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A stage and who is there: what the map says, in words."""

    stage: Stage
    states: tuple[str, ...]  # names


@dataclass(frozen=True, slots=True)
class WorldMap:
    """The map with its legend; small States last, so that their dots lie on top."""

    width: int
    height: int
    land: str
    countries: tuple[Country, ...]
    legend: tuple[LegendLine, ...]
    europe: tuple[int, int, int, int] = EUROPE


@cache
def load_world() -> World:
    """Read the geometry of the package's world.json."""
    data = json.loads(files("outreach").joinpath("data", "world.json").read_text(encoding="utf-8"))
    outlines = tuple(
        Outline(code, drawn["path"], tuple(drawn["dot"]) if drawn["dot"] else None)
        for code, drawn in data["states"].items()
    )
    return World(data["width"], data["height"], data["land"], outlines)


def draw_map(states: Mapping[str, State], stages: Mapping[str, Stage]) -> WorldMap:
    """Draw the map of these States by stage. `stages` may have codes that are no State; they are in the legend."""
    world = load_world()
    countries = [
        Country(outline, states[outline.code].name, stages.get(outline.code, Stage.NOT_ASKED))
        for outline in world.outlines
        if outline.code in states
    ]
    return WorldMap(world.width, world.height, world.land, tuple(countries), _legend(states, stages))


def _legend(states: Mapping[str, State], stages: Mapping[str, Stage]) -> tuple[LegendLine, ...]:
    lines = [LegendLine(stage, names(states, (c for c, at in stages.items() if at is stage))) for stage in ORDER]
    return tuple(line for line in lines if line.states)
