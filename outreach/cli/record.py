"""`outreach record`: what States have done in public; lists acts, adds new ones, strikes out wrong ones."""

from collections.abc import Sequence
from dataclasses import replace

import click

from outreach.cli.common.options import campaign_folder, folder_option, json_option, yes_option
from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import note, print_json, print_table, say
from outreach.cli.common.terminal.pager import paged
from outreach.registry.instruments import FILE as INSTRUMENTS
from outreach.registry.model import Act, ActKind
from outreach.registry.record import FILE, KINDS, act_cells, columns_for
from outreach.services.registry import ActFilter, add_act, correct_act, find_acts, look_at_act, same_occasion
from outreach.text import counted, csv_text


@click.group()
def record() -> None:
    """List, add and correct what States have done in public."""


@record.command("list")
@click.option("--state", metavar="STATE", help="Acts of this State: DEU, de or Germany.")
@click.option("--act", "kind", type=click.Choice(KINDS), help="Acts of this kind.")
@click.option("--case", "case_slug", metavar="SLUG", help="Acts about this case, for example viasna.")
@click.option("--instrument", metavar="ID", help="Acts in this instrument, for example hrc51-dialogue.")
@click.option("--to", "words", metavar="SELECTION", multiple=True, help="Acts of these States, as in send --to.")
@click.option("--corrected", is_flag=True, help="Acts that were struck out, instead of those that stand.")
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV that a spreadsheet opens safely.")
@folder_option
@paged
@click.pass_context
def list_(
    ctx: click.Context,
    state: str | None,
    kind: ActKind | None,
    case_slug: str | None,
    instrument: str | None,
    words: Sequence[str],
    corrected: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List acts, all or those that the options choose."""
    wanted = ActFilter(state, kind, case_slug, instrument, tuple(words), corrected)
    acts = find_acts(campaign_folder(ctx), wanted)
    _print(acts, as_json=as_json, as_csv=as_csv)


def _print(acts: Sequence[Act], *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json([{**act_cells(act), "row": act.row} for act in acts])
    elif as_csv:
        columns = columns_for(acts)
        click.echo(csv_text(columns, [[act_cells(act)[column] for column in columns] for act in acts]), nl=False)
    else:
        shown = ("State", "Act", "Instrument", "Case", "Subject", "Concerned", "Date")
        rows = [(*tuple(act_cells(act).values())[: len(shown)], act.row) for act in acts]
        print_table((*shown, "Row"), rows, cut=("Case", "Subject"), drop=("Concerned",))
        for act in acts:
            if act.correction:
                say(f"Row {act.row} was struck out on {act.corrected_on} by {act.corrected_by}: {act.correction}")
        note(counted(len(acts), "act"))


@record.command()
@click.option("--state", metavar="STATE", required=True, help="Who did it: DEU, de or Germany.")
@click.option("--act", "kind", type=click.Choice(KINDS), required=True, help="What it did.")
@click.option("--instrument", metavar="ID", required=True, help="In what, for example hrc51-dialogue.")
@click.option("--source", required=True, help="Where that is written down.")
@click.option("--case", "case_slug", metavar="SLUG", default="", help="The case it raised.")
@click.option("--subject", default="", help="The person or organisation it named.")
@click.option("--state-concerned", metavar="STATE", default="", help="The State that the case is raised against.")
@click.option("--date", "day", metavar="DATE", default="", help="As precise as known: 2022, 2022-09 or 2022-09-29.")
@click.option(
    "--with",
    "with_",
    metavar="TEXT",
    default="",
    help="Together with whom. A group of outreach.toml adds an act for each member.",
)
@click.option("--note", "remark", default="", help="What a reader should know.")
@click.option("--quote", default="", help="The words that the source quotes, at most 300 characters.")
@click.option("--quote-language", metavar="CODE", default="", help="The language of the quote: en, fr, ar.")
@click.option("--second-reader", metavar="NAME", default="", help="Who has read the source too.")
@folder_option
@click.pass_context
def add(
    ctx: click.Context,
    state: str,
    kind: ActKind,
    instrument: str,
    source: str,
    case_slug: str,
    subject: str,
    state_concerned: str,
    day: str,
    with_: str,
    remark: str,
    quote: str,
    quote_language: str,
    second_reader: str,
) -> None:
    """Add an act to contacts/record.csv; nothing else in the file is touched.

    Without --state-concerned the case file says it, without --date the instrument's row, if it knows the day.
    """
    act = Act(state, kind, instrument, case_slug, subject, state_concerned, day, with_, source, remark)
    act = replace(act, quote=quote, quote_language=quote_language, second_reader=second_reader)
    for added in add_act(campaign_folder(ctx), act):
        say(_added(added.act, concerned_given=bool(state_concerned.strip()), day_given=bool(day.strip())))
        for other in added.alike:
            about = f", about {other.subject}" if other.subject else ""
            note(f"  Row {other.row} says so too{about}. If that is the same act, take row {added.act.row} out again.")


@record.command()
@click.argument("row", type=int)
@click.option("--why", required=True, help="What was wrong. The public report says it too.")
@click.option("--by", metavar="NAME", required=True, help="Who corrects it; for the team alone.")
@yes_option
@folder_option
@click.pass_context
def correct(ctx: click.Context, row: int, why: str, by: str, yes: bool) -> None:
    """Strike a wrong act out of the record: it stays in contacts/record.csv, with when, by whom and why.

    ROW is its row in the file, as `outreach record list` shows it. The act counts nowhere any more, and the public
    report lists the correction. If another act is right, add it with `outreach record add`.
    """
    folder = campaign_folder(ctx)
    act = look_at_act(folder, row)
    say(f"{FILE}, row {row}: {_in_words(act)}; source: {act.source}")
    if not confirmed("Strike it out?", NOBODY_TO_ASK, yes=yes):
        say("Nothing was changed.")
        return
    struck = correct_act(folder, row, by=by, why=why)
    say(f"Struck out: {struck.correction} The report says so.")
    for other in same_occasion(folder, struck):
        note(f"  Row {other.row} says so of {other.state}, with {other.with_}: is that wrong too?")
    if struck.kind == "raised":
        say(f"Was {struck.state} thanked for it? See: outreach missions show {struck.state}")


def _in_words(act: Act) -> str:
    day = f", {act.date}" if act.date else ""
    group = f", with {act.with_}" if act.with_ else ""
    return f"{act.state} {act.kind} {act.subject or act.case or '-'} in {act.instrument}{day}{group}"


def _added(act: Act, *, concerned_given: bool, day_given: bool) -> str:
    """Which row was written, and what in it was not typed."""
    line = (
        f"Added to {FILE}, row {act.row}: {act.state} {act.kind} {act.subject or act.case or '-'} in {act.instrument}"
    )
    if act.state_concerned and not concerned_given:
        line += f"; State concerned {act.state_concerned}, from cases/{act.case}.md"
    if act.date and not day_given:
        line += f"; date {act.date}, from {INSTRUMENTS}"
    return line
