"""Counts the reminders that are due, by the plan itself. Writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from outreach.campaign import Campaign
from outreach.db.engine import reading
from outreach.outbox.gate.gate import Gate
from outreach.outbox.letters.facts import read_facts
from outreach.outbox.letters.listing import Asking
from outreach.outbox.letters.plan import LetterRequest, make_plan, reminder_day
from outreach.outbox.models import cases_of
from outreach.outbox.store import Outbox
from outreach.text import local_day

Pair = tuple[str, str]  # (case or cases as keys have them, ask)


def reminders_due(campaign: Campaign, outbox: Outbox, silent: Iterable[Asking], gate: Gate) -> Counter[Pair]:
    """Count the reminders that would be written now, by (case, ask): not too soon, and not after the ask's date.

    Where one letter asked for several cases, one reminder is for all of them that are silent.
    `silent` is what nobody has answered, and no unread mail may answer. Only the plan can say for certain, but it reads
    letters one by one: it is made only where the few columns of `silent` leave the answer open.
    """
    maybe = _may_be_due(campaign, silent)
    return +Counter({pair: _planned(campaign, outbox, pair, states, gate) for pair, states in sorted(maybe.items())})


def _may_be_due(campaign: Campaign, silent: Iterable[Asking]) -> dict[Pair, list[str]]:
    """Find the States whose first letter left long enough ago, and that were not reminded."""
    settings, today = campaign.settings, campaign.today()
    coming = {ask.id for ask in campaign.asks.values() if ask.last_day >= today}
    found: dict[Pair, list[str]] = defaultdict(list)
    for asking in silent:
        if asking.ask not in coming or asking.case not in campaign.cases or "reminder " in asking.letters:
            continue
        left = asking.taken_at
        if left is None or asking.mission not in campaign.registry.states:
            continue
        # The plan of a rehearsal would only warn of this.
        if reminder_day(local_day(left, settings.timezone), settings) <= today:
            found[asking.together or asking.case, asking.ask].append(asking.mission)
    return found


def _planned(campaign: Campaign, outbox: Outbox, pair: Pair, states: Iterable[str], gate: Gate) -> int:
    case, *others = (campaign.cases[slug] for slug in cases_of(pair[0]) if slug in campaign.cases)
    to = tuple(dict.fromkeys(states))
    request = LetterRequest(
        case, campaign.asks[pair[1]], "reminder", to=to, rehearsal=outbox.rehearsal, others=tuple(others)
    )
    with reading(outbox.engine) as connection:
        suppressed = gate.suppressions(connection)
        facts = read_facts(connection, campaign, request, outbox.channel, answered={}, suppressed=suppressed)
    return len(make_plan(campaign, request, facts, campaign.today()).letters)
