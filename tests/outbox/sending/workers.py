"""Runs of a real worker for tests, and what another machine makes of what this one holds."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from outreach.channels.base import Channel
from outreach.channels.smtp.channel import SmtpChannel
from outreach.channels.smtp.phases import PhaseTimes
from outreach.db.engine import writing
from outreach.outbox import process as holder
from outreach.outbox.models import Scope
from outreach.outbox.queue import LEASE, change_by_person, recover
from outreach.outbox.sending.outcome import Outcome, ReturnPath
from outreach.outbox.sending.worker import Worker
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from outreach.settings.mail import SmtpSettings
from tests.channels.smtp.smtp_server import Fault, Phase, Script, SmtpServer
from tests.outbox.outboxes import listing

ENVELOPE = ReturnPath(lambda token: f"bounces+{token}@example.org")


def smtp(port: int, connections: int = 1, **more: object) -> SmtpChannel:
    settings = {"host": "127.0.0.1", "port": port, "security": "none", "connections": connections, "timeout": 5, **more}
    given = SmtpSettings.model_validate(settings)
    return SmtpChannel(given, times=PhaseTimes(given.timeout, given.timeout, given.timeout, given.timeout))


def work(outbox: Outbox, channel: Channel) -> Outcome:
    return asyncio.run(Worker(outbox, channel, ENVELOPE, Scope()).run())


def statuses(outbox: Outbox) -> list[Status]:
    return [entry.status for entry in listing(outbox)]


def retry_all(outbox: Outbox) -> None:
    chosen = [entry for entry in listing(outbox) if entry.status is Status.DEFERRED]
    with writing(outbox.engine) as connection:
        change_by_person(connection, chosen, Status.QUEUED, now(), "test", "")


def by_message_id(outbox: Outbox, *wanted: Status) -> set[str]:
    return {entry.message_id for entry in listing(outbox) if entry.status in wanted}


def recover_elsewhere(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> int:
    """What a command on another machine does with what this process holds, a minute after the lease ran out."""
    with monkeypatch.context() as there, writing(outbox.engine) as connection:
        there.setattr(holder, "HOST", "another-machine")
        return recover(connection, now() + LEASE + timedelta(minutes=1), "test, elsewhere")


def held_at(phase: Phase, reply: str = "") -> Script:
    """A server that waits for `release` before it answers the first time at this phase."""
    return Script(faults=(Fault(phase, reply, hold=True, nth=1),))


TAKES_LATE = held_at("dot", "250 2.0.0 taken")


def work_while(
    outbox: Outbox, server: SmtpServer, phase: Phase, meanwhile: Callable[[], object], connections: int = 1
) -> Outcome:
    """Run a worker; while the server holds its answer at this phase, something else happens."""

    async def run() -> Outcome:
        task = asyncio.create_task(Worker(outbox, smtp(server.port, connections), ENVELOPE, Scope()).run())
        await asyncio.to_thread(server.wait_for, phase)
        await asyncio.to_thread(meanwhile)
        server.release()
        return await task

    return asyncio.run(run())
