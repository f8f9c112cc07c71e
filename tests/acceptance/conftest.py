"""Here a command is a process, and a campaign is as large as a real one: the program as people meet it."""

from pathlib import Path

import pytest

from tests.conftest import Command
from tests.processes import in_a_process, loaded


@pytest.fixture(scope="session", autouse=True)
def loaded_program() -> None:
    """Have the program loaded before a test begins to count seconds."""
    loaded()


@pytest.fixture
def campaign_folder(large_campaign: Path) -> Path:
    """The campaign of the tests with the 76 addressees of a real one."""
    return large_campaign


@pytest.fixture
def outreach() -> Command:
    """Run the real command in a process of its own: outreach("send", "--case", "beacon", folder=…, env={…})."""
    return in_a_process
