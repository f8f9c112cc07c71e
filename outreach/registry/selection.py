"""Who is meant: turns the words of --to into States; a pure function of the registry.

A word is `co-sponsored`, `led`, `joined` or `raised`, alone or with `:INSTRUMENT` (`raised` also with
`:CASE`); `group:NAME`; `hrc:YEAR` or `hrc:YEAR-MONTH`; `all`; or a State by alpha-3, alpha-2 or name. A leading `!`
leaves out.
"""

from collections.abc import Iterator, Sequence

from outreach.errors import UsageError
from outreach.registry.council import gap, members
from outreach.registry.model import Registry
from outreach.registry.record import KINDS
from outreach.registry.states import find_state, fold, named_state
from outreach.text import did_you_mean, shortened


def select(
    registry: Registry, words: Sequence[str], default: Sequence[str] = (), cases: Sequence[str] = ()
) -> tuple[str, ...]:
    """Give the alpha-3 codes, sorted, of the States that `words` name: those named, less those named with `!`.

    A text may hold several words, separated by commas. Without words `default` counts; if every word is a
    `!…`, they are taken out of `default`. `cases` are slugs that exist besides those in the record. A known
    word may select nobody. UsageError names all unknown words at once, with what exists.
    """
    states = registry.states
    wanted = _wanted(registry, words, default)
    named, left_out, unknown = set[str](), set[str](), list[str]()
    for word in wanted:
        try:
            found = _states_of(registry, word.lstrip("!").strip(), cases)
        except UsageError as error:
            unknown.append(str(error))
            continue
        (left_out if word.startswith("!") else named).update(found)
    if unknown:
        raise UsageError("\n".join(dict.fromkeys(unknown)))
    return tuple(sorted((named - left_out) & states.keys()))


def takes_all(registry: Registry, words: Sequence[str], default: Sequence[str] = ()) -> bool:
    """Say whether the words name every mission that has a row: `all` is among them. Arguments as select."""
    return "all" in map(str.casefold, _wanted(registry, words, default))


def _wanted(registry: Registry, words: Sequence[str], default: Sequence[str]) -> list[str]:
    """Part texts into words; where all of them leave out, those of `default` go before."""
    wanted = [word for text in words for word in _split(registry, text)]
    if all(word.startswith("!") for word in wanted):
        wanted = [word for text in default for word in _split(registry, text)] + wanted
    return wanted


def gaps(registry: Registry, words: Sequence[str]) -> tuple[str, ...]:
    """Say which of the words select fewer States than there are, because the rest is not known. Words as select."""
    parted = [_parted(word.lstrip("!")) for text in words for word in _split(registry, text)]
    found = [gap(registry.terms, period) for kind, colon, period in parted if colon and kind == "hrc"]
    return tuple(dict.fromkeys(filter(None, found)))


def _split(registry: Registry, text: str) -> Iterator[str]:
    """Give the words in one text. A State's name may itself have a comma: Netherlands, the."""
    if named_state(registry.states, text.strip().lstrip("!")):
        yield text.strip()
    else:
        yield from (word.strip() for word in text.split(",") if word.strip())


def _states_of(registry: Registry, word: str, cases: Sequence[str]) -> set[str]:
    kind, colon, rest = _parted(word)
    if word.casefold() == "all":
        return set(registry.missions)
    if kind in KINDS:
        return _acted(registry, kind, rest, cases) if rest or not colon else _incomplete(word)
    if colon and kind == "group":
        return _group(registry, rest)
    if colon and kind == "hrc":
        return members(registry.terms, rest)
    if colon:
        raise UsageError(f"'{shortened(word)}' selects no States: there is no '{shortened(kind)}:'{_forms()}")
    try:
        return {find_state(registry.states, word).code}
    except UsageError as error:
        raise UsageError(f"{error}{_forms()}") from None


def _parted(word: str) -> tuple[str, str, str]:
    """Part KIND:REST; capitals of the kind, and blanks around both, do not matter."""
    kind, colon, rest = (part.strip() for part in word.partition(":"))
    return kind.casefold(), colon, rest


def _incomplete(word: str) -> set[str]:
    raise UsageError(f"'{word}' is incomplete: write what stands after the colon, such as raised:hrc51-dialogue")


def _acted(registry: Registry, kind: str, what: str, cases: Sequence[str]) -> set[str]:
    """Find who did acts of this kind: in any instrument, in one, or (raised) for one case."""
    acts = [act for act in registry.acts if act.kind == kind]
    if not what:
        return {act.state for act in acts}
    slugs = {act.case for act in registry.acts if act.case} | set(cases) if kind == "raised" else set[str]()
    if what not in registry.instruments and what not in slugs:
        names = "instrument or case" if kind == "raised" else "instrument"
        hint = did_you_mean(what, [*registry.instruments, *sorted(slugs)])
        raise UsageError(f"'{kind}:{shortened(what)}': there is no {names} '{shortened(what)}'{hint}")
    return {act.state for act in acts if act.instrument == what or (act.case == what and what in slugs)}


def _group(registry: Registry, name: str) -> set[str]:
    """Give a group of outreach.toml or one of ours, else a regional group of the UN."""
    for own, codes in registry.groups.items():
        if fold(own) == fold(name):
            return set(codes)
    found = {state.code for state in registry.states.values() if state.group and fold(state.group) == fold(name)}
    if not found:
        regional = sorted({state.group for state in registry.states.values() if state.group})
        hint = did_you_mean(name, [*regional, *registry.groups])
        raise UsageError(f"there is no group '{shortened(name)}'{hint}")
    return found


def _forms() -> str:
    return "; write co-sponsored:ID, joined:ID, led:ID, raised:CASE, group:NAME, hrc:YEAR, all, or a State"
