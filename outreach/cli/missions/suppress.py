"""`outreach missions suppress` and `unsuppress`: addresses that must not be written to, in earnest or in rehearsal."""

import click

from outreach.cli.common.next_steps import command
from outreach.cli.common.options import campaign_folder, folder_option
from outreach.cli.common.terminal.output import note, say
from outreach.text import counted

who_argument = click.argument("who", metavar="STATE|ADDRESS")


@click.command()
@who_argument
@click.option("--why", required=True, metavar="TEXT", help="For example: asked by phone not to be written to.")
@folder_option
@click.pass_context
def suppress(ctx: click.Context, who: str, why: str) -> None:
    """Never write to a mission's addresses, or to one address, from now on."""
    from outreach.services.missions.suppressions import (
        suppress_addresses,  # `missions list` does without the database
    )

    done = suppress_addresses(campaign_folder(ctx), who, why)
    if done.withdraw:
        note(f"Letters to them wait, and are held back. Take them out: {command(done.withdraw, rehearsal=False)}")
    many = counted(len(done.addresses), "address")
    say(f"Not written to any more: {many}. To undo: outreach missions unsuppress {who}")


@click.command()
@who_argument
@folder_option
@click.pass_context
def unsuppress(ctx: click.Context, who: str) -> None:
    """Write to these addresses again; that they were suppressed stays on file."""
    from outreach.services.missions.suppressions import lift_suppressions

    lifted = lift_suppressions(campaign_folder(ctx), who)
    say(f"{counted(lifted, 'suppression')} lifted.")
