"""kill -9 while forms come in: each voice is whole or absent, no accepted form is lost, and no mail comes twice."""

import multiprocessing
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.db.engine import reading, writing
from outreach.outbox.ledger import untold
from outreach.outbox.models import messages
from outreach.services.supporters.arriving import take_in
from outreach.services.supporters.opening import Supporters
from outreach.supporters.arrivals import waiting_arrivals
from outreach.supporters.people import find
from outreach.supporters.tables import links, supporters, voice_cases, voices
from tests.services.supporters.at_work import work
from tests.services.supporters.campaigns import open_here
from tests.supporters.stores import KEY, NOW

# Copies of a process that has loaded the program: each is there at once.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.services.supporters.at_work"])


def killed_at_work(folder: Path, run: int, forms: int) -> set[str]:
    """Let a process accept so many forms, kill it at work, and give the addresses of those it said were accepted."""
    theirs, ours = CONTEXT.Pipe(duplex=False)[::-1]
    process = CONTEXT.Process(target=_work, args=(str(folder), KEY, run, theirs))
    process.start()
    theirs.close()
    try:
        with os.fdopen(os.dup(ours.fileno()), "rb") as told:
            lines = [told.readline() for _ in range(forms)]
            process.kill()
            process.join()
            lines += told.read().splitlines(keepends=True)
    finally:
        ours.close()
        process.close()
    return {f"{run}.{int(line)}@example.org" for line in lines if line.endswith(b"\n")}


def _work(folder: str, key: str, run: int, told: "multiprocessing.connection.Connection") -> None:
    work(folder, key, run, told.fileno())


def check(opened: Supporters, accepted: set[str]) -> None:
    """Hold the promises to whatever a kill left."""
    store = opened.store
    with reading(store.engine) as connection:
        waiting = {form.address for _, _, form in waiting_arrivals(store, connection, 10**6) if form}
        mails = Counter(connection.scalars(select(messages.c.part).where(~messages.c.part.endswith(".again"))))
        rows = connection.execute(select(voices.c.id, voices.c.supporter, voices.c.status)).all()
        cases = Counter(connection.scalars(select(voice_cases.c.voice)))
        erased = connection.scalar(select(func.count()).where(supporters.c.fingerprint.is_(None))) or 0
        known = {address: find(store, connection, address) for address in accepted}
        asked = set(connection.scalars(select(links.c.subject).where(links.c.purpose == "confirm")))
        assert untold(connection) == []
    # Whole: its cases, its one mail, its link (but for those who said that it was not them).
    assert [row.id for row in rows if cases[row.id] != 2] == []
    assert mails == Counter(f"{row.supporter}.confirm.{row.id}" for row in rows)
    assert {row.id for row in rows if row.status != "taken-back"} == asked
    # None lost and none in two places: a form waits, or somebody is known by it, or said that it was not them.
    nowhere = [address for address, supporter in known.items() if supporter is None and address not in waiting]
    assert len(nowhere) <= erased
    assert [address for address, supporter in known.items() if supporter is not None and address in waiting] == []


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_each_voice_is_whole_or_absent_and_no_mail_comes_twice(kills: int, tmp_path: Path) -> None:
    chance, accepted = random.Random(kills), set[str]()
    opened = open_here(tmp_path, per_network=10**6, per_hour=10**6, per_day=10**6)
    for run in range(kills):
        accepted |= killed_at_work(tmp_path, run, chance.randint(1, 30))
        check(opened, accepted)
    while take_in(opened, NOW):
        pass
    check(opened, accepted)
    with writing(opened.store.engine) as connection:
        assert connection.execute(select(func.count()).select_from(voices)).scalar_one() >= len(accepted) > kills
