"""What somebody's table would change in contacts/documented.csv; asks nobody and writes no file.

A blank erases nothing; several values are added to those there are; how somebody was before stays in the history; a
consent that was refused or withdrawn stays so.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from outreach.errors import Problem
from outreach.registry.documented.imports.columns import DocumentedColumns
from outreach.registry.documented.imports.rows import Sorted, TheirRow, TheirRows, as_named, as_nameless
from outreach.registry.documented.model import Documented, Report, Standing
from outreach.registry.documented.reading import FILE, ID, LONGEST_ID, NEUTRAL_ID, parts_of, read_documented
from outreach.registry.documented.writing import HEADER, Changes, cells_of, changed_cells
from outreach.registry.imports.facts import Fault, Note, RejectedRow
from outreach.registry.sheets.editing import with_rows
from outreach.registry.sheets.sheet import parse_sheet
from outreach.registry.states import fold, load_states
from outreach.text import without_accents

NO_SOURCE = "no source; write where this is on public record: a UN symbol, or an address on the web"
NO_DOCUMENT = (
    "no UN document: nothing says that one names them, so an address, which may have the name in it, is no source here"
)
ROOM = 8  # characters of an id that a number behind it may need


@dataclass(frozen=True, slots=True)
class Taken:
    """A row of theirs that says something new: a case as it was, None where it is new, and as it will be."""

    row: int
    before: Documented | None
    after: Documented

    @property
    def cells(self) -> dict[str, str]:
        """Give the cells that are written: column → text."""
        return changed_cells(self.before, self.after) if self.before else cells_of(self.after)


@dataclass(frozen=True, slots=True)
class DocumentedPlan:
    """Everything an import would do, and everything it would not: each row of theirs is in one of four groups."""

    columns: DocumentedColumns
    taken: tuple[Taken, ...]
    unchanged: tuple[int, ...]  # rows that say nothing new
    rejected: tuple[RejectedRow, ...]
    notes: tuple[Note, ...]  # what was left out of rows that are taken; `column` is ours
    blank: int

    @property
    def changes(self) -> Changes:
        """Give what is to be written."""
        added = tuple(each.cells for each in self.taken if each.before is None)
        return Changes(added, {each.after.id: each.cells for each in self.taken if each.before})


def plan_documented_import(
    theirs: TheirRows, columns: DocumentedColumns, ours: Sequence[Documented], today: date
) -> DocumentedPlan:
    """Compare what their rows say with the documented cases there are."""
    matching = _Matching(ours)
    placed = [matching.place(row) for row in theirs.read]
    good = [each for each in placed if isinstance(each, _Placed)]
    rejected = [*theirs.rejected, *(each for each in placed if isinstance(each, RejectedRow))]
    cases, faults = _read([each.sorted.cells for each in good], today)
    taken: list[Taken] = []
    unchanged: list[int] = []
    notes: list[Note] = []
    for number, each in enumerate(good):
        if wrong := faults.get(number):
            rejected.append(RejectedRow(each.row, tuple(_fault(problem, columns) for problem in wrong)))
            continue
        after, kept = _merged(each.before, cases[number], each.row)
        notes += [*each.sorted.left_out, *kept]
        if after == each.before:
            unchanged.append(each.row)
        else:
            taken.append(Taken(each.row, each.before, after))
    rejected.sort(key=lambda row: row.row)
    return DocumentedPlan(columns, tuple(taken), tuple(unchanged), tuple(rejected), tuple(notes), theirs.blank)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A row of theirs with the case of ours that it is about, None where it is a new one."""

    row: int
    sorted: Sorted
    before: Documented | None


class _Matching:
    """Finds which case of ours a row is about: a named one by title and State, or id; another by all that it says."""

    def __init__(self, ours: Sequence[Documented]) -> None:
        self._by_id = {each.id: each for each in ours}
        self._by_title = {(fold(each.title), each.state): each for each in ours if each.named_publicly}
        self._nameless: dict[tuple[object, ...], list[Documented]] = {}
        for each in ours:
            if not each.named_publicly:
                self._nameless.setdefault(_likeness(cells_of(each)), []).append(each)
        self._ids = set(self._by_id)
        self._seen: dict[object, int] = {}  # a case, by its id or by title and State → row of theirs

    def place(self, row: TheirRow) -> _Placed | RejectedRow:
        """Give the row with its case and a free id, or say why it cannot be taken."""
        cells = row.cells
        known = self._by_title.get((fold(cells.get("title", "")), cells["state"]))
        known = known or self._by_id.get(cells.get("id", ""))
        if known and known.state != cells["state"]:
            return _refused(row, "id", f"'{known.id}' is already a case of {known.state}: give it another id")
        named = row.named if row.named is not None else bool(known and known.named_publicly)
        if not named and known and known.named_publicly:
            return _refused(row, "named_publicly", f"{FILE} says that '{known.id}' is named publicly: which is right?")
        sorted_ = as_named(row) if named else as_nameless(row)
        if not sorted_.cells.get("sources"):
            return _refused(row, "sources", NO_SOURCE if named else NO_DOCUMENT)
        if not named and not known:
            known = next(iter(self._nameless.get(_likeness(sorted_.cells), ())), None)
        if known and not known.named_publicly and known in (same := self._nameless.get(_likeness(cells_of(known)), [])):
            same.remove(known)
        about = known.id if known else (fold(cells.get("title", "")), cells["state"]) if named else row.row
        if self._seen.setdefault(about, row.row) != row.row:
            return _refused(row, "title", f"is about the same case as row {self._seen[about]}: keep one row")
        sorted_.cells["id"] = known.id if known else self._free_id(sorted_.cells, named=named)
        return _Placed(row.row, sorted_, known)

    def _free_id(self, cells: Mapping[str, str], *, named: bool) -> str:
        theirs = cells.get("id", "")
        fits = len(theirs) <= LONGEST_ID and (ID if named else NEUTRAL_ID).fullmatch(theirs)
        if fits and theirs not in self._ids:
            self._ids.add(theirs)
            return theirs
        base = _slug(cells["title"]) if named and "title" in cells else ""
        if base and base not in self._ids:
            self._ids.add(base)
            return base
        base = base or "-".join(filter(None, [cells["state"].lower(), cells.get("year", "")]))
        number = 2 if named and base == _slug(cells.get("title", "")) else 1
        while f"{base}-{number}" in self._ids:
            number += 1
        self._ids.add(f"{base}-{number}")
        return f"{base}-{number}"


def _slug(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", without_accents(title))
    slug = "-".join(words)
    return slug if len(slug) <= LONGEST_ID - ROOM else slug[: LONGEST_ID - ROOM].rpartition("-")[0]


def _likeness(cells: Mapping[str, str]) -> tuple[object, ...]:
    """Give by what two rows without a name are the same case."""
    several = ("reports", "engagement", "un_body", "act_type")
    return (cells["state"], cells.get("year", ""), cells.get("victim_kind", ""),
            *(frozenset(parts_of(cells.get(column, ""))) for column in several))  # fmt: skip


def _refused(row: TheirRow, column: str, message: str) -> RejectedRow:
    return RejectedRow(row.row, (Fault(column, message),))


def _read(rows: Sequence[Mapping[str, str]], today: date) -> tuple[dict[int, Documented], dict[int, list[Problem]]]:
    """Read rows as the file would have them: number → case, and number → what is wrong with it."""
    problems: list[Problem] = []
    sheet = parse_sheet(with_rows(parse_sheet(HEADER, FILE), rows).to_bytes(), FILE)
    found = {each.row - 2: each for each in read_documented(sheet, load_states(), problems, today)}
    faults: dict[int, list[Problem]] = {}
    for problem in problems:
        faults.setdefault((problem.row or 2) - 2, []).append(problem)
    return found, faults


def _fault(problem: Problem, columns: DocumentedColumns) -> Fault:
    theirs = next((name for name, ours in columns.ours.items() if ours == problem.column), problem.column or "")
    return Fault(theirs, problem.message)


def _merged(before: Documented | None, theirs: Documented, row: int) -> tuple[Documented, list[Note]]:
    """Give a case of ours with what a row adds to it, and what of the row is not taken."""
    if before is None:
        return replace(theirs, row=0), []
    history, late = _history(before, theirs)
    closed = before.consent.closed and not theirs.consent.closed and theirs.consent.word
    notes = [Note(row, "status", "not taken: somebody looked later, or it has no day")] if late else []
    if closed:
        notes.append(Note(row, "consent", f"not taken: {before.consent.word} stays so until a person changes it"))
    return replace(
        before,
        title=theirs.title if theirs.named_publicly else before.title,
        named_publicly=theirs.named_publicly,
        year=theirs.year or before.year,
        victim_kind=theirs.victim_kind or before.victim_kind,
        engagement=_union(before.engagement, theirs.engagement),
        un_body=_union(before.un_body, theirs.un_body),
        act_type=_union(before.act_type, theirs.act_type),
        trigger=theirs.trigger or before.trigger,
        reports=_reports(before.reports, theirs.reports),
        state_reply=theirs.state_reply or before.state_reply,
        history=history,
        consent=theirs.consent if theirs.consent.word and not closed else before.consent,
        sources=_union(before.sources, theirs.sources),
        note=before.note if theirs.note in before.note else " ".join(filter(None, [before.note, theirs.note])),
    ), notes


def _union(ours: tuple[str, ...], theirs: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*ours, *theirs)))


def _reports(ours: Sequence[Report], theirs: Sequence[Report]) -> tuple[Report, ...]:
    """Give all documents of both; a word on follow-up that we had stays."""
    found = {str(report): report for report in theirs}
    known = [replace(each, followup=each.followup or found.get(str(each), each).followup) for each in ours]
    return (*known, *(report for place, report in found.items() if place not in {str(each) for each in ours}))


def _history(before: Documented, theirs: Documented) -> tuple[tuple[Standing, ...], bool]:
    """Give the history with what is newer in theirs, and whether something of theirs is not taken."""
    if not before.history or not theirs.history:
        return before.history or theirs.history, False
    new = [each for each in theirs.history if each.on and before.status_on and each.on > before.status_on]
    if new and new[0].status == before.status:
        return (*before.history[:-1], *new), False
    late = theirs.history[-1].status != before.status and not new
    return (*before.history, *new), late
