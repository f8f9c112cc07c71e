"""A message's frame, which many messages share: written once by the standard library; knows no letter and no post."""

from binascii import b2a_qp
from collections.abc import Sequence
from email import base64mime
from email.message import EmailMessage
from email.policy import SMTP
from email.quoprimime import body_encode
from hashlib import sha256

# As `email.generator` writes boundaries. "==" cannot occur in quoted-printable, where = is followed by a hexadecimal
# digit or the line's end, nor "===" in base64 (RFC 2045, sections 6.7 and 6.8): no content holds one.
_BOUNDARY = f"{'=' * 15}{0:019d}=="
_CONTENT = "=_content_=_"


class Frame:
    """The headers and parts that messages have in common, with gaps for what differs.

    EmailMessage needs some 3 ms a letter of two parts, nearly all of it for what is the same in every letter. So it
    writes one message, and `fill` puts bytes that are encoded already into the gaps.
    """

    def __init__(self, message: EmailMessage) -> None:
        """Take over the headers and parts of a multipart message; what its parts hold does not matter."""
        for part in message.iter_parts():
            part.set_payload(_CONTENT)
        message.set_boundary(_BOUNDARY)
        self._pieces = message.as_bytes(policy=SMTP).split(_CONTENT.encode())

    def fill(self, headers: bytes, contents: Sequence[bytes], token: str) -> bytes:
        """Write a message: its own headers, then the shared ones, then one content for each part, all with CRLF.

        Contents are quoted-printable or base64, as the part says. The boundary depends on `token`, the message's own
        word: one that never changes would show which messages come from this program.
        """
        boundary = f"{'=' * 15}{int.from_bytes(sha256(token.encode()).digest()[:8]) >> 1:019d}=="
        pieces = [piece.replace(_BOUNDARY.encode(), boundary.encode()) for piece in self._pieces]
        body = [part for filled in zip(contents, pieces[1:], strict=True) for part in filled]
        return b"".join([headers, pieces[0], *body])


def quoted_printable(text: str) -> bytes:
    """Encode text with line feeds in quoted-printable: ASCII, at most 76 characters a line, CRLF (RFC 2045, 6.7)."""
    data = text.replace("\n", "\r\n").encode()
    if " \n" in text or "\t\n" in text or text[-1:] != "\n":  # b2a_qp makes such lines one or two too long
        return body_encode(data.decode("latin-1"), eol="\r\n").encode()
    return b2a_qp(data, istext=True)


def base64(data: bytes) -> bytes:
    """Encode bytes in base64, at most 76 characters a line, CRLF (RFC 2045, 6.8)."""
    return base64mime.body_encode(data, eol="\r\n").encode()
