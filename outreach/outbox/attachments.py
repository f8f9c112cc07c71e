"""Keeps the files that letters carry, each once, and puts them into a letter again; changes no message."""

from binascii import a2b_base64
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from outreach.cases.attachments.kinds import text_in
from outreach.db.engine import insert_or_ignore
from outreach.errors import StorageFailed
from outreach.mime.attachment import Attachment, carried, references, spliced
from outreach.outbox.models import Draft, attachments


def keep(connection: Connection, drafts: Iterable[Draft]) -> None:
    """Keep the files of drafts, in the transaction that queues these; one that is there is left as it is."""
    files = {each.digest: each for draft in drafts for each in draft.attachments}
    if not files:
        return
    known = select(attachments.c.digest).where(attachments.c.digest.in_(files))
    for digest in files.keys() - set(connection.scalars(known)):
        row = {"digest": digest, "size": files[digest].size, "encoded": files[digest].encoded}
        connection.execute(insert_or_ignore(connection, attachments, ("digest",)), row)


class StoredFiles:
    """Reads the files of stored letters, each once while this object lives: letters share them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._encoded = dict[str, bytes]()
        self._texts = dict[tuple[str, str], str]()

    def pieces(self, content: bytes) -> tuple[bytes, ...]:
        """Give a stored letter in the pieces that it leaves in; joined they are the whole message.

        StorageFailed where the database has lost a file.
        """
        digests = references(content)
        return spliced(content, {digest: self._file(digest) for digest in digests}) if digests else (content,)

    def attachments(self, content: bytes) -> tuple[Attachment, ...]:
        """Give the files that a letter carries."""
        sizes = self.sizes(content)
        return tuple(
            Attachment(each.name, each.media_type, sizes[each.digest], each.digest, self._file(each.digest))
            for each in carried(content)
        )

    def texts(self, content: bytes) -> Iterator[str]:
        """Give what can be read in the files that a letter carries, and their names."""
        for each in carried(content):
            yield each.name
            key = (each.digest, each.media_type)
            if key not in self._texts:
                self._texts[key] = text_in(a2b_base64(self._file(each.digest)), each.media_type)
            yield self._texts[key]

    def sizes(self, content: bytes) -> dict[str, int]:
        """Map the digests of the files that a letter carries to their sizes, in bytes."""
        query = select(attachments.c.digest, attachments.c.size)
        found = self._connection.execute(query.where(attachments.c.digest.in_(references(content))))
        return {digest: size for digest, size in found}  # noqa: C416 - rows are not pairs

    def _file(self, digest: str) -> bytes:
        if digest not in self._encoded:
            query = select(attachments.c.encoded).where(attachments.c.digest == digest)
            encoded = self._connection.scalar(query)
            if encoded is None:
                lost = f"the outbox has lost a file that a letter carries ({digest[:12]}…)"
                raise StorageFailed(f"{lost}: put back the newest copy of the database")
            self._encoded[digest] = bytes(encoded)
        return self._encoded[digest]
