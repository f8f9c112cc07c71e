"""Reserves voices for a digest, and lets them go: the rows that say which numbers a mission's letter counts.

A reservation is written before any letter is queued. Where a crash comes between, the digest is unfinished, and whoever
prepares next finishes it: no voice is counted twice for a mission, and none is lost. Knows no outbox.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from outreach.supporters.digest.ranges import Range
from outreach.supporters.doors import Line, tell
from outreach.supporters.tables import digest_letters, digest_quotes, digests

WHAT = "digest"


@dataclass(frozen=True, slots=True)
class Reservation:
    """What the letter to one mission counts: a range, how many voices, and whose words it quotes (voices)."""

    mission: str
    within: Range
    voices: int
    quotes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as the store has it. `queued_at` is None until all of its letters are queued.

    `letters` are those that stand, `released` the missions whose voices are free again.
    """

    number: int
    ask: str
    made_at: datetime
    prepared_by: str
    channel: str
    queued_at: datetime | None
    letters: tuple[Reservation, ...]
    released: tuple[str, ...] = ()


def next_number(connection: Connection) -> int:
    """Give the number that the next digest will have."""
    return (connection.scalar(select(func.max(digests.c.number))) or 0) + 1


def taken_ranges(connection: Connection, ask: str) -> dict[str, list[Range]]:
    """Give mission → the ranges that its letters count, but for those that were released."""
    columns = (digest_letters.c.mission, digest_letters.c.after, digest_letters.c.upto)
    query = select(*columns).where(digest_letters.c.ask == ask, ~digest_letters.c.released)
    found = dict[str, list[Range]]()
    for mission, after, upto in connection.execute(query):
        found.setdefault(mission, []).append(Range(after, upto))
    return found


def reserve(
    connection: Connection,
    number: int,
    ask: str,
    letters: Sequence[Reservation],
    *,
    channel: str,
    by: str,
    at: datetime,
) -> None:
    """Reserve the voices of a digest, in the caller's (writing) transaction.

    The database refuses a number that another digest took meanwhile, and a voice that a mission was told of.
    """
    upto = max(letter.within.upto for letter in letters)
    row = {"number": number, "ask": ask, "made_at": at, "upto": upto, "prepared_by": by, "channel": channel}
    connection.execute(insert(digests), row)
    connection.execute(
        insert(digest_letters),
        [
            {
                "digest": number, "mission": letter.mission, "ask": ask, "after": letter.within.after,
                "upto": letter.within.upto, "voices": letter.voices,
            }
            for letter in letters
        ],
    )  # fmt: skip
    quotes = [
        {"digest": number, "mission": letter.mission, "voice": voice} for letter in letters for voice in letter.quotes
    ]
    if quotes:
        connection.execute(insert(digest_quotes), quotes)
    tell(connection, Line(WHAT, number, at, None, "prepared", f"{len(letters)} letters", by))


def release(connection: Connection, digest: int, missions: Iterable[str], at: datetime, by: str, why: str) -> int:
    """Let others count what the letters to these missions counted, in the caller's transaction; gives how many."""
    standing = (digest_letters.c.digest == digest, ~digest_letters.c.released)
    wanted = digest_letters.c.mission.in_(sorted(missions))
    released = connection.execute(update(digest_letters).where(*standing, wanted).values(released=True)).rowcount
    if released:
        tell(connection, Line(WHAT, digest, at, None, "released", f"{released} letters: {why}", by))
    return released


def mark_queued(connection: Connection, digest: int, at: datetime, by: str) -> None:
    """Note that every letter of a digest that stands is queued; a digest of which none stands is done likewise."""
    connection.execute(update(digests).where(digests.c.number == digest).values(queued_at=at))
    tell(connection, Line(WHAT, digest, at, "prepared", "queued", "", by))


def read_digests(connection: Connection, ask: str | None = None, number: int | None = None) -> list[Digest]:
    """Read the digests of an ask, or (None) of all; with `number` only that one. The oldest first."""
    query = select(digests).order_by(digests.c.number)
    if ask is not None:
        query = query.where(digests.c.ask == ask)
    if number is not None:
        query = query.where(digests.c.number == number)
    rows = connection.execute(query).all()
    wanted = digest_letters.c.digest.in_([row.number for row in rows])
    letters, released = dict[int, list[Reservation]](), dict[int, list[str]]()
    quotes = dict[tuple[int, str], list[int]]()
    of_these = digest_quotes.c.digest.in_([row.number for row in rows])
    for digest, mission, voice in connection.execute(select(digest_quotes).where(of_these)):
        quotes.setdefault((digest, mission), []).append(voice)
    for row in connection.execute(select(digest_letters).where(wanted).order_by(digest_letters.c.mission)):
        if row.released:
            released.setdefault(row.digest, []).append(row.mission)
            continue
        theirs = tuple(sorted(quotes.get((row.digest, row.mission), ())))
        letter = Reservation(row.mission, Range(row.after, row.upto), row.voices, theirs)
        letters.setdefault(row.digest, []).append(letter)
    return [
        Digest(
            row.number, row.ask, row.made_at, row.prepared_by, row.channel, row.queued_at,
            tuple(letters.get(row.number, ())), tuple(released.get(row.number, ())),
        )
        for row in rows
    ]  # fmt: skip
