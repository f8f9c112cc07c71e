"""Which outbox is which: a rehearsal's file is never taken for the real one."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.errors import DatabaseError
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key
from outreach.outbox.store import MARKS, open_outbox
from outreach.settings.settings import Settings
from tests.outbox.outboxes import queue_keys


@pytest.fixture
def settings(campaign_folder: Path) -> Settings:
    return load_campaign(campaign_folder).settings


@pytest.mark.parametrize(
    ("rehearsal", "words"),
    [(True, r"outreach\.db: this is a rehearsal's outbox"), (False, r"rehearsal\.db: this is the real outbox")],
)
def test_one_in_the_place_of_the_other_is_refused(
    tmp_path: Path, settings: Settings, rehearsal: bool, words: str
) -> None:
    open_outbox(tmp_path, settings, rehearsal=rehearsal).engine.dispose()
    files = [tmp_path / "rehearsal.db", tmp_path / "outreach.db"]
    shutil.move(files[not rehearsal], files[rehearsal])
    with pytest.raises(DatabaseError, match=words):
        open_outbox(tmp_path, settings, rehearsal=not rehearsal)
    open_outbox(tmp_path, settings, rehearsal=rehearsal)


@pytest.mark.parametrize("rehearsal", [True, False])
def test_one_of_a_version_before_the_mark_is_known_by_its_letters(
    tmp_path: Path, settings: Settings, *, rehearsal: bool
) -> None:
    outbox = open_outbox(tmp_path, settings, rehearsal=rehearsal)
    queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", "beacon", "first", outbox.channel, "DEU"))
    outbox.engine.dispose()
    files = [tmp_path / "outreach.db", tmp_path / "rehearsal.db"]
    with closing(sqlite3.connect(files[rehearsal])) as raw:
        raw.execute("PRAGMA application_id = 0")
    shutil.move(files[rehearsal], files[not rehearsal])
    with pytest.raises(DatabaseError, match="under another name"):
        open_outbox(tmp_path, settings, rehearsal=not rehearsal)


def test_one_of_a_version_before_the_mark_is_taken_for_what_it_is_called(tmp_path: Path, settings: Settings) -> None:
    open_outbox(tmp_path, settings, rehearsal=False).engine.dispose()
    with closing(sqlite3.connect(tmp_path / "outreach.db")) as raw:
        raw.execute("PRAGMA application_id = 0")
    open_outbox(tmp_path, settings, rehearsal=False).engine.dispose()
    with closing(sqlite3.connect(tmp_path / "outreach.db")) as raw:
        assert raw.execute("PRAGMA application_id").fetchone() == (MARKS[False],)
