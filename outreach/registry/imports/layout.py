"""Finds the header of a sheet, and the rows that are no data: repeated headers, totals; reads no facts."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from outreach.errors import UsageError
from outreach.registry.imports.columns import usual_target
from outreach.registry.imports.reading.grid import Grid
from outreach.registry.imports.texts import cleaned
from outreach.registry.states import fold, load_states, named_state

SEARCHED = 100  # rows
TOTAL = re.compile(r"(?:grand |sub|sub )?(?:total|totals|totaux|totales|sum|somme|suma|summe|count|gesamt)\b.*")
STATE, MISSION = "state", "mission"


@dataclass(frozen=True, slots=True)
class Header:
    """The row or rows that name the columns, 0 where none does. `columns` are unique; "column D" is one without a name.

    `sure`: a State column was found by its name. `nameless` are the columns that only a letter names.
    """

    first: int
    last: int
    columns: tuple[str, ...]
    sure: bool
    nameless: frozenset[str]


def find_header(
    grid: Grid, state_names: Collection[str] = (), not_state: Collection[str] = (), row: int | None = None
) -> Header:
    """Find the row that has a State column, by its usual names; else one with a mission column; else the likeliest.

    `state_names` and `not_state` are folded names that --map spoke of; `row` is given by hand. UsageError where the
    sheet has no such row, or no text at all.
    """
    rows = [tuple(map(cleaned, cells)) for cells in grid.rows]
    if row is not None and not (0 < row <= len(rows) and any(rows[row - 1])):
        raise UsageError(f"--header {row}: there is nothing in that row; the last row is {len(rows)}")
    looked_at = rows[:SEARCHED]
    marks = [_marks(cells, state_names, not_state) for cells in looked_at]
    best = _best(marks, STATE) or _best(marks, MISSION)
    place = row or best or _likeliest(looked_at, marks)
    if not place:
        raise UsageError("has no text in it")
    if not (row or best) and _is_data(rows, place):
        names = tuple(f"column {letters(column)}" for column in range(max(map(len, rows))))
        return Header(0, 0, names, sure=False, nameless=frozenset(names))
    sure = bool({STATE, MISSION} & set(_marks(rows[place - 1], state_names, not_state)))
    return _header(rows, place, sure, state_names, exact=grid.exact)


def _marks(cells: Sequence[str], state_names: Collection[str], not_state: Collection[str]) -> list[str]:
    """Give our column for each cell of a row that is a usual name."""
    marks = []
    if any("@" in cell for cell in cells):
        return []
    for cell in cells:
        if cell and len(cell) < 80:
            name = fold(cell)
            target = STATE if name in state_names else usual_target(cell)
            if target and not (target == STATE and name in not_state):
                marks.append(target)
    return marks


def _best(marks: Sequence[Sequence[str]], wanted: str) -> int:
    """Give the number of the row with this column and most other known names, the first of them; 0 where none is."""
    counts = [len(set(found)) if wanted in found else 0 for found in marks]
    if wanted == MISSION and max(counts, default=0) < 2:
        return 0  # a title may say "Mission" too
    return counts.index(max(counts)) + 1 if any(counts) else 0


def _likeliest(rows: Sequence[Sequence[str]], marks: Sequence[Sequence[str]]) -> int:
    counts = [len(set(found)) for found in marks]
    if any(counts):
        return counts.index(max(counts)) + 1
    states = load_states()
    for number, cells in enumerate(rows, 1):
        if number > 1 and any(cell and named_state(states, cell) for cell in cells):
            above = [place for place in range(1, number) if sum(map(bool, rows[place - 1])) > 1]
            return above[-1] if above else number - 1
    wide = [number for number, cells in enumerate(rows, 1) if sum(map(bool, cells)) > 1]
    return wide[0] if wide else next((number for number, cells in enumerate(rows, 1) if any(cells)), 0)


def _is_data(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Say whether a row holds an address itself, or stands alone above one that does: no row names the columns."""
    below = rows[place] if place < len(rows) else ()
    alone = sum(map(bool, rows[place - 1])) == 1 < sum(map(bool, below))
    return any("@" in cell for cell in (*rows[place - 1], *(below if alone else ())))


def _header(
    rows: Sequence[Sequence[str]], place: int, sure: bool, state_names: Collection[str], *, exact: bool
) -> Header:
    """Put the names together; a header may stand in two rows, as merged cells do it."""
    names = list(rows[place - 1])
    first = last = place
    groups = [""] * len(names)
    below = rows[place] if place < len(rows) else ()
    above = rows[place - 2] if place > 1 else ()
    if _goes_on(names, below, state_names):
        last = place + 1
        groups, names = _filled(names), _under(names, below)
    elif sum(map(bool, above)) > 1 and any(not name and up for name, up in zip(names, above, strict=False)):
        first = place - 1
        groups, names = _filled(above), _under(above, names)
    if not exact:
        names += [""] * (max(map(len, rows)) - len(names))
    columns, nameless = _unique(names, groups)
    return Header(first, last, columns, sure, nameless)


def _goes_on(names: Sequence[str], below: Sequence[str], state_names: Collection[str]) -> bool:
    """Say whether the next row belongs to the header: it names columns, and leaves the State's alone."""
    if not any(below) or any("@" in cell for cell in below):
        return False
    known = 0
    for place, cell in enumerate(below):
        name = names[place] if place < len(names) else ""
        is_state = bool(name) and (fold(name) in state_names or usual_target(name) == STATE)
        if is_state and cell not in ("", name):
            return False
        known += bool(not is_state and cell and cell != name and usual_target(cell))
    return known > 0


def _under(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    width = max(len(upper), len(lower))
    both = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    return [low or up for up, low in zip(*both, strict=True)]


def _filled(cells: Sequence[str]) -> list[str]:
    """Carry each name to the right, as a heading over several columns means it."""
    filled: list[str] = []
    for cell in cells:
        filled.append(cell or (filled[-1] if filled else ""))
    return filled


def _unique(names: Sequence[str], groups: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Give each column a name of its own: with its group's, or a number, where two are called the same."""
    names = [" ".join(name.split()) for name in names]
    columns: list[str] = []
    nameless = set[str]()
    for place, name in enumerate(names):
        group = groups[place] if place < len(groups) else ""
        if not name:
            name = f"column {letters(place)}"
            nameless.add(name)
        elif names.count(name) > 1 and group and group != name and not usual_target(name):
            name = f"{group} {name}"
        given, number = name, 1
        while name in columns:
            number += 1
            name = f"{given} ({number})"
        columns.append(name)
    return tuple(columns), frozenset(nameless)


def letters(place: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA."""
    name, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def repeats_header(cells: Sequence[str], header: Header, grid: Grid) -> bool:
    """Say whether a row says again what the columns are called."""
    said = [(place, cell) for place, cell in enumerate(cells) if cell]
    for number in range(header.first, header.last + 1) if header.last else ():
        names = grid.rows[number - 1]
        same = all(place < len(names) and fold(names[place]) == fold(cell) for place, cell in said)
        if same and (len(said) > 1 or len(said) == sum(map(bool, names))):
            return True
    return False


def is_total(cells: Sequence[str]) -> bool:
    """Say whether a row counts or sums up the others."""
    first = next((cell for cell in cells if cell), "")
    return bool(TOTAL.fullmatch(fold(first))) and not any("@" in cell for cell in cells)
