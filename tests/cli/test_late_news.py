"""Mail that comes in while a run is at work is heard by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.cli.late_news import EVERY, LateNews
from outreach.cli.session import Session
from outreach.db.engine import writing
from outreach.inbox.matching.letters import OutboxLetter
from outreach.inbox.receive import Incoming, open_inbox, receive
from outreach.outbox.models import Scope
from outreach.outbox.queue import claim, release
from outreach.outbox.status import Status
from outreach.outbox.store import now, open_outbox
from tests.conftest import give_addresses
from tests.inbox.letterboxes import mail, reply, sent_letter

HERE = Scope(channel="smtp", after_deadline=True)


@pytest.fixture
def session(campaign_folder: Path) -> Session:
    give_addresses(campaign_folder)
    campaign = load_campaign(campaign_folder)
    return Session(campaign, open_outbox(campaign_folder, campaign.settings, rehearsal=False))


def comes_in(session: Session, raw: bytes) -> None:
    receive(open_inbox(session.campaign, session.outbox), [Incoming(raw, "file", "a.eml")])


def claimed(session: Session, late: LateNews) -> list[int]:
    with writing(session.outbox.engine) as connection:
        return [message.id for message in late.claim(connection, HERE, 1, now(), "here/1/0.0")]


def reminders(session: Session, *missions: str) -> Iterator[tuple[OutboxLetter, OutboxLetter]]:
    """The first letter to each mission, and its reminder, which waits."""
    for mission in missions:
        first = sent_letter(session.outbox, mission)
        yield first, sent_letter(session.outbox, mission, round="reminder", status=Status.QUEUED)


def test_who_answers_or_wants_no_more_letters_while_a_run_is_at_work_gets_no_reminder(session: Session) -> None:
    waiting = list(reminders(session, "DEU", "FRA", "ITA", "CHE"))
    (_, one), (answered, _), (closed, _), (_, four) = waiting
    clock = [0.0]
    late = LateNews(session, claim, lambda: clock[-1])
    assert claimed(session, late) == [one.id]
    comes_in(session, reply(answered))
    comes_in(session, mail(closed.recipients[0], f"unsubscribe {closed.token}", text="\r\n"))
    clock.append(EVERY)
    assert claimed(session, late) == [four.id]
    assert claimed(session, late) == []


def test_what_is_proven_to_have_left_while_it_was_held_is_not_claimed_again(session: Session) -> None:
    letter = sent_letter(session.outbox, status=Status.DEFERRED)
    late = LateNews(session, claim)
    with writing(session.outbox.engine) as connection:
        held = claim(connection, HERE, 1, now(), "here/1/0.0")
    assert [message.id for message in held] == [letter.id]
    comes_in(session, reply(letter))
    give_back(session, letter.id)
    assert claimed(session, late) == []


def give_back(session: Session, message: int) -> None:
    with writing(session.outbox.engine) as connection:
        release(connection, [message], now(), "here/1/0.0", "test")
