"""What every test may use: the repository's own campaign in a temporary folder, and open outboxes."""

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def campaign_folder(tmp_path: Path) -> Path:
    """The repository's own campaign, copied, so that a test may change it."""
    folder = tmp_path / "campaign"
    folder.mkdir()
    shutil.copy(REPOSITORY / "outreach.toml", folder)
    for name in ("contacts", "cases", "templates"):
        shutil.copytree(REPOSITORY / name, folder / name)
    return folder


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine's own reaches a test."""
    import os

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
    """Run the real command in a process of its own: outreach("send", "--case", "viasna", folder=…, env={…})."""

    def run(*arguments: str, folder: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "outreach", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            env=environment(env or {}),
            stdin=subprocess.DEVNULL,
            timeout=120,
        )

    return run


@contextmanager
def at_work(folder: Path, env: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The real command in a process of its own; killed if it is still at work at the end of the block."""
    command = [sys.executable, "-m", "outreach", "-C", str(folder), *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment(env), stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def environment(extra: dict[str, str]) -> dict[str, str]:
    """The machine's environment with settings for the command."""
    import os

    return {**os.environ, "COLUMNS": "200", "PYTHONUTF8": "1", **extra}


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


def mail_server(port: int, **more: str) -> dict[str, str]:
    """The environment that makes a server on this machine the campaign's own."""
    settings = {"host": "127.0.0.1", "port": str(port), "security": "none", **more}
    return {f"OUTREACH_SMTP__{name.upper()}": value for name, value in settings.items()}
