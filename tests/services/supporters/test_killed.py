"""kill -9 while forms come in: each voice is whole or absent, no accepted form is lost, and no mail comes twice."""

import multiprocessing
import os
import random
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.db.engine import writing
from outreach.services.supporters.arriving import take_in
from outreach.supporters.tables import voices
from tests.services.supporters.at_work import work
from tests.services.supporters.campaigns import open_here
from tests.services.supporters.promises import check
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


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_each_voice_is_whole_or_absent_and_no_mail_comes_twice(kills: int, tmp_path: Path) -> None:
    chance, accepted = random.Random(kills), set[str]()
    opened = open_here(tmp_path, per_network=10**6, per_hour=10**6, per_day=10**6)
    for run in range(kills):
        accepted |= killed_at_work(tmp_path, run, chance.randint(1, 30))
        check(opened.store, accepted)
    while take_in(opened, NOW):
        pass
    check(opened.store, accepted)
    with writing(opened.store.engine) as connection:
        assert connection.execute(select(func.count()).select_from(voices)).scalar_one() >= len(accepted) > kills
