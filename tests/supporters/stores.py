"""A store of supporters for tests, with a key of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert

from outreach.settings.settings import Settings
from outreach.supporters.people import find_or_add, seal_words
from outreach.supporters.sealing import new_key
from outreach.supporters.store import Store, open_store
from outreach.supporters.tables import voice_cases, voices

KEY = new_key()
NOW = datetime(2022, 9, 20, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=37)


def settings(key: str = KEY) -> Settings:
    return Settings(_env_file=None, web={"key": key})  # type: ignore[call-arg, arg-type]


def open_here(folder: Path, key: str = KEY, *, rehearsal: bool = False) -> Store:
    return open_store(folder, settings(key), rehearsal=rehearsal)


def add_voice(
    store: Store, connection: Connection, address: str, words: str = "", cases: tuple[str, ...] = ("beacon",)
) -> int:
    """Write a voice as a form would have; gives its number."""
    supporter = find_or_add(store, connection, address, "en", NOW, LATER)
    row = {
        "supporter": supporter, "ask": "hrc51", "missions": "all", "sealed": seal_words(store, supporter, words),
        "has_words": bool(words), "may_quote": bool(words), "country": "", "language": "en",
        "domain": store.sealer.domain(address), "status": "written", "agreed_to": "1", "agreed_on": NOW,
    }  # fmt: skip
    voice: int = connection.execute(insert(voices).values(row).returning(voices.c.id)).scalar_one()
    connection.execute(insert(voice_cases), [{"voice": voice, "case": case} for case in cases])
    return voice
