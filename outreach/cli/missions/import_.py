"""`outreach missions import`: shows what a spreadsheet would change in contacts/missions.csv, asks, and saves."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from outreach.cli.common.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.output import say
from outreach.registry.imports.plan import Change, ImportPlan, new_columns
from outreach.registry.missions import FILE
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.states import load_states
from outreach.services.registry import imported, plan_missions_import, save_import
from outreach.text import counted, local_day


def import_file(folder: Path, file: Path, maps: Sequence[str], *, yes: bool) -> bool:
    """Import; return False if rows or facts were left over, True if everything found its place or the answer was no."""
    planned = plan_missions_import(folder, file, maps, local_day(datetime.now(UTC)))
    plan = planned.plan
    for line in (*_columns(plan), *_differences(plan), *_leftovers(plan), _summary(plan, planned.before)):
        say(line)
    if plan.empty:
        say("Nothing to change.")
        return planned.complete
    after = imported(planned)
    if not confirmed(f"Apply this to {FILE}?", NOBODY_TO_ASK, yes=yes):
        say("Nothing was changed.")
        return True
    save_import(planned, after)
    for line in (f"Written to {FILE}.", *_verified(plan, after)):
        say(line)
    return planned.complete


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
