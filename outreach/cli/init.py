"""`outreach init`: makes a new campaign folder, empty or a copy of the example, and says what to do in it."""

import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from outreach.cases.asks.writing import NewAsk, ask_gaps
from outreach.cases.facts import HISTORICAL
from outreach.cli.common.new_ask import WHERE, AskOptions, complete
from outreach.cli.common.options import campaign_folder, folder_option, yes_option
from outreach.cli.common.terminal.output import note, say
from outreach.cli.common.terminal.questions import Checked, asked, by_language, can_ask, when_stopped
from outreach.errors import UsageError
from outreach.language import language_name
from outreach.services.beginning.campaign import (
    Lacking,
    StartedCampaign,
    read_day,
    read_languages,
    read_line,
    read_sender,
    read_session,
    read_timezone,
    require_free,
    start_campaign,
    title_of,
)
from outreach.settings.campaign import Language
from outreach.settings.sections import FILE, is_example
from outreach.starter.empty import NewCampaign
from outreach.starter.make import GITIGNORE, Campaign, make_campaign
from outreach.text import listed

FIRST_ASK = "Where do States meet to be asked first, such as Human Rights Council or HRC67? (Enter: later)"
# What an empty campaign lacks → where that is said.
TO_COME = {
    Lacking.ORGANISATION: f"{FILE}, [campaign] organisation: who runs it",
    Lacking.SIGNATURE: f"{FILE}, [sender] name and role: who signs",
    Lacking.ADDRESS: f"{FILE}, [sender] email: an address of your own, where answers go",
    Lacking.ASK: "what is asked, where and when: outreach asks new",
    Lacking.CASE: "a case: outreach cases new SLUG",
    Lacking.CONTACTS: "the missions' addresses: outreach missions import FILE",
    Lacking.PAGE: "the words of the public page, site/page.*.md: outreach site check",
}
line = Checked(read_line)


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--example", is_flag=True, help="A copy of the example, #EndReprisals, instead of an empty campaign.")
@click.option("--title", type=line, help="What the campaign is called; default: the folder's name.")
@click.option("--organisation", type=line, help="Who runs it.")
@click.option("--signs", "name", type=line, metavar="NAME", help="Who signs the letters.")
@click.option("--role", "roles", type=line, multiple=True, help="What they are; for each language: fr=….")
@click.option("--email", type=Checked(read_sender), metavar="ADDRESS", help="Their address, where answers go.")
@click.option(
    "--language",
    "languages",
    type=Checked(read_languages),
    multiple=True,
    metavar="CODE",
    help="A language of the letters, such as fr; repeatable; default: en.",
)
@click.option("--timezone", type=Checked(read_timezone), metavar="ZONE", help="Default: Europe/Zurich.")
@click.option("--ask-forum", type=line, multiple=True, metavar="NAME", help="Where the first ask is asked.")
@click.option("--ask-session", type=Checked(read_session), metavar="NUMBER", help="The number of its session.")
@click.option("--ask-date", type=Checked(read_day), metavar="DAY", help="Its day, or the first, such as 2027-09-13.")
@click.option("--ask-until", type=Checked(read_day), metavar="DAY", help="Its last day, where it lasts longer.")
@click.option("--ask-to", type=line, multiple=True, metavar="SELECTION", help="Whom it asks; default: all missions.")
@click.option(
    "--ask-text", type=line, multiple=True, metavar="SENTENCE", help="How it asks; default: to raise the case there."
)
@click.option("--ask-id", type=line, metavar="ID", help="Its short name; default: such as hrc66.")
@yes_option
@folder_option
@click.pass_context
def init(ctx: click.Context, /, directory: Path, *, example: bool, yes: bool, **typed: Any) -> None:
    """Make a new campaign folder.

    DIR is made with its parents; a folder that exists must be empty but for hidden files. Nothing is ever overwritten.
    On a terminal it asks for what no option says; elsewhere, or with --yes, it takes what is given, and says what is
    still to fill in. Of several languages, say which one a name or sentence is in: --ask-text fr="…".
    """
    folder = campaign_folder(ctx) / directory
    if example:
        if given := [name for name, value in typed.items() if value]:
            raise UsageError(f"--example is a copy as it is: leave out --{given[0].replace('_', '-')}")
        _say_example(make_campaign(folder))
        return
    require_free(folder)
    with when_stopped("no campaign was made"):
        new = _new_campaign(folder, ask=can_ask(yes=yes), **typed)
    _say_started(start_campaign(folder, new))


def _new_campaign(
    folder: Path,
    *,
    ask: bool,
    title: str | None,
    organisation: str | None,
    name: str | None,
    roles: tuple[str, ...],
    email: str | None,
    languages: tuple[tuple[Language, ...], ...],
    timezone: str | None,
    **typed: Any,
) -> NewCampaign:
    """Give what the campaign says of itself: as it was typed, as somebody answers, else as the defaults have it."""
    usual = NewCampaign(title=title_of(folder))
    if ask:
        say("Enter takes what stands in brackets, or leaves it for later. Ctrl-C stops, and nothing is made.")
        title = asked("What is the campaign called?", read_line, usual.title) if title is None else title
        organisation = asked("Who runs it?", read_line) if organisation is None else organisation
        name = asked("Who signs the letters?", read_line) if name is None else name
        email = asked("The e-mail address that answers go to?", read_sender) if email is None else email
        if not languages:
            languages = (asked("Languages of the letters, such as en, fr?", read_languages, "en"),)
    written = tuple(dict.fromkeys(code for codes in languages for code in codes)) or usual.languages
    role = by_language(roles, written, "--role") if roles else ""
    if ask:
        role = _asked_role(written) if name and not roles else role
        timezone = asked("Time zone?", read_timezone, usual.timezone) if timezone is None else timezone
    if email and is_example(email):
        note(f"{email} is an example: it will do for a rehearsal, and no mail arrives there.")
    new = NewCampaign(
        title=title or usual.title,
        organisation=organisation or "",
        name=name or "",
        role=role,
        email=email or "",
        languages=written,
        timezone=timezone or usual.timezone,
    )
    return replace(new, ask=_first_ask(new, ask=ask, **typed))


def _asked_role(languages: tuple[Language, ...]) -> str | dict[Language, str]:
    """Ask what the person who signs is, in each language of the letters."""
    if len(languages) == 1:
        return asked("Their role, such as coordinator?", read_line)
    said = {code: asked(f"Their role in {language_name(code)}, such as coordinator?", read_line) for code in languages}
    return {code: role for code, role in said.items() if role}


def _first_ask(
    new: NewCampaign,
    *,
    ask: bool,
    ask_forum: tuple[str, ...],
    ask_session: int | None,
    ask_date: date | None,
    ask_until: date | None,
    ask_to: tuple[str, ...],
    ask_text: tuple[str, ...],
    ask_id: str | None,
) -> NewAsk | None:
    typed = AskOptions(
        ask_id or "", ask_forum, ask_session or 0, ask_date, ask_until, ask_to, ask_text, prefix="--ask-"
    )
    if not (ask or typed.begun):
        return None
    today = datetime.now(ZoneInfo(new.timezone)).date()
    where = WHERE if typed.begun else FIRST_ASK
    return complete(typed, new.languages, partial(ask_gaps, languages=new.languages), today, ask=ask, where=where)


def _say_example(campaign: Campaign) -> None:
    name = _say_made(campaign)
    say(f"Its cases are {HISTORICAL}. In earnest nothing about a case leaves until its facts are confirmed.")
    say("Next:")
    if name != ".":
        say(f"  cd {shlex.quote(name)}")
    say("  outreach send --case viasna     rehearses: letters land in rehearsal/, nothing leaves this machine")
    say("Then say in outreach.toml who signs, and look at a letter with: outreach preview --case viasna")


def _say_started(started: StartedCampaign) -> None:
    name = _say_made(started.campaign)
    if name != ".":
        say(f"Go there: cd {shlex.quote(name)}")
    say("Still to fill in:")
    for item in (item for item in TO_COME if item in started.lacking):
        say(f"  {TO_COME[item]}")
    for text in _layouts(started):
        say(text)


def _say_made(campaign: Campaign) -> str:
    """Say what was made, and give its name as it can be typed."""
    if campaign.kept_gitignore:
        note("Your .gitignore was kept. Let it have these lines, so that no secret is committed:")
        note("  " + "  ".join(line for line in GITIGNORE.splitlines() if not line.startswith("#")))
    name = click.format_filename(campaign.folder)
    say(f"Made a campaign folder: {name}")
    return name


def _layouts(started: StartedCampaign) -> Iterator[str]:
    """Say which layouts nobody has written yet, and after which ones to write them."""
    by_language: dict[str, list[str]] = {}
    for layout in started.layouts:
        by_language.setdefault(layout.file.name.split(".")[-2], []).append(f"{layout.file.as_posix()}")
    for language, files in by_language.items():
        model = started.layouts[0].model.name.split(".")[-2]
        yield (
            f"  layouts in {language_name(language)}, each written after that in "
            f"{language_name(model)} beside it: {listed(files, 20)}"
        )
