"""The numbers of a report: headline figures, the funnel, how long answers took. Knows no HTML and no database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from outreach.reports.page.stages import Stage, Subject
from outreach.reports.progress import Progress
from outreach.text import local_day

# How long an answer took, in whole days: the last day of each span and its name.
SPANS: tuple[tuple[float, str], ...] = (
    (2, "up to 2 days"),
    (7, "3 to 7 days"),
    (14, "8 to 14 days"),
    (21, "15 to 21 days"),
    (30, "22 to 30 days"),
    (float("inf"), "more than 30 days"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A number with its name; `share` is of the whole that the bars are measured by, from 0 to 1."""

    name: str
    number: int
    share: float


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel: its stage, how many requests came so far, and their share of all that were made.

    `share` is None where nobody knows how many came so far: `number` are those that are known.
    """

    stage: Stage
    number: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Waits:
    """How long first answers took, and the middle one of them in days; None without any.

    `earlier` counts the answers that came before the letter: nobody waited for them.
    """

    bars: tuple[Bar, ...]
    middle: float | None
    earlier: int = 0


Test = Callable[[Progress], bool]
# A step says what happened, not what happened last: a State may raise a case without ever answering.
STEPS: tuple[tuple[Stage, Test], ...] = (
    (Stage.ASKED, lambda row: True),
    (Stage.ARRIVED, lambda row: row.arrived),
    (Stage.ANSWERED, lambda row: row.answered_at is not None),
    (Stage.RAISED, lambda row: row.raised is True),
)


def headline(subject: Subject) -> tuple[Step, ...]:
    """Count the States that were asked, were reached, answered and raised a case, each once over all cases."""
    return _steps(subject, lambda rows: len({row.state for row in rows}))


def funnel(subject: Subject) -> tuple[Step, ...]:
    """Count the requests that came to each stage; a request is an ask of one State about one case."""
    return _steps(subject, len)


def _steps(subject: Subject, count: Callable[[Sequence[Progress]], int]) -> tuple[Step, ...]:
    asked = asked_rows(subject)
    whole = count(asked)
    steps = [(stage, count([row for row in asked if test(row)])) for stage, test in STEPS]
    silent = {Stage.ARRIVED} if subject.public else set()
    silent |= set() if subject.answers else {Stage.ANSWERED}
    guessed = {Stage.RAISED} if any(row.raised is None for row in asked) else set()
    return tuple(
        Step(stage, number, None if stage in guessed else number / whole if whole else 0.0)
        for stage, number in steps
        if stage not in silent
    )


def asked_rows(subject: Subject) -> tuple[Progress, ...]:
    """Give the rows of requests that left; in a rehearsal, of those that would have."""
    return tuple(row for row in subject.rows if row.taken_at)


def waits(rows: Iterable[Progress], zone: ZoneInfo) -> Waits:
    """Count first answers by how long they took."""
    answered = [row for row in rows if row.taken_at and row.answered_at]
    days = [took for row in answered if (took := days_to_answer(row, zone)) is not None]
    limits = [-1.0, *(last for last, _ in SPANS)]
    numbers = [sum(1 for d in days if low < d <= high) for low, high in pairwise(limits)]
    most = max(numbers, default=0)
    bars = [Bar(name, n, n / most if most else 0.0) for (_, name), n in zip(SPANS, numbers, strict=True)]
    return Waits(tuple(bars), median(days) if days else None, len(answered) - len(days))


def days_to_answer(row: Progress, zone: ZoneInfo) -> int | None:
    """Count the calendar days from the first letter to the first answer; None without an answer.

    None too for one that came before the letter, such as by phone: it answers something else.
    """
    if row.taken_at is None or row.answered_at is None:
        return None
    asked, answered = (local_day(moment, zone) for moment in (row.taken_at, row.answered_at))
    return (answered - asked).days if answered >= asked else None
