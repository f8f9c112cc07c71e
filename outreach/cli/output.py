"""What commands print: tables on a terminal, plain columns elsewhere, JSON and CSV for scripts."""

import csv
import io
import json
import re
import sys
from collections.abc import Container, Iterable, Mapping, Sequence

import click

# C0 and C1 controls, line separators, and the marks that reorder text on screen: a cell must not move the cursor or
# hide a word.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
ROOM_TO_READ = 20  # columns of a terminal, for text that is broken into lines
FORMULA = re.compile(r"^[\s]*[=+\-@\t\r]")


def clean(text: str) -> str:
    """The text without control characters, safe to show on a terminal."""
    return CONTROLS.sub("�", text)


def on_terminal() -> bool:
    return sys.stdout.isatty()


def counted(number: int, noun: str) -> str:
    """1 letter, 2 letters, 2 addresses."""
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def say(text: str = "") -> None:
    """One line for a person, on standard output."""
    click.echo(clean(text))


def note(text: str = "") -> None:
    """One line for a person, on standard error, so that standard output stays parseable."""
    click.echo(clean(text), err=True)


def print_json(value: object) -> None:
    """One JSON document, UTF-8 as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2 if on_terminal() else None, default=str))


def print_json_lines(rows: Iterable[Mapping[str, object]]) -> None:
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False, default=str))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], wrap: Container[str] = ()) -> None:
    """A table: drawn by rich on a terminal, aligned plain columns elsewhere.

    Where a terminal is too narrow, only the columns named in `wrap` are broken into lines; without any, all are.
    """
    cells = [[clean("" if cell is None else str(cell)).replace("\n", " ") for cell in row] for row in rows]
    if on_terminal():
        _draw(columns, cells, wrap)
    else:
        _plain(columns, cells)


def _draw(columns: Sequence[str], cells: Sequence[Sequence[str]], wrap: Container[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    kept = _kept_whole(columns, cells, wrap, console.width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(Text(column), overflow="fold", no_wrap=column in kept)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _kept_whole(columns: Sequence[str], cells: Sequence[Sequence[str]], wrap: Container[str], width: int) -> set[str]:
    """The columns that are not broken into lines: all but those in `wrap`, if they leave these room to be read."""
    if not wrap:
        return set()
    whole = [i for i, column in enumerate(columns) if column not in wrap]
    needed = sum(max(len(row[i]) for row in [list(columns), *cells]) + 3 for i in whole)
    return {columns[i] for i in whole} if needed + ROOM_TO_READ <= width else set()


def _plain(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[i]) for row in [list(columns), *cells]) for i in range(len(columns))]
    for row in [list(columns), *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV that a spreadsheet opens without running anything: formula-looking cells get a leading apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_defused(cell) for cell in row])
    return buffer.getvalue()


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell
