"""Classifying and matching: messages a second, against 100,000 sent letters of about 8 KB each, in batches of 100.

The messages are what comes back, each about another letter: replies with the whole letter quoted below, out-of-office,
bounces, and replies that no header ties.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import insert

from outreach.db.engine import reading, writing
from outreach.inbox.classify.classify import classify
from outreach.inbox.matching.addressbook import AddressBook
from outreach.inbox.matching.letters import LetterIndex, OutboxLetter
from outreach.inbox.matching.match import Match, match
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key, messages
from outreach.outbox.reference import reference
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from tests.inbox.letterboxes import bounce, mail, registry_with, reply, settings_for
from tests.outbox.outboxes import NOON, open_test_outbox

LETTERS, MESSAGES, BATCH = 100_000, 2_000, 100
STATES = [f"S{number:03d}" for number in range(200)]
ROUNDS = ("first", "reminder", "thanks")
ALLOWED = 1_000  # messages a second
WORDS = "the office received the report and members of the delegation spoke of it in public before the session "
CONTENT = (WORDS * 80)[:8000].encode()


def letters(outbox: Outbox) -> Iterator[tuple[Key, OutboxLetter]]:
    """Letters to 200 missions about many cases, all sent, with their keys."""
    for number in range(LETTERS):
        state, nth = STATES[number % len(STATES)], number // len(STATES)
        key = Key(MessageKind.LETTER, f"ask-{nth % 20}", f"case-{nth // 60}", ROUNDS[nth // 20 % 3], "smtp", state)
        token = outbox.token(key)
        recipients = (f"geneva@{state.lower()}.example.org",)
        subject = f"{key.case}: reprisals, and what your delegation can do about {key.ask}"
        about = (key.ask, key.case, key.mission)
        yield key, OutboxLetter(number + 1, token, f"<{token}@example.org>", *about, recipients, subject, Status.SENT)


def store(outbox: Outbox, some: Sequence[tuple[Key, OutboxLetter]]) -> None:
    rows = [
        {
            **{name: getattr(one, name) for name in ("id", "token", "message_id", "ask", "case", "mission")},
            "kind": key.kind.value,
            "round": key.round,
            "channel": "smtp",
            "part": "",
            "language": "en",
            "recipients": one.recipients[0],
            "subject": one.subject,
            "content": CONTENT,
            "queued_at": NOON,
            "status": one.status.value,
            "attempts": 1,
            "not_before": NOON,
            "claimed_by": "",
            "lease_until": None,
            "detail": "",
            "taken_at": NOON,
        }
        for key, one in some
    ]
    with writing(outbox.engine) as connection:
        connection.execute(insert(messages), rows)


def what_comes_back(letter: OutboxLetter, number: int) -> bytes:
    """In twenty: seven bounces, three automatic answers, and ten replies, one without any header that ties it."""
    shown = f"> Our reference: {reference(letter.token)}\r\n"
    quoted = "\r\n".join(f"> {WORDS}" for _ in range(80)) + "\r\n"
    answer = f"Dear colleagues,\r\n\r\nOur delegation will raise the case.\r\n\r\n{quoted}"
    match number % 20:
        case 0 | 1 | 2 | 3 | 4 | 5 | 6:
            return bounce(letter)
        case 7 | 8 | 9:
            return reply(letter, text="I am out of office until Monday.\r\n", Auto_Submitted="auto-replied")
        case 10 | 11:
            return reply(letter, sender="new.colleague@elsewhere.invalid", text=answer + shown)
        case 12:
            return mail(letter.recipients[0], f"Re: {letter.subject}", answer)
        case _:
            return reply(letter, text=answer + shown)


def matched(outbox: Outbox, raw: Sequence[bytes]) -> list[Match]:
    """As the inbox does it: one snapshot a batch, one address book for all."""
    registry = registry_with(**{state: f"geneva@{state.lower()}.example.org" for state in STATES})
    settings = settings_for()
    book = AddressBook(registry, settings)
    found = []
    for start in range(0, len(raw), BATCH):
        with reading(outbox.engine) as connection:
            known = LetterIndex(connection, registry, settings, book)
            found += [match(classify(one), known) for one in raw[start : start + BATCH]]
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        outbox = open_test_outbox(Path(folder) / "outreach.db")
        sent = list(letters(outbox))
        for start in range(0, LETTERS, 5_000):
            store(outbox, sent[start : start + 5_000])
        raw = [what_comes_back(sent[number * 47 % LETTERS][1], number) for number in range(MESSAGES)]
        matched(outbox, raw[:BATCH])
        started, worked = time.perf_counter(), time.process_time()
        found = matched(outbox, raw)
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
        outbox.engine.dispose()
    tied = sum(bool(one.ties) for one in found)
    size = sum(map(len, raw)) / MESSAGES / 1000
    print(f"classifying and matching {MESSAGES} messages of {size:.1f} kB against {LETTERS} letters, {tied} tied:")
    print(f"  {1000 * worked / MESSAGES:.2f} ms of a processor a message")
    print(
        f"  {MESSAGES / seconds:.0f} messages a second = {MESSAGES / seconds / ALLOWED:.2f} × the {ALLOWED} asked for"
    )


if __name__ == "__main__":
    main()
