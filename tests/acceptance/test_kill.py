"""kill -9 at random points of a run of 200 letters, a hundred times: nothing doubled, nothing lost.

A real command in a process of its own, a real SMTP server, a real database. After each kill the next command must
tell the truth: what was in flight is unconfirmed (at most one a connection), and everything else is queued or sent.
"""

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.channels.smtp.smtp_server import Phase, SmtpServer
from tests.conftest import Command, give_addresses, large_campaign_in, mail_server
from tests.processes import Process, environment, in_a_process

RUNS = 10
KILLS = 10  # of each run: a hundred in all
CONNECTIONS = 4
EACH = 12  # letters that a killed `send` queues
PATIENCE = 120  # seconds until what a kill waits for is there; a busy machine took more than 20
# Letters for one case, for two, and for each of these two to those whom no such letter goes to; what waits counts, too.
SENDS = ((("beacon",), "76"), (("specimen", "sample"), "40"), (("specimen",), "76"), (("sample",), "76"))
ON_DISK = Path("/var/tmp")  # FHS 3.0, section 5.15: it outlives a restart, so it is never memory
ENOUGH = 180  # letters, for all kills of a run


@dataclass(frozen=True)
class Queued:
    """A campaign whose letters wait, and their Message-IDs."""

    folder: Path
    message_ids: set[str]


def settings(port: int) -> dict[str, str]:
    return mail_server(port, connections=str(CONNECTIONS), per_minute="0")


def listing(outreach: Command, folder: Path, env: dict[str, str]) -> list[dict[str, object]]:
    result = outreach("queue", "list", "--json", folder=folder, env=env)
    assert result.returncode == 0, result.stderr
    messages: list[dict[str, object]] = json.loads(result.stdout)
    return messages


@pytest.fixture(scope="module")
def queued(tmp_path_factory: pytest.TempPathFactory) -> Queued:
    """Letters that were queued while the server was away; made once, and copied for each run."""
    folder = large_campaign_in(tmp_path_factory.mktemp("queued"))
    give_addresses(folder)
    with SmtpServer() as server:
        away = settings(server.port)
    number = 0
    for slugs, limit in SENDS:
        cases = [word for slug in slugs for word in ("--case", slug)]
        arguments = ("send", *cases, "--yes", "--after-deadline", "--limit", limit, "--json")
        result = in_a_process(*arguments, folder=folder, env=away)
        number += json.loads(result.stdout)["queued"]
    assert number >= ENOUGH
    in_a_process("queue", "retry", "--all", folder=folder, env=away)
    messages = listing(in_a_process, folder, away)
    assert Counter(message["status"] for message in messages) == {"queued": number}
    return Queued(folder, {str(message["message_id"]) for message in messages})


def run_and_kill(folder: Path, env: dict[str, str], server: SmtpServer, after: int, phase: str) -> None:
    """Start the queue, and kill it as soon as the server has reached `phase` so many times more."""
    command = ["-C", str(folder), "queue", "run"]
    pipe = subprocess.DEVNULL
    with Process(command, env=environment(env), stdout=pipe, stderr=pipe) as process:
        server.wait_for(phase, server.times[phase] + after)  # type: ignore[arg-type, index]
        process.send_signal(signal.SIGKILL)


def settle(
    outreach: Command, folder: Path, env: dict[str, str], doubtful: list[dict[str, object]], server: SmtpServer
) -> None:
    """Do what a person does who looks into the archive mailbox: say of each unconfirmed one whether it arrived."""
    arrived = {message.message_id for message in server.messages}
    for answer in ("--sent", "--not-sent"):
        ids = [str(m["id"]) for m in doubtful if (m["message_id"] in arrived) == (answer == "--sent")]
        if ids:
            assert outreach("queue", "settle", *ids, answer, folder=folder, env=env).returncode == 0


def next_command_tells_the_truth(
    outreach: Command, folder: Path, env: dict[str, str], server: SmtpServer
) -> list[dict[str, object]]:
    """Nothing is said to be on its way, at most one a connection is in doubt, and what is said to be sent arrived."""
    messages = listing(outreach, folder, env)
    assert {message["status"] for message in messages} <= {"queued", "sent", "unconfirmed"}
    arrived = {message.message_id for message in server.messages}
    assert {str(message["message_id"]) for message in messages if message["status"] == "sent"} <= arrived
    doubtful = [message for message in messages if message["status"] == "unconfirmed"]
    assert len(doubtful) <= CONNECTIONS
    return doubtful


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(RUNS))
def test_killed_again_and_again_every_letter_arrives_exactly_once(
    queued: Queued, tmp_path: Path, outreach: Command, seed: int
) -> None:
    chance = random.Random(seed)
    campaign_folder = Path(shutil.copytree(queued.folder, tmp_path / "campaign"))
    with SmtpServer() as server:
        env = settings(server.port)
        for _ in range(KILLS):
            phase = chance.choice(["mail", "rcpt", "data", "body", "dot"])
            run_and_kill(campaign_folder, env, server, chance.randint(1, 15), phase)
            doubtful = next_command_tells_the_truth(outreach, campaign_folder, env, server)
            settle(outreach, campaign_folder, env, doubtful, server)
        finished = outreach("queue", "run", "--json", folder=campaign_folder, env=env)
        assert finished.returncode == 0, finished.stderr
    assert Counter(message.message_id for message in server.messages) == dict.fromkeys(queued.message_ids, 1)
    assert {message["status"] for message in listing(outreach, campaign_folder, env)} == {"sent"}


def size(path: Path) -> int:
    """In bytes; -1 for a file that is not there."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1


class KilledSend:
    """`outreach send`, again and again on the same folder, each time killed when something that it does is seen.

    `stages` counts where the kills fell, judged by what each left behind.
    """

    def __init__(self, folder: Path, server: SmtpServer, states: list[str]) -> None:
        self.database = folder / "outreach.db"
        self.log = folder / "outreach.db-wal"
        self.draft = folder / "outreach.db.making"  # what the database is called until it is whole
        self.server = server
        self.stages: Counter[str] = Counter()
        arguments = ["send", "--case", "beacon", "--yes", "--after-deadline", "--to"]
        self._command = ["-C", str(folder), *arguments]
        self._states = states
        self._env = environment(settings(server.port))

    def until(self, seen: Callable[[], bool]) -> None:
        self._close_database()
        connections, pipe = self.server.connections, subprocess.DEVNULL
        before = self._queued()
        new = [state for state in self._states if state not in before][:EACH] or self._states[:1]
        command = [*self._command, ",".join(new)]
        with Process(command, env=self._env, stdout=pipe, stderr=pipe) as process:
            deadline = time.monotonic() + PATIENCE
            while not seen():  # without a pause: what is looked for lasts a few milliseconds
                assert process.poll() is None, "it ended before that was seen"
                assert time.monotonic() < deadline
            process.kill()
        self.stages[self._stage(connections)] += 1
        assert self._queued() in (before, before | set(new)), "all queued, or none"

    def when_logged(self, least: int) -> None:
        """Kill when the write-ahead log is there and has so many bytes."""
        self.until(lambda: size(self.log) >= least)

    def when_reached(self, phase: Phase, times: int) -> None:
        """Kill when the server has reached this phase so many times more."""
        goal = self.server.times[phase] + times
        self.until(lambda: self.server.times[phase] >= goal)

    def _close_database(self) -> None:
        """Leave no write-ahead log behind, so that the next one is the work of the run to be killed."""
        if self.database.exists():
            with closing(sqlite3.connect(self.database)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert size(self.log) == -1

    def _queued(self) -> set[str]:
        """The missions that have a letter in the outbox."""
        if not self.database.exists():
            return set()
        with closing(sqlite3.connect(self.database)) as connection:
            return {mission for (mission,) in connection.execute("SELECT mission FROM messages")}

    def _stage(self, connections: int) -> str:
        if not self.database.exists():
            return "making the database" if self.draft.exists() else "starting"
        if self.server.connections > connections:
            return "sending"
        return "queueing" if size(self.log) > 0 else "planning"


@pytest.fixture
def campaign_on_disk(campaign_folder: Path) -> Iterator[Path]:
    """The campaign on a disk: in memory a database is made in less time than it takes to see it."""
    with TemporaryDirectory(dir=ON_DISK if ON_DISK.is_dir() else None) as folder:
        yield Path(shutil.copytree(campaign_folder, Path(folder, "campaign")))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_send_itself_killed_at_any_stage_leaves_no_letter_doubled_or_lost(
    campaign_on_disk: Path, outreach: Command
) -> None:
    """While it starts, makes the database, plans, queues or sends; each of these at least once."""
    campaign_folder = campaign_on_disk
    chance = random.Random(2022)
    states = give_addresses(campaign_folder)
    with SmtpServer() as server:
        env = settings(server.port)
        killed = KilledSend(campaign_folder, server, states)
        killed.until(lambda: True)
        killed.until(killed.draft.exists)
        killed.until(lambda: size(Path(f"{killed.draft}-wal")) > 0)  # the schema is being written
        killed.until(killed.database.exists)
        assert server.connections == 0
        moments = [
            lambda: killed.when_logged(0),  # the database was opened
            *(partial(killed.when_logged, chance.randrange(1, 60_000)) for _ in range(4)),  # letters are being written
            partial(killed.when_reached, "connect", chance.randint(1, CONNECTIONS)),
            *(partial(killed.when_reached, phase, chance.randint(1, 8)) for phase in ("mail", "data", "body", "dot")),
        ]
        for kill in moments:
            kill()
            doubtful = next_command_tells_the_truth(outreach, campaign_folder, env, server)
            settle(outreach, campaign_folder, env, doubtful, server)
        arguments = ("send", "--case", "beacon", "--to", "all", "--yes", "--after-deadline")
        result = outreach(*arguments, folder=campaign_folder, env=env)
        assert result.returncode == 0, result.stderr
    assert set(killed.stages) >= {"starting", "making the database", "planning", "queueing", "sending"}, killed.stages
    asked = Counter(message.recipients[0] for message in server.messages)
    assert asked == {f"{state.lower()}@{state.lower()}.example.org": 1 for state in states}
