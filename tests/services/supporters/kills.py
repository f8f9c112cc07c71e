"""kill -9 while an update goes to many members: what a server got of it, counted. For a test and a benchmark."""

import json
import random
import signal
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from outreach.db.engine import reading, writing
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import messages
from outreach.outbox.queue import entries
from outreach.outbox.status import Status
from outreach.outbox.store import now
from tests.channels.smtp.smtp_server import SmtpServer
from tests.conftest import mail_server
from tests.processes import Process, environment, in_a_process
from tests.services.supporters.lists import SLUG, fill_list, write_update
from tests.supporters.stores import KEY, open_here

CONNECTIONS = 2
PHASES = ("mail", "rcpt", "data", "body", "dot")
WEB = {
    "OUTREACH_WEB__KEY": KEY,
    "OUTREACH_WEB__PUBLIC_URL": "https://forms.example.org/",
    "OUTREACH_RETURNS__ADDRESS": "list+{token}@example.org",
    "OUTREACH_LIST__PER_MINUTE": "0",
}


@dataclass(frozen=True)
class Found:
    """What was found in the end: members that got it twice, or never; how many mails a kill left in doubt, at most."""

    twice: int
    lost: int
    in_doubt: int
    statuses: dict[str, int]


def killed_again_and_again(folder: Path, number: int, kills: int, chance: random.Random) -> Found:
    """Send an update to so many members, killed so often, and once to its end; who is in doubt is asked the server."""
    write_update(folder)
    store = open_here(folder)
    fill_list(store, number, now())
    most = 0
    with SmtpServer() as server:
        env = {**mail_server(server.port, connections=str(CONNECTIONS)), **WEB}
        _queue(folder, env, chance.uniform(0.2, 1.5))  # killed while it is queued, or not
        _queue(folder, env)
        for _ in range(kills):
            after = chance.randint(1, max(2, number // (kills + 1)))
            _run_and_kill(folder, env, server, after, chance.choice(PHASES))
            most = max(most, _settle(folder, env, server))
        done = in_a_process("queue", "run", "--json", folder=folder, env=env)
        assert done.returncode == 0, done.stderr
    got = Counter(taken.recipients for taken in server.messages)
    with reading(store.engine) as connection:
        ends = Counter(connection.scalars(select(messages.c.status)))
    wanted = {(f"m{who}@example.org",) for who in range(1, number + 1)}
    return Found(sum(times > 1 for times in got.values()), len(wanted - got.keys()), most, dict(ends))


def _queue(folder: Path, env: dict[str, str], dies_after: float = 120) -> None:
    command = ["-C", str(folder), "update", SLUG, "--yes"]
    quiet = subprocess.DEVNULL
    with Process(command, env=environment(env), stdout=quiet, stderr=quiet) as process:
        try:
            process.wait(dies_after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)


def _run_and_kill(folder: Path, env: dict[str, str], server: SmtpServer, after: int, phase: str) -> None:
    quiet = subprocess.DEVNULL
    with Process(["-C", str(folder), "queue", "run"], env=environment(env), stdout=quiet, stderr=quiet) as process:
        server.wait_for(phase, server.times[phase] + after, timeout=120)  # type: ignore[arg-type, index]
        process.send_signal(signal.SIGKILL)


def _settle(folder: Path, env: dict[str, str], server: SmtpServer) -> int:
    """Find what is in doubt, as the next command does, and settle each as the server knows; give how many."""
    told = in_a_process("update", SLUG, "--dry-run", "--json", folder=folder, env=env)
    doubtful: int = json.loads(told.stdout)["in_doubt"]
    if doubtful:
        _settle_each(folder, {taken.message_id for taken in server.messages})
    return doubtful


def _settle_each(folder: Path, arrived: set[str]) -> None:
    store = open_here(folder)
    with writing(store.engine) as connection:
        doubtful = entries(connection, statuses=[Status.UNCONFIRMED])
        steps = [
            Transition(
                each.id,
                Status.UNCONFIRMED,
                Status.SENT if each.message_id in arrived else Status.QUEUED,
                now(),
                "a test",
            )
            for each in doubtful
        ]
        advance(connection, steps)
    store.engine.dispose()
