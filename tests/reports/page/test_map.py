"""The world map: every State is on it where it belongs, and it says the same as its legend."""

import re
from itertools import pairwise
from math import cos, pi, radians

import pytest

from outreach.registry.states import load_states
from outreach.reports.page.map import Outline, draw_map, load_world
from outreach.reports.page.stages import Stage, names
from tests.reports.page.make_world import TARGET, equal_earth, on_map, simplified, split

STEP = re.compile(r"-?\d+")
SMALL = ("PSE", "VAT", "MCO", "SMR", "LIE", "AND", "MLT", "TUV", "NRU", "PLW", "MHL", "KIR", "SYC", "KNA", "SGP", "BHR")
# Places well within a State, in degrees East and North. Nothing here is nearer to a border than the drawing is exact.
PLACES = {
    "FRA": (2.4, 46.7),
    "DEU": (10.0, 51.0),
    "BLR": (28.0, 53.5),
    "UKR": (34.3, 45.3),  # Crimea
    "RUS": (178.0, 66.5),  # Chukotka, at both sides of the 180th meridian
    "CHN": (104.0, 35.0),
    "VEN": (-66.0, 7.5),
    "ARG": (-65.0, -35.0),
    "SOM": (45.5, 9.3),  # Somaliland
    "MAR": (-6.5, 32.0),
    "AUS": (134.0, -25.0),
    "CAN": (-100.0, 60.0),
    "LSO": (28.3, -29.6),  # a State within another
}


def rings(outline: Outline) -> list[list[tuple[float, float]]]:
    """The points of each ring of a path that moves once and then draws relative lines."""
    found = []
    for ring in filter(None, outline.path.split("z")):
        numbers = [int(number) for number in STEP.findall(ring)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        points = [pairs[0]]
        for dx, dy in pairs[1:]:
            points.append((points[-1][0] + dx, points[-1][1] + dy))
        found.append(points)
    return found


def covers(outline: Outline, longitude: float, latitude: float) -> bool:
    """Whether the outline has this place within, by the even-odd rule that the page fills by."""
    [(x, y)] = on_map([(longitude, latitude)])
    crossings = 0
    for points in rings(outline):
        for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossings += 1
    return crossings % 2 == 1


def owners_of(longitude: float, latitude: float) -> list[str]:
    return [outline.code for outline in load_world().outlines if covers(outline, longitude, latitude)]


def test_all_193_members_and_both_observers_are_on_the_map_and_nobody_else() -> None:
    outlines = load_world().outlines
    assert sorted(outline.code for outline in outlines) == sorted(load_states())
    assert len(outlines) == 195
    assert [outline.code for outline in outlines if not outline.path and not outline.dot] == []


@pytest.mark.parametrize("code", SMALL)
def test_small_states_are_dots(code: str) -> None:
    assert next(outline.dot for outline in load_world().outlines if outline.code == code)


@pytest.mark.parametrize("code", PLACES)
def test_each_place_belongs_to_one_state_and_the_right_one(code: str) -> None:
    assert owners_of(*PLACES[code]) == [code]


@pytest.mark.parametrize("place", [(-13.5, 24.5), (-11.0, 27.0), (-42.0, 72.0)], ids=["south", "north", "Greenland"])
def test_western_sahara_and_dependent_land_are_coloured_as_no_state(place: tuple[float, float]) -> None:
    world = load_world()
    assert owners_of(*place) == []
    assert covers(Outline("", world.land, None), *place)


def test_everything_lies_on_the_drawing() -> None:
    world = load_world()
    points = [point for outline in world.outlines for ring in rings(outline) for point in ring]
    points += [outline.dot for outline in world.outlines if outline.dot]
    assert all(0 <= x <= world.width and -2 <= y <= world.height for x, y in points)


def test_nothing_is_drawn_from_one_edge_of_the_map_to_the_other() -> None:
    """A coast that crosses the 180th meridian would, if it were not cut or turned."""
    world = load_world()
    for outline in world.outlines:
        for points in rings(outline):
            assert max(abs(b[0] - a[0]) for a, b in pairwise(points)) < world.width / 10, outline.code


def test_the_geometry_is_small_enough_to_be_in_every_page() -> None:
    assert TARGET.stat().st_size < 150_000


def test_the_projection_is_equal_earth() -> None:
    """2.05458 is the ratio that its authors give; equal area is what it is for."""
    width, height = 2 * equal_earth(180, 0)[0], 2 * equal_earth(0, -90)[1]
    assert width / height == pytest.approx(2.05458, abs=1e-4)
    for latitude in (-75, -40, 0, 20, 60, 80):
        (x1, y), (x2, _), (_, above) = (
            equal_earth(0, latitude),
            equal_earth(1, latitude),
            equal_earth(0, latitude + 0.01),
        )
        assert (x2 - x1) * (y - above) == pytest.approx(cos(radians(latitude)) * 0.01 * (pi / 180) ** 2, rel=1e-3)


def test_small_bends_go_and_ends_stay() -> None:
    line = [(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0), (15.0, 10.1), (20.0, 10.0)]
    assert simplified(line) == [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (20.0, 10.0)]


def test_a_shape_is_cut_along_a_parallel() -> None:
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)]
    above, below = split(square, 1.0)
    assert above == [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
    assert below == [(2.0, 1.0), (2.0, 2.0), (0.0, 2.0), (0.0, 1.0), (2.0, 1.0)]


def test_the_legend_names_every_state_once_at_the_stage_that_the_map_shows() -> None:
    states = load_states()
    stages = {code: list(Stage)[number % 6] for number, code in enumerate(states)}
    drawn = draw_map(states, stages)
    told = {name: line.stage for line in drawn.legend for name in line.states}
    assert told == {country.name: country.stage for country in drawn.countries}
    assert sum(len(line.states) for line in drawn.legend) == 195


def test_a_stage_that_nobody_has_reached_is_not_in_the_legend() -> None:
    drawn = draw_map(load_states(), dict.fromkeys(load_states(), Stage.NOT_ASKED))
    assert [line.stage for line in drawn.legend] == [Stage.NOT_ASKED]


def test_names_stand_in_alphabetical_order_accents_aside() -> None:
    assert names(load_states(), ["CZE", "CIV", "CRI", "TZA", "TUR"]) == (
        "Costa Rica",
        "Côte d’Ivoire",
        "Czechia",
        "Türkiye",
        "United Republic of Tanzania",
    )
