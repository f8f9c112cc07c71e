"""One `send` opens each database file once and reads the campaign's files once, however often it asks."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine

from outreach.db import sqlite
from outreach.outbox.store import open_outbox
from outreach.services.sending.letters import SendRequest, plan_letters, send_letters
from outreach.services.workspace import open_to_send

_opened: Counter[str] | None = None


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and event == "open" and isinstance(arguments[0], str | Path):
        _opened[str(arguments[0])] += 1


sys.addaudithook(_hear)  # it stays for the life of the process, and counts only while asked to


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """Count the files that Python opens, by path (PEP 578)."""
    global _opened  # noqa: PLW0603 - an audit hook cannot be removed
    _opened = Counter()
    try:
        yield _opened
    finally:
        _opened = None


@pytest.fixture
def databases(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each database file is opened: the real one is, and counted on the way."""
    counts = Counter[str]()
    really_open = sqlite.create_engine

    def counted(url: URL, **more: Any) -> Engine:
        counts[Path(url.database or "").name] += 1
        return really_open(url, **more)

    monkeypatch.setattr(sqlite, "create_engine", counted)
    return counts


def test_one_send_of_76_letters_opens_each_database_and_each_file_of_the_campaign_once(
    large_campaign: Path, databases: Counter[str]
) -> None:
    first = open_to_send(large_campaign)
    send_letters(first, plan_letters(first, SendRequest("sample", limit=1)), "test")
    open_outbox(large_campaign, first.campaign.settings, rehearsal=False)  # the real one says who is suppressed
    databases.clear()
    with counting() as opened:
        workspace = open_to_send(large_campaign)
        planned = plan_letters(workspace, SendRequest("beacon"))
        sent = send_letters(workspace, planned, "test")
    assert sent.run.counts.total() == 76
    assert databases == {"rehearsal.db": 1, "outreach.db": 1}
    campaign = {path: times for path, times in opened.items() if path.startswith(str(large_campaign / "contacts"))}
    campaign |= {path: times for path, times in opened.items() if path.startswith(str(large_campaign / "cases"))}
    assert len(campaign) >= 6
    assert set(campaign.values()) == {1}, campaign
