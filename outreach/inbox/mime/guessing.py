"""Guesses the charset of text that names none, or the wrong one: Cyrillic, Greek and Chinese, where that is plain.

Libraries that guess charsets need long texts, and take long; a mail's line may have three words. What these charsets
have in common is that whole words are written in bytes above 127, and in those of Western Europe single letters are.
Frequent letters: the tables of letter frequencies of Russian, Ukrainian, Bulgarian and Greek, which agree in these.
"""

import re
from itertools import pairwise

LOOKED_AT = 20_000  # bytes
FEWEST_BYTES = 6
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{1,60}")
_FOREIGN = re.compile(rb"[\x80-\xff]{2,}")
_MOSTLY = 0.7  # this share of the words that have bytes above 127 has nothing else
_FREQUENT = {
    "cp1251": frozenset("оеаинтсрвлкмдпіу"),
    "koi8-r": frozenset("оеаинтсрвлкмдпу"),
    "iso-8859-5": frozenset("оеаинтсрвлкмдпіу"),
    "cp866": frozenset("оеаинтсрвлкмдпу"),
    "cp1253": frozenset("αοιεητσνςυπρκλμάέίόή"),
}
_LIKELY = 0.5  # this share of the letters is among the frequent ones; a wrong charset gives less
_COMMON_HAN = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")  # the first level of GB 2312: the characters in daily use


def guess_charset(data: bytes) -> str:
    """Name the charset that these bytes are plainly written in, as Python knows it; "" when it is not plain."""
    words = [word for word in _WORD.findall(data[:LOOKED_AT]) if not word.isascii()]
    foreign = [word for word in words if _FOREIGN.fullmatch(word)]
    sample = b" ".join(foreign)
    if len(sample) < FEWEST_BYTES or len(foreign) < _MOSTLY * len(words):
        return ""
    best = max(_FREQUENT, key=lambda charset: _likelihood(sample, charset))
    if _likelihood(sample, best) >= _LIKELY:
        return best
    return "gb18030" if _is_chinese(sample) else ""


def _likelihood(sample: bytes, charset: str) -> float:
    """Give the share of frequent letters in the sample; a capital behind a small letter counts against it."""
    text = sample.decode(charset, "replace")
    letters = text.replace(" ", "")
    frequent = sum(letter in _FREQUENT[charset] for letter in letters.lower())
    odd = sum(before.islower() and after.isupper() for before, after in pairwise(text))
    return (frequent - odd) / len(letters)


def _is_chinese(sample: bytes) -> bool:
    pairs = sample.replace(b" ", b"")
    return 2 * len(_COMMON_HAN.findall(pairs)) >= 0.8 * len(pairs)
