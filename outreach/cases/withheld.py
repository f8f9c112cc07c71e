"""Withheld names, which nothing of ours may say: reads where they are listed, finds them however they are written."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from unicodedata import category, combining, normalize

from outreach.cases.model import Case
from outreach.errors import DataError, Problem

FILE = "contacts/withheld.txt"

# Letters with a stroke or joined, which Unicode does not take apart into a letter and an accent (UnicodeData.txt).
_APART = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe", "ə": "e"}
)
_WORD = re.compile(r"\w+")
_PARAGRAPH = "\n\n"


def folded(text: str) -> str:
    """Give the words of a text alone: lower case, without accents, one space between, and one at each end."""
    paragraphs = text.replace("\r\n", "\n").split(_PARAGRAPH)
    return f" {' '.join(filter(None, map(_words, paragraphs)))} "


@lru_cache(maxsize=4096)  # letters of a run share most paragraphs
def _words(text: str) -> str:
    """Give the words of a paragraph, as `folded` gives them.

    Line breaks, no-break spaces, hyphens, apostrophes, soft hyphens and invisible marks make no difference, nor do
    full-width and other compatible forms of letters (Unicode Standard Annex 15, NFKD).
    """
    if not text.isascii():
        text = "".join(sign for sign in normalize("NFKD", text) if not combining(sign) and category(sign) != "Cf")
    return " ".join(_WORD.findall(text.casefold().translate(_APART).replace("_", " ")))


@dataclass(frozen=True, slots=True)
class WithheldName:
    """A name that nothing of ours may say; `where` says where that is written, so that nobody has to repeat it."""

    name: str
    where: str


class Withheld:
    """The withheld names of a campaign: those of its cases and those of contacts/withheld.txt."""

    def __init__(self, names: Iterable[WithheldName] = ()) -> None:
        self._looked_for = [(withheld.where, _as_words(withheld.name)) for withheld in names]

    def __bool__(self) -> bool:
        """Say whether any name is withheld."""
        return bool(self._looked_for)

    def where_in(self, texts: Iterable[str]) -> str:
        """Say where the first withheld name is listed that stands in one of the texts; blank if none does."""
        if not self._looked_for:
            return ""
        read = [folded(text) for text in texts]
        return next((where for where, words in self._looked_for if any(words in text for text in read)), "")


def _as_words(name: str) -> str:
    """Give what to look for: whole words; in a script without spaces between words, the signs wherever they stand."""
    words = folded(name)
    return words.strip() if any(_is_unspaced(sign) for sign in words) else words


def _is_unspaced(sign: str) -> bool:
    """Say whether a sign belongs to a script that puts no spaces between words: Chinese, Japanese, Thai, Khmer, …"""
    return any(first <= sign <= last for first, last in _UNSPACED)


_UNSPACED = (
    ("\u0e00", "\u0eff"),  # Thai, Lao
    ("\u0f00", "\u109f"),  # Tibetan, Burmese
    ("\u1780", "\u17ff"),  # Khmer
    ("\u3040", "\u30ff"),  # Hiragana, Katakana
    ("\u3400", "\u9fff"),  # Han
    ("\uf900", "\ufaff"),  # Han, compatibility
    ("\U00020000", "\U0003ffff"),  # Han, further planes
)


def load_withheld(folder: Path, cases: Mapping[str, Case]) -> tuple[Withheld, bool]:
    """Read the withheld names of a campaign, and whether contacts/withheld.txt is there; DataError with its problems.

    The file has one name a line, in UTF-8; lines that begin with # are remarks.
    """
    names = [
        WithheldName(name, f"cases/{slug}.md, withheld, {number}")
        for slug, case in cases.items()
        for number, name in enumerate(case.withheld, 1)
    ]
    try:
        lines = (folder / FILE).read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        return Withheld(names), False
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text: save it as UTF-8"
        raise DataError([Problem(FILE, f"cannot be read: {why}")]) from None
    listed = [(row, line.strip()) for row, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    blank = [row for row, name in listed if not folded(name).strip()]
    if blank:
        raise DataError([Problem(FILE, "a name has letters: write it, or delete the row", row) for row in blank])
    return Withheld([*names, *(WithheldName(name, f"{FILE}, row {row}") for row, name in listed)]), True
