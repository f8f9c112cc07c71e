"""Small multiples: for each State a strip of years with three lanes: raised, joined or led, co-sponsored."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from outreach.site.facts.states import Deed

WIDTH: Final = 200
LANES: Final = {"raised": 7, "joined": 19, "co-sponsored": 31}  # from the top
MARGIN: Final = 8
SIZE: Final = 4.5
MOST_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Strip:
    """What one State did by year, as SVG paths and as years; "" and () where nothing of that kind is known."""

    raised: str
    joined: str
    sponsored: str
    years: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scale:
    """The years of a page, and where each stands."""

    first: int
    last: int

    def x(self, year: int) -> float:
        """Say where a year stands, from the left."""
        step = (WIDTH - 2 * MARGIN) / max(1, self.last - self.first)
        return round(MARGIN + step * (year - self.first), 1)

    @property
    def ends(self) -> tuple[tuple[float, int], ...]:
        """Give the first year and the last, and where the text of each begins or ends; one where they are one."""
        ends = ((0.0, self.first), (float(WIDTH), self.last))
        return ends if self.last > self.first else ends[:1]

    @property
    def ticks(self) -> tuple[tuple[float, int], ...]:
        """Give the years that are written, and where they stand: all, or every second, fifth … as there is room."""
        step = next(step for step in (1, 2, 5, 10, 50) if step == 50 or (self.last - self.first) / step < MOST_TICKS)
        return tuple((self.x(year), year) for year in range(self.first, self.last + 1) if year % step == 0)


def scale_of(deeds: Iterable[Deed]) -> Scale | None:
    """Give the years from the first deed to the last; None where no day is known."""
    years = [int(deed.when[:4]) for deed in deeds if deed.when]
    return Scale(min(years), max(years)) if years else None


def draw_strip(deeds: Iterable[Deed], scale: Scale) -> Strip:
    """Draw the strip of one State."""
    found: dict[str, set[str]] = {lane: set() for lane in LANES}
    for deed in deeds:
        if deed.when:
            found["joined" if deed.kind == "led" else deed.kind].add(deed.when[:4])
    years = {lane: tuple(sorted(those)) for lane, those in found.items()}
    return Strip(
        raised=_marks(years["raised"], scale, LANES["raised"], _disc),
        joined=_marks(years["joined"], scale, LANES["joined"], _disc),
        sponsored=_marks(years["co-sponsored"], scale, LANES["co-sponsored"], _square),
        years=years,
    )


def _marks(years: Iterable[str], scale: Scale, y: int, shape: Callable[[float, int], str]) -> str:
    return "".join(shape(scale.x(int(year)), y) for year in years)


def _disc(x: float, y: float) -> str:
    return f"M{x - SIZE:g} {y}a{SIZE} {SIZE} 0 1 0 {2 * SIZE:g} 0a{SIZE} {SIZE} 0 1 0-{2 * SIZE:g} 0z"


def _square(x: float, y: float) -> str:
    return f"M{x - SIZE + 0.5:g} {y - SIZE + 0.5:g}h{2 * SIZE - 1:g}v{2 * SIZE - 1:g}h-{2 * SIZE - 1:g}z"
