"""Saves files that came with a message into a folder; opens none of them and runs none."""

import os
from dataclasses import dataclass
from pathlib import Path

from outreach.errors import StorageFailed, UsageError
from outreach.inbox.attachments.names import may_run, numbered, safe_name
from outreach.inbox.mail import Attachment
from outreach.inbox.mime.parse import take_apart_mail
from outreach.next_step import Action, NextStep
from outreach.services.desk import OpenedItem
from outreach.text import counted

MOST_OF_A_NAME = 1_000  # files of one name in a folder


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that was saved: its number at the desk, where it is now, and what is wrong with it, if anything.

    `may_run`: a desktop would run it, by its name.
    """

    number: int
    attachment: Attachment
    path: Path
    size: int
    fault: str
    may_run: bool


def save_attachments(opened: OpenedItem, number: int | None, folder: Path) -> list[SavedFile]:
    """Save the file of that number, or all that are listed; makes the folder, and never writes over a file.

    UsageError when there is no such file, or no mail any more; StorageFailed when one cannot be written: those before
    it are there.
    """
    raw = opened.raw()
    listing = opened.attached().listing
    _check(opened, number, len(listing.attachments))
    bodies = take_apart_mail(raw).bodies
    saved = list[SavedFile]()
    for at, (place, attachment) in enumerate(zip(listing.places, listing.attachments, strict=True), 1):
        if number in (None, at):
            content, fault = bodies[place].content()
            path = _write_new(folder, safe_name(attachment.name), content)
            saved.append(SavedFile(at, attachment, path, len(content), fault, may_run(path.name)))
    return saved


def _check(opened: OpenedItem, number: int | None, there: int) -> None:
    id_ = opened.detail.item.id
    if there and (number is None or number <= there):
        return
    has = f"has {counted(there, 'attachment')}" if there else "has no attachment"
    wanted = f"there is no number {number}: message {id_} {has}" if number and there else f"message {id_} {has}"
    raise UsageError(f"{wanted}; nothing was saved", next_step=NextStep(Action.SHOW_REPLY, ids=(id_,)))


def _write_new(folder: Path, name: str, content: bytes) -> Path:
    """Write a file that nobody else reads, under the first free name."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(1, MOST_OF_A_NAME + 1):
            path = folder / numbered(name, number)
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            except FileExistsError:
                continue
            _fill(handle, path, content)
            return path
    except FileExistsError as error:
        raise UsageError(f"--to {folder}: this is a file; name a folder") from error
    except OSError as error:
        raise StorageFailed(f"{folder / name}: cannot be written: {error.strerror}. Nothing of it is left") from error
    raise StorageFailed(f"{folder / name}: there are {MOST_OF_A_NAME} files of this name; name another folder")


def _fill(handle: int, path: Path, content: bytes) -> None:
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
