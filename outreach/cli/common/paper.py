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
    help="Where the PDF goes: a file, or a folder.",
)


def place_for(output: Path | None, name: str) -> Path | None:
    """Give the file that a PDF goes to; None for standard output, which must not be a terminal."""
    if output is None:
        if sys.stdout.isatty():
            raise UsageError(f"a PDF is no text for a terminal: add --output {name}")
        return None
    if output.is_dir() or output.suffix.lower() != ".pdf":
        return output / name
    return output
