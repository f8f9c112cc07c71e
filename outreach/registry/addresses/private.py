"""Reads and makes contacts/private.csv: what must not go to a shared repository; joined to missions.csv by State."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from outreach.disk import flush_folder, write_whole
from outreach.errors import OutreachError, Problem
from outreach.registry.missions import COLUMNS as PUBLIC_COLUMNS
from outreach.registry.missions import read_missions
from outreach.registry.model import Mission, State
from outreach.registry.sheets.sheet import Sheet, parse_sheet, read_sheet

FILE = "contacts/private.csv"
COLUMNS = ("state", "email", "source", "verified_on", "note")  # of a new file; any column of missions.csv may be there
REQUIRED = ("state", "email")
NEW_FILE = f"{','.join(COLUMNS)}\n".encode()
# What an address stands and falls with: a day of verification and a source are of the address that they stand beside.
WITH_EMAIL = ("email", "source", "verified_on")
FIELDS = {"mission": "name", "email": "emails"}  # column → field of Mission, where they differ


def private_sheet(folder: Path) -> Sheet:
    """Read the file of a campaign folder, or give it as it would be made; DataError where it has no table."""
    path = folder / FILE
    return read_sheet(path, FILE) if path.exists() else parse_sheet(NEW_FILE, FILE)


def make_private(folder: Path) -> None:
    """Make the file where there is none, readable by its owner alone; OutreachError where the disk refuses."""
    path = folder / FILE
    if path.exists():
        return
    try:
        write_whole(path, NEW_FILE)
        flush_folder(path.parent)
    except OSError as error:
        raise OutreachError(f"{path} cannot be made: {error.strerror}; nothing was changed") from None


def read_private(
    sheet: Sheet, states: Mapping[str, State], public: Mapping[str, Mission], today: date, problems: list[Problem]
) -> dict[str, Mission]:
    """Give the missions as they are with what this file adds; everything wrong is added to `problems`.

    A cell that says something counts before that of missions.csv. An e-mail takes the place of those in missions.csv,
    with its own source and day of verification, even if these are blank. A State may be in this file alone.

    The problems of a row are its mission's. Those of a row that may be any State's are not: any letter might go to an
    address that this row stands for.
    """
    ours = read_missions(sheet, states, today, problems, REQUIRED)
    anybodys = {problem for row in ours.unclaimed for problem in row.problems}
    said = {number: {column for column, text in cells.items() if text} for number, cells in sheet.records()}
    joined = dict(public)
    columns_of_all = next((mission.extra for mission in public.values() if mission.extra), ())
    blank = tuple((column, "") for column, _ in columns_of_all)
    for code, mission in ours.missions.items():
        columns = {column for column in said[mission.row] if column in PUBLIC_COLUMNS}
        wrong = [problem for problem in mission.problems if problem not in anybodys]
        if not mission.emails and "verified_on" in columns and not wrong:
            wrong = [Problem(FILE, "there is no address beside it to vouch for", mission.row, "verified_on")]
            problems += wrong
        known = public.get(code) or Mission(code, "", (), "en", extra=blank)
        if wrong:
            replaced, all_wrong = (*known.replaced, *mission.replaced), (*known.problems, *wrong)
            joined[code] = replace(known, replaced=replaced, problems=all_wrong)
        else:
            joined[code] = _joined(known, mission, columns)
    return joined


def _joined(known: Mission, private: Mission, columns: set[str]) -> Mission:
    if private.emails:
        columns |= set(WITH_EMAIL)
        known = replace(known, private_row=private.row, replaced=(*known.emails, *known.replaced))
    changes = {FIELDS.get(column, column): getattr(private, FIELDS.get(column, column)) for column in columns}
    own = {column: text for column, text in private.extra if text}
    return replace(known, extra=tuple({**dict(private.extra), **dict(known.extra), **own}.items()), **changes)
