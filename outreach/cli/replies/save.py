"""`outreach replies save`: puts the files that came with a message into a folder."""

from pathlib import Path

import click

from outreach.cli.common.opening import open_to_look, say_rehearsal
from outreach.cli.common.options import folder_option, json_option, rehearse_option
from outreach.cli.common.terminal.output import note, print_json, say
from outreach.cli.replies.files import attachment_json
from outreach.inbox.attachments.listing import MOST
from outreach.services.desk import open_item
from outreach.services.saving import SavedFile, save_attachments
from outreach.text import size_words


@click.command()
@click.argument("id_", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.argument("number", metavar="[N]", type=click.IntRange(1, MOST), required=False)
@click.option(
    "--to", "target", metavar="DIR", type=click.Path(path_type=Path), required=True, help="The folder; it is made."
)
@rehearse_option
@json_option
@folder_option
@click.pass_context
def save(ctx: click.Context, id_: int, number: int | None, target: Path, *, rehearse: bool, as_json: bool) -> None:
    """Save the files that came with a message, or only number N as `replies show` counts them.

    They are not opened, and can be read by you alone. Names are made harmless, and no file is written over.
    """
    workspace = open_to_look(ctx, rehearse=rehearse)
    saved = save_attachments(open_item(workspace, id_), number, target)
    if as_json:
        print_json([_json(each) for each in saved])
    else:
        say_rehearsal(workspace)
        for each in saved:
            say(f"Saved: {each.path} ({size_words(each.size)})")
    for each in saved:
        if each.fault:
            note(f"{each.path.name}: {each.fault}; it may not open")
        if each.may_run:
            note(f"{each.path.name} is a program, or can hold one: do not open it unless you are sure of it.")
    note("What comes from outside may be harmful, whoever seems to have sent it. Nothing was opened or checked.")


def _json(each: SavedFile) -> dict[str, object]:
    found = attachment_json(each.attachment)
    return {"number": each.number, **found, "size": each.size, "path": str(each.path), "fault": each.fault or None}
