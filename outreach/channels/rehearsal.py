"""The rehearsal channel: letters land in a Maildir on this machine; knows nothing about networks."""

import os
import re
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Self

from outreach.channels.base import Limits, Outgoing, Receipt
from outreach.errors import Paused
from outreach.settings.settings import Settings

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


class RehearsalChannel:
    """Writes each message as one file of a Maildir, which any mail program or Python's `mailbox` can read.

    Only their owner can read them: they say who is written to, and about cases that may be under embargo.

    The file is named after the message's token, so delivering the same message again leaves one file. There
    is no network to wait for; several messages at once let the outbox group its writes.
    """

    name = "rehearsal"
    limits = Limits(connections=16)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()
        self._read: frozenset[str] = frozenset()

    @classmethod
    def for_campaign(cls, folder: Path, settings: Settings) -> Self:
        """Make the channel to the rehearsal mailbox of the campaign in `folder`."""
        return cls(folder / "rehearsal")

    async def __aenter__(self) -> Self:
        self._open()
        return self

    async def __aexit__(self, *details: object) -> None:
        return None

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Keep the message in `new`; raise Paused when the disk refuses, and then nothing is left behind."""
        name = file_name(outgoing.token)
        draft = self._write(name, outgoing.content)
        try:
            await outgoing.committed()
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return self._keep(draft, name)

    def _open(self) -> None:
        try:
            for part in (".", "tmp", "new", "cur"):
                (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            # A mail program moves what was looked at from new/NAME to cur/NAME:2,FLAGS.
            self._read = frozenset(file.name.partition(":")[0] for file in (self.folder / "cur").iterdir())
        except OSError as error:
            raise self._paused(error) from None

    def _write(self, name: str, content: bytes) -> Path:
        draft = self.folder / "tmp" / f"{name}.{os.getpid()}.{next(self._numbers)}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
        except OSError as error:
            self._discard(draft)
            raise self._paused(error) from None
        return draft

    def _keep(self, draft: Path, name: str) -> Receipt:
        if name in self._read:
            self._discard(draft)
            return Receipt("was already in the rehearsal mailbox, and read")
        try:
            draft.replace(self.folder / "new" / name)
        except OSError as error:
            self._discard(draft)
            raise self._paused(error) from None
        return Receipt(f"kept as {self.folder.name}/new/{name}")

    def _discard(self, draft: Path) -> None:
        try:
            draft.unlink(missing_ok=True)
        except OSError:
            return  # the disk that refused the draft may refuse this too; tmp/ is not read by anyone

    def _paused(self, error: OSError) -> Paused:
        return Paused(
            f"the rehearsal mailbox cannot be written: {error.strerror or error}",
            f"Make room on the disk, or make {self.folder} a folder that you may write to; "
            "then: outreach queue run --rehearse",
        )


def file_name(token: str) -> str:
    """Name the message's file in the Maildir: readable, without any path, and different for different tokens."""
    digest = sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_UNSAFE.sub('', token)[:40]}.{digest[:16]}".lstrip(".")
