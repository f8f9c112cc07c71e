"""What commands print: tables on a terminal, plain columns elsewhere, JSON and CSV for scripts."""

import json
import re
import shutil
import sys
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TextIO

import click

from outreach.cli.common.terminal.tables import RULE, Fit, drawn, in_pieces
from outreach.text import csv_text, escaped, visible

# What to type, at the end of a line: it stays in one piece, so that it can be copied.
COMMAND = re.compile(r"(?<=: )(?=outreach [a-z])")
BOM = "\ufeff"  # before a CSV file that we save: without it Excel takes UTF-8 for something else; never on output
HANGING = 2  # columns that what does not fit a line of ours is set in


def on_terminal() -> bool:
    return sys.stdout.isatty()


def say(text: str = "", *, hanging: int = HANGING) -> None:
    """Print one line for a person on standard output."""
    click.echo(_for_a_person(visible(text), sys.stdout, hanging))


def note(text: str = "") -> None:
    """Print one line for a person on standard error, so that standard output stays parseable."""
    click.echo(_for_a_person(visible(text), sys.stderr, HANGING), err=True)


def fitted(text: str) -> str:
    """Give a question as it is; for a terminal in lines that fit, all but the first indented."""
    return _for_a_person(visible(text), sys.stdout, HANGING)


def _for_a_person(text: str, stream: TextIO, hanging: int) -> str:
    """Give the text as it is; for a terminal in lines that fit, all but the first indented.

    So nothing in a long subject can pass for a line of ours.
    """
    if not stream.isatty():
        return text
    width = shutil.get_terminal_size().columns
    return "\n".join(part for line in text.split("\n") for part in _in_lines(line, width, hanging))


def _in_lines(line: str, width: int, hanging: int) -> list[str]:
    if len(in_pieces(line, width)) == 1:
        return [line]
    indent = len(line) - len(line.lstrip(" "))
    inset = " " * min(indent + hanging, width // 2)
    room = width - len(inset)
    prose, *command = COMMAND.split(line, maxsplit=1)
    if command and len(in_pieces(command[0], room)) > 1:
        prose, command = line, []
    first, *more = in_pieces(prose.strip(), room) if not line.isascii() else _between_words(prose.strip(), room)
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
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    wrap: Collection[str] = (),
    cut: Collection[str] = (),
    drop: Sequence[str] = (),
    stacked: str = "",
) -> None:
    """Print a table: drawn to the width of a terminal, aligned plain columns elsewhere.

    Where a terminal is too narrow, the columns named in `wrap` are broken into lines, those in `cut` end in "…", and
    those in `drop` are left out, the first one first, which is said; where that is not enough, each row is a block.
    On a terminal the last two columns share one, named `stacked` if it is, one above the other; the last may be a
    list then, a line each.
    """
    rows = [list(row) for row in rows]
    cells = [[_cell(cell) for cell in row] for row in rows]
    if not on_terminal():
        _plain(columns, cells)
        return
    numbers = {
        name for i, name in enumerate(columns) if rows and all(type(row[i]) is int or row[i] is None for row in rows)
    }
    if stacked:
        stacks = ("\n".join(filter(None, (_cell(line) for cell in row[-2:] for line in _lines(cell)))) for row in rows)
        columns = [*columns[:-2], stacked]
        cells = [[*row[:-2], stack] for row, stack in zip(cells, stacks, strict=True)]
        cut = (*cut, stacked)
    table = drawn(columns, cells, shutil.get_terminal_size().columns, Fit(wrap, cut, drop), numbers)
    for number, line in enumerate(table.lines):
        click.echo(click.style(_drawable(line), bold=number == 0) if number < table.heads else line)
    if table.left_out:
        say(f"(no room for: {', '.join(table.left_out)}; a wider terminal or --json shows it)")


def _drawable(line: str) -> str:
    """Give a line of the heading as this terminal's encoding can show it."""
    try:
        line.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return line.replace(RULE, "-")
    return line


def _lines(cell: object) -> list[object]:
    return cell if isinstance(cell, list) else [cell]


def _cell(cell: object) -> str:
    text = "  ".join("" if line is None else str(line) for line in _lines(cell))
    return visible(text).replace("\n", " ")


def _plain(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[i]) for row in [list(columns), *cells]) for i in range(len(columns))]
    for row in [list(columns), *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_csv(records: Sequence[Mapping[str, object]]) -> None:
    """Print what a listing gives as JSON as CSV, a column a key; several values stand in one cell, separated by ";"."""
    if records:
        click.echo(csv_text(list(records[0]), [map(_csv_cell, record.values()) for record in records]), nl=False)


def _csv_cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_csv_cell(each)}" for key, each in value.items() if each or each is False)
    if isinstance(value, list | tuple):
        return "; ".join(str(_csv_cell(each)) for each in value)
    return "" if value is None else value
