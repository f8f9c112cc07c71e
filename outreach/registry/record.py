"""Reads contacts/record.csv: what States did in public, one sourced act a row; knows no letters."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import partial
from typing import cast, get_args

from outreach.errors import Problem
from outreach.registry.cells import ISO_DAY, read_choice, read_code, read_rough_date
from outreach.registry.model import Act, ActKind, Instrument, Registry, State
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.sheets.table import Fields, rows_of
from outreach.text import shortened

FILE = "contacts/record.csv"
COLUMNS = (
    "state",
    "act",
    "instrument",
    "case",
    "subject",
    "state_concerned",
    "date",
    "with",
    "source",
    "note",
    "quote",
    "quote_language",
    "second_reader",
    "corrected_on",
    "corrected_by",
    "correction",
)
REQUIRED = COLUMNS[:10]  # files of the versions before have no others
CORRECTION = COLUMNS[-3:]
LONGEST_QUOTE = 300  # characters
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
KINDS: tuple[ActKind, ...] = get_args(ActKind)


def read_record(
    sheet: Sheet,
    states: Mapping[str, State],
    instruments: Mapping[str, Instrument] | None,
    problems: list[Problem],
    today: date = date.max,
) -> tuple[Act, ...]:
    """Read acts in the order of the file, also those struck out; everything wrong is added to `problems`.

    `instruments` is None when their own file cannot be read: then acts are not blamed for it.
    """
    acts: list[Act] = []
    first: dict[tuple[str, ...], int] = {}
    for row in rows_of(sheet, REQUIRED, problems):
        fact = tuple(row[column] for column in REQUIRED)
        struck_out = any(row[column] for column in CORRECTION)
        # Cells that cannot be read are blank here: rows that differ in them only would look the same.
        if not row.wrong and not struck_out and first.setdefault(fact, row.row) != row.row:
            row.note(None, f"says the same as row {first[fact]}; keep one")
            continue
        _note_what_belongs_together(row)
        acts.append(_act(row, states, instruments, today))
    return tuple(acts)


def act_cells(act: Act) -> dict[str, str]:
    """Give an act under the names of the columns of record.csv."""
    about = (act.state, act.kind, act.instrument, act.case, act.subject, act.state_concerned)
    words = (act.quote, act.quote_language, act.second_reader)
    correction = (act.corrected_on, act.corrected_by, act.correction)
    return dict(zip(COLUMNS, (*about, act.date, act.with_, act.source, act.note, *words, *correction), strict=True))


def columns_for(acts: Iterable[Act]) -> tuple[str, ...]:
    """Name the columns that a table of these acts needs: those of every file, and of the others what is not blank."""
    used = {column for act in acts for column, text in act_cells(act).items() if text}
    return tuple(column for column in COLUMNS if column in REQUIRED or column in used)


def alike(registry: Registry, act: Act) -> list[Act]:
    """List other acts of the same State about the same case in the same instrument: perhaps the same act."""
    told = (act.state, act.kind, act.instrument, act.case)
    return [
        other
        for other in registry.acts
        if act.case and other.row != act.row and (other.state, other.kind, other.instrument, other.case) == told
    ]


def slips_in_cases(registry: Registry, slugs: Collection[str]) -> list[Problem]:
    """Give a problem for each act whose case is none of `slugs`, but one slip of the keyboard away from one.

    What a State did about a case must not be lost to a slip. Any other case without a file is a fact.
    """
    unknown = cases_without_file(registry, slugs)
    meant = {slug: next((other for other in slugs if _is_slip(slug, other)), "") for slug in unknown}
    return [
        Problem(FILE, f"unknown case '{shortened(act.case)}'; did you mean {meant[act.case]}?", act.row, "case")
        for act in registry.acts
        if meant.get(act.case)
    ]


def cases_without_file(registry: Registry, slugs: Collection[str]) -> tuple[str, ...]:
    """Give the cases, sorted, that the record names and that are none of `slugs`: cases of others, or of before."""
    return tuple(sorted({act.case for act in registry.acts if act.case} - {*slugs}))


def _is_slip(slug: str, other: str) -> bool:
    """Say whether two slugs differ in one letter, or in two that changed places. A number is meant: jiang, jiang2."""
    same = [one == two for one, two in zip(slug, other, strict=False)]
    start = same.index(False) if False in same else len(same)
    rests = slug[start:], other[start:]
    same = [one == two for one, two in zip(*(rest[::-1] for rest in rests), strict=False)]
    end = same.index(False) if False in same else len(same)
    one, two = (rest[: len(rest) - end] for rest in rests)
    return not re.search(r"\d", one + two) and (max(len(one), len(two)) == 1 or (len(one) == 2 and one == two[::-1]))


def _note_what_belongs_together(row: Fields) -> None:
    """Note a quote without its language, and a correction of which who, when or why is missing."""
    if row["quote"] and not row["quote_language"]:
        row.note("quote_language", "blank; write the language of the quote, such as en")
    if row["quote_language"] and not row["quote"] and "quote" not in row.wrong:
        row.note("quote", f"blank, but it has a language, '{shortened(row['quote_language'])}'; write the words")
    if any(row[column] for column in CORRECTION):
        for column in CORRECTION:
            if not row[column] and column not in row.wrong:
                row.note(column, "blank; a correction says when, by whom and why. Clear all three to undo it")


def _act(row: Fields, states: Mapping[str, State], instruments: Mapping[str, Instrument] | None, today: date) -> Act:
    code = partial(read_code, states)
    return Act(
        state=row.read("state", code, ""),
        kind=row.read("act", read_kind, "raised"),
        instrument=row.read("instrument", partial(_read_instrument, instruments), ""),
        case=row["case"],
        subject=row["subject"],
        state_concerned=row.read("state_concerned", lambda text: code(text) if text else "", ""),
        date=row.read("date", read_rough_date, ""),
        with_=row["with"],
        source=row.read("source", read_source, ""),
        note=row["note"],
        quote=row.read("quote", read_quote, ""),
        quote_language=row.read("quote_language", read_quote_language, ""),
        second_reader=row["second_reader"],
        corrected_on=row.read("corrected_on", partial(_read_correction_day, today), ""),
        corrected_by=row["corrected_by"],
        correction=row["correction"],
        row=row.row,
    )


def read_kind(text: str) -> ActKind:
    """Read the kind of an act: co-sponsored, led, joined or raised."""
    return cast("ActKind", read_choice(text, "act", KINDS))


def read_source(text: str) -> str:
    """Read where an act is written down; there is no act without."""
    if not text:
        raise ValueError("no source; an act needs one: an address on the web, or a document")
    return text


def read_quote(text: str) -> str:
    """Read the words that a source quotes: a sentence or two, not the speech."""
    if len(text) > LONGEST_QUOTE:
        raise ValueError(f"is {len(text)} characters long; a quote has at most {LONGEST_QUOTE}")
    return text


def read_quote_language(text: str) -> str:
    """Read the code of a language (ISO 639), such as en or ar; blank where there is no quote."""
    if text and not LANGUAGE_CODE.fullmatch(text):
        raise ValueError(f"'{shortened(text)}' is no code of a language; write two or three small letters, such as en")
    return text


def _read_correction_day(today: date, text: str) -> str:
    if not text:
        return text
    if not ISO_DAY.fullmatch(read_rough_date(text)):
        raise ValueError(f"'{text}' is not a day; write the day of the correction, such as 2022-09-29")
    if date.fromisoformat(text) > today:
        raise ValueError(f"{text} is in the future; write the day of the correction")
    return text


def _read_instrument(instruments: Mapping[str, Instrument] | None, text: str) -> str:
    return text if instruments is None else read_choice(text, "instrument", list(instruments))
