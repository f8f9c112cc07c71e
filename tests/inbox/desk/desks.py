"""Puts messages on file for tests, as if they had come in and been classified and matched; real SQLite rows."""

from datetime import UTC, datetime

from sqlalchemy import func, insert, select

from outreach.db.engine import reading, writing
from outreach.inbox.desk.decisions import Mark, mark
from outreach.inbox.kinds import CERTAINTY, Kind, MatchedBy, Stance
from outreach.inbox.models import inbound, ties
from outreach.inbox.raw_messages import digest, raw_messages_beside
from outreach.outbox.store import Outbox

SEPTEMBER = datetime(2022, 9, 12, 8, 0, tzinfo=UTC)
BLANK = ("fault", "severity", "code", "recipient", "diagnostic", "sender_name", "message_id", "text")


def came_in(
    outbox: Outbox,
    *cases: str,
    kind: Kind = Kind.REPLY,
    mission: str = "DEU",
    ask: str = "hrc51",
    letter: int | None = None,
    matched_by: MatchedBy = MatchedBy.IN_REPLY_TO,
    at: datetime = SEPTEMBER,
    raw: bytes | None = None,
    **columns: object,
) -> int:
    """A message about these cases; about none it is unmatched. `raw` is kept in the file that belongs to it."""
    with writing(outbox.engine) as connection:
        number = connection.scalar(select(func.count()).select_from(inbound))
        row = {
            "digest": digest(raw or f"message {number}".encode()),
            "source": "file",
            "origin": "test.eml",
            "kind": kind.value,
            "rule": "test",
            "sender": f"{mission.lower()}@{mission.lower()}.example.org",
            "subject": "Our answer",
            "arrived_at": at,
            "stored_at": at,
            "links": "[]",
            "headers": "[]",
            "size": 100,
            "new_address": False,
        }
        values = {**row, **dict.fromkeys(BLANK, ""), **columns}
        id_ = int(connection.execute(insert(inbound).values(values).returning(inbound.c.id)).scalar_one())
        for case in cases:
            tie = {"inbound": id_, "message": letter, "ask": ask, "case": case, "mission": mission, "removed_at": None}
            how = {"matched_by": matched_by.value, "certainty": CERTAINTY[matched_by], "at": at, "by": "test"}
            connection.execute(insert(ties), {**tie, **how})
    if raw is not None:
        raw_messages_beside(outbox.engine.url).keep([raw])
    return id_


def say(outbox: Outbox, id_: int, stance: Stance | None = None, kind: Kind | None = None, case: str = "") -> None:
    """A person's word about a message."""
    with writing(outbox.engine) as connection:
        mark(connection, [id_], Mark(kind, stance, case), SEPTEMBER, "test")


def kept_ties(outbox: Outbox) -> list[tuple[object, ...]]:
    """Every tie there ever was: (message, case, mission, matched by, whether it stands)."""
    with reading(outbox.engine) as connection:
        rows = connection.execute(select(ties).order_by(ties.c.id)).mappings().all()
    names = ("inbound", "case", "mission", "matched_by")
    return [(*(row[name] for name in names), row["removed_at"] is None) for row in rows]
