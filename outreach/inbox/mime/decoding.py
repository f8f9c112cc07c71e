"""Decodes bytes into text that any database and terminal can hold; knows charsets, and no structure of a mail.

Nothing here raises: what cannot be decoded is replaced, and a fault says so. Python's own registry of codecs is only
asked for charsets that mail uses: some of its codecs take quadratic time (punycode) or are not for text (zlib).
"""

import binascii
import codecs
import re
from functools import lru_cache

from outreach.inbox.mime.guessing import guess_charset
from outreach.text import clean_line, storable

_WINDOWS = "cp1252"
# What mail calls ASCII or Latin-1 is Windows-1252 as soon as it has other bytes (WHATWG Encoding, section 4.2).
_ALIASES = {
    "": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "iso-8859-1": _WINDOWS,
    "iso8859-1": _WINDOWS,
    "latin1": _WINDOWS,
    "latin-1": _WINDOWS,
    "ansi": _WINDOWS,
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "unicode-1-1-utf-7": "utf-7",
    "x-mac-roman": "mac-roman",
}
_REFUSED = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"})
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
# RFC 2047, section 2. Spaces in the text are against it, and common.
_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?\n]{0,2000})\?=")
_SHIFTED = re.compile(rb"\+[A-Za-z0-9+/]{2,4000}-?")  # RFC 2152; "+41 22 …" is none, and stops Python's codec
_BETWEEN_WORDS = re.compile(r"(?<=\?=)[ \t]{1,100}(?==\?)")


def decode(data: bytes, charset: str) -> tuple[str, str]:
    """Decode bytes; gives the text, and what is wrong with it ("" when nothing is)."""
    codec = _codec(charset)
    if codec and not (codec == _WINDOWS and guess_charset(data)):
        try:
            text = data.decode(codec)
            return storable(text), "it has NUL characters, which were left out" if "\0" in text else ""
        except ValueError:
            pass
    if codec == "iso2022_jp" and (japanese := _japanese(data)):
        return storable(japanese), ""
    if codec == "utf-7":
        return storable(_SHIFTED.sub(_unshifted, data).decode("utf-8", "replace")), ""
    name = clean_line(charset)[:40] or "us-ascii"
    return storable(_guessed(data)), f"its text is not in the charset that it names ({name})"


def _guessed(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(guess_charset(data) or _WINDOWS, "replace")


def _japanese(data: bytes) -> str:
    """Decode what calls itself ISO-2022-JP and has what programs add to it; "" where that is not all.

    These are half-width kana, and the signs of NEC and IBM (①, ㈱), which stand at the same places in JIS X 0213.
    """
    for raw, codec in ((data, "iso2022_jp_ext"), (data.replace(b"\x1b$B", b"\x1b$(Q"), "iso2022_jp_2004")):
        try:
            return raw.decode(codec)
        except ValueError:
            continue
    return ""


def _unshifted(found: re.Match[bytes]) -> bytes:
    """Decode one shifted piece of UTF-7; what is none stays as it is."""
    try:
        return found[0].decode("utf-7").encode()
    except ValueError:
        return found[0]


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    """Find the name by which Python knows a charset of mail; "" when there is no codec that is safe for mail."""
    name = charset.strip("\"' \t").lower()
    name = _ALIASES.get(name, name)
    if len(name) > 40 or not name.isascii() or not name.isprintable():
        return ""
    try:
        known = codecs.lookup(name).name
        "a".encode(known)
    except (LookupError, ValueError):  # a codec that is not for text raises LookupError, too
        return ""
    return "" if known.replace("_", "-") in _REFUSED else known


def decode_transfer(data: bytes, encoding: str, longest: int) -> tuple[bytes, str]:
    """Undo a Content-Transfer-Encoding, for about the first `longest` bytes; gives the bytes, and a fault or ""."""
    if encoding == "base64":
        return decode_base64(data[: longest * 3 // 2])
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data[: longest * 3])[:longest], ""
    return data[:longest], ""


def decode_base64(data: bytes) -> tuple[bytes, str]:
    """Decode base64 and pass over what is foreign to it; gives the bytes, and a fault or ""."""
    letters = _NO_BASE64.sub(b"", data)
    damaged = len(letters) % 4 == 1 or (len(data) > 20 and len(letters) * 4 < len(data) * 3)
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)), "its base64 is damaged" if damaged else ""


def header_text(value: str) -> str:
    """Give a header's value as a person reads it: one line, encoded words decoded (RFC 2047)."""
    if "=?" in value:
        value = _joined(_BETWEEN_WORDS.sub("", value))
    return clean_line(value)


def _joined(value: str) -> str:
    """Decode encoded words. Neighbours are decoded together: they may share one character of several bytes."""
    pieces: list[str] = []
    pending, charset, at = b"", "", 0
    for word in _WORD.finditer(value):
        if pending and (word.start() > at or word[1].lower() != charset):
            pieces.append(decode(pending, charset)[0])
            pending = b""
        pieces.append(value[at : word.start()])
        pending, charset, at = pending + _word_bytes(word[2], word[3]), word[1].lower(), word.end()
    if pending:
        pieces.append(decode(pending, charset)[0])
    return "".join([*pieces, value[at:]])


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return decode_base64(data)[0] if encoding in "bB" else binascii.a2b_qp(data, header=True)
