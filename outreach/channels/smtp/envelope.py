"""What MAIL and RCPT say about a message, given what the server offers; knows no connections."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from outreach.channels.base import Outgoing
from outreach.channels.smtp.replies import ARCHIVE_HINT, SENDER_HINT
from outreach.errors import Paused, Rejected
from outreach.mime.headers import ascii_domain
from outreach.text import size_words

# An address that can stand between < and > without quotes (RFC 5321, section 4.1.2, and RFC 6531).
_PLAIN = re.compile(r'[^\x00-\x20\x7f-\xa0<>()\[\]\\,;:@"]+@[^\x00-\x20\x7f-\xa0<>()\\,;@"]+')
NO_UTF8 = "the letter's address or headers are not ASCII, and the server offers no SMTPUTF8"
TOO_LARGE_HINT = (
    "Attach a smaller file, or put it on a page and link to it; then write the letters anew that wait: outreach queue "
    "rewrite"
)
_XTEXT = re.compile(rb"[^!-*,-<>-~]")


@dataclass(frozen=True, slots=True)
class Features:
    """What the server's EHLO offers. `size` is bytes; 0 is no limit told, None is no SIZE at all."""

    size: int | None = None
    eight_bit: bool = False
    utf8: bool = False
    dsn: bool = False
    pipelining: bool = False
    starttls: bool = False
    login: tuple[str, ...] = ()

    @classmethod
    def offered(cls, extensions: Mapping[str, str], login: list[str]) -> "Features":
        """Read the keywords of EHLO, which are in lower case (RFC 5321, section 4.1.1.1)."""
        return cls(
            size=_size(extensions["size"]) if "size" in extensions else None,
            eight_bit="8bitmime" in extensions,
            utf8="smtputf8" in extensions,
            dsn="dsn" in extensions,
            pipelining="pipelining" in extensions,
            starttls="starttls" in extensions,
            login=tuple(login),
        )


def _size(parameter: str) -> int:
    digits = parameter.strip()[:18]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Envelope:
    """The arguments of MAIL and of each RCPT, ready for the wire. `archive` is None without an archive."""

    mail: tuple[bytes, ...]
    recipients: tuple[tuple[bytes, ...], ...]
    archive: tuple[bytes, ...] | None


def envelope(outgoing: Outgoing, features: Features) -> Envelope:
    """Write the envelope; Rejected if this server cannot take this message, Paused if it could take none."""
    if not outgoing.recipients:
        raise Rejected("the letter has no recipient")
    _check_size(outgoing, features)
    sender = _own_address(outgoing.sender, features, SENDER_HINT) if outgoing.sender else b""
    recipients = tuple(_recipient(address) for address in outgoing.recipients)
    archive = _own_address(outgoing.archive, features, ARCHIVE_HINT) if outgoing.archive else None
    mail = _mail(outgoing, features, sender, (*recipients, archive or b""))
    return Envelope(
        mail=(b"FROM:<" + sender + b">", *mail),
        recipients=tuple(
            (b"TO:<" + address + b">", *_notify(address, features, success=outgoing.tell_of_success))
            for address in recipients
        ),
        archive=None if archive is None else (b"TO:<" + archive + b">", *((b"NOTIFY=NEVER",) if features.dsn else ())),
    )


def _check_size(outgoing: Outgoing, features: Features) -> None:
    """Refuse what the server would refuse (RFC 1870). Other letters carry the same files: for them the run ends."""
    if not features.size or outgoing.size <= features.size:
        return
    if len(outgoing.pieces) == 1:
        raise Rejected(f"the letter has {outgoing.size} bytes; the server takes at most {features.size}")
    words = f"the letter has {size_words(outgoing.size)} with what is attached; the server takes at most"
    raise Paused(f"{words} {size_words(features.size)}", TOO_LARGE_HINT)


def _mail(outgoing: Outgoing, features: Features, sender: bytes, recipients: tuple[bytes, ...]) -> list[bytes]:
    """Write the parameters of MAIL. What a server cannot carry of one letter is that letter's matter only."""
    parameters = [] if features.size is None else [b"SIZE=%d" % outgoing.size]
    headers_in_utf8 = not outgoing.pieces[0].partition(b"\r\n\r\n")[0].isascii()
    in_utf8 = headers_in_utf8 or not all(address.isascii() for address in (sender, *recipients))
    if in_utf8 and not features.utf8:
        raise Rejected(NO_UTF8)
    if not all(piece.isascii() for piece in outgoing.pieces):
        if not features.eight_bit:
            raise Rejected("the letter has accents that would arrive damaged: the server offers no 8BITMIME")
        parameters.append(b"BODY=8BITMIME")
    return [*parameters, *([b"SMTPUTF8"] if in_utf8 else []), *_dsn(outgoing.token, features)]


def _dsn(token: str, features: Features) -> list[bytes]:
    """RFC 3461, section 4.3 and 4.4: an ENVID has at most 100 characters."""
    if not features.dsn:
        return []
    envid = xtext(token.encode())
    return [b"RET=HDRS", b"ENVID=" + envid] if 0 < len(envid) <= 100 else [b"RET=HDRS"]


def _notify(address: bytes, features: Features, *, success: bool) -> tuple[bytes, ...]:
    """RFC 3461. ORCPT of an address in another script would need its own form (RFC 6533); it is left out."""
    if not features.dsn:
        return ()
    notify = b"NOTIFY=SUCCESS,FAILURE,DELAY" if success else b"NOTIFY=FAILURE"
    return (notify, b"ORCPT=rfc822;" + xtext(address)) if address.isascii() else (notify,)


def _recipient(address: str) -> bytes:
    try:
        return wire_address(address)
    except ValueError:
        raise Rejected(
            "an address of this mission cannot be written in a mail envelope: outreach missions check"
        ) from None


def _own_address(address: str, features: Features, hint: str) -> bytes:
    """Write an address that every letter has: what is wrong with it is wrong with all of them."""
    try:
        written = wire_address(address)
    except ValueError:
        raise Paused("one of our own addresses cannot be written in a mail envelope", hint) from None
    if not written.isascii() and not features.utf8:
        raise Paused("one of our own addresses is not ASCII, and the server offers no SMTPUTF8", hint)
    return written


@lru_cache(maxsize=4096)
def wire_address(address: str) -> bytes:
    """Write the address as MAIL and RCPT take it: local part UTF-8, domain A-labels; ValueError if it cannot be."""
    if not _PLAIN.fullmatch(address):
        raise ValueError("not an address that can be sent to")
    local, _, domain = address.rpartition("@")
    return local.encode() + b"@" + ascii_domain(domain).encode()


def xtext(value: bytes) -> bytes:
    """Write everything but printable ASCII, and + and =, as +XX (RFC 3461, section 4)."""
    return _XTEXT.sub(lambda match: b"+%02X" % match[0][0], value)


def wire_body(pieces: Sequence[bytes]) -> list[bytes]:
    """Stuff a message's dots (RFC 5321, section 4.5.2), without the final one; Rejected unless all lines end in CRLF.

    A bare LF or CR is where servers disagree about the end of a line, and so about the end of a message. What has no
    dot, as base64, is given as it is: no copy of it is made.
    """
    body, line_begins = list[bytes](), True
    for piece in filter(None, pieces):
        if not piece.count(b"\r\n") == piece.count(b"\n") == piece.count(b"\r"):
            raise Rejected("the letter has a line that does not end in CRLF")
        body.append(b"." + piece if line_begins and piece.startswith(b".") else piece)
        body[-1] = body[-1].replace(b"\r\n.", b"\r\n..")
        line_begins = piece.endswith(b"\r\n")
    return body if line_begins and body else [*body, b"\r\n"]
