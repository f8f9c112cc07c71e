"""Advice: what a person should look at in a text, though nothing need be wrong with it; knows no text and no rule."""

from dataclasses import dataclass

from outreach.errors import Problem


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at: `what` there is, `to_do` about it, and where. It stops nothing, and is no fault.

    `row` counts lines of the file from 1; `column` is the key in a file of settings.
    """

    what: str
    to_do: str
    file: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        return str(Problem(self.file, f"{self.what}: {self.to_do}", self.row, self.column))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule finds in one text: where it begins there, what it is, and what to do about it."""

    at: int
    what: str
    to_do: str
