"""What came by a form and waits to be taken in: one sealed row each. Knows no HTTP, and not what is done with it.

Writing one is all that a request does, whoever sends it and however often: so neither the time that an answer takes nor
its words tell whether an address is known here.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from outreach.errors import DatabaseError
from outreach.supporters.store import Store
from outreach.supporters.tables import arrivals

WRITE, JOIN = "write", "join"  # what a form was for


@dataclass(frozen=True, slots=True)
class Arrival:
    """A form that was filled in, checked as far as that needs no look at who it is.

    `purpose` is write or join; `origin` is form, or mail where somebody asked by one. `missions` is `all`,
    `not-raised`, or alpha-3 codes (DEU;FRA). `country` is alpha-3 or blank. `network` is the client's, in a form that
    only caps need; it is hashed when it is taken in.
    """

    purpose: str
    address: str
    language: str
    agreed_to: str
    network: str = ""
    ask: str = ""
    cases: tuple[str, ...] = ()
    missions: str = "all"
    words: str = ""
    may_quote: bool = False
    name: str = ""
    country: str = ""
    joins: bool = False
    origin: str = "form"


def write_arrival(store: Store, connection: Connection, arrival: Arrival, at: datetime) -> None:
    """Put a form with those that wait, in the caller's transaction."""
    sealed = store.sealer.seal(json.dumps(asdict(arrival)), "arrival")
    connection.execute(insert(arrivals), {"at": at, "sealed": sealed})


def waiting_arrivals(store: Store, connection: Connection, limit: int) -> list[tuple[int, datetime, Arrival | None]]:
    """Read the oldest that wait: number, when it came, and the form; None for one that cannot be opened."""
    rows = connection.execute(select(arrivals).order_by(arrivals.c.id).limit(limit)).all()
    return [(row.id, row.at, _opened(store, bytes(row.sealed))) for row in rows]


def remove_arrival(connection: Connection, number: int) -> bool:
    """Take one off those that wait, in the transaction that takes it in; False where somebody else did."""
    return connection.execute(delete(arrivals).where(arrivals.c.id == number)).rowcount == 1


def arrivals_of(store: Store, connection: Connection, address: str) -> list[int]:
    """Give the forms that wait and have this address, in any spelling of it."""
    mark, fingerprint = store.sealer.fingerprint(address), store.sealer.fingerprint
    rows = connection.execute(select(arrivals)).all()
    forms = ((row.id, _opened(store, bytes(row.sealed))) for row in rows)
    return [number for number, form in forms if form is not None and fingerprint(form.address) == mark]


def _opened(store: Store, sealed: bytes) -> Arrival | None:
    known = {field.name for field in fields(Arrival)}
    try:
        found: Mapping[str, object] = json.loads(store.sealer.unseal(sealed, "arrival"))
        values = {
            name: tuple(value) if isinstance(value, list) else value for name, value in found.items() if name in known
        }
        return Arrival(**values)  # type: ignore[arg-type]
    except (DatabaseError, ValueError, TypeError, AttributeError):  # changed on the disk, or of another version
        return None
