"""Every step of a conversation with a mail server, and every way in which it goes wrong there; and what became of three
letters of which the first met it.

A run over the server with the fault, then one over the same server, well again, as often as something waits. In between
a person settles what is in doubt by what the server truly has, and queues again what was refused or put off.
"""

import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import trustme

from outreach.cli.common.running import _failure_lines, reasons
from outreach.db.engine import writing
from outreach.outbox.models import Entry
from outreach.outbox.queue import change_by_person
from outreach.outbox.sending.outcome import Outcome
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from outreach.services.sending.running import RunResult
from tests.channels.smtp.certificates import server_context
from tests.channels.smtp.smtp_server import Fault, Phase, Script, SmtpServer, refusing_port
from tests.outbox.outboxes import listing, open_test_outbox, queue_letters
from tests.outbox.sending.workers import smtp, work

LETTERS = 3
SHORT = 0.7  # seconds: the limit in every phase, where the server is silent
USERS = {"team@example.org": "a password"}
STEPS: tuple[Phase, ...] = (
    "connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "rset", "quit",
)  # fmt: skip
OPENING = ("connect", "ehlo", "starttls", "auth")
HOW: dict[str, dict[str, object]] = {
    "cut": {"drop": True},
    "half an answer, cut": {"reply": b"25", "drop": True},
    "garbage": {"reply": b"\xff\xfe garbage\r\n"},
    "silent": {"silent": True},
    "late": {"hold": True},
    "421": {"reply": "421 4.3.2 going down", "drop": True},
    "4xx": {"reply": "451 4.3.0 later"},
    "5xx": {"reply": "554 5.0.0 no"},
    "5.7.x": {"reply": "554 5.7.1 not this"},
    "5xx, cut": {"reply": "554 5.0.0 no", "drop": True},
    "5xx, then 421": {"reply": b"554 5.0.0 no\r\n421 4.3.2 good-bye\r\n", "drop": True},
    "299": {"reply": "299 2.0.0 what"},
    "354": {"reply": "354 more"},
}
ABOUT_US = {"5xx", "5.7.x", "5xx, cut", "5xx, then 421"}  # while opening, and at MAIL


@dataclass(frozen=True, slots=True)
class Row:
    """A fault, which strikes once; `pauses`: it is about us, so that the run ends. `stays` are letters, beside the
    first, that need not go in the first run."""

    name: str
    faults: tuple[Fault, ...] = ()
    pauses: bool = False
    stays: int = 0
    nobody_listens: bool = False

    @property
    def timed(self) -> bool:
        return any(fault.silent or fault.hold for fault in self.faults)

    @property
    def logged_in(self) -> bool:
        return any(fault.phase in ("starttls", "auth") for fault in self.faults)


@dataclass(slots=True)
class Result:
    """What became of it. `first` are the letters' statuses after the first run, in their order."""

    first: list[Status] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)
    unconfirmed: int = 0
    duplicates: int = 0
    lost: int = 0
    falsely_sent: int = 0
    open: int = 0

    @property
    def words(self) -> str:
        """What the screen says of what did not go."""
        run = RunResult((self.outcome,), 0, 0, 0, 0, 0, None, None)
        return " ".join(" ".join([*_failure_lines(run.failures), *reasons(run)]).split())


def rows() -> list[Row]:
    """Give all of them."""
    return [*(_row(step, how) for step in STEPS for how in HOW), *SPECIAL]


def _row(step: Phase, how: str) -> Row:
    fault = Fault(step, nth=1, **HOW[how])  # type: ignore[arg-type]
    before = (Fault("rcpt", "451 4.7.1 greylisted", nth=1),) if step == "rset" else ()
    pauses = (how in ABOUT_US and step in (*OPENING, "mail")) or (step == "starttls" and how == "4xx")
    return Row(f"{step}: {how}", (*before, fault), pauses, LETTERS - 1 if pauses else 0)


SPECIAL = [
    Row("connect: refused", stays=LETTERS - 1, nobody_listens=True),
    Row("dot: taken, cut", (Fault("dot", drop=True, take=True, nth=1),)),
    Row("dot: taken, half an answer, cut", (Fault("dot", b"250 2.0", drop=True, take=True, nth=1),)),
    Row("dot: taken, silent", (Fault("dot", silent=True, take=True, nth=1),)),
    Row("dot: taken, late", (Fault("dot", hold=True, take=True, nth=1),)),
    Row("dot: taken, garbage", (Fault("dot", b"\xff\xfe\r\n", take=True, nth=1),)),
    Row("dot: taken, 250 and 421", (Fault("dot", b"250 ok\r\n421 bye\r\n", drop=True, take=True, nth=1),)),
    Row("dot: taken, 251", (Fault("dot", "251 2.0.0 will forward", nth=1),)),
    Row("dot: taken, 252", (Fault("dot", "252 2.0.0 will try", nth=1),)),
    Row("dot: 250, then 554", (Fault("dot", b"250 ok\r\n554 no\r\n", take=True, nth=1),)),
    # A refusal that was on its way before our dot, from a server that takes the letter all the same.
    Row("body: 421, not cut", (Fault("body", "421 4.3.2 going down", nth=1),)),
    Row("body: 5xx, rest thrown away", (Fault("body", "554 5.0.0 no", nth=1), Fault("dot", mute=True, nth=1))),
    *(
        Row(f"dot: {refusal[:3]}, taken, {name}", (Fault("dot", refusal, take=True, nth=1), then))
        for refusal in ("554 5.0.0 no", "451 4.3.0 later")
        for name, then in {
            "250 after it": Fault("quit", b"250 2.0.0 taken\r\n221 bye\r\n", drop=True, nth=1),
            "half a 250": Fault("quit", b"25", drop=True, nth=1),
            "silent": Fault("quit", silent=True, nth=1),
        }.items()
    ),
    Row("dot: 5xx, QUIT refused", (Fault("dot", "554 5.0.0 no", nth=1), Fault("quit", "500 what?", nth=1))),
]


def run(row: Row, folder: Path) -> Result:
    """Send three letters; `folder` is an empty one."""
    outbox, result = _outbox(folder), Result()
    more: dict[str, object] = {"timeout": SHORT if row.timed else 10}
    script = Script(faults=row.faults)
    if row.logged_in:
        authority, file = _authority()
        script = replace(script, tls=server_context(authority), users=USERS)
        [(name, password)] = USERS.items()
        more |= {"security": "starttls", "username": name, "password": password, "ca_file": str(file)}
    with SmtpServer(script) as server:
        if row.nobody_listens:
            with refusing_port() as port:
                result.outcome = work(outbox, smtp(port, **more))
        else:
            result.outcome = work(outbox, smtp(server.port, **more))
        server.release_and_see()
        server.hang_up()
        result.first = [entry.status for entry in listing(outbox)]
        _look(result, outbox, server)
        server.script = replace(script, faults=())
        for _ in range(3):
            if not _decide(outbox, server):
                break
            work(outbox, smtp(server.port, **{**more, "timeout": 10}))
            _look(result, outbox, server)
        result.open = sum(entry.status is not Status.SENT for entry in listing(outbox))
        arrived = Counter(message.message_id for message in server.messages)
    result.duplicates = sum(number - 1 for number in arrived.values())
    result.lost = sum(not arrived[entry.message_id] for entry in listing(outbox))
    outbox.engine.dispose()
    return result


def _outbox(folder: Path) -> Outbox:
    """Three letters that wait, copied from a file, since making one anew takes much longer."""
    return open_test_outbox(Path(shutil.copy(_three_letters(), folder / "outbox.db")))


@cache
def _three_letters() -> Path:
    path = Path(mkdtemp()) / "outbox.db"
    outbox = open_test_outbox(path)
    queue_letters(outbox, LETTERS)
    outbox.engine.dispose()
    return path


@cache
def _authority() -> tuple[trustme.CA, Path]:
    authority, file = trustme.CA(), Path(mkdtemp()) / "authority.pem"
    authority.cert_pem.write_to_path(file)
    return authority, file


def _look(result: Result, outbox: Outbox, server: SmtpServer) -> None:
    """Compare what the outbox says with what the server has."""
    arrived = {message.message_id for message in server.messages}
    found = listing(outbox)
    result.falsely_sent += sum(entry.status is Status.SENT and entry.message_id not in arrived for entry in found)
    result.unconfirmed += sum(entry.status is Status.UNCONFIRMED for entry in found)


def _decide(outbox: Outbox, server: SmtpServer) -> int:
    """Do what a person does: settle by what arrived, and queue again the rest; how many there are to send."""
    arrived = {message.message_id for message in server.messages}
    found = listing(outbox)
    there = [e for e in found if e.status is Status.UNCONFIRMED and e.message_id in arrived]
    again = [e for e in found if e not in there and e.status not in (Status.SENT, Status.QUEUED)]
    _change(outbox, there, Status.SENT)
    _change(outbox, again, Status.QUEUED)
    return len(again) + sum(entry.status is Status.QUEUED for entry in found)


def _change(outbox: Outbox, chosen: list[Entry], to: Status) -> None:
    if chosen:
        with writing(outbox.engine) as connection:
            change_by_person(connection, chosen, to, now(), "test", "")
