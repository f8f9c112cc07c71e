"""All that `status` tells, read at one moment from outbox, inbox and record. Counts and draws nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outreach.campaign import Campaign
from outreach.db.engine import reading
from outreach.inbox.desk.answers import Answer, AnswerKey, answered, answers
from outreach.inbox.desk.tasks import Tasks, read_tasks
from outreach.outbox.letters.listing import Asking, askings
from outreach.outbox.models import Scope
from outreach.outbox.posts.listing import Posted, posted
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import Outbox, now
from outreach.reports.progress import Reach, raised_by, reach_of, shows_arrival
from outreach.reports.reminders import reminders_due


class Found(NamedTuple):
    """One State, case and ask: its letters, how far they came, and what it answered."""

    asking: Asking
    reach: Reach
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Survey:
    """What was written to whom, what came of it, and what waits; `at` is when that was so.

    `found` are the letters, in the order of State, case and ask; `posts` have no part in it, nor in what is counted of
    States; `letters` counts them by status. `held` counts the reminders that wait and may no longer leave, `due` by
    (case, ask) those that the plan would send now.
    """

    campaign: Campaign
    rehearsal: bool
    at: datetime
    found: tuple[Found, ...]
    letters: Counter[Status]
    posts: tuple[Posted, ...]
    raised: Callable[[str, str], frozenset[str]]
    tasks: Tasks
    held: int
    due: Counter[tuple[str, str]]

    def posts_by_status(self) -> Counter[Status]:
        """How many posts have each status."""
        return Counter(Status(post.status) for post in self.posts)

    @property
    def asks(self) -> set[tuple[str, str]]:
        """(case, ask) of all letters to missions."""
        return {(asking.case, asking.ask) for asking, _, _ in self.found if asking.mission}


def read_survey(campaign: Campaign, outbox: Outbox, scope: Scope) -> Survey:
    """Read it all; of an outbox with 100,000 messages in well under a second."""
    with reading(outbox.engine) as connection:
        written = list(askings(connection, scope))
        posts = tuple(posted(connection, scope))
        theirs = answers(connection, scope)
        tasks = read_tasks(connection, scope, campaign.registry.missions)
    alike = Counter(asking.letters for asking in written)
    held = _held(campaign, outbox, scope) if any(map(_reminder_waits, alike)) else 0
    zone = campaign.settings.timezone
    found = tuple(_found(asking, theirs, zone) for asking in written)
    due = reminders_due(campaign, outbox, (asking for asking, _, answer in found if not answer))
    letters, raised = _by_status(alike), raised_by(campaign)
    return Survey(campaign, outbox.rehearsal, now(), found, letters, posts, raised, tasks, held, due)


def _found(asking: Asking, theirs: dict[AnswerKey, Answer], zone: ZoneInfo) -> Found:
    answer = theirs.get((asking.ask, asking.case, asking.mission))
    answered = answer is not None and shows_arrival(answer, asking.taken_at, zone)
    return Found(asking, reach_of(asking.letters, answered=answered), answer)


def _by_status(alike: Counter[str]) -> Counter[Status]:
    """How many letters have each status; `alike` is how many askings have the same letters, as Asking has them."""
    found: Counter[Status] = Counter()
    for letters, number in alike.items():
        for status in reach_of(letters, answered=False).statuses:
            found[status] += number
    return found


def _reminder_waits(letters: str) -> bool:
    waiting = {f"reminder {status.value}" for status in WAITING}
    return not waiting.isdisjoint(letters.split(","))


def _held(campaign: Campaign, outbox: Outbox, scope: Scope) -> int:
    from outreach.outbox.letters.prepare import held_back

    reminders = replace(scope, round="reminder")
    with reading(outbox.engine) as connection:
        news = answered(connection, reminders)
    return len(held_back(campaign, outbox, reminders, news))
