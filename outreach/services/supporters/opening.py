"""A campaign that is opened with its store of supporters; every service about them works on one."""

from dataclasses import dataclass
from pathlib import Path

from outreach.campaign import Campaign, load_campaign
from outreach.outbox.store import shows_rehearsal
from outreach.supporters.store import Store, existing_store, open_store


@dataclass(frozen=True, slots=True)
class Supporters:
    """The campaign's files, read once, and the store of supporters, opened once."""

    campaign: Campaign
    store: Store


def open_supporters(folder: Path, *, rehearse: bool = False) -> Supporters:
    """Open a campaign's store of supporters, made where there is none: the real one, or the rehearsal's.

    It is the rehearsal's when asked for, or while there is no mail server and nothing but a rehearsal. Raises
    OutreachError for files, settings, a key or a store that cannot be read.
    """
    campaign = load_campaign(folder)
    rehearsal = shows_rehearsal(campaign.folder, campaign.settings, asked_for=rehearse)
    return Supporters(campaign, open_store(campaign.folder, campaign.settings, rehearsal=rehearsal))


def existing_supporters(campaign: Campaign, *, rehearsal: bool) -> Supporters | None:
    """Open the store beside an outbox where there is one, or give None: looking makes no files."""
    store = existing_store(campaign.folder, campaign.settings, rehearsal=rehearsal)
    return None if store is None else Supporters(campaign, store)
