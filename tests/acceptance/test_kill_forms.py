"""The server of the forms, killed while forms come in and are confirmed: each voice whole or absent, no second mail."""

import queue
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import httpx
import pytest
from sqlalchemy import func, select

from outreach.db.engine import reading
from outreach.outbox.store import now
from outreach.services.supporters.arriving import take_in
from outreach.services.supporters.opening import Supporters, open_supporters
from outreach.supporters.people import CONFIRM
from outreach.supporters.tables import voices
from outreach.web.public.write import WRITE
from tests.processes import Process, environment
from tests.services.supporters.promises import check
from tests.site.sites import with_pages
from tests.supporters.stores import KEY

ENOUGH = str(10**6)
SETTINGS = {
    "OUTREACH_WEB__KEY": KEY, "OUTREACH_WEB__MIN_SECONDS": "0", "OUTREACH_WEB__PER_HOUR": ENOUGH,
    "OUTREACH_WEB__PER_DAY": ENOUGH,
}  # fmt: skip


class Visitors:
    """People who send forms, and people who confirm, until nobody answers any more. `sent` has who was answered."""

    def __init__(self, opened: Supporters, address: str, run: int) -> None:
        self._opened, self._address, self._run = opened, address, run
        self.sent = queue.Queue[str]()
        self._turns = queue.Queue[bool]()  # one answer for each form, until it is over
        self._threads = [Thread(target=self._until_it_is_gone, args=(work,)) for work in (self._write, self._confirm)]
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()

    def _until_it_is_gone(self, work: Callable[[httpx.Client], None]) -> None:
        with httpx.Client(base_url=self._address, timeout=60) as client:
            try:
                work(client)
            except httpx.TransportError:
                self._turns.put(False)

    def _write(self, client: httpx.Client) -> None:
        for number in range(10_000):
            email = f"{self._run}.{number}@example.org"
            form = {"case": ["beacon", "sample"], "to": "all", "words": "Free them", "email": email, "language": "en"}
            answer = client.post("/write", data={**form, "time": self._opened.store.sealer.sign_time(now(), WRITE)})
            if answer.status_code != 303:
                self.sent.put(f"{answer.status_code} {answer.text}")
                break
            self.sent.put(email)
            self._turns.put(True)

    def _confirm(self, client: httpx.Client) -> None:
        for voice in range(1, 10_000):
            if not self._turns.get():
                return
            answers = {"answer": "yes" if voice % 3 else "no", "number": str(voice)}
            client.post(f"/c/{self._opened.store.sealer.token(CONFIRM, voice)}", data=answers)


def killed_at_work(opened: Supporters, run: int, forms: int) -> set[str]:
    """Let the server take so many forms, kill it, and give the addresses of those that were answered."""
    folder = opened.campaign.folder
    command, pipe = ["-C", str(folder), "web", "public", "--rehearse", "--port", "0"], subprocess.PIPE
    with Process(command, env=environment(SETTINGS), stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        found = next(filter(None, (re.search(r"http://[\d.:]+", line) for line in process.stdout)))
        try:
            visitors = Visitors(opened, found[0], run)
            sent = {visitors.sent.get(timeout=60) for _ in range(forms)}
        finally:
            process.kill()
        visitors.wait()
    sent |= set(visitors.sent.queue)
    assert [answer for answer in sent if not answer.endswith("@example.org")] == []
    return sent


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_fifty_kills_of_the_server_lose_no_form_and_send_no_mail_twice(
    campaign_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    with_pages(campaign_folder)
    chance, sent = random.Random(50), set[str]()
    opened = open_supporters(campaign_folder, rehearse=True)
    for run in range(50):
        sent |= killed_at_work(opened, run, chance.randint(1, 40))
        check(opened.store, sent)
    while take_in(opened, now()):
        pass
    check(opened.store, sent)
    with reading(opened.store.engine) as connection:
        assert connection.execute(select(func.count()).select_from(voices)).scalar_one() >= len(sent) > 500
