"""Stops and resumes writing to a mission's addresses, in earnest and in rehearsals; takes nothing out of the queue."""

from dataclasses import dataclass
from pathlib import Path

from outreach.campaign import Campaign, load_campaign
from outreach.db.engine import reading
from outreach.errors import UsageError
from outreach.next_step import Action, NextStep
from outreach.outbox.queue import entries
from outreach.outbox.status import WAITING
from outreach.outbox.store import open_outbox
from outreach.outbox.suppressions import lift, suppress
from outreach.registry.cells import read_address
from outreach.registry.states import find_state


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Addresses that get no more letters, and the step for letters to them that wait, if there are any."""

    addresses: tuple[str, ...]
    withdraw: NextStep | None


def suppress_addresses(folder: Path, who: str, why: str) -> Suppressed:
    """Write no more to `who`: one address, or all of a State's mission. UsageError where there is no address."""
    campaign = load_campaign(folder)
    addresses = _addresses(campaign, who)
    outbox = open_outbox(campaign.folder, campaign.settings, rehearsal=False)
    for address in addresses:
        suppress(outbox, address, why)
    wanted = {address.lower() for address in addresses}
    with reading(outbox.engine) as connection:
        waiting = entries(connection, statuses=WAITING)
    ids = tuple(entry.id for entry in waiting if wanted & {address.lower() for address in entry.recipients})
    return Suppressed(addresses, NextStep(Action.WITHDRAW, ids=ids) if ids else None)


def lift_suppressions(folder: Path, who: str) -> int:
    """Write to `who` again; gives how many suppressions were lifted. That they were in force stays on file."""
    campaign = load_campaign(folder)
    addresses = _addresses(campaign, who)
    outbox = open_outbox(campaign.folder, campaign.settings, rehearsal=False)
    return sum(lift(outbox, address) for address in addresses)


def _addresses(campaign: Campaign, who: str) -> tuple[str, ...]:
    if "@" in who:
        try:
            return (read_address(who),)
        except ValueError as error:
            raise UsageError(str(error)) from None
    state = find_state(campaign.registry.states, who)
    mission = campaign.registry.missions.get(state.code)
    if mission is None or not mission.known_emails:
        raise UsageError(f"{state.name} has no address in contacts/, so there is nothing to suppress")
    return mission.known_emails
