"""Opens supporters.db: an outbox like any other, with supporters' own tables beside it. Knows no forms and no mails.

Every connection overwrites what it deletes, so that what is erased is gone from the file.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from outreach.db.engine import (
    Addition,
    database_exists,
    insert_or_ignore,
    open_database,
    place,
    read_mark,
    reading,
    writing,
)
from outreach.db.sqlite import sqlite_file
from outreach.errors import DatabaseError
from outreach.outbox.copies.copies import missed
from outreach.outbox.models import campaign_key
from outreach.outbox.store import Outbox, recover_from_dead_runs
from outreach.settings.settings import Settings
from outreach.supporters.files import file_of
from outreach.supporters.numbers import use_no_number_again
from outreach.supporters.sealing import Sealer
from outreach.supporters.tables import sealing

MARKS = {False: int.from_bytes(b"supp"), True: int.from_bytes(b"resu")}
TABLES = Addition("supporters", 1, Path(__file__).with_name("schema.sql"), erases=True)
PROOF = "the key is right"


@dataclass(frozen=True, slots=True)
class Store:
    """The open store, and what opens its seals. `outbox` holds the mails to supporters: recipients are supporter:ID."""

    outbox: Outbox
    sealer: Sealer

    @property
    def engine(self) -> Engine:
        """Give the database's engine."""
        return self.outbox.engine

    @property
    def rehearsal(self) -> bool:
        """Say whether it is the rehearsal's."""
        return self.outbox.rehearsal


def open_store(folder: Path, settings: Settings, *, rehearsal: bool) -> Store:
    """Open (and if need be make) the store of a campaign.

    Raises SettingsError without a key, DatabaseError with another key than it was made with, or where it is no store.
    """
    sealer = Sealer.by(settings.web.key.get_secret_value())
    url = sqlite_file(file_of(folder, rehearsal=rehearsal))
    engine = open_database(url, MARKS[rehearsal], TABLES)
    with reading(engine) as connection:
        if read_mark(connection) != MARKS[rehearsal]:
            raise DatabaseError(f"{place(url)}: this is no store of supporters, or a rehearsal's under another name")
        secret, proof = connection.scalar(select(campaign_key.c.secret)), connection.scalar(select(sealing.c.proof))
    if proof is None:
        with writing(engine) as connection:
            row = {"id": 1, "proof": sealer.seal(PROOF, "proof")}
            connection.execute(insert_or_ignore(connection, sealing, ["id"]).values(row))
        with reading(engine) as connection:
            proof = connection.scalars(select(sealing.c.proof)).one()
    sealer.unseal(proof, "proof")
    outbox = Outbox(engine, rehearsal, bytes(secret or b""), recover_from_dead_runs(engine))
    use_no_number_again(engine, missed(outbox))
    return Store(outbox, sealer.for_database(outbox.secret))


def existing_store(folder: Path, settings: Settings, *, rehearsal: bool) -> Store | None:
    """Open the store where there is one, or give None: looking makes no files."""
    if not database_exists(sqlite_file(file_of(folder, rehearsal=rehearsal))):
        return None
    return open_store(folder, settings, rehearsal=rehearsal)
