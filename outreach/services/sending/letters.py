"""Plans letters for one case or several, writes every one, queues them, and sends them: what stands behind `send`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from outreach.cases.asks.ask import choose_ask
from outreach.cases.load import find_cases
from outreach.cases.model import Round
from outreach.db.engine import reading, writing
from outreach.errors import UsageError
from outreach.language import best_language
from outreach.outbox.gate.gate import refuse_renamed
from outreach.outbox.letters.drafts import Drafter, without_unwritable, without_what_may_not_leave
from outreach.outbox.letters.facts import read_facts
from outreach.outbox.letters.plan import LetterRequest, Plan, default_selection, make_plan
from outreach.outbox.models import Draft, Scope
from outreach.outbox.queue import enqueue, waiting_by_channel
from outreach.outbox.schedule import letter_rules, next_slot
from outreach.outbox.store import now
from outreach.registry.selection import gaps
from outreach.services.events import Listener, ignore
from outreach.services.sending.notes import PlannedNotes, planned_notes, read_notes
from outreach.services.sending.running import RunRequest, RunResult, look_ahead, run_queue
from outreach.services.sending.stopping import Stop
from outreach.services.workspace import Workspace, require_checked_facts
from outreach.text import local_day


@dataclass(frozen=True, slots=True)
class SendRequest:
    """Which letters a person wants sent: the cases, the ask (default: the only one, or the next), whom, how many.

    `case` and `others` are slugs, or `all` for all of the campaign's cases. `at` is the moment before which none
    leaves; None: they may go at once.
    """

    case: str
    ask: str | None = None
    round: Round = "first"
    to: tuple[str, ...] = ()
    limit: int | None = None
    include_unverified: bool = False
    after_deadline: bool = False
    although_unread: bool = False
    attach: tuple[Path, ...] = ()  # files that go with each, beside those of the case
    at: datetime | None = None
    notes: tuple[tuple[str, str], ...] = ()  # a State, and the paragraph for its letter alone
    although_recent: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedLetters:
    """What `send` is about to do; every letter is written, nothing is queued.

    `selection` are the words it went by, `gaps` says what they leave out because it is not known; `left_over` letters
    were queued earlier and go too, unless these are to go `at` a later moment. `opens` is the first moment at which
    these may leave: that one, or the end of quiet hours; None: at once.
    """

    request: LetterRequest
    plan: Plan
    drafts: tuple[Draft, ...]
    selection: tuple[str, ...]
    gaps: tuple[str, ...]
    scope: Scope
    left_over: int
    notes: PlannedNotes
    at: datetime | None = None
    opens: datetime | None = None

    @property
    def number(self) -> int:
        """How many letters would leave at most."""
        number = len(self.drafts) + (0 if self.at else self.left_over)
        return number if self.request.limit is None else min(number, self.request.limit)

    @property
    def instead(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Give (own language, language of the letter) → the missions whose own one the campaign does not write."""
        found = dict[tuple[str, str], tuple[str, ...]]()
        for letter, draft in zip(self.plan.letters, self.drafts, strict=True):
            if not best_language(letter.mission.language, (draft.language,)):
                key = (letter.mission.language, draft.language)
                found[key] = (*found.get(key, ()), letter.mission.state)
        return found


@dataclass(frozen=True, slots=True)
class SentLetters:
    """What became of planned letters: how many were new in the queue, and what the run did."""

    queued: int
    run: RunResult


def plan_letters(workspace: Workspace, wanted: SendRequest) -> PlannedLetters:
    """Plan and write every letter, so that a broken template stops everything before anything is queued.

    Raises UsageError for a case, ask or selection that makes no sense, TemplateError for a text that cannot be written.
    """
    if any(not word.strip() for word in wanted.to):
        raise UsageError("--to is blank: name States or a selection, or leave --to out for the ask's own selection")
    campaign, channel = workspace.campaign, workspace.channel
    cases = find_cases(campaign.cases, (wanted.case, *wanted.others))
    request = LetterRequest(
        case=cases[0],
        ask=choose_ask(campaign.asks, wanted.ask, campaign.today()),
        round=wanted.round,
        to=wanted.to,
        limit=wanted.limit,
        rehearsal=workspace.rehearsal,
        include_unverified=wanted.include_unverified,
        after_deadline=wanted.after_deadline,
        attach=wanted.attach,
        goes_on=local_day(wanted.at, campaign.settings.timezone) if wanted.at else None,
        notes=read_notes(campaign.registry.states, wanted.notes),
        although_recent=wanted.although_recent,
        others=cases[1:],
    )
    scope = Scope(
        None,
        request.ask.id,
        request.round,
        channel,
        cases=request.slugs,
        after_deadline=request.after_deadline,
        although_unread=now() if wanted.although_unread else None,
    )
    with reading(workspace.outbox.engine) as connection:
        refuse_renamed(campaign, connection, *request.slugs)
        gate = workspace.gate
        facts = read_facts(
            connection,
            campaign,
            request,
            channel,
            answered=gate.answers(connection, scope),
            suppressed=gate.suppressions(connection),
        )
        left_over = waiting_by_channel(connection, scope).total() - len(gate.held(connection, scope))
    goes_first = 0 if wanted.at else left_over
    new = request if request.limit is None else replace(request, limit=max(0, request.limit - goes_first))
    plan = without_unwritable(make_plan(campaign, new, facts, campaign.today()))
    drafter = Drafter(campaign, request, workspace.outbox, channel)
    plan, drafts = without_what_may_not_leave(campaign, plan, drafter.drafts(plan.letters))
    drafts = tuple(replace(draft, not_before=wanted.at) for draft in drafts)
    selection = tuple(request.to or default_selection(request, facts))
    return PlannedLetters(
        request,
        plan,
        drafts,
        selection,
        gaps(campaign.registry, selection),
        scope,
        left_over,
        planned_notes(drafter.notes, request.round, drafts, request.notes),
        wanted.at,
        _opens(workspace, wanted.at),
    )


def _opens(workspace: Workspace, at: datetime | None) -> datetime | None:
    """Give the first moment at which letters may leave meant for `at`; None: at once. A rehearsal has no quiet."""
    present = now()
    if workspace.rehearsal:
        return at
    moment = next_slot(letter_rules(workspace.campaign.settings), (), max(at or present, present))
    return moment if moment > present else None


def queue_letters(workspace: Workspace, drafts: Sequence[Draft], by: str) -> int:
    """Queue letters, durable on disk; how many were new. `by` says in the ledger who did it."""
    with writing(workspace.outbox.engine) as connection:
        return len(enqueue(connection, drafts, now(), by))


def send_letters(
    workspace: Workspace, planned: PlannedLetters, by: str, tell: Listener = ignore, stop: Stop | None = None
) -> SentLetters:
    """Queue planned letters and send what is due of the same cases, ask and round, the earlier ones first.

    Those that are to go at a later moment are only queued, and nothing is sent.
    Raises UsageError where nobody has checked the facts lately; then nothing is queued.
    """
    require_checked_facts(workspace, planned.request.cases, planned.drafts)
    queued = queue_letters(workspace, planned.drafts, by)
    request = RunRequest(planned.scope, (workspace.channel,), limit=planned.request.limit)
    if planned.at:
        return SentLetters(queued, look_ahead(workspace, request))
    return SentLetters(queued, run_queue(workspace, request, tell, stop))
