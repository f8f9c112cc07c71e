"""`outreach documented import`: shows what a table would change in contacts/documented.csv, asks, and saves."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import say
from outreach.registry.documented.imports.plan import DocumentedPlan, Taken
from outreach.registry.documented.reading import FILE
from outreach.registry.documented.writing import cells_of
from outreach.registry.imports.rejects import why
from outreach.services.documented.importing import (
    DocumentedImportRequest,
    PlannedDocumentedImport,
    plan_import,
    save_import,
    write_rejected,
)
from outreach.text import counted, listed, shortened

MOST_SHOWN = 40  # of one kind, on the screen
LONGEST = 200  # characters of a cell, on the screen


def import_file(
    folder: Path, request: DocumentedImportRequest, rejects: Path | None, *, yes: bool, dry_run: bool
) -> bool:
    """Import; return False if rows were left over, True if everything found its place or the answer was no."""
    planned = plan_import(folder, request)
    plan = planned.plan
    for line in (*_columns(planned), *_differences(plan), *_left_over(plan), _summary(plan)):
        say(line)
    if plan.rejected:
        if rejects is None:
            say(f"To mend what was not taken, save it with --rejects FILE.csv: {counted(len(plan.rejected), 'row')}.")
        else:
            write_rejected(planned, rejects)
            say(f"{counted(len(plan.rejected), 'row')} to mend: written to {rejects}. Mend it, and import it too.")
    if planned.after is None:
        say("Nothing to change.")
    elif dry_run:
        say(f"Nothing was changed in {FILE}: this was --dry-run.")
    elif not confirmed(f"Apply this to {FILE}?", NOBODY_TO_ASK, yes=yes):
        say("Nothing was changed.")
        return True
    else:
        save_import(planned)
        say(f"Written to {FILE}.")
    return not plan.rejected


def _columns(planned: PlannedDocumentedImport) -> Iterator[str]:
    columns = planned.plan.columns
    yield f"Read as {planned.form}, header in row {planned.header.first}."
    yield "Columns (theirs → ours; change one with --map 'THEIRS=OURS'):"
    yield from (f"  {their} → {our}" for their, our in columns.ours.items())
    yield from (f"  {name} → never taken: {FILE} is public" for name in columns.internal)
    if columns.left_out:
        yield f"  left out: {listed(columns.left_out)}"


def _differences(plan: DocumentedPlan) -> Iterator[str]:
    new = [each for each in plan.taken if each.before is None]
    changed = [each for each in plan.taken if each.before is not None]
    yield from (_added(each) for each in new[:MOST_SHOWN])
    if len(new) > MOST_SHOWN:
        yield f"… and {len(new) - MOST_SHOWN} more new ones"
    for each in changed:
        yield f"{each.after.id}, row {each.row}:"
        yield from _cells(each)


def _added(each: Taken) -> str:
    cells = {column: text for column, text in each.cells.items() if text}
    told = [cells.pop(column) for column in ("id", "title", "state")]
    cells.pop("named_publicly")
    more = "; ".join(f"{column}: {shortened(text, LONGEST)}" for column, text in cells.items())
    return f"new: {', '.join(told)} (row {each.row}). {more}"


def _cells(each: Taken) -> Iterator[str]:
    before = cells_of(each.before) if each.before else {}
    for column, text in each.cells.items():
        old, new = shortened(before.get(column, ""), LONGEST), shortened(text, LONGEST)
        yield f"  changed {column}: {old} → {new}" if old else f"  new {column}: {new}"


def _left_over(plan: DocumentedPlan) -> Iterator[str]:
    yield from (f"Not taken: {why(row)}" for row in plan.rejected)
    nameless = Counter(note.column for note in plan.notes if note.message.startswith("left out"))
    if nameless:
        told = listed(f"{column} ({counted(number, 'row')})" for column, number in nameless.items())
        yield (
            f"Left out, since nothing says that a document names these people: {told}. "
            "If documents name all of them: --named-publicly yes"
        )
    for note in plan.notes:
        if not note.message.startswith("left out"):
            yield f"Row {note.row}, {note.column}: {note.message}"


def _summary(plan: DocumentedPlan) -> str:
    new = sum(each.before is None for each in plan.taken)
    groups = {
        "new": new,
        "changed": len(plan.taken) - new,
        "with nothing new": len(plan.unchanged),
        "blank": plan.blank,
        "not taken": len(plan.rejected),
    }
    shown = ", ".join(f"{count} {what}" for what, count in groups.items() if count)
    return f"{counted(sum(groups.values()), 'row')}: {shown}." if shown else "The file says nothing."
