"""kill -9 while an update goes to 10,000 members, 20 times: how many got it twice, or never.

python -m tests.benchmarks.bench_update_kills [--members N] [--kills N]
"""

import argparse
import random
import shutil
import tempfile
import time
from pathlib import Path

from tests.conftest import CAMPAIGN
from tests.services.supporters.kills import killed_again_and_again


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    wanted, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(CAMPAIGN, Path(place) / "campaign"))
        began = time.monotonic()
        found = killed_again_and_again(folder, wanted.members, wanted.kills, random.Random(15))
    took = time.monotonic() - began
    print(f"{wanted.members} members, {wanted.kills} × kill -9: {found.twice} twice, {found.lost} lost; {took:.0f} s")
    print(f"  at most {found.in_doubt} in doubt after a kill; in the end {found.statuses}")


if __name__ == "__main__":
    main()
