"""A message's frame, which many messages share: written once by the standard library; knows no letter and no post."""

from binascii import b2a_qp
from collections.abc import Mapping, Sequence
from email import base64mime
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.quoprimime import body_encode
from hashlib import sha256

# As `email.generator` writes boundaries. "==" cannot occur in quoted-printable, where = is followed by a hexadecimal
# digit or the line's end, nor "===" in base64 (RFC 2045, sections 6.7 and 6.8): no content holds one.
_BOUNDARY = f"{'=' * 15}{{:019d}}=="
_CONTENT = "=_content_=_"


class Frame:
    """The headers and parts that messages have in common, with gaps for what differs.

    EmailMessage needs some 3 ms a letter of two parts, nearly all of it for what is the same in every letter. So it
    writes one message, and `fill` puts bytes that are encoded already into the gaps.
    """

    def __init__(self, message: EmailMessage, shared: Mapping[int, str] | None = None) -> None:
        """Take over the headers and parts of a multipart message; what its parts hold does not matter.

        `shared` says what stands in a part, by its number, where that is the same in all messages.
        """
        leaves, branches = list[Message](), list[Message]()
        for part in message.walk():
            (branches if part.is_multipart() else leaves).append(part)
        for number, leaf in enumerate(leaves):
            leaf.set_payload((shared or {}).get(number, _CONTENT))
        for number, branch in enumerate(branches):
            branch.set_boundary(_BOUNDARY.format(number))
        self._boundaries = [_BOUNDARY.format(number).encode() for number in range(len(branches))]
        self._pieces = message.as_bytes(policy=SMTP).split(_CONTENT.encode())

    def fill(self, headers: bytes, contents: Sequence[bytes], token: str) -> bytes:
        """Write a message: its own headers, then the shared ones, then one content for each gap, all with CRLF.

        Contents are quoted-printable or base64, as the part says. The boundaries depend on `token`, the message's own
        word: one that never changes would show which messages come from this program.
        """
        pieces, first = self._pieces, int.from_bytes(sha256(token.encode()).digest()[:8]) >> 1
        for number, shared in enumerate(self._boundaries):
            boundary = _BOUNDARY.format((first + number) % (1 << 63)).encode()
            pieces = [piece.replace(shared, boundary) for piece in pieces]
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
