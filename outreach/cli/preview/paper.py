"""`outreach preview --format pdf`: letters on paper, as one PDF each."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from outreach.cli.common.paper import place_for
from outreach.cli.common.terminal.output import note, say
from outreach.errors import UsageError
from outreach.services.paper import print_letters, save_pdf
from outreach.services.preview import ChosenLetter
from outreach.services.workspace import Workspace
from outreach.text import counted


def print_one(workspace: Workspace, chosen: ChosenLetter, language: str | None, output: Path | None) -> None:
    """Print one letter into a file or folder, or to standard output."""
    [printed] = print_letters(workspace, [chosen], language)
    if printed.problem:
        raise UsageError(f"the letter to {chosen.state.name}: {printed.problem}")
    if (path := place_for(output, printed.name)) is None:
        sys.stdout.buffer.write(printed.pdf)
        return
    save_pdf(path, printed.pdf)
    say(f"Printed: {path}")


def print_all(
    ctx: click.Context, workspace: Workspace, chosen: Sequence[ChosenLetter], language: str | None, output: Path | None
) -> None:
    """Print every letter into a folder; those that cannot be drawn are named, and then the exit status is 1."""
    if output is None:
        raise UsageError("--all --format pdf makes a file for each letter: add --output letters/")
    if output.exists() and not output.is_dir():
        raise UsageError(f"--output {output}: a file is there; name a folder")
    done, problems = 0, dict[str, list[str]]()
    for printed in print_letters(workspace, chosen, language):
        if printed.problem:
            problems.setdefault(printed.problem, []).append(printed.chosen.state.code)
            continue
        save_pdf(output / printed.name, printed.pdf)
        done += 1
    say(f"{counted(done, 'letter')} printed, one page or more each, in {output}/")
    for problem, states in problems.items():
        note(f"Not printed: {' '.join(states)}: {problem}")
    if problems:
        ctx.exit(1)
