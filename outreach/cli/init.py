"""`outreach init`: makes a new campaign folder and says what to do in it."""

import shlex
from pathlib import Path

import click

from outreach.cases.facts import HISTORICAL
from outreach.cli.common.options import campaign_folder, folder_option
from outreach.cli.common.output import note, say
from outreach.starter.make import GITIGNORE, make_campaign


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@folder_option
@click.pass_context
def init(ctx: click.Context, directory: Path) -> None:
    """Make a new campaign folder.

    DIR is made with its parents; a folder that exists must be empty but for hidden files. It starts as a
    working campaign: the missions, their record, the cases and the letters. Nothing is ever overwritten.
    """
    campaign = make_campaign(campaign_folder(ctx) / directory)
    if campaign.kept_gitignore:
        note("Your .gitignore was kept. Let it have these lines, so that no secret is committed:")
        note("  " + "  ".join(line for line in GITIGNORE.splitlines() if not line.startswith("#")))
    name = click.format_filename(campaign.folder)
    say(f"Made a campaign folder: {name}")
    say(f"Its cases are {HISTORICAL}. In earnest nothing about a case leaves until its facts are confirmed.")
    say("Next:")
    if name != ".":
        say(f"  cd {shlex.quote(name)}")
    say("  outreach send --case viasna     rehearses: letters land in rehearsal/, nothing leaves this machine")
    say("Then say in outreach.toml who signs, and look at a letter with: outreach preview --case viasna")
