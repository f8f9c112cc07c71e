"""Which running numbers a letter counts: those after one, up to another; pure, and knows no database.

A voice that counts gets the next number, for ever. A mission's letters cover numbers, and no number twice: so a voice
reaches a mission at most once, and who was left out is counted when the mission gets its next letter.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """The numbers after `after`, up to and with `upto`."""

    after: int
    upto: int


def next_range(taken: Iterable[Range], upto: int) -> Range | None:
    """Give the first numbers up to `upto` that none of these ranges covers; None where all are covered."""
    after = 0
    for other in sorted(taken):
        if other.after > after:
            return Range(after, min(other.after, upto)) if upto > after else None
        after = max(after, other.upto)
    return Range(after, upto) if upto > after else None
