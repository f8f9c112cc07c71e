"""`outreach missions suppress` and `unsuppress`: addresses that must not be written to, in earnest or in rehearsal."""

from typing import TYPE_CHECKING

import click

from outreach.cli.options import campaign_folder, folder_option
from outreach.cli.output import note, say
from outreach.errors import UsageError
from outreach.text import counted

if TYPE_CHECKING:  # `missions list` does without the database
    from outreach.campaign import Campaign
    from outreach.outbox.store import Outbox

who_argument = click.argument("who", metavar="STATE|ADDRESS")


@click.command()
@who_argument
@click.option("--why", required=True, metavar="TEXT", help="For example: asked by phone not to be written to.")
@folder_option
@click.pass_context
def suppress(ctx: click.Context, who: str, why: str) -> None:
    """Never write to a mission's addresses, or to one address, from now on."""
    from outreach.outbox.suppressions import suppress as do_suppress

    outbox, addresses = _outbox_and_addresses(ctx, who)
    for address in addresses:
        do_suppress(outbox, address, why)
    waiting = _waiting_to(outbox, addresses)
    if waiting:
        note(f"Letters to them wait, and are held back. Take them out: outreach queue withdraw {' '.join(waiting)}")
    say(f"Not written to any more: {counted(len(addresses), 'address')}. To undo: outreach missions unsuppress {who}")


@click.command()
@who_argument
@folder_option
@click.pass_context
def unsuppress(ctx: click.Context, who: str) -> None:
    """Write to these addresses again; that they were suppressed stays on file."""
    from outreach.outbox.suppressions import lift

    outbox, addresses = _outbox_and_addresses(ctx, who)
    lifted = sum(lift(outbox, address) for address in addresses)
    say(f"{counted(lifted, 'suppression')} lifted.")


def _outbox_and_addresses(ctx: click.Context, who: str) -> "tuple[Outbox, tuple[str, ...]]":
    from outreach.campaign import load_campaign
    from outreach.outbox.store import open_outbox

    campaign = load_campaign(campaign_folder(ctx))
    addresses = _addresses(campaign, who)
    return open_outbox(campaign.folder, campaign.settings, rehearsal=False), addresses


def _waiting_to(outbox: "Outbox", addresses: tuple[str, ...]) -> list[str]:
    """The ids of letters that were queued to these addresses before."""
    from outreach.db.engine import reading
    from outreach.outbox.queue import entries
    from outreach.outbox.status import WAITING

    wanted = {address.lower() for address in addresses}
    with reading(outbox.engine) as connection:
        found = entries(connection, statuses=WAITING)
    return [str(entry.id) for entry in found if wanted & {address.lower() for address in entry.recipients}]


def _addresses(campaign: "Campaign", who: str) -> tuple[str, ...]:
    from outreach.registry.cells import read_address
    from outreach.registry.states import find_state

    if "@" in who:
        try:
            return (read_address(who),)
        except ValueError as error:
            raise UsageError(str(error)) from None
    state = find_state(campaign.registry.states, who)
    mission = campaign.registry.missions.get(state.code)
    if mission is None or not mission.emails:
        raise UsageError(f"{state.name} has no address in contacts/missions.csv, so there is nothing to suppress")
    return mission.emails
