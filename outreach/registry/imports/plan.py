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
from outreach.registry.imports.facts import Fact, Unmatched, joined, normal_addresses, read_facts
from outreach.registry.model import State
from outreach.registry.sheets.editing import with_cells, with_columns, with_rows
from outreach.registry.sheets.sheet import Sheet

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
class Conflict:
    """The spreadsheet says several things about one fact; `values` are (row, text)."""

    state: str
    column: str
    values: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything an import would do, and everything it would not."""

    columns: ColumnMatch
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    unmatched: tuple[Unmatched, ...]
    new_states: tuple[str, ...]  # States that get a row
    unchanged: tuple[str, ...]  # States about which the file says nothing new

    @property
    def empty(self) -> bool:
        return not self.changes and not self.new_states


def plan_import(
    theirs: Sheet, columns: ColumnMatch, ours: Sheet, states: Mapping[str, State], today: date
) -> ImportPlan:
    """Compare. `ours` must be a missions.csv without problems; DataError with all problems of theirs at once."""
    said = read_facts(theirs, columns, states, today)
    known = {cells["state"]: cells for _, cells in ours.records()}
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    origin = f"imported from {_shown(PurePath(theirs.name).name)} on {today}"
    for code in said.states:
        compared = _compare(code, [fact for fact in said.facts if fact.state == code], known.get(code, {}), origin)
        changes += [item for item in compared if isinstance(item, Change)]
        conflicts += [item for item in compared if isinstance(item, Conflict)]
    touched = {change.state for change in changes} | {conflict.state for conflict in conflicts}
    return ImportPlan(
        columns=columns,
        changes=tuple(changes),
        conflicts=tuple(conflicts),
        unmatched=said.unmatched,
        new_states=tuple(code for code in said.states if code not in known),
        unchanged=tuple(code for code in said.states if code in known and code not in touched),
    )


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
    """List the columns that missions.csv gets: those kept from the spreadsheet that say something."""
    used = {change.column for change in plan.changes}
    return [name for name in plan.columns.kept if name in used and name not in ours.columns]


def _shown(name: str) -> str:
    """Give the name of a file as a cell can hold it."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _compare(code: str, facts: Sequence[Fact], old: Mapping[str, str], origin: str) -> list[Change | Conflict]:
    """Compare what is said about one State with the row we have; `origin` is the source of an address that comes in."""
    found = _compare_cells(code, facts, old)
    if "email" in _changed(found):
        found = _compare_cells(code, [*facts, Fact(code, "source", origin, 0)], old)
    said = {fact.text for fact in facts if fact.column == "verified_on"}
    return [*found, *_verification(code, found, old.get("verified_on", ""), said)]


def _compare_cells(code: str, facts: Sequence[Fact], old: Mapping[str, str]) -> list[Change | Conflict]:
    found: list[Change | Conflict] = []
    for column in dict.fromkeys(fact.column for fact in facts):
        about = [fact for fact in facts if fact.column == column]
        item = _compare_cell(code, column, about, old.get(column, ""))
        if item:
            found.append(item)
    return found


def _changed(found: Sequence[Change | Conflict]) -> set[str]:
    return {item.column for item in found if isinstance(item, Change)}


def _compare_cell(code: str, column: str, facts: Sequence[Fact], old: str) -> Change | Conflict | None:
    texts = list(dict.fromkeys(fact.text for fact in facts))
    if column in GROWING:
        return _grown(code, column, texts, old)
    if len(texts) > 1:
        return Conflict(code, column, tuple((fact.row, fact.text) for fact in facts))
    same = normal_addresses(old) == texts[0] if column == "email" else old == texts[0]
    return None if same else Change(code, column, "changed" if old else "new", old, texts[0])


def _grown(code: str, column: str, texts: Sequence[str], old: str) -> Change | None:
    """Keep what we have, and add what it does not say yet."""
    new = old
    for text in texts:
        if text not in new:
            new = joined(column, new, text) if new else text
    return None if new == old else Change(code, column, "added to" if old else "new", old, new)


def _verification(code: str, found: Sequence[Change | Conflict], old: str, said: set[str]) -> list[Change]:
    """Clear the date of verification with the address that it vouched for, unless it is `said` anew."""
    columns = _changed(found)
    if old and "email" in columns and "verified_on" not in columns and said != {old}:
        return [Change(code, "verified_on", "cleared", old, "")]
    return []
