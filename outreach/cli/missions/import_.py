"""`outreach missions import`: shows what a spreadsheet would change in contacts/missions.csv, asks, and saves."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from outreach.cli.agreement import NOBODY_TO_ASK, agreed
from outreach.cli.output import say
from outreach.errors import DataError, Problem, UsageError
from outreach.registry.imports.columns import match_columns, parse_maps
from outreach.registry.imports.plan import Change, ImportPlan, apply_import, new_columns, plan_import
from outreach.registry.missions import FILE, read_missions
from outreach.registry.sheets.saving import one_at_a_time, save
from outreach.registry.sheets.sheet import Sheet, parse_sheet, read_sheet
from outreach.registry.states import load_states
from outreach.text import counted, local_day


def import_file(folder: Path, file: Path, maps: Sequence[str], *, yes: bool) -> bool:
    """Import; return False if rows or facts were left over, True if everything found its place or the answer was no."""
    today = local_day(datetime.now(UTC))
    ours, theirs = read_sheet(folder / FILE, FILE), read_sheet(file, str(file))
    _refuse_problems(ours, today)
    named = parse_maps(maps, theirs.columns, ours.columns)
    try:
        columns = match_columns(theirs.columns, named, ours.columns)
    except UsageError as error:
        raise UsageError(f"{file}, {error}") from None
    plan = plan_import(theirs, columns, ours, load_states(), today)
    for line in (*_columns(plan), *_differences(plan), *_leftovers(plan), _summary(plan, ours)):
        say(line)
    complete = not plan.conflicts and not plan.unmatched
    if plan.empty:
        say("Nothing to change.")
        return complete
    after = apply_import(ours, plan)
    _refuse_problems(parse_sheet(after.to_bytes(), FILE), today)
    if not agreed(f"Apply this to {FILE}?", NOBODY_TO_ASK, yes=yes):
        say("Nothing was changed.")
        return True
    with one_at_a_time((folder / FILE).parent):
        save(folder / FILE, ours.to_bytes(), after.to_bytes())
    for line in (f"Written to {FILE}.", *_verified(plan, after)):
        say(line)
    return complete


def _refuse_problems(sheet: Sheet, today: date) -> None:
    problems: list[Problem] = []
    read_missions(sheet, load_states(), today, problems)
    if problems:
        raise DataError(problems)


def _verified(plan: ImportPlan, after: Sheet) -> Iterator[str]:
    """How many of the addresses that the import was about are verified now."""
    about = {change.state for change in plan.changes if change.column in ("email", "verified_on")}
    days = [row["verified_on"] for _, row in after.records() if row["state"] in about and row["email"]]
    vouched, unverified = sum(map(bool, days)), days.count("")
    if vouched:
        yield f"Verified, because the spreadsheet says so: {counted(vouched, 'mission')}."
    if unverified:
        yield f"Not verified: {counted(unverified, 'mission')}. Look each address up, then fill in verified_on."


def _columns(plan: ImportPlan) -> Iterator[str]:
    say("Columns (theirs → ours; change one with --map 'THEIRS=OURS'):")
    for their, our in plan.columns.ours.items():
        yield f"  {their} → {our}"
    for name in plan.columns.kept:
        yield f"  {name} → kept as a column of its own (leave it out with --map '{name}=')"
    for name in plan.columns.left_out:
        why = ": an import verifies nothing. If its dates can be trusted: --map '{}=verified_on'"
        yield f"  {name or '(no name)'} → left out" + (why.format(name) if name in plan.columns.unasked else "")


def _differences(plan: ImportPlan) -> Iterator[str]:
    states = load_states()
    for code in dict.fromkeys([*plan.new_states, *(change.state for change in plan.changes)]):
        yield f"{code} {states[code].name}" + (" (a new row)" if code in plan.new_states else "")
        for change in plan.changes:
            if change.state == code:
                yield f"  {_change(change)}"
    if plan.unchanged:
        yield f"Unchanged: {', '.join(plan.unchanged)}"


def _change(change: Change) -> str:
    old, new = (" ".join(text.split()) for text in (change.old, change.new))
    if change.kind == "new":
        return f"new {change.column}: {new}"
    if change.kind == "cleared":
        return f"cleared {change.column}: {old} (it vouched for what was there before, not for the new address)"
    return f"{change.kind} {change.column}: {old} → {new}"


def _leftovers(plan: ImportPlan) -> Iterator[str]:
    for conflict in plan.conflicts:
        said = ", ".join(f"row {row} says '{' '.join(text.split())}'" for row, text in conflict.values)
        yield f"Conflict, not taken: {conflict.state} {conflict.column}: {said}"
    for row in plan.unmatched:
        yield f"Not matched, not taken: row {row.row}: {row.reason}"


def _summary(plan: ImportPlan, ours: Sheet) -> str:
    kinds = [change.kind for change in plan.changes]
    counts = {
        "new facts": kinds.count("new"),
        "changed": kinds.count("changed"),
        "added to": kinds.count("added to"),
        "cleared": kinds.count("cleared"),
        "new rows": len(plan.new_states),
        "new columns": len(new_columns(ours, plan)),
        "States unchanged": len(plan.unchanged),
        "conflicts": len(plan.conflicts),
        "rows not matched": len(plan.unmatched),
    }
    return ", ".join(f"{what}: {count}" for what, count in counts.items() if count) or "The file says nothing."
