"""The posts in the outbox in few columns, for status, log and report; knows no network and never reads their bytes."""

from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Connection, Select, select

from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import in_scope
from outreach.outbox.models import Scope, messages
from outreach.outbox.status import ASKED


class PostLine(NamedTuple):
    """A post, or one part of a thread. `mission` is the State that it addresses, or "".

    `part` is its name and language, and its place in a thread: solidarity.en, outcome.en/2. `address` is where anybody
    can read it; "" as long as it is not out, and in a rehearsal. `due` is when it may go.
    """

    id: int
    mission: str
    case: str
    ask: str
    channel: str
    part: str
    status: str
    taken: datetime | None
    due: datetime
    address: str

    @property
    def taken_at(self) -> datetime | None:
        """Give when the network took it; None as long as nobody knows that it did, and once it was deleted."""
        return self.taken if self.status in ASKED else None

    @property
    def public_address(self) -> str:
        """Give the web address where it can be read today; "" for one that is not out, and for one that was deleted."""
        return self.address if self.status in ASKED and self.address.startswith(("https://", "http://")) else ""


_COLUMNS = ("id", "mission", "case", "ask", "channel", "part", "status", "taken_at", "not_before", "address")


def post_lines(connection: Connection, scope: Scope) -> list[PostLine]:
    """Read every post in scope, in the order in which they were queued."""
    found = connection.execute(select_posts(scope))
    return sorted(map(PostLine._make, found), key=attrgetter("id"))


def select_posts(scope: Scope) -> Select[tuple[object, ...]]:
    """Select the posts in scope, in no order: to sort by id, SQLite would read all letters, not the posts' index."""
    columns = (messages.c[name] for name in _COLUMNS)
    return select(*columns).where(messages.c.kind == MessageKind.POST.value, *in_scope(scope))


def addresses(connection: Connection, scope: Scope) -> dict[int, str]:
    """Give message → the public address of its post; those that have none are left out."""
    return {post.id: post.address for post in post_lines(connection, scope) if post.address}
