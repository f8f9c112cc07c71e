"""What commands print: tables on a terminal, plain columns elsewhere, JSON and CSV for scripts."""

import csv
import io
import json
import re
import shutil
import sys
import textwrap
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import TextIO

import click

from outreach.text import escaped, visible

ROOM_TO_READ = 20  # columns of a terminal, for text that is broken into lines
FORMULA = re.compile(r"^[\s]*[=+\-@\t\r]")
# What to type, at the end of a line: it stays in one piece, so that it can be copied.
COMMAND = re.compile(r"(?<=: )(?=outreach [a-z])")
HANGING = 2  # columns that what does not fit a line of ours is set in


def on_terminal() -> bool:
    return sys.stdout.isatty()


def say(text: str = "", *, hanging: int = HANGING) -> None:
    """Print one line for a person on standard output."""
    click.echo(_for_a_person(visible(text), sys.stdout, hanging))


def note(text: str = "") -> None:
    """Print one line for a person on standard error, so that standard output stays parseable."""
    click.echo(_for_a_person(visible(text), sys.stderr, HANGING), err=True)


def fitted(line: str, columns: int) -> list[str]:
    """Cut a line into pieces of at most so many columns of a terminal, between words where that is possible.

    Wide letters, such as Chinese ones, take two columns.
    """
    line = line.expandtabs()
    if line.isascii() and len(line) <= columns:
        return [line]
    from rich.console import Console
    from rich.text import Text

    pieces = Text(line).wrap(Console(width=columns), columns, overflow="fold")
    return [piece.plain.rstrip() for piece in pieces] or [""]


def _for_a_person(text: str, stream: TextIO, hanging: int) -> str:
    """Give the text as it is; for a terminal in lines that fit, all but the first indented.

    So nothing in a long subject can pass for a line of ours.
    """
    if not stream.isatty():
        return text
    width = shutil.get_terminal_size().columns
    return "\n".join(part for line in text.split("\n") for part in _in_lines(line, width, hanging))


def _in_lines(line: str, width: int, hanging: int) -> list[str]:
    if len(fitted(line, width)) == 1:
        return [line]
    indent = len(line) - len(line.lstrip(" "))
    inset = " " * min(indent + hanging, width // 2)
    room = width - len(inset)
    prose, *command = COMMAND.split(line, maxsplit=1)
    if command and len(fitted(command[0], room)) > 1:
        prose, command = line, []
    first, *more = fitted(prose.strip(), room) if not line.isascii() else _between_words(prose.strip(), room)
    return [" " * indent + first, *(inset + piece for piece in more), *(inset + typed for typed in command)]


def _between_words(line: str, columns: int) -> list[str]:
    """Cut into pieces that fit, but leave longer words whole: a terminal breaks web addresses better."""
    return textwrap.wrap(line, columns, break_long_words=False, break_on_hyphens=False) or [""]


def print_json(value: object) -> None:
    """Print one JSON document, UTF-8 as it is; characters that a terminal would obey are written as escapes."""
    click.echo(_json(value, indent=2 if on_terminal() else None))


def print_json_lines(rows: Iterable[Mapping[str, object]]) -> None:
    for row in rows:
        click.echo(_json(row))


def _json(value: object, indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return escaped(text)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], wrap: Container[str] = (), stacked: str = ""
) -> None:
    """Print a table: drawn by rich on a terminal, aligned plain columns elsewhere.

    Where a terminal is too narrow, only the columns named in `wrap` are broken into lines; without any, all are. On a
    terminal the last two columns share one, named `stacked` if it is, one above the other and each on one line; the
    last may be a list then, a line each.
    """
    rows = [list(row) for row in rows]
    cells = [[_cell(cell) for cell in row] for row in rows]
    if on_terminal() and stacked:
        stacks = ("\n".join(_cell(line) for cell in row[-2:] for line in _lines(cell)) for row in rows)
        _draw(
            [*columns[:-2], stacked],
            [[*row[:-2], stack] for row, stack in zip(cells, stacks, strict=True)],
            (),
            stacked,
        )
    elif on_terminal():
        _draw(columns, cells, wrap)
    else:
        _plain(columns, cells)


def _lines(cell: object) -> list[object]:
    return cell if isinstance(cell, list) else [cell]


def _cell(cell: object) -> str:
    text = "  ".join("" if line is None else str(line) for line in _lines(cell))
    return visible(text).replace("\n", " ")


def _draw(columns: Sequence[str], cells: Sequence[Sequence[str]], wrap: Container[str], stacked: str = "") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    broken = (stacked,) if stacked else wrap
    room = console.width - _needed(columns, cells, broken)
    whole = bool(broken) and room >= ROOM_TO_READ
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        if column == stacked:
            table.add_column(Text(column), overflow="ellipsis", no_wrap=True, max_width=max(room, ROOM_TO_READ) - 2)
        else:
            table.add_column(Text(column), overflow="fold", no_wrap=whole and column not in broken)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _needed(columns: Sequence[str], cells: Sequence[Sequence[str]], but: Container[str]) -> int:
    """Count the columns of a terminal that a table takes without some of its own, and with no line broken."""
    whole = [i for i, column in enumerate(columns) if column not in but]
    return sum(max(len(row[i]) for row in [list(columns), *cells]) + 3 for i in whole)


def _plain(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[i]) for row in [list(columns), *cells]) for i in range(len(columns))]
    for row in [list(columns), *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write CSV that a spreadsheet opens without running anything: what looks like a formula gets an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_defused(cell) for cell in row])
    return buffer.getvalue()


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell
