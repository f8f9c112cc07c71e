"""Finds the missions to ring up: asked in writing, not answered, with a telephone number on record. Words nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from outreach.campaign import Campaign
from outreach.db.engine import reading
from outreach.inbox.desk.answers import AnswerKey, current_decisions, in_scope
from outreach.inbox.kinds import Kind
from outreach.inbox.models import inbound, ties
from outreach.outbox.gate.objections import for_the_people
from outreach.outbox.models import Scope
from outreach.outbox.store import Outbox
from outreach.registry.model import Mission
from outreach.reports.progress import Progress, progress

SHOWN = (Kind.BOUNCE, Kind.DELAY, Kind.AUTO_REPLY, Kind.UNCLEAR)  # what a caller wants to know of
OF_THE_ADDRESS = "bounced"  # how a suppression begins that says something of the address, and nothing of a wish


class NotCalled(StrEnum):
    """Why nobody rings up a mission that was asked and has not answered; the value is what people and scripts read."""

    NO_PHONE = "no telephone number"
    WISH = "asked for no more letters"
    CASE = "nothing about the case goes there now"
    RAISED = "raised the case already"
    PAST_DATE = "past the ask's date"


@dataclass(frozen=True, slots=True)
class CameBack:
    """What came back that is no answer, and when."""

    kind: Kind
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A mission to ring up about a case and an ask. `verified_on` is of its row in contacts/; None: never verified."""

    state: str
    name: str
    mission: str  # its title
    case: str
    ask: str
    ask_day: date  # the last on which asking makes sense
    phone: str
    verified_on: date | None
    first_at: datetime
    reminded_at: datetime | None
    to_read: int
    came_back: tuple[CameBack, ...]


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom to ring up, those first where it matters most; and who was left out, by reason: (State, case, ask)."""

    calls: tuple[Call, ...]
    left_out: Mapping[NotCalled, tuple[tuple[str, str, str], ...]]


def calls(campaign: Campaign, outbox: Outbox, scope: Scope, suppressed: Mapping[str, str]) -> Calls:
    """Find whom to ring up: the nearest ask first, in it those whom a reminder did not move, then who waits longest.

    `suppressed` is address (lower case) → why nothing goes there. A mission that asked for no more letters is not rung
    up either, whatever else is known of it.
    """
    rows = [row for row in progress(campaign, outbox, scope) if row.taken_at and row.answered_at is None]
    with reading(outbox.engine) as connection:
        back = _came_back(connection, scope)
    found, left_out = list[Call](), list[tuple[NotCalled, tuple[str, str, str]]]()
    for row in rows:
        if why := _why_not(campaign, row, suppressed):
            left_out.append((why, (row.state, row.case, row.ask)))
        else:
            found.append(_call(campaign, row, back.get((row.ask, row.case, row.state), ())))
    reasons = {reason: tuple(who for why, who in left_out if why is reason) for reason in NotCalled}
    return Calls(tuple(sorted(found, key=_order)), {reason: who for reason, who in reasons.items() if who})


def _order(call: Call) -> tuple[date, str, str, bool, bool, datetime, str]:
    return (call.ask_day, call.ask, call.case, bool(call.to_read), not call.reminded_at, call.first_at, call.state)


def _why_not(campaign: Campaign, row: Progress, suppressed: Mapping[str, str]) -> NotCalled | None:
    today = campaign.today()
    case, ask = campaign.cases.get(row.case), campaign.asks.get(row.ask)
    mission = campaign.registry.missions.get(row.state)
    if case is None or ask is None or for_the_people(case, row.state, today):
        return NotCalled.CASE
    if ask.last_day < today:
        return NotCalled.PAST_DATE
    if row.raised:
        return NotCalled.RAISED
    if mission and _asked_for_no_more(mission, suppressed):
        return NotCalled.WISH
    return None if mission and mission.phone else NotCalled.NO_PHONE


def _asked_for_no_more(mission: Mission, suppressed: Mapping[str, str]) -> bool:
    """Say whether one of its addresses is closed for anything but a bounce: what people wrote as why may be a wish."""
    reasons = (suppressed.get(address.lower(), "") for address in mission.known_emails)
    return any(reason and not reason.startswith(OF_THE_ADDRESS) for reason in reasons)


def _call(campaign: Campaign, row: Progress, back: Sequence[CameBack]) -> Call:
    mission, ask = campaign.registry.missions[row.state], campaign.asks[row.ask]
    assert row.taken_at is not None  # noqa: S101 - `calls` chose by it
    return Call(
        state=row.state,
        name=row.name,
        mission=row.mission,
        case=row.case,
        ask=row.ask,
        ask_day=ask.last_day,
        phone=mission.phone,
        verified_on=mission.verified_on,
        first_at=row.taken_at,
        reminded_at=row.reminded_at,
        to_read=row.to_read,
        came_back=tuple(back),
    )


def _came_back(connection: Connection, scope: Scope) -> dict[AnswerKey, list[CameBack]]:
    """Read what came back to letters in scope and is no answer, as people corrected it, the oldest first."""
    decided = current_decisions(connection)
    query = (
        select(ties.c.ask, ties.c.case, ties.c.mission, inbound.c.id, inbound.c.kind, inbound.c.arrived_at)
        .join(inbound, inbound.c.id == ties.c.inbound)
        .where(ties.c.removed_at.is_(None), inbound.c.kind.in_(SHOWN), *in_scope(scope))
        .order_by(inbound.c.arrived_at, inbound.c.id)
    )
    found: dict[AnswerKey, list[CameBack]] = {}
    for ask, case, mission, id_, kind, at in connection.execute(query):
        known = decided[id_].kind if id_ in decided else None
        if (known or kind) in SHOWN:
            found.setdefault((ask, case, mission), []).append(CameBack(Kind(known or kind), at))
    return found
