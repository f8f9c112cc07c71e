"""How and when messages leave, by channel: letters as they are due, posts as their account's schedule lets them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from outreach.account_settings import NETWORKS
from outreach.cli.session import Session
from outreach.db import reading
from outreach.outbox.models import Entry, Scope
from outreach.outbox.prepare import waiting
from outreach.outbox.queue import claim, next_due
from outreach.outbox.schedule import rules_of
from outreach.outbox.settling import DEFINITIVE, next_look
from outreach.outbox.store import now
from outreach.outbox.turns import Turns
from outreach.outbox.worker import Claim


def turns(session: Session, channel: str) -> Turns | None:
    """The schedule of an account; None for letters, and in a rehearsal, where nobody has to wait."""
    if session.outbox.rehearsal or channel not in NETWORKS:
        return None
    return Turns(rules_of(session.campaign.settings), channel)


def claim_for(session: Session, channel: str) -> Claim:
    schedule = turns(session, channel)
    return schedule.claim if schedule else claim


def next_moment(session: Session, scopes: Sequence[Scope]) -> datetime | None:
    """When the next message in scope may leave; None when none waits. Each scope names its channel."""
    found = list[datetime | None]()
    with reading(session.outbox.engine) as connection:
        for scope in scopes:
            schedule = turns(session, scope.channel or "")
            found.append(schedule.next_due(connection, scope, now()) if schedule else next_due(connection, scope))
    return min((moment for moment in found if moment), default=None)


def settling_moment(
    session: Session, scopes: Sequence[Scope], not_before: Mapping[str, datetime] | None = None
) -> datetime | None:
    """When the next unconfirmed post in scope may be settled by its timeline; None when there is none.

    Each scope names its channel, and `not_before` when each may be looked at again.
    """
    if session.outbox.rehearsal:
        return None
    found = dict[str, datetime]()
    with reading(session.outbox.engine) as connection:
        for scope in scopes:
            name = scope.channel or ""
            if name in DEFINITIVE and (moment := next_look(connection, scope, session.grace(name))):
                found[name] = max(moment, (not_before or {}).get(name, moment))
    return min(found.values(), default=None)


def stranded(session: Session, scope: Scope) -> list[Entry]:
    """What waits for a channel that it cannot leave through from here."""
    return [entry for entry in waiting(session.outbox, scope) if entry.key.channel not in session.channels]
