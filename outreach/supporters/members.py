"""What somebody is to the mailing list: read, and asked whether they want to be on it. Knows no mail and no voice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from outreach.supporters.doors import Line, change_member, tell
from outreach.supporters.statuses import MEMBER_CHANGES, MemberStatus
from outreach.supporters.tables import members


@dataclass(frozen=True, slots=True)
class Membership:
    """How somebody stands to the mailing list. `origin` is form, mail or import; `agreed_to` which text it was."""

    supporter: int
    status: MemberStatus
    origin: str
    agreed_to: str
    asked_on: datetime
    joined_on: datetime | None
    ended_on: datetime | None


def membership(connection: Connection, supporter: int) -> Membership | None:
    """Read how somebody stands to the mailing list; None where they never asked, or it is long over."""
    row = connection.execute(select(members).where(members.c.supporter == supporter)).one_or_none()
    if row is None:
        return None
    return Membership(
        row.supporter, MemberStatus(row.status), row.origin, row.agreed_to, row.asked_on, row.joined_on, row.ended_on
    )


def may_be_asked(connection: Connection, supporter: int) -> bool:
    """Say whether a mail may ask somebody to join: not who is a member, and not who complained."""
    found = membership(connection, supporter)
    return found is None or found.status is MemberStatus.ASKED or MemberStatus.ASKED in MEMBER_CHANGES[found.status]


def ask_to_join(connection: Connection, supporter: int, *, origin: str, agreed_to: str, at: datetime, by: str) -> bool:
    """Note in the caller's transaction that somebody wants to join and has to confirm it; False where none may ask.

    Who was asked before and did not answer yet stays as they are: asking again makes no time longer.
    """
    found = membership(connection, supporter)
    if found is None:
        row = {
            "supporter": supporter, "status": MemberStatus.ASKED.value, "origin": origin, "agreed_to": agreed_to,
            "asked_on": at,
        }  # fmt: skip
        connection.execute(insert(members).values(row))
        tell(connection, Line("member", supporter, at, None, MemberStatus.ASKED.value, "", by))
        return True
    if found.status is MemberStatus.ASKED:
        return True
    if not change_member(connection, supporter, MemberStatus.ASKED, at, by):
        return False
    newest = {"origin": origin, "agreed_to": agreed_to}
    connection.execute(update(members).where(members.c.supporter == supporter).values(newest))
    return True
