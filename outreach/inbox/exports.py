"""Reads mail that was exported by hand: .eml files, folders of them, mbox and Maildir; knows no mail servers."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from outreach.errors import Problem
from outreach.inbox.receive import BATCH, BATCH_BYTES, Incoming

NOTHING_HERE = "no mail here: a folder has .eml files, mboxes (.mbox), or is a Maildir (new, cur)"
SUFFIXES = (".eml", ".mbox")
# "From sender Mon Jan  5 10:00:00 2026" before each message (RFC 4155, appendix A); a line of text that begins with
# "From " has no time of day in it.
DATED = re.compile(rb"From \S* *.*\d\d:\d\d.*")
QUOTED = re.compile(rb">+From ")


def incoming(paths: Sequence[Path], problems: list[Problem]) -> Iterator[Incoming]:
    """Every message in these files and folders, in order, one at a time; what cannot be read is added to `problems`.

    `origin` is the file's name as it was given, with #2 for the second message in an mbox.
    """
    for path in paths:
        try:
            found = list(_files(path, problems))
        except OSError as error:
            problems.append(_unreadable(path, error))
            continue
        if not found:
            problems.append(Problem(str(path), NOTHING_HERE))
        for file in found:
            yield from _messages(file, problems)


def in_batches(messages: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """Lots to store at a time: many small messages, or one that is large."""
    batch, size = list[Incoming](), 0
    for message in messages:
        if batch and (len(batch) == BATCH or size + len(message.raw) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += len(message.raw)
    if batch:
        yield batch


def _files(path: Path, problems: list[Problem]) -> Iterator[Path]:
    """The file itself, the messages of a Maildir, or whatever there is of either below a folder."""
    if not path.is_dir():
        path.stat()
        yield path
    elif _is_maildir(path):
        yield from _maildir(path)
    else:
        yield from _below(path, problems)


def _below(path: Path, problems: list[Problem]) -> Iterator[Path]:
    for folder, inner, names in os.walk(path, onerror=lambda error: problems.append(_unreadable(path, error))):
        here = Path(folder)
        if _is_maildir(here):
            inner.clear()
            yield from _maildir(here)
        else:
            inner.sort()
            yield from (here / name for name in sorted(names) if name.lower().endswith(SUFFIXES))


def _is_maildir(folder: Path) -> bool:
    return (folder / "cur").is_dir() and (folder / "new").is_dir()


def _maildir(folder: Path) -> Iterator[Path]:
    """What was delivered; tmp holds what is still being written."""
    for part in ("new", "cur"):
        yield from sorted(file for file in (folder / part).iterdir() if file.is_file() and file.name[0] != ".")


def _messages(file: Path, problems: list[Problem]) -> Iterator[Incoming]:
    try:
        if _is_mbox(file):
            for number, raw in enumerate(_mbox(file), 1):
                yield Incoming(raw, "file", f"{file}#{number}")
        else:
            yield Incoming(file.read_bytes(), "file", str(file))
    except OSError as error:
        problems.append(_unreadable(file, error))


def _is_mbox(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(5) == b"From "


def _mbox(file: Path) -> Iterator[bytes]:
    """The messages of an mbox, one in memory at a time; mboxrd's quoting of From lines is undone."""
    lines = list[bytes]()
    with file.open("rb") as opened:
        dated = DATED.match(opened.readline()) is not None
        for line in opened:
            if line.startswith(b"From ") and _begins(line, lines, dated=dated):
                yield _joined(lines)
                lines = []
            else:
                lines.append(line[1:] if QUOTED.match(line) else line)
    yield _joined(lines)


def _begins(line: bytes, before: Sequence[bytes], *, dated: bool) -> bool:
    """Whether a From line begins a message, by the way that this mbox writes them.

    Some programs leave out the empty line before it. A message cut in two is still all there; one that is hidden in
    another is not seen.
    """
    return DATED.match(line) is not None if dated else not before or not before[-1].strip()


def _joined(lines: list[bytes]) -> bytes:
    if lines and lines[-1] in (b"\n", b"\r\n"):
        lines = lines[:-1]  # it belongs to the From line that follows
    return b"".join(lines)


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(str(error.filename or path), f"cannot be read: {error.strerror}")
