"""`outreach members`: the mailing list as a whole: count, export, import."""

from pathlib import Path

import click

from outreach.cli.common.options import campaign_folder, folder_option, json_option, rehearse_option, yes_option
from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import note, print_json, print_table, say
from outreach.errors import UsageError
from outreach.language import language_name
from outreach.outbox.store import now
from outreach.services.supporters.members import Imported, ImportFile
from outreach.settings.load import load_settings
from outreach.text import counted, listed, local_minute

BY = "a person: outreach members import"
MOST_ROWS = 20  # numbers of rows in a line


@click.group()
def members() -> None:
    """Count the mailing list, write it to a file, or ask the people of a file to join."""


@members.command()
@rehearse_option
@json_option
@folder_option
@click.pass_context
def count(ctx: click.Context, *, rehearse: bool, as_json: bool) -> None:
    """Count who is on the list, by language, and who was asked or left. Nobody is named."""
    from outreach.services.supporters.members import count_members
    from outreach.services.supporters.opening import open_supporters

    found = count_members(open_supporters(campaign_folder(ctx), rehearse=rehearse))
    statuses = {status.value: number for status, number in found.statuses.items()}
    if as_json:
        print_json({"statuses": statuses, "languages": found.languages})
        return
    if not statuses:
        say("Nobody has asked to be on the list yet.")
        return
    print_table(("status", "people"), list(statuses.items()))
    if found.languages:
        parts = [f"{number} in {language_name(code)}" for code, number in found.languages.items()]
        say(f"Members: {listed(parts, 9)}.")


@members.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@yes_option
@rehearse_option
@folder_option
@click.pass_context
def export_command(ctx: click.Context, file: Path, *, yes: bool, rehearse: bool) -> None:
    """Write the addresses of all members into FILE (CSV: email, language, joined), readable by you alone.

    It is the one place where supporters' addresses stand in the clear: it needs --yes. Delete it when you are done.
    """
    from outreach.services.supporters.members import export_members
    from outreach.services.supporters.opening import open_supporters

    if not yes:
        raise UsageError("export writes every member's address in the clear: say --yes if that is what you want")
    number = export_members(open_supporters(campaign_folder(ctx), rehearse=rehearse), file)
    say(f"Wrote {counted(number, 'member')} into {click.format_filename(file)}.")
    note("Whoever gets this file knows them all. Keep it on no shared disk, and delete it when you are done.")


@members.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@yes_option
@rehearse_option
@json_option
@folder_option
@click.pass_context
def import_command(ctx: click.Context, file: Path, *, yes: bool, rehearse: bool, as_json: bool) -> None:
    """Ask each person of FILE (CSV: email, language) whether they want to be on the list. None is put on it.

    Who is on it, was asked, wants no mail or got enough of ours is left out. The mails are spread over time by [list]
    per_minute, and whoever does not answer is deleted after [web] confirm_days.
    """
    from outreach.services.supporters.members import import_members, read_import
    from outreach.services.supporters.opening import open_supporters

    folder = campaign_folder(ctx)
    read = read_import(file)
    found = open_supporters(folder, rehearse=rehearse)
    if not as_json:
        _say_read(read)
    question = (
        f"Ask {counted(len(read.rows), 'person').replace('persons', 'people')} by mail whether they want to join?"
    )
    if read.rows and not confirmed(question, NOBODY_TO_ASK, yes=yes, as_json=as_json):
        say("Nobody was asked.")
        return
    done = import_members(found, read, now(), BY)
    if as_json:
        print_json(_as_json(read, done))
        return
    _say_done(done, local_minute(done.until, load_settings(folder).timezone) if done.until else "")
    if done.asked:
        say(f"To send the mails: outreach queue run --watch{' --rehearse' if found.store.rehearsal else ''}")


def _say_read(read: ImportFile) -> None:
    if read.unwritable:
        rows = listed(map(str, read.unwritable), MOST_ROWS)
        note(f"{read.name}: no e-mail address that mail can reach in row {rows}. These are left out.")
    if read.doubled:
        note(f"{read.name}: {counted(read.doubled, 'row')} with an address that stands above already.")


def _say_done(done: Imported, until: str) -> None:
    if done.asked:
        say(f"Asked: {done.asked}, the last at {until}.")
    else:
        say("Nobody is asked.")
    others = {
        "already on the list": done.members,
        "asked before": done.waiting,
        "who want no mail": done.refused,
        "who got enough mails of ours for now": done.capped,
    }
    if lines := [f"{number} {why}" for why, number in others.items() if number]:
        say(f"Left out: {listed(lines, 9)}.")


def _as_json(read: ImportFile, done: Imported) -> dict[str, object]:
    return {
        "asked": done.asked,
        "members": done.members,
        "waiting": done.waiting,
        "refused": done.refused,
        "capped": done.capped,
        "unwritable_rows": list(read.unwritable),
        "doubled": read.doubled,
        "until": done.until.isoformat() if done.until else None,
    }
