"""Draws a table for a terminal of any width: a line a row where there is room for it, else a block a row."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

GAP = 2  # columns of a terminal between two of a table
LEAST_CUT = 8  # columns to which a text may be cut
LEAST_BROKEN = 16  # columns into which a text may be broken
WORD = re.compile(r"\s*\S+")
PART = re.compile(r"\s*[^\s/._@-]*[/._@-]*")  # of a word, up to where a path or an address may be cut
MORE = "…"
RULE = "─"


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table gets room: which columns are broken into lines, which are cut at "…", which go first of all.

    All others stay whole. Where that is not enough, every row is a block of its own, and nothing is cut.
    """

    broken: Collection[str] = ()
    cut: Collection[str] = ()
    dropped: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table's lines. `heads` of them are its heading; `left_out` are columns that there was no room for."""

    lines: tuple[str, ...]
    heads: int
    left_out: tuple[str, ...] = ()


def drawn(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int, fit: Fit, right: Collection[str]) -> Drawn:
    """Draw a table in so many columns of a terminal. A cell may have lines. `right` are set to the right: numbers.

    A column that says nothing in any row is not drawn.
    """
    kept = [i for i, name in enumerate(columns) if not rows or any(row[i] for row in rows)]
    going = [name for name in fit.dropped if name in {columns[i] for i in kept}]
    left_out: list[str] = []
    while True:
        names = [columns[i] for i in kept]
        cells = [[row[i] for i in kept] for row in rows]
        widths = _widths(names, cells, width, fit)
        if widths:
            lines = [*_heading(names, widths, right), *_rows(names, cells, widths, fit, right)]
            return Drawn(tuple(lines), 2, tuple(left_out))
        if not going:
            return Drawn(tuple(_blocks(columns, rows, width)), 0)
        left_out.append(going.pop(0))
        kept = [i for i in kept if columns[i] not in left_out]


def columns_of(text: str) -> int:
    """Count the columns of a terminal that a text takes: wide letters, such as Chinese ones, take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, columns: int) -> str:
    """Give a text in at most so many columns, with "…" where something was cut off."""
    if columns_of(text) <= columns:
        return text
    while text and columns_of(text) > columns - 1:
        text = text[: max(columns - 1, 0)] if len(text) > columns else text[:-1]
    return text.rstrip() + MORE


def in_pieces(line: str, columns: int) -> list[str]:
    """Cut a line into pieces of at most so many columns of a terminal, between words where that is possible.

    A word that is longer, such as a path, is cut after one of / . - _ @ in it where there is one.
    """
    line = line.expandtabs()
    if columns_of(line) <= columns:
        return [line]
    words = WORD.findall(line)
    if any(columns_of(word.strip()) > columns for word in words):
        return _with_long_words(words, columns)
    from rich.console import Console
    from rich.text import Text

    pieces = Text(line).wrap(Console(width=columns), columns, overflow="fold")
    return [piece.plain.rstrip() for piece in pieces] or [""]


def _with_long_words(words: Sequence[str], columns: int) -> list[str]:
    lines, line = list[str](), ""
    for word in words:
        for part in filter(None, PART.findall(word)) if columns_of(word.strip()) > columns else [word]:
            if columns_of(line + part) <= columns:
                line += part
                continue
            lines += [line.rstrip()] if line.strip() else []
            line = part.lstrip()
            while columns_of(line) > columns:
                ends = range(min(len(line), columns), 1, -1)
                head = next((line[:end] for end in ends if columns_of(line[:end]) <= columns), line[0])
                lines.append(head)
                line = line[len(head) :]
    return [*lines, line.rstrip()]


def _widths(names: Sequence[str], cells: Sequence[Sequence[str]], width: int, fit: Fit) -> list[int]:
    """Share the width among the columns: the longest gives first. Give [] where there is not enough for all."""
    natural = [max(map(_longest, [name, *(row[i] for row in cells)])) for i, name in enumerate(names)]
    least = [_least(name, wide, fit) for name, wide in zip(names, natural, strict=True)]
    room = width - GAP * (len(names) - 1)
    if sum(least) > room:
        return []
    widths = list(natural)
    while sum(widths) > room:
        giving = max((i for i in range(len(widths)) if widths[i] > least[i]), key=widths.__getitem__)
        widths[giving] -= 1
    return widths


def _longest(cell: str) -> int:
    return max(map(columns_of, cell.split("\n")))


def _least(name: str, natural: int, fit: Fit) -> int:
    if name in fit.broken:
        return min(natural, max(LEAST_BROKEN, columns_of(name)))
    return min(natural, max(LEAST_CUT, columns_of(name))) if name in fit.cut else natural


def _heading(names: Sequence[str], widths: Sequence[int], right: Collection[str]) -> list[str]:
    head = _line([_set(name, wide, name in right) for name, wide in zip(names, widths, strict=True)])
    return [head, RULE * (sum(widths) + GAP * (len(widths) - 1))]


def _rows(
    names: Sequence[str], cells: Sequence[Sequence[str]], widths: Sequence[int], fit: Fit, right: Collection[str]
) -> list[str]:
    lines = []
    for row in cells:
        stacks = [_stack(*each, fit) for each in zip(names, row, widths, strict=True)]
        for number in range(max(map(len, stacks))):
            pieces = [stack[number] if number < len(stack) else "" for stack in stacks]
            settled = zip(names, pieces, widths, strict=True)
            lines.append(_line([_set(piece, wide, name in right) for name, piece, wide in settled]))
    return lines


def _stack(name: str, cell: str, wide: int, fit: Fit) -> list[str]:
    """Give the lines of one cell."""
    lines = cell.split("\n")
    if name in fit.cut:
        return [cut(line, wide) for line in lines]
    return [piece for line in lines for piece in in_pieces(line, wide)]


def _set(text: str, wide: int, to_the_right: bool) -> str:
    space = " " * (wide - columns_of(text))
    return space + text if to_the_right else text + space


def _line(pieces: Sequence[str]) -> str:
    return (" " * GAP).join(pieces).rstrip()


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Give each row as a block: "column: text", the first at the margin, then as many on a line as it has room for.

    Blank cells say nothing. A text that needs lines of its own has them, set in.
    """
    lines = []
    for row in rows:
        said = [f"{name}: {cell}" if name else cell for name, cell in zip(columns, row, strict=True) if cell]
        line, inset = "", ""
        for text in (each.replace("\n", " ") for each in said):
            if line and columns_of(line) + GAP + columns_of(text) <= width:
                line += " " * GAP + text
                continue
            lines += [line] if line else []
            pieces = in_pieces(text, width - len(inset)) if columns_of(text) + len(inset) <= width else None
            pieces = pieces or in_pieces(text, width - 2 * GAP)
            lines += [(inset if place == 0 else " " * 2 * GAP) + piece for place, piece in enumerate(pieces[:-1])]
            line = (inset if len(pieces) == 1 else " " * 2 * GAP) + pieces[-1]
            inset = " " * GAP
        lines.append(line)
    return lines
