"""Encoded words: text beyond ASCII in a mail header (RFC 2047); knows nothing about which header it is."""

import re
from base64 import b64encode
from functools import lru_cache
from itertools import groupby

# Characters inside an encoded word. RFC 2047, section 2, allows 63 and its own 12; these fit after "Subject: " too.
ROOM = 54
# RFC 2047, section 5 (3): what may stand for itself in an encoded word of a name.
SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")


def encoded(text: str, plain: re.Pattern[str]) -> str:
    """Text in ASCII: words that match `plain` as they are, the others as encoded words, all parted by spaces.

    Neighbours that need it are encoded together, since the space between two encoded words is not shown.
    """
    words = text.split(" ")
    if "" in words:
        return _encoded_words(text)
    runs = groupby(words, key=lambda word: plain.fullmatch(word) is not None)
    return " ".join([" ".join(run) if is_plain else _encoded_words(" ".join(run)) for is_plain, run in runs])


def _encoded_words(text: str) -> str:
    """All of a text as encoded words; none holds part of a character."""
    words = []
    start = 0
    while start < len(text):
        end = _fitting(text, start)
        words.append(_encoded_word(text[start:end]))
        start = end
    return " ".join(words)


def _fitting(text: str, start: int) -> int:
    """Where the encoded word that begins at `start` ends: before a space if there is one.

    Programs that wrongly show the space between two encoded words (Python 3.11 is one) then break no word.
    """
    quoted = size = 0
    for at in range(start, len(text)):
        quoted += len(_q(text[at]))
        size += len(text[at].encode())
        if min(quoted, _b_length(size)) > ROOM:
            space = text.rfind(" ", start + 1, at + 1)
            return space if space > start else at
    return len(text)


def _encoded_word(text: str) -> str:
    """One encoded word, in Q or B, whichever is shorter."""
    quoted = "".join(map(_q, text))
    data = text.encode()
    return f"=?utf-8?q?{quoted}?=" if len(quoted) <= _b_length(len(data)) else f"=?utf-8?b?{b64encode(data).decode()}?="


@lru_cache(maxsize=1024)
def _q(character: str) -> str:
    """One character in Q: a space as _, what is not safe as =XX for each byte."""
    if character == " ":
        return "_"
    return "".join([chr(byte) if byte in SAFE else f"={byte:02X}" for byte in character.encode()])


def _b_length(size: int) -> int:
    """Characters of base64 for so many bytes."""
    return (size + 2) // 3 * 4
