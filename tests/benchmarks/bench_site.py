"""Seconds to build the public page: the shipped campaign, and with 709 made-up documented cases. Measured in processes.

Run it: python tests/benchmarks/bench_site.py. `site build` is the command as somebody types it, start-up included.
"""

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PARTS = ("cases", "contacts", "templates", "site", "outreach.toml")
DOCUMENTED = 709
COLD, UNCHANGED = 10.0, 1.0  # seconds that are allowed
URL = "https://example.org/"


def with_documented(folder: Path, number: int) -> None:
    """Write so many made-up documented cases, over all States and eleven years, beside those that are there."""
    states = [
        row.split(",")[0] for row in (REPOSITORY / "outreach/data/states.csv").read_text("utf-8").splitlines()[1:]
    ]
    file = folder / "contacts" / "documented.csv"
    header, *there = file.read_text("utf-8").splitlines()
    cells = {"named_publicly": "yes", "victim_kind": "individual", "engagement": "testified", "followup": "new"}
    rows = []
    for n in range(number - len(there)):
        own = {
            "id": f"made-up-{n}",
            "title": f"Made Up {n}",
            "state": states[n * 7 % len(states)],
            "year": str(2010 + n % 11),
            "reports": f'"A/HRC/48/28, annex I, para. {n + 1}"',
            "consent": "person 2021-05-01",
            "sources": f"https://example.org/{n}",
        }
        rows.append(",".join((cells | own).get(column, "") for column in header.split(",")))
    file.write_text("\n".join([header, *there, *rows]) + "\n", "utf-8")


def build(folder: Path, output: Path) -> tuple[float, float]:
    """Run the command, and give the seconds that passed, and those that processors worked for it."""
    before, start = os.times(), time.perf_counter()
    program = [sys.executable, "-m", "outreach", "-C", str(folder), "site", "build", "--output", str(output)]
    subprocess.run([*program, "--url", URL], check=True, capture_output=True)
    after = os.times()
    worked = after.children_user - before.children_user + after.children_system - before.children_system
    return time.perf_counter() - start, worked


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, one, two = (Path(place) / name for name in ("campaign", "one", "two"))
        folder.mkdir()
        for part in PARTS:
            source = REPOSITORY / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)
        with_documented(folder, DOCUMENTED)
        cold, unchanged = build(folder, one), build(folder, one)
        build(folder, two)
        files = [path.relative_to(one) for path in sorted(one.rglob("*")) if path.is_file()]
        same = all((one / p).read_bytes() == (two / p).read_bytes() for p in files if p.name != ".outreach-site")
        pages = sum(path.suffix == ".html" for path in files)
        start = sum(len(gzip.compress((one / name).read_bytes())) for name in ("index.html", "site.css"))
        heaviest = max((one / path).stat().st_size for path in files if path.suffix == ".html")
    for what, (passed, worked), allowed in (("nothing there", cold, COLD), ("nothing new", unchanged, UNCHANGED)):
        print(
            f"site build, {what:14} {passed:6.2f} s, {worked:6.2f} s of work: {passed / allowed:.2f} of what is allowed"
        )
    print(f"{pages} pages, the heaviest {heaviest:,} bytes; twice {'the same' if same else 'NOT the same'} bytes")
    print(
        f"the campaign's page with its style, as it travels: {start:,} bytes ({start / 15_000:.2f} of what is allowed)"
    )


if __name__ == "__main__":
    main()
