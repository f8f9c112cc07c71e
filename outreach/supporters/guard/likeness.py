"""Says how alike two texts are, by keyed sketches of their runs of three words; knows no voice, no group, no database.

A sketch is what can be kept of a text instead of its words: the 96 smallest keyed hashes of its runs of three words
(bottom-k sketch: Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007). Without the key nobody can
test whether a sentence that they guess stands in a text.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import regex

SIZE = 96  # hashes of a sketch; the estimate of a likeness of 0.4 is then right to ±0.05 (one standard deviation)
RUN = 3  # words
HIGHEST = 2**63 - 1  # what a database's integer holds

# Vowel points of Hebrew and Arabic, which most people leave out; accents; the tatweel, which only stretches a word.
_ACCENTS = regex.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\p{Cf}]")
# Scripts that put no spaces between words: each of their signs, with its marks, is a word.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_SIGN = regex.compile(f"[{_UNSPACED}]")
_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
_WORD_OR_SIGN = regex.compile(rf"(?V1)[{_UNSPACED}]\p{{M}}*|[[\p{{L}}\p{{N}}\p{{M}}]--[{_UNSPACED}]]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")  # the same for most texts in English, and quicker


@dataclass(frozen=True, slots=True)
class Sketch:
    """Values of a text, ascending, each of 63 bits; up to `last` all values of the text are known, beyond it none."""

    values: tuple[int, ...]
    last: int

    @classmethod
    def of(cls, values: Iterable[int]) -> "Sketch":
        """Give the sketch of a text that has those values, of which no more than the smallest are kept."""
        smallest = tuple(sorted(set(values))[:SIZE])
        return cls(smallest, smallest[-1] if len(smallest) == SIZE else HIGHEST)

    def up_to(self, last: int) -> tuple[int, ...]:
        """Give the values up to that one."""
        return self.values if self.last <= last else self.values[: bisect_right(self.values, last)]


class Sketcher:
    """Makes sketches with a key. Sketches made with different keys have nothing in common."""

    def __init__(self, key: bytes) -> None:
        self._keyed = blake2b(key=key, digest_size=8)

    def sketch(self, text: str) -> Sketch:
        """Give the sketch of a text; that of a text without any visible sign has no values."""
        hashes = sorted(map(self._hashed, set(_runs(text))))
        return Sketch.of([int.from_bytes(each) >> 1 for each in hashes[:SIZE]])

    def _hashed(self, run: str) -> bytes:
        hashing = self._keyed.copy()
        hashing.update(run.encode("utf-8", "surrogatepass"))
        return hashing.digest()


def likeness(one: Sketch, other: Sketch) -> float:
    """Estimate which share of the runs of either of two texts stands in both (Jaccard's index), from 0 to 1.

    It is exact where neither text has more than 96 runs. A sketch without values is like nothing.
    """
    last = min(one.last, other.last)
    ours, theirs = one.up_to(last), other.up_to(last)
    shared = len(set(ours).intersection(theirs))
    return shared / (len(ours) + len(theirs) - shared) if shared else 0.0


def middle(sketches: Sequence[Sketch]) -> Sketch:
    """Give the values that at least half of the sketches have: of edited copies, those of what was edited."""
    last = min(sketch.last for sketch in sketches)
    counts = Counter(value for sketch in sketches for value in sketch.up_to(last))
    return Sketch(tuple(sorted(value for value, number in counts.items() if 2 * number >= len(sketches))), last)


def words_of(text: str) -> list[str]:
    """Give the words of a text as they are compared: lower case, without accents and signs, compatible forms as plain.

    In Chinese, Japanese, Thai and other scripts without spaces between words each sign is a word.
    """
    plain = text.casefold()
    if plain.isascii():
        return _ASCII_WORD.findall(plain)
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    return (_WORD_OR_SIGN if _SIGN.search(plain) else _WORD).findall(plain)


def _runs(text: str) -> Iterable[str]:
    """Give the runs of three words of a text.

    A text of one or two words is one run, so that it is like those of the same words and like no other; so is one
    without a word, of its visible signs: "!!!", a heart.
    """
    words = words_of(text)
    if len(words) >= RUN:
        return map(" ".join, zip(words, words[1:], words[2:], strict=False))
    whole = " ".join(words) or "".join(text.split())
    return [whole] if whole else []
