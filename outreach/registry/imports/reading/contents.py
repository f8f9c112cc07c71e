"""Tells what a column holds by its cells, where its name does not say it: States, or e-mail addresses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from outreach.registry.imports.mail_cells import ADDRESS
from outreach.registry.imports.naming import names_a_state
from outreach.registry.imports.reading.grid import Grid
from outreach.registry.imports.texts import cleaned
from outreach.registry.states import load_states

SEARCHED, WIDEST = 60, 60  # rows and columns
FEWEST = 3  # cells that prove something
MOSTLY = 0.6  # of a column's cells


@dataclass(frozen=True, slots=True)
class Contents:
    """Of each of their columns, how many cells of the first rows say something, name a State, or hold an address."""

    filled: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, int] = field(default_factory=dict)
    addresses: Mapping[str, int] = field(default_factory=dict)

    def is_of(self, column: str, target: str) -> bool:
        """Say whether most cells of a column hold what belongs in ours: `state` or `email`."""
        count = (self.states if target == "state" else self.addresses).get(column, 0)
        return count >= FEWEST and count >= MOSTLY * self.filled.get(column, 0)

    def is_not_of_states(self, column: str) -> bool:
        """Say whether a column is called as if it named States, and its cells do not."""
        filled = self.filled.get(column, 0)
        return filled >= FEWEST and self.states.get(column, 0) < (1 - MOSTLY) * filled

    @property
    def likely(self) -> str:
        """Name the column whose cells name States most often; "" where none does."""
        best = max(self.states, key=lambda column: self.states[column], default="")
        return best if self.states.get(best) else ""


def read_contents(grid: Grid, names: Sequence[str], header: int) -> Contents:
    """Look at the cells of the columns that are called so, below the row of the header."""
    states = load_states()
    rows = grid.rows[header : header + SEARCHED]
    columns = {
        name: [cleaned(cells[place]) for cells in rows if place < len(cells) and cleaned(cells[place])]
        for place, name in enumerate(names[:WIDEST])
    }

    def counted(holds: Callable[[str], bool]) -> dict[str, int]:
        return {name: sum(map(holds, cells)) for name, cells in columns.items()}

    return Contents(
        {name: len(cells) for name, cells in columns.items()},
        counted(lambda text: len(text) < 120 and names_a_state(states, text)),
        counted(lambda text: len(text) < 400 and bool(ADDRESS.search(text))),
    )
