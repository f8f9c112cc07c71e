"""What a store of supporters promises whatever happened to the process that wrote it."""

from collections import Counter

from sqlalchemy import func, select

from outreach.db.engine import reading
from outreach.outbox.ledger import untold
from outreach.outbox.models import messages
from outreach.supporters.arrivals import waiting_arrivals
from outreach.supporters.people import find
from outreach.supporters.store import Store
from outreach.supporters.tables import links, supporters, voice_cases, voices


def check(store: Store, accepted: set[str]) -> None:
    """Hold the store to them; `accepted` are the addresses of forms that were, each of them once."""
    with reading(store.engine) as connection:
        waiting = {form.address for _, _, form in waiting_arrivals(store, connection, 10**6) if form}
        mails = Counter(connection.scalars(select(messages.c.part).where(~messages.c.part.endswith(".again"))))
        rows = connection.execute(select(voices.c.id, voices.c.supporter, voices.c.status)).all()
        cases = Counter(connection.scalars(select(voice_cases.c.voice)))
        erased = connection.scalar(select(func.count()).where(supporters.c.fingerprint.is_(None))) or 0
        known = {address: find(store, connection, address) for address in accepted}
        asked = set(connection.scalars(select(links.c.subject).where(links.c.purpose == "confirm")))
        assert untold(connection) == []
    # Whole: its cases, its one mail, its link (but for those who said that it was not them).
    assert [row.id for row in rows if cases[row.id] != 2] == []
    assert mails == Counter(f"{row.supporter}.confirm.{row.id}" for row in rows)
    assert {row.id for row in rows if row.status != "taken-back"} == asked
    # None lost and none in two places: a form waits, or somebody is known by it, or said that it was not them.
    nowhere = [address for address, supporter in known.items() if supporter is None and address not in waiting]
    assert len(nowhere) <= erased
    assert [address for address, supporter in known.items() if supporter is not None and address in waiting] == []
