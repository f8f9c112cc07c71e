"""Places in a stored mail where a personal link will stand, and the links put there. Knows no database and no key.

A place stands alone on a line of its own between two soft line breaks of quoted-printable (RFC 2045, section 6.7): so
the encoding never breaks it, and whoever reads the mail sees no break. No words of ours can look like one: a line that
ends in a soft break and is that short does not occur otherwise.
"""

import re
from collections.abc import Callable
from urllib.parse import quote

from outreach.mime.frame import quoted_printable

RECEIVER = 0  # as the subject of a place: whoever gets the mail
LONGEST = 72  # characters of a link on one encoded line; 76 are allowed
PATHS = {"confirm": "c", "join": "c", "voice": "v", "leave": "l"}  # purpose of a link → where it leads
_BEGIN, _END = "\ufdd0", "\ufdd1"  # no characters (Unicode, section 23.7): no text that people typed has them
_IN_TEXT = re.compile(f"{_BEGIN}([a-z]+):([0-9]+){_END}")
_STORED = re.compile(rb"^\[([a-z]+):([0-9]+)\]=\r\n", re.MULTILINE)


def place(purpose: str, subject: int) -> str:
    """Give what stands for a link while a text is written."""
    return f"{_BEGIN}{purpose}:{subject}{_END}"


def encode(text: str) -> bytes:
    """Encode a text, with places for links, in quoted-printable."""
    words = _IN_TEXT.split(text)
    encoded = list[bytes]()
    for before, purpose, subject in zip(words[::3], words[1::3], words[2::3], strict=False):
        encoded += [_broken_off(before), f"[{purpose}:{subject}]=\r\n".encode()]
    return b"".join(encoded) + (quoted_printable(words[-1]) if words[-1] else b"")


def _broken_off(text: str) -> bytes:
    """Encode a text that ends at the end of a line, or with a soft break for which there is room."""
    if not text or text.endswith("\n"):
        return quoted_printable(text) if text else b""
    encoded = quoted_printable(f"{text}x")[:-1]
    return encoded if encoded.endswith(b"=\r\n") else encoded + b"=\r\n"


def shown(text: str) -> str:
    """Give a text with [link] where personal links will stand."""
    return _IN_TEXT.sub("[link]", text)


def places(content: bytes) -> list[tuple[str, int]]:
    """List the places for links in a stored mail: purpose and subject, each once."""
    return list(dict.fromkeys((found[1].decode(), int(found[2])) for found in _STORED.finditer(content)))


def fill(content: bytes, link: Callable[[str, int], str]) -> bytes:
    """Put the links into a stored mail; `link` gives one by purpose and subject, as `address` writes it."""
    return _STORED.sub(lambda found: _encoded(link(found[1].decode(), int(found[2]))), content)


def address(site: str, purpose: str, token: str) -> str:
    """Give the address of a personal link, in letters that need no encoding; `site` ends in a slash."""
    return f"{quote(site, safe=':/%@~+,;!$*()[]')}{PATHS[purpose]}/{token}"


def _encoded(link: str) -> bytes:
    return b"".join(link[at : at + LONGEST].encode() + b"=\r\n" for at in range(0, len(link), LONGEST))
