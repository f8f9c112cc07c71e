"""Reads contacts/record.csv: what States did in public, one sourced act a row; knows no letters."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import cast, get_args

from outreach.errors import Problem
from outreach.registry.cells import read_choice, read_code, read_rough_date
from outreach.registry.model import Act, ActKind, Instrument, Registry, State
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.sheets.table import Fields, rows_of
from outreach.text import did_you_mean, shortened

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
)
KINDS: tuple[ActKind, ...] = get_args(ActKind)


def read_record(
    sheet: Sheet,
    states: Mapping[str, State],
    instruments: Mapping[str, Instrument] | None,
    problems: list[Problem],
) -> tuple[Act, ...]:
    """Read acts in the order of the file; everything wrong is added to `problems`.

    `instruments` is None when their own file cannot be read: then acts are not blamed for it.
    """
    acts: list[Act] = []
    first: dict[tuple[str, ...], int] = {}
    for row in rows_of(sheet, COLUMNS, problems):
        fact = tuple(row[column] for column in COLUMNS)
        # Cells that cannot be read are blank here: rows that differ in them only would look the same.
        if not row.wrong and first.setdefault(fact, row.row) != row.row:
            row.note(None, f"says the same as row {first[fact]}; keep one")
            continue
        acts.append(_act(row, states, instruments))
    return tuple(acts)


def act_cells(act: Act) -> dict[str, str]:
    """Give an act under the names of the columns of record.csv."""
    about = (act.state, act.kind, act.instrument, act.case, act.subject, act.state_concerned)
    return dict(zip(COLUMNS, (*about, act.date, act.with_, act.source, act.note), strict=True))


def alike(registry: Registry, act: Act) -> list[Act]:
    """List other acts of the same State about the same case in the same instrument: perhaps the same act."""
    told = (act.state, act.kind, act.instrument, act.case)
    return [
        other
        for other in registry.acts
        if act.case and other.row != act.row and (other.state, other.kind, other.instrument, other.case) == told
    ]


def unknown_cases(registry: Registry, slugs: Collection[str]) -> list[Problem]:
    """Give a problem for each act whose case is none of `slugs`."""
    return [
        Problem(FILE, f"unknown case '{shortened(act.case)}'{did_you_mean(act.case, sorted(slugs))}", act.row, "case")
        for act in registry.acts
        if act.case and act.case not in slugs
    ]


def _act(row: Fields, states: Mapping[str, State], instruments: Mapping[str, Instrument] | None) -> Act:
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


def _read_instrument(instruments: Mapping[str, Instrument] | None, text: str) -> str:
    return text if instruments is None else read_choice(text, "instrument", list(instruments))
