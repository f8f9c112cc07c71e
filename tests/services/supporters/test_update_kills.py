"""An update that is killed again and again reaches each member exactly once. 10,000 members: tests/benchmarks."""

import random
from pathlib import Path

import pytest

from tests.services.supporters.kills import CONNECTIONS, killed_again_and_again

MEMBERS, KILLS = 300, 5


@pytest.mark.slow
def test_killed_again_and_again_each_member_gets_an_update_once(campaign_folder: Path) -> None:
    found = killed_again_and_again(campaign_folder, MEMBERS, KILLS, random.Random(1))
    assert (found.twice, found.lost, found.statuses) == (0, 0, {"sent": MEMBERS})
    assert found.in_doubt <= CONNECTIONS
