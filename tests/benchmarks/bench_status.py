"""`outreach status` as a whole command, over 100,000 messages, their ledger and 10,000 messages that came back."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, product
from pathlib import Path

from sqlalchemy import Connection, insert

from outreach.campaign import load_campaign
from outreach.db.engine import open_database, writing
from outreach.db.sqlite import sqlite_file
from outreach.inbox.models import evidence, inbound, ties
from outreach.outbox.models import ledger, messages
from outreach.starter.make import make_campaign

MESSAGES, CAME_BACK, RUNS = 100_000, 10_000, 7
ALLOWED = 1.0
BODY = b"The office received the report, and members of the delegation spoke of it in public.\r\n" * 94  # 8 kB
SENT = datetime(2022, 9, 1, 12, 0, tzinfo=UTC)
ENDS = ("sent",) * 6 + ("delivered",) * 3 + ("bounced",)
KINDS = ("reply", "reply", "bounce", "auto-reply", "delivered")
Row = dict[str, object]


def letters(states: list[str], cases: list[str], asks: list[str]) -> Iterator[Row]:
    """As many letters as asked for: every State, case and ask, first letter, reminder and thanks."""
    keys = product(asks, ("first", "reminder", "thanks"), cases, states)
    for number, (ask, round_, case, state) in enumerate(islice(keys, MESSAGES), 1):
        token = f"token{number:021d}"
        yield {
            "id": number,
            "ask": ask,
            "case": case,
            "kind": "letter",
            "round": round_,
            "channel": "smtp",
            "mission": state,
            "part": "",
            "token": token,
            "message_id": f"<{token}@example.org>",
            "language": "en",
            "recipients": f"mission.{state.lower()}@{state.lower()}.example.org",
            "subject": f"Reprisals: letter {number}",
            "content": f"Message-ID: <{token}@example.org>\r\n\r\n".encode() + BODY,
            "queued_at": SENT,
            "status": ENDS[number % len(ENDS)],
            "attempts": 1,
            "not_before": SENT,
            "claimed_by": "",
            "lease_until": None,
            "detail": "250 2.0.0 Ok",
            "taken_at": SENT + timedelta(seconds=number),
        }


def history_of(letter: Row) -> Iterator[Row]:
    ways = (None, "queued", "claimed", "sending", "sent")
    for was, to in pairwise(ways):
        yield {
            "message": letter["id"],
            "at": SENT,
            "from_status": was,
            "to_status": to,
            "detail": "250 2.0.0 Ok" if to == "sent" else "",
            "actor": "bench/1/0.00",
        }


def came_back(number: int) -> Row:
    blank = ("rule", "fault", "recipient", "diagnostic", "sender_name", "message_id")
    kind = KINDS[number % len(KINDS)]
    return {
        **dict.fromkeys(blank, ""),
        "id": number,
        "digest": f"{number:064d}",
        "source": "imap",
        "origin": "INBOX",
        "kind": kind,
        "severity": "permanent" if kind == "bounce" else "",
        "code": "5.1.1" if kind == "bounce" else "",
        "sender": f"person{number}@example.org",
        "subject": f"Re: letter {number}",
        "arrived_at": SENT + timedelta(days=1, seconds=number),
        "stored_at": SENT + timedelta(days=2),
        "text": "We thank you for your letter.\n" * 20,
        "links": "[]",
        "headers": '[["Subject", "Re: letter"]]' * 20,
        "size": 4096,
        "new_address": number % 50 == 0,
    }


def tie(number: int, letter: Row) -> Row:
    about = {name: letter[name] for name in ("ask", "case", "mission")}
    how = {"matched_by": "in-reply-to", "certainty": 1.0, "at": SENT, "by": "bench", "removed_at": None}
    return {"inbound": number, "message": letter["id"], **about, **how}


def proof(number: int, letter: Row) -> Row:
    said = {name: came_back(number)[name] for name in ("kind", "severity", "code")}
    how = {"matched_by": "in-reply-to", "words": "no such user", "applied": True}
    return {"inbound": number, "message": letter["id"], "address": letter["recipients"], **said, **how}


def answered_letter(number: int) -> int:
    """Which letter a message is about: bounces are about those that bounced."""
    return number * 10 - 2 if came_back(number)["kind"] == "bounce" else number * 9


def fill(connection: Connection, rows: list[Row]) -> None:
    for start in range(0, len(rows), 10_000):
        some = rows[start : start + 10_000]
        connection.execute(insert(messages), some)
        connection.execute(insert(ledger), [entry for row in some for entry in history_of(row)])
    connection.execute(insert(inbound), [came_back(number) for number in range(1, CAME_BACK + 1)])
    # Every tenth stays without a tie: that is the desk's work, and status counts it.
    tied = {number: rows[answered_letter(number) % len(rows)] for number in range(1, CAME_BACK + 1) if number % 10}
    connection.execute(insert(ties), [tie(number, letter) for number, letter in tied.items()])
    connection.execute(insert(evidence), [proof(number, letter) for number, letter in tied.items()])


def make_outbox(folder: Path) -> None:
    """A campaign with all the asks in outreach.toml, and its outbox."""
    make_campaign(folder)
    text = "\n".join(f'text.{language} = "raise the case"' for language in ("en", "fr", "es"))
    asks = [f"hrc{number}" for number in range(60, 94)]
    with (folder / "outreach.toml").open("a", encoding="utf-8") as file:
        file.writelines(f'\n[[ask]]\nid = "{ask}"\nforum = "HRC"\ndate = 2030-03-01\n{text}\n' for ask in asks)
    campaign = load_campaign(folder)
    rows = list(letters(sorted(campaign.registry.states), sorted(campaign.cases), asks))
    engine = open_database(sqlite_file(folder / "outreach.db"))
    with writing(engine) as connection:
        fill(connection, rows)
    engine.dispose()


def median_seconds(folder: Path, *arguments: str) -> float:
    """The median wall time of a whole command, its output read, after one warm-up."""
    command = [sys.executable, "-m", "outreach", "-C", str(folder), *arguments]
    times = []
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.PIPE)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "campaign"
        make_outbox(folder)
        size = (folder / "outreach.db").stat().st_size / 1_000_000
        print(f"{MESSAGES:,} messages, {CAME_BACK:,} that came back, a database of {size:,.0f} MB:")
        for arguments in (("status",), ("status", "--case", "viasna", "--ask", "hrc60"), ("status", "--json")):
            seconds = median_seconds(folder, *arguments)
            print(
                f"  outreach {' '.join(arguments)}: {seconds:.2f} s = {seconds / ALLOWED:.2f} × the {ALLOWED} s allowed"
            )


if __name__ == "__main__":
    main()
