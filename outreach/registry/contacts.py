"""Adds an address to a mission's row in contacts/missions.csv without touching another byte; knows no mail.

A verification vouches for every address of its row. So the day on which an address was seen at work is taken for one
only where it is the row's only address; elsewhere `verified_on` stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from outreach.errors import DataError, Problem, UsageError
from outreach.registry.cells import read_address
from outreach.registry.imports.facts import joined
from outreach.registry.missions import FILE, read_missions
from outreach.registry.model import Mission
from outreach.registry.sheets.editing import with_cells, with_rows
from outreach.registry.sheets.saving import one_at_a_time, save
from outreach.registry.sheets.sheet import Sheet, parse_sheet, read_sheet
from outreach.registry.states import load_states
from outreach.text import local_day


@dataclass(frozen=True, slots=True)
class NewAddress:
    """An address of a mission: where it was seen, and on which day. `first`: letters go to it, the others in copy."""

    state: str  # alpha-3
    email: str
    source: str
    seen_on: date
    first: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What a row says before and after, column by column; the columns that stay as they are are left out."""

    row: int  # the header being row 1
    before: Mapping[str, str]
    after: Mapping[str, str]


def plan_address(folder: Path, new: NewAddress) -> Changes:
    """Say what adding the address would change; UsageError when it is there already, or is no address."""
    return _changes(_read(folder / FILE), new)


def add_address(folder: Path, new: NewAddress) -> Changes:
    """Add it, in one step; what was changed. UsageError as plan_address; DataError when the file has problems."""
    path = folder / FILE
    with one_at_a_time(path.parent):
        ours = _read(path)
        changes = _changes(ours, new)
        after = _changed(ours, new.state, changes)
        _checked(parse_sheet(after.to_bytes(), FILE))
        save(path, ours.to_bytes(), after.to_bytes())
    return changes


def _read(path: Path) -> Sheet:
    sheet = read_sheet(path, FILE)
    _checked(sheet)
    return sheet


def _checked(sheet: Sheet) -> dict[str, Mission]:
    problems: list[Problem] = []
    missions = read_missions(sheet, load_states(), local_day(datetime.now(UTC)), problems)
    if problems:
        raise DataError(problems)
    return missions


def _changes(sheet: Sheet, new: NewAddress) -> Changes:
    email = _address(new.email)
    for mission in _checked(sheet).values():
        if email.casefold() in {known.casefold() for known in mission.emails}:
            raise UsageError(f"{email} is in {FILE} already: row {mission.row}, {mission.state}. Nothing was changed")
    rows = {cells["state"]: (number, cells) for number, cells in sheet.records()}
    number, before = rows.get(new.state, (len(sheet.rows) + 1, {}))
    known = before.get("email", "")
    after = {"email": _together(email, known, first=new.first)}
    if new.source not in before.get("source", ""):
        after["source"] = joined("source", before["source"], new.source) if before.get("source") else new.source
    if not known:
        after["verified_on"] = new.seen_on.isoformat()
    return Changes(number, {column: before.get(column, "") for column in after}, after)


def _address(text: str) -> str:
    try:
        return read_address(text)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _together(email: str, known: str, *, first: bool) -> str:
    if not known:
        return email
    return joined("email", email, known) if first else joined("email", known, email)


def _changed(sheet: Sheet, state: str, changes: Changes) -> Sheet:
    if changes.row > len(sheet.rows):
        return with_rows(sheet, [{"state": state, **changes.after}])
    return with_cells(sheet, {(changes.row, column): text for column, text in changes.after.items()})
