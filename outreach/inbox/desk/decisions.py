"""Stores what people decide at the desk: what a message is, what it says, whose it is; and answers without mail.

Decisions and ties are only ever added to, or taken back; nothing here changes a letter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, update

from outreach.inbox.desk.items import Item
from outreach.inbox.kinds import CERTAINTY, NEEDS_PROOF, PERSON, Kind, MatchedBy, Stance
from outreach.inbox.models import decisions, inbound, ties
from outreach.outbox.models import Entry
from outreach.outbox.status import ASKED, Status

WAYS = ("phone", "meeting", "letter", "public")  # how an answer comes without mail


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person says of a message: its kind, its stance, or only a note. `case` is blank for all its cases."""

    kind: Kind | None = None
    stance: Stance | None = None
    case: str = ""
    note: str = ""

    def objection(self, item: Item) -> str:
        """Say why this cannot be said of that message; blank when it can."""
        kind = self.kind or item.kind
        if self.kind is Kind.UNCLEAR:
            return f"{self.kind} is no kind that a person gives a message; say which of the others message {item.id} is"
        if self.stance and kind is not Kind.REPLY:
            return f"message {item.id} is {kind}, and only a reply has a stance; if a person wrote it, add --kind reply"
        if self.stance and not item.ties:
            return f"message {item.id} is tied to no letter yet; first say whose it is, with `assign`"
        if self.case and self.case not in {tied.case for tied in item.ties}:
            return f"message {item.id} is not tied to {self.case}; say so first, with `assign`"
        return ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a message answers, as a person says. `letter` is None when the mission got none about it."""

    ask: str
    case: str
    mission: str
    letter: int | None = None


@dataclass(frozen=True, slots=True)
class OfflineAnswer:
    """An answer that came without mail. `by` is one of WAYS, `who` said it, `text` is what was said."""

    by: str
    on: date
    who: str
    text: str = ""
    stance: Stance | None = None


def mark(connection: Connection, ids: Iterable[int], what: Mark, at: datetime, by: str) -> None:
    """Store what a person says of messages that exist."""
    row = {"case": what.case, "kind": what.kind or "", "stance": what.stance or "", "note": what.note}
    rows = [{"inbound": id_, **row, "at": at, "by": by} for id_ in ids]
    connection.execute(insert(decisions), rows)


def assign(connection: Connection, found: Sequence[Item], assignment: Assignment, at: datetime, by: str) -> list[int]:
    """Tie messages to what they answer; gives the ids of those that no person had tied to it before.

    A person's tie replaces one that the program had found, since the program learns from it whose the sender's address
    is. It also replaces ties to other missions, see `mistaken_missions`.
    """
    key = (assignment.ask, assignment.case, assignment.mission)
    new = []
    for item in found:
        same = [tied for tied in item.ties if (tied.ask, tied.case, tied.mission) == key]
        if any(tied.matched_by is MatchedBy.PERSON for tied in same):
            continue
        if same:
            take_back(connection, [item.id], at, ask=assignment.ask, case=assignment.case, mission=assignment.mission)
        for mission in mistaken_missions(item, assignment):
            take_back(connection, [item.id], at, mission=mission)
        _tie(connection, item.id, assignment, at, by)
        new.append(item.id)
    return new


def mistaken_missions(item: Item, assignment: Assignment) -> set[str]:
    """Name the missions that the program, and no person, took a message for, and that a person now says are wrong.

    What carries a token or Message-ID of ours (a bounce, a delay, a notification) is about the letter all the same.
    """
    if item.kind in NEEDS_PROOF:
        return set()
    by_people = {tied.mission for tied in item.ties if tied.matched_by is MatchedBy.PERSON}
    return {tied.mission for tied in item.ties} - by_people - {assignment.mission}


def take_back(
    connection: Connection,
    ids: Iterable[int],
    at: datetime,
    *,
    ask: str | None = None,
    case: str | None = None,
    mission: str | None = None,
) -> int:
    """Take back the ties of these messages: all, or those to this ask, case and mission; gives how many there were."""
    wanted = {"ask": ask, "case": case, "mission": mission}
    narrowed = [ties.c[name] == value for name, value in wanted.items() if value is not None]
    standing = ties.c.inbound.in_(list(ids)) & ties.c.removed_at.is_(None)
    return connection.execute(update(ties).where(standing, *narrowed).values(removed_at=at)).rowcount


def add_offline_answer(
    connection: Connection,
    answer: OfflineAnswer,
    assignments: Iterable[Assignment],
    zone: ZoneInfo,
    at: datetime,
    by: str,
) -> int:
    """Store an answer that came without mail; gives its id. `zone` is the campaign's: days are days there."""
    noon = datetime.combine(answer.on, time(12), zone)
    row = {
        "digest": None,
        "source": PERSON,
        "origin": answer.by,
        "kind": Kind.REPLY.value,
        "rule": PERSON,
        "sender_name": answer.who,
        "arrived_at": min(noon, at),
        "stored_at": at,
        "text": answer.text,
        "links": "[]",
        "headers": "[]",
        "size": 0,
        "new_address": False,
    }
    blank = ("fault", "severity", "code", "recipient", "diagnostic", "sender", "subject", "message_id")
    stored = insert(inbound).values({**row, **dict.fromkeys(blank, "")}).returning(inbound.c.id)
    id_ = int(connection.execute(stored).scalar_one())
    for assignment in assignments:
        _tie(connection, id_, assignment, at, by)
    if answer.stance:
        mark(connection, [id_], Mark(stance=answer.stance), at, by)
    return id_


def letter_among(entries: Sequence[Entry]) -> int | None:
    """Choose the letter that an answer is likely to: the newest that may have left, else the newest that may yet."""
    left = [entry.id for entry in entries if entry.status in ASKED | {Status.UNCONFIRMED}]
    still = [entry.id for entry in entries if entry.status is not Status.WITHDRAWN]
    return max(left or still, default=None)


def _tie(connection: Connection, id_: int, assignment: Assignment, at: datetime, by: str) -> None:
    row = {
        "inbound": id_,
        "message": assignment.letter,
        "ask": assignment.ask,
        "case": assignment.case,
        "mission": assignment.mission,
    }
    way = MatchedBy.PERSON
    made = {"matched_by": way.value, "certainty": CERTAINTY[way], "at": at, "by": by, "removed_at": None}
    connection.execute(insert(ties), {**row, **made})
