"""Reads mail that was exported by hand: .eml files, folders of them, mbox and Maildir; knows no mail servers."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

from outreach.errors import Problem
from outreach.inbox.receive import BATCH, BATCH_BYTES, Incoming

NOTHING_HERE = "no mail here: a folder has .eml files, mboxes (.mbox), or is a Maildir (new, cur)"
NO_FILE = "this is a device or a pipe, and no file; save the mail in a file first"
NO_HEADER = "this is no mail: it begins without a single header"
TOO_LARGE = "larger than any mail, and no mbox that begins with a From line; nothing of it was read"
SUFFIXES = (".eml", ".mbox", ".msg", ".emlx", ".pst")
LARGEST = 256 << 20  # bytes of one message
# What other programs write is named, and not taken for a mail that nobody can read.
FOREIGN = (
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an Outlook message (.msg): in Outlook, save it again as .eml"),
    (re.compile(rb"!BDN"), "an Outlook data file (.pst, .ost): export its folders as .eml files or as an mbox"),
    (re.compile(rb"\d{1,10} {0,10}\n[!-9;-~]+:"), "an Apple Mail file (.emlx): in Mail, export the mailbox instead"),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive: unpack it, and import the folder"),
    (re.compile(rb"\x1f\x8b"), "a compressed file: unpack it first"),
)
MARK = b"\xef\xbb\xbf"  # some programs put a byte-order mark before everything
# "From sender Mon Jan  5 10:00:00 2026" before each message (RFC 4155, appendix A); a line of text that begins with
# "From " has no time of day in it.
TIME = re.compile(rb"\d\d:\d\d")
LONGEST_FROM = 500  # bytes of such a line that are looked at
QUOTED = re.compile(rb">+From ")
# RFC 5322, section 2.2, in fewer characters, as every mail has one: cells of a spreadsheet and links have colons too.
HEADER = re.compile(rb"[A-Za-z][\w.-]*[ \t]*:(?!//)")
BEGINNING = 4_000  # bytes in which a header is looked for: something else may stand before the first
FIRST_LINES = 10
FRONT_MATTER = b"---"  # begins a Markdown page whose first lines look like headers


def incoming(paths: Sequence[Path], problems: list[Problem]) -> Iterator[Incoming]:
    """Read every message in these files and folders, in order, one at a time; faults are added to `problems`.

    `origin` is the file's name as it was given, with #2 for the second message in an mbox; bytes in it that are no text
    are written as \\xff.
    """
    for path in paths:
        before = len(problems)
        try:
            found = list(_files(path, problems))
        except OSError as error:
            problems.append(_unreadable(path, error))
            continue
        if not found and len(problems) == before:
            problems.append(Problem(str(path), NOTHING_HERE))
        for file in found:
            yield from _messages(file, problems)


def not_there(path: Path) -> str:
    """Say why nothing can be read by this name; blank when there is something, be it readable or not."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return f"{path}: {'is a link that leads nowhere' if path.is_symlink() else 'there is no such file or folder'}"
    except OSError:
        pass  # whoever reads it says why it cannot be read
    return ""


def in_batches(messages: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """Part messages into lots to store at a time: many small ones, or one that is large."""
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
    """Find the files of mail in a path: the file itself, or whatever there is below a folder.

    A file that was named by mistake would lie at the desk for good; what lies among mail is kept, however broken.
    """
    if path.is_dir():
        yield from _below(path, problems)
    elif problem := _objection(path) or ("" if _begins_as_mail(path) else NO_HEADER):
        problems.append(Problem(str(path), problem))
    else:
        yield path


def _below(path: Path, problems: list[Problem]) -> Iterator[Path]:
    """Find files of mail and Maildirs, also those in a Maildir, as mail servers keep folders in folders (Maildir++)."""
    for folder, inner, names in os.walk(path, onerror=lambda error: problems.append(_unreadable(path, error))):
        here = Path(folder)
        if _is_maildir(here):
            inner[:] = [name for name in inner if name not in ("new", "cur", "tmp")]
            yield from _maildir(here, problems)
        inner.sort()
        yield from (here / name for name in sorted(names) if _is_mail(here / name))


def _is_mail(file: Path) -> bool:
    """Say by its name whether a file in a folder is mail; Thunderbird's and Apple's mboxes have no suffix."""
    return file.name.lower().endswith(SUFFIXES) or ("." not in file.name and file.is_file() and _is_mbox(file))


def _is_maildir(folder: Path) -> bool:
    with suppress(OSError):  # whoever reads the folder says that it may not be read
        return (folder / "cur").is_dir() and (folder / "new").is_dir()
    return False


def _maildir(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """Find what was delivered; tmp holds what is still being written."""
    for part in ("new", "cur"):
        try:
            yield from sorted(file for file in (folder / part).iterdir() if file.is_file() and file.name[0] != ".")
        except OSError as error:
            problems.append(_unreadable(folder, error))


def _messages(file: Path, problems: list[Problem]) -> Iterator[Incoming]:
    origin = os.fsencode(file).decode("utf-8", "backslashreplace")
    try:
        if problem := _objection(file):
            problems.append(Problem(str(file), problem))
        elif _is_mbox(file):
            for number, raw in enumerate(_mbox(file), 1):
                yield Incoming(raw, "file", f"{origin}#{number}")
        else:
            yield Incoming(file.read_bytes(), "file", origin)
    except OSError as error:
        problems.append(_unreadable(file, error))


def _objection(file: Path) -> str:
    """Say why there can be no mail in this file; blank when there can. Only files are opened: a pipe would wait."""
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        return NO_FILE
    begins = _begins_with(file)
    foreign = next((what for mark, what in FOREIGN if mark.match(begins)), "")
    return foreign or (TOO_LARGE if found.st_size > LARGEST and not _is_mbox(file) else "")


def _begins_as_mail(file: Path) -> bool:
    """Say whether it has a header, or a mail program named it: what came to us broken is kept, and shown as that."""
    if file.name.lower().endswith(".eml") or _is_mbox(file):
        return True
    lines = [line.rstrip() for line in _begins_with(file, BEGINNING).lstrip().splitlines()[:FIRST_LINES]]
    return lines[:1] != [FRONT_MATTER] and any(map(HEADER.match, takewhile(bool, lines)))


def _begins_with(file: Path, size: int = LONGEST_FROM) -> bytes:
    with file.open("rb") as opened:
        return opened.read(size).removeprefix(MARK).lstrip(b"\r\n")


def _is_mbox(file: Path) -> bool:
    """Say whether a file holds many messages; an .eml and a file in a Maildir are one, whatever it holds."""
    if file.name.lower().endswith(".eml") or (file.parent.name in ("new", "cur") and _is_maildir(file.parent.parent)):
        return False
    try:
        return _begins_with(file).startswith(b"From ")
    except OSError:
        return False  # whoever reads it says why it cannot be read


def _mbox(file: Path) -> Iterator[bytes]:
    """Read the messages of an mbox, one in memory at a time; mboxrd's quoting of From lines is undone."""
    lines = list[bytes]()
    source = _lines(file)
    dated = _is_dated(next((line for line in source if line.removeprefix(MARK).strip(b"\r\n")), b""))
    for line in source:
        if line.startswith(b"From ") and _begins(line, lines, dated=dated):
            yield _joined(lines)
            lines = []
        else:
            lines.append(line[1:] if QUOTED.match(line) else line)
    yield _joined(lines)


def _lines(file: Path) -> Iterator[bytes]:
    """Read lines with their ends; Eudora on old Macs ended them with CR alone."""
    beginning = _begins_with(file, BEGINNING)
    if b"\n" in beginning or b"\r" not in beginning:
        with file.open("rb") as opened:
            yield from opened
    else:
        with file.open(encoding="latin-1", newline="\r") as text:
            yield from (line.encode("latin-1") for line in text)


def _is_dated(line: bytes) -> bool:
    return TIME.search(line[:LONGEST_FROM]) is not None


def _begins(line: bytes, before: Sequence[bytes], *, dated: bool) -> bool:
    """Say whether a From line begins a message, by the way that this mbox writes them.

    Some programs leave out the empty line before it. A message cut in two is still all there; one that is hidden in
    another is not seen.
    """
    return _is_dated(line) if dated else not before or not before[-1].strip()


def _joined(lines: list[bytes]) -> bytes:
    if lines and lines[-1] in (b"\n", b"\r\n", b"\r"):
        lines = lines[:-1]  # it belongs to the From line that follows
    return b"".join(lines)


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(str(error.filename or path), f"cannot be read: {error.strerror}")
