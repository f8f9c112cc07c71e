"""Gives no number twice, also in a copy of the store that was put back: by the journal beside it. Knows no seal.

Personal links, Message-IDs and bounces are made of the numbers of people and voices. An older copy would give those of
people whom it does not know any more to others, and their links would open what these wrote.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from sqlalchemy import Engine, text

from outreach.db.engine import reading, writing
from outreach.errors import StorageFailed
from outreach.outbox.copies.journal import Line
from outreach.supporters.mail.parts import About, about

LARGEST = 1 << 48  # more is no number of ours, but a line that was damaged


def use_no_number_again(engine: Engine, unknown: Sequence[Line]) -> None:
    """Go on after the highest numbers in lines of the journal that the database does not know.

    A database that cannot be written gives no numbers either.
    """
    if not unknown:
        return
    abouts = list(_read(unknown))
    highest = {
        "supporters": max((each.supporter for each in abouts), default=0),
        "voices": max((each.voice or 0 for each in abouts), default=0),
    }
    with reading(engine) as connection:
        given = {name: seq for name, seq in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))}  # noqa: C416
    behind = [{"name": name, "seq": seq} for name, seq in highest.items() if seq > given.get(name, 0)]
    if not behind:
        return
    with suppress(StorageFailed), writing(engine) as connection:
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), behind)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), behind)


def _read(lines: Sequence[Line]) -> Iterator[About]:
    for line in lines:
        with suppress(ValueError):
            found = about(line.key.kind, line.key.part)
            if max(found.supporter, found.voice or 0) < LARGEST:
                yield found
