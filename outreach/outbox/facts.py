"""What the outbox knows that the plan must know: who was asked already, and which addresses are suppressed."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from outreach.db import reading, writing
from outreach.outbox.models import messages, suppressions
from outreach.outbox.plan import Facts
from outreach.outbox.status import ASKED, Status
from outreach.outbox.store import Outbox, now, open_outbox
from outreach.settings import Settings


def read_facts(outbox: Outbox, *, case: str, ask: str, round: str, channel: str) -> Facts:  # noqa: A002 - the field's word
    """The facts for one letter of one ask. A message that exists at all counts as asked already (rule 1).

    A rehearsal's outbox knows no suppressions of its own: see `with_real_suppressions`.
    """
    with reading(outbox.engine) as connection:
        return Facts(
            asked=_statuses(connection, case, ask, round, channel),
            first=_first(connection, case, ask, channel),
            suppressed=suppressed(connection),
        )


def _statuses(connection: Connection, case: str, ask: str, round: str, channel: str) -> dict[str, Status]:  # noqa: A002
    query = select(messages.c.mission, messages.c.status).where(
        messages.c.case == case,
        messages.c.ask == ask,
        messages.c.round == round,
        messages.c.channel == channel,
    )
    return {mission: Status(status) for mission, status in connection.execute(query).all()}


def _first(connection: Connection, case: str, ask: str, channel: str) -> frozenset[str]:
    statuses = _statuses(connection, case, ask, "first", channel)
    return frozenset(mission for mission, status in statuses.items() if status in ASKED)


def with_real_suppressions(facts: Facts, folder: Path, settings: Settings) -> Facts:
    """The facts of a rehearsal with the suppressions of the real outbox, if there is one; it is not made for this."""
    if not (settings.database_url or (folder / "outreach.db").exists()):
        return facts
    with reading(open_outbox(folder, settings, rehearsal=False).engine) as connection:
        return replace(facts, suppressed=suppressed(connection))


def suppressed(connection: Connection) -> dict[str, str]:
    """Address (lower case) → why it is not written to."""
    query = select(suppressions.c.address, suppressions.c.reason).where(suppressions.c.lifted_at.is_(None))
    return {address: reason for address, reason in connection.execute(query).all()}  # noqa: C416 - rows are not pairs


def suppress(outbox: Outbox, address: str, reason: str) -> None:
    """Never write to this address again, until `lift` says otherwise."""
    with writing(outbox.engine) as connection:
        row = {"address": address.lower(), "reason": reason, "at": now(), "lifted_at": None}
        connection.execute(insert(suppressions), row)


def lift(outbox: Outbox, address: str) -> int:
    """Write to this address again; the suppression stays on file. Returns how many were lifted."""
    with writing(outbox.engine) as connection:
        open_ = (suppressions.c.address == address.lower()) & suppressions.c.lifted_at.is_(None)
        return connection.execute(update(suppressions).where(open_).values(lifted_at=now())).rowcount
