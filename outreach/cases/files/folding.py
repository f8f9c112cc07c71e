"""Finds names in texts however they are written: case, accents, spaces and signs between words make no difference."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, normalize
from urllib.parse import unquote

# Letters with a stroke or joined, which Unicode does not take apart into a letter and an accent (UnicodeData.txt).
_APART = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe", "ə": "e"}
)
# What stands in or beside a letter and is none: marks, invisible signs, modifiers such as the tatweel, small figures.
_BESIDE = frozenset({"Mn", "Cf", "Lm", "Sk", "No"})
_WORD = re.compile(r"\w+")
_PARAGRAPH = "\n\n"
SHORTEST_JOINED = 8  # letters of a name that is looked for in one word with others, as in a hashtag or an address


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared: `words` with one space between and at each end, `joined` without any."""

    words: str
    joined: str


def folded(text: str) -> Folded:
    """Read a text to look for names in it: lower case, without accents and signs, what is %-written in letters.

    Full-width and other compatible forms of letters count as plain ones (Unicode Standard Annex 15, NFKD).
    """
    return _folded(text, _known_words)


def folded_anew(text: str) -> Folded:
    """Give the same and keep nothing of it: for what visitors write, which nobody keeps in memory."""
    return _folded(text, _words)


def _folded(text: str, words_of: Callable[[str], str]) -> Folded:
    if "%" in text:
        text = unquote(text)
    words = " ".join(filter(None, map(words_of, text.replace("\r\n", "\n").split(_PARAGRAPH))))
    return Folded(f" {words} ", words.replace(" ", ""))


@lru_cache(maxsize=4096)  # letters of a run share most paragraphs
def _known_words(text: str) -> str:
    return _words(text)


def _words(text: str) -> str:
    """Give the words of a paragraph, one space between."""
    if not text.isascii():
        kept = "".join(sign for sign in text if category(sign) not in _BESIDE)
        text = "".join(sign for sign in normalize("NFKD", kept) if category(sign) not in _BESIDE)
    return " ".join(_WORD.findall(text.casefold().translate(_APART).replace("_", " ")))


class Name:
    """A name to look for: as its words, also with the surname first, and in one word with others, such as a hashtag.

    `whole` are phrases that are no names of people: these are looked for as they are alone. In scripts without spaces
    between words a name is looked for wherever its signs stand.
    """

    def __init__(self, name: str, *, whole: bool = False) -> None:
        form = folded(name)
        words = form.words.split()
        self.is_blank = not words
        self._words = [form.words]
        self._joined = ""
        if any(_is_unspaced(sign) for sign in form.joined) or (
            not whole and len(words) > 1 and len(form.joined) >= SHORTEST_JOINED
        ):
            self._joined = form.joined
        if not whole and len(words) > 1:
            turned = ([words[-1], *words[:-1]], [*words[1:], words[0]])  # the surname first, of one word or of several
            self._words += [f" {' '.join(order)} " for order in turned]

    def stands_in(self, text: Folded) -> bool:
        """Say whether a text has the name."""
        if self.is_blank:
            return False
        return any(words in text.words for words in self._words) or bool(self._joined and self._joined in text.joined)


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
