"""Changes what contacts/ says of missions by a person's word: an address was seen, a cell is set; says nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from outreach.errors import UsageError
from outreach.registry.addresses.editing import MissionEdit, PlannedEdits, plan_edits
from outreach.registry.cells import read_day
from outreach.registry.days import day_or_text
from outreach.registry.states import find_state, load_states
from outreach.settings.load import load_settings
from outreach.text import local_day


@dataclass(frozen=True, slots=True)
class SetRequest:
    """What a person says of one mission: the columns of ours, and those of their own, with their new texts.

    `verified`: they saw its addresses at their source today, or on the day `on`. `private`: for contacts/private.csv.
    """

    state: str
    cells: Mapping[str, str]
    own: Mapping[str, str] = field(default_factory=dict)
    verified: bool = False
    on: str = ""
    private: bool = False


def plan_verification(folder: Path, states: Sequence[str], on: str = "", source: str = "") -> PlannedEdits:
    """Say what vouching for the addresses of these missions would change; without a day it is today.

    UsageError for an unknown State, for a day to come and for a mission without an address.
    """
    zone = load_settings(folder).timezone
    today = local_day(datetime.now(UTC), zone)
    known = load_states()
    codes = dict.fromkeys(find_state(known, state).code for state in states)
    day = _day(on or today.isoformat(), today)
    return plan_edits(folder, [MissionEdit(code, seen_on=day, source=source) for code in codes], today)


def plan_setting(folder: Path, request: SetRequest) -> PlannedEdits:
    """Say what setting these cells would change. UsageError for what cannot stand in a cell, DataError for the rest."""
    today = local_day(datetime.now(UTC), load_settings(folder).timezone)
    code = find_state(load_states(), request.state).code
    seen_on = _day(request.on or today.isoformat(), today) if request.verified or request.on else None
    edit = MissionEdit(code, request.cells, request.own, seen_on, private=request.private)
    return plan_edits(folder, [edit], today)


def _day(text: str, today: date) -> date:
    try:
        return read_day(day_or_text(text), today)
    except ValueError as error:
        raise UsageError(f"--on: {error}") from None
