"""Takes facts about missions out of somebody's spreadsheet: plans it, writes the rows to mend, and saves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from outreach.errors import DataError, Problem, UsageError
from outreach.registry import ambassadors
from outreach.registry.imports.columns import match_columns, parse_maps
from outreach.registry.imports.facts import Options, RejectedRow, read_facts, refuse_kept_names
from outreach.registry.imports.naming import read_choices
from outreach.registry.imports.plan import ImportPlan, Origin, apply_import, plan_import
from outreach.registry.imports.reading.contents import read_contents
from outreach.registry.imports.reading.opening import Layout, Opened, open_spreadsheet
from outreach.registry.imports.rejects import rejects_sheet, save_rejects
from outreach.registry.missions import FILE, read_missions
from outreach.registry.sheets.saving import one_at_a_time, save
from outreach.registry.sheets.sheet import Sheet, parse_sheet, read_sheet
from outreach.registry.states import load_states
from outreach.settings.load import load_settings
from outreach.text import identifier


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A spreadsheet, and what a person said about it.

    `states` are of the form THEIRS=CODE, such as Congo=COD; `day_first` says what 3/4/2026 means.
    """

    file: Path
    layout: Layout = field(default_factory=Layout)
    states: tuple[str, ...] = ()
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class PlannedImport:
    """What a spreadsheet would change in contacts/missions.csv; nothing is changed yet."""

    folder: Path
    opened: Opened
    plan: ImportPlan
    before: Sheet
    today: date
    languages: tuple[str, ...]  # those that the campaign writes, its own first

    @property
    def complete(self) -> bool:
        """Whether every row and every fact found its place."""
        return not self.plan.rejected

    @property
    def ambiguous(self) -> dict[str, tuple[str, ...]]:
        """Give the names that may be one State or another, with their codes: a person can say which is meant."""
        return {row.name: row.codes for row in self.plan.rejected if row.codes}


def plan_missions_import(folder: Path, request: ImportRequest, today: date) -> PlannedImport:
    """Compare somebody's spreadsheet with contacts/missions.csv.

    Raises UsageError or DataError for what is wrong with either as a whole; what is wrong with a row is in the plan.
    """
    ours = read_sheet(folder / FILE, FILE)
    _refuse_problems(ours, today)
    states, languages = load_states(), load_settings(folder).campaign.languages
    chosen = read_choices(request.states, states)
    opened = open_spreadsheet(request.file, request.layout)
    header, name = opened.header, str(request.file)
    there = set(map(identifier, ours.columns))
    own = (*ours.columns, *(column for column in ambassadors.COLUMNS if column not in there))
    named = parse_maps(request.layout.maps, header.columns, own)
    contents = read_contents(opened.grid, header.columns, header.last)
    try:
        columns = match_columns(header.columns, named, own, header.nameless, header.last, contents)
    except UsageError as error:
        raise UsageError(f"{name}, {error}") from None
    refuse_kept_names(name, header, columns)
    options = Options(chosen, request.day_first, request.layout.repair_text)
    said = read_facts(opened.grid, header, columns, states, options, today)
    origin = Origin(name, today, tuple(languages))
    return PlannedImport(folder, opened, plan_import(said, columns, ours, origin), ours, today, tuple(languages))


def imported(planned: PlannedImport) -> Sheet:
    """Give contacts/missions.csv as it would be after the import. DataError for what would be wrong with it then."""
    after = apply_import(planned.before, planned.plan)
    _refuse_problems(parse_sheet(after.to_bytes(), FILE), planned.today)
    return after


def save_import(planned: PlannedImport, after: Sheet) -> None:
    """Write contacts/missions.csv; UsageError if somebody changed it meanwhile, and then nothing is written."""
    with one_at_a_time((planned.folder / FILE).parent):
        save(planned.folder / FILE, planned.before.to_bytes(), after.to_bytes())


def write_rejects(planned: PlannedImport, path: Path, rejected: Sequence[RejectedRow]) -> None:
    """Write the rows that were not taken as a sheet to mend.

    UsageError where there is another file already: nobody's work is written over.
    """
    save_rejects(path, rejects_sheet(planned.opened.grid, planned.opened.header, rejected))


def _refuse_problems(sheet: Sheet, today: date) -> None:
    problems: list[Problem] = []
    read_missions(sheet, load_states(), today, problems)
    if problems:
        raise DataError(problems)
