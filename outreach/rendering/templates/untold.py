"""A text that a template would say and nobody has written; knows no template and no case."""

from typing import Self

from outreach.errors import Problem


class Untold(str):
    """A text that is not there, and the problem that says why: whatever says it in a letter says that instead."""

    __slots__ = ("problem",)
    problem: Problem

    def __new__(cls, problem: Problem) -> Self:
        """Make an empty text with its problem."""
        text = super().__new__(cls, "")
        text.problem = problem
        return text
