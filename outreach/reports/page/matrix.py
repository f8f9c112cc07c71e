"""A report's tables: States × cases, who still owes an answer, and the same for a spreadsheet. Knows no HTML."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from outreach.reports.page.figures import asked_rows, days_to_answer
from outreach.reports.page.stages import Stage, Subject
from outreach.reports.progress import Progress
from outreach.text import local_day

NOTHING = "–"
PUBLIC_COLUMNS = ("state", "name", "case", "ask", "stage")
COLUMNS = (*PUBLIC_COLUMNS, "asked_on", "reminded_on", "came_back", "answered_on", "days", "stance", "raised")
WORDS = {Stage.NOT_ASKED: NOTHING, Stage.CONCERNED: "State concerned"}
Pair = tuple[str, str]  # (case, ask)


@dataclass(frozen=True, slots=True)
class Cell:
    """One word, with its stage for the mark beside it (None: no mark), and what else there is to say."""

    words: str
    stage: Stage | None = None
    more: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    name: str  # of the State
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A row a State that was asked. The columns are cases; or the steps, when there is one case and one ask."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Owing:
    """A State that was asked and has not answered. `since` is the day of the first letter that is open, `days` ago.

    In public no day is told: there it is today for all.
    """

    name: str
    since: date
    days: int
    reminded: date | None
    cases: tuple[str, ...]  # titles


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days are days in the campaign's own time zone."""

    zone: ZoneInfo
    today: date

    def day(self, moment: datetime | None) -> date | None:
        return local_day(moment, self.zone) if moment else None

    def words(self, moment: datetime | None) -> str:
        """Write a day as 5 Sep 2022, kept on one line; None as a dash."""
        day = self.day(moment)
        return f"{day.day}\N{NO-BREAK SPACE}{day:%b}\N{NO-BREAK SPACE}{day.year}" if day else NOTHING


def spelt(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def matrix(subject: Subject, calendar: Calendar) -> Matrix:
    """Make the table of States × cases, or of States × steps when there is one case and one ask."""
    pairs = sorted({(row.case, row.ask) for row in subject.rows})
    by_state: dict[str, dict[Pair, Progress]] = defaultdict(dict)
    for row in subject.rows:
        by_state[row.state][row.case, row.ask] = row
    named = sorted(by_state.values(), key=lambda found: next(iter(found.values())).name)
    if len(pairs) == 1:
        steps = ("asked", "answered", "raised") if subject.public else ("asked", "arrived", "answered", "raised")
        return Matrix(steps, tuple(_step_line(subject, row, calendar) for found in named for row in found.values()))
    return Matrix(_headings(subject, pairs), tuple(_line(subject, found, pairs, calendar) for found in named))


def _step_line(subject: Subject, row: Progress, calendar: Calendar) -> Line:
    arrived = Cell("arrived", Stage.ARRIVED) if row.arrived else Cell("came back" if row.came_back else NOTHING)
    asked = Cell(calendar.words(row.taken_at), Stage.ASKED) if row.taken_at else Cell(_not_sent(row))
    answered = Cell(calendar.words(row.answered_at), Stage.ANSWERED, _stance(row)) if row.answered_at else Cell(NOTHING)
    raised = Cell("raised", Stage.RAISED) if row.raised else Cell(NOTHING)
    if not subject.public:
        return Line(row.name, (asked, arrived, answered, raised))
    return Line(row.name, (_bare(asked, "asked"), _bare(answered, "answered"), raised))


def _bare(cell: Cell, word: str) -> Cell:
    """Give the cell as outsiders see it: whether, and no more."""
    return Cell(word, cell.stage) if cell.stage else Cell(NOTHING)


def _not_sent(row: Progress) -> str:
    return f"not sent: {row.status.value}"


def _stance(row: Progress) -> str:
    return row.stance.value.replace("-", " ") if row.stance else "not marked yet"


def _headings(subject: Subject, pairs: Iterable[Pair]) -> tuple[str, ...]:
    asks = {ask for _, ask in pairs}
    return tuple(f"{title(subject, case)}, {ask}" if len(asks) > 1 else title(subject, case) for case, ask in pairs)


def title(subject: Subject, slug: str) -> str:
    """Give the case's title; its slug when it is not in the campaign folder any more."""
    return next((next(iter(case.title.values())) for case in subject.cases if case.slug == slug), slug)


def _line(subject: Subject, found: dict[Pair, Progress], pairs: Iterable[Pair], calendar: Calendar) -> Line:
    first = next(iter(found.values()))
    return Line(first.name, tuple(_cell(subject, first.state, found.get(pair), pair[0], calendar) for pair in pairs))


def _cell(subject: Subject, state: str, row: Progress | None, case: str, calendar: Calendar) -> Cell:
    if row is None:
        return _cell_unasked(subject, state, case)
    stage = subject.stage(row)
    words = WORDS.get(stage, stage.value)
    if subject.public:
        return Cell(words, None if stage is Stage.NOT_ASKED else stage)
    if stage is Stage.NOT_ASKED:
        return Cell(_not_sent(row))
    if row.came_back and stage is Stage.ASKED:
        return Cell("came back", stage, calendar.words(row.taken_at))
    return Cell(words, stage, _more(row, calendar))


def _cell_unasked(subject: Subject, state: str, case: str) -> Cell:
    if (state, case) in subject.uninvited:
        return Cell(Stage.RAISED.value, Stage.RAISED)
    return Cell(WORDS[Stage.CONCERNED] if _concerned(subject, state, case) else NOTHING)


def _more(row: Progress, calendar: Calendar) -> str:
    if row.answered_at:
        return f"{_stance(row)}, {calendar.words(row.answered_at)}"
    return calendar.words(row.taken_at) if row.taken_at else ""


def _concerned(subject: Subject, state: str, case: str) -> bool:
    return any(known.slug == case and known.state_concerned == state for known in subject.cases)


def owing(subject: Subject, calendar: Calendar) -> tuple[Owing, ...]:
    """List who was asked and has not answered, the longest wait first; one entry a State.

    A State that raised the case has answered in the way that counts. One whose letter came back never got the question;
    it stays in a public list, which would else tell which addresses work. The State concerned is not in the list.
    """
    open_: dict[str, list[Progress]] = defaultdict(list)
    for row in asked_rows(subject):
        lost = row.came_back and not subject.public
        if not (row.answered_at or row.raised or lost or _concerned(subject, row.state, row.case)):
            open_[row.state].append(row)
    found = [_owing(subject, rows, calendar) for rows in open_.values()]
    return tuple(sorted(found, key=lambda owes: (owes.since, owes.name)))


def _owing(subject: Subject, rows: list[Progress], calendar: Calendar) -> Owing:
    cases = tuple(dict.fromkeys(title(subject, row.case) for row in rows))
    if subject.public:  # by a day, or an order by days, a letter that went out once more could be told from the others
        return Owing(rows[0].name, calendar.today, 0, None, cases)
    since = min(day for row in rows if (day := calendar.day(row.taken_at)))
    reminded = max((day for row in rows if (day := calendar.day(row.reminded_at))), default=None)
    return Owing(rows[0].name, since, max(0, (calendar.today - since).days), reminded, cases)


def spreadsheet(subject: Subject, calendar: Calendar) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Give columns and rows for CSV, one row a State, case and ask; a public one has fewer columns."""
    if subject.public:
        return PUBLIC_COLUMNS, [_public_row(subject, row) for row in subject.rows]
    return COLUMNS, [(*_public_row(subject, row), *_private_row(row, calendar)) for row in subject.rows]


def _public_row(subject: Subject, row: Progress) -> tuple[object, ...]:
    return row.state, row.name, row.case, row.ask, _stage_word(subject.stage(row), row)


def _stage_word(stage: Stage, row: Progress) -> str:
    """Name the stage; a rehearsal never marks a mission as asked."""
    return "rehearsed" if stage is Stage.ASKED and row.asked_at is None else stage.value


def _private_row(row: Progress, calendar: Calendar) -> tuple[object, ...]:
    asked, reminded, answered = map(calendar.day, (row.asked_at, row.reminded_at, row.answered_at))
    days = days_to_answer(row, calendar.zone)
    took: object = "" if days is None else days
    stance = row.stance.value if row.stance else ""
    return asked or "", reminded or "", _yes(row.came_back), answered or "", took, stance, _yes(row.raised)


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
