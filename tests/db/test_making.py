"""Making a database where there is none: once, whole or not at all, and never in the place of something else."""

import errno
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from outreach import disk
from outreach.db import sqlite
from outreach.db.engine import open_database, reading
from outreach.db.migrations import HEAD
from outreach.db.sqlite import sqlite_file
from outreach.disk import hold_folder
from outreach.errors import DatabaseError

MARK = 7
IMPORTS = """
import errno, os, signal, sys
from itertools import count
from pathlib import Path
from sqlalchemy import Engine, event, text
from outreach.db.engine import open_database, reading, writing
from outreach.db.sqlite import sqlite_file
"""
NO_LINKS = """
def link(*_, **__):
    raise OSError(errno.EPERM, "Operation not permitted")  # as file systems without hard links answer (link(2))
os.link = link
"""
with_and_without_links = pytest.mark.parametrize("links", ["", NO_LINKS], ids=["with hard links", "without hard links"])


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", IMPORTS + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


SHOW_SECRET = """
with reading(open_database(sqlite_file(sys.argv[1]))) as connection:
    print(connection.scalar(text("SELECT hex(secret) FROM campaign_key")))
"""


@with_and_without_links
def test_many_that_open_a_new_database_at_once_make_it_once(tmp_path: Path, links: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: run(links + SHOW_SECRET, str(tmp_path / "outreach.db")), range(4)))
    assert [result.stderr for result in results] == [""] * 4
    assert len({result.stdout for result in results}) == 1
    # Two that close at the same moment may both leave the log of SQLite, which belongs to the database; nothing else.
    assert names(tmp_path) - {"outreach.db-wal", "outreach.db-shm"} == {"outreach.db"}


KILLED_AT_EACH_STEP = f"""
import alembic.command, alembic.script
root, at, steps = Path(sys.argv[1]), 0, 0

def step(*_):
    global steps
    steps += 1
    if steps == at:
        os.kill(os.getpid(), signal.SIGKILL)

def audited(name, arguments):
    if at and (name == "fcntl.flock" or str(root) in str(arguments)):
        step()

sys.addaudithook(audited)
for name in ("begin", "commit"):
    event.listen(Engine, name, step)
for number in count(1):
    folder = root / str(number)
    folder.mkdir()
    (folder / "outreach.db-wal").write_bytes(b"of a database that was moved away")
    child = os.fork()
    if not child:
        at = number
        open_database(sqlite_file(folder / "outreach.db"), {MARK}).dispose()
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


@with_and_without_links
def test_killed_at_any_step_there_is_no_database_or_a_whole_one_and_the_next_command_works(
    tmp_path: Path, links: str
) -> None:
    """Killed before each touch of a file, and each begin and commit, until one comes through."""
    result = run(links + KILLED_AT_EACH_STEP, str(tmp_path))
    assert result.stderr == ""
    folders = sorted(tmp_path.iterdir(), key=lambda folder: int(folder.name))
    made = [(folder / "outreach.db").exists() for folder in folders]
    assert len(made) > 10
    assert made == sorted(made), "from one step on it is there"
    for folder in folders:
        file = folder / "outreach.db"
        if file.exists():
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as raw:
                assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
                assert raw.execute("PRAGMA application_id").fetchone() == (MARK,)
        open_database(sqlite_file(file), MARK).dispose()
        assert names(folder) == {"outreach.db", "outreach.db-wal.old1"}


USED_AND_KILLED = """
engine = open_database(sqlite_file(sys.argv[1]))
with writing(engine) as connection:
    connection.execute(text("INSERT INTO suppressions (address, reason, at) VALUES ('a', 'x', '2022-01-01')"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_log_of_a_database_that_was_moved_away_does_not_come_back_and_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "outreach.db"
    run(USED_AND_KILLED, str(path))
    log = (tmp_path / "outreach.db-wal").read_bytes()
    assert log
    path.unlink()
    with reading(open_database(sqlite_file(path))) as connection:
        assert connection.scalar(text("SELECT count(*) FROM suppressions")) == 0
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    assert (tmp_path / "outreach.db-wal.old1").read_bytes() == log


def test_logs_set_aside_earlier_are_kept_too(tmp_path: Path) -> None:
    (tmp_path / "outreach.db-wal.old1").write_bytes(b"the first")
    (tmp_path / "outreach.db-wal").write_bytes(b"the second")
    open_database(sqlite_file(tmp_path / "outreach.db")).dispose()
    assert (tmp_path / "outreach.db-wal.old1").read_bytes() == b"the first"
    assert (tmp_path / "outreach.db-wal.old2").read_bytes() == b"the second"


@pytest.mark.parametrize("links", [True, False], ids=["with hard links", "without hard links"])
def test_a_file_that_another_program_puts_there_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    path = tmp_path / "outreach.db"

    def another_program(_connection: Connection) -> None:
        path.write_bytes(b"a copy")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(DatabaseError, match=r"outreach\.db: put there by another program meanwhile"):
        sqlite.make(sqlite_file(path), another_program, MARK)
    assert path.read_bytes() == b"a copy"
    assert names(tmp_path) == {"outreach.db"}


def test_whoever_finds_the_folder_locked_for_long_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "PATIENCE", 0)
    with hold_folder(tmp_path), pytest.raises(DatabaseError, match="another program keeps its folder locked"):
        open_database(sqlite_file(tmp_path / "outreach.db"))
    assert names(tmp_path) == set()


def test_a_link_to_where_the_database_shall_be_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "outreach.db").symlink_to(tmp_path / "elsewhere" / "kept.db")
    open_database(sqlite_file(tmp_path / "outreach.db")).dispose()
    assert (tmp_path / "outreach.db").is_symlink()
    assert names(tmp_path / "elsewhere") == {"kept.db"}
