"""Finds the States that a text names, in English, French and Spanish; knows no case and no campaign folder."""

from collections.abc import Mapping
from functools import cache

from outreach.registry.model import State
from outreach.registry.spellings import SPELLINGS
from outreach.registry.states import fold, load_states

SHORTEST = 4  # letters of a name; shorter ones (us, uk) are words too


def states_named(text: str) -> set[str]:
    """Give the alpha-3 codes of the States that a text names. A longer name wins: Guinea-Bissau does not name Guinea.

    Codes such as BEL are no names here, and neither are adjectives: "Belgian".
    """
    names = _names()
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
    return states[code].names[language].partition(" (")[0]


@cache
def _names() -> dict[tuple[str, ...], str]:
    """Folded words of a name → alpha-3; official names go before other spellings."""
    names: dict[tuple[str, ...], str] = {}
    states = load_states()
    official = [
        (name, state.code)
        for state in states.values()
        for full in (*state.names.values(), *state.formal.values())
        for name in (full, full.partition(" (")[0])
    ]
    others = [(name, code) for code in SPELLINGS.keys() & states.keys() for name in SPELLINGS[code]]
    for name, code in (*official, *others):
        folded = fold(name)
        if len(folded) >= SHORTEST:
            names.setdefault(tuple(folded.split()), code)
    return names
