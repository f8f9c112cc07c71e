"""A plan with its letters written, before anything is queued, and what may no longer leave of what is queued."""

from dataclasses import dataclass

from outreach.campaign import Campaign
from outreach.db import reading
from outreach.outbox.drafts import Drafter
from outreach.outbox.facts import read_facts
from outreach.outbox.models import Draft, Entry, Scope
from outreach.outbox.plan import Plan, Wish, default_selection, make_plan, objection_to_waiting
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
    """Id → why, for what waits but may no longer leave: consent taken back, a new embargo, the State concerned."""
    today = campaign.today()
    found = {
        entry.id: (entry.key, objection_to_waiting(campaign, entry.key.case, entry.key.mission, today))
        for entry in waiting(outbox, scope)
    }
    return {id_: f"{key.case} to {key.mission} ({why})" for id_, (key, why) in found.items() if why}
