"""`outreach status --calls`: whom to ring up, in words, as CSV and as JSON."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

import click

from outreach.cli.common.terminal.output import print_json, say
from outreach.outbox.models import Scope
from outreach.reports.calls import Call, CameBack, NotCalled
from outreach.services import reporting
from outreach.services.workspace import Workspace
from outreach.text import counted, csv_text, listed, local_day

NEVER = "never verified"
COLUMNS = (
    *("state", "name", "mission", "case", "ask", "ask_day", "phone", "verified_on", "first_at", "reminded_at"),
    *("to_read", "came_back"),
)
HELPS = {
    NotCalled.NO_PHONE: ". Add one: outreach missions set STATE --phone NUMBER",
}


def show_calls(workspace: Workspace, scope: Scope, *, as_json: bool, as_csv: bool) -> None:
    """Print whom to ring up, those first where it matters most, and who is left out and why."""
    found = reporting.calls(workspace, scope)
    if as_json:
        print_json([_as_record(call) for call in found.calls])
        return
    if as_csv:
        records = [_as_record(call) for call in found.calls]
        rows = [["; ".join(cell) if isinstance(cell, list) else cell for cell in row.values()] for row in records]
        click.echo(csv_text(COLUMNS, rows), nl=False)
        return
    zone, today = workspace.campaign.settings.timezone, workspace.campaign.today()
    if not found.calls:
        say("There is nobody to ring up.")
    for (case, ask, day), same in groupby(found.calls, key=lambda call: (call.case, call.ask, call.ask_day)):
        calls = list(same)
        say(f"{case}, {ask} on {day} ({_days(day, today)}): {counted(len(calls), 'mission')} to ring up")
        for call in calls:
            for line in _lines(call, zone):
                say(line, hanging=6)
    for reason, who in found.left_out.items():
        states = listed(dict.fromkeys(state for state, *_ in who), 20, " ")
        say(f"Not to ring up, {reason.value}: {len(who)} ({states}){HELPS.get(reason, '')}")


def _days(day: date, today: date) -> str:
    left = (day - today).days
    return {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")


def _lines(call: Call, zone: ZoneInfo) -> Iterator[str]:
    checked = f"verified {call.verified_on}" if call.verified_on else NEVER
    yield f"  {call.state} {call.name}: {call.phone} ({checked})"
    sent = [f"first letter {local_day(call.first_at, zone)}"]
    sent += [f"reminder {local_day(call.reminded_at, zone)}"] if call.reminded_at else ["no reminder yet"]
    back = [_back(item, zone) for item in call.came_back]
    back += [f"{counted(call.to_read, 'message')} to read first: outreach replies list --mission {call.state}"] * bool(
        call.to_read
    )
    yield f"      {call.mission}"
    yield f"      {', '.join(sent)}; came back: {', '.join(back) or 'nothing'}"


def _back(item: CameBack, zone: ZoneInfo) -> str:
    return f"{item.kind.value} {local_day(item.at, zone)}"


def _as_record(call: Call) -> dict[str, object]:
    return {
        "state": call.state,
        "name": call.name,
        "mission": call.mission,
        "case": call.case,
        "ask": call.ask,
        "ask_day": call.ask_day.isoformat(),
        "phone": call.phone,
        "verified_on": call.verified_on.isoformat() if call.verified_on else None,
        "first_at": call.first_at.isoformat(),
        "reminded_at": call.reminded_at.isoformat() if call.reminded_at else None,
        "to_read": call.to_read,
        "came_back": [f"{item.kind.value} {item.at.isoformat()}" for item in call.came_back],
    }
