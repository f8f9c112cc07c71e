"""A report's tables: States × cases, who raised what, of whom no answer is on record; also as CSV. Knows no HTML."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from outreach.registry.outcomes import ACT_COLUMNS, NOT_NAMED, Quote, Raising, act_cells, raisings
from outreach.registry.states import in_order
from outreach.reports.page.figures import asked_rows, days_to_answer
from outreach.reports.page.history import Source, sources
from outreach.reports.page.stages import Stage, Subject
from outreach.reports.progress import Progress, state_name
from outreach.text import local_day

NOTHING = "–"
NO_ANSWER = "no answer is on record"
FIRST_COLUMNS = ("state", "name", "case", "ask", "stage")
PUBLIC_COLUMNS = (*FIRST_COLUMNS, *ACT_COLUMNS)
PRIVATE_COLUMNS = ("asked_on", "reminded_on", "came_back", "answered_on", "days", "stance", "raised")
COLUMNS = (*FIRST_COLUMNS, *PRIVATE_COLUMNS, *ACT_COLUMNS, "to_read", "sender_verified")
NOT_VERIFIED = "sender not verified"
WORDS = {Stage.NOT_ASKED: NOTHING, Stage.CONCERNED: "State concerned"}
Pair = tuple[str, str]  # (case, ask)


@dataclass(frozen=True, slots=True)
class Cell:
    """One word, with its stage for the mark beside it (None: no mark), what else there is to say, and acts."""

    words: str
    stage: Stage | None = None
    more: str = ""
    acts: tuple["ActLine", ...] = ()


@dataclass(frozen=True, slots=True)
class ActLine:
    """Where a State raised a case: its own day, the forum, with whom, and where that is written down."""

    state: str  # name
    case: str  # title
    day: str
    instrument: str  # id
    forum: str  # the instrument's title
    with_: str
    quotes: tuple[Quote, ...]
    sources: tuple[Source, ...]
    read_twice: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """An act that a page may have said, and that was wrong; `by` is for the team alone."""

    act: ActLine
    day: str
    why: str
    by: str


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
class Unanswered:
    """A State of which no answer is on record. `since` is the day of the first letter that is open, `days` ago."""

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
    named = sorted(by_state.values(), key=lambda found: in_order(next(iter(found.values())).name))
    if len(pairs) == 1:
        hidden = {"arrived"} if subject.public else set()
        hidden |= set() if subject.answers else {"answered"}
        steps = tuple(step for step in ("asked", "arrived", "answered", "raised") if step not in hidden)
        return Matrix(steps, tuple(_step_line(subject, row, calendar) for found in named for row in found.values()))
    return Matrix(_headings(subject, pairs), tuple(_line(subject, found, pairs, calendar) for found in named))


def _step_line(subject: Subject, row: Progress, calendar: Calendar) -> Line:
    arrived = Cell("arrived", Stage.ARRIVED) if row.arrived else Cell("came back" if row.came_back else NOTHING)
    asked = Cell(calendar.words(row.taken_at), Stage.ASKED) if row.taken_at else Cell(_not_sent(row))
    answered = Cell(_to_read(row) or NOTHING)
    if row.answered_at:
        more = "; ".join(filter(None, (_stance(row), _doubt(row), _to_read(row))))
        answered = Cell(calendar.words(row.answered_at), Stage.ANSWERED, more)
    raised = _raised(subject, subject.raisings(row)) if row.raised else Cell(NOT_NAMED)
    if not subject.public:
        return Line(row.name, (asked, arrived, answered, raised))
    no_answer = NOTHING if row.raised or row.to_read else NO_ANSWER
    said = Cell("answered", Stage.ANSWERED) if row.answered_at else Cell(no_answer)
    return Line(row.name, (Cell("asked", Stage.ASKED), *((said,) if subject.answers else ()), raised))


def _raised(subject: Subject, found: Iterable[Raising]) -> Cell:
    return Cell(Stage.RAISED.value, Stage.RAISED, acts=tuple(act_line(subject, raising) for raising in found))


def act_line(subject: Subject, raising: Raising) -> ActLine:
    """Give an act as a page says it."""
    return ActLine(
        state=state_name(subject.registry, raising.state),
        case=title(subject, raising.case),
        day=rough_day(raising.when),
        instrument=raising.where,
        forum=raising.instrument.title if raising.instrument else raising.where,
        with_=raising.with_,
        quotes=raising.quotes,
        sources=tuple(source for text in raising.sources for source in sources(text)),
        read_twice=raising.read_twice,
    )


def corrections(subject: Subject) -> tuple[Correction, ...]:
    """List what was struck out of the record about the cases of the report, the newest first."""
    slugs = {case.slug for case in subject.cases}
    wrong = [act for act in subject.registry.corrected if act.kind == "raised" and act.case in slugs]
    found = [
        (act.corrected_on, Correction(act_line(subject, raising), rough_day(act.corrected_on), act.correction, by))
        for act in wrong
        for raising in raisings(subject.registry, [act])
        for by in [("" if subject.public else act.corrected_by)]
    ]
    return tuple(dict.fromkeys(told for _, told in sorted(found, key=lambda each: each[0], reverse=True)))


def act_lines(subject: Subject) -> tuple[ActLine, ...]:
    """List who raised the cases of the report, asked or not: by State, then by day."""
    found = {(r.state, r.case, r.when, r.where, r.with_): r for row in subject.rows for r in subject.raisings(row)}
    found |= {(r.state, r.case, r.when, r.where, r.with_): r for rs in subject.uninvited.values() for r in rs}
    lines = [(act_line(subject, raising), raising.when) for raising in found.values()]
    return tuple(line for line, _ in sorted(lines, key=lambda each: (in_order(each[0].state), each[0].case, each[1])))


def rough_day(when: str) -> str:
    """Write a date as precise as known: 29 September 2022, September 2022, 2022; "day not known" for none."""
    if not when:
        return "day not known"
    first = date.fromisoformat(f"{when}-01-01"[:10])
    return spelt(first) if len(when) == 10 else f"{first:%B %Y}" if len(when) == 7 else when


def _not_sent(row: Progress) -> str:
    return f"not sent: {row.status.value}"


def _stance(row: Progress) -> str:
    return row.stance.value.replace("-", " ") if row.stance else "no stance yet"


def _doubt(row: Progress) -> str:
    """Say of an answer that our own mail server could not verify who wrote it; blank of any other."""
    return NOT_VERIFIED if row.answer_in_doubt else ""


def _to_read(row: Progress) -> str:
    """Say for the team how much of the State's mail nobody has read; what it says, nobody knows."""
    doubt = f" ({row.to_read_unverified} {NOT_VERIFIED})" if row.to_read_unverified else ""
    return f"{row.to_read} to read{doubt}" if row.to_read else ""


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
    if stage is Stage.RAISED:
        return _raised(subject, subject.raisings(row))
    if subject.public:
        unanswered = stage is Stage.ASKED and subject.answers and not row.to_read
        return Cell(words, None if stage is Stage.NOT_ASKED else stage, NO_ANSWER if unanswered else "")
    if stage is Stage.NOT_ASKED:
        return Cell(_not_sent(row))
    if row.came_back and stage is Stage.ASKED:
        return Cell("came back", stage, _to_read(row) or calendar.words(row.taken_at))
    return Cell(words, stage, _more(row, calendar))


def _cell_unasked(subject: Subject, state: str, case: str) -> Cell:
    if (state, case) in subject.uninvited:
        return _raised(subject, subject.uninvited[state, case])
    return Cell(WORDS[Stage.CONCERNED] if _concerned(subject, state, case) else NOTHING)


def _more(row: Progress, calendar: Calendar) -> str:
    if row.answered_at:
        return ", ".join(filter(None, (_stance(row), calendar.words(row.answered_at), _doubt(row), _to_read(row))))
    if row.to_read:
        return _to_read(row)
    return calendar.words(row.taken_at) if row.taken_at else ""


def _concerned(subject: Subject, state: str, case: str) -> bool:
    return any(known.slug == case and known.state_concerned == state for known in subject.cases)


def unanswered(subject: Subject, calendar: Calendar) -> tuple[Unanswered, ...]:
    """List, for the team, who was asked and of whom no answer is on record, the longest wait first; one entry a State.

    A State that raised the case has answered in the way that counts. One whose letter came back never got the question.
    Mail that nobody has read may be the answer.
    The State concerned is not in the list, and in public there is none: no State owes this campaign anything.
    """
    if subject.public:
        return ()
    open_: dict[str, list[Progress]] = defaultdict(list)
    for row in asked_rows(subject):
        if not (
            row.answered_at or row.to_read or row.raised or row.came_back or _concerned(subject, row.state, row.case)
        ):
            open_[row.state].append(row)
    found = [_unanswered(subject, rows, calendar) for rows in open_.values()]
    return tuple(sorted(found, key=lambda each: (each.since, in_order(each.name))))


def to_read(subject: Subject) -> tuple[str, ...]:
    """Name, for the team, the States that sent mail which nobody has read, and of which no answer is on record."""
    if subject.public:
        return ()
    return tuple(sorted({row.name for row in asked_rows(subject) if row.to_read and not row.answered_at}, key=in_order))


def unverified(subject: Subject) -> tuple[str, ...]:
    """Name, for the team, the States with an answer whose sender our own mail server could not verify."""
    return tuple(sorted({row.name for row in asked_rows(subject) if row.answer_in_doubt}, key=in_order))


def _unanswered(subject: Subject, rows: list[Progress], calendar: Calendar) -> Unanswered:
    cases = tuple(dict.fromkeys(title(subject, row.case) for row in rows))
    since = min(day for row in rows if (day := calendar.day(row.taken_at)))
    reminded = max((day for row in rows if (day := calendar.day(row.reminded_at))), default=None)
    return Unanswered(rows[0].name, since, max(0, (calendar.today - since).days), reminded, cases)


def spreadsheet(subject: Subject, calendar: Calendar) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Give columns and rows for CSV, one row a State, case and ask; a public one has fewer columns."""
    if subject.public:
        return PUBLIC_COLUMNS, [(*_first_cells(subject, row), *_acts(subject, row)) for row in subject.rows]
    return COLUMNS, [
        (*_first_cells(subject, row), *_private_cells(row, calendar), *_acts(subject, row), *_last_cells(row))
        for row in subject.rows
    ]


def _acts(subject: Subject, row: Progress) -> tuple[str, ...]:
    return act_cells(subject.raisings(row))


def _first_cells(subject: Subject, row: Progress) -> tuple[object, ...]:
    return row.state, row.name, row.case, row.ask, _stage_word(subject.stage(row), row)


def _stage_word(stage: Stage, row: Progress) -> str:
    """Name the stage; a rehearsal never marks a mission as asked."""
    return "rehearsed" if stage is Stage.ASKED and row.asked_at is None else stage.value


def _private_cells(row: Progress, calendar: Calendar) -> tuple[object, ...]:
    asked, reminded, answered = map(calendar.day, (row.asked_at, row.reminded_at, row.answered_at))
    days = days_to_answer(row, calendar.zone)
    took: object = "" if days is None else days
    stance = row.stance.value if row.stance else ""
    raised = NOT_NAMED if row.raised is None else _yes(row.raised)
    return (
        asked or "",
        reminded or "",
        _yes(row.came_back),
        answered or "",
        took,
        stance,
        raised,
    )


def _last_cells(row: Progress) -> tuple[object, ...]:
    return row.to_read, "" if row.sender_verified is None else _yes(row.sender_verified)


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
