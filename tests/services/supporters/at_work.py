"""A process that accepts forms, takes them in and confirms them until it is killed; it says what was accepted."""

import os
import threading
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from outreach.services.supporters.arriving import accept, take_in
from outreach.services.supporters.links.confirming import decide
from outreach.supporters.people import CONFIRM
from tests.services.supporters.campaigns import open_here, writes
from tests.supporters.stores import NOW


def work(folder: str, key: str, run: int, told: int) -> None:
    """Work until killed. On the descriptor `told` goes the number of each form that was accepted, a line each."""
    opened = open_here(Path(folder), key, per_network=10**6, per_hour=10**6, per_day=10**6)

    def take() -> None:
        while True:
            take_in(opened, NOW, 7)

    def confirm() -> None:
        for voice in count(1):
            decide(opened, opened.store.sealer.token(CONFIRM, voice), yes=voice % 3 > 0, at=NOW)

    for task in (take, confirm):
        threading.Thread(target=task, daemon=True).start()
    for number in count():
        accept(opened, writes(f"{run}.{number}@example.org", words="Free them"), datetime.now(UTC))
        os.write(told, b"%d\n" % number)
