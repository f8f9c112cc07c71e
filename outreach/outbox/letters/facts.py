"""What the plan must know: who was asked already, who answered, and which addresses are suppressed."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from outreach.campaign import Campaign
from outreach.db.engine import writing
from outreach.outbox.letters.plan import AnswerObjections, Facts, FirstLetter, LetterRequest, closed_addresses
from outreach.outbox.models import Entry, Scope, suppressions
from outreach.outbox.queue import entries
from outreach.outbox.status import ASKED, Status
from outreach.outbox.store import Outbox, now
from outreach.text import local_day


def read_facts(
    connection: Connection,
    campaign: Campaign,
    request: LetterRequest,
    channel: str,
    *,
    answered: AnswerObjections,
    suppressed: Mapping[str, str],
) -> Facts:
    """Read what the plan of one letter of one ask must know. A message that exists at all counts as asked (rule 1).

    `answered` is what the inbox of the same outbox says, `suppressed` address (lower case) → why it is not written to.
    """
    zone = campaign.settings.timezone
    asked = _asked(connection, request, channel)
    first = _first(connection, request, channel, zone) if request.round == "reminder" else {}
    closed = closed_addresses(campaign, request.case, suppressed)
    theirs = {
        mission: objection
        for (ask, case, mission), objection in answered.items()
        if (ask, case) == (request.ask.id, request.case.slug)
    }
    return Facts(asked, first, closed, theirs)


def _asked(connection: Connection, request: LetterRequest, channel: str) -> dict[str, Status]:
    found = entries(connection, Scope(request.case.slug, request.ask.id, request.round, channel))
    return {entry.key.mission: entry.status for entry in found}


def _first(connection: Connection, request: LetterRequest, channel: str, zone: ZoneInfo) -> dict[str, FirstLetter]:
    """The first letters that a server took, by mission, with the day they were taken."""
    found = entries(connection, Scope(request.case.slug, request.ask.id, "first", channel), statuses=ASKED)
    return {
        entry.key.mission: FirstLetter(
            local_day(entry.taken_at, zone), entry.message_id, entry.subject, came_back(entry)
        )
        for entry in found
        if entry.taken_at
    }


def came_back(entry: Entry) -> str:
    """Which letter came back, and why as far as known; blank when it did not."""
    if entry.status is not Status.BOUNCED:
        return ""
    return f"letter {entry.id}: {entry.detail}" if entry.detail else f"letter {entry.id}"


def suppressed(connection: Connection) -> dict[str, str]:
    """Address (lower case) → why it is not written to."""
    query = select(suppressions.c.address, suppressions.c.reason).where(suppressions.c.lifted_at.is_(None))
    return {address: reason for address, reason in connection.execute(query).all()}  # noqa: C416 - rows are not pairs


def suppress(outbox: Outbox, address: str, reason: str) -> None:
    """Never write to this address again, until `lift` says otherwise."""
    with writing(outbox.engine) as connection:
        close(connection, address, reason, now())


def close(connection: Connection, address: str, reason: str, at: datetime) -> None:
    """The same, in the caller's transaction; what is suppressed already keeps its reason."""
    if address.lower() not in suppressed(connection):
        row = {"address": address.lower(), "reason": reason, "at": at, "lifted_at": None}
        connection.execute(insert(suppressions), row)


def lift(outbox: Outbox, address: str) -> int:
    """Write to this address again; the suppression stays on file. Returns how many were lifted."""
    with writing(outbox.engine) as connection:
        open_ = (suppressions.c.address == address.lower()) & suppressions.c.lifted_at.is_(None)
        return connection.execute(update(suppressions).where(open_).values(lifted_at=now())).rowcount
