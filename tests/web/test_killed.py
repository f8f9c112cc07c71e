"""kill -9 of the server while visitors send forms: what was answered is kept, each voice is whole, no mail twice."""

import http.client
import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import httpx
import pytest

from outreach.campaign import load_campaign
from outreach.outbox.store import now
from outreach.services.supporters.arriving import take_in
from outreach.services.supporters.opening import Supporters
from outreach.supporters.store import open_store
from tests.processes import Process
from tests.services.supporters.promises import check
from tests.supporters.stores import KEY
from tests.web.campaigns import FORM
from tests.web.test_flows import time_on

MANY = {f"OUTREACH_WEB__{name}": "1000000" for name in ("PER_HOUR", "PER_DAY", "PER_NETWORK")}
ENV = {"OUTREACH_WEB__KEY": KEY, "OUTREACH_WEB__MIN_SECONDS": "0", **MANY}
VISITORS = 3
KIND = {"Content-Type": "application/x-www-form-urlencoded"}


def killed_while_forms_come(folder: Path, run: int, forms: int) -> set[str]:
    """Start the server, send forms until so many were answered, kill it, and give the addresses of all that were."""
    arguments = ["-C", str(folder), "web", "public", "--rehearse", "--port", "0"]
    with Process(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **ENV}
    ) as running:
        assert running.stdout
        lines = [running.stdout.readline() for _ in range(2)]
        address = lines[1].split()[2]
        shown = time_on(httpx.get(f"{address}write").text)
        answered, enough, numbers = set[str](), Event(), count()

        def visit() -> None:
            line = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"), timeout=30)
            try:
                for number in numbers:
                    email = f"{run}.{number}@example.org"
                    line.request("POST", "/write", urlencode({**FORM, "email": email, "time": shown}, doseq=True), KIND)
                    answer = line.getresponse()
                    answer.read()
                    if answer.status == 303:
                        answered.add(email)
                    if len(answered) >= forms:
                        enough.set()
            except (http.client.HTTPException, ConnectionError):  # it was killed
                enough.set()
            finally:
                line.close()

        with ThreadPoolExecutor(VISITORS) as visitors:
            for _ in range(VISITORS):
                visitors.submit(visit)
            assert enough.wait(60)
            running.kill()
        return answered


@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.slow)])
def test_what_was_answered_is_kept_and_no_mail_comes_twice(
    kills: int, campaign_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, answered = random.Random(kills), set[str]()
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    campaign = load_campaign(campaign_folder)
    opened = Supporters(campaign, open_store(campaign_folder, campaign.settings, rehearsal=True))
    for run in range(kills):
        answered |= killed_while_forms_come(campaign_folder, run, chance.randint(1, 60))
        check(opened.store, answered)
    while take_in(opened, now()):
        pass
    check(opened.store, answered)
    assert len(answered) >= kills
