"""Whole commands, timed from outside: `outreach --help` against `import click`, and a rehearsal of 76 letters."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
RUNS = 9


def median_seconds(command: list[str], runs: int = RUNS) -> float:
    """The median wall time of a command, after one warm-up."""
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def rehearsal_seconds(folder: Path) -> float:
    """The median wall time of the first rehearsal of a fresh campaign: the database is made, 76 letters delivered."""
    times = []
    for run in range(RUNS):
        campaign = folder / str(run)
        shutil.copytree(REPOSITORY, campaign, ignore=lambda _, names: set(names) - KEPT if ".git" in names else set())
        started = time.perf_counter()
        command = [sys.executable, "-m", "outreach", "-C", str(campaign), "send", "--case", "viasna"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
        assert len(list((campaign / "rehearsal" / "new").iterdir())) == 76
    return statistics.median(times)


KEPT = {"outreach.toml", "contacts", "cases", "templates"}


def main() -> None:
    base = median_seconds([sys.executable, "-c", "import click"])
    ours = median_seconds([sys.executable, "-m", "outreach", "--help"])
    print(f"outreach --help: {ours * 1000:.0f} ms = {ours / base:.2f} × `python -c 'import click'` (allowed: 3)")
    with tempfile.TemporaryDirectory() as folder:
        seconds = rehearsal_seconds(Path(folder))
    print(f"outreach send --case viasna: {seconds:.2f} s in all = {seconds / 1.5:.2f} × the 1.5 s allowed")


if __name__ == "__main__":
    main()
