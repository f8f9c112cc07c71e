"""The States, their names, and who sat on the Human Rights Council when; knows no campaign folder."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache

from outreach.data import rows
from outreach.errors import UsageError
from outreach.language import BUILT_IN, grammar_of, locale_of
from outreach.registry.model import State, Term
from outreach.registry.state_names.spellings import SPELLINGS
from outreach.text import either, nearest, shortened, without_accents

ARTICLE_FIRST = re.compile(r"^(?:the|le|la|les|l|el|los|las) (?=.)")
ARTICLE_LAST = re.compile(r"(?<=.) (?:the|le|la|les|el|los|las)$")
# Unicode calls these by a capital, a part of the land or a name that they no longer use: no letter to them may.
NOT_BY_CLDR = frozenset({"CIV", "COD", "COG", "KOR", "MMR", "PRK", "PSE", "TUR", "VAT"})


@cache
def load_states() -> dict[str, State]:
    """Read every UN member and observer State, keyed by ISO 3166-1 alpha-3, from the package's states.csv."""
    return {row["iso3"]: _state(row) for row in rows("states.csv")}


@cache
def states_in(languages: tuple[str, ...]) -> dict[str, State]:
    """Give the States as `load_states` does, with their names in those of the languages that the package has not.

    These are Unicode's (CLDR), read by Babel: not the names that the United Nations write.
    """
    others = [language for language in languages if not grammar_of(language)]
    if not others:
        return load_states()
    return {
        code: replace(state, cldr={language: cldr_name(state, language) for language in others})
        for code, state in load_states().items()
    }


def cldr_name(state: State, language: str) -> str:
    """Give Unicode's name of a State in a language; "" where it has none."""
    return str(locale_of(language).territories.get(state.alpha2, ""))


def short_name(state: State, language: str) -> str:
    """Give a State's short name: the UN's in English, French and Spanish, else Unicode's.

    Where Unicode has none, or one that would wrong the State, it is the English one.
    """
    if own := state.names.get(grammar_of(language)):
        return own
    return ("" if state.code in NOT_BY_CLDR else cldr_name(state, language)) or state.name


def unnamed_in(language: str) -> tuple[str, ...]:
    """List the States (alpha-3) that have no name in a language that a letter may say; none in a built-in one."""
    if grammar_of(language):
        return ()
    states = load_states().values()
    return tuple(state.code for state in states if state.code in NOT_BY_CLDR or not cldr_name(state, language))


@cache
def load_terms() -> tuple[Term, ...]:
    """Give the terms on the Human Rights Council that are known, from the package's hrc_terms.csv."""
    return tuple(
        Term(row["state"], date.fromisoformat(row["from"]), date.fromisoformat(row["to"]), row["source"])
        for row in rows("hrc_terms.csv")
    )


@cache
def load_groups() -> dict[str, tuple[str, ...]]:
    """Give the groups in which States speak together, with their members, from the package's groups.csv."""
    groups: dict[str, tuple[str, ...]] = {}
    for row in rows("groups.csv"):
        groups[row["group"]] = (*groups.get(row["group"], ()), row["state"])
    return groups


@cache
def load_official_languages() -> dict[str, tuple[str, ...]]:
    """Give alpha-3 → those of the UN's six languages that are official in the State, by their ISO 639-2 codes."""
    return {row["iso3"]: tuple(filter(None, row["un_languages_official"].split("|"))) for row in rows("states.csv")}


def find_state(states: Mapping[str, State], text: str) -> State:
    """Give the State that `text` names: alpha-3, alpha-2, or a name in English, French, Spanish or the campaign's.

    Case, accents, punctuation and articles do not matter. UsageError with the nearest names otherwise.
    """
    state = named_state(states, text)
    if state is None:
        raise UsageError(f"there is no State '{shortened(text)}'{_suggestion(states, text)}")
    return state


def named_state(states: Mapping[str, State], text: str) -> State | None:
    """Do as find_state, but None where no State has that name."""
    known = states.get(text.strip().upper())
    if known:
        return known
    code = _names_in(states).get(fold(text))
    return states[code] if code else None


def folded_names(states: Mapping[str, State]) -> Mapping[str, str]:
    """Give every name that `named_state` knows, folded → alpha-3."""
    return _names_in(states)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Write text as names are compared: no case, accents, punctuation or leading and trailing article."""
    words = " ".join(re.findall(r"\w+", without_accents(text.replace("&", " and "))))
    words = re.sub(r"^st ", "saint ", words)
    return ARTICLE_LAST.sub("", ARTICLE_FIRST.sub("", words))


def in_order(name: str) -> str:
    """Write a name as lists for readers are sorted: accents aside, every word in its place (El Salvador under E)."""
    return without_accents(name)


def _state(row: dict[str, str]) -> State:
    # The UN's list marks its observers' formal names with an asterisk, a footnote and no part of the name.
    return State(
        code=row["iso3"],
        alpha2=row["iso2"],
        names={language: row[f"name_{language}"] for language in BUILT_IN},
        formal={language: row[f"formal_{language}"].removesuffix(" *") for language in BUILT_IN},
        group=row["regional_group"],
        observer=row["un_status"] == "observer State",
    )


def _names_in(states: Mapping[str, State]) -> dict[str, str]:
    """Give the names of these States; of those that the package gives, which are always the same objects, once."""
    languages = tuple(next(iter(states.values())).cldr) if states else ()
    return _names_for(languages) if states is states_in(languages) else _names(states)


@cache
def _names_for(languages: tuple[str, ...]) -> dict[str, str]:
    return _names(states_in(languages))


def _names(states: Mapping[str, State]) -> dict[str, str]:
    """Folded name → alpha-3. Official names go before spellings ("Congo" is what the UN calls Congo), and those before
    names in other languages.
    """
    names: dict[str, str] = {}
    for state in states.values():
        for name in _official(state):
            names.setdefault(fold(name), state.code)
    for code in SPELLINGS.keys() & states.keys():
        for name in SPELLINGS[code]:
            names.setdefault(fold(name), code)
    for state in states.values():
        for name in state.cldr.values():
            names.setdefault(fold(name), state.code)
    names.pop("", None)
    return names


def _official(state: State) -> Iterator[str]:
    yield state.code
    yield state.alpha2
    for name in (*state.names.values(), *state.formal.values()):
        yield name
        yield name.partition(" (")[0]  # Iran (Islamic Republic of)


def _suggestion(states: Mapping[str, State], text: str) -> str:
    names = _names_in(states)
    found = dict.fromkeys(names[name] for name in nearest(fold(text[:60]), names, most=8, alike=0.7))
    if not found:
        return "; name it by alpha-3, alpha-2 or name, such as DEU, de or Germany"
    return f"; did you mean {either([f'{states[code].name} ({code})' for code in list(found)[:3]])}?"
