"""States × asked, arrived, answered, raised: joins the outbox with the record. Draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from outreach.campaign import Campaign
from outreach.db import reading
from outreach.outbox.models import Entry, Scope, ledger
from outreach.outbox.queue import entries
from outreach.outbox.status import ASKED, Status
from outreach.outbox.store import Outbox
from outreach.registry.model import Registry


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One letter or post as people follow it.

    `taken_at` is when the channel took it. `asked_at` is the same for a real one, and None as long as nobody knows
    that it was taken; a rehearsal never marks a mission as asked. `answered` and
    `stance` are empty until a reply is on file; `raised`: the record has the State raising the case, in any forum.
    """

    state: str
    name: str
    mission: str
    case: str
    ask: str
    round: str
    channel: str
    status: Status
    taken_at: datetime | None
    asked_at: datetime | None
    answered: datetime | None
    stance: str | None
    raised: bool


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that needs a person: how many messages, what it means, and the command to type."""

    status: Status
    number: int
    meaning: str
    command: str


def status_rows(campaign: Campaign, outbox: Outbox, scope: Scope) -> list[StatusRow]:
    """One row a message in scope, in the order of State, case, ask and round."""
    with reading(outbox.engine) as connection:
        found = entries(connection, scope)
        taken_at = _taken_at(connection)
    raised = raised_cases(campaign.registry)
    rows = [_row(campaign.registry, entry, taken_at.get(entry.id), raised) for entry in found]
    if outbox.rehearsal:
        rows = [replace(row, asked_at=None) for row in rows]
    return sorted(rows, key=lambda row: (row.state, row.case, row.ask, row.round, row.channel))


def _taken_at(connection: Connection) -> dict[int, datetime]:
    taken = select(ledger.c.message, func.min(ledger.c.at)).where(ledger.c.to_status == Status.SENT.value)
    return {message: at for message, at in connection.execute(taken.group_by(ledger.c.message)).all()}  # noqa: C416


def _row(registry: Registry, entry: Entry, taken_at: datetime | None, raised: frozenset[tuple[str, str]]) -> StatusRow:
    key = entry.key
    taken_at = taken_at if entry.status in ASKED else None
    return StatusRow(
        state=key.mission,
        name=registry.states[key.mission].name if key.mission in registry.states else key.mission,
        mission=mission_title(registry, key.mission),
        case=key.case,
        ask=key.ask,
        round=key.round,
        channel=key.channel,
        status=entry.status,
        taken_at=taken_at,
        asked_at=taken_at,
        answered=None,
        stance=None,
        raised=(key.mission, key.case) in raised,
    )


def raised_cases(registry: Registry) -> frozenset[tuple[str, str]]:
    """(State, case slug) for every case a State has raised, by the record."""
    return frozenset((act.state, act.case) for act in registry.acts if act.kind == "raised" and act.case)


def mission_title(registry: Registry, state: str) -> str:
    """The mission's name as the registry has it, else "Permanent Mission of …"; "" for nobody in particular."""
    mission = registry.missions.get(state)
    if mission and mission.name:
        return mission.name
    known = registry.states.get(state)
    if known is None:
        return state
    kind = "Permanent Observer Mission" if known.observer else "Permanent Mission"
    return f"{kind} of {known.formal['en'] or known.name}"


def attention(found: Sequence[Status], *, rehearsal: bool) -> list[Attention]:
    """What needs a person today, with the next command to type (DESIGN.md, section 4, rule 8)."""
    flag = " --rehearse" if rehearsal else ""
    advice = (
        (
            Status.UNCONFIRMED,
            "nobody knows whether the server took them; look for them in the archive mailbox or ask the mission",
            f"outreach queue settle ID --sent|--not-sent{flag}",
        ),
        (
            Status.REJECTED,
            "refused for good; read why in the list, mend the address or the set-up",
            f"outreach queue retry ID{flag}",
        ),
        (
            Status.BOUNCED,
            "came back after they were sent; the address is probably wrong",
            f"outreach log{flag}",
        ),
        (Status.DEFERRED, "refused for now; they go when their time has come", f"outreach queue run{flag}"),
        (Status.QUEUED, "waiting to be sent", f"outreach queue run{flag}"),
        (Status.CLAIMED, "held by a run that is at work now", f"outreach queue list{flag}"),
        (Status.SENDING, "on their way in a run that is at work now", f"outreach queue list{flag}"),
    )
    return [
        Attention(status, number, meaning, command)
        for status, meaning, command in advice
        if (number := sum(1 for item in found if item is status))
    ]
