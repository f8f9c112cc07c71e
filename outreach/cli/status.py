"""`outreach status`: one line a State, the totals, and what needs a person today."""

from collections import Counter
from collections.abc import Sequence

import click

from outreach.cli.options import case_option, folder_option, json_option, rehearse_option
from outreach.cli.output import counted, print_json, print_table, say
from outreach.cli.session import Session, make_scope, open_to_look, say_rehearsal
from outreach.outbox.status import Status
from outreach.reports.status import StatusRow, attention, status_rows


@click.command()
@case_option
@click.option("--ask", "ask_id", metavar="ID", help="Only this ask.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def status(ctx: click.Context, case_slug: str | None, ask_id: str | None, *, rehearse: bool, as_json: bool) -> None:
    """Show State by State who was asked, what arrived, who answered, and who raised the case."""
    session = open_to_look(ctx, rehearse=rehearse)
    scope = make_scope(session.campaign, case=case_slug, ask=ask_id)
    rows = status_rows(session.campaign, session.outbox, scope)
    if as_json:
        print_json([_as_json(row) for row in rows])
        return
    say_rehearsal(session)
    if not rows:
        say("No letter is in this outbox yet. Try: outreach send --case SLUG")
        return
    asked = "rehearsed" if session.outbox.rehearsal else "asked"
    columns = ("State", "", "case", "ask", "round", asked, "arrived", "answered", "raised")
    print_table(columns, [_as_cells(session, row) for row in rows])
    _totals(session, rows, case_slug)
    _needs(session, rows)


def _as_json(row: StatusRow) -> dict[str, object]:
    return {
        "state": row.state,
        "mission": row.mission,
        "case": row.case,
        "ask": row.ask,
        "round": row.round,
        "channel": row.channel,
        "status": row.status.value,
        "asked_at": row.asked_at.isoformat() if row.asked_at else None,
        "answered": row.answered,
        "stance": row.stance,
        "raised": row.raised,
    }


def _as_cells(session: Session, row: StatusRow) -> tuple[object, ...]:
    zone = session.campaign.settings.timezone
    taken = f"{row.taken_at.astimezone(zone):%Y-%m-%d %H:%M}" if row.taken_at else row.status.value
    raised = "raised" if row.raised else "–"
    return (row.state, row.name, row.case, row.ask, row.round, taken, _arrived(row), "–", raised)


def _arrived(row: StatusRow) -> str:
    """A server's 250 says that it took the letter, not that it arrived: only news that comes later says that."""
    return {Status.DELIVERED: "arrived", Status.BOUNCED: "came back"}.get(row.status, "–")


def _totals(session: Session, rows: Sequence[StatusRow], case: str | None) -> None:
    counts = Counter(row.status.value for row in rows)
    taken = sum(1 for row in rows if row.taken_at)
    raised = sum(1 for row in rows if row.raised)
    say(f"{counted(len(rows), 'letter')}: {', '.join(f'{number} {name}' for name, number in counts.most_common())}.")
    asked = f"Rehearsed {taken}, asked 0" if session.outbox.rehearsal else f"Asked {taken}"
    say(f"{asked}, answered 0, raised (by the record) {raised}.")
    if case:
        unasked = sorted(session.campaign.registry.who_raised(case) - {row.state for row in rows})
        if unasked:
            say(f"Raised it without a letter from us: {' '.join(unasked)}")


def _needs(session: Session, rows: Sequence[StatusRow]) -> None:
    needs = attention([row.status for row in rows], rehearsal=session.outbox.rehearsal)
    if needs:
        say("What needs a person:")
        print_table(
            ("number", "status", "what it means", "type"),
            [(n.number, n.status.value, n.meaning, n.command) for n in needs],
        )
