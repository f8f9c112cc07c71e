"""A disk that fills up under a run: what is recorded is what happened, and nothing is lost."""

from collections import Counter

import pytest

from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from tests.channels.smtp.smtp_server import SmtpServer
from tests.outbox.outboxes import WAYS, chain, full_disk, listing, queue_letters, told
from tests.outbox.sending.workers import by_message_id, recover_elsewhere, smtp, statuses, work


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("spare", [0, 1, 3, 4, 5])
def test_a_disk_that_fills_up_stops_the_run_and_nothing_is_recorded_that_did_not_happen(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, connections: int, spare: int
) -> None:
    """Whenever it fills up: what the server took is at least "sending" on disk, and what is "sent" it took.

    In doubt are, for each connection, the letter whose "sent" found no room, and the one begun before that was known.
    """
    queue_letters(outbox, 100)
    with SmtpServer() as server:
        with full_disk(outbox, spare):
            outcome = work(outbox, smtp(server.port, connections))
            begun, sent = by_message_id(outbox, Status.SENDING, Status.SENT), by_message_id(outbox, Status.SENT)
            arrived = {message.message_id for message in server.messages}
        assert "full" in str(outcome.storage)
        assert sent <= arrived <= begun
        assert len(begun - sent) <= connections
        assert outcome.counts == Counter({Status.SENT: len(sent)} if sent else {})
        assert all(chain(outbox, entry.id) == list(WAYS[entry.status]) for entry in listing(outbox))

        recover_elsewhere(outbox, monkeypatch)
        assert by_message_id(outbox, Status.UNCONFIRMED) == begun - sent
        work(outbox, smtp(server.port, connections))
    in_doubt = by_message_id(outbox, Status.UNCONFIRMED)
    assert in_doubt == begun - sent
    assert by_message_id(outbox, Status.SENT) == {entry.message_id for entry in listing(outbox)} - in_doubt
    assert Counter(message.message_id for message in server.messages) == dict.fromkeys(
        by_message_id(outbox, Status.SENT) | arrived, 1
    )


def test_a_disk_that_is_full_already_stops_before_anything_is_sent(outbox: Outbox) -> None:
    queue_letters(outbox, 60)
    with full_disk(outbox), SmtpServer() as server:
        outcome = work(outbox, smtp(server.port))
        assert server.connections == 0
    assert outcome.storage is not None
    assert set(statuses(outbox)) == {Status.QUEUED}
    assert len(told(outbox)) == 60
