"""`outreach site`: the public page as plain files: build it, look at it, check it."""

from datetime import date, datetime
from pathlib import Path

import click

from outreach.cli.common.options import folder_option
from outreach.cli.common.terminal.output import note, say
from outreach.site.build import DEFAULT, Built, build
from outreach.site.facts.site import SiteRequest
from outreach.text import counted, listed


@click.group()
def site() -> None:
    """Write the campaign's public page, as plain files that anybody can host."""


@site.command("build")
@click.option("--output", metavar="DIR", type=click.Path(path_type=Path), default=DEFAULT, help="Default: site-build/.")
@click.option("--url", metavar="URL", help="Where it will stand; default: [site] url. Without one it is a rehearsal.")
@click.option("--language", "languages", metavar="xx", multiple=True, help="Only this language; repeat for more.")
@click.option("--today", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]), help="As of this day, such as 2022-10-20.")
@folder_option
@click.pass_context
def build_command(
    ctx: click.Context, output: Path, url: str | None, languages: tuple[str, ...], today: datetime | None
) -> None:
    """Write the public page: cases, States, the record, news; only what changed. Nothing is sent anywhere.

    It tells only of cases whose people agreed to the web, and only what is on record.
    """
    wanted = SiteRequest(url, languages, today.date() if today else None)
    folder: Path = ctx.obj
    say_what(build(folder, output, wanted), output)


def say_what(built: Built, output: Path) -> None:
    """Say what a build did, and what it left out."""
    found = built.site
    for slug in found.hidden:
        note(f"Left out: {slug}. Its case file has no consent for the web, or an embargo that is still to come.")
    for case in found.paused:
        note(f"{case.slug} is stopped: the pages say so, and nothing else about it.")
    if found.rehearsal:
        note("REHEARSAL: each page says so. With [site] url in outreach.toml, or --url, it is in earnest; cards and")
        note("the feed need an address.")
    if built.fresh:
        say(f"{output}: nothing has changed.")
        return
    done = built.written
    pages = f"{counted(built.pages, 'page')} in {', '.join(found.languages)}"
    say(f"{output}: {pages}; {len(done.written)} of {done.files} files written.")
    if done.removed:
        say(f"Removed, also remove them from hosts and caches: {listed(done.removed)}")
    _say_day(found.day)


def _say_day(day: date) -> None:
    say(f"Facts as of {day}.")
