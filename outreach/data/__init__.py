"""The tables that come with the program, as CSV files; `docs` and DESIGN.md say where each is from."""

import csv
import io
from importlib.resources import files


def rows(table: str) -> list[dict[str, str]]:
    """Read a table of this folder, such as states.csv: its rows, each by column."""
    text = files(__name__).joinpath(table).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))
