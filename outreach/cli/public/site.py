"""`outreach site`: the public page as plain files: build it, look at it, check it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.cli.common.options import folder_option
from outreach.cli.common.terminal.output import note, say
from outreach.site.unchanged import look_of, unchanged_since
from outreach.text import counted, listed

if TYPE_CHECKING:  # that nothing has changed is seen without them
    from outreach.site.build import Built
    from outreach.site.facts.site import SiteRequest

Command = Callable[..., None]
MOST = 100  # findings, or files, in one go
PORT = 8080
DEFAULT = Path("site-build")


@click.group()
def site() -> None:
    """Write the campaign's public page, as plain files that anybody can host."""


def site_options(command: Command) -> Command:
    """Add what decides what is built: address, languages, day."""
    for option in (
        click.option("--today", "day", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]), help="As of this day."),
        click.option("--language", "languages", metavar="xx", multiple=True, help="Only this language; repeatable."),
        click.option("--url", metavar="URL", help="Where it will stand; default: [site] url. Blank: a rehearsal."),
    ):
        command = option(command)
    return command


@site.command("build")
@click.option("--output", metavar="DIR", type=click.Path(path_type=Path), default=DEFAULT, help="Default: site-build/.")
@site_options
@folder_option
@click.pass_context
def build_command(
    ctx: click.Context, output: Path, url: str | None, languages: tuple[str, ...], day: datetime | None
) -> None:
    """Write the public page: cases, States, the record, news; only what changed. Nothing is sent anywhere.

    It tells only of cases whose people agreed to the web, and only what is on record.
    """
    if since := unchanged_since(output, look_of(ctx.obj, url, languages, day.date() if day else None)):
        say(f"{output}: nothing has changed. Facts as of {since}.")
        return
    from outreach.site.build import build

    say_what(build(ctx.obj, output, _wanted(url, languages, day)), output)


@site.command("serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Where to listen, on this machine."
)
@click.option("--output", metavar="DIR", type=click.Path(path_type=Path), default=DEFAULT, help="Default: site-build/.")
@site_options
@folder_option
@click.pass_context
def serve_command(
    ctx: click.Context, port: int, output: Path, url: str | None, languages: tuple[str, ...], day: datetime | None
) -> None:
    """Show the public page on this machine only. It is built again when a file has changed; end it with Ctrl-C."""
    from outreach.site.build import build
    from outreach.site.serve import Preview

    again = partial(build, ctx.obj, output, _wanted(url, languages, day))
    say_what(again(), output)
    with Preview(output, port, again) as preview:
        say(f"Look at it: {preview.address}  (end with Ctrl-C)")
        preview.serve_forever()


@site.command("check")
@click.argument("place", metavar="[DIR]", type=click.Path(path_type=Path), default=DEFAULT)
@site_options
@folder_option
@click.pass_context
def check_command(
    ctx: click.Context, place: Path, url: str | None, languages: tuple[str, ...], day: datetime | None
) -> None:
    """Check what was built: links, pictures, translations, weight, what is loaded, and whether all may still be told.

    Exits with 1 where something is wrong.
    """
    from outreach.site.check import check_site
    from outreach.site.content.advice import advice_on_content
    from outreach.site.facts.site import open_site

    opened = open_site(ctx.obj, _wanted(url, languages, day))
    for advice in advice_on_content(opened.content):
        note(str(advice))
    found = check_site(opened, place)
    for finding in found[:MOST]:
        say(str(finding))
    if len(found) > MOST:
        say(f"and {len(found) - MOST} more.")
    if found:
        note(f"{counted(len(found), 'thing')} to put right in {place}.")
        ctx.exit(1)
    say(f"{place}: all is well.")


def _wanted(url: str | None, languages: tuple[str, ...], day: datetime | None) -> "SiteRequest":
    from outreach.site.facts.site import SiteRequest

    return SiteRequest(url, languages, day.date() if day else None)


def say_what(built: "Built", output: Path) -> None:
    """Say what a build did, and what it left out."""
    from outreach.cli.common.letters.advising import tell_advice
    from outreach.site.content.advice import advice_on_content

    found, done = built.site, built.written
    for slug in found.hidden:
        note(f"Left out: {slug}. Its case file has no consent for the web, or an embargo that is still to come.")
    for case in found.paused:
        note(f"{case.slug} is stopped: the pages say so, and nothing else about it.")
    if found.rehearsal:
        note("REHEARSAL: each page says so. With [site] url in outreach.toml, or --url, it is in earnest.")
        note("Without an address there are no cards for links and no feed.")
    elif not found.campaign.settings.site.contact:
        note("Nobody can reach you to correct something or to be taken out: write [site] contact in outreach.toml.")
    for page, why in built.undrawn.items():
        note(f"{page or 'index.html'}: it has no card of its own. {why}")
    tell_advice(advice_on_content(found.content), note, "outreach site check")
    if built.fresh:
        say(f"{output}: nothing has changed. Facts as of {found.day}.")
        return
    pages = f"{counted(len(built.made), 'page')} in {', '.join(found.languages)}"
    say(f"{output}: {pages}; {len(done.written)} of {done.files} files written. Facts as of {found.day}.")
    if done.removed:
        say(f"Removed; remove them from hosts and caches, too: {listed(done.removed, MOST)}")
