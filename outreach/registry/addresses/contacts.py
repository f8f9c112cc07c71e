"""Adds an address to a mission's row in contacts/ without touching another byte; knows no mail.

An address that somebody wrote from is a person's own until somebody says otherwise: it goes to contacts/private.csv,
which no repository has, and to contacts/missions.csv only when asked for.

A verification vouches for every address of its row. So the day on which an address was seen at work is taken for one
only where it is the row's only address; elsewhere `verified_on` stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from outreach.errors import DataError, Problem, UsageError
from outreach.registry import missions
from outreach.registry.addresses import private
from outreach.registry.addresses.private import make_private, private_sheet, read_private
from outreach.registry.cells import read_address
from outreach.registry.imports.facts import joined
from outreach.registry.model import Mission
from outreach.registry.sheets.editing import with_cells, with_columns, with_rows
from outreach.registry.sheets.saving import one_at_a_time, save
from outreach.registry.sheets.sheet import Sheet, parse_sheet, read_sheet
from outreach.registry.states import load_states
from outreach.text import latest_day


@dataclass(frozen=True, slots=True)
class NewAddress:
    """An address of a mission: where it was seen, and on which day. `first`: letters go to it, the others in copy.

    `public`: it may stand in contacts/missions.csv, which others read.
    """

    state: str  # alpha-3
    email: str
    source: str
    seen_on: date
    first: bool = False
    public: bool = False

    @property
    def file(self) -> str:
        """Name the file that it goes to."""
        return missions.FILE if self.public else private.FILE


@dataclass(frozen=True, slots=True)
class Changes:
    """What a row of `file` says before and after, column by column; the columns that stay as they are are left out.

    `verified`: all addresses of the row are, after the change.
    """

    file: str
    row: int  # the header being row 1
    before: Mapping[str, str]
    after: Mapping[str, str]
    verified: bool


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Both files as they were read: the missions of missions.csv alone, and those of both together.

    `hidden` is what contacts/private.csv says, or would say when it is made.
    """

    shared: Sheet
    hidden: Sheet
    known: Mapping[str, Mission]
    together: Mapping[str, Mission]

    def of(self, new: NewAddress) -> Sheet:
        return self.shared if new.public else self.hidden


def plan_address(folder: Path, new: NewAddress) -> Changes:
    """Say what adding the address would change; UsageError when it is there already, or is no address."""
    return _changes(_read(folder), new)


def add_address(folder: Path, new: NewAddress) -> Changes:
    """Add it, in one step; what was changed. UsageError as plan_address; DataError when a file has problems.

    contacts/private.csv is made where there is none, readable by its owner alone.
    """
    path = folder / new.file
    with one_at_a_time(path.parent):
        sheets = _read(folder)
        changes = _changes(sheets, new)
        if not new.public:
            make_private(folder)
        before = sheets.of(new)
        after = _changed(before, new.state, changes)
        edited = parse_sheet(after.to_bytes(), new.file)
        _checked(edited if new.public else sheets.shared, sheets.hidden if new.public else edited)
        save(path, before.to_bytes(), after.to_bytes())
    return changes


def _read(folder: Path) -> _Sheets:
    shared, hidden = read_sheet(folder / missions.FILE, missions.FILE), private_sheet(folder)
    return _Sheets(shared, hidden, *_checked(shared, hidden))


def _checked(shared: Sheet, hidden: Sheet) -> tuple[dict[str, Mission], dict[str, Mission]]:
    problems: list[Problem] = []
    states, today = load_states(), latest_day(datetime.now(UTC))
    known = missions.read_missions(shared, states, today, problems).missions
    together = read_private(hidden, states, known, today, problems)
    if problems:
        raise DataError(problems)
    return known, together


def _changes(sheets: _Sheets, new: NewAddress) -> Changes:
    email = _address(new.email)
    for mission in sheets.together.values():
        if email.casefold() in {known.casefold() for known in mission.known_emails}:
            raise UsageError(f"{email} is in {_where(mission, email)}, {mission.state}. Nothing was changed")
    sheet = sheets.of(new)
    rows = {cells["state"]: (number, cells) for number, cells in sheet.records()}
    number, before = rows.get(new.state, (len(sheet.rows) + 1, {}))
    there = before if new.public or before.get("email") else _taken_over(sheets.known.get(new.state), before)
    known = there.get("email", "")
    after = {"email": _together(email, known, first=new.first)}
    if new.source not in there.get("source", ""):
        after["source"] = joined("source", there["source"], new.source) if there.get("source") else new.source
    verified = there.get("verified_on", "") if known else new.seen_on.isoformat()
    if verified != before.get("verified_on", ""):
        after["verified_on"] = verified
    return Changes(new.file, number, {column: before.get(column, "") for column in after}, after, bool(verified))


def _taken_over(mission: Mission | None, before: Mapping[str, str]) -> Mapping[str, str]:
    """Give what a row of contacts/private.csv has to say of addresses in missions.csv too, whose place it takes."""
    if mission is None or not mission.emails:
        return before
    verified = mission.verified_on.isoformat() if mission.verified_on else ""
    source = before.get("source") or mission.source
    return {"email": "; ".join(mission.emails), "source": source, "verified_on": verified}


def _where(mission: Mission, email: str) -> str:
    hidden = mission.private_row and email.casefold() in {known.casefold() for known in mission.emails}
    file, row = (private.FILE, mission.private_row) if hidden else (missions.FILE, mission.row)
    return f"{file} already: row {row}"


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
    missing = [column for column in changes.after if column not in sheet.columns]
    sheet = with_columns(sheet, missing) if missing else sheet
    if changes.row > len(sheet.rows):
        return with_rows(sheet, [{"state": state, **changes.after}])
    return with_cells(sheet, {(changes.row, column): text for column, text in changes.after.items()})
