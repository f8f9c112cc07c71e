"""The one door, and what the database itself refuses."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Executable, insert, text
from sqlalchemy.exc import IntegrityError

from outreach.db.engine import reading, writing
from outreach.errors import StorageFailed
from outreach.outbox.ledger import LostClaim, Transition, Untold, advance, history, untold
from outreach.outbox.models import Scope, ledger
from outreach.outbox.queue import claim, enqueue
from outreach.outbox.status import ALLOWED, HELD, Status, is_allowed
from outreach.outbox.store import Outbox
from tests.outbox.outboxes import NOON, chain, draft, listing, open_test_outbox, queue_letters

EVER = list(Status)


def step(message: int, was: Status, to: Status, holder: str = "") -> Transition:
    return Transition(message, was, to, NOON, "test", holder=holder, held_by="me" if to in HELD else "")


def test_every_status_is_in_the_table_of_allowed_changes() -> None:
    assert set(ALLOWED) == set(Status)


def test_nothing_leads_back_to_claimed_but_the_queue() -> None:
    """A message in flight, sent or in doubt is never simply taken again."""
    assert [was for was in ALLOWED if Status.CLAIMED in ALLOWED[was]] == [Status.QUEUED]


def test_an_unconfirmed_message_is_settled_only_as_sent_or_not_sent() -> None:
    assert ALLOWED[Status.UNCONFIRMED] == {Status.SENT, Status.QUEUED}


LEFT_AND_TAKEN_BACK = [Status.CLAIMED, Status.SENDING, Status.SENT, Status.WITHDRAWN, Status.QUEUED]


@settings(max_examples=60, deadline=None)
@example(LEFT_AND_TAKEN_BACK)
@given(st.lists(st.sampled_from(EVER), min_size=1, max_size=12))
def test_whatever_is_tried_the_ledger_is_a_chain_of_allowed_changes_that_ends_in_the_status(
    tmp_path_factory: pytest.TempPathFactory, wishes: list[Status]
) -> None:
    outbox = open_test_outbox(tmp_path_factory.mktemp("outbox") / "outreach.db")
    [message] = queue_letters(outbox, 1)
    for to in wishes:
        [entry] = listing(outbox)
        wanted = step(message, entry.status, to, entry.claimed_by)
        with reading(outbox.engine) as connection:
            began_to_leave = any(line.to is Status.SENDING for line in history(connection, Scope()))
        if entry.status is Status.WITHDRAWN and to is Status.QUEUED and began_to_leave:
            with pytest.raises(StorageFailed, match="never queued again"), writing(outbox.engine) as connection:
                advance(connection, [wanted])
        elif is_allowed(entry.status, to):
            with writing(outbox.engine) as connection:
                advance(connection, [wanted])
        else:
            with pytest.raises(ValueError, match="cannot become"), writing(outbox.engine) as connection:
                advance(connection, [wanted])
    with reading(outbox.engine) as connection:
        told = [(entry.was, entry.to) for entry in history(connection, Scope())]
    assert told[0] == (None, Status.QUEUED)
    assert all(before[1] == after[0] for before, after in pairwise(told))
    assert told[-1][1] == listing(outbox)[0].status
    outbox.engine.dispose()


def test_a_step_from_a_status_that_is_no_longer_true_changes_nothing(tmp_path: Path) -> None:
    outbox = open_test_outbox(tmp_path / "outreach.db")
    first, second = queue_letters(outbox, 2)
    with pytest.raises(LostClaim), writing(outbox.engine) as connection:
        advance(
            connection, [step(first, Status.QUEUED, Status.CLAIMED), step(second, Status.DEFERRED, Status.WITHDRAWN)]
        )
    assert [entry.status for entry in listing(outbox)] == [Status.QUEUED, Status.QUEUED]
    with reading(outbox.engine) as connection:
        assert len(list(history(connection, Scope()))) == 2


def test_a_worker_cannot_change_what_another_holds(tmp_path: Path) -> None:
    outbox = open_test_outbox(tmp_path / "outreach.db")
    queue_letters(outbox, 1)
    with writing(outbox.engine) as connection:
        [message] = claim(connection, Scope(), 10, NOON, "mine/1/0")
    with pytest.raises(LostClaim), writing(outbox.engine) as connection:
        advance(
            connection,
            [
                Transition(
                    message.id, Status.CLAIMED, Status.SENDING, NOON, "x", holder="theirs/2/0", held_by="theirs/2/0"
                )
            ],
        )
    assert listing(outbox)[0].status is Status.CLAIMED


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE ledger SET detail = 'never happened'", "the ledger is append-only"),
        ("DELETE FROM ledger", "the ledger is append-only"),
        ("DELETE FROM messages", "a message is never deleted"),
        ("UPDATE messages SET kind = 'post'", "what was queued never changes"),
        ("UPDATE messages SET content = 'other'", "what was queued never changes"),
        ("UPDATE messages SET recipients = 'other@example.org'", "what was queued never changes"),
        ("UPDATE messages SET message_id = '<other@example.org>'", "what was queued never changes"),
        ("UPDATE messages SET status = 'perhaps'", "CHECK constraint failed"),
        ("UPDATE messages SET status = 'sent'", "a status changes only with its ledger entry"),
    ],
)
def test_the_database_itself_refuses(tmp_path: Path, statement: str, words: str) -> None:
    outbox = open_test_outbox(tmp_path / "outreach.db")
    queue_letters(outbox, 1)
    with pytest.raises(StorageFailed, match=words) as caught, writing(outbox.engine) as connection:
        connection.execute(text(statement))
    assert isinstance(caught.value.__cause__, IntegrityError)


COPY = (
    'INSERT INTO messages (kind, ask, "case", round, channel, mission, part, token, message_id, language, recipients, '
    "subject, content, queued_at, status, attempts, not_before, claimed_by, detail) "
    "SELECT kind, ask, \"case\", round, channel, mission, part, 'other', '<other>', language, recipients, subject, "
    "content, queued_at, 'queued', 0, not_before, '', '' FROM messages LIMIT 1"
)


def test_a_message_of_another_kind_is_another_message(tmp_path: Path) -> None:
    outbox = open_test_outbox(tmp_path / "outreach.db")
    queue_letters(outbox, 1)
    with writing(outbox.engine) as connection:
        connection.execute(text(COPY.replace("SELECT kind", "SELECT 'digest'")))
    with pytest.raises(StorageFailed, match="CHECK"), writing(outbox.engine) as connection:
        connection.execute(text(COPY.replace("SELECT kind", "SELECT 'perhaps'")))


def test_the_unique_key_holds_even_when_the_program_does_not_look(tmp_path: Path) -> None:
    outbox = open_test_outbox(tmp_path / "outreach.db")
    queue_letters(outbox, 1)
    with pytest.raises(StorageFailed, match="UNIQUE"), writing(outbox.engine) as connection:
        connection.execute(text(COPY))


@pytest.mark.parametrize("end", [Status.WITHDRAWN, Status.REJECTED, Status.SENT])
def test_a_message_that_ever_existed_is_never_queued_again(tmp_path: Path, end: Status) -> None:
    outbox = open_test_outbox(tmp_path / "outreach.db")
    [message] = queue_letters(outbox, 1)
    ways = {
        Status.WITHDRAWN: [Status.QUEUED, Status.WITHDRAWN],
        Status.REJECTED: [Status.QUEUED, Status.CLAIMED, Status.REJECTED],
        Status.SENT: [Status.QUEUED, Status.CLAIMED, Status.SENDING, Status.SENT],
    }
    for was, to in pairwise(ways[end]):
        with writing(outbox.engine) as connection:
            advance(connection, [step(message, was, to, "me" if was in HELD else "")])
    with writing(outbox.engine) as connection:
        assert enqueue(connection, [draft(0)], NOON, "test") == []
    assert [entry.status for entry in listing(outbox)] == [end]


def entry(message: int, was: str | None, to: str) -> Executable:
    columns = {"message": message, "at": NOON, "from_status": was, "to_status": to, "detail": "", "actor": "test"}
    return insert(ledger).values(columns)


def claim_by_hand(outbox: Outbox, message: int, was: str | None, to: str) -> None:
    with writing(outbox.engine) as connection:
        connection.execute(entry(message, was, to))
        connection.execute(text(f"UPDATE messages SET status = 'claimed' WHERE id = {message}"))


@pytest.mark.parametrize(("was", "to"), [("queued", "sent"), ("sent", "claimed"), (None, "claimed")])
def test_the_database_refuses_a_status_that_its_newest_entry_does_not_tell(
    tmp_path: Path, was: str | None, to: str
) -> None:
    outbox = open_test_outbox(tmp_path / "outreach.db")
    [message] = queue_letters(outbox, 1)
    with pytest.raises(StorageFailed, match="only with its ledger entry"):
        claim_by_hand(outbox, message, was, to)
    claim_by_hand(outbox, message, "queued", "claimed")
    assert chain(outbox, message) == [Status.QUEUED, Status.CLAIMED]


def test_what_was_changed_by_other_means_is_found(tmp_path: Path) -> None:
    outbox = open_test_outbox(tmp_path / "outreach.db")
    first, second, _ = queue_letters(outbox, 3)
    with reading(outbox.engine) as connection:
        assert untold(connection) == []
    with writing(outbox.engine) as connection:
        connection.execute(text("DROP TRIGGER statuses_are_told"))
        connection.execute(text(f"UPDATE messages SET status = 'sent' WHERE id = {first}"))
        connection.execute(text("DROP TRIGGER ledger_is_kept"))
        connection.execute(text(f"DELETE FROM ledger WHERE message = {second}"))
    with reading(outbox.engine) as connection:
        assert untold(connection) == [
            Untold(first, Status.SENT, Status.QUEUED),
            Untold(second, Status.QUEUED, None),
        ]
