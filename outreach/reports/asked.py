"""What one mission was asked, in lines for `outreach missions show`: from both outboxes, each said to be what it is."""

from pathlib import Path

from outreach.db import reading
from outreach.outbox.models import Entry, Scope
from outreach.outbox.queue import entries
from outreach.outbox.store import open_outbox
from outreach.settings import load_settings


def asked_lines(folder: Path, state: str) -> list[str]:
    """A line a letter, oldest first; empty when there is none. Outboxes that do not exist are not made."""
    settings = load_settings(folder)
    lines: list[str] = []
    for name, rehearsal in (("outreach.db", False), ("rehearsal.db", True)):
        if (folder / name).exists() or (settings.database_url and not rehearsal):
            outbox = open_outbox(folder, settings, rehearsal=rehearsal)
            with reading(outbox.engine) as connection:
                found = entries(connection, Scope(mission=state))
            lines += [_line(entry, rehearsal=rehearsal) for entry in found]
    return lines


def _line(entry: Entry, *, rehearsal: bool) -> str:
    key = entry.key
    mark = ", in a rehearsal only" if rehearsal else ""
    return f"{entry.queued_at:%Y-%m-%d} {key.ask} {key.case}, {key.round} letter: {entry.status.value}{mark}"
