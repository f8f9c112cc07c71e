"""Finds the State that a cell of somebody's spreadsheet names, and says why it cannot; guesses nothing.

A name is taken where it can mean one State only. "Congo" and "Korea" are two each; the European Union and Taiwan have
no row, since the program knows the UN's Member and observer States alone; what is nearly a name is not taken for one.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from outreach.errors import UsageError
from outreach.registry.model import State
from outreach.registry.state_names.finding import states_named
from outreach.registry.states import find_state, fold, folded_names, load_states, named_state
from outreach.text import LOOKED_UP, either, nearest, shortened

AMBIGUOUS = {
    "congo": ("COG", "COD"),
    "republique congo": ("COG", "COD"),
    "korea": ("KOR", "PRK"),
    "coree": ("KOR", "PRK"),
    "corea": ("KOR", "PRK"),
}
# Folded. Groups of States and organisations that have missions or offices in Geneva too.
ORGANISATIONS = frozenset(
    {
        *(
            "european union",
            "union europeenne",
            "union europea",
            "eu",
            "ue",
            "european external action service",
            "eeas",
        ),
        *("delegation of european union", "european commission", "african union", "union africaine", "union africana"),
        *("league of arab states", "arab league", "organisation of islamic cooperation", "oic"),
        *("organization of islamic cooperation", "commonwealth", "commonwealth secretariat"),
        *("organisation internationale de francophonie", "francophonie", "international organisation of francophonie"),
        *("united nations", "nations unies", "naciones unidas", "un", "nato", "asean", "icrc", "cicr"),
        *("international committee of red cross", "order of malta", "sovereign order of malta"),
        *("sovereign military order of malta", "ordre de malte", "ordre souverain de malte", "orden de malta"),
    }
)
# Spellings besides those of Unicode's CLDR, which names every territory that has a code.
OTHER_PLACES = frozenset(
    {
        *("republic of china", "chinese taipei", "taiwan province of china", "republic of kosovo"),
        *("hong kong", "macao", "macau"),
    }
)
# Languages whose names of States are understood besides English, French and Spanish.
MORE_LANGUAGES = ("de", "pt", "it", "nl", "ru", "ar", "zh", "zh-Hant", "ja", "pl", "tr", "uk", "sv")
MOST_PARTS = 4
SHORTEST = 3  # letters that a name may be cut off at, such as GER
ARTICLES = re.compile(r"\b(?:the|le|la|les|l|el|los|las)\b\s*")
FOOTNOTE = re.compile(r"\s*(?:[*†‡§¹²³⁰-⁹]+|\[\w{1,2}\]|\(\d{1,2}\))\s*$")
PARTS = re.compile(r"\s*[/|()\n;=]\s*|\s+[-–—]\s+|,\s+")
MISSION = re.compile(
    r"^(?:permanent |observer |state |mission |misiones |mision |permanente |permanent |delegation |delegacion |"
    r"representation |representacion |embassy |ambassade |embajada |observateur |observadora |observador |"
    r"and |et |y |of|de|du|des|del|d|para )+\s*"
)
TO_THE_UN = re.compile(
    r"\b(?:to|aupres|pres|ante|at|in|a)\s+(?:the |l |la |les |el |los |las )?"
    r"(?:united|un|unog|nations|office|oficina|organisation|organizacion|naciones|onu|geneva|geneve|ginebra|other|autres)\b.*$"
)
MISSION_WORDS = re.compile(r"\b(?:mission|mision|delegation|delegacion|embassy|ambassade|embajada|representation)\b")


class NoStateError(UsageError):
    """What a cell names is no UN Member or observer State, and nothing is wrong with the row."""


class UnknownStateError(UsageError):
    """What a cell names is no State that is known; `codes` of those whose names are most like it."""

    def __init__(self, message: str, name: str, codes: Sequence[str]) -> None:
        self.name, self.codes = name, tuple(codes)
        super().__init__(message)


class AmbiguousStateError(UsageError):
    """What a cell names may be several States; `name` as it stands there, `codes` alpha-3."""

    def __init__(self, name: str, codes: Sequence[str]) -> None:
        self.name, self.codes = name, tuple(codes)
        names = either([f"{load_states()[code].name} ({code})" for code in codes])
        typed = either([f"--state '{name}={code}'" for code in codes])
        super().__init__(f"'{name}' may be {names}: write the code, or say {typed}")


def read_choices(texts: Sequence[str], states: Mapping[str, State]) -> dict[str, str]:
    """Read `--state THEIRS=CODE` as folded name → alpha-3; UsageError for anything else."""
    chosen = {}
    for text in texts:
        left, equals, right = (part.strip() for part in text.rpartition("="))
        if not equals or not left:
            raise UsageError(
                f"--state '{shortened(text)}': write their name, =, the State, such as --state 'Congo=COD'"
            )
        chosen[fold(left)] = find_state(states, right).code
    return chosen


def state_named_by(
    states: Mapping[str, State], text: str, chosen: Mapping[str, str], *, suggesting: bool = True
) -> str:
    """Give the alpha-3 code of the one State that a cell names; `chosen` are names that a person has decided.

    `suggesting` what may be meant takes some milliseconds for each name that is none.
    AmbiguousStateError for several, NoStateError for what has no row here, else UsageError with the nearest names.
    """
    text = FOOTNOTE.sub("", text)
    code = _code(states, text, chosen)
    if code:
        return code
    parts = [part for part in PARTS.split(text) if part]
    if 1 < len(parts) <= MOST_PARTS and (code := _same_in_all(states, parts, chosen)):
        return code
    if MISSION_WORDS.search(fold(text)):
        return _of_mission(states, text, chosen)
    raise _unknown(states, text, suggesting=suggesting)


def names_a_state(states: Mapping[str, State], text: str) -> bool:
    """Say whether a cell names a State, or something that is written in its place, such as the European Union."""
    try:
        return bool(_code(states, FOOTNOTE.sub("", text), {}))
    except UsageError:
        return True


def _unknown(states: Mapping[str, State], text: str, *, suggesting: bool) -> UnknownStateError:
    """Say that no State is called so, which ones nearly are, and what to do."""
    name = " ".join(text.split())
    known = folded_names(states)
    folded = fold(name[:LOOKED_UP])
    near = [known[each] for each in nearest(folded, known, most=8, alike=0.7)] if suggesting else []
    begins = sorted({code for each, code in known.items() if len(folded) >= SHORTEST and each.startswith(folded)})
    codes = list(dict.fromkeys([*begins[:3], *near]))[:3]
    if len(name) > LOOKED_UP:
        return UnknownStateError(f"there is no State '{shortened(name)}'; write its name or code", name, codes)
    if not codes:
        message = f"there is no State '{name}'; write its name or code, or say --state '{name}=CODE'"
        return UnknownStateError(message, name, codes)
    meant = either([f"{states[code].name} ({code})" for code in codes])
    code = codes[0] if len(codes) == 1 else "CODE"
    message = f"there is no State '{name}'; did you mean {meant}? Write it, or say --state '{name}={code}'"
    return UnknownStateError(message, name, codes)


def _same_in_all(states: Mapping[str, State], parts: Sequence[str], chosen: Mapping[str, str]) -> str:
    """Give the State that all parts of a cell name: "Türkiye / Turkey", "DEU - Germany", "Congo (DRC)"; else ""."""
    common: set[str] | None = None
    for part in parts:
        try:
            codes = {_code(states, part, chosen)}
        except AmbiguousStateError as error:
            codes = set(error.codes)
        except NoStateError:
            codes = set()
        common = codes if common is None else common & codes
    return common.pop() if common and len(common) == 1 else ""


def _code(states: Mapping[str, State], text: str, chosen: Mapping[str, str]) -> str:
    """Give the code of a name, "" where it is unknown."""
    name = fold(text)
    if name in chosen:
        return chosen[name]
    if name in AMBIGUOUS:
        raise AmbiguousStateError(shortened(" ".join(text.split())), AMBIGUOUS[name])
    if name in ORGANISATIONS:
        raise NoStateError(f"{shortened(text)} is no State: letters go to States")
    known = named_state(states, text) or _turned(states, text)
    if known:
        return known.code
    if name in OTHER_PLACES:
        raise NoStateError(_no_row(text))
    return _in_more_languages(states, text) if len(name) > 2 or not name.isascii() else ""


def _turned(states: Mapping[str, State], text: str) -> State | None:
    """Find "Korea, South", "Korea (South)" and "The Netherlands (Kingdom of the)"; articles do not matter anywhere."""
    turned = re.fullmatch(r"\s*([^,(]+?)\s*(?:,\s*([^,(]+?)|\(([^()]+)\))\s*", text)
    name = f"{turned[2] or turned[3]} {turned[1]}" if turned else text
    code = _without_articles().get(_bare(name))
    return states.get(code) if code else None


def _bare(name: str) -> str:
    return ARTICLES.sub("", fold(name)).strip()


@cache
def _without_articles() -> Mapping[str, str]:
    """Give name without any article → alpha-3, of the names that only one State has then."""
    codes: dict[str, set[str]] = {}
    for name, code in folded_names(load_states()).items():
        codes.setdefault(_bare(name), set()).add(code)
    return {name: found.pop() for name, found in codes.items() if len(found) == 1}


def _in_more_languages(states: Mapping[str, State], text: str) -> str:
    """Give the code of a State that Unicode's CLDR names so in another language."""
    codes = _territories().get(fold(text), frozenset())
    known = sorted(state.code for state in states.values() if state.alpha2 in codes)
    if len(known) > 1:
        raise AmbiguousStateError(shortened(text), known)
    if codes and not known:
        raise NoStateError(_no_row(text))
    return known[0] if known else ""


def _no_row(text: str) -> str:
    return f"{shortened(text)} is not among the UN's Member and observer States, so it has no row here"


@cache
def _territories() -> Mapping[str, frozenset[str]]:
    """Folded name → the two-letter codes of the territories that some language calls so (CLDR)."""
    from babel import Locale

    names: dict[str, set[str]] = {}
    for language in ("en", "fr", "es", *MORE_LANGUAGES):
        for code, name in Locale.parse(language, sep="-").territories.items():
            if len(code) == 2:
                names.setdefault(fold(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in names.items() if name}


def _of_mission(states: Mapping[str, State], text: str, chosen: Mapping[str, str]) -> str:
    """Give the State of "Permanent Mission of X to the UN Office at Geneva"."""
    name = TO_THE_UN.sub("", fold(text)).strip()
    whose = MISSION.sub("", name).strip()
    code = _code(states, whose, chosen) if whose else ""
    if code:
        return code
    named = states_named(name)
    if len(named) == 1:
        return named.pop()
    raise UsageError(f"'{shortened(text, 80)}' does not say in words that are known here which State's mission it is")
