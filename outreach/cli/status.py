"""`outreach status`: one line a State, the totals, and what needs a person today."""

from collections import Counter
from collections.abc import Collection, Sequence

import click

from outreach.cli.options import case_option, folder_option, json_option, rehearse_option
from outreach.cli.output import counted, print_json, print_table, say
from outreach.cli.session import Session, make_scope, open_to_look, say_rehearsal
from outreach.outbox.status import Status
from outreach.reports.status import StatusRow, attention, status_rows

NAME = ""  # the column of State names needs no heading


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
    scope = make_scope(session, case=case_slug, ask=ask_id)
    rows = status_rows(session.campaign, session.outbox, scope)
    if as_json:
        print_json([_as_json(row) for row in rows])
        return
    say_rehearsal(session)
    if not rows:
        about = f" about {case_slug}" if case_slug else ""
        say(f"No letter{about} is in this outbox yet. Try: outreach send --case {case_slug or 'SLUG'}")
        return
    asked = "rehearsed" if session.outbox.rehearsal else "asked"
    columns = ("State", NAME, "case", "ask", "round", asked, "arrived", "answered", "raised")
    print_table(columns, [_as_cells(session, row) for row in rows], wrap=(NAME,))
    _totals(session, rows)
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


def _totals(session: Session, rows: Sequence[StatusRow]) -> None:
    counts = Counter(row.status.value for row in rows)
    say(f"{counted(len(rows), 'letter')}: {', '.join(f'{number} {name}' for name, number in counts.most_common())}.")
    asking = [row for row in rows if row.round != "thanks" and row.taken_at]
    verb = "Rehearsed with" if session.outbox.rehearsal else "Asked"
    raised = {row.state for row in asking if row.raised}
    say(
        f"{verb} {counted(len({row.state for row in asking}), 'State')}; answered 0; "
        f"raised the case since, by the record: {len(raised)}{_named(raised)}."
    )


def _named(states: Collection[str]) -> str:
    return f" ({' '.join(sorted(states))})" if states else ""


def _needs(session: Session, rows: Sequence[StatusRow]) -> None:
    needs = attention([row.status for row in rows], rehearsal=session.outbox.rehearsal)
    if needs:
        say("What needs a person:")
        print_table(
            ("number", "status", "what it means", "type"),
            [(n.number, n.status.value, n.meaning, n.command) for n in needs],
            wrap=("what it means",),
        )
