"""Languages by their codes (BCP 47: pt, pt-BR, zh-Hant): which there are, their names, which way they are read.

What Babel knows of them is Unicode's CLDR. Babel is imported for languages beyond the built-in ones alone.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from outreach.text import either, nearest, shortened, without_accents

if TYPE_CHECKING:
    from babel import Locale

BUILT_IN = ("en", "fr", "es")  # of which this program knows the grammar
VARIANT = re.compile(r"\w{5,8}|\d\w{3}")
NAMES = {"en": "English", "fr": "French", "es": "Spanish"}
# Languages that people may name in the language itself; to ask all that there are takes seconds.
OWN_NAMES = ("ar", "de", "fa", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sw", "tr", "uk", "zh")
EXAMPLES = "such as en, pt, ar or zh-Hant"
CODE = re.compile(
    r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|\d{3}))?(?:[-_](?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))?"
)


@lru_cache(maxsize=512)
def language_code(text: str) -> str:
    """Give the code as it is written (PT_br → pt-BR); ValueError says what was probably meant (RFC 5646, 2.1.1)."""
    text = text.strip()
    if text in BUILT_IN:
        return text
    if not CODE.fullmatch(text):
        raise ValueError(f"'{shortened(text)}' is not the code of a language{_meant(text)}")
    code = _as_written(text)
    known = _known(code)
    if known is None:
        raise ValueError(f"there is no language '{shortened(text)}'{_meant(text)}")
    if known.language != code.partition("-")[0]:  # an old code, or one of three letters where there is one of two
        raise ValueError(
            f"the code '{shortened(text)}' is not in use; write '{known.language}' ({language_name(known.language)})"
        )
    if VARIANT.fullmatch(code.split("-")[-1]) and not known.variant:
        raise ValueError(f"there is no such kind of {known.english_name}; write '{code.rpartition('-')[0]}'")
    return code


def language_named(text: str) -> str:
    """Give the code of the language of that code or name, such as Portuguese or português; "" if there is none."""
    try:
        return language_code(text)
    except ValueError:
        return _names().get(without_accents(text.strip()), "")


def language_name(code: str) -> str:
    """Give a language's name in English: Portuguese, Portuguese (Brazil); the code itself where nobody knows it."""
    if code in NAMES:
        return NAMES[code]
    known = _known(code)
    return (known.english_name if known else None) or code


def grammar_of(code: str) -> str:
    """Give the built-in language whose grammar a code follows: fr-CH follows fr; "" for other languages."""
    base = code.partition("-")[0]
    return base if base in BUILT_IN else ""


def is_foreign(code: str) -> bool:
    """Say whether the grammar of a language is not known here."""
    return not grammar_of(code)


def locale_of(code: str) -> "Locale":
    """Give what CLDR knows of a language; ValueError for a code that it does not know."""
    known = _known(code)
    if known is None:
        raise ValueError(f"there is no language '{shortened(code)}'{_meant(code)}")
    return known


@lru_cache(maxsize=128)
def is_right_to_left(code: str) -> bool:
    """Say whether a language is read from right to left, as Arabic and Hebrew are."""
    if grammar_of(code):
        return False
    known = _known(code)
    return known is not None and known.text_direction == "rtl"


def best_language(wanted: str, offered: tuple[str, ...]) -> str:
    """Give the one of the languages offered that is the one wanted, or the same elsewhere (pt for pt-BR); "" if none.

    Another script is another language to a reader: zh-Hant is not offered to who wants zh-Hans.
    """
    if wanted in offered:
        return wanted
    return next((code for code in offered if _without_place(code) == _without_place(wanted)), "")


def _without_place(code: str) -> tuple[str, ...]:
    language, *others = code.split("-")
    return (language, *(part for part in others if len(part) == 4 and part.isalpha()))


def _as_written(text: str) -> str:
    """Write the parts as usual (RFC 5646, section 2.1.1): language small, Script with a capital, PLACE in capitals."""
    first, *others = re.split("[-_]", text.lower())
    sizes = {2: str.upper, 4: str.title}
    return "-".join(
        [first, *(sizes.get(len(part), str.lower)(part) if not part[0].isdigit() else part for part in others)]
    )


@lru_cache(maxsize=512)
def _known(code: str) -> "Locale | None":
    from babel import Locale, UnknownLocaleError

    if code in ("und", "mul", "zxx", "root"):  # nobody's languages
        return None
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _meant(text: str) -> str:
    """End a sentence about a code that there is not with the languages that were probably meant."""
    return f"; did you mean {either(found)}?" if (found := _guesses(text.strip())) else f"; write its code, {EXAMPLES}"


def _guesses(text: str) -> list[str]:
    """Give what somebody may have meant: a name, a country's code, more than a code, or a name with a slip."""
    names, plain = _names(), without_accents(text)
    if code := names.get(plain):
        return [f"{code} ({language_name(code)})"]
    first = re.split("[-_ ]", text.lower())[0]
    if first != text.lower() and first in names.values():
        return [f"{first} ({language_name(first)})"]
    codes = [code for code in _spoken_in(text) if code in names.values()] or [
        names[name] for name in nearest(plain, names)
    ]
    return [f"{code} ({language_name(code)})" for code in dict.fromkeys(codes)]


def _spoken_in(place: str) -> tuple[str, ...]:
    """Give the languages of a country by its alpha-2 code: jp is Japan, and its language ja."""
    from babel.languages import get_official_languages

    return get_official_languages(place.upper(), de_facto=True)[:3]


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Map names of languages, without accents and capitals, to their codes: in three languages, some in their own."""
    from babel.localedata import locale_identifiers

    there = set(locale_identifiers())
    names = dict[str, str]()
    for reader in (*BUILT_IN, *OWN_NAMES):
        known = locale_of(reader).languages
        codes = there if reader in BUILT_IN else {reader}
        for code, name in known.items():
            if code in codes:
                names.setdefault(without_accents(name), code)
    return names
