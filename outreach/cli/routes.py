"""How and when messages leave, by channel: letters as they are due, posts as their account's schedule lets them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from outreach.cli.session import Session
from outreach.db.engine import reading
from outreach.outbox.letters.prepare import waiting_messages
from outreach.outbox.models import Entry, Scope
from outreach.outbox.posts.schedule import rules_of
from outreach.outbox.posts.settling import DEFINITIVE, next_look
from outreach.outbox.posts.timetable import Timetable
from outreach.outbox.queue import claim, next_due
from outreach.outbox.sending.worker import Claim
from outreach.outbox.store import now
from outreach.settings.accounts import NETWORKS

Resting = Mapping[str, datetime]  # network → until when it is left alone


def turns(session: Session, channel: str) -> Timetable | None:
    """The schedule of an account; None for letters, and in a rehearsal, where nobody has to wait."""
    if session.outbox.rehearsal or channel not in NETWORKS:
        return None
    return Timetable(rules_of(session.campaign.settings), channel)


def claim_for(session: Session, channel: str) -> Claim:
    schedule = turns(session, channel)
    return schedule.claim if schedule else claim


def next_moment(session: Session, scopes: Sequence[Scope], resting: Resting) -> datetime | None:
    """When the next message in scope may leave; None when none can. Each scope names its channel."""

    def moment(connection: Connection, scope: Scope) -> datetime | None:
        schedule = turns(session, scope.channel or "")
        return schedule.next_due(connection, scope, now()) if schedule else next_due(connection, scope)

    return _earliest(session, scopes, resting, moment)


def settling_moment(session: Session, scopes: Sequence[Scope], resting: Resting) -> datetime | None:
    """When a timeline may settle the next unconfirmed post in scope; None when it can settle none."""

    def moment(connection: Connection, scope: Scope) -> datetime | None:
        network = scope.channel or ""
        if network not in DEFINITIVE or session.outbox.rehearsal:
            return None
        return next_look(connection, scope, session.grace(network), now())

    return _earliest(session, scopes, resting, moment)


def next_event(session: Session, scopes: Sequence[Scope], resting: Resting) -> datetime | None:
    """When there is something to do again: a message may leave, or one in doubt be settled."""
    moments = (next_moment(session, scopes, resting), settling_moment(session, scopes, resting))
    return min((moment for moment in moments if moment), default=None)


def _earliest(
    session: Session,
    scopes: Sequence[Scope],
    resting: Resting,
    moment_in: Callable[[Connection, Scope], datetime | None],
) -> datetime | None:
    with reading(session.outbox.engine) as connection:
        found = {scope.channel or "": moment_in(connection, scope) for scope in scopes}
    moments = [max(moment, resting.get(channel, moment)) for channel, moment in found.items() if moment]
    return min(moments, default=None)


def stranded(session: Session, scope: Scope) -> list[Entry]:
    """What waits for a channel that it cannot leave through from here."""
    return [entry for entry in waiting_messages(session.outbox, scope) if entry.key.channel not in session.channels]
