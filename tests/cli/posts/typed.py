"""What the tests of posts type, and read back."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.conftest import Command

POST = ("post", "--case", "beacon", "--yes", "--json")
EARNEST = (*POST, "--after-deadline")
TALKING = tuple(word for word in EARNEST if word != "--json")
TWEETS = Path("templates") / "tweets"
ONE = "=== solidarity\nWe stand with Beacon. {{ hashtag }}\n"
THREAD = "=== story\nFirst {{ hashtag }}\n~~~\nSecond\n~~~\nThird\n"
SEVERAL = "".join(f"=== post-{number}\nNumber {number}\n" for number in range(4))
ADDRESSED = "=== hello\n{{ mission.handle }}, please speak.\n"


def write(folder: Path, text: str, name: str = "beacon.en.txt") -> None:
    (folder / TWEETS / name).write_text(text, encoding="utf-8")


def run(outreach: Command, folder: Path, *arguments: str, env: dict[str, str] | None = None, status: int = 0) -> Any:
    result = outreach(*arguments, folder=folder, env=env)
    assert result.returncode == status, result.stdout + result.stderr
    return json.loads(result.stdout) if "--json" in arguments and result.stdout else result.stderr + result.stdout


def messages(outreach: Command, folder: Path, env: dict[str, str] | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(outreach, folder, "queue", "list", "--json", env=env)
    return found


def log(outreach: Command, folder: Path, *options: str, env: dict[str, str] | None = None) -> str:
    return str(run(outreach, folder, "log", *options, env=env))


def bring_forward(folder: Path, wait: timedelta) -> None:
    """Make everything due so long from now, whatever --at said."""
    due = datetime.now(UTC) + wait
    with closing(sqlite3.connect(folder / "outreach.db")) as database, database:
        database.execute("UPDATE messages SET not_before = ?", (f"{due:%Y-%m-%d %H:%M:%S.%f}",))


def change_case(folder: Path, old: str, new: str) -> None:
    path = folder / "cases" / "beacon.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
