"""What the tests of reports begin with: the campaign of the repository, and its outbox, still empty."""

from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.outbox.store import Outbox, open_outbox


@pytest.fixture
def campaign(campaign_folder: Path) -> Campaign:
    return load_campaign(campaign_folder)


@pytest.fixture
def outbox(campaign: Campaign) -> Outbox:
    """The outbox of letters in earnest, a real SQLite file."""
    return open_outbox(campaign.folder, campaign.settings, rehearsal=False)
