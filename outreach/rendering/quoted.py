"""Quoted-printable with CRLF (RFC 2045, section 6.7); knows nothing about what the text is."""

from binascii import b2a_qp


def quoted_printable(text: str) -> bytes:
    """Text with line feeds, as bytes: ASCII, lines of at most 76 characters, ended by CRLF."""
    return b2a_qp(text.replace("\n", "\r\n").encode(), istext=True)
