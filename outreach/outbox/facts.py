"""What the outbox knows that the plan must know: who was asked already, and which addresses are suppressed."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from outreach.campaign import Campaign
from outreach.db import reading, writing
from outreach.outbox.models import Scope, suppressions
from outreach.outbox.plan import Facts, FirstLetter, Wish, closed_addresses
from outreach.outbox.queue import entries
from outreach.outbox.status import ASKED, Status
from outreach.outbox.store import Outbox, existing_outbox, now


def read_facts(campaign: Campaign, outbox: Outbox, wish: Wish, channel: str) -> Facts:
    """The facts for one letter of one ask. A message that exists at all counts as asked already (rule 1).

    Suppressions are always those of the real outbox, if there is one: a rehearsal shows what would happen.
    """
    zone = campaign.settings.timezone
    with reading(outbox.engine) as connection:
        asked = _asked(connection, wish, channel)
        first = _first(connection, wish, channel, zone) if wish.round == "reminder" else {}
    closed = closed_addresses(campaign, wish.case, suppressions_in_force(campaign, outbox))
    return Facts(asked, first, closed)


def _asked(connection: Connection, wish: Wish, channel: str) -> dict[str, Status]:
    found = entries(connection, Scope(wish.case.slug, wish.ask.id, wish.round, channel))
    return {entry.key.mission: entry.status for entry in found}


def _first(connection: Connection, wish: Wish, channel: str, zone: ZoneInfo) -> dict[str, FirstLetter]:
    """The first letters that a server took, by mission, with the day they were taken."""
    found = entries(connection, Scope(wish.case.slug, wish.ask.id, "first", channel), statuses=ASKED)
    return {
        entry.key.mission: FirstLetter(entry.taken_at.astimezone(zone).date(), entry.message_id)
        for entry in found
        if entry.taken_at
    }


def suppressions_in_force(campaign: Campaign, outbox: Outbox) -> dict[str, str]:
    """Address (lower case) → why it is not written to: by the real outbox, also in a rehearsal."""
    real = existing_outbox(campaign.folder, campaign.settings, rehearsal=False) if outbox.rehearsal else outbox
    if real is None:
        return {}
    with reading(real.engine) as connection:
        return suppressed(connection)


def suppressed(connection: Connection) -> dict[str, str]:
    """Address (lower case) → why it is not written to."""
    query = select(suppressions.c.address, suppressions.c.reason).where(suppressions.c.lifted_at.is_(None))
    return {address: reason for address, reason in connection.execute(query).all()}  # noqa: C416 - rows are not pairs


def suppress(outbox: Outbox, address: str, reason: str) -> None:
    """Never write to this address again, until `lift` says otherwise."""
    with writing(outbox.engine) as connection:
        if address.lower() in suppressed(connection):
            return
        row = {"address": address.lower(), "reason": reason, "at": now(), "lifted_at": None}
        connection.execute(insert(suppressions), row)


def lift(outbox: Outbox, address: str) -> int:
    """Write to this address again; the suppression stays on file. Returns how many were lifted."""
    with writing(outbox.engine) as connection:
        open_ = (suppressions.c.address == address.lower()) & suppressions.c.lifted_at.is_(None)
        return connection.execute(update(suppressions).where(open_).values(lifted_at=now())).rowcount
