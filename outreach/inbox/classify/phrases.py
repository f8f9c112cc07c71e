"""Finds the phrases of a table such as outreach/data/machine_words.csv in a text; says what each is used for.

A form of the file is written in plain letters. `(a|b|)` are alternatives, ` … ` is a gap within a sentence, `_` ends a
word; else a form matches the beginning of a word, in Chinese, Japanese, Arabic and Hebrew any place. Upper and lower
case, accents and punctuation make no difference.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from outreach.data import rows

# Letters that Unicode does not take apart, and spellings of one letter in Arabic.
_ALIKE = str.maketrans("łøđıßæœ’ىةیک", "lodisao'يهيك")
# Accents, and the vowel points of Arabic and Hebrew; the voicing marks of Japanese stay, they make another letter.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]")
_CJK = "\u3005-\u30ff\u3400-\u9fff"
_IN_CJK = re.compile(rf"[{_CJK}]")  # scripts without spaces
_SPACE_IN_CJK = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")
_UNSPACED = re.compile(rf"[{_CJK}\u0590-\u06ff]")  # and those that write small words together with the next
_CLAUSE_ENDS = re.compile(r"[,:;()\[\]–—\"«»“”„、，；：،؛（）「」]|\s-+\s")
_NO_WORDS = re.compile(r"[^\w,]+|_+")
_GAP, _UNSPACED_GAP = r"(?: [^\n]{0,90}?)? ", r"[^\n]{0,60}?"
MACHINES = "machine_words.csv"
_REMEMBERED = 64  # texts: several rules look at the same subject and sentences, one after the other
_KEYS = (4, 3, 2, 1)  # characters by which a form is looked up: as many as it has for sure
_WORD = re.compile(r"(?<= )[^ ]")
_WORD_OR_LETTER = re.compile(rf"(?<= )[^ ]|{_UNSPACED.pattern}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A place in a text where a form stands, as positions in what `plain` gave."""

    use: str
    language: str
    start: int
    end: int


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """Write a text as texts are compared: lower case, without accents, compatible letters as plain ones."""
    text = text.lower()
    if text.isascii():
        return text
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_ALIKE)
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=_REMEMBERED)
def plain(text: str) -> str:
    """Write a folded text as words with one space before and after each; a comma stands for all that parts clauses."""
    words = _NO_WORDS.sub(" ", _CLAUSE_ENDS.sub(" , ", text))
    return f" {words.strip() if words.isascii() else _SPACE_IN_CJK.sub('', words).strip()} "


@lru_cache(maxsize=_REMEMBERED)
def find(text: str, uses: frozenset[str] | None = None, table: str = MACHINES) -> tuple[Phrase, ...]:
    """Find the phrases of a table in a `plain` text, in their order; only those of these uses, if any are given."""
    index = _index(table)
    starts = _WORD if text.isascii() else _WORD_OR_LETTER
    found: list[Phrase] = []
    for place in starts.finditer(text):
        start = place.start()
        for length in _KEYS:
            for form in index.get(text[start : start + length], ()):
                if (uses is None or form.use in uses) and (match := form.match(text, start)):
                    found.append(Phrase(form.use, form.language, start, match.end()))  # noqa: PERF401 - read downwards
    return tuple(found)


class _Form:
    """One form; its pattern is compiled when it is first needed, as most never are."""

    __slots__ = ("language", "pattern", "use", "written")

    def __init__(self, use: str, language: str, written: str) -> None:
        self.use, self.language, self.written = use, language, written
        self.pattern: re.Pattern[str] | None = None

    def match(self, text: str, start: int) -> re.Match[str] | None:
        if self.pattern is None:
            self.pattern = re.compile(_regex(self.written))
        return self.pattern.match(text, start)


@cache
def _index(table: str) -> dict[str, tuple[_Form, ...]]:
    """Read the file; gives its forms by their first letters."""
    found: dict[str, list[_Form]] = defaultdict(list)
    for row in rows(table):
        written = _spelled(row["form"])
        form = _Form(row["use"], row["language"], written)
        for key in _keys(written):
            found[key].append(form)
    return {key: tuple(forms) for key, forms in found.items()}


_OTHER = re.compile(r"[^\w|()…]+")
_TOKEN = re.compile(r"\([^()]*\)|…|_|[^()…_]+")


def _spelled(form: str) -> str:
    """Write a form as `plain` writes texts, with its own marks kept."""
    form = "…".join(_OTHER.sub(" ", fold(piece)) for piece in form.split("…")).strip()
    return form.replace(" ", "") if _IN_CJK.search(form) else form


def _keys(written: str) -> set[str]:
    """Give what texts begin with that this form matches: up to four letters."""
    longest = _KEYS[0]
    beginnings = [""]
    for mark in _TOKEN.findall(written):
        if mark == "…":
            break
        choices = _choices(mark) if mark.startswith("(") else [mark.replace("_", " ")]
        beginnings = [
            one if len(one) >= longest else re.sub(" {2,}", " ", one + choice).lstrip()
            for one, choice in product(beginnings, choices)
        ]
        if mark.startswith("(") and "" in choices:
            beginnings = [one for one in beginnings if one] + [""] * ("" in beginnings)
        if all(len(one) >= longest for one in beginnings):
            break
    return {one.rstrip()[:longest] if "…" in written else one[:longest] for one in beginnings if one.strip()}


def _choices(group: str) -> list[str]:
    return [choice.replace("_", " ") for choice in group[1:-1].split("|")]


def _regex(written: str) -> str:
    """Write a form as a pattern. A group that may be empty takes one of the spaces around it along."""
    gap = _UNSPACED_GAP if _UNSPACED.search(written) else _GAP
    pieces = [""]
    after_space = True
    for mark in _TOKEN.findall(written):
        if mark == "…":
            pieces = ["".join(pieces).rstrip(), gap]
            after_space = True
        elif not mark.startswith("("):
            mark = mark.lstrip() if after_space else mark
            pieces.append(_literal(mark))
            after_space = after_space and not mark
        elif "" not in (choices := mark[1:-1].split("|")):
            pieces.append(_any_of(choices))
            after_space = False
        elif after_space:
            pieces.append(f"(?:{_any_of(choices)} )?")
        else:
            spaced = pieces[-1].endswith(" ")
            pieces[-1] = pieces[-1].rstrip()
            pieces.append(f"(?:{' ' if spaced else ''}{_any_of(choices)})?")
    return "".join(pieces)


def _any_of(choices: list[str]) -> str:
    return "(?:" + "|".join(_literal(choice) for choice in choices if choice) + ")"


def _literal(text: str) -> str:
    return re.escape(text).replace("\\ ", " ").replace("_", r"(?!\w)")
