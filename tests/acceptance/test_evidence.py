"""What is on file about a letter is heard before it is sent, and before a person decides about it."""

from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.db.engine import writing
from outreach.inbox.receive import Incoming, open_inbox, receive
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, open_outbox
from tests.channels.smtp.smtp_server import SmtpServer
from tests.conftest import Command, give_addresses, mail_server
from tests.inbox.letterboxes import reply, sent_letter
from tests.outbox.outboxes import HOLDER, NOON, chain


@pytest.fixture
def outbox(campaign_folder: Path) -> Outbox:
    give_addresses(campaign_folder)
    return open_outbox(campaign_folder, load_campaign(campaign_folder).settings, rehearsal=False)


def answered_in_flight(folder: Path, outbox: Outbox, then: Status) -> int:
    """A letter that was answered while a run held it, and that the run left in this status."""
    letter = sent_letter(outbox, status=Status.SENDING)
    receive(open_inbox(load_campaign(folder), outbox), [Incoming(reply(letter), "file", "a.eml")])
    with writing(outbox.engine) as connection:
        step = Transition(letter.id, Status.SENDING, then, NOON, "test", holder=HOLDER, not_before=NOON)
        advance(connection, [step])
    return letter.id


def test_a_letter_that_is_known_to_have_left_is_not_sent_again(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    letter = answered_in_flight(campaign_folder, outbox, Status.DEFERRED)
    with SmtpServer() as server:
        env = mail_server(server.port)
        run = outreach("queue", "run", "--after-deadline", folder=campaign_folder, env=env)
    assert server.messages == []
    assert chain(outbox, letter)[-2:] == [Status.SENT, Status.DELIVERED]
    assert f"Letter {letter} to DEU was deferred, but it left" in run.stderr


def test_a_person_who_takes_it_for_lost_is_told_that_it_is_settled(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    letter = answered_in_flight(campaign_folder, outbox, Status.UNCONFIRMED)
    run = outreach("queue", "settle", "--all", "--not-sent", folder=campaign_folder)
    assert chain(outbox, letter)[-1] is Status.DELIVERED
    assert "nothing to do" in run.stdout
