"""Puts PDFs where a person wants them: a file, a folder, or standard output; draws none."""

import sys
from pathlib import Path

import click

from outreach.errors import UsageError

output_option = click.option(
    "--output",
    "output",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Where the PDF goes: a file, or a folder; default on a terminal: a file of its own name here.",
)


def place_for(output: Path | None, name: str) -> Path | None:
    """Give the file that a PDF goes to; None for standard output. On a terminal it is a file here, under its name.

    UsageError where there is one of that name, which nobody asked to write over.
    """
    if output is None:
        if not sys.stdout.isatty():
            return None
        if Path(name).exists():
            raise UsageError(f"{name} is there already: to write it anew, add --output {name}")
        return Path(name)
    if output.is_dir() or output.suffix.lower() != ".pdf":
        return output / name
    return output
