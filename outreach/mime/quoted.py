"""Quoted-printable with CRLF (RFC 2045, section 6.7); knows nothing about what the text is."""

from binascii import b2a_qp


def quoted_printable(text: str) -> bytes:
    """Text with line feeds, as bytes: ASCII, lines of at most 76 characters, ended by CRLF."""
    data = text.replace("\n", "\r\n").encode()
    if " \n" in text or "\t\n" in text or text[-1:] != "\n":  # b2a_qp makes such lines one or two too long
        return _slowly(data)
    return b2a_qp(data, istext=True)


def _slowly(data: bytes) -> bytes:
    from email.quoprimime import body_encode

    return body_encode(data.decode("latin-1"), eol="\r\n").encode()
