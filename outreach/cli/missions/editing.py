"""`outreach missions verify` and `set`: show what changes in contacts/, ask, and save; nobody edits CSV by hand."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from outreach.cli.common.options import campaign_folder, folder_option, json_option, yes_option
from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import note, print_json, say
from outreach.errors import UsageError
from outreach.registry import ambassadors
from outreach.registry.states import load_states
from outreach.text import either

if TYPE_CHECKING:
    from outreach.registry.addresses.editing import CellChange, EditedMission, PlannedEdits

on_option = click.option("--on", metavar="DAY", default="", help="When it was seen, as 2026-11-30; default: today.")


@click.command()
@click.argument("states", metavar="STATE...", nargs=-1, required=True)
@on_option
@click.option("--source", metavar="URL", default="", help="Where it was seen; added to what the row names.")
@json_option
@yes_option
@folder_option
@click.pass_context
def verify(ctx: click.Context, states: tuple[str, ...], on: str, source: str, *, as_json: bool, yes: bool) -> None:
    """Say that you have seen these missions' addresses at their source, so that letters go there.

    Every address of the row is meant. It is written where the addresses stand, in contacts/private.csv or missions.csv.
    """
    from outreach.services.missions.editing import plan_verification

    _apply(plan_verification(campaign_folder(ctx), states, on, source), as_json=as_json, yes=yes)


@click.command(name="set")
@click.argument("state")
@click.option("--email", metavar="ADDRESS", multiple=True, help="Its address; several: the first in To, others in Cc.")
@click.option("--verified", is_flag=True, help="You have seen the address at its source today (--on: on that day).")
@on_option
@click.option("--source", metavar="TEXT", help="Where these facts are from, in place of what the row names.")
@click.option("--language", metavar="CODE", help="The language of its letters.")
@click.option("--name", "mission", metavar="TEXT", help="The mission's own name.")
@click.option("--phone", metavar="TEXT", help="Its telephone number.")
@click.option("--address", metavar="TEXT", help="Its street address.")
@click.option("--website", metavar="URL", help="Its site.")
@click.option("--x", metavar="HANDLE", help="Its handle on X.")
@click.option("--bluesky", metavar="HANDLE", help="Its handle on Bluesky.")
@click.option("--mastodon", metavar="HANDLE", help="Its handle in the fediverse: @user@host.")
@click.option("--note", metavar="TEXT", help="What a person should know.")
@click.option("--ambassador", metavar="NAME", help="Who heads it: the name alone, without a title; checked today.")
@click.option("--ambassador-sex", type=click.Choice(["f", "m", ""]), help="For the salutation; never guessed.")
@click.option("--ambassador-checked-on", metavar="DAY", help="When the name was checked, if not today.")
@click.option("--column", "own", metavar="NAME=TEXT", multiple=True, help="A column of your own; a new one is made.")
@click.option("--private", is_flag=True, help="Into contacts/private.csv, which no repository has.")
@json_option
@yes_option
@folder_option
@click.pass_context
def set_(
    ctx: click.Context,
    /,
    state: str,
    email: tuple[str, ...],
    *,
    verified: bool,
    on: str,
    own: tuple[str, ...],
    private: bool,
    as_json: bool,
    yes: bool,
    **cells: str | None,
) -> None:
    """Write facts about one mission into contacts/, without opening the file: set DEU --email … --phone …

    An empty text clears a cell: --phone ''. A new address is not verified, unless you say --verified or --on. What
    stands in contacts/private.csv is changed there. A mission without a row gets one. Letters that are queued keep
    their addresses.
    """
    from outreach.services.missions.editing import SetRequest, plan_setting

    said = {column: text for column, text in cells.items() if text is not None}
    of_ambassador = {column: said.pop(column).strip() for column in ambassadors.COLUMNS if column in said}
    if email:
        said["email"] = "; ".join(filter(None, (text.strip() for text in email)))
    request = SetRequest(state, said, {**_own_columns(own), **of_ambassador}, verified, on, private)
    if not (said or request.own or verified or on):
        raise UsageError(f"say what to set, for example: outreach missions set {state} --email ADDRESS")
    _apply(plan_setting(campaign_folder(ctx), request), as_json=as_json, yes=yes)


def _own_columns(typed: Iterable[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for text in typed:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--column '{text}': write it as NAME=TEXT, such as --column 'desk officer=A. Example'")
        if name.strip() in columns:
            raise UsageError(f"--column {name.strip()} was given twice; say it once")
        columns[name.strip()] = value.strip()
    return columns


def _apply(planned: "PlannedEdits", *, as_json: bool, yes: bool) -> None:
    """Show the plan, ask, save, and say what was done."""
    from outreach.registry.addresses.editing import save_edits

    for mission in planned.missions:
        for line in () if as_json else _words(mission):
            say(line)
        for doubt in mission.doubts:
            note(f"Look at it closely: {doubt}.")
    files = either(planned.files).replace(" or ", " and ")
    if not planned.files:
        if as_json:
            print_json([_as_json(mission) for mission in planned.missions])
        else:
            say("Nothing to change.")
        return
    if not confirmed(f"Write this to {files}?", NOBODY_TO_ASK, yes=yes, as_json=as_json):
        say("Nothing was changed.")
        return
    save_edits(planned)
    if as_json:
        print_json([_as_json(mission) for mission in planned.missions])
        return
    say(f"Written to {files}.")
    unverified = [each for each in planned.missions if each.mission.emails and not each.mission.verified_on]
    for mission in unverified:
        code = mission.mission.state
        say(f"Not verified, so {code} gets no letter yet. Seen at its source? Then: outreach missions verify {code}")


def _words(edited: "EditedMission") -> Iterator[str]:
    mission = edited.mission
    name = load_states()[mission.state].name
    new = " (a new row)" if edited.new_row else ""
    place = f"{edited.file}, row {edited.row}"
    yield f"{mission.state} {name}: {'; '.join(mission.emails) or 'no address'} ({place}){new}"
    for change in edited.changes:
        column = " (a new column)" if change.column in edited.new_columns else ""
        elsewhere = f", in {change.file}" if change.file != edited.file else ""
        yield f"  {_change(change)}{column}{elsewhere}"
    for name in edited.alike:
        yield f"  There is a column '{name}' already: was that meant?"


def _change(change: "CellChange") -> str:
    old, new = (" ".join(text.split()) for text in (change.old, change.new))
    if not new:
        why = " (it vouched for what was there before, not for this)" if change.column == "verified_on" else ""
        return f"cleared {change.column}: {old}{why}"
    return f"changed {change.column}: {old} → {new}" if old else f"new {change.column}: {new}"


def _as_json(edited: "EditedMission") -> Mapping[str, object]:
    mission = edited.mission
    return {
        "state": mission.state,
        "emails": list(mission.emails),
        "verified_on": mission.verified_on,
        "changes": [
            {"file": each.file, "row": each.row, "column": each.column, "old": each.old, "new": each.new}
            for each in edited.changes
        ],
    }
