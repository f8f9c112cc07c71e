"""The option --at of what sends later, and moments in words: with the year, which may be the next, and the zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from outreach.cli.common.terminal.output import note
from outreach.errors import UsageError
from outreach.outbox.schedule import read_moment
from outreach.outbox.store import now
from outreach.services.workspace import Workspace
from outreach.text import local_minute, shortened

at_option = click.option("--at", metavar="TIME", help='Not before then, for example "2022-09-29 09:00 Europe/Zurich".')


def read_at(workspace: Workspace, text: str | None, zone: ZoneInfo, *, verb: str, what: str) -> datetime | None:
    """Read --at, in `zone` where it names none. A moment in the past is allowed in a rehearsal only: none then."""
    if text is None:
        return None
    moment = read_moment(text, zone)
    if moment > now():
        return moment
    if not workspace.rehearsal:
        raise UsageError(f"--at '{shortened(text)}' is past. Leave --at out to {verb} as soon as may be")
    note(f"--at '{shortened(text)}' is past: in this rehearsal the {what} go at once.")
    return None


def said(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment with its time zone: 2027-03-01 09:00 (Europe/Zurich)."""
    return f"{local_minute(moment, zone)} ({zone.key})"
