"""Durable sending: letters a second through SMTP into a fast sink, every status on disk (WAL, synchronous=FULL)."""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from outreach.channels.smtp.channel import SmtpChannel
from outreach.db.engine import writing
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Key, Scope
from outreach.outbox.queue import enqueue
from outreach.outbox.sending.worker import ReturnPath, Worker
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.settings.mail import SmtpSettings
from tests.outbox.outboxes import open_test_outbox

LETTERS = 10_000
CONNECTIONS = 10
BODY = b"".join(b"A line of a letter, about as long as lines of letters are, number %04d.\r\n" % i for i in range(140))


def draft(number: int) -> Draft:
    token = f"token{number:08d}"
    content = f"Message-ID: <{token}@example.org>\r\nSubject: Letter {number}\r\n\r\n".encode() + BODY
    key = Key(MessageKind.LETTER, "hrc51", "viasna", "first", "smtp", f"M{number}")
    recipients = (f"m{number}@example.org",)
    return Draft(key, token, f"<{token}@example.org>", "en", recipients, f"Letter {number}", content)


def memory() -> float:
    """The largest this process has been, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(letters: int, folder: Path) -> tuple[float, float, dict[str, int]]:
    """Letters a second, MiB grown while sending, and what the sink counted."""
    outbox = open_test_outbox(folder / f"{letters}.db")
    with writing(outbox.engine) as connection:
        enqueue(connection, (draft(number) for number in range(letters)), now(), "bench")
    command = [sys.executable, "-m", "tests.channels.smtp.smtp_server", "--port", "0", "--sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout
        port = json.loads(sink.stdout.readline())["port"]
        settings = SmtpSettings(host="127.0.0.1", port=port, security="none", connections=CONNECTIONS)
        envelope = ReturnPath(lambda token: f"bounces+{token}@example.org")
        before, started = memory(), time.perf_counter()
        outcome = asyncio.run(Worker(outbox, SmtpChannel(settings), envelope, Scope()).run())
        seconds = time.perf_counter() - started
        answer, _ = sink.communicate()
        counted: dict[str, int] = json.loads(answer)
    assert outcome.counts == {Status.SENT: letters}, outcome
    return letters / seconds, memory() - before, counted


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure(500, Path(folder))
        rate, grown, counted = measure(LETTERS, Path(folder))
    print(f"durable SMTP sending, {CONNECTIONS} connections, {LETTERS} letters of {len(BODY) / 1000:.0f} kB:")
    print(f"  {rate:,.0f} letters/s = {rate / 1000:.2f} × the 1,000/s asked for; memory grew by {grown:.1f} MiB")
    print(f"  the sink counted {counted['messages']} messages, {counted['duplicates']} duplicates")


if __name__ == "__main__":
    main()
