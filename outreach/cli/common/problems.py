"""Words what is wrong with single rows of contacts/, which stops nothing but what would go to their missions."""

from collections.abc import Iterator, Sequence

from outreach.cli.common.next_steps import advice
from outreach.cli.common.terminal.output import note
from outreach.errors import Problem
from outreach.next_step import Action, NextStep

MOST = 10  # problems named one by one


def note_problems(problems: Sequence[Problem]) -> None:
    """Name rows that cannot be read, on standard error: what a command shows is without them."""
    for line in problem_lines(problems):
        note(line)


def problem_lines(problems: Sequence[Problem]) -> Iterator[str]:
    """Give a line for each problem, up to ten, and what to do; nothing where there is none."""
    if not problems:
        return
    yield "These rows cannot be read; nothing goes to their missions until they are mended:"
    for problem in problems[:MOST]:
        yield f"  {problem}"
    if len(problems) > MOST:
        yield f"  and {len(problems) - MOST} more"
    yield advice(NextStep(Action.CHECK_MISSIONS), rehearsal=False)
