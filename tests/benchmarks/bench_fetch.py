"""`outreach inbox fetch` of 1,000 messages from a local Dovecot: the whole command, all of it durable on disk."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import REPOSITORY, give_addresses
from tests.inbox.mailbox.imap_servers import DOVECOT, Dovecot
from tests.processes import environment

MESSAGES = 1_000
ALLOWED = 3.0  # seconds
WORDS = "\r\n".join("A line of an answer, about as long as lines of answers are." for _ in range(40))


def message(number: int) -> bytes:
    return (
        f"Received: from mx.example.org by mail.example.org; Mon, 05 Sep 2022 10:00:0{number % 10} +0200\r\n"
        f"From: A. Example <a.example{number}@deu.example.org>\r\nTo: campaign@example.org\r\n"
        f"Subject: Re: The case of Viasna {number}\r\nMessage-ID: <{number}@deu.example.org>\r\n"
        f"In-Reply-To: <nothing-{number}@example.org>\r\nDate: Mon, 05 Sep 2022 10:00:00 +0200\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\nDear colleagues,\r\n{WORDS}\r\n\r\n"
        f"On Monday, campaign@example.org wrote:\r\n> Excellency,\r\n> {WORDS.replace(chr(10), chr(10) + '> ')}\r\n"
    ).encode()


def measure(folder: Path) -> float:
    """Seconds from typing the command to its end."""
    for name in ("contacts", "cases", "templates"):
        shutil.copytree(REPOSITORY / name, folder / name)
    shutil.copy(REPOSITORY / "outreach.toml", folder)
    give_addresses(folder)
    with Dovecot() as server:
        server.deliver(*map(message, range(MESSAGES)))
        command = [sys.executable, "-m", "outreach", "-C", str(folder), "inbox", "fetch"]
        started = time.perf_counter()
        run = subprocess.run(command, env=environment(server.env()), capture_output=True, text=True)
        seconds = time.perf_counter() - started
    assert len(list((folder / "outreach.inbox").glob("*/*.eml"))) == MESSAGES, run.stderr
    return seconds


def main() -> None:
    if not Path(DOVECOT).exists():
        print("Dovecot is not installed (dovecot-imapd)")
        return
    seconds = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            seconds.append(measure(Path(folder)))
    best, size = min(seconds), len(message(0)) / 1000
    print(f"inbox fetch, {MESSAGES:,} messages of {size:.0f} kB from a local Dovecot, every one durable on disk:")
    tries = ", ".join(f"{each:.2f}" for each in seconds)
    print(f"  {best:.2f} s (of {tries}) = {best / ALLOWED:.2f} × the {ALLOWED:g} s allowed")


if __name__ == "__main__":
    main()
