"""Finds the States that a text names, in English, French, Spanish and one other; knows no case, no campaign folder."""

from collections.abc import Mapping
from functools import cache

from outreach.language import grammar_of
from outreach.registry.model import State
from outreach.registry.state_names.spellings import SPELLINGS
from outreach.registry.states import fold, load_states, short_name, states_in

SHORTEST = 4  # letters of a name; shorter ones (us, uk) are words too


def states_named(text: str, language: str = "en") -> set[str]:
    """Give the alpha-3 codes of the States that a text names. A longer name wins: Guinea-Bissau does not name Guinea.

    Codes such as BEL are no names here, and neither are adjectives: "Belgian". Of a language beyond the built-in ones
    names are found as Unicode has them, not as a sentence may bend them.
    """
    names = _names(language)
    longest = max(map(len, names))
    words = fold(text).split()
    found, place = set[str](), 0
    while place < len(words):
        for length in range(min(longest, len(words) - place), 0, -1):
            if code := names.get(tuple(words[place : place + length])):
                found.add(code)
                place += length
                break
        else:
            place += 1
    return found


def name_in(states: Mapping[str, State], code: str, language: str) -> str:
    """Give the short name of a State in a language, without what stands in brackets."""
    return short_name(states[code], language).partition(" (")[0]


def may_be_named(state: State, text: str, language: str) -> bool:
    """Say whether a text names a State in a form of its name: a word of it begins as the name does."""
    name = fold(short_name(state, language))
    return fold(name[: max(SHORTEST, len(name) - 2)]) in fold(text)


@cache
def _names(language: str) -> dict[tuple[str, ...], str]:
    """Folded words of a name → alpha-3; official names go before other spellings."""
    names: dict[tuple[str, ...], str] = {}
    states = load_states() if grammar_of(language) else states_in((language,))
    official = [
        (name, state.code)
        for state in states.values()
        for full in (*state.names.values(), *state.formal.values())
        for name in (full, full.partition(" (")[0])
    ]
    others = [(name, code) for code in SPELLINGS.keys() & states.keys() for name in SPELLINGS[code]]
    foreign = [(name, state.code) for state in states.values() for name in state.cldr.values()]
    for name, code in (*official, *others, *foreign):
        folded = fold(name)
        if len(folded) >= SHORTEST:
            names.setdefault(tuple(folded.split()), code)
    return names
