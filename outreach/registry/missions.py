"""Reads contacts/missions.csv: who there is to write to; knows nothing about what they did."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from outreach.errors import Problem
from outreach.registry.cells import HANDLE_READERS, read_addresses, read_code, read_day, read_language
from outreach.registry.model import Mission, State
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.sheets.table import Fields, rows_of

FILE = "contacts/missions.csv"
COLUMNS = (
    *("state", "mission", "email", "language", "phone", "address", "website"),
    *("x", "bluesky", "mastodon", "source", "verified_on", "note"),
)


def read_missions(
    sheet: Sheet,
    states: Mapping[str, State],
    today: date,
    problems: list[Problem],
    required: Sequence[str] = COLUMNS,
) -> dict[str, Mission]:
    """Read missions by alpha-3; everything wrong is added to `problems`. `required` columns have to be there."""
    missions: dict[str, Mission] = {}
    for row in rows_of(sheet, required, problems):
        mission = _mission(row, states, today)
        if mission.state in missions:
            row.note("state", f"{mission.state} stands in row {missions[mission.state].row} already; keep one row")
        elif mission.state:
            missions[mission.state] = mission
    return missions


def _mission(row: Fields, states: Mapping[str, State], today: date) -> Mission:
    return Mission(
        state=row.read("state", partial(read_code, states), ""),
        name=row["mission"],
        emails=row.read("email", read_addresses, ()),
        language=row.read("language", read_language, "en"),
        phone=row["phone"],
        address=row["address"],
        website=row["website"],
        x=row.read("x", HANDLE_READERS["x"], ""),
        bluesky=row.read("bluesky", HANDLE_READERS["bluesky"], ""),
        mastodon=row.read("mastodon", HANDLE_READERS["mastodon"], ""),
        source=row["source"],
        verified_on=row.read("verified_on", lambda text: read_day(text, today) if text else None, None),
        note=row["note"],
        row=row.row,
    )
