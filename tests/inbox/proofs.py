"""Puts bounces and delays on file for tests, with the evidence that they are of a letter; real SQLite rows."""

from datetime import datetime

from sqlalchemy import insert, select

from outreach.db.engine import writing
from outreach.inbox.kinds import Kind, MatchedBy
from outreach.inbox.models import evidence
from outreach.outbox.models import messages
from outreach.outbox.store import Outbox
from tests.inbox.desk.desks import came_in


def proven(
    outbox: Outbox,
    letter: int,
    kind: Kind,
    at: datetime,
    *,
    address: str = "deu@deu.example.org",
    code: str = "5.1.1",
    severity: str = "permanent",
) -> int:
    """A message about one recipient of this letter, which carries its token. It has no effect on the letter here."""
    with writing(outbox.engine) as connection:
        columns = (messages.c.case, messages.c.mission, messages.c.ask)
        case, mission, ask = connection.execute(select(*columns).where(messages.c.id == letter)).one()
    how = MatchedBy.ENVELOPE
    said = {"code": code, "severity": severity}
    id_ = came_in(
        outbox,
        case,
        kind=kind,
        mission=mission,
        ask=ask,
        letter=letter,
        matched_by=how,
        at=at,
        recipient=address,
        **said,
    )
    row = {"inbound": id_, "message": letter, "matched_by": how.value, "kind": kind.value, "address": address}
    with writing(outbox.engine) as connection:
        connection.execute(insert(evidence), {**row, **said, "words": "", "applied": True})
    return id_
