"""Raw messages on disk: once each, whole or not at all, and for nobody else to read."""

import hashlib
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.db.sqlite import sqlite_file
from outreach.disk import A_DAY
from outreach.errors import StorageFailed
from outreach.inbox.raw_messages import CHUNK, RawMessages, digest, raw_messages_beside


@pytest.fixture
def files(tmp_path: Path) -> RawMessages:
    return raw_messages_beside(sqlite_file(tmp_path / "outreach.db"))


def test_they_lie_beside_the_database_named_for_what_is_in_them(files: RawMessages, tmp_path: Path) -> None:
    [name] = files.keep([b"Subject: x\r\n\r\n"])
    assert name == hashlib.sha256(b"Subject: x\n\n").hexdigest()
    assert (tmp_path / "outreach.inbox" / name[:2] / f"{name}.eml").read_bytes() == b"Subject: x\r\n\r\n"


def test_a_message_is_read_back_byte_for_byte(files: RawMessages) -> None:
    messages = [b"", b"\x00\xff\r\n", b"a\nb\r\nc\r", b"x" * 3_000_000]
    assert [files.read(name) for name in files.keep(messages)] == messages


def test_nobody_else_may_read_them(files: RawMessages) -> None:
    [name] = files.keep([b"private"])
    path = files.path(name)
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (files.folder, path.parent, path)]
    assert modes == [0o700, 0o700, 0o600]


def test_the_same_message_is_one_file_and_stays_as_it_came_first(files: RawMessages) -> None:
    first, second = files.keep([b"a\nb\n"]), files.keep([b"a\r\nb\r\n", b"a\nb\n"])
    assert set(first) == set(second)
    assert [path.read_bytes() for path in files.folder.rglob("*") if path.is_file()] == [b"a\nb\n"]


def test_nothing_kept_makes_nothing(files: RawMessages) -> None:
    assert files.keep([]) == []
    assert not files.folder.exists()


def test_a_file_that_is_gone_is_said_in_words(files: RawMessages) -> None:
    [name] = files.keep([b"x"])
    files.path(name).unlink()
    with pytest.raises(StorageFailed, match="Restore it from a copy"):
        files.read(name)


def test_what_cannot_be_written_is_said_and_leaves_no_half_message(files: RawMessages) -> None:
    name = digest(b"x")
    files.folder.mkdir()
    (files.folder / name[:2]).write_text("a file where a folder should be")
    with pytest.raises(StorageFailed, match=r"outreach\.inbox: .*nothing is stored twice"):
        files.keep([b"x"])
    assert [path.name for path in files.folder.rglob("*")] == [name[:2]]


def fragment(files: RawMessages, name: str, age: float) -> Path:
    """What a run that was killed `age` seconds ago left beside the message of this digest."""
    path = files.path(name).with_name(f".{age}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half a mess")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_fragments_of_runs_that_were_killed_go_when_something_is_written_beside_them(files: RawMessages) -> None:
    name, elsewhere = digest(b"x"), digest(b"y")
    old, young = fragment(files, name, A_DAY + 60), fragment(files, name, A_DAY - 600)
    other = fragment(files, elsewhere, A_DAY + 60)
    kept = files.path(name).with_name("old.part")
    kept.write_bytes(b"")
    os.utime(kept, (0, 0))

    files.keep([b"x"])

    assert [path.exists() for path in (old, young, other, kept, files.path(name))] == [False, True, True, True, True]


def test_a_fragment_that_cannot_be_removed_stops_nothing(files: RawMessages) -> None:
    name = digest(b"x")
    old = files.path(name).with_name(".folder.part")
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    assert files.keep([b"x"]) == [name]
    assert files.read(name) == b"x"


@given(st.lists(st.sampled_from([b"\r\n", b"\n", b"\r", b"a"])).map(b"".join), st.integers(0, 3))
def test_the_digest_is_of_the_lines_wherever_a_large_message_is_cut(text: bytes, before: int) -> None:
    raw = b"x" * (CHUNK - before) + text
    assert digest(raw) == hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()
