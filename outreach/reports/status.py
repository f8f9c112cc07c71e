"""States × asked, arrived, answered, raised: joins the outbox with the record. Draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.campaign import Campaign
from outreach.db import reading
from outreach.outbox.models import Entry, Scope
from outreach.outbox.queue import entries
from outreach.outbox.status import ASKED, Status
from outreach.outbox.store import Outbox
from outreach.registry.model import Registry

HELD_BY_A_RUN = "held by a run at work now; one on another machine that died frees them after 15 minutes"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One letter or post as people follow it.

    `taken_at` is when the channel took it. `asked_at` is the same for a real one, and None as long as nobody knows
    that it was taken; a rehearsal never marks a mission as asked. `answered` and
    `stance` are empty until a reply is on file; `raised`: by the record, it raised the case since the ask's date.
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
    asks = {(entry.key.case, entry.key.ask) for entry in found}
    raised = {(case, ask): _raised_since(campaign, case, ask) for case, ask in asks}
    view = _View(campaign.registry, raised, rehearsal=outbox.rehearsal)
    rows = [view.row(entry) for entry in found]
    return sorted(rows, key=lambda row: (row.state, row.case, row.ask, row.round, row.channel))


def _raised_since(campaign: Campaign, case: str, ask: str) -> frozenset[str]:
    """Who raised the case since the ask's date; an ask that is not in outreach.toml any more has none."""
    known = campaign.asks.get(ask)
    return campaign.registry.who_raised(case, known.date) if known else frozenset()


@dataclass(frozen=True, slots=True)
class _View:
    """What a row needs besides its message; `raised` is (case, ask) → States."""

    registry: Registry
    raised: dict[tuple[str, str], frozenset[str]]
    rehearsal: bool

    def row(self, entry: Entry) -> StatusRow:
        key = entry.key
        taken_at = entry.taken_at if entry.status in ASKED else None
        return StatusRow(
            state=key.mission,
            name=self.registry.states[key.mission].name if key.mission in self.registry.states else key.mission,
            mission=mission_title(self.registry, key.mission),
            case=key.case,
            ask=key.ask,
            round=key.round,
            channel=key.channel,
            status=entry.status,
            taken_at=taken_at,
            asked_at=None if self.rehearsal else taken_at,
            answered=None,
            stance=None,
            raised=key.mission in self.raised[key.case, key.ask],
        )


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
            "nobody knows whether the server took them; look in the archive mailbox or ask; then outreach queue settle",
            f"outreach queue list --status unconfirmed{flag}",
        ),
        (
            Status.REJECTED,
            "refused for good; mend the cause, then: outreach queue retry ID (--new-address if that was wrong)",
            f"outreach queue list --status rejected{flag}",
        ),
        (
            Status.BOUNCED,
            "came back after they were sent; the address is probably wrong",
            f"outreach log{flag}",
        ),
        (Status.DEFERRED, "refused for now; they go when their time has come", f"outreach queue run{flag}"),
        (Status.QUEUED, "waiting to be sent", f"outreach queue run{flag}"),
        (Status.CLAIMED, HELD_BY_A_RUN, f"outreach queue list{flag}"),
        (Status.SENDING, HELD_BY_A_RUN, f"outreach queue list{flag}"),
    )
    return [
        Attention(status, number, meaning, command)
        for status, meaning, command in advice
        if (number := sum(1 for item in found if item is status))
    ]
