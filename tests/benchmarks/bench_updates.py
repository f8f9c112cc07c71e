"""An update for 100,000 members: how long queueing takes, how much memory, and how much room.

python -m tests.benchmarks.bench_updates [--members N]
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import CAMPAIGN
from tests.services.supporters.lists import SLUG, fill_list, write_update
from tests.supporters.stores import KEY, open_here

MOST_SECONDS, MOST_MEMORY = 30.0, 120  # for 100,000 members; MB


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--members", type=int, default=100_000)
    number = parser.parse_known_args()[0].members
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(CAMPAIGN, Path(place) / "campaign"))
        write_update(folder)
        from outreach.outbox.store import now

        store = open_here(folder, rehearsal=True)
        fill_list(store, number, now())
        store.engine.dispose()
        command = [sys.executable, "-m", "outreach", "-C", str(folder), "update", SLUG, "--rehearse", "--yes"]
        began = time.monotonic()
        subprocess.run(command, env={**os.environ, "OUTREACH_WEB__KEY": KEY}, check=True)
        took = time.monotonic() - began
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = (folder / "rehearsal.supporters.db").stat().st_size / 1e6
        print(f"{number} members: queued in {took:.1f} s, {memory:.0f} MB of memory at most, {size:.0f} MB of disk")
        began = time.monotonic()
        subprocess.run(command, env={**os.environ, "OUTREACH_WEB__KEY": KEY}, check=True)
        print(f"again: {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
