"""A plan with its letters written, before anything is queued, and what may no longer leave of what is queued."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from outreach.campaign import Campaign
from outreach.db.engine import reading
from outreach.errors import UsageError
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.drafts import Drafter
from outreach.outbox.letters.facts import came_back, read_facts, suppressions_in_force
from outreach.outbox.letters.plan import (
    AnswerObjections,
    LetterRequest,
    Objection,
    Plan,
    QueuedMessage,
    Reason,
    default_selection,
    make_plan,
    objections_to_waiting,
)
from outreach.outbox.models import Draft, Entry, Key, Scope
from outreach.outbox.posts.plan import is_dated
from outreach.outbox.queue import asks_written_to, entries
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import Outbox
from outreach.rendering.posts.words import may_be_addressed


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `send` is about to do. `selection` are the words it went by; `left_over` was queued earlier and waits."""

    request: LetterRequest
    plan: Plan
    drafts: tuple[Draft, ...]
    selection: tuple[str, ...]
    scope: Scope
    left_over: int


def prepare(
    campaign: Campaign, outbox: Outbox, request: LetterRequest, channel: str, answered: AnswerObjections
) -> Prepared:
    """Plan and write every letter, so that a broken template stops everything before anything is queued.

    `answered` is what the inbox of the same outbox says.
    """
    refuse_renamed(campaign, outbox, request.case.slug)
    facts = read_facts(campaign, outbox, request, channel, answered)
    scope = Scope(request.case.slug, request.ask.id, request.round, channel, after_deadline=request.after_deadline)
    left_over = free_to_go(campaign, outbox, scope, answered)
    new = request if request.limit is None else replace(request, limit=max(0, request.limit - left_over))
    plan = make_plan(campaign, new, facts, campaign.today())
    drafts = tuple(Drafter(campaign, request, outbox, channel).drafts(plan.letters))
    selection = tuple(request.to or default_selection(request, facts))
    return Prepared(request, plan, drafts, selection, scope, left_over)


def waiting_messages(outbox: Outbox, scope: Scope) -> list[Entry]:
    """The messages in scope that wait, due or deferred."""
    with reading(outbox.engine) as connection:
        return entries(connection, scope, statuses=WAITING)


def held_back(campaign: Campaign, outbox: Outbox, scope: Scope, answered: AnswerObjections) -> dict[int, str]:
    """Id → why, for what waits but may no longer leave: consent taken back, an address suppressed, an answer, …"""
    today, zone = campaign.today(), campaign.settings.timezone
    closed = suppressions_in_force(campaign, outbox)
    news = {**_came_back(outbox, scope), **answered}
    waits = waiting_messages(outbox, scope)
    before = _before(outbox, waits)
    found = {}
    for entry in waits:
        key = entry.key
        # A post that was put off by --at was meant for that day.
        meant_for = (
            entry.not_before if key.kind is MessageKind.POST and entry.status is Status.QUEUED else entry.queued_at
        )
        since = _since(key, news) + before.get(entry.follows or 0, ()) + _spared(campaign, key)
        dated = key.kind is not MessageKind.POST or is_dated(key.part)
        day = meant_for.astimezone(zone).date()
        letter = QueuedMessage(key.kind, key.case, key.ask, key.round, key.mission, entry.recipients, day, since, dated)
        objections = objections_to_waiting(campaign, letter, closed, today)
        standing = [item for item in objections if not (scope.after_deadline and item[0] is Reason.PAST_DATE)]
        if standing:
            reason, detail = standing[0]
            found[entry.id] = f"{_named(key)} ({reason.value}: {detail})"
    return found


def _spared(campaign: Campaign, key: Key) -> tuple[Objection, ...]:
    """That a post is addressed to a mission that shares a handle with the State concerned."""
    case, mission = campaign.cases.get(key.case), campaign.registry.missions.get(key.mission)
    if (
        key.kind is not MessageKind.POST
        or not case
        or not mission
        or may_be_addressed(campaign.registry, case, mission)
    ):
        return ()
    return ((Reason.STATE_CONCERNED, f"{key.mission} shares a handle with it"),)


def _named(key: Key) -> str:
    return (
        f"{key.case}, {key.part} on {key.channel}" if key.kind is MessageKind.POST else f"{key.case} to {key.mission}"
    )


def _before(outbox: Outbox, waits: Sequence[Entry]) -> dict[int, tuple[Objection, ...]]:
    """Post → why the parts of a thread that follow it have nothing to reply to; only those that never will."""
    parts = [entry for entry in waits if entry.follows]
    if not parts:
        return {}
    never = (Status.REJECTED, Status.WITHDRAWN)
    with reading(outbox.engine) as connection:
        gone = entries(connection, ids={entry.follows for entry in parts if entry.follows}, statuses=never)
    found: dict[int, tuple[Objection, ...]] = {
        entry.id: ((Reason.NO_POST_BEFORE, f"message {entry.id} is {entry.status.value}"),) for entry in gone
    }
    for entry in parts:  # in a thread the earlier part has the lower id
        if entry.follows in found:
            found[entry.id] = found[entry.follows]
    return found


def _came_back(outbox: Outbox, scope: Scope) -> dict[tuple[str, str, str], Objection]:
    """The first letters that came back, by ask, case and mission: what would follow one has nobody to go to."""
    if scope.round not in (None, "reminder"):
        return {}
    with reading(outbox.engine) as connection:
        found = entries(connection, replace(scope, round="first"), statuses=[Status.BOUNCED])
    return {(entry.key.ask, entry.key.case, entry.key.mission): (Reason.BOUNCED, came_back(entry)) for entry in found}


def _since(key: Key, news: AnswerObjections) -> tuple[Objection, ...]:
    """What speaks against a reminder since it was queued; nothing against other letters."""
    objection = news.get((key.ask, key.case, key.mission)) if key.round == "reminder" else None
    return (objection,) if objection else ()


def free_to_go(campaign: Campaign, outbox: Outbox, scope: Scope, answered: AnswerObjections) -> int:
    """How many messages in scope wait, due or deferred, that nothing holds back."""
    return len(waiting_messages(outbox, scope)) - len(held_back(campaign, outbox, scope, answered))


def refuse_renamed(campaign: Campaign, outbox: Outbox, case: str) -> None:
    """Raise UsageError when the outbox has letters about a case, or an ask of this case, that is not there any more.

    Under another name the same letters would go to the same missions again.
    """
    with reading(outbox.engine) as connection:
        keys = asks_written_to(connection)
    gone = {slug for slug, _ in keys} - set(campaign.cases)
    gone |= {ask for slug, ask in keys if slug == case} - set(campaign.asks)
    if gone:
        raise UsageError(
            f"the outbox has letters about {', '.join(sorted(gone))}, and there is no such case or ask any more. If "
            "you renamed it, name it back: under another name every mission would get its letter again. Or restore it"
        )
