"""Draws a half circle of seats, one for each State, some of them lit; knows nothing of what they did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from markupsafe import Markup, escape

from outreach.site.drawing.numbers import short

WIDTH = 540.0
MARGIN = 14.0
OUTER = WIDTH / 2 - MARGIN  # the radius of the last row
INNER = 0.42  # of it: the first row
AT_EASE = 26.0  # from one seat to the next where there is one row
MOST_ROWS = 12
LARGEST = 11.5
BESIDE = 30.0  # from one to the next of those that stand below the half circle


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat: what its title says, and whether it is lit."""

    title: str
    lit: bool = False


def seats(here: Sequence[Seat], title: str, beside: Sequence[Seat] = (), mark: str = "seats") -> Markup:
    """Draw the seats from left to right; `beside` stand below, outside the half circle. `title` is the text for it.

    `mark` is the id of the title, once a page.
    """
    places, size = _places(len(here))
    drawn = [*_circles(zip(here, places, strict=True), size)]
    bottom = OUTER + MARGIN + size
    if beside:
        bottom += BESIDE
        first = WIDTH / 2 - BESIDE * (len(beside) - 1) / 2
        row = [(first + BESIDE * at, bottom - MARGIN) for at in range(len(beside))]
        drawn += _circles(zip(beside, row, strict=True), size, "seat beside")
    return Markup(  # noqa: S704 - every text is escaped
        f'<svg viewBox="0 0 {short(WIDTH)} {short(bottom)}" role="img" aria-labelledby="{escape(mark)}">'
        f'<title id="{escape(mark)}">{escape(title)}</title>{"".join(drawn)}</svg>'
    )


def _circles(seated: Iterable[tuple[Seat, tuple[float, float]]], size: float, kind: str = "seat") -> Iterable[str]:
    for seat, (x, y) in seated:
        lit, radius = (" spoke", size) if seat.lit else ("", size * 0.8)
        yield (
            f'<circle class="{kind}{lit}" cx="{short(x)}" cy="{short(y)}" r="{short(radius)}">'
            f"<title>{escape(seat.title)}</title></circle>"
        )


def _places(count: int) -> tuple[list[tuple[float, float]], float]:
    """Give where so many seats stand, from left to right, and how large each may be."""
    radii = _rows(count)
    shares = _shared(count, radii)
    angled = sorted(
        (pi * (1.5 if share == 1 else 1 + at / (share - 1)), -radius)
        for radius, share in zip(radii, shares, strict=True)
        for at in range(share)
    )
    gaps = [_between_rows(len(radii)), *(pi * r / max(n - 1, 1) for r, n in zip(radii, shares, strict=True))]
    centre, floor = WIDTH / 2, OUTER + MARGIN
    places = [(centre - radius * cos(angle), floor - radius * sin(angle)) for angle, radius in angled]
    return places, min(LARGEST, min(gaps) * 0.42)


def _rows(count: int) -> list[float]:
    """Give the radii of the rows: the fewest in which seats are no closer to each other than the rows are."""
    for rows in range(1, MOST_ROWS + 1):
        radii = [OUTER - _between_rows(rows) * row for row in range(rows)]
        if sum(radii) * pi / _between_rows(rows) >= count:
            break
    return radii


def _between_rows(rows: int) -> float:
    return OUTER * (1 - INNER) / (rows - 1) if rows > 1 else AT_EASE


def _shared(count: int, radii: Sequence[float]) -> list[int]:
    """Share seats out to rows by their lengths; the largest remainders get what is left."""
    exact = [count * radius / sum(radii) for radius in radii]
    shares = [int(part) for part in exact]
    for at in sorted(range(len(radii)), key=lambda row: shares[row] - exact[row])[: count - sum(shares)]:
        shares[at] += 1
    return shares
