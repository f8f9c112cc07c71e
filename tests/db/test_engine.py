"""Opening the database: migrations, versions, damage, disks that refuse."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from outreach.db.engine import SCHEMA, open_database, parse_url, reading, writing
from outreach.db.migrations import HEAD
from outreach.db.sqlite import sqlite_file
from outreach.db.types import UtcDateTime
from outreach.errors import DatabaseError, StorageFailed
from outreach.inbox.models import metadata
from tests.conftest import Command
from tests.db.write_schema import migrated, schema, statements


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "outreach.db:migrations")
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def test_the_program_knows_its_newest_migration() -> None:
    assert script().get_current_head() == HEAD


def test_the_tables_that_the_program_uses_are_the_ones_that_the_migrations_make(tmp_path: Path) -> None:
    engine = open_database(sqlite_file(tmp_path / "outreach.db"))
    with reading(engine) as connection:
        for table in metadata.sorted_tables:
            made = {row[1] for row in connection.execute(text(f"PRAGMA table_info({table.name})"))}
            assert made == {column.name for column in table.columns}
    engine.dispose()


def test_a_new_database_is_what_the_migrations_make(tmp_path: Path) -> None:
    """`make schema` writes the file anew."""
    assert SCHEMA.read_text(encoding="utf-8") == schema(migrated(tmp_path))
    new = tmp_path / "new.db"
    open_database(sqlite_file(new)).dispose()
    assert list(statements(new)) == list(statements(tmp_path / "migrated.db"))
    with closing(sqlite3.connect(new)) as one, closing(sqlite3.connect(tmp_path / "migrated.db")) as other:
        for table in metadata.tables:
            count = f"SELECT count(*) FROM {table}"
            assert one.execute(count).fetchone() == other.execute(count).fetchone(), table
        secrets = "SELECT (SELECT secret FROM campaign_key), (SELECT serial FROM identity)"
        assert not set(one.execute(secrets).fetchone()) & set(other.execute(secrets).fetchone())


def test_it_is_durable_and_readers_do_not_wait(tmp_path: Path) -> None:
    engine = open_database(sqlite_file(tmp_path / "outreach.db"))
    with reading(engine) as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2  # FULL
    engine.dispose()


def test_a_database_from_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "outreach.db"
    open_database(sqlite_file(path)).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(DatabaseError, match=r"outreach\.db: made by a newer version of outreach \(schema 9999"):
        open_database(sqlite_file(path))


LETTER = (
    "INSERT INTO messages VALUES (1, 'hrc51', 'beacon', 'first', 'smtp', 'DEU', '', 'token', '<token@example.org>', "
    "'en', 'deu@deu.example.org', 'x', 'x', '2022-09-01 12:00:00.000000', 'sent', 1, '2022-09-01 12:00:00.000000', "
    "'', NULL, '')"
)
TAKEN = "INSERT INTO ledger VALUES (1, 1, '2022-09-01 12:00:05.000000', 'sending', 'sent', '', 'test')"


def make_first_version(path: Path, *statements: str) -> None:
    """A database as the version before the inbox made it, with what these statements put into it."""
    config = Config()
    config.set_main_option("script_location", "outreach.db:migrations")
    config.set_main_option("path_separator", "os")
    engine = create_engine(sqlite_file(path))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_letters_of_the_version_before_the_inbox_keep_their_history_and_when_they_were_taken(tmp_path: Path) -> None:
    path = tmp_path / "outreach.db"
    make_first_version(path, LETTER, TAKEN)
    with closing(sqlite3.connect(path)) as raw:
        secret = raw.execute("SELECT secret FROM campaign_key").fetchone()
    engine = open_database(sqlite_file(path))
    with reading(engine) as connection:
        taken_at = connection.scalar(text("SELECT taken_at FROM messages"))
        assert taken_at == connection.scalar(text("SELECT at FROM ledger")) == "2022-09-01 12:00:05.000000"
        assert connection.execute(text("SELECT secret FROM campaign_key")).one() == secret
    engine.dispose()


def test_a_kind_that_came_later_is_allowed_and_no_other_in_a_schema_that_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "outreach.db"
    open_database(sqlite_file(path)).dispose()
    columns = "source, origin, rule, fault, severity, code, recipient, diagnostic, sender, sender_name, subject, "
    columns += "message_id, arrived_at, stored_at, text, links, headers, size, new_address, kind"
    row = ("person", *[""] * 17, 0)
    insert = f"INSERT INTO inbound ({columns}) VALUES ({', '.join('?' * 20)})"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.execute(insert, (*row, "unclear"))
        with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
            connection.execute(insert, (*row, "nonsense"))


@pytest.mark.parametrize("more", [(), ("--bogus",)], ids=["all well", "wrong usage"])
def test_after_a_command_the_database_is_one_file_that_can_be_copied(
    outreach: Command, campaign_folder: Path, more: tuple[str, ...]
) -> None:
    assert outreach("send", "--case", "beacon", folder=campaign_folder).returncode == 0
    outreach("status", *more, folder=campaign_folder)
    assert [path.name for path in campaign_folder.glob("*.db*")] == ["rehearsal.db"]


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


@pytest.mark.skipif(os.name != "posix", reason="file permissions as POSIX has them")
def test_a_database_is_its_owners_alone_for_it_holds_what_missions_wrote(tmp_path: Path) -> None:
    engine = open_database(sqlite_file(tmp_path / "outreach.db"))
    with writing(engine):
        assert modes(tmp_path) == dict.fromkeys(("outreach.db", "outreach.db-wal", "outreach.db-shm"), 0o600)
    engine.dispose()


@pytest.mark.skipif(os.name != "posix", reason="file permissions as POSIX has them")
def test_a_database_from_before_the_inbox_is_closed_to_others_and_stays_open_to_its_group(tmp_path: Path) -> None:
    path = tmp_path / "outreach.db"
    make_first_version(path)
    path.chmod(0o664)
    open_database(sqlite_file(path)).dispose()
    assert modes(tmp_path) == {"outreach.db": 0o660}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"this is a letter, not a database" * 50, "not a database"), (b"", "is empty, as a copy that failed leaves it")],
    ids=["text", "empty"],
)
def test_a_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "outreach.db"
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match=rf"outreach\.db: .*{words}"):
        open_database(sqlite_file(path))
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "made",
    ["CREATE TABLE customers (a)", "CREATE VIEW customers AS SELECT 1", "CREATE TABLE alembic_version (version_num)"],
)
def test_a_database_of_something_else_is_named_and_gets_no_tables_of_ours(tmp_path: Path, made: str) -> None:
    path = tmp_path / "outreach.db"
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(made)
    with pytest.raises(DatabaseError, match=r"outreach\.db: no outbox of outreach.*with (customers|alembic_version)\."):
        open_database(sqlite_file(path))
    with closing(sqlite3.connect(path)) as raw:
        assert len(raw.execute("SELECT name FROM sqlite_master").fetchall()) == 1


def test_a_database_that_nothing_was_ever_put_into_is_filled(tmp_path: Path) -> None:
    """As versions before left it when they were killed at the very first."""
    path = tmp_path / "outreach.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
    open_database(sqlite_file(path)).dispose()
    assert [file.name for file in tmp_path.iterdir()] == ["outreach.db"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:secret@localhost/outreach",
        "nonsense",
        "mysql+pymysql://x",
        "sqlite+aiosqlite:///x.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?timeout=abc",
        "",
    ],
)
def test_what_is_no_file_of_ours_is_refused_in_words_without_its_secrets(tmp_path: Path, url: str) -> None:
    with pytest.raises(DatabaseError, match="OUTREACH_DATABASE_URL") as caught:
        parse_url(url, tmp_path)
    assert "secret" not in str(caught.value)


def test_a_relative_path_is_the_campaigns_not_the_shells(tmp_path: Path) -> None:
    assert parse_url("sqlite:///outreach.db", tmp_path) == sqlite_file(tmp_path.resolve() / "outreach.db")
    assert parse_url("sqlite:////srv/outreach.db", tmp_path) == sqlite_file(Path("/srv/outreach.db"))
    assert parse_url("sqlite:///contacts/../a.db", tmp_path) == sqlite_file(tmp_path.resolve() / "a.db")


@pytest.mark.parametrize("name", ["what?now", "100%25", "a#b", "é &x=1"])
def test_whatever_a_folder_is_called_its_database_lies_in_it(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    open_database(sqlite_file(folder / "outreach.db")).dispose()
    assert (folder / "outreach.db").exists()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"unable to open database file.*folder exists"):
        open_database(sqlite_file(tmp_path / "nowhere" / "outreach.db"))


READ_ONLY = """
import os, sys
from sqlalchemy import create_engine, text
from outreach.db.engine import SCHEMA, open_database, writing
from outreach.db.sqlite import sqlite_file
from outreach.errors import DatabaseError
open_database(sqlite_file(sys.argv[1])).dispose()
for path in (sys.argv[2] + "/outreach.db", sys.argv[2]):
    os.chmod(path, 0o555)
if os.getuid() == 0:  # root may write anywhere, so go on as nobody
    os.seteuid(65534)
try:
    with writing(open_database(sqlite_file(sys.argv[1]))) as connection:
        connection.execute(text("DELETE FROM suppressions"))
except DatabaseError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(os.name != "posix", reason="file permissions as POSIX has them")
def test_a_read_only_database_stops_before_anything_is_changed() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to nobody
        Path(folder).chmod(0o755)
        opening = [sys.executable, "-c", READ_ONLY, f"{folder}/outreach.db", folder]
        result = subprocess.run(opening, capture_output=True, text=True)
        Path(folder).chmod(0o755)
    assert "Error outreach.db: " in result.stdout or "StorageFailed outreach.db: " in result.stdout, result.stderr
    assert result.stderr == ""


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    engine = open_database(sqlite_file(tmp_path / "outreach.db"))
    insert = "INSERT INTO suppressions (address, reason, at) VALUES ('a@example.org', 'x', '2022-01-01')"

    def write_two() -> None:
        with writing(engine) as connection:
            connection.execute(text(insert))
            connection.execute(text("INSERT INTO suppressions (address) VALUES ('b@example.org')"))

    with pytest.raises(StorageFailed):
        write_two()
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM suppressions")) == 0
    engine.dispose()


def test_times_are_kept_in_utc_and_naive_ones_refused() -> None:
    kind = UtcDateTime()
    moment = datetime(2022, 9, 29, 12, 0, tzinfo=UTC)
    assert kind.process_result_value(kind.process_bind_param(moment, None), None) == moment  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="without a zone"):
        kind.process_bind_param(datetime(2022, 9, 29, 12, 0), None)  # type: ignore[arg-type]  # noqa: DTZ001
