"""Reads a cell of somebody's table as ours would have it: several values, words in three languages, `label|url` links.

A Uwazi export has `|` between several values, and between the label of a link and its address.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from outreach.errors import UsageError
from outreach.registry.cells import ROUGH_DATE
from outreach.registry.days import of_serial, typed_day
from outreach.registry.documented.reading import is_document, read_report
from outreach.registry.documented.vocabulary import codes, ways_of_saying
from outreach.registry.imports.naming import state_named_by
from outreach.registry.imports.texts import cleaned, encoding_fault, says_nothing
from outreach.registry.sheets.checks import LONGEST_CELL
from outreach.registry.states import fold, load_states
from outreach.text import nearest, shortened, unwrapped

YES = frozenset({"yes", "y", "oui", "si", "true", "1", "x", "named", "public"})
NO = frozenset({"no", "n", "non", "false", "0", "unnamed", "anonymous", "not named"})
SEVERAL = re.compile(r"[;\n|]")
COMMA = re.compile(r",\s*")
YEARS = re.compile(r"\b(?:19|20)\d{2}\b")
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
UN_ADDRESS = re.compile(
    r"https?://(?:www\.)?(?:undocs\.org|docs\.un\.org|documents\.un\.org)/(?:(?:en|fr|es|ar|ru|zh)/)?(\S+)",
    re.IGNORECASE,
)
VOCABULARY = frozenset({"victim_kind", "engagement", "un_body", "act_type", "followup", "status"})
TEXTS = frozenset({"title", "trigger", "state_reply", "note"})


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided: folded names of States → alpha-3, folded words → codes ("" leaves a word out)."""

    states: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


def read_words(texts: Sequence[str]) -> dict[str, str]:
    """Read `--word THEIRS=CODE` as folded word → code; UsageError for anything else."""
    known = {code for kind in VOCABULARY for code in codes(kind)}
    chosen = {}
    for text in texts:
        left, equals, right = (part.strip() for part in text.rpartition("="))
        if not equals or not left:
            raise UsageError(f"--word '{shortened(text)}': write their word, =, ours: --word 'Exit ban=travel-ban'")
        if right and right not in known:
            near = nearest(right, known)
            raise UsageError(
                f"--word '{shortened(text)}': there is no word '{shortened(right)}'"
                + (f"; did you mean {near[0]}?" if near else "; see: outreach documented words")
            )
        chosen[fold(left)] = right
    return chosen


def read_cell(column: str, text: str, choices: Choices) -> str:
    """Give what a cell of theirs says, as ours would have it in `column`; ValueError for what it cannot be."""
    if len(text) > LONGEST_CELL:
        raise ValueError(
            f"is {len(text):,} characters long; {LONGEST_CELL:,} is the most. Is a quotation mark missing?"
        )
    text = cleaned(text)
    if not text or (says_nothing(text) and not (column == "status" and fold(text) in ways_of_saying("status"))):
        return ""
    if fault := encoding_fault(text):
        raise ValueError(fault)
    return _reader(column)(text, choices)


@cache
def _reader(column: str) -> Callable[[str, Choices], str]:
    if column in VOCABULARY:
        return partial(_words, column)
    readers: dict[str, Callable[[str, Choices], str]] = {
        "state": _state,
        "year": lambda text, _: min(YEARS.findall(text), default=text),
        "named_publicly": lambda text, _: _answer(text),
        "reports": lambda text, _: _reports(text),
        "sources": lambda text, _: "; ".join(_sources(text)),
        "status_on": lambda text, _: "; ".join(map(_day, _parts(text))),
        "consent": lambda text, _: _consent(text),
    }
    return readers.get(column, lambda text, _: unwrapped(text))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in SEVERAL.split(text) if part.strip()]


def _state(text: str, choices: Choices) -> str:
    names = list(dict.fromkeys(_parts(text)))
    if len(names) > 1:
        raise ValueError(f"names {len(names)} States; a case is raised against one: make a row for each")
    try:
        return state_named_by(load_states(), names[0], choices.states, suggesting=False)
    except UsageError as error:
        raise ValueError(str(error)) from None


def _words(column: str, text: str, choices: Choices) -> str:
    found = [code for part in _parts(text) for code in _codes(column, part, choices)]
    found = list(dict.fromkeys(filter(None, found)))
    if column == "victim_kind" and len(found) > 1:
        return "group"
    return "; ".join(found)


def _codes(column: str, text: str, choices: Choices) -> list[str]:
    """Give the codes of a value: of the whole, else of its parts between commas, where all are known."""
    whole = _code(column, text, choices)
    if whole is not None:
        return [whole]
    parts = [_code(column, part, choices) for part in COMMA.split(text) if part]
    if len(parts) > 1 and None not in parts:
        return [part for part in parts if part is not None]
    near = nearest(fold(text), ways_of_saying(column), most=1)
    meant = f"did you mean {ways_of_saying(column)[near[0]]}? Say" if near else "say"
    code = ways_of_saying(column)[near[0]] if near else "WORD"
    word = shortened(text)
    raise ValueError(f"'{word}' is no word of {column}; {meant} --word '{word}={code}', or '{word}=' to leave it out")


def _code(column: str, text: str, choices: Choices) -> str | None:
    name = fold(text)
    if name in choices.words and choices.words[name] in ("", *codes(column)):
        return choices.words[name]
    return ways_of_saying(column).get(name)


def _answer(text: str) -> str:
    answer = fold(text)
    if answer in YES or answer in NO:
        return "yes" if answer in YES else "no"
    raise ValueError(f"'{shortened(text)}' is neither yes nor no")


def _reports(text: str) -> str:
    """Read UN documents: symbols with their places, also where a link's label or its address has the symbol."""
    found = dict[str, None]()
    for link in re.split(r"[;\n]", text):
        parts = [part.strip() for part in link.split("|") if part.strip()]
        symbols = [_symbol(part) for part in parts]
        if not any(symbols) and parts:
            raise ValueError(f"'{shortened(parts[0])}' is no UN symbol; write it as A/HRC/48/28, annex II, para. 58")
        found |= dict.fromkeys(filter(None, symbols))
    places = {symbol for symbol in found if "," in symbol}
    return "; ".join(each for each in found if each in places or not any(one.startswith(f"{each},") for one in places))


def _symbol(text: str) -> str:
    """Give the report that a part names, as ours writes it; "" where it names none."""
    address = UN_ADDRESS.fullmatch(text)
    try:
        return str(read_report(address[1].rstrip("/") if address else text))
    except ValueError:
        return ""


def _sources(text: str) -> Iterable[str]:
    """Give addresses, symbols and other documents. The label of a link is left out where its address says enough."""
    for link in re.split(r"[;\n]", text):
        parts = [part.strip() for part in link.split("|") if part.strip()]
        has_address = any(map(ADDRESS.fullmatch, parts))
        yield from (part for part in parts if not has_address or ADDRESS.fullmatch(part) or is_document(part))


def _day(text: str) -> str:
    if ROUGH_DATE.fullmatch(text):
        return text
    day = of_serial(text) or typed_day(text)
    if day is None:
        raise ValueError(f"'{shortened(text)}' is not a day; write it as 2022-09-29")
    return day.isoformat()


def _consent(text: str) -> str:
    first, _, rest = text.partition(" ")
    code = ways_of_saying("consent").get(fold(text)) or ways_of_saying("consent").get(fold(first))
    if not code:
        raise ValueError(f"'{shortened(text)}' does not say who agreed: write person, family, counsel or withdrawn")
    return f"{code} {_day(rest)}" if rest and fold(text) not in ways_of_saying("consent") else code
