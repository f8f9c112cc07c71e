"""What one mission was asked and answered, in lines: from both outboxes, each named."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from outreach.db.engine import reading
from outreach.inbox.desk.answers import Answer, answers
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Entry, Scope
from outreach.outbox.queue import entries
from outreach.outbox.store import existing_outbox
from outreach.settings.load import load_settings


def asked_lines(folder: Path, state: str) -> list[str]:
    """A line a letter or a post that names it, then one an answer; the real ones before the rehearsed.

    Outboxes are not made for this.
    """
    settings = load_settings(folder)
    lines: list[str] = []
    for rehearsal in (False, True):
        outbox = existing_outbox(folder, settings, rehearsal=rehearsal)
        if outbox is not None:
            scope, mark = Scope(mission=state), ", in a rehearsal only" if rehearsal else ""
            with reading(outbox.engine) as connection:
                found, answered = entries(connection, scope), answers(connection, scope).values()
            told = [_letter(entry, settings.timezone) for entry in found]
            told += [_answer(answer, settings.timezone) for answer in sorted(answered, key=lambda answer: answer.at)]
            lines += [line + mark for line in told]
    return lines


def _letter(entry: Entry, zone: ZoneInfo) -> str:
    key = entry.key
    if key.kind is MessageKind.POST:
        return f"{_day(entry.queued_at, zone)} {key.ask} {key.case}, post to it on {key.channel}: {entry.status.value}"
    return f"{_day(entry.queued_at, zone)} {key.ask} {key.case}, {key.round} letter: {entry.status.value}"


def _answer(answer: Answer, zone: ZoneInfo) -> str:
    stance = answer.stance.value if answer.stance else "not read yet"
    return f"{_day(answer.at, zone)} {answer.ask} {answer.case}, answered: {stance} (message {answer.inbound})"


def _day(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d}"
