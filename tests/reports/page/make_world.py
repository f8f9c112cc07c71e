"""Makes outreach/data/world.json from Natural Earth; run by hand when the geometry or the list of States changes.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m tests.reports.page.make_world package/countries-50m.json package/countries-10m.json

The npm package world-atlas (ISC licence) is Natural Earth 4.1 (public domain) as TopoJSON: borders are arcs that two
countries share, so arcs that are simplified once still fit, and an arc that occurs twice in one State is no border.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from outreach.registry.states import load_states

TARGET = Path(__file__).parents[3] / "outreach" / "data" / "world.json"
Point = tuple[float, float]
Ring = tuple[int, ...]  # numbers of arcs; ~n is arc n backwards

WIDTH = 4000  # units of the drawing, from one end of the Equator to the other
CENTRE = 11.5  # degrees East; the map's edge runs through the Bering Strait and cuts no State's mainland
NORTH, SOUTH = 83.7, -56.0  # degrees; Antarctica is no State
FINEST = 3.0  # square units: a bend smaller than this is left out
FEWEST = 4  # points of a line
SMALLEST_ISLAND = 25.0  # square units
SMALL_STATE = 240.0  # square units of a State's largest piece; below, it is drawn as a dot as well

# Natural Earth draws who holds the ground. The UN's own list of States is what this map counts by, so pieces that no
# State on it claims as its own are drawn as land of no State, and these are drawn as the UN counts them: Crimea by
# A/RES/68/262, northern Cyprus by S/RES/541 (1983), Somaliland as part of Somalia.
PART_OF = {"N. Cyprus": "CYP", "Somaliland": "SOM"}
CRIMEA = (32.0, 44.0, 37.0, 46.5)  # degrees: west, south, east, north
WESTERN_SAHARA = 27 + 40 / 60  # degrees North
NO_STATE = ""


def equal_earth(longitude: float, latitude: float) -> Point:
    """Units of the Equal Earth projection, y downwards (Šavrič, Patterson and Jenny 2018, equations 9 and 10)."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = asin(sqrt(3) / 2 * sin(radians(latitude)))
    slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    x = 2 * sqrt(3) * radians(longitude) * cos(t) / (3 * slope)
    y = t * (a4 * t**8 + a3 * t**6 + a2 * t**2 + a1)
    return x, -y


SCALE = WIDTH / (2 * equal_earth(180, 0)[0])
TOP = equal_earth(0, NORTH)[1] * SCALE


def on_map(line: Iterable[Point]) -> list[Point]:
    """The places on the drawing of a line in degrees. What lies west of its edge comes in again in the east.

    A line is never torn: an island across the edge goes where its first point lies.
    """
    placed: list[Point] = []
    before = 0.0
    for longitude, latitude in line:
        turned = (longitude - CENTRE - before + 180) % 360 - 180 + before
        x, y = equal_earth(turned, latitude)
        placed.append((x * SCALE + WIDTH / 2, y * SCALE - TOP))
        before = turned
    return placed


@dataclass(frozen=True)
class Atlas:
    """A TopoJSON file: arcs in degrees, and the polygons of each country, by its M49 number and its name."""

    arcs: tuple[tuple[Point, ...], ...]
    countries: tuple[tuple[str, str, tuple[tuple[Ring, ...], ...]], ...]

    def points(self, ring: Ring, arcs: Sequence[Sequence[Point]] = ()) -> list[Point]:
        """A ring's points, the first also the last; of other arcs with the same numbers, when given."""
        known = arcs or self.arcs
        parts = [known[n] if n >= 0 else known[~n][::-1] for n in ring]
        return [parts[0][0], *(point for part in parts for point in part[1:])]


def read_atlas(path: Path) -> Atlas:
    """Read TopoJSON: arcs are quantised and delta-encoded (TopoJSON specification 1.0, section 2.1.2)."""
    data = json.loads(path.read_text(encoding="utf-8"))
    (kx, ky), (dx, dy) = data["transform"]["scale"], data["transform"]["translate"]
    arcs = []
    for arc in data["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * kx + dx, y * ky + dy))
        arcs.append(tuple(points))
    countries = [
        (item.get("id", ""), item["properties"]["name"], tuple(_polygons(item)))
        for item in data["objects"]["countries"]["geometries"]
    ]
    return Atlas(tuple(arcs), tuple(countries))


def _polygons(item: dict[str, object]) -> Iterator[tuple[Ring, ...]]:
    polygons = item["arcs"] if item["type"] == "MultiPolygon" else [item["arcs"]]
    for polygon in polygons:
        yield tuple(tuple(ring) for ring in polygon)


def owners(atlas: Atlas, codes: dict[str, str]) -> dict[str, list[Ring]]:
    """Alpha-3 → the rings of that State's polygons; NO_STATE → the land of none on the UN's list."""
    found: dict[str, list[Ring]] = defaultdict(list)
    for number, name, polygons in atlas.countries:
        if name == "Antarctica":
            continue
        for polygon in polygons:
            code = codes.get(number) or PART_OF.get(name, NO_STATE)
            if code == "RUS" and lies_in(atlas.points(polygon[0]), CRIMEA):
                code = "UKR"
            found[code] += polygon
    return found


def lies_in(points: Iterable[Point], box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return all(west < x < east and south < y < north for x, y in points)


def outlines(atlas: Atlas, rings: Iterable[Ring]) -> list[Ring]:
    """The rings around what these enclose together: an arc that occurs both ways is within, and goes."""
    used = Counter(n for ring in rings for n in ring)
    left = [n for n in used if not used.get(~n)]
    begins: dict[Point, list[int]] = defaultdict(list)
    for n in left:
        begins[atlas.points((n,))[0]].append(n)
    found = []
    while any(begins.values()):
        ring = [next(ways for ways in begins.values() if ways).pop()]
        first = atlas.points((ring[0],))[0]
        while (end := atlas.points((ring[-1],))[-1]) != first:
            ring.append(begins[end].pop())
        found.append(tuple(ring))
    return found


def simplified(points: Sequence[Point]) -> list[Point]:
    """The points without those that change the shape by less than FINEST (Visvalingam and Whyatt 1993)."""
    before, after = ({i: i + step for i in range(len(points))} for step in (-1, 1))
    kept = set(range(len(points)))
    smallest = [(_bend(points, i - 1, i, i + 1), i, i - 1, i + 1) for i in range(1, len(points) - 1)]
    heapify(smallest)
    while smallest and smallest[0][0] < FINEST and len(kept) > FEWEST:
        _, i, left, right = heappop(smallest)
        if i not in kept or (before[i], after[i]) != (left, right):
            continue
        kept.remove(i)
        after[left], before[right] = right, left
        for j in {left, right} - {0, len(points) - 1}:
            heappush(smallest, (_bend(points, before[j], j, after[j]), j, before[j], after[j]))
    return [points[i] for i in sorted(kept)]


def _bend(points: Sequence[Point], left: int, middle: int, right: int) -> float:
    return area((points[left], points[middle], points[right], points[left]))


def split(points: Sequence[Point], y: float) -> tuple[list[Point], list[Point]]:
    """What lies above and below a horizontal line (Sutherland and Hodgman 1974, for one edge)."""
    above: list[Point] = []
    below: list[Point] = []
    for a, b in pairwise(points):
        (above if a[1] <= y else below).append(a)
        if (a[1] <= y) != (b[1] <= y):
            crossing = (a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]), y)
            above.append(crossing)
            below.append(crossing)
    return [[*part, part[0]] if part else [] for part in (above, below)]


def area(points: Sequence[Point]) -> float:
    """Square units (shoelace formula)."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points))) / 2


def centre(points: Sequence[Point]) -> Point:
    """The centre of area; of the points, where there is hardly any area."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points))
    if abs(twice) < 1e-9:
        return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    weights = [(a[0] * b[1] - b[0] * a[1], a, b) for a, b in pairwise(points)]
    x = sum(w * (a[0] + b[0]) for w, a, b in weights) / (3 * twice)
    return x, sum(w * (a[1] + b[1]) for w, a, b in weights) / (3 * twice)


def path(rings: Iterable[Sequence[Point]]) -> str:
    """SVG path data in whole units, each point relative to the one before."""
    return "".join(_subpath(ring) for ring in rings)


def _subpath(ring: Sequence[Point]) -> str:
    whole = [(round(x), round(y)) for x, y in ring]
    kept = [point for i, point in enumerate(whole) if not i or point != whole[i - 1]]
    if kept[0] == kept[-1]:
        kept.pop()
    if len(kept) < 3:
        return ""
    steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(kept)]
    return f"M{kept[0][0]} {kept[0][1]}l{' '.join(steps)}z".replace(" -", "-")


@dataclass(frozen=True)
class Drawn:
    """One State: its outline, blank when it is too small for one, and its dot, None when it needs none."""

    path: str
    dot: tuple[int, int] | None


Shapes = list[list[Point]]


def draw(shapes: Shapes) -> Drawn:
    """A State, its largest piece first; islands that nobody would see are left out."""
    largest = max(shapes, key=area)
    kept = [shape for shape in shapes if shape is largest or area(shape) >= SMALLEST_ISLAND]
    x, y = centre(largest)
    return Drawn(path(kept), (round(x), round(y)) if area(largest) < SMALL_STATE else None)


def world(atlas: Atlas, fine: Atlas) -> dict[str, object]:
    """What world.json holds. States that `atlas` is too coarse for take their place from `fine`."""
    codes = {number: code for code, number in _m49().items()}
    shapes = all_shapes(atlas, codes, [simplified(on_map(arc)) for arc in atlas.arcs])
    cut = [split(shape, on_map([(CENTRE, WESTERN_SAHARA)])[0][1]) for shape in shapes["MAR"]]
    shapes["MAR"] = [above for above, _ in cut if above]
    land = [
        shape for shape in shapes.pop(NO_STATE) + [below for _, below in cut if below] if area(shape) >= SMALLEST_ISLAND
    ]
    drawn = {code: draw(found) for code, found in shapes.items()}
    missing = Atlas(fine.arcs, tuple(c for c in fine.countries if c[0] in codes and codes[c[0]] not in drawn))
    exact = all_shapes(missing, codes, [on_map(arc) for arc in fine.arcs])
    drawn |= {code: Drawn("", draw(found).dot) for code, found in exact.items()}
    return {
        "source": "Natural Earth 4.1 (public domain), 1:50m and for Tuvalu 1:10m, through world-atlas 2.0.2 (ISC)",
        "projection": f"Equal Earth, central meridian {CENTRE:g}° East",
        "width": WIDTH,
        "height": round(on_map([(CENTRE, SOUTH)])[0][1]),
        "land": path(land),
        "states": {code: {"path": d.path, "dot": d.dot} for code, d in sorted(drawn.items())},
    }


def all_shapes(atlas: Atlas, codes: dict[str, str], arcs: Sequence[Sequence[Point]]) -> dict[str, Shapes]:
    """Alpha-3 → the outlines of that State on the drawing; NO_STATE → the land of none."""
    found = owners(atlas, codes)
    return {code: [atlas.points(ring, arcs) for ring in outlines(atlas, rings)] for code, rings in found.items()}


def _m49() -> dict[str, str]:
    """Alpha-3 → the UN's M49 number, which Natural Earth has too."""
    import csv

    table = TARGET.with_name("states.csv").read_text(encoding="utf-8").splitlines()
    numbers = {row["iso3"]: row["m49"] for row in csv.DictReader(table)}
    return {code: numbers[code] for code in load_states()}


if __name__ == "__main__":
    coarse, fine = (read_atlas(Path(name)) for name in sys.argv[1:3])
    text = json.dumps(world(coarse, fine), ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")  # a line a State
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1000:.0f} kB")
