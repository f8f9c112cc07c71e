"""Reads contacts/private.csv: what must not go to a shared repository; joined to missions.csv by State."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from outreach.errors import Problem
from outreach.registry.missions import COLUMNS as PUBLIC_COLUMNS
from outreach.registry.missions import read_missions
from outreach.registry.model import Mission, State
from outreach.registry.sheets.sheet import Sheet

FILE = "contacts/private.csv"
COLUMNS = ("state", "email", "source", "verified_on", "note")  # of a new file; any column of missions.csv may be there
REQUIRED = ("state", "email")
# What an address stands and falls with: a day of verification and a source are of the address that they stand beside.
WITH_EMAIL = ("email", "source", "verified_on")
FIELDS = {"mission": "name", "email": "emails"}  # column → field of Mission, where they differ


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
