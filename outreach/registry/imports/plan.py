"""What somebody's spreadsheet would change in contacts/missions.csv; asks nobody and writes no file.

A blank erases nothing; a source or note is added to what is there; a new address is never taken for verified, and its
source says which file it came from; where the spreadsheet contradicts itself, nothing is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Literal

from outreach.registry.imports.columns import ColumnMatch
from outreach.registry.imports.facts import (
    Fact,
    Fault,
    GoodRow,
    Note,
    RejectedRow,
    Remark,
    SpreadsheetFacts,
    joined,
    normal_addresses,
)
from outreach.registry.imports.languages import UsualLanguage, usual_language
from outreach.registry.sheets.editing import with_cells, with_columns, with_rows
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.states import load_states
from outreach.text import listed, shortened

MOST_SAID = 6  # rows that contradict each other, in a message
GROWING = ("source", "note")  # added to, not replaced


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of missions.csv. `cleared` is a verification that would otherwise vouch for a new address."""

    state: str
    column: str
    kind: Literal["new", "changed", "added to", "cleared"]
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the facts come from: the file's name and the day, for sources; the languages that the campaign writes."""

    file: str
    today: date
    languages: tuple[str, ...]

    def __str__(self) -> str:
        name = "".join(letter if letter.isprintable() else "?" for letter in PurePath(self.file).name)
        return f"imported from {name} on {self.today}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """The spreadsheet says several things about one fact; `values` are (row, text)."""

    state: str
    column: str
    values: tuple[tuple[int, str], ...]

    @property
    def said(self) -> str:
        """Name the first rows, with what they say."""
        some = [f"row {row} says '{shortened(' '.join(text.split()))}'" for row, text in self.values[: MOST_SAID + 1]]
        return listed([*some, *self.values[MOST_SAID + 1 :]], MOST_SAID)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything an import would do, and everything it would not: each row of theirs is in one of four groups.

    `taken` and `unchanged_rows` are row numbers; `languages` are those that new rows get without the spreadsheet.
    """

    columns: ColumnMatch
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    rejected: tuple[RejectedRow, ...]
    remarks: tuple[Remark, ...]
    notes: tuple[Note, ...]
    taken: tuple[int, ...]
    unchanged_rows: tuple[int, ...]
    new_states: tuple[str, ...]  # States that get a row
    unchanged: tuple[str, ...]  # States about which the file says nothing new
    languages: Mapping[str, UsualLanguage]

    @property
    def empty(self) -> bool:
        return not self.changes and not self.new_states


def plan_import(said: SpreadsheetFacts, columns: ColumnMatch, ours: Sheet, origin: Origin) -> ImportPlan:
    """Compare. `ours` must be a missions.csv without problems."""
    known = {cells["state"]: cells for _, cells in ours.records()}
    conflicts = _conflicts(said.good)
    contradicting = {row for conflict in conflicts for row, _ in conflict.values}
    good = [row for row in said.good if row.row not in contradicting]
    order = tuple(dict.fromkeys(row.state for row in good))
    changes: list[Change] = []
    for code in order:
        facts = [fact for row in good if row.state == code for fact in row.facts]
        changes += _compare(code, facts, known.get(code, {}), str(origin))
    new = tuple(code for code in order if code not in known)
    languages = _usual_languages(new, changes, origin)
    changes += [Change(code, "language", "new", "", usual.code) for code, usual in languages.items() if usual.code]
    touched = {change.state for change in changes} | {*new}
    rejected = [*said.rejected, *_contradicting(conflicts, columns)]
    return ImportPlan(
        columns=columns,
        changes=tuple(changes),
        conflicts=conflicts,
        rejected=tuple(sorted(rejected, key=lambda row: row.row)),
        remarks=said.remarks,
        notes=tuple(note for note in said.notes if note.row not in contradicting),
        taken=tuple(row.row for row in good if row.state in touched),
        unchanged_rows=tuple(row.row for row in good if row.state not in touched),
        new_states=new,
        unchanged=tuple(code for code in order if code in known and code not in touched),
        languages=languages,
    )


def _usual_languages(new: Sequence[str], changes: Sequence[Change], origin: Origin) -> dict[str, UsualLanguage]:
    said = {change.state for change in changes if change.column == "language"}
    states = load_states()
    return {code: usual_language(code, states[code].alpha2, origin.languages) for code in new if code not in said}


def _conflicts(good: Sequence[GoodRow]) -> tuple[Conflict, ...]:
    """Find what the spreadsheet says in two ways about one State."""
    said: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row in good:
        for fact in row.facts:
            if fact.column not in GROWING:
                said.setdefault((fact.state, fact.column), []).append((fact.row, fact.text))
    return tuple(
        Conflict(state, column, tuple(values))
        for (state, column), values in said.items()
        if len({text for _, text in values}) > 1
    )


def _contradicting(conflicts: Sequence[Conflict], columns: ColumnMatch) -> list[RejectedRow]:
    """Give the rows that contradict each other: none of them is taken, since nobody knows which is right."""
    faults: dict[int, list[Fault]] = {}
    for conflict in conflicts:
        theirs = next(their for their, our in columns.targets.items() if our == conflict.column)
        fault = Fault(theirs, f"{conflict.state}: {conflict.said}; keep what is right")
        for row, _ in conflict.values:
            faults.setdefault(row, []).append(fault)
    return [RejectedRow(row, tuple(found)) for row, found in faults.items()]


def apply_import(ours: Sheet, plan: ImportPlan) -> Sheet:
    """Give the sheet with the plan's changes; every other cell keeps its bytes."""
    sheet = with_columns(ours, new_columns(ours, plan))
    numbers = {cells["state"]: number for number, cells in sheet.records()}
    edits = {(numbers[change.state], change.column): change.new for change in plan.changes if change.state in numbers}
    added = [
        {"state": code} | {change.column: change.new for change in plan.changes if change.state == code}
        for code in plan.new_states
    ]
    edited = with_cells(sheet, edits)
    return with_rows(edited, added) if added else edited


def new_columns(ours: Sheet, plan: ImportPlan) -> list[str]:
    """List the columns that missions.csv gets: those of the spreadsheet, and an ambassador's, that say something."""
    used = {change.column for change in plan.changes}
    targets = dict.fromkeys(plan.columns.targets.values())
    return [name for name in targets if name in used and name not in ours.columns]


def _compare(code: str, facts: Sequence[Fact], old: Mapping[str, str], origin: str) -> list[Change]:
    """Compare what is said about one State with the row we have; `origin` is the source of an address that comes in."""
    found = _compare_cells(code, facts, old)
    if "email" in _changed(found):
        found = _compare_cells(code, [*facts, Fact(code, "source", origin, 0)], old)
    said = {fact.text for fact in facts if fact.column == "verified_on"}
    return [*found, *_verification(code, found, old.get("verified_on", ""), said)]


def _compare_cells(code: str, facts: Sequence[Fact], old: Mapping[str, str]) -> list[Change]:
    found: list[Change] = []
    for column in dict.fromkeys(fact.column for fact in facts):
        texts = list(dict.fromkeys(fact.text for fact in facts if fact.column == column))
        item = _compare_cell(code, column, texts, old.get(column, ""))
        if item:
            found.append(item)
    return found


def _changed(found: Sequence[Change]) -> set[str]:
    return {item.column for item in found}


def _compare_cell(code: str, column: str, texts: Sequence[str], old: str) -> Change | None:
    """Compare one cell. `texts` is what the spreadsheet says, one text unless the column is one that grows."""
    if column in GROWING:
        return _grown(code, column, texts, old)
    same = normal_addresses(old) == texts[0] if column == "email" else old == texts[0]
    return None if same else Change(code, column, "changed" if old else "new", old, texts[0])


def _grown(code: str, column: str, texts: Sequence[str], old: str) -> Change | None:
    """Keep what we have, and add what it does not say yet."""
    new = old
    for text in texts:
        if text not in new:
            new = joined(column, new, text) if new else text
    return None if new == old else Change(code, column, "added to" if old else "new", old, new)


def _verification(code: str, found: Sequence[Change], old: str, said: set[str]) -> list[Change]:
    """Clear the date of verification with the address that it vouched for, unless it is `said` anew."""
    columns = _changed(found)
    if old and "email" in columns and "verified_on" not in columns and said != {old}:
        return [Change(code, "verified_on", "cleared", old, "")]
    return []
