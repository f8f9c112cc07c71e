"""Databases that the version before kinds made (schema 0003): they open, change, and keep every promise.

`data/version-0003.db` has a letter in each status, a letter that was addressed anew, a thread of posts whose first part
is out, posts that are in doubt, deleted and waiting, what came back, a decision and suppressions;
`data/version-0003-rehearsal.db` is a rehearsal. The JSON beside them is what that version printed about the first.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from outreach.campaign import load_campaign
from outreach.db.engine import open_database, reading, writing
from outreach.db.sqlite import sqlite_file
from outreach.errors import DatabaseError, StorageFailed
from outreach.mime.attachment import Attachment, reference
from outreach.outbox.gate.objections import Reason
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Scope, messages
from outreach.outbox.queue import claim, enqueue
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, open_outbox
from outreach.services.workspace import open_to_look
from tests.conftest import Command, give_addresses
from tests.outbox.outboxes import NOON, draft, listing

DATA = Path(__file__).parent / "data"
UNTOUCHED = ("ledger", "suppressions", "campaign_key", "inbound", "places", "ties", "evidence", "decisions")
ADDED = {"inbound": {"attachments": "[]", "invitation": "", "sender_check": "", "news": "[]"}}
LATER = NOON + timedelta(days=30)


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    """A campaign with both databases as that version left them, and with the case that they are about."""
    give_addresses(campaign_folder)
    for file in [*(campaign_folder / "cases").glob("beacon.*"), *campaign_folder.glob("templates/*/beacon.*")]:
        shutil.copy(file, file.with_name(file.name.replace("beacon", "viasna")))
    shutil.copy(DATA / "version-0003.db", campaign_folder / "outreach.db")
    shutil.copy(DATA / "version-0003-rehearsal.db", campaign_folder / "rehearsal.db")
    return campaign_folder


@pytest.fixture
def outbox(folder: Path) -> Outbox:
    return open_outbox(folder, load_campaign(folder).settings, rehearsal=False)


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    """All of a table, read without the program."""
    with closing(sqlite3.connect(path)) as raw:
        raw.row_factory = sqlite3.Row
        return [dict(row) for row in raw.execute(f"SELECT * FROM {table} ORDER BY id")]


def test_nothing_that_happened_is_lost_or_changed(folder: Path, outbox: Outbox) -> None:
    old, new = DATA / "version-0003.db", folder / "outreach.db"
    for table in UNTOUCHED:
        before, added = rows(old, table), ADDED.get(table, {})
        assert rows(new, table) == [{**row, **added} for row in before] != []
    letters_and_posts = rows(new, "messages")
    assert {row.pop("planned_for") for row in letters_and_posts} == {None}
    assert {row.pop("asked_for") for row in letters_and_posts} == {""}, "nobody knows"
    kinds = [(row.pop("kind"), row["round"]) for row in letters_and_posts]
    assert [{**row, "round": row["round"] or "post"} for row in letters_and_posts] == rows(old, "messages")
    assert kinds == [("letter", row["round"]) if row["round"] else ("post", "") for row in letters_and_posts]
    assert {kind for kind, _ in kinds} == {"letter", "post"}


def test_it_is_sound_and_what_belongs_to_a_message_still_points_at_it(folder: Path, outbox: Outbox) -> None:
    outbox.engine.dispose()
    with closing(sqlite3.connect(folder / "outreach.db")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        [(pointing,)] = raw.execute("SELECT count(*) FROM sqlite_master WHERE sql LIKE '%REFERENCES messages (id)%'")
        # The ledger, ties, evidence, a thread's own parts; what messages name, and what they said before.
        assert pointing == 8
        assert raw.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%messages_with_kinds%'").fetchall() == []


def test_every_message_keeps_its_token(outbox: Outbox) -> None:
    with reading(outbox.engine) as connection:
        found = connection.execute(select(messages.c.id, messages.c.token)).all()
    tokens = {id_: token for id_, token in found}  # noqa: C416 - rows are not pairs
    assert {entry.id: outbox.token(entry.key) for entry in listing(outbox)} == tokens
    assert all(entry.message_id.startswith(f"<{tokens[entry.id]}@") for entry in listing(outbox))


def test_nothing_is_queued_again(outbox: Outbox) -> None:
    found = listing(outbox)
    drafts = [
        Draft(entry.key, f"another{entry.id}", f"<another{entry.id}@example.org>", "en", (), "", b"") for entry in found
    ]
    with writing(outbox.engine) as connection:
        assert enqueue(connection, drafts, NOON, "test") == []
    assert listing(outbox) == found


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM messages", "a message is never deleted"),
        ("UPDATE messages SET kind = 'post', round = '' WHERE kind = 'letter'", "what was queued never changes"),
        ("UPDATE messages SET content = 'other'", "what was queued never changes"),
        ("UPDATE messages SET follows = NULL", "what was queued never changes"),
        ("UPDATE messages SET address = 'https://other.example' WHERE address <> ''", "called a post never changes"),
        ("UPDATE messages SET status = 'perhaps'", "CHECK constraint failed"),
        ("UPDATE ledger SET detail = ''", "the ledger is append-only"),
        ("DELETE FROM ledger", "the ledger is append-only"),
        ("DELETE FROM inbound", "what came back is never deleted"),
        (
            "INSERT INTO ledger (message, at, to_status, detail, actor) VALUES (99, '2022-09-01', 'sent', '', '')",
            "FOREIGN KEY constraint failed",
        ),
    ],
)
def test_the_database_itself_still_refuses(outbox: Outbox, statement: str, words: str) -> None:
    with pytest.raises(StorageFailed, match=words) as caught, writing(outbox.engine) as connection:
        connection.execute(text(statement))
    assert isinstance(caught.value.__cause__, IntegrityError)


def test_letters_can_carry_files_and_what_they_carry_never_changes(outbox: Outbox) -> None:
    file = Attachment.of("brief.pdf", "application/pdf", b"%PDF")
    content = b"Subject: x\r\n\r\n" + reference(file).encode().replace(b"\n", b"\r\n")
    new = [
        replace(draft(number), content=content, attachments=(file,), key=replace(draft(number).key, mission=mission))
        for number, mission in ((91, "NZL"), (92, "AUS"))
    ]
    with writing(outbox.engine) as connection:
        ids = enqueue(connection, new, LATER, "test")
        held = [each for each in claim(connection, Scope(), 50, LATER, "a") if each.id in ids]
        assert connection.scalar(text("SELECT count(*) FROM attachments")) == 1
    assert [b"".join(each.pieces) for each in held] == [b"Subject: x\r\n\r\nJVBERg==\r\n"] * 2
    assert held[0].pieces[1] is held[1].pieces[1]
    for statement in ("DELETE FROM attachments", "UPDATE attachments SET encoded = 'x'"):
        with pytest.raises(StorageFailed, match="attached to letters never changes"), writing(outbox.engine) as raw:
            raw.execute(text(statement))


@pytest.mark.parametrize("what", ["queue", "log", "status"])
def test_listings_print_what_they_printed_and_the_kind_beside(folder: Path, outreach: Command, what: str) -> None:
    command = ("queue", "list") if what == "queue" else (what,)
    printed = outreach(*command, "--json", folder=folder).stdout
    found = [json.loads(line) for line in printed.splitlines()] if what == "log" else json.loads(printed)
    before = (DATA / f"version-0003-{what}.json").read_text(encoding="utf-8")
    expected = [json.loads(line) for line in before.splitlines()] if what == "log" else json.loads(before)
    assert [row["kind"] for row in found] == ["post" if row["round"] == "post" else "letter" for row in expected]
    for row, was in zip(found, expected, strict=True):
        was = {name: value for name, value in was.items() if name != "raised"}  # the record says so, not the database
        assert {name: row[name] for name in was} == was


def test_what_that_version_queued_is_read_for_whom_it_names(folder: Path, outreach: Command) -> None:
    """It kept no names. Also a letter that came back, and that a person queues again, is read."""
    other = folder / "cases" / "sample.md"
    silent = other.read_text(encoding="utf-8").replace("mentions: yes", "mentions: no")
    other.write_text(silent.replace("people:", "organisations: [Excellency]\npeople:", 1), encoding="utf-8")
    outbox = open_outbox(folder, load_campaign(folder).settings, rehearsal=False)
    again = [entry.id for entry in listing(outbox) if entry.status is Status.BOUNCED]
    for address in [address for entry in listing(outbox) if entry.id in again for address in entry.recipients]:
        assert outreach("missions", "unsuppress", address, folder=folder).returncode == 0
    assert outreach("queue", "retry", *map(str, again), folder=folder).returncode == 0
    with reading(outbox.engine) as connection:
        held = open_to_look(folder).gate.held(connection, Scope(kind=MessageKind.LETTER, after_deadline=True))
    named = {id_ for id_, item in held.items() if item.reason is Reason.OTHER_CASE}
    assert again
    assert named >= {*again, *(entry.id for entry in listing(outbox) if entry.status is Status.DEFERRED)}


def test_a_thread_goes_on_where_it_stopped_and_each_part_leaves_once(outbox: Outbox) -> None:
    scope = Scope(kind=MessageKind.POST, channel="bluesky")
    with writing(outbox.engine) as connection:
        [second] = claim(connection, scope, 10, LATER, "me")
    assert (second.id, second.parent) == (14, "at://did:plc:example/app.bsky.feed.post/3story")
    with writing(outbox.engine) as connection:
        assert claim(connection, scope, 10, LATER, "another") == []


def test_a_rehearsal_goes_on_and_sending_again_sends_nothing(folder: Path, outreach: Command) -> None:
    run = ("queue", "run", "--rehearse", "--after-deadline", "--json")
    assert json.loads(outreach(*run, folder=folder).stdout)["sent"] == 3
    assert len(list((folder / "rehearsal" / "new").iterdir())) == 3  # a letter and two posts
    assert json.loads(outreach(*run, folder=folder).stdout)["sent"] == 0
    again = ("send", "--case", "viasna", "--to", "DEU,FRA,NOR", "--rehearse", "--yes", "--json")
    done = json.loads(outreach(*again, folder=folder).stdout)
    assert (done["planned"], done["excluded"]) == (0, {"already asked": 3})
    assert len(list((folder / "rehearsal" / "new").iterdir())) == 3


def test_a_rehearsal_is_still_known_under_another_name(folder: Path) -> None:
    shutil.move(folder / "rehearsal.db", folder / "outreach.db")
    with pytest.raises(DatabaseError, match="a rehearsal's outbox"):
        open_outbox(folder, load_campaign(folder).settings, rehearsal=False)


def test_what_points_at_no_message_stops_the_change_before_anything_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "outreach.db"
    shutil.copy(DATA / "version-0003.db", path)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "INSERT INTO evidence SELECT NULL, inbound, 99, matched_by, kind, address, '', '', '', 0 FROM evidence"
        )
    before = rows(path, "messages")
    with pytest.raises(
        DatabaseError, match=r"outreach\.db: .*the file is damaged: restore a copy; nothing was changed"
    ):
        open_database(sqlite_file(path))
    assert rows(path, "messages") == before
