"""`outreach missions import`: shows what a spreadsheet would change in contacts/missions.csv, asks, and saves."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import say
from outreach.cli.common.terminal.questions import chosen, when_stopped
from outreach.registry import ambassadors
from outreach.registry.imports.plan import Change, ImportPlan, new_columns
from outreach.registry.imports.reading.opening import Opened
from outreach.registry.imports.rejects import why
from outreach.registry.missions import FILE
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.states import load_states
from outreach.services.missions.importing import (
    ImportRequest,
    PlannedImport,
    imported,
    plan_missions_import,
    save_import,
    write_rejects,
)
from outreach.text import counted, either, listed, local_day

UNCHECKED = f", which letters say only while {ambassadors.CHECKED_ON} is within a year"
CHECKED = re.compile(r"\b(?:check|verif|vérif|confirm|comprob)", re.IGNORECASE)  # a column that may say when
MOST_NOTES = 40  # of one kind, on the screen
NONE_OF_THEM = "none"
MOST_QUESTIONS = 20


def import_file(folder: Path, request: ImportRequest, rejects: Path | None, *, yes: bool, dry_run: bool) -> bool:
    """Import; return False if rows were left over, True if everything found its place or the answer was no."""
    with when_stopped(f"{FILE} is as it was"):
        planned = _planned(folder, request, ask=not yes and not dry_run and sys.stdin.isatty())
    plan = planned.plan
    for line in (*_opened(planned.opened), *_columns(plan), *_differences(planned), *_leftovers(plan)):
        say(line)
    for line in (_rows(plan), _summary(plan, planned.before), *_rejects(planned, rejects)):
        say(line)
    if plan.empty:
        say("Nothing to change.")
        for line in _incomplete(planned):
            say(line)
        return planned.complete
    after = imported(planned)
    if dry_run:
        say(f"Nothing was changed in {FILE}: this was --dry-run.")
        return planned.complete
    if not confirmed(f"Apply this to {FILE}?", NOBODY_TO_ASK, yes=yes):
        say("Nothing was changed.")
        return True
    save_import(planned, after)
    for line in (f"Written to {FILE}.", *_verified(plan, after), *_incomplete(planned)):
        say(line)
    return planned.complete


def _planned(folder: Path, request: ImportRequest, *, ask: bool) -> PlannedImport:
    """Plan the import; where somebody can be asked, a name that may be several States is asked about."""
    today = local_day(datetime.now(UTC))
    planned = plan_missions_import(folder, request, today)
    questions = list(planned.ambiguous.items())[:MOST_QUESTIONS] if ask else []
    answers = [answer for name, codes in questions if (answer := _which(name, codes))]
    return (
        plan_missions_import(folder, replace(request, states=(*request.states, *answers)), today)
        if answers
        else planned
    )


def _which(name: str, codes: tuple[str, ...]) -> str:
    """Ask which State a name means; "" where the answer is none of them."""
    states = load_states()
    say(f"'{name}' may be {either([f'{states[code].name} ({code})' for code in codes])}.")
    answer = chosen("Which is meant?", [*codes, NONE_OF_THEM], NONE_OF_THEM)
    return "" if answer == NONE_OF_THEM else f"{name}={answer}"


def _verified(plan: ImportPlan, after: Sheet) -> Iterator[str]:
    """How many of the addresses that the import was about are verified now."""
    about = {change.state for change in plan.changes if change.column in ("email", "verified_on")}
    days = [row["verified_on"] for _, row in after.records() if row["state"] in about and row["email"]]
    vouched, unverified = sum(map(bool, days)), days.count("")
    if vouched:
        yield f"Verified, because the spreadsheet says so: {counted(vouched, 'mission')}."
    if unverified:
        yield f"Not verified: {counted(unverified, 'mission')}. Look them up, then: outreach missions verify STATE"


def _opened(opened: Opened) -> Iterator[str]:
    """Say how the file was read: which encoding, separator, sheet and header."""
    header = opened.header
    rows = f"row {header.last}" if header.first == header.last else f"rows {header.first} and {header.last}"
    found = f"header in {rows}" if header.last else "no row that names the columns"
    sheet = f", sheet '{opened.grid.name}'" if opened.grid.name else ""
    yield f"Read as {opened.form}{sheet}, {found} (another one with --header ROW)."
    if opened.others:
        yield f"Other sheets, not read (one with --sheet NAME): {listed(opened.others)}"


def _columns(plan: ImportPlan) -> Iterator[str]:
    yield "Columns (theirs → ours; change one with --map 'THEIRS=OURS'):"
    targets = {*plan.columns.ours.values()}
    for their, our in plan.columns.ours.items():
        names = ", and says which State" if our == "mission" and their in plan.columns.naming else ""
        cells = " (by what is in its cells)" if their in plan.columns.by_cells else ""
        unsaid = UNCHECKED if our == ambassadors.COLUMNS[0] and ambassadors.CHECKED_ON not in targets else ""
        yield f"  {their} → {our}{names}{cells}{unsaid}"
    for name in plan.columns.kept:
        yield f"  {name} → kept as a column of its own (leave it out with --map '{name}=')"
        if CHECKED.search(name):
            yield f"    the day on which somebody saw the address? --map '{name}=verified_on'"
            yield f"    the day on which somebody saw who the ambassador is? --map '{name}={ambassadors.CHECKED_ON}'"
    for name in plan.columns.left_out:
        why_not = ": an import verifies nothing. If its dates can be trusted: --map '{}=verified_on'"
        yield f"  {name or '(no name)'} → left out" + (why_not.format(name) if name in plan.columns.unasked else "")


def _differences(planned: PlannedImport) -> Iterator[str]:
    states, plan = load_states(), planned.plan
    for code in dict.fromkeys([*plan.new_states, *(change.state for change in plan.changes)]):
        yield f"{code} {states[code].name}" + (" (a new row)" if code in plan.new_states else "")
        for change in plan.changes:
            if change.state == code:
                yield f"  {_change(change)}{_why(change, planned)}"
    unknown = [code for code, usual in plan.languages.items() if not usual.code]
    if unknown:
        default = planned.languages[0]
        yield (
            f"Language left blank, so letters are in {default}: in {listed(unknown)} none of this campaign's languages "
            "is known to be official"
        )
    if plan.unchanged:
        yield f"Unchanged: {', '.join(plan.unchanged)}"


def _change(change: Change) -> str:
    old, new = (" ".join(text.split()) for text in (change.old, change.new))
    if change.kind == "new":
        return f"new {change.column}: {new}"
    if change.kind == "cleared":
        return f"cleared {change.column}: {old} (it vouched for what was there before, not for the new address)"
    return f"{change.kind} {change.column}: {old} → {new}"


def _why(change: Change, planned: PlannedImport) -> str:
    """Say why a new row gets a language that the spreadsheet does not name."""
    usual = planned.plan.languages.get(change.state)
    if usual is None or change.column != "language":
        return ""
    others = f": {', '.join(usual.official)}" if len(usual.official) > 1 else ""
    return f" (not in the file; official there{others})"


def _leftovers(plan: ImportPlan) -> Iterator[str]:
    for conflict in plan.conflicts:
        yield f"Conflict, not taken: {conflict.state} {conflict.column}: {conflict.said}"
    if plan.conflicts:
        yield "Keep one row for each State; several addresses may stand in its cell, separated by ;."
    contradicting = {row for conflict in plan.conflicts for row, _ in conflict.values}
    for row in plan.rejected:
        if row.row not in contradicting:
            yield f"Not taken: {why(row)}"
    notes = [f"row {note.row}, column {note.column}: {note.message}" for note in plan.notes]
    yield from (f"Read so: {text}" for text in notes[:MOST_NOTES])
    if len(notes) > MOST_NOTES:
        yield f"Read so: … and {len(notes) - MOST_NOTES} more cells"
    for remark in plan.remarks:
        if remark.kind == "no State":
            yield f"No State: row {remark.row}: {remark.text}"


def _rows(plan: ImportPlan) -> str:
    """Count the rows: every one of theirs is in one of the groups."""
    kinds: dict[str, list[int]] = {}
    for remark in plan.remarks:
        kinds.setdefault(remark.kind, []).append(remark.row)
    remarks = (
        f"{kind}: {counted(len(rows), 'row') if kind == 'blank' else listed(rows)}" for kind, rows in kinds.items()
    )
    groups = {
        "taken": len(plan.taken),
        "with nothing new": len(plan.unchanged_rows),
        f"without data ({'; '.join(remarks)})": len(plan.remarks),
        "not taken": len(plan.rejected),
    }
    shown = (f"{count} {what}" for what, count in groups.items() if count)
    return f"{counted(sum(groups.values()), 'row')}: {', '.join(shown)}."


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
        "rows not taken": len(plan.rejected),
    }
    return ", ".join(f"{what}: {count}" for what, count in counts.items() if count) or "The file says nothing."


def _incomplete(planned: PlannedImport) -> Iterator[str]:
    """Say what was taken, what not, and that a script is told so, too."""
    if not planned.complete:
        plan = planned.plan
        taken, left = len(plan.taken) + len(plan.unchanged_rows), counted(len(plan.rejected), "row")
        rest = "is" if len(plan.rejected) == 1 else "are"
        yield (
            f"What could be taken is in {FILE}: {counted(taken, 'row')}. {left} {rest} left to mend, each named above; "
            "so the exit status is 1."
        )


def _rejects(planned: PlannedImport, rejects: Path | None) -> Iterator[str]:
    rejected = planned.plan.rejected
    if not rejected:
        return
    rows = counted(len(rejected), "row")
    if rejects is None:
        yield f"To mend what was not taken, save it with --rejects FILE.csv: {rows}."
        return
    write_rejects(planned, rejects, rejected)
    yield f"{rows} to mend: written to {rejects}. Mend it, and import it too."
