"""What one mission was asked, in lines for `outreach missions show`: from both outboxes, each said to be what it is."""

from pathlib import Path
from zoneinfo import ZoneInfo

from outreach.db import reading
from outreach.outbox.models import Entry, Scope
from outreach.outbox.queue import entries
from outreach.outbox.store import existing_outbox
from outreach.settings import load_settings


def asked_lines(folder: Path, state: str) -> list[str]:
    """A line a letter, the real ones before the rehearsed; empty when there is none. Outboxes are not made for this."""
    settings = load_settings(folder)
    lines: list[str] = []
    for rehearsal in (False, True):
        outbox = existing_outbox(folder, settings, rehearsal=rehearsal)
        if outbox is not None:
            with reading(outbox.engine) as connection:
                found = entries(connection, Scope(mission=state))
            lines += [_line(entry, settings.timezone, rehearsal=rehearsal) for entry in found]
    return lines


def _line(entry: Entry, zone: ZoneInfo, *, rehearsal: bool) -> str:
    key = entry.key
    mark = ", in a rehearsal only" if rehearsal else ""
    day = f"{entry.queued_at.astimezone(zone):%Y-%m-%d}"
    return f"{day} {key.ask} {key.case}, {key.round} letter: {entry.status.value}{mark}"
