"""Two runs at once, and kill -9 at fifty random points against slow servers: no post twice, and none lost.

Real commands in processes of their own, real HTTP servers of the three networks, a real database. On Bluesky and
Mastodon the next run finds out by itself what became of a post; on X each doubtful one is shown as unconfirmed, and
settled here as a person does who looks at the account.
"""

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.channels.networks.environments import AT_ONCE, CERTAIN, instance, pds
from tests.channels.networks.http_server import Answer, Fault, HttpServer, Request
from tests.channels.networks.mastodon_server import Instance
from tests.channels.networks.pds_server import Pds
from tests.channels.networks.x_server import XServer
from tests.conftest import Command, large_campaign_in
from tests.processes import Process, environment, in_a_process

RUNS = 5
KILLS = 10  # of each run: fifty in all
POSTS = 40  # on each network, of which three are a thread
SLOW = 0.03  # seconds that a server takes before and after it does what was asked
PATHS = {"x": "/2/tweets", "bluesky": "createRecord", "mastodon": "/api/v1/statuses"}
PHASES = ("asked", "taken", "answered")


@dataclass
class Trigger:
    """Kills a process when a network has met a phase so many times more. `met` counts what was met so far."""

    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    under_way: int = 0
    quiet: threading.Condition = field(default_factory=threading.Condition)
    aim: tuple[str, str] = ("", "")
    left: int = 0
    process: Process | None = None

    def reach(self, network: str, phase: str) -> None:
        with self.quiet:
            self.met[network, phase] += 1
            if (network, phase) == self.aim and self.process:
                self.left -= 1
                if self.left == 0:
                    self.process.send_signal(signal.SIGKILL)

    def count(self, change: int) -> None:
        with self.quiet:
            self.under_way += change
            self.quiet.notify_all()

    def wait_until_quiet(self) -> None:
        """Until no server has anything left to do of what it was asked."""
        with self.quiet:
            assert self.quiet.wait_for(lambda: self.under_way == 0, timeout=30)


class Watched(HttpServer):
    """A server that tells a trigger how far each post has come."""

    network = ""
    trigger: Trigger

    def answer(self, request: Request) -> Answer:
        if not self._is_post(request):
            return super().answer(request)
        self.trigger.reach(self.network, "asked")
        answer = super().answer(request)
        self.trigger.reach(self.network, "taken")
        return answer

    def handle(self, request: Request, handler: Any) -> None:
        self.trigger.count(+1)
        try:
            super().handle(request, handler)
        finally:
            if self._is_post(request):
                self.trigger.reach(self.network, "answered")
            self.trigger.count(-1)

    def _is_post(self, request: Request) -> bool:
        return request.method == "POST" and PATHS[self.network] in request.path


class WatchedX(Watched, XServer):
    network = "x"


class WatchedPds(Watched, Pds):
    network = "bluesky"


class WatchedInstance(Watched, Instance):
    network = "mastodon"


@dataclass
class Networks:
    x: WatchedX
    bluesky: WatchedPds
    mastodon: WatchedInstance
    trigger: Trigger

    @property
    def environment(self) -> dict[str, str]:
        return {**self.x.environment, **pds(self.bluesky.url), **instance(self.mastodon.url), **AT_ONCE, **CERTAIN}

    @property
    def shown(self) -> dict[str, list[str]]:
        return {
            "x": [post.text for post in self.x.posts],
            "bluesky": self.bluesky.texts,
            "mastodon": self.mastodon.texts,
        }

    @property
    def taken(self) -> dict[str, int]:
        """How many posts were ever taken, also such as nobody sees any more."""
        return {"x": self.x.taken, "bluesky": self.bluesky.written, "mastodon": self.mastodon.taken}


@contextmanager
def networks() -> Iterator[Networks]:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(kind(Fault(PATHS[kind.network], method="POST", slow=SLOW)))
            for kind in (WatchedX, WatchedPds, WatchedInstance)
        ]
        trigger = Trigger()
        for server in servers:
            server.trigger = trigger
        yield Networks(*servers, trigger)


def texts() -> list[str]:
    return [f"Number {number} of many" for number in range(POSTS - 3)] + ["First of three", "Second", "Third"]


@pytest.fixture(scope="module")
def queued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign whose posts were all queued while nothing might leave; made once, and copied for each run."""
    folder = large_campaign_in(tmp_path_factory.mktemp("queued"))
    *alone, first, second, third = texts()
    posts = [f"=== post-{number}\n{text}\n" for number, text in enumerate(alone)]
    posts.append(f"=== story\n{first}\n~~~\n{second}\n~~~\n{third}\n")
    for path in (folder / "templates" / "tweets").glob("beacon.*"):
        path.unlink()
    (folder / "templates" / "tweets" / "beacon.en.txt").write_text("".join(posts), encoding="utf-8")
    with networks() as found:
        never = {**found.environment, "OUTREACH_POSTS__QUIET": "00:00-23:59"}
        command = ("post", "--case", "beacon", "--yes", "--json", "--after-deadline")
        done = in_a_process(*command, folder=folder, env=never)
    assert json.loads(done.stdout)["queued"] == 3 * POSTS, done.stderr
    make_due(folder)
    return folder


@pytest.fixture
def due(queued: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(queued, tmp_path / "campaign"))


def make_due(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "outreach.db")) as database, database:
        database.execute("UPDATE messages SET not_before = queued_at")


def listing(outreach: Command, folder: Path, env: dict[str, str]) -> list[dict[str, Any]]:
    result = outreach("queue", "list", "--json", folder=folder, env=env)
    assert result.returncode == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def run_and_kill(folder: Path, env: dict[str, str], trigger: Trigger, chance: random.Random) -> None:
    command = ["-C", str(folder), "queue", "run"]
    pipe = subprocess.DEVNULL
    with trigger.quiet:
        trigger.aim = (chance.choice(list(PATHS)), chance.choice(PHASES))
        trigger.left = chance.randint(1, 2)
        trigger.process = Process(command, env=environment(env), stdout=pipe, stderr=pipe)
    assert trigger.process.wait(timeout=60) == -signal.SIGKILL
    with trigger.quiet:
        trigger.process = None


def settle_on_x(outreach: Command, folder: Path, env: dict[str, str], found: Networks) -> None:
    """What is unconfirmed on X is settled by who looks at the account; what is not doubtful is as the list says."""
    found.trigger.wait_until_quiet()
    messages = [message for message in listing(outreach, folder, env) if message["channel"] == "x"]
    there = set(found.shown["x"])
    sent, doubtful = ({m["subject"] for m in messages if m["status"] == status} for status in ("sent", "unconfirmed"))
    assert sent <= there <= sent | doubtful, "what may be out is shown as unconfirmed"
    assert len(doubtful) <= 1
    for message in messages:
        if message["status"] == "unconfirmed":
            answer = "--sent" if message["subject"] in there else "--not-sent"
            result = outreach("queue", "settle", str(message["id"]), answer, folder=folder, env=env)
            assert result.returncode == 0, result.stderr


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(RUNS))
def test_killed_again_and_again_every_post_is_out_exactly_once(due: Path, outreach: Command, seed: int) -> None:
    chance = random.Random(seed)
    with networks() as found:
        env = found.environment
        for _ in range(KILLS):
            run_and_kill(due, env, found.trigger, chance)
            statuses = {message["status"] for message in listing(outreach, due, env)}
            assert statuses <= {"queued", "sent", "unconfirmed"}
            settle_on_x(outreach, due, env, found)
        finished = outreach("queue", "run", "--json", folder=due, env=env)
        assert finished.returncode == 0, finished.stderr
        assert all(Counter(shown) == Counter(texts()) for shown in found.shown.values())
        assert found.taken == dict.fromkeys(PATHS, POSTS)
        messages = listing(outreach, due, env)
    assert {message["status"] for message in messages} == {"sent"}
    assert all(message["address"] for message in messages)


def test_a_post_that_a_slow_server_is_still_at_work_on_is_not_sent_again(
    campaign_folder: Path, outreach: Command
) -> None:
    """No key helps here: a server may read it long before it stores it (mastodon/mastodon#37879)."""
    with Instance(Fault(PATHS["mastodon"], method="POST", slow=4)) as server:
        server.keeps_keys = False
        env = {**instance(server.url), **AT_ONCE, "OUTREACH_MASTODON__TIMEOUT": "1"}
        command = ("post", "--case", "beacon", "--only", "solidarity", "--language", "en", "--yes", "--after-deadline")
        outreach(*command, folder=campaign_folder, env=env)
        for _ in range(60):
            [post] = listing(outreach, campaign_folder, env)
            if post["status"] == "sent":
                break
            assert post["status"] == "unconfirmed"
            outreach("queue", "run", folder=campaign_folder, env=env)
        assert (post["status"], len(server.texts)) == ("sent", 1)


def test_two_runs_at_once_publish_every_post_once(due: Path) -> None:
    with networks() as found:
        env = found.environment
        command = ["-C", str(due), "queue", "run", "--watch", "--json"]
        pipe = subprocess.PIPE
        runs = [Process(command, env=environment(env), stdout=pipe, stderr=pipe, text=True) for _ in range(2)]
        ended = [run.communicate(timeout=120) for run in runs]
        assert [run.returncode for run in runs] == [0, 0], ended
        assert sum(json.loads(output)["sent"] for output, _ in ended) == 3 * POSTS
        assert found.taken == dict.fromkeys(PATHS, POSTS)
        assert all(sorted(shown) == sorted(texts()) for shown in found.shown.values())
        replies = [post.parent for post in found.x.posts if post.text in ("Second", "Third")]
    assert all(replies)
