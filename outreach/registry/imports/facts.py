"""What somebody's spreadsheet says about missions, fact by fact; knows nothing about what we have already."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from outreach.errors import DataError, Problem, UsageError
from outreach.registry.cells import HANDLE_READERS, read_addresses, read_day, read_language
from outreach.registry.imports.columns import ColumnMatch
from outreach.registry.model import State
from outreach.registry.sheets.checks import FOREIGN_HANDLE, HANDLES
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.sheets.table import Fields, rows_of
from outreach.registry.states import find_state, fold

LANGUAGE_NAMES = {
    "en": ("en", "eng", "english", "anglais", "ingles"),
    "fr": ("fr", "fra", "french", "francais", "frances"),
    "es": ("es", "spa", "spanish", "espagnol", "espanol", "castellano"),
}
BETWEEN_ADDRESSES = re.compile(r"[;,\s]+")


@dataclass(frozen=True, slots=True)
class Fact:
    """`column` is ours, `text` as missions.csv would write it, `row` theirs."""

    state: str
    column: str
    text: str
    row: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A row of the spreadsheet that names no State that we know."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class SpreadsheetFacts:
    """All that the spreadsheet says. `states` are in its own order, also those about which it says nothing."""

    facts: tuple[Fact, ...]
    states: tuple[str, ...]
    unmatched: tuple[Unmatched, ...]


def read_facts(theirs: Sheet, columns: ColumnMatch, states: Mapping[str, State], today: date) -> SpreadsheetFacts:
    """Read the whole spreadsheet; DataError with all that is wrong with it at once."""
    problems: list[Problem] = []
    facts: list[Fact] = []
    order: dict[str, None] = {}
    unmatched: list[Unmatched] = []
    meanings = {their: FOREIGN_HANDLE if our in HANDLES else our for their, our in columns.targets.items()}
    for row in rows_of(theirs, (), problems, meanings):
        try:
            code = _state_of(row, columns, states)
        except UsageError as error:
            unmatched.append(Unmatched(row.row, str(error)))
            continue
        order[code] = None
        facts += [Fact(code, our, text, row.row) for our, text in _texts(row, columns, today).items()]
    if problems:
        raise DataError(problems)
    return SpreadsheetFacts(tuple(facts), tuple(order), tuple(unmatched))


def _state_of(row: Fields, columns: ColumnMatch, states: Mapping[str, State]) -> str:
    """Give the State of a row; UsageError where it names none, an unknown one, or several."""
    names = [row[their] for their, our in columns.ours.items() if our == "state" and row[their]]
    if not names:
        raise UsageError("names no State")
    codes = {find_state(states, name).code for name in names}
    if len(codes) > 1:
        raise UsageError(f"names different States: {', '.join(names)}")
    return codes.pop()


def _texts(row: Fields, columns: ColumnMatch, today: date) -> dict[str, str]:
    """Our column → text, for each cell that says something; several columns of theirs may make one of ours."""
    texts: dict[str, str] = {}
    for their, our in columns.targets.items():
        text = row.read(their, _reader(our, their, today), "") if our != "state" else ""
        if text and text not in texts.get(our, ""):
            texts[our] = joined(our, texts[our], text) if our in texts else text
    return texts


def joined(column: str, first: str, second: str) -> str:
    """Join two texts for one cell: addresses as missions.csv separates them, sentences as people do."""
    return f"{first}; {second}" if column == "email" else f"{first} ; {second}"


def _reader(column: str, their: str, today: date) -> Callable[[str], str]:
    """How a text of their column for ours is checked, and put as missions.csv has it."""
    if column == "email":
        return normal_addresses
    if column == "language":
        return _language
    if column == "verified_on":
        return lambda text: _day(text, their, today)
    if column in HANDLE_READERS:
        return lambda text: _handle(column, text)
    return lambda text: text


def _day(text: str, their: str, today: date) -> str:
    """Give a day of verification, or ""; ValueError also says how to do without the column."""
    try:
        return read_day(text, today).isoformat() if text else ""
    except ValueError as error:
        raise ValueError(f"{error}; or leave the column out with --map '{their}='") from None


def _handle(column: str, text: str) -> str:
    return HANDLE_READERS[column](text.removeprefix("@") if column in HANDLES else text)


def normal_addresses(text: str) -> str:
    """Write addresses as missions.csv does: checked, normalised, separated by `;`."""
    return "; ".join(read_addresses(BETWEEN_ADDRESSES.sub(";", text)))


def _language(text: str) -> str:
    found = (code for code, names in LANGUAGE_NAMES.items() if fold(text) in names)
    return next(found, "") or (read_language(text) if text else "")
