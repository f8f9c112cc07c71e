"""`outreach report`: one self-contained HTML page about how the campaign stands, or a table for a spreadsheet."""

from pathlib import Path

import click

from outreach.cli.common.opening import open_to_look, say_rehearsal
from outreach.cli.common.options import case_option, folder_option, rehearse_option, yes_option
from outreach.cli.common.terminal.output import BOM, note, say
from outreach.disk import write_whole
from outreach.errors import OutreachError, UsageError
from outreach.reports.page.matrix import FIRST_COLUMNS
from outreach.reports.page.page import MARK
from outreach.reports.page.stages import Subject
from outreach.services import reporting
from outreach.text import counted, csv_text

DEFAULT = Path("report.html")
ENOUGH = 4_000  # bytes in which a report of ours says that it is one


@click.command()
@click.option(
    "--output", "target", metavar="FILE", type=click.Path(path_type=Path), help="Where to; default: report.html here."
)
@case_option
@click.option("--ask", "ask_id", metavar="ID", help="Only this ask.")
@click.option("--public", is_flag=True, help="For outside: asked, raised, posts, and nothing else.")
@click.option("--csv", "as_csv", is_flag=True, help="A table for a spreadsheet instead, printed without --output.")
@rehearse_option
@yes_option
@folder_option
@click.pass_context
def report(
    ctx: click.Context,
    target: Path | None,
    case_slug: str | None,
    ask_id: str | None,
    *,
    public: bool,
    as_csv: bool,
    rehearse: bool,
    yes: bool,
) -> None:
    """Write one HTML page that shows how far the campaign has come, State by State.

    The page needs no network: send it by mail, print it, put it on the web. One for outside is made with --public.
    """
    workspace = open_to_look(ctx, rehearse=rehearse)
    scope = workspace.scope(case=case_slug, ask=ask_id)
    subject = reporting.report_subject(workspace, scope, public=public)
    for slug in subject.hidden:
        note(f"Left out: {slug}. Its case file has no consent for the web, or an embargo that is still to come.")
    for case in subject.paused:
        note(f"{case.slug} is stopped{': the page says so, and nothing else about it' if public else ''}.")
    table = csv_text(*reporting.report_table(workspace, subject)) if as_csv else ""
    if as_csv and target is None:
        if workspace.rehearsal:
            note("REHEARSAL: nothing in this table reached a mission.")
        click.echo(table, nl=False)
        return
    say_rehearsal(workspace)
    place = target or DEFAULT
    _may_replace(place, yes=yes)
    write(place, f"{BOM}{table}" if table else reporting.report_page(workspace, subject, scope), public=public)
    _say_what(place, subject)


def _may_replace(place: Path, *, yes: bool) -> None:
    """Raise UsageError where a file would be lost that is no report of ours."""
    if place.is_dir():
        raise UsageError(f"{place} is a folder; name a file in it: --output {place / DEFAULT}")
    if yes or not place.exists() or _is_ours(place):
        return
    raise UsageError(f"{place} is there already and is no report of outreach; choose another --output, or add --yes")


def _is_ours(place: Path) -> bool:
    try:
        with place.open("rb") as file:
            begins = file.read(ENOUGH)
    except OSError as error:
        raise UsageError(f"{place} cannot be read: {error.strerror}; choose another --output") from None
    return MARK.encode() in begins or begins.removeprefix(BOM.encode()).startswith(",".join(FIRST_COLUMNS).encode())


def write(place: Path, text: str, *, public: bool) -> None:
    """Write the file in one step; one that is not for the public can be read by its owner only."""
    try:
        write_whole(place, text.encode(), 0o644 if public else 0o600)
    except OSError as error:
        raise OutreachError(f"{place} cannot be written: {error.strerror}; choose another --output") from None


def _say_what(place: Path, subject: Subject) -> None:
    say(
        f"{place}: {counted(len({row.state for row in subject.rows}), 'State')}, {counted(len(subject.cases), 'case')}."
    )
    if not subject.public:
        say("It is for the team: it says what missions answered. For outside, add --public.")
