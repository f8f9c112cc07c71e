"""Finds the language that a spreadsheet names, and the one in which a State is usually written to; knows no letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from outreach.registry.cells import read_language
from outreach.registry.states import fold, load_official_languages
from outreach.text import shortened

NAMED_IN = ("en", "fr", "es", "de", "pt", "it", "ru", "ar", "zh")
OF_THE_UN = {"ara": "ar", "eng": "en", "fra": "fr", "rus": "ru", "spa": "es", "zho": "zh"}


@dataclass(frozen=True, slots=True)
class UsualLanguage:
    """The language that letters to a State are in, for a row that names none; `code` is "" where nothing is known.

    `official` are the campaign's languages that are official in the State.
    """

    code: str
    official: tuple[str, ...]


def read_their_language(text: str) -> str:
    """Give the code of a language by its code, or by its name in English, French, Spanish and some others."""
    found = _names().get(fold(text), "")
    try:
        return read_language(found or text)
    except ValueError as error:
        raise ValueError(f"{error} (here: {shortened(text)})" if found else str(error)) from None


def usual_language(state: str, alpha2: str, languages: Sequence[str]) -> UsualLanguage:
    """Choose among a campaign's languages for a State: one that is official there; the campaign's first goes before.

    For the UN's six languages this is what the UN's own list says, kept in states.csv; for others, and for which of
    several is spoken by more people, Unicode's CLDR.
    """
    un = [OF_THE_UN[code] for code in load_official_languages().get(state, ())]
    bases = {code: code.partition("-")[0] for code in languages}
    spoken = _spoken(alpha2) if len(un) > 1 or not {*bases.values()} <= {*OF_THE_UN.values()} else ()
    official = [code for code, base in bases.items() if base in (un if base in OF_THE_UN.values() else spoken)]
    if len(official) > 1 and official[0] != languages[0]:
        official.sort(key=lambda code: spoken.index(bases[code]) if bases[code] in spoken else len(spoken))
    return UsualLanguage(official[0] if official else "", tuple(official))


def _spoken(alpha2: str) -> tuple[str, ...]:
    """Give the official languages of a territory, the most spoken first (CLDR)."""
    from babel.languages import get_official_languages

    return get_official_languages(alpha2, de_facto=True)


@cache
def _names() -> Mapping[str, str]:
    """Folded name, or three-letter code, of a language → its code; a name that several have is left out."""
    from babel import Locale

    names: dict[str, set[str]] = {}
    for language in NAMED_IN:
        for code, name in Locale.parse(language).languages.items():
            if len(code) == 2:
                names.setdefault(fold(name), set()).add(code)
    for long, short in (*OF_THE_UN.items(), ("fre", "fr"), ("castellano", "es")):
        names.setdefault(long, set()).add(short)
    return {name: codes.pop() for name, codes in names.items() if len(codes) == 1}
