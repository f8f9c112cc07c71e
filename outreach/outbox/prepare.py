"""A plan with its letters written, before anything is queued, and what may no longer leave of what is queued."""

from dataclasses import dataclass

from outreach.campaign import Campaign
from outreach.db import reading
from outreach.errors import UsageError
from outreach.outbox.drafts import Drafter
from outreach.outbox.facts import read_facts, suppressed
from outreach.outbox.models import Draft, Entry, Scope
from outreach.outbox.plan import Plan, Waiting, Wish, default_selection, make_plan, objection_to_waiting
from outreach.outbox.queue import entries
from outreach.outbox.status import WAITING
from outreach.outbox.store import Outbox


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `send` is about to do. `selection` are the words it went by; `left_over` was queued earlier and waits."""

    wish: Wish
    plan: Plan
    drafts: tuple[Draft, ...]
    selection: tuple[str, ...]
    scope: Scope
    left_over: int


def prepare(campaign: Campaign, outbox: Outbox, wish: Wish, channel: str) -> Prepared:
    """Plan and write every letter, so that a broken template stops everything before anything is queued."""
    refuse_renamed_case(campaign, outbox)
    facts = read_facts(campaign, outbox, wish, channel)
    plan = make_plan(campaign, wish, facts, campaign.today())
    drafts = tuple(Drafter(campaign, wish, outbox, channel).drafts(plan.letters))
    scope = Scope(wish.case.slug, wish.ask.id, wish.round, channel)
    selection = tuple(wish.to or default_selection(wish, facts))
    return Prepared(wish, plan, drafts, selection, scope, len(waiting(outbox, scope)))


def waiting(outbox: Outbox, scope: Scope) -> list[Entry]:
    """The messages in scope that wait, due or deferred."""
    with reading(outbox.engine) as connection:
        return entries(connection, scope, statuses=WAITING)


def held_back(campaign: Campaign, outbox: Outbox, scope: Scope) -> dict[int, str]:
    """Id → why, for what waits but may no longer leave: consent taken back, a new embargo, an address suppressed, …"""
    today, zone = campaign.today(), campaign.settings.timezone
    with reading(outbox.engine) as connection:
        closed = suppressed(connection)
    found = {}
    for entry in waiting(outbox, scope):
        key = entry.key
        queued_on = entry.queued_at.astimezone(zone).date()
        letter = Waiting(key.case, key.ask, key.round, key.mission, entry.recipients, queued_on)
        why = objection_to_waiting(campaign, letter, closed, today)
        if why:
            found[entry.id] = f"{key.case} to {key.mission} ({why})"
    return found


def refuse_renamed_case(campaign: Campaign, outbox: Outbox) -> None:
    """Raise UsageError when the outbox has letters about a case that is not there any more.

    Under another name the same letters would go to the same missions again.
    """
    with reading(outbox.engine) as connection:
        gone = sorted({entry.key.case for entry in entries(connection)} - set(campaign.cases))
    if gone:
        raise UsageError(
            f"the outbox has letters about {', '.join(gone)}, and there is no such case any more. If you renamed it, "
            f"name it back: under another name every mission would get its letter again. Or restore its file"
        )
