"""What the Tab key offers for an option's value: the campaign's cases, missions and asks, as its files have them."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem

ASK_ID = re.compile(r"""^\s*id\s*=\s*["']([^"']+)["']""", re.MULTILINE)


def offer_values(command: click.Command) -> None:
    """Let a command, and those below it, complete the values of --case, --mission, --ask and the argument SLUG."""
    for parameter in command.params:
        for name in {*parameter.opts, parameter.human_readable_name} & OFFERED.keys():
            parameter.shell_complete = _offering(OFFERED[name])  # type: ignore[assignment,method-assign]
    if isinstance(command, click.Group):
        for below in command.commands.values():
            offer_values(below)


def _offering(values: Callable[[Path], Iterable[str]]) -> Callable[[click.Context, str], list[CompletionItem]]:
    def offer(ctx: click.Context, typed: str) -> list[CompletionItem]:
        # While a line is completed nothing of it is carried out: the folder stands in the options.
        folder: Path = ctx.find_root().params.get("folder") or Path()
        begun = (value for value in values(folder) if value.casefold().startswith(typed.casefold()))
        return [CompletionItem(value) for value in sorted(set(begun))]

    return offer


def _cases(folder: Path) -> Iterator[str]:
    stems = (path.stem for path in (folder / "cases").glob("*.md"))
    return (stem for stem in stems if not stem.startswith("_") and "." not in stem)


def _missions(folder: Path) -> list[str]:
    try:
        with (folder / "contacts" / "missions.csv").open(encoding="utf-8-sig", newline="") as file:
            return [row["state"] for row in csv.DictReader(file) if row.get("state")]
    except (OSError, UnicodeDecodeError, csv.Error):
        return []  # nothing to offer; the command itself says what is wrong with the file


def _asks(folder: Path) -> list[str]:
    try:
        return ASK_ID.findall((folder / "outreach.toml").read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return []


OFFERED: dict[str, Callable[[Path], Iterable[str]]] = {
    "--case": _cases,
    "SLUG": _cases,
    "--mission": _missions,
    "--state": _missions,
    "STATE": _missions,
    "--ask": _asks,
}
