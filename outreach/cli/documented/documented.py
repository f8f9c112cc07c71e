"""`outreach documented`: cases on public record; lists, checks and adds them, and follows them up."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from outreach.cases.documented import DueDocumented
from outreach.cli.common.options import campaign_folder, csv_option, folder_option, json_option, yes_option
from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import note, print_csv, print_json, print_table, say
from outreach.cli.common.terminal.pager import paged
from outreach.errors import OutreachError
from outreach.registry.documented.model import Documented
from outreach.registry.documented.reading import COLUMNS, FILE
from outreach.registry.documented.vocabulary import KINDS, codes, word
from outreach.registry.documented.writing import cells_of
from outreach.registry.states import load_states
from outreach.services.documented.editing import (
    DocumentedFilter,
    FollowUpRequest,
    PlannedChange,
    check_documented,
    find_documented,
    find_due,
    look_up_documented,
    own_cases,
    plan_addition,
    plan_follow_up,
    save_change,
)
from outreach.text import counted

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def documented() -> None:
    """List, check, add, import and follow up the cases on public record: contacts/documented.csv."""


@documented.command("list")
@click.option("--state", metavar="STATE", default="", help="Of this State concerned: BLR, by or Belarus.")
@click.option("--year", metavar="YEAR", default="", help="That came on record in this year.")
@click.option("--act-type", metavar="WORD", default="", help="With this act, for example travel-ban.")
@click.option("--un-body", metavar="WORD", default="", help="With this body, for example upr.")
@click.option("--status", metavar="WORD", default="", help="With this status, for example held.")
@click.option("--due", "only_due", is_flag=True, help="That nobody looked at for a year, the longest first.")
@json_option
@csv_option
@folder_option
@paged
@click.pass_context
def list_(
    ctx: click.Context,
    state: str,
    year: str,
    act_type: str,
    un_body: str,
    status: str,
    only_due: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List the documented cases, all or those that the options choose. Names are for you: pages show fewer."""
    wanted = DocumentedFilter(state, year, act_type, un_body, status)
    folder = campaign_folder(ctx)
    looks = find_due(folder, wanted) if only_due else ()
    found = [look.documented for look in looks] if only_due else find_documented(folder, wanted)
    if as_json:
        print_json([as_record(each) for each in found])
    elif as_csv:
        print_csv([{**cells_of(each), "row": each.row} for each in found])
    elif only_due:
        _print_due(looks)
    else:
        _print(found, own_cases(folder))


def _print(found: Sequence[Documented], own: Collection[str]) -> None:
    rows = [
        (each.id, each.title, each.state, each.year, said("status", each.status), each.status_on, consent(each, own))
        for each in found
    ]
    columns = ("Case", "Title", "Concerned", "Year", "Status", "Looked at", "Consent")
    print_table(columns, rows, cut=("Title", "Case"), drop=("Consent", "Year"))
    note(counted(len(found), "documented case"))


def _print_due(looks: Iterable[DueDocumented]) -> None:
    rows = [
        (look.documented.id, look.documented.title, look.documented.state, said("status", look.documented.status),
         look.since or "never")
        for look in looks
    ]  # fmt: skip
    print_table(("Case", "Title", "Concerned", "Status", "Looked at"), rows, cut=("Title", "Case"))
    note(
        f"{counted(len(rows), 'documented case')} that nobody looked at for a year. "
        "When you have: outreach documented follow-up ID --status WORD --source ADDRESS"
        if rows
        else "Somebody looked at every documented case within a year."
    )


@documented.command()
@click.argument("id_", metavar="ID")
@json_option
@folder_option
@click.pass_context
def show(ctx: click.Context, id_: str, as_json: bool) -> None:
    """Show one documented case: what is known of it, since when, and from where."""
    folder = campaign_folder(ctx)
    each = look_up_documented(folder, id_)
    if as_json:
        print_json(as_record(each))
        return
    for line in (*_page(each, own_cases(folder)), *_in_public(folder, each)):
        say(line)


def _page(each: Documented, own: Collection[str]) -> Iterator[str]:
    yield f"{each.id}: {each.title}"
    lines = {
        "State concerned": f"{load_states()[each.state].name} ({each.state})",
        "On record since": each.year,
        "Named publicly": "yes" if each.named_publicly else "no, so no name stands in its row",
        "Who": said("victim_kind", each.victim_kind),
        "Did": "; ".join(said("engagement", code) for code in each.engagement),
        "With": "; ".join(said("un_body", code) for code in each.un_body),
        "Suffered": "; ".join(said("act_type", code) for code in each.act_type),
        "Trigger": each.trigger,
        "State's reply": each.state_reply,
        "Consent": consent(each, own),
        "Note": " ".join(each.note.split()),
    }
    yield from (f"  {label}: {text}" for label, text in lines.items() if text)
    for report in each.reports:
        yield f"  Report: {report}" + (f" ({said('followup', report.followup)})" if report.followup else "")
    for standing in each.history:
        yield f"  {standing.on or 'on a day that nobody noted'}: {said('status', standing.status)}"
    yield from (f"  Source: {source}" for source in each.sources)
    yield f"  {FILE}, row {each.row}"


def _in_public(folder: Path, each: Documented) -> Iterator[str]:
    """Say how pages of today tell the case; nothing where the campaign's files have faults, which stop pages too."""
    from outreach.site.facts.site import told_documented

    try:
        told = {case.documented.row: case for case in told_documented(folder)}
    except OutreachError:
        return
    case = told.get(each.row)
    how = "not told at all" if case is None else "by name" if case.by_name else f"without a name, as {case.key}"
    yield f"  On the public page: {how}"


@documented.command()
@json_option
@folder_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Check the documented cases: every cell, names that must not stand there, and what your own cases say."""
    checked = check_documented(campaign_folder(ctx))
    if as_json:
        print_json([asdict(problem) for problem in checked.problems])
    else:
        for problem in checked.problems:
            say(str(problem))
        found = counted(len(checked.problems), "problem") if checked.problems else "all well"
        note(f"{counted(len(checked.found), 'documented case')}: {found}" if checked.found else found)
    ctx.exit(1 if checked.problems else 0)


@documented.command()
@json_option
def words(as_json: bool) -> None:
    """List the words that the columns take, and how they are said in English, French and Spanish."""
    table = [
        {"column": kind, "word": code, **{language: word(kind, code, language) for language in ("en", "fr", "es")}}
        for kind in KINDS
        for code in codes(kind)
    ]
    if as_json:
        print_json(table)
        return
    print_table(("Column", "Word", "English"), [(row["column"], row["word"], row["en"]) for row in table])


def _cell_options(command: F) -> F:
    """Add an option for each column of the file."""
    helps = {
        "id": "A short name: blr-2021-3; that of your own case where it is one.",
        "title": "The public name, as the document spells it.",
        "state": "The State concerned: BLR, by or Belarus.",
        "year": "The year in which it came on public record.",
        "named_publicly": "yes or no: does a UN document, or a State at a UN meeting, name them?",
        "victim_kind": "individual, family, group, organisation or community.",
        "engagement": "What they did; several with ; (see: outreach documented words).",
        "un_body": "With which bodies; several with ;",
        "act_type": "What was done to them; several with ;",
        "trigger": "How the reprisal was triggered.",
        "reports": "UN documents: 'A/HRC/48/28, annex II, para. 3'; several with ;",
        "followup": "Of each of these: new, follow-up or dropped; with ;",
        "state_reply": "yes, no, or what the State answered.",
        "status": "How they are: held, released, …",
        "status_on": "The day on which somebody looked.",
        "consent": "Who agreed, and when: 'person 2024-05-01'; blank where nobody asked.",
        "sources": "Where it is on public record; several with ;",
        "note": "What a reader should know; it is public.",
    }
    for column in reversed(COLUMNS):
        name = f"--{column.replace('_', '-')}"
        required = column in ("id", "title", "state", "named_publicly", "sources")
        command = click.option(name, column, metavar="TEXT", default="", help=helps[column], required=required)(command)
    return command


@documented.command()
@_cell_options
@yes_option
@folder_option
@click.pass_context
def add(ctx: click.Context, /, yes: bool, **cells: str) -> None:
    """Add a documented case at the end of contacts/documented.csv; nothing else in the file is touched."""
    planned = plan_addition(campaign_folder(ctx), cells)
    _apply(planned, f"Add this to {FILE}?", f"Added to {FILE}, row {planned.case.row}: {planned.case.id}.", yes=yes)


@documented.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "maps", metavar="THEIRS=OURS", multiple=True, help="Name a column; 'THEIRS=' leaves it out.")
@click.option("--state", "states", metavar="THEIRS=CODE", multiple=True, help="What a name of a State means.")
@click.option("--word", "words_", metavar="THEIRS=OURS", multiple=True, help="What a word means; 'THEIRS=' drops it.")
@click.option(
    "--named-publicly",
    type=click.Choice(["yes", "no"]),
    help="Whether documents name the people of rows that do not say so; default: no, and names are left out.",
)
@click.option("--encoding", metavar="NAME", help="The encoding of a CSV file that does not show it.")
@click.option(
    "--rejects", metavar="FILE.csv", type=click.Path(path_type=Path), help="Save the rows that were not taken."
)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@yes_option
@folder_option
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path,
    maps: tuple[str, ...],
    states: tuple[str, ...],
    words_: tuple[str, ...],
    named_publicly: str | None,
    encoding: str | None,
    rejects: Path | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Take documented cases from somebody's table (CSV, such as a Uwazi export, or .xlsx): shows all first, and asks.

    Several values in a cell and `label|url` links are understood, and words in English, French and Spanish. A blank
    erases nothing. Columns for risk, contact data and the like are never taken: the file is public.

    A row with a fault is not taken, and listed with what is wrong; --rejects mend.csv saves these rows.
    """
    from outreach.cli.documented.import_ import import_file
    from outreach.services.documented.importing import DocumentedImportRequest

    named = None if named_publicly is None else named_publicly == "yes"
    request = DocumentedImportRequest(file, maps, states, words_, named, encoding)
    if not import_file(campaign_folder(ctx), request, rejects, yes=yes, dry_run=dry_run):
        ctx.exit(1)


@documented.command("follow-up")
@click.argument("id_", metavar="ID")
@click.option("--status", metavar="WORD", default="", help="How they are: held, released, unknown, …; else as before.")
@click.option("--on", metavar="DAY", default="", help="The day on which you looked; default: today.")
@click.option("--source", default="", required=True, help="Where you found it, or looked; several with ;")
@click.option("--report", metavar="SYMBOL", default="", help="A further UN document: 'A/HRC/60/62, para. 4'.")
@click.option("--dropped", is_flag=True, help="That document does not have the case any more.")
@click.option("--state-reply", metavar="TEXT", default="", help="yes, no, or what the State answered.")
@click.option("--consent", metavar="TEXT", default="", help="'person 2026-01-02', family, counsel, refused, withdrawn.")
@click.option("--note", "remark", metavar="TEXT", default="", help="Added to the note; it is public.")
@yes_option
@folder_option
@click.pass_context
def follow_up(
    ctx: click.Context,
    id_: str,
    status: str,
    on: str,
    source: str,
    report: str,
    dropped: bool,
    state_reply: str,
    consent: str,
    remark: str,
    yes: bool,
) -> None:
    """Write down that you looked at a documented case: how they are on which day, and where that is written.

    What was known before stays, with its day. `outreach documented list --due` names the cases to look at.
    """
    request = FollowUpRequest(status, on, source, report, dropped, state_reply, consent, remark)
    planned = plan_follow_up(campaign_folder(ctx), id_, request)
    _apply(planned, f"Write this to {FILE}?", f"Written to {FILE}, row {planned.case.row}.", yes=yes)
    if planned.case.consent.closed:
        say("Nothing public tells of it any more: build the page anew (outreach site build), and take down copies.")


def _apply(planned: PlannedChange, question: str, done: str, *, yes: bool) -> None:
    """Show what changes, ask, and write it."""
    for column, (old, new) in planned.cells.items():
        if new:
            say(f"  {column}: {old} → {new}" if old else f"  {column}: {new}")
    if not confirmed(question, NOBODY_TO_ASK, yes=yes):
        say("Nothing was changed.")
        return
    save_change(planned)
    say(done)


def said(kind: str, code: str) -> str:
    """Say a word of the vocabulary in English."""
    return word(kind, code, "en")


def consent(each: Documented, own: Collection[str]) -> str:
    """Say what is known of the consent; of the campaign's own cases their files say it."""
    if each.id in own and not each.consent.closed:
        return f"see cases/{each.id}.md"
    return f"{said('consent', each.consent.word)} {each.consent.on}".strip() or "nobody asked"


def as_record(each: Documented) -> dict[str, object]:
    """Give a documented case for scripts: several values as lists, reports and history with their parts."""
    return {
        **asdict(each),
        "reports": [asdict(report) for report in each.reports],
        "status": each.status or None,
        "status_on": each.status_on or None,
    }
