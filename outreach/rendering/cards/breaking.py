"""Says where the lines of a text may end, in scripts with spaces between words and in those without; knows no fonts."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from outreach.text import unwrapped, visible

_BOUND = re.compile(r"(?<=[«¿¡]) | (?=[»!?:;])")  # French sets room there, and no line may end in it
_TYPED = re.compile(r"(?<=\w)'(?=\w)")
_CLUSTERS = regex.compile(r"\X")
# Scripts that write no spaces between words: a line may end after any letter (Chinese, Japanese), or at worst may
# (Thai, Lao, Khmer, Burmese, whose words only a dictionary knows; a zero-width space says where it may).
_UNSPACED = regex.compile(
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}"
    r"\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303f\uff01-\uff60]"
)
# What begins no line there, beside closing brackets (JIS X 4051, "kinsoku"; CLREQ 3.1.3), and what ends none.
_NO_BEGINNING = frozenset(
    "、。，．・：；？！ー々〻ゝゞヽヾ‥…—～〜ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ·!?,.:;)]}’”»›%‰ๆฯะาำ"
)
_NO_END = frozenset("‘“«‹([{$€£¥#เแโใไ")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that stands in one line; `spaced` whether a space stands before it within a line."""

    text: str
    spaced: bool


def pieces(text: str) -> tuple[Piece, ...]:
    """Cut a text where its lines may end. No-break spaces and marks that belong to a word stay with it."""
    whole = " ".join(unicodedata.normalize("NFC", text).splitlines())
    plain = unwrapped(visible(whole).replace("\ufffd", "")).strip()  # what would turn letters around is left out
    words = _TYPED.sub("’", _BOUND.sub("\u00a0", plain)).split(" ")
    return tuple(piece for word in words for piece in _within(word))


def joined(line: Sequence[Piece]) -> str:
    """Write pieces in one line."""
    words = "".join(f" {piece.text}" if piece.spaced else piece.text for piece in line)
    return words[1:] if line and line[0].spaced else words


def _within(word: str) -> Iterator[Piece]:
    spaced = True
    for part in word.split("\u200b"):
        if not _UNSPACED.search(part):
            yield Piece(part, spaced)
        else:
            for number, piece in enumerate(_unspaced(part)):
                yield Piece(piece, spaced and number == 0)
        spaced = False


def _unspaced(part: str) -> list[str]:
    found = list[str]()
    for cluster in _CLUSTERS.findall(part):
        if found and not _may_end_between(found[-1][-1], cluster[0]):
            found[-1] += cluster
        else:
            found.append(cluster)
    return found


def _may_end_between(before: str, after: str) -> bool:
    if after in _NO_BEGINNING or unicodedata.category(after) in ("Pe", "Pf"):
        return False
    if before in _NO_END or unicodedata.category(before) in ("Ps", "Pi"):
        return False
    return bool(_UNSPACED.match(before) or _UNSPACED.match(after))
