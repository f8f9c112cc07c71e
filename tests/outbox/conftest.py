"""What the outbox's tests share."""

from pathlib import Path

import pytest

from outreach.outbox.store import Outbox
from tests.outbox.outboxes import open_test_outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """An open outbox with nothing in it; a real SQLite file."""
    return open_test_outbox(tmp_path / "outreach.db")
