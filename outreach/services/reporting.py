"""Tells how things stand, as data: by State, by message, by entry of the ledger, and the report page."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from outreach.db.engine import reading
from outreach.errors import DatabaseError, UsageError
from outreach.next_step import Action, NextStep
from outreach.outbox.gate.gate import Held
from outreach.outbox.gate.wording import page_wording
from outreach.outbox.ledger import LedgerEntry, history
from outreach.outbox.models import Scope
from outreach.outbox.posts.listing import addresses, post_lines
from outreach.outbox.store import now
from outreach.reports.calls import Calls
from outreach.reports.calls import calls as find_calls
from outreach.reports.messages import MessageRow, message_rows
from outreach.reports.overview import Overview, held_messages, read_overview
from outreach.reports.progress import Progress, progress
from outreach.services.workspace import Workspace
from outreach.supporters.files import file_of

if TYPE_CHECKING:  # the page brings the templates along: whoever asks how things stand does not wait for them
    from outreach.reports.page.stages import Subject


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One change of status, and for a post the address where anybody can read it; blank where there is none."""

    entry: LedgerEntry
    address: str


def overview(workspace: Workspace, scope: Scope) -> Overview:
    """Read what was written to whom, what came of it, and what waits."""
    found = read_overview(workspace.campaign, workspace.outbox, scope, workspace.gate)
    return found if scope.case else replace(found, voices_waiting=_voices_waiting(workspace))


def _voices_waiting(workspace: Workspace) -> int:
    """Count supporters' voices that wait for a person; none where this machine has not their store, or not its key."""
    campaign = workspace.campaign
    there = file_of(campaign.folder, rehearsal=workspace.rehearsal).exists()
    if not there or not campaign.settings.web.key.get_secret_value():
        return 0
    from outreach.services.supporters.voices import voices_waiting  # with all that opens seals

    with suppress(DatabaseError):  # another key than theirs: whoever reads voices is told
        return voices_waiting(workspace)
    return 0


def progress_by_state(workspace: Workspace, scope: Scope) -> list[Progress]:
    """Read how far each ask has come with each State, case by case."""
    return progress(workspace.campaign, workspace.outbox, scope, _held(workspace, scope))


def messages(workspace: Workspace, scope: Scope) -> list[MessageRow]:
    """Read every letter and post with what came of it."""
    return message_rows(workspace.campaign, workspace.outbox, scope, _held(workspace, scope))


def calls(workspace: Workspace, scope: Scope) -> Calls:
    """Find whom to ring up, who was asked in writing and has not answered."""
    with reading(workspace.outbox.engine) as connection:
        suppressed = workspace.suppressions(connection)
    return find_calls(workspace.campaign, workspace.outbox, scope, suppressed)


def _held(workspace: Workspace, scope: Scope) -> Mapping[int, Held]:
    return held_messages(workspace.outbox, scope, workspace.gate)


def ledger(workspace: Workspace, scope: Scope) -> list[LedgerLine]:
    """Read every change of status there ever was, oldest first."""
    with reading(workspace.outbox.engine) as connection:
        public = addresses(connection, scope)
        return [LedgerLine(entry, public.get(entry.message, "")) for entry in history(connection, scope)]


def report_subject(workspace: Workspace, scope: Scope, *, public: bool) -> "Subject":
    """Choose what a report is about; for outside (`public`) only cases whose people agreed, UsageError for none."""
    from outreach.reports.page.page import choose

    return choose(workspace.campaign, progress_by_state(workspace, scope), scope, public=public)


def report_table(workspace: Workspace, subject: "Subject") -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Give the report as a table: its columns, and a row for each State, case and ask."""
    from outreach.reports.page.matrix import Calendar, spreadsheet

    campaign = workspace.campaign
    columns, rows = spreadsheet(subject, Calendar(campaign.settings.timezone, campaign.today()))
    _refuse_withheld(workspace, (str(cell) for row in rows for cell in row))
    return columns, rows


def report_page(workspace: Workspace, subject: "Subject", scope: Scope) -> str:
    """Write the report as one HTML page that needs nothing from anywhere."""
    from outreach.reports.page.page import make_report, render

    with reading(workspace.outbox.engine) as connection:
        posts = post_lines(connection, scope)
    page = render(make_report(workspace.campaign, subject, scope, now(), rehearsal=workspace.rehearsal, posts=posts))
    _refuse_withheld(workspace, page_wording(page))
    return page


def _refuse_withheld(workspace: Workspace, texts: Iterable[str]) -> None:
    """Raise UsageError for a report with a name that nothing of ours may say."""
    if where := workspace.campaign.withheld.where_in(texts):
        raise UsageError(
            f"the report says a withheld name ({where}), so it was not made. Take the name out of the title of its "
            "case, of its posts, or of the notes in contacts/record.csv",
            next_step=NextStep(Action.CHECK_CASES),
        )
