"""Finds in words what a person should see first: links, addresses, numbers, listed words, threats. Knows no voice.

It is meant to find too much rather than too little: what is found is read, never refused.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache
from itertools import pairwise

from outreach.cases.files.folding import Name, folded_anew
from outreach.data import rows


class Sign(StrEnum):
    """What stands in words; the value is what the story and people read."""

    THREAT = "a threat beside a name"
    LISTED = "a listed word"
    LINK = "a link"
    ADDRESS = "an address or account"
    PHONE = "a phone number"


# What people put around and in place of the dot and the @ of an address, so that programs do not see it.
_AROUND = r"\s*[\[({{<]\s*{}\s*[\])}}>]\s*"
_DOT = _AROUND.format(r"(?:\.|dot|d0t|point|punto|ponto|punkt|точка|نقطة|点)")
_AT = _AROUND.format(r"(?:@|at|arobase|arroba|chez|собака|آت)")
_COMMON = r"(?:com|org|net|info|io|ru|me|co|xyz|site|top)"  # after a spelt-out dot: other endings are words
_LINK = re.compile(
    rf"\b(?:h\s?[tx]\s?[tx]\s?p\s?s?|ftp|tg|ipfs|onion)\s?:\s?/?|[a-z][a-z0-9+.-]{{1,9}}://|\bwww\d?\s*[.\[(]|"
    rf"[\w-]{_DOT}[a-z]{{2,24}}\b|[\w-]\s+(?:dot|точка)\s+{_COMMON}\b|[\w-]\s+\.\s*{_COMMON}\b|"
    r"\b(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\d*)",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?<![\w@.-])(?:[\w-]{1,63}\.)+([^\W\d_][\w-]{1,23})(/?)")
_ADDRESS = re.compile(rf"[\w.+-]+\s?@\s?[\w-]+|[\w.+-]{_AT}[\w-]|(?<![\w@])@\w{{2,}}", re.IGNORECASE)
_PHONE = re.compile(r"\+?\(?\d(?:[ \u00a0().\-/]{0,2}\d){6,14}(?!\d)")
_NO_PHONE = re.compile(
    r"\d{4}([-./ ])\d{1,2}\1\d{1,2}|\d{1,2}([-./ ])\d{1,2}\2\d{4}|\d{4}\s?[-–/]\s?\d{4}|\d{1,3}(?:[ .,]\d{3})+"
)
_PHONE_DIGITS = range(7, 16)  # ITU-T E.164: at most 15
# "Nobody should die in a cell": what is said against it is no threat.
_NOT = re.compile(
    r"\b(?:not|no|nobody|none|never|nor|without|stop|ne|jamais|personne|nul|aucun\w*|sans|nadie|nunca|ningun\w*|sin|"
    r"не|никто|никого|нельзя|ни|нет|لا|لم|لن|ليس|بدون|دون)\b|\w(?:n't|n')|\bn'|不|没|無|无|别",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…。！？؟\n]+")
SHORTEST_SURNAME = 4  # letters; shorter ones stand in too many other words


class People:
    """The people of cases, as words may name them: by their whole name, or by their surname alone."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = [Name(name) for name in names]
        surnames = (name.split()[-1] for name in names if len(name.split()) > 1)
        self._names += [Name(word, whole=True) for word in surnames if len(word) >= SHORTEST_SURNAME]

    def stand_in(self, text: str) -> bool:
        """Say whether a text names one of them."""
        form = folded_anew(text)
        return any(name.stands_in(form) for name in self._names)


def signs_in(words: str, listed: Sequence[str], people: People) -> tuple[Sign, ...]:
    """Give what stands in words, the gravest first. `listed` are words and phrases of the campaign's own list."""
    if not words:
        return ()
    plain = _plain(words)
    found = {
        Sign.THREAT: _has_threat(plain, people),
        Sign.LISTED: _has_listed(words, listed),
        Sign.LINK: _has_link(plain),
        Sign.ADDRESS: _ADDRESS.search(plain) is not None,
        Sign.PHONE: _has_phone(plain),
    }
    return tuple(sign for sign in Sign if found[sign])


def _plain(words: str) -> str:
    """Give words with plain forms of letters and signs (UAX 15, NFKC), and without signs that nobody sees."""
    plain = unicodedata.normalize("NFKC", words)
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf").replace("’", "'")


def _has_link(plain: str) -> bool:
    return _LINK.search(plain) is not None or any(map(_is_host, _HOST.finditer(plain)))


def _is_host(found: re.Match[str]) -> bool:
    """Say whether words with dots between are a host; a capital after a dot begins a sentence without a space."""
    ending, path = found.groups()
    if ending.lower() not in _endings() and not ending.lower().startswith("xn--"):
        return False
    return bool(path) or not ending[0].isupper() or found[0].isupper()


def _has_phone(plain: str) -> bool:
    return any(
        sum(sign.isdigit() for sign in found[0]) in _PHONE_DIGITS and not _NO_PHONE.fullmatch(found[0].strip())
        for found in _PHONE.finditer(plain)
    )


def _has_listed(words: str, listed: Sequence[str]) -> bool:
    form = folded_anew(words) if listed else None
    return form is not None and any(_listed_name(word).stands_in(form) for word in listed)


def _has_threat(plain: str, people: People) -> bool:
    """Say whether a sentence threatens where it, or one beside it, has a name."""
    sentences = [sentence for sentence in _SENTENCE_END.split(plain) if sentence.strip()]
    threatening = [_is_threat(sentence) for sentence in sentences]
    if not any(threatening):
        return False
    if len(sentences) == 1:
        return people.stand_in(plain)
    return any(
        (one or other) and people.stand_in(f"{sentence}. {following}")
        for (sentence, following), (one, other) in zip(pairwise(sentences), pairwise(threatening), strict=True)
    )


def _is_threat(sentence: str) -> bool:
    found = _threats().search(sentence)
    return found is not None and not _NOT.search(sentence, 0, found.start())


@lru_cache(maxsize=1024)
def _listed_name(word: str) -> Name:
    return Name(word, whole=True)


@cache
def _endings() -> frozenset[str]:
    return frozenset(row["domain"] for row in rows("top_domains.csv"))


@cache
def _threats() -> re.Pattern[str]:
    """Make one pattern of all forms of all languages: people write in another language than the form's."""
    forms = [(row["language"], row["form"].replace(" ", r"\s+")) for row in rows("harm_words.csv")]
    return re.compile(
        "|".join(f"(?:{form})" if code == "zh" else rf"\b(?:{form})" for code, form in forms), re.IGNORECASE
    )
