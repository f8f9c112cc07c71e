"""`outreach asks`: what the campaign asks of States, and when; lists and checks the asks, and adds one."""

from dataclasses import asdict
from datetime import date

import click

from outreach.cases.advice.advice import Advice
from outreach.cases.asks.writing import ask_gaps
from outreach.cases.model import Ask
from outreach.cli.common.new_ask import AskOptions, complete
from outreach.cli.common.next_steps import advice
from outreach.cli.common.options import campaign_folder, csv_option, folder_option, json_option, yes_option
from outreach.cli.common.terminal.output import note, print_csv, print_json, print_table, say
from outreach.cli.common.terminal.pager import paged
from outreach.cli.common.terminal.questions import Checked, can_ask, when_stopped
from outreach.next_step import Action, NextStep
from outreach.services.asks import add_ask, check_asks, list_asks, look_at_asks, require_new
from outreach.services.beginning.campaign import read_day, read_line, read_session
from outreach.settings.sections import FILE
from outreach.text import counted

line = Checked(read_line)


@click.group()
def asks() -> None:
    """List and check what the campaign asks of States, and add a new ask."""


@asks.command("list")
@json_option
@csv_option
@folder_option
@paged
@click.pass_context
def list_(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """List the asks: where and when, of whom, and the sentence as it is written."""
    found = list_asks(campaign_folder(ctx))
    if as_json:
        print_json([_summary(ask) for ask in found])
        return
    if as_csv:
        print_csv([_summary(ask) for ask in found])
        return
    print_table(
        ("Ask", "Forum", "Session", "Date", "Until", "To"),
        [(ask.id, ask.forum, ask.session or "", ask.date, ask.until or "", ", ".join(ask.to)) for ask in found],
        wrap=("To",),
        cut=("Forum",),
    )
    for ask in found:
        for language, sentence in ask.text.items():
            say(f"{ask.id}, {language}: {sentence}")
    if not found:
        note(f"There is no ask yet. {advice(NextStep(Action.NEW_ASK), rehearsal=False)}")


@asks.command()
@json_option
@folder_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Check that no ask contradicts itself, and that no template asks for the day or session of another."""
    checked = check_asks(campaign_folder(ctx))
    if as_json:
        print_json(
            [asdict(problem) | {"warning": False} for problem in checked.problems]
            + [asdict(warning) | {"warning": True} for warning in checked.warnings]
            + [_advice(each) for each in checked.advice]
        )
    else:
        for problem in checked.problems:
            say(str(problem))
        warnings = (*checked.warnings, *checked.advice)
        for warning in warnings:
            say(f"warning: {warning}")
        found = counted(len(checked.problems), "problem") if checked.problems else "all well"
        also = f", and {counted(len(warnings), 'warning')}" if warnings else ""
        note(f"{counted(checked.asks, 'ask')}: {found}{also}")
    ctx.exit(1 if checked.problems else 0)


@asks.command()
@click.argument("ask_id", metavar="[ID]", default="", type=line)
@click.option(
    "--forum",
    type=line,
    multiple=True,
    metavar="NAME",
    help="Where: a forum that we know, such as Human Rights Council, HRC67; another one's name in each language.",
)
@click.option("--date", "first", type=Checked(read_day), metavar="DAY", help="The first day, such as 2027-09-13.")
@click.option("--until", "last", type=Checked(read_day), metavar="DAY", help="The last, where it lasts longer.")
@click.option("--session", type=Checked(read_session), metavar="NUMBER", help="The number of the session, such as 66.")
@click.option(
    "--to",
    "words",
    type=line,
    multiple=True,
    metavar="SELECTION",
    help="Whom to ask; default: whom the last ask asks, or all missions.",
)
@click.option(
    "--text",
    type=line,
    multiple=True,
    metavar="SENTENCE",
    help="How it is asked; default: as in the last ask, or to raise the case there.",
)
@yes_option
@folder_option
@click.pass_context
def new(
    ctx: click.Context,
    ask_id: str,
    forum: tuple[str, ...],
    first: date | None,
    last: date | None,
    session: int | None,
    words: tuple[str, ...],
    text: tuple[str, ...],
    *,
    yes: bool,
) -> None:
    """Add an ask at the end of outreach.toml; the rest of the file stays as it is. ID is a short name, such as hrc66.

    On a terminal it asks for what no option says; elsewhere, or with --yes, it needs --forum and --date. Its sentences
    are those of the last ask, where these write their own day and forum; read them before you send. Of several
    languages, say which one a name or sentence is in: --text fr="…".
    """
    folder = campaign_folder(ctx)
    there = look_at_asks(folder)
    require_new(there, ask_id)
    typed = AskOptions(ask_id, forum, session or 0, first, last, words, text)
    ask = can_ask(yes=yes) and not (forum and first)
    with when_stopped(f"no ask was added, and {FILE} is as it was"):
        made = complete(
            typed, there.languages, lambda new: ask_gaps(new, there.languages, there.asks), there.today, ask=ask
        )
    if made is None:
        say("Nothing was added.")
        return
    added = add_ask(folder, made)
    say(f"Added to {FILE}: the ask {added.id}. It says:")
    for language, sentence in added.text.items():
        say(f"  {language}: {sentence}")


def _advice(advice: Advice) -> dict[str, object]:
    message = f"{advice.what}: {advice.to_do}"
    return {"file": advice.file, "message": message, "row": advice.row, "column": advice.column, "warning": True}


def _summary(ask: Ask) -> dict[str, object]:
    return {
        "ask": ask.id,
        "forum": ask.forum,
        "session": ask.session or None,
        "date": ask.date,
        "until": ask.until,
        "to": list(ask.to),
        "text": ask.text,
    }
