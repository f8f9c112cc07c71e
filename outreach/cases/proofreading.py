"""Finds in a text what ages, and names that are not spelt as the case spells them; knows no files."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from outreach.grammar import NUMBERS
from outreach.language import grammar_of
from outreach.registry.state_names.finding import states_named
from outreach.text import without_accents

_ONE = {"en": "one", "fr": "un", "es": "un"}
_YEARS = {"en": "years?", "fr": "ans?|années?", "es": "años?"}
# How long a sentence is does not change with the day on which it is read.
_SENTENCES = {
    "en": r"(?:in prison|in jail|of imprisonment|imprisonment|of prison)",
    "fr": r"(?:de prison|d'emprisonnement|de réclusion|de détention)",
    "es": r"(?:de prisión|de cárcel|de reclusión)",
}
_AGEING = {
    "en": r"today|currently|at present|nowadays|to this day|still",
    "fr": r"aujourd['’]hui|actuellement|à présent|à ce jour|encore|toujours",
    "es": r"hoy|actualmente|en la actualidad|hasta la fecha|todavía|aún|sigue[n]?",
}
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
BROKEN = re.compile(r"[.;:,!?()]")  # marks that no name goes across
ALIKE = 0.72  # likeness of two spellings of a name, from 0 to 1, where its other words are the same
LONG, MUCH_ALIKE = 7, 0.8  # a family name that stands alone is compared only when it is so long, and so much alike


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a text, and the row they stand in, counted from 1."""

    row: int
    words: str


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A name as a text spells it, where, and as the case spells it."""

    row: int
    written: str
    name: str


def passages_that_age(text: str, language: str) -> list[Passage]:
    """Find the words that are true on some day only: a number of years, "today", "still", "toujours", "sigue".

    The length of a prison sentence does not age. Of languages whose words are not known here nothing is found.
    """
    language = grammar_of(language)
    if not language:
        return []
    numbers = "|".join((_ONE[language], *NUMBERS[language].split()))
    numbers = rf"(?:\d{{1,2}}|{numbers})\s+(?:{_YEARS[language]})\b(?!\s+{_SENTENCES[language]})"
    pattern = re.compile(rf"\b(?:{numbers}|(?:{_AGEING[language]})\b)", re.IGNORECASE)
    return [
        Passage(text.count("\n", 0, found.start()) + 1, " ".join(found[0].split())) for found in pattern.finditer(text)
    ]


def misspelt_names(text: str, names: Sequence[str]) -> list[Misspelt]:
    """Find what looks like one of the names and is spelt in another way: other letters, accents or order of capitals.

    A text may use a part of a name, such as the family name.
    """
    words = [(found.start(), found[0].removesuffix("'s").removesuffix("’s")) for found in _WORD.finditer(text)]
    known = {part for name in names for part in _parts(name)}
    found = dict[tuple[int, str], Misspelt]()
    for name in names:
        for start, written in (*_other_wholes(text, words, name), *_other_family_names(words, name, known)):
            row = text.count("\n", 0, start) + 1
            found.setdefault((row, written.split()[-1]), Misspelt(row, written, name))
    return sorted(found.values(), key=lambda item: item.row)


def names_missing(text: str, names: Sequence[str]) -> list[str]:
    """Give the names that a text leaves out while it has others of them."""
    there = names_in(text, names)
    return [name for name in names if name not in there] if there else []


def names_in(text: str, names: Sequence[str]) -> list[str]:
    """Give the names that a text says: whole, or by the last word where that stands outside of all whole names."""
    plain = " ".join(text.split())
    alone = plain
    for name in sorted(names, key=len, reverse=True):
        alone = alone.replace(name, "")
    return [name for name in names if name in plain or re.search(rf"\b{re.escape(_parts(name)[-1])}\b", alone)]


def _parts(name: str) -> list[str]:
    return _WORD.findall(name) or [name]


def _other_wholes(text: str, words: Sequence[tuple[int, str]], name: str) -> Iterator[tuple[int, str]]:
    """Find runs of as many words as the name has, each like its own, but not all the same."""
    parts = _parts(name)
    if len(parts) < 2:
        return
    for first in range(len(words) - len(parts) + 1):
        here = words[first : first + len(parts)]
        run, (last, word) = [word for _, word in here], here[-1]
        together = BROKEN.search(text[here[0][0] : last + len(word)]) is None
        if together and run[0][0].isupper() and run[-1][0].isupper() and _is_another_spelling(run, parts):
            yield here[0][0], " ".join(run)


def _is_another_spelling(run: Sequence[str], parts: Sequence[str]) -> bool:
    pairs = list(zip(run, parts, strict=True))
    if all(one in (other, other.upper()) for one, other in pairs) or any(
        _alike(one, other) < ALIKE for one, other in pairs
    ):
        return False
    same = without_accents(" ".join(run)) == without_accents(" ".join(parts))
    return same or any(one == other for one, other in pairs)


def _other_family_names(words: Iterable[tuple[int, str]], name: str, known: set[str]) -> Iterator[tuple[int, str]]:
    """Find single words that are much like the last word of the name."""
    last = _parts(name)[-1]
    if len(last) < LONG:
        return
    for start, word in words:
        shown = word[0].isupper() and not word.isupper() and len(word) >= LONG
        if shown and word not in known and _alike(word, last) >= MUCH_ALIKE and not states_named(word):
            yield start, word


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, without_accents(one), without_accents(other)).ratio()
