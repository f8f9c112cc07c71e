"""The only code that changes the status of a voice or a member, each change with its line in the story."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, insert, literal, select, update

from outreach.supporters.statuses import COUNTS, MEMBER_CHANGES, VOICE_CHANGES, MemberStatus, VoiceStatus
from outreach.supporters.tables import members, story, voices

SELDOM = timedelta(hours=1)  # between two lines that say the same of forms


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the story: what happened to a voice, a member, a digest or the guard, when, why and by whom."""

    what: str
    subject: int
    at: datetime
    was: str | None
    to: str
    why: str
    by: str


def tell(connection: Connection, *lines: Line) -> None:
    """Add lines to the story, in the caller's transaction. No personal data may be in them."""
    if lines:
        connection.execute(insert(story), [_row(line) for line in lines])


def tell_of_dropped(connection: Connection, arrival: int, at: datetime, why: str, by: str) -> None:
    """Tell in the caller's transaction that a form was dropped: the first in an hour for each reason.

    Else whoever sends forms without end would fill the story, of which nothing is ever deleted.
    """
    line = Line("arrival", arrival, at, "waiting", "dropped", why, by)
    same = (story.c.what == line.what, story.c.why == why, story.c.at > at - SELDOM)
    if connection.scalar(select(story.c.id).where(*same).limit(1)) is None:
        tell(connection, line)


def change_voice(connection: Connection, voice: int, to: VoiceStatus, at: datetime, by: str, why: str = "") -> bool:
    """Change a voice's status in the caller's (writing) transaction; False where it is that already, or may not be.

    One that counts for the first time gets its running number. Raises LookupError for a voice that there is not.
    """
    was = VoiceStatus(connection.execute(select(voices.c.status).where(voices.c.id == voice)).scalar_one())
    if to not in VOICE_CHANGES[was]:
        return False
    tell(connection, Line("voice", voice, at, was.value, to.value, why, by))
    values: dict[str, object] = {"status": to.value}
    if to is VoiceStatus.CONFIRMED:
        values["confirmed_on"] = at
    if to in COUNTS:
        last = select(func.coalesce(func.max(voices.c.counted), 0) + 1).scalar_subquery()
        values["counted"] = func.coalesce(voices.c.counted, last)
    connection.execute(update(voices).where(voices.c.id == voice).values(values))
    return True


def put_in_digest(connection: Connection, which: Iterable[ColumnElement[bool]], at: datetime, by: str, why: str) -> int:
    """Call all these voices in-digest that may become so; gives how many. `which` are conditions on voices."""
    to = VoiceStatus.IN_DIGEST
    may = voices.c.status.in_([was.value for was, then in VOICE_CHANGES.items() if to in then])
    conditions = [may, *which]
    told = select(
        literal("voice"), voices.c.id, literal(at, story.c.at.type), voices.c.status, literal(to.value), literal(why),
        literal(by),
    ).where(*conditions)  # fmt: skip
    connection.execute(
        insert(story).from_select(["what", "subject", "at", "from_status", "to_status", "why", "by"], told)
    )
    return connection.execute(update(voices).where(*conditions).values(status=to.value)).rowcount


def change_member(
    connection: Connection, supporter: int, to: MemberStatus, at: datetime, by: str, why: str = ""
) -> bool:
    """Change what somebody is to the mailing list, in the caller's (writing) transaction.

    False where they are that already, may not become it, or were never asked.
    """
    found = connection.scalar(select(members.c.status).where(members.c.supporter == supporter))
    if found is None or to not in MEMBER_CHANGES[MemberStatus(found)]:
        return False
    tell(connection, Line("member", supporter, at, found, to.value, why, by))
    values: dict[str, object] = {"status": to.value}
    if to is MemberStatus.ASKED:
        values["asked_on"] = at
    elif to is MemberStatus.MEMBER:
        values |= {"joined_on": at, "ended_on": None}
    else:
        values["ended_on"] = at
    connection.execute(update(members).where(members.c.supporter == supporter).values(values))
    return True


def _row(line: Line) -> dict[str, object]:
    return {
        "what": line.what, "subject": line.subject, "at": line.at, "from_status": line.was, "to_status": line.to,
        "why": line.why, "by": line.by,
    }  # fmt: skip
