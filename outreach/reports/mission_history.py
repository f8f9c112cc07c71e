"""Reads what one mission was asked and answered, in earnest and in rehearsal. Words nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from outreach.db.engine import reading
from outreach.inbox.desk.answers import Answer, Unread, correspondence
from outreach.outbox.models import Entry, Scope
from outreach.outbox.queue import entries
from outreach.outbox.store import existing_outbox
from outreach.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class MissionHistory:
    """What one outbox has of a mission: letters and posts to it, its answers, the oldest first, and what is unread."""

    rehearsal: bool
    messages: tuple[Entry, ...]
    answers: tuple[Answer, ...]
    unread: tuple[Unread, ...]


def mission_history(folder: Path, settings: Settings, state: str) -> Iterator[MissionHistory]:
    """Read the history in each outbox that exists, the real one first; no outbox is made for this."""
    for rehearsal in (False, True):
        outbox = existing_outbox(folder, settings, rehearsal=rehearsal)
        if outbox is not None:
            scope = Scope(mission=state)
            with reading(outbox.engine) as connection:
                messages, mail = entries(connection, scope), correspondence(connection, scope)
            answered = sorted(mail.answers.values(), key=lambda answer: answer.at)
            yield MissionHistory(rehearsal, tuple(messages), tuple(answered), tuple(mail.unread.values()))
