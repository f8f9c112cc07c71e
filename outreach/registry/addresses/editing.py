"""Changes cells of missions' rows in contacts/ by a person's word, and leaves every other byte; asks nobody.

What a State's row of contacts/private.csv says counts before missions.csv, so what stands there is changed there.
An address stands and falls with its source and its day: a new one is not verified until somebody says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from outreach.errors import DataError, Problem, UsageError
from outreach.registry import ambassadors, missions
from outreach.registry.addresses import private
from outreach.registry.addresses.disguises import why_deceptive
from outreach.registry.cells import HANDLE_READERS, read_addresses, read_language
from outreach.registry.imports.facts import joined, normal_addresses
from outreach.registry.missions import MissionRows, read_missions
from outreach.registry.model import Mission
from outreach.registry.sheets.checks import sheet_problems, value_message
from outreach.registry.sheets.editing import with_cells, with_columns, with_rows
from outreach.registry.sheets.saving import one_at_a_time, save
from outreach.registry.sheets.sheet import Sheet, parse_sheet, read_sheet
from outreach.registry.states import load_states, named_state
from outreach.text import identifier, latest_day, nearest

# How what a person typed is written in its cell; ValueError where it cannot be.
READERS: Mapping[str, Callable[[str], str]] = {
    "email": lambda text: "; ".join(read_addresses(text)),
    "language": lambda text: read_language(text) if text else "",
    "x": lambda text: HANDLE_READERS["x"](text.removeprefix("@")),
    "bluesky": lambda text: HANDLE_READERS["bluesky"](text.removeprefix("@")),
    "mastodon": HANDLE_READERS["mastodon"],
}
OTHERWISE = {"state": "name the State before the options", "verified_on": "say --on DAY"}


@dataclass(frozen=True, slots=True)
class MissionEdit:
    """What a person says of one mission. `cells`: column → text as the file has it; a blank clears the cell.

    `own` are cells of columns of the campaign's own, by their names as typed. `seen_on`: the day on which somebody saw
    every address of the row at its source. `source` is added to what the row names; `private` is for private.csv.
    """

    state: str  # alpha-3
    cells: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    seen_on: date | None = None
    source: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell, before and after; `row` is where it stands, or will stand."""

    file: str
    row: int
    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class EditedMission:
    """One mission as it would be, and the cells that make it so. `file` and `row` say where its addresses stand.

    `new_row`, `new_columns`: what the files get. `alike` are near names of new columns; `doubts` are what a person
    should look at.
    """

    mission: Mission
    changes: tuple[CellChange, ...]
    file: str
    row: int
    new_row: bool
    new_columns: tuple[str, ...]
    alike: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Both files. `hidden` is contacts/private.csv, as it is or as it would be made."""

    shared: Sheet
    hidden: Sheet

    def of(self, file: str) -> Sheet:
        return self.hidden if file == private.FILE else self.shared

    def with_sheet(self, file: str, sheet: Sheet) -> "_Sheets":
        return _Sheets(self.shared, sheet) if file == private.FILE else _Sheets(sheet, self.hidden)


@dataclass(frozen=True, slots=True)
class PlannedEdits:
    """What would change; nothing is changed yet."""

    folder: Path
    missions: tuple[EditedMission, ...]
    before: _Sheets
    after: _Sheets

    @property
    def files(self) -> tuple[str, ...]:
        """Name the files that would change."""
        return tuple(
            file
            for file in (missions.FILE, private.FILE)
            if self.before.of(file).to_bytes() != self.after.of(file).to_bytes()
        )


def plan_edits(folder: Path, edits: Sequence[MissionEdit], today: date) -> PlannedEdits:
    """Say what the edits would change, each cell checked as the file is.

    UsageError for what cannot stand in a cell; DataError, with file, row and column, for a row that cannot be read
    even so: a cell that is replaced may be broken, the others may not.
    """
    before = after = _read(folder)
    planned = []
    for edit in edits:
        _refuse_unreadable(after, edit.state)
        changes, columns = _changes(after, edit, today)
        new_row = any(change.row > len(after.of(change.file).rows) for change in changes)
        typed = [column for column in columns if column in {name.strip() for name in edit.own}]  # not those of ours
        alike = [name for column in typed for name in nearest(column, after.shared.columns, most=1)]
        known = _known(after)
        after = _applied(after, edit.state, changes)
        mission = _checked(after, edit.state, new_row=new_row)
        file = private.FILE if mission.private_row else missions.FILE
        doubts = tuple(_doubts(mission, known, changes))
        row = mission.private_row or mission.row
        planned.append(EditedMission(mission, changes, file, row, new_row, tuple(columns), tuple(alike), doubts))
    return PlannedEdits(folder, tuple(planned), before, after)


def save_edits(planned: PlannedEdits) -> None:
    """Write the files that change, each in one step; UsageError if somebody changed one meanwhile."""
    with one_at_a_time((planned.folder / missions.FILE).parent):
        for file in planned.files:
            if file == private.FILE:
                private.make_private(planned.folder)
            save(planned.folder / file, planned.before.of(file).to_bytes(), planned.after.of(file).to_bytes())


def _read(folder: Path) -> _Sheets:
    return _Sheets(read_sheet(folder / missions.FILE, missions.FILE), private.private_sheet(folder))


def _rows(sheet: Sheet, state: str) -> list[tuple[int, dict[str, str]]]:
    """Give the rows of a State, the header being row 1: by its code, or by a name that stands for it."""
    states = load_states()
    found = []
    for number, cells in sheet.records():
        text = cells.get("state", "")
        named = named_state(states, text) if text and text not in states else None
        if state in (text, named.code if named else ""):
            found.append((number, cells))
    return found


def _refuse_unreadable(sheets: _Sheets, state: str) -> None:
    """Refuse rows whose cells are in no column, or stand twice: nobody can tell which cell is meant."""
    for sheet in (sheets.shared, sheets.hidden):
        rows = [number for number, _ in _rows(sheet, state)]
        wrong = [problem for problem in sheet_problems(sheet) if problem.row in rows and problem.column is None]
        if len(rows) > 1:
            wrong += [
                Problem(sheet.name, f"{state} stands in row {rows[0]} already; keep one row", row, "state")
                for row in rows[1:]
            ]
        if wrong:
            raise DataError(wrong)


def _changes(sheets: _Sheets, edit: MissionEdit, today: date) -> tuple[tuple[CellChange, ...], list[str]]:
    """Give the cells that change, and the columns that are new."""
    there = {file: next(iter(_rows(sheets.of(file), edit.state)), None) for file in (missions.FILE, private.FILE)}
    said = {file: found[1] if found else {} for file, found in there.items()}
    hidden = said[private.FILE]
    row = {identifier(column): text for cells in said.values() for column, text in cells.items() if text}
    own, new_columns = _own_columns(sheets, _with_the_day(edit.own, row, today))
    cells = _normal({**edit.cells, **own}, edit.source)

    def file_of(column: str) -> str:
        key = "email" if column in private.WITH_EMAIL else column
        return private.FILE if edit.private or hidden.get(key) else missions.FILE

    cells |= _about_the_address(cells, said[file_of("email")], edit, today)
    changes = []
    order = [*sheets.shared.columns, *sheets.hidden.columns, *cells]
    for column, new in sorted(cells.items(), key=lambda cell: order.index(cell[0])):
        file = file_of(column)
        found = there[file]
        old = said[file].get(column, "")
        number = found[0] if found else len(sheets.of(file).rows) + 1
        if new != old:
            changes.append(CellChange(file, number, column, old, new))
    used = {change.column for change in changes}
    return tuple(changes), [column for column in new_columns if column in used]


def _with_the_day(own: Mapping[str, str], row: Mapping[str, str], today: date) -> dict[str, str]:
    """Give what is said of an ambassador with its day; the sex of the one before is not that of the next."""
    name, sex, day = ambassadors.COLUMNS
    cells = dict(own)
    if name in cells or sex in cells:
        if cells.get(name, row.get(name, "")) != row.get(name, ""):
            cells.setdefault(sex, "")
        there = cells.get(name, row.get(name, "")) or cells.get(sex, row.get(sex, ""))
        cells.setdefault(day, today.isoformat() if there else "")
    return cells


def _normal(cells: Mapping[str, str], source: str) -> dict[str, str]:
    """Give the cells as the file has them; UsageError with all that is wrong, each with its option."""
    normal: dict[str, str] = {}
    wrong: list[str] = []
    for column, text in {"source": source, **cells}.items():
        named = option_for(column) if column in missions.COLUMNS else f"--column {column}"
        fault = ""
        try:
            normal[column] = READERS.get(column, str)(text.strip())
        except ValueError as error:
            fault = str(error)
        if fault := fault or value_message(normal[column], column):
            wrong.append(f"{named}: {fault}")
    if wrong:
        raise UsageError("\n".join(wrong))
    if "source" not in cells:
        normal.pop("source")
    return normal


def _about_the_address(
    cells: Mapping[str, str], row: Mapping[str, str], edit: MissionEdit, today: date
) -> dict[str, str]:
    """Give the source and the day of verification that go with the addresses of a row after the edit."""
    old = row.get("email", "")
    email = cells.get("email", old)
    changed = not _same_addresses(email, old)
    found: dict[str, str] = {}
    if edit.seen_on and not email:
        raise UsageError(
            f"{edit.state} has no address to vouch for; give it one: outreach missions set {edit.state} --email ADDRESS"
        )
    if edit.seen_on:
        found["verified_on"] = edit.seen_on.isoformat()
    elif changed and row.get("verified_on"):
        found["verified_on"] = ""
    source = cells.get("source", row.get("source", ""))
    added = edit.source or (f"set by hand on {today}" if changed and email and "source" not in cells else "")
    if added and added not in source:
        found["source"] = joined("source", source, added) if source else added
    return found


def _same_addresses(one: str, other: str) -> bool:
    try:
        return normal_addresses(one).casefold() == normal_addresses(other).casefold()
    except ValueError:
        return one == other


def _own_columns(sheets: _Sheets, own: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Give column → text by the names that the files have, and the names that no file has."""
    known = list(dict.fromkeys((*sheets.shared.columns, *sheets.hidden.columns)))
    cells: dict[str, str] = {}
    new: list[str] = []
    for typed, text in own.items():
        name = typed.strip()
        alike = [column for column in known if identifier(column) == identifier(name) and identifier(name)]
        column = name if name in known or len(alike) != 1 else alike[0]
        if column in missions.COLUMNS:
            instead = OTHERWISE.get(column) or f"say {option_for(column)}"
            raise UsageError(f"--column {name}: this column is not your own; {instead}")
        nameless = "" if identifier(name) else "a column needs a name of letters or digits"
        if fault := value_message(name, "") or nameless:
            raise UsageError(f"--column {name}: {fault}")
        if column not in known and len(alike) > 1:
            raise UsageError(f"--column {name}: it may be {' or '.join(alike)}; write it as the file does")
        if column not in known:
            new.append(column)
        cells[column] = text
    return cells, new


def option_for(column: str) -> str:
    """Name the option that sets a column of ours."""
    return "--name" if column == "mission" else f"--{column}"


def _applied(sheets: _Sheets, state: str, changes: Iterable[CellChange]) -> _Sheets:
    changes = list(changes)
    for file in dict.fromkeys(change.file for change in changes):
        sheet = sheets.of(file)
        mine = [change for change in changes if change.file == file]
        missing = [change.column for change in mine if change.column not in sheet.columns]
        wider = with_columns(sheet, missing) if missing else sheet
        if mine[0].row > len(sheet.rows):
            wider = with_rows(wider, [{"state": state} | {change.column: change.new for change in mine}])
        else:
            wider = with_cells(wider, {(change.row, change.column): change.new for change in mine})
        sheets = sheets.with_sheet(file, parse_sheet(wider.to_bytes(), file))
    return sheets


def _known(sheets: _Sheets) -> Mapping[str, Mission]:
    return _read_both(sheets, [])[1]


def _read_both(sheets: _Sheets, problems: list[Problem]) -> tuple[MissionRows, Mapping[str, Mission]]:
    states, day = load_states(), latest_day(datetime.now(UTC))
    public = read_missions(sheets.shared, states, day, problems)
    return public, private.read_private(sheets.hidden, states, public.missions, day, problems)


def _checked(sheets: _Sheets, state: str, *, new_row: bool) -> Mission:
    """Give the mission as the files would have it; DataError if its rows, or a file as a whole, could not be read."""
    problems: list[Problem] = []
    public, together = _read_both(sheets, problems)
    of_rows = {problem for mission in together.values() for problem in mission.problems}
    unclaimed = [problem for row in public.unclaimed for problem in row.problems]
    wrong = [problem for problem in problems if problem not in of_rows and problem not in unclaimed]
    mission = together.get(state)
    if wrong or (mission and mission.problems):
        raise DataError(wrong or mission.problems if mission else wrong)
    if unclaimed and (new_row or mission is None):
        hint = f"It may be the row of {state}: mend it first, and do this again. Nothing was changed"
        raise DataError([*unclaimed, Problem(missions.FILE, hint, unclaimed[0].row)])
    if mission is None:
        raise UsageError(f"nothing was said about {state}, which has no row in {missions.FILE}")
    return mission


def _doubts(mission: Mission, known: Mapping[str, Mission], changes: Iterable[CellChange]) -> Iterable[str]:
    if not any(change.column in ("email", "verified_on") for change in changes):
        return
    for address in mission.emails:
        if doubt := why_deceptive(address.rpartition("@")[2]):
            yield f"'{address}' may not be what it looks like: {doubt}"
        for other in known.values():
            if other.state != mission.state and address.casefold() in {each.casefold() for each in other.known_emails}:
                yield f"{address} is an address of {other.state} too"
