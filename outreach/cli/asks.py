"""`outreach asks`: what the campaign asks of States, and when; lists and checks the asks, and adds one."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

import click

from outreach.cases.model import Ask
from outreach.cli.common.options import campaign_folder, folder_option, json_option
from outreach.cli.common.output import note, print_json, print_table, say
from outreach.cli.common.pager import paged
from outreach.services.asks import NewAsk, add_ask, check_asks, list_asks
from outreach.settings.sections import FILE
from outreach.text import counted

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def asks() -> None:
    """List and check what the campaign asks of States, and add a new ask."""


@asks.command("list")
@json_option
@folder_option
@paged
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the asks: where and when, of whom, and the sentence as it is written."""
    found = list_asks(campaign_folder(ctx))
    if as_json:
        print_json([_summary(ask) for ask in found])
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
        )
    else:
        for problem in checked.problems:
            say(str(problem))
        for warning in checked.warnings:
            say(f"warning: {warning}")
        found = counted(len(checked.problems), "problem") if checked.problems else "all well"
        also = f", and {counted(len(checked.warnings), 'warning')}" if checked.warnings else ""
        note(f"{counted(checked.asks, 'ask')}: {found}{also}")
    ctx.exit(1 if checked.problems else 0)


@asks.command()
@click.argument("ask_id", metavar="ID")
@click.option("--forum", required=True, help="Where: a forum known in three languages, such as Human Rights Council.")
@click.option("--date", "first", type=DAY, metavar="DAY", required=True, help="The first day, such as 2027-09-13.")
@click.option("--until", "last", type=DAY, metavar="DAY", help="The last day, where the session lasts longer.")
@click.option("--session", type=click.IntRange(1, 999), help="The number of the session, such as 66.")
@click.option(
    "--to", "words", metavar="SELECTION", multiple=True, help="Whom to ask; without it, whom the last ask asks."
)
@folder_option
@click.pass_context
def new(
    ctx: click.Context,
    ask_id: str,
    forum: str,
    first: datetime,
    last: datetime | None,
    session: int | None,
    words: Sequence[str],
) -> None:
    """Add an ask at the end of outreach.toml; the rest of the file stays as it is. ID is a short name: hrc66.

    Its sentences are those of the last ask, where these write their own day and forum; read them before you send.
    """
    until: date | None = last.date() if last else None
    wanted = NewAsk(ask_id, forum, first.date(), until, session or 0, tuple(words))
    ask = add_ask(campaign_folder(ctx), wanted)
    say(f"Added to {FILE}: the ask {ask.id}. It says:")
    for language, sentence in ask.text.items():
        say(f"  {language}: {sentence}")


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
