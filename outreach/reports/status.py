"""Letter by letter: asked, answered, raised; joins outbox, inbox and record. Draws nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from outreach.campaign import Campaign
from outreach.db import reading
from outreach.inbox.answers import Answer, AnswerKey, answers
from outreach.inbox.kinds import Stance
from outreach.outbox.listing import Line, lines
from outreach.outbox.models import Scope
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from outreach.registry.model import Registry
from outreach.reports.progress import mission_title, raised_by


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One letter or post as people follow it.

    `taken_at` is when the channel took it. `asked_at` is the same for a real one, and None as long as nobody knows
    that it was taken; a rehearsal never marks a mission as asked. An answer is to all letters of an ask about a case:
    `answered_at` is its first reply's time, `stance` None until a person has read one. `raised`: by the record, it
    raised the case since the ask's date.
    """

    state: str
    mission: str
    case: str
    ask: str
    round: str
    channel: str
    status: Status
    taken_at: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    stance: Stance | None
    raised: bool


def status_rows(campaign: Campaign, outbox: Outbox, scope: Scope) -> list[StatusRow]:
    """One row a message in scope, in the order of State, case, ask and round; a letter that was replaced has none."""
    with reading(outbox.engine) as connection:
        found = list(lines(connection, scope))
        answered = answers(connection, scope)
    view = _View(campaign.registry, raised_by(campaign), answered, outbox.rehearsal)
    return [view.row(line) for line in found]


@dataclass(frozen=True, slots=True)
class _View:
    """What a row needs besides its message; `raised` is (case, ask) → States."""

    registry: Registry
    raised: Callable[[str, str], frozenset[str]]
    answered: dict[AnswerKey, Answer]
    rehearsal: bool

    def row(self, line: Line) -> StatusRow:
        answer = self.answered.get((line.ask, line.case, line.mission))
        return StatusRow(
            state=line.mission,
            mission=mission_title(self.registry, line.mission),
            case=line.case,
            ask=line.ask,
            round=line.round,
            channel=line.channel,
            status=Status(line.status),
            taken_at=line.taken_at,
            asked_at=None if self.rehearsal else line.taken_at,
            answered_at=answer.first_at if answer else None,
            stance=answer.stance if answer else None,
            raised=line.mission in self.raised(line.case, line.ask),
        )
