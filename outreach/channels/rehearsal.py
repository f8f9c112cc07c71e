"""The rehearsal channel: letters land in a Maildir on this machine, with a page that lists them; knows no networks."""

import os
import re
import unicodedata
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Self

from outreach.channels.base import Limits, Outgoing, Receipt
from outreach.channels.rehearsal_page import write_page
from outreach.errors import Paused
from outreach.settings.settings import Settings

_UNSAFE = re.compile(r"[^A-Za-z0-9_+-]+")
_LONGEST_NAME = 80  # characters, but for the digest and the ending
ENDING = ".eml"  # by which a file manager opens it in the mail program


class RehearsalChannel:
    """Writes each message as one file of a Maildir, which any mail program or Python's `mailbox` can read.

    Only their owner can read them: they say who is written to, and about cases that may be under embargo.

    A file is named after what people know the message by, so that a folder of them can be searched, and after the
    message's token, so that delivering the same message again leaves one file. At the end `letters.html` lists all.
    There is no network to wait for; several messages at once let the outbox group its writes.
    """

    name = "rehearsal"
    limits = Limits(connections=16)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()
        self._read: frozenset[str] = frozenset()
        self._there: dict[str, str] = {}  # digest of a token → the name that its file has by now
        self._kept = False

    @classmethod
    def for_campaign(cls, folder: Path, settings: Settings) -> Self:
        """Make the channel to the rehearsal mailbox of the campaign in `folder`."""
        return cls(folder / "rehearsal")

    async def __aenter__(self) -> Self:
        self._open()
        return self

    async def __aexit__(self, *details: object) -> None:
        if self._kept:
            write_page(self.folder)

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Keep the message in `new`; raise Paused when the disk refuses, and then nothing is left behind."""
        name = file_name(outgoing.token, outgoing.about)
        draft = self._write(name, outgoing.pieces)
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
            self._read = frozenset(_digest_in(file.name) for file in (self.folder / "cur").iterdir())
            self._there = {_digest_in(file.name): file.name for file in (self.folder / "new").iterdir()}
        except OSError as error:
            raise self._paused(error) from None

    def _write(self, name: str, pieces: tuple[bytes, ...]) -> Path:
        draft = self.folder / "tmp" / f"{name}.{os.getpid()}.{next(self._numbers)}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.writelines(pieces)
        except OSError as error:
            self._discard(draft)
            raise self._paused(error) from None
        return draft

    def _keep(self, draft: Path, name: str) -> Receipt:
        digest = _digest_in(name)
        if digest in self._read:
            self._discard(draft)
            return Receipt("was already in the rehearsal mailbox, and read")
        name = self._there.setdefault(digest, name)
        try:
            draft.replace(self.folder / "new" / name)
        except OSError as error:
            self._discard(draft)
            raise self._paused(error) from None
        self._kept = True
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


def file_name(token: str, about: tuple[str, ...] = ()) -> str:
    """Name the message's file in the Maildir: readable, without any path, and different for different tokens.

    It begins with what people know the message by, else with the token: Denmark-DNK.viasna.first.4f0c….eml
    """
    said = [_plain(word) for word in about or (token,)]
    readable = ".".join(filter(None, said))[:_LONGEST_NAME].strip(".")
    digest = sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{readable}.{digest[:16]}".lstrip(".") + ENDING


def _plain(word: str) -> str:
    """Give a word in letters that any disk can hold, without its accents: Côte d'Ivoire is Cote-d-Ivoire."""
    letters = unicodedata.normalize("NFKD", word)
    return _UNSAFE.sub("-", "".join(letter for letter in letters if not unicodedata.combining(letter))).strip("-")


def _digest_in(name: str) -> str:
    """Give the digest that a file's name has, whatever stands before it, and after it since somebody read it."""
    return name.partition(":")[0].removesuffix(ENDING).rpartition(".")[2]
