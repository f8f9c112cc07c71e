"""`outreach brief`: one case on one page, as PDF, to hand to a delegation."""

import sys
from pathlib import Path

import click

from outreach.cli.common.facts import warn_of_facts
from outreach.cli.common.options import campaign_folder, folder_option, one_case_option
from outreach.cli.common.paper import output_option, place_for
from outreach.cli.common.terminal.output import note, say
from outreach.services.brief import make_brief
from outreach.services.paper import save_pdf
from outreach.text import counted


@click.command()
@one_case_option
@click.option("--language", metavar="LANG", help="One of the campaign's languages; default: the first.")
@output_option
@folder_option
@click.pass_context
def brief(ctx: click.Context, case_slug: str, language: str | None, output: Path | None) -> None:
    """Make a PDF that says a case on one page: story, what is wanted, words to say, references, who raised it.

    It has what the case file says, and nothing of what anybody wrote to us. Like letters it needs consent.
    """
    made = make_brief(campaign_folder(ctx), case_slug, language)
    warn_of_facts(made.campaign, made.case, note)
    if made.pages > 1:
        note(f"It has {counted(made.pages, 'page')}: shorten the sections of the case to have one.")
    if (path := place_for(output, made.name)) is None:
        sys.stdout.buffer.write(made.pdf)
        return
    save_pdf(path, made.pdf)
    say(f"Printed: {path}")
