"""Digests that the outbox has and the store does not know: an older copy of the store was put back. Knows no file.

Which voices their letters counted nobody can tell any more. Until somebody says so, no other digest is prepared: a
mission would be told of a voice twice. Then they are taken to have counted every voice that there is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from outreach.outbox.letters.listing import digest_lines
from outreach.outbox.models import Scope
from outreach.supporters.digest.ranges import next_range
from outreach.supporters.digest.reserving import WHAT, taken_ranges
from outreach.supporters.digest.tally import counts, last_counted
from outreach.supporters.doors import Line, tell
from outreach.supporters.tables import digest_letters, digests, voices

Unknown = Mapping[tuple[str, int], Sequence[str]]  # ask and number of a digest → the missions of its letters
OLDER = "an older copy of supporters.db was put back"


def unknown_digests(outbox: Connection, store: Connection) -> Unknown:
    """Find the digests of which an outbox has letters, and a store knows nothing, or another ask."""
    known = {(row.ask, row.number) for row in store.execute(select(digests.c.ask, digests.c.number))}
    found = dict[tuple[str, int], list[str]]()
    for line in digest_lines(outbox, Scope()):
        digest = (line.ask, int(line.part))
        if digest not in known:
            found.setdefault(digest, []).append(line.mission)
    return found


def adopt(store: Connection, unknown: Unknown, channel: str, at: datetime, by: str) -> None:
    """Take it, in the caller's (writing) transaction, that their letters counted every voice that no other did."""
    for (ask, number), missions in sorted(unknown.items(), key=lambda item: item[0][1]):
        upto, taken = last_counted(store, ask), taken_ranges(store, ask)
        row = {"number": number, "ask": ask, "made_at": at, "upto": upto, "prepared_by": by, "channel": channel}
        store.execute(insert(digests), {**row, "queued_at": at})
        for mission in missions:
            within = next_range(taken.get(mission, ()), upto)
            if within is None:
                continue
            many = store.scalar(select(func.count()).select_from(voices).where(*counts(ask, within))) or 1
            letter = {"digest": number, "mission": mission, "ask": ask, "voices": many}
            store.execute(insert(digest_letters), {**letter, "after": within.after, "upto": within.upto})
        tell(store, Line(WHAT, number, at, None, "queued", OLDER, by))
