"""What every test may use: a made-up campaign in a temporary folder, and the command."""

import csv
import gc
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import statements
from tests.processes import environment

REPOSITORY = Path(__file__).parent.parent
CAMPAIGN = Path(__file__).parent / "campaign"  # made up, and frozen: no fact that the repository learns changes a test
CONCERNED = {"BLR", "CHN", "EGY"}  # the States concerned in its cases, which get no letter
Command = Callable[..., subprocess.CompletedProcess[str]]

MEMORY, ENOUGH = Path("/dev/shm"), 2 << 30  # where files need no disk, and how many bytes tests may want of it


def write_to_memory() -> None:
    """Let tests write their files to memory, where this machine lends enough: none of them cuts the power.

    A commit waits for the disk, and for all else that is written to it: half of the time of the tests was spent so. A
    killed process leaves the same files in both. Who names another folder in TMPDIR gets it.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK | os.X_OK):
        return
    there = os.statvfs(MEMORY)
    if there.f_bavail * there.f_frsize >= ENOUGH and not there.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = str(MEMORY)  # for servers and other programs, too
        tempfile.tempdir = None


write_to_memory()
statements.share()

# A busy machine is no fault of the code: what must be quick is measured by `make bench`.
settings.register_profile("outreach", deadline=None)
# What must pass before anything lands tries the same examples each time; people's own machines look for others.
settings.register_profile("ci", settings.get_profile("outreach"), derandomize=True, database=None)
settings.load_profile("ci" if "CI" in os.environ else "outreach")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among thousands of tests: while they are read there is none, and they stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)  # a test leaves few cycles: looking for them took a thirtieth of the time
        gc.enable()


@pytest.fixture
def campaign_folder(tmp_path: Path) -> Path:
    """The campaign of the tests, copied, so that a test may change it."""
    return Path(shutil.copytree(CAMPAIGN, tmp_path / "campaign"))


@pytest.fixture
def large_campaign(tmp_path: Path) -> Path:
    """The campaign of the tests with as many missions as a real one has: its ask is for 76 States."""
    return large_campaign_in(tmp_path)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine's own reaches a test."""
    for name in [name for name in os.environ if name.startswith("OUTREACH_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def closed_databases() -> Iterator[None]:
    """Every database that a test opened is closed at its end: since Python 3.13 an unclosed one is a warning."""
    from sqlalchemy import Connection, Engine, event

    opened: set[Engine] = set()

    def remember(connection: Connection) -> None:
        opened.add(connection.engine)

    event.listen(Engine, "engine_connect", remember)
    yield
    event.remove(Engine, "engine_connect", remember)
    for engine in opened:
        engine.dispose()


@pytest.fixture
def outreach() -> Command:
    """Run the command in this process: outreach("send", "--case", "beacon", folder=…, env={…})."""
    from tests.in_process import run as run_here

    def run(*arguments: str, folder: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return run_here(["-C", str(folder), *arguments], environment(env or {}))

    return run


def give_addresses(folder: Path, states: Iterable[str] | None = None, verified_on: str = "2026-01-15") -> list[str]:
    """Fill contacts/missions.csv with addresses under example.org; the States that have one now."""
    path = folder / "contacts" / "missions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = set(states) if states is not None else {row["state"] for row in rows}
    for row in rows:
        row["email"] = f"{row['state'].lower()}@{row['state'].lower()}.example.org" if row["state"] in chosen else ""
        row["verified_on"] = verified_on if row["state"] in chosen else ""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return sorted(chosen)


def change_cell(folder: Path, state: str, column: str, value: str) -> None:
    """Write `value` into a column of a State's row of contacts/missions.csv."""
    path = folder / "contacts" / "missions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["state"] == state:
            row[column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def large_campaign_in(parent: Path) -> Path:
    """Copy the campaign of the tests, and enlarge it to 76 addressees."""
    folder = Path(shutil.copytree(CAMPAIGN, parent / "campaign"))
    enlarge(folder, 76)
    return folder


def enlarge(folder: Path, addressees: int) -> None:
    """Let more States co-sponsor, each with a mission, until the campaign's ask is for so many of them."""
    from outreach.registry.states import load_states

    missions, record = (folder / "contacts" / f"{name}.csv" for name in ("missions", "record"))
    with record.open(encoding="utf-8", newline="") as file:
        asked = {row["state"] for row in csv.DictReader(file) if row["instrument"] == "reprisals-2022"}
    with missions.open(encoding="utf-8", newline="") as file:
        there = {row["state"] for row in csv.DictReader(file)}
    others = [code for code in load_states() if code not in asked | there | CONCERNED][: addressees - len(asked)]
    with missions.open("a", encoding="utf-8") as file:
        file.writelines(f"{code},,,en,,,,,,,,,\n" for code in others)
    with record.open("a", encoding="utf-8") as file:
        file.writelines(f"{code},co-sponsored,reprisals-2022,,,,,,https://example.org/record,\n" for code in others)


def mail_server(port: int, **more: str) -> dict[str, str]:
    """The environment that makes a server on this machine the campaign's own."""
    settings = {"host": "127.0.0.1", "port": str(port), "security": "none", **more}
    return {f"OUTREACH_SMTP__{name.upper()}": value for name, value in settings.items()}
