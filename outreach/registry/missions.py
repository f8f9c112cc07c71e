"""Reads contacts/missions.csv: who there is to write to; knows nothing about what they did.

A row that cannot be read stops no other: its mission is kept with its problems, and nothing is sent by it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from outreach.errors import Problem
from outreach.registry.cells import HANDLE_READERS, read_address, read_addresses, read_code, read_day, read_language
from outreach.registry.model import Mission, State, UnclaimedRow
from outreach.registry.sheets.sheet import Row, Sheet
from outreach.registry.sheets.table import Fields, all_rows_of
from outreach.registry.states import named_state

FILE = "contacts/missions.csv"
COLUMNS = (
    *("state", "mission", "email", "language", "phone", "address", "website"),
    *("x", "bluesky", "mastodon", "source", "verified_on", "note"),
)
BETWEEN_ADDRESSES = re.compile(r"[\s;,:|<>()\[\]\"']+")
LONGEST_ADDRESS = 320  # characters: RFC 3696, erratum 1690, has 254; more is never one


@dataclass(frozen=True, slots=True)
class MissionRows:
    """What a file says of missions, by alpha-3, and the rows of it that nobody can tell whose they are."""

    missions: dict[str, Mission]
    unclaimed: tuple[UnclaimedRow, ...]


def read_missions(
    sheet: Sheet,
    states: Mapping[str, State],
    today: date,
    problems: list[Problem],
    required: Sequence[str] = COLUMNS,
) -> MissionRows:
    """Read missions; everything wrong is added to `problems`. `required` columns have to be there.

    What is wrong with a row is in its mission's problems, or in those of an unclaimed row. What is in neither makes the
    whole file unreadable: its header, or that it breaks off in the middle of a row.
    """
    rows = defaultdict[str, list[Mission]](list)
    for row in all_rows_of(sheet, required, problems):
        mission = _mission(row, states, today)
        if mission.state and rows[mission.state]:
            first = rows[mission.state][0].row
            row.note("state", f"{mission.state} stands in row {first} already; keep one row")
        rows[mission.state].append(mission)
    wrong = defaultdict[int, list[Problem]](list)
    for problem in problems:
        if problem.file == sheet.name and problem.row and problem.row > 1:
            wrong[problem.row].append(problem)
    if wrong and _breaks_off(sheet):
        wrong.pop(len(sheet.rows), None)
    unclaimed = [
        UnclaimedRow(number, tuple(found), tuple(_addresses_in(sheet.rows[number - 1])))
        for number, found in sorted(wrong.items())
        if number in {mission.row for mission in rows[""]} or _hides_rows(sheet, found)
    ]
    missions = {code: _together(sheet, theirs, wrong) for code, theirs in rows.items() if code}
    return MissionRows(missions, tuple(unclaimed))


def _mission(row: Fields, states: Mapping[str, State], today: date) -> Mission:
    if not row.in_columns:
        code = row.cells.get("state", "")
        return Mission(code if code in states else "", "", (), "en", row=row.row)
    return Mission(
        state=row.read("state", partial(read_code, states), _meant(row, states)),
        name=row["mission"],
        emails=row.read("email", read_addresses, ()),
        language=row.read("language", read_language, "en"),
        phone=row["phone"],
        address=row["address"],
        website=row["website"],
        x=row.read("x", HANDLE_READERS["x"], ""),
        bluesky=row.read("bluesky", HANDLE_READERS["bluesky"], ""),
        mastodon=row.read("mastodon", HANDLE_READERS["mastodon"], ""),
        source=row["source"],
        verified_on=row.read("verified_on", lambda text: read_day(text, today) if text else None, None),
        note=row["note"],
        row=row.row,
        extra=tuple((column, row[column]) for column in row.cells if column and column not in COLUMNS),
    )


def _meant(row: Fields, states: Mapping[str, State]) -> str:
    """Give the State whose row it is although its code is not there: Germany, DE."""
    state = named_state(states, row["state"]) if row["state"] else None
    return state.code if state else ""


def _together(sheet: Sheet, rows: Sequence[Mission], wrong: Mapping[int, Iterable[Problem]]) -> Mission:
    """Give a mission with the problems of all its rows, and every address that stands in one with problems."""
    first = rows[0]
    problems = tuple(problem for mission in rows for problem in wrong.get(mission.row, ()))
    if not problems:
        return first
    numbers = [mission.row for mission in rows]
    known = tuple(dict.fromkeys(address for number in numbers for address in _addresses_in(sheet.rows[number - 1])))
    return replace(first, replaced=known, problems=problems)


def _addresses_in(row: Row) -> Iterator[str]:
    """Give the addresses that stand in a row, whatever else is wrong with it."""
    for word in BETWEEN_ADDRESSES.split(" ".join(row.raw)):
        if "@" in word[1:-1] and len(word) <= LONGEST_ADDRESS:
            try:
                yield read_address(word)
            except ValueError:
                continue


def _hides_rows(sheet: Sheet, problems: Iterable[Problem]) -> bool:
    """Say whether a cell with a problem has line breaks: behind a stray quotation mark it swallows the rows below."""
    for problem in problems:
        raw, columns = sheet.rows[(problem.row or 1) - 1].raw, sheet.columns
        cells = [raw[columns.index(problem.column)]] if problem.column in columns[: len(raw)] else raw
        if any("\n" in cell or "\r" in cell for cell in cells):
            return True
    return False


def _breaks_off(sheet: Sheet) -> bool:
    """Say whether the file seems cut off in the middle of a row: nobody knows what stood behind."""
    last = sheet.rows[-1]
    return not last.end and not last.blank and len(last.cells) < len(sheet.columns)
