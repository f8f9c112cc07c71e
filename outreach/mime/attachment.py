"""A file that goes with letters: encoded once for all of them, and named in each by its digest until it leaves."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from hashlib import sha256

from outreach.mime.frame import base64

# Stands in a stored letter where the file's bytes go. "=_" cannot occur in quoted-printable, nor a line without a colon
# among headers that we write: nothing that a person typed is taken for it.
_MARK = b"=_attachment_"
# Looked for by the mark, and only then by what stands before it: so it is found at once.
_REFERENCE = re.compile(rb"%b(?<=\r\n\r\n%b)([0-9a-f]{64})_=\r\n" % (_MARK, _MARK))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as its bytes are now: `size` in bytes, `digest` their SHA-256, `encoded` base64 in lines with CRLF.

    `text` is what can be read in it by this program, for names that nothing may say; "" where it reads nothing.
    """

    name: str
    media_type: str
    size: int
    digest: str
    encoded: bytes = field(repr=False, compare=False)
    text: str = field(default="", repr=False, compare=False)

    @classmethod
    def of(cls, name: str, media_type: str, data: bytes, text: str = "") -> "Attachment":
        """Make it of a file's bytes."""
        return cls(name, media_type, len(data), sha256(data).hexdigest(), base64(data), text)


@dataclass(frozen=True, slots=True)
class Carried:
    """A file that a stored letter carries, as its headers name it."""

    name: str
    media_type: str
    digest: str


def attach(message: EmailMessage, attachment: Attachment) -> None:
    """Add a part to a message that names the file, and refers to its bytes."""
    kind, _, subtype = attachment.media_type.partition("/")
    message.add_attachment(b"", maintype=kind, subtype=subtype, filename=attachment.name)


def reference(attachment: Attachment) -> str:
    """Give what stands in the letter for the file."""
    return f"{_MARK.decode()}{attachment.digest}_=\n"


def references(content: bytes) -> list[str]:
    """Give the digests of the files that a stored letter carries, in its order."""
    return [found.decode() for found in _REFERENCE.findall(content)] if _MARK in content else []


def spliced(content: bytes, encoded: Mapping[str, bytes]) -> tuple[bytes, ...]:
    """Give a stored letter in the pieces that it leaves in: what is its own, and the files, which are not copied.

    `encoded` maps digests to files in base64; raises KeyError for one that is not there.
    """
    if _MARK not in content:
        return (content,)
    own = _REFERENCE.split(content)
    return tuple(encoded[piece.decode()] if at % 2 else piece for at, piece in enumerate(own))


def without_files(message: bytes) -> bytes:
    """Give a whole message of ours up to the headers of the first file in it: its text is there, and read quickly."""
    return message.partition(b"\r\nContent-Disposition: attachment")[0]


def encoded(attachments: Iterable[Attachment]) -> dict[str, bytes]:
    """Map digests to files in base64."""
    return {each.digest: each.encoded for each in attachments}


def carried(content: bytes) -> tuple[Carried, ...]:
    """Name the files that a stored letter carries."""
    if not (digests := references(content)):
        return ()
    from email import message_from_bytes, policy

    parts = message_from_bytes(content, policy=policy.default).iter_attachments()
    named = [(part.get_filename() or "", part.get_content_type()) for part in parts]
    return tuple(Carried(*about, digest) for about, digest in zip(named, digests, strict=True))
