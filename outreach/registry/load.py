"""Loads the files of contacts/ into one Registry, or says all that is wrong with them at once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

from outreach.errors import DataError, Problem, UsageError
from outreach.registry import instruments, missions, record
from outreach.registry.addresses import private
from outreach.registry.model import Registry, State
from outreach.registry.sheets.sheet import Sheet, read_sheet
from outreach.registry.states import find_state, fold, load_groups, load_terms, states_in
from outreach.text import latest_day

NOBODY = missions.MissionRows({}, ())
NO_GROUPS: Mapping[str, Sequence[str]] = MappingProxyType({})


def load_registry(
    folder: Path,
    groups: Mapping[str, Sequence[str]] = NO_GROUPS,
    today: date | None = None,
    languages: tuple[str, ...] = (),
) -> Registry:
    """Give the registry of the campaign in `folder`, with the [groups] of outreach.toml, and States by their names.

    Besides English, French and Spanish these are known in the campaign's `languages`.

    What is wrong with one mission's row is among its problems and those of the registry, and stops no other. Raises
    DataError for everything else, with every problem of all files, each with file, row and column; contacts/private.csv
    may be missing. `today` is the day after which a verification would be in the future: the latest there is anywhere.
    """
    states, problems = states_in(languages), list[Problem]()
    acted_in = _sheet(folder, instruments.FILE, problems)
    known = instruments.read_instruments(acted_in, problems) if acted_in else None
    contacts = _sheet(folder, missions.FILE, problems)
    day = today or latest_day(datetime.now(UTC))
    public = missions.read_missions(contacts, states, day, problems) if contacts else NOBODY
    hidden = _sheet(folder, private.FILE, problems) if (folder / private.FILE).exists() else None
    people = private.read_private(hidden, states, public.missions, day, problems) if hidden else public.missions
    acts = _sheet(folder, record.FILE, problems)
    done = record.read_record(acts, states, known, problems, day) if acts else ()
    standing = tuple(act for act in done if not act.correction)
    corrected = tuple(act for act in done if act.correction)
    members = _groups(groups, states, problems)
    problems.sort(key=_place)
    of_rows = {problem for mission in people.values() for problem in mission.problems}
    of_rows |= {problem for row in public.unclaimed for problem in row.problems}
    if not of_rows.issuperset(problems):
        raise DataError(problems)
    return Registry(
        states, people, known or {}, standing, load_terms(), members, corrected, tuple(problems), public.unclaimed
    )


def _place(problem: Problem) -> tuple[int, int]:
    """Problems in the order in which a person mends them: file by file, row by row."""
    files = (instruments.FILE, missions.FILE, private.FILE, record.FILE)
    return files.index(problem.file) if problem.file in files else len(files), problem.row or 0


def _sheet(folder: Path, file: str, problems: list[Problem]) -> Sheet | None:
    try:
        return read_sheet(folder / file, file)
    except DataError as error:
        problems.extend(error.problems)
        return None


def _groups(
    groups: Mapping[str, Sequence[str]], states: Mapping[str, State], problems: list[Problem]
) -> dict[str, tuple[str, ...]]:
    """Give ours and the campaign's own groups, with their members; of two with one name the campaign's counts."""
    own = {fold(name) for name in groups}
    members = {name: codes for name, codes in load_groups().items() if fold(name) not in own}
    for name, names in groups.items():
        try:
            members[name] = tuple(find_state(states, member).code for member in names)
        except UsageError as error:
            problems.append(Problem("outreach.toml", str(error), column=f"groups.{name}"))
    return members
