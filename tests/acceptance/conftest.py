"""Here a campaign is as large as a real one: the program as people meet it."""

from pathlib import Path

import pytest


@pytest.fixture
def campaign_folder(large_campaign: Path) -> Path:
    """The campaign of the tests with the 76 addressees of a real one."""
    return large_campaign
