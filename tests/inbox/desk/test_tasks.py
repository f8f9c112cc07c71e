"""What of the inbox waits for a person: the counts are those of the desk."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.db.engine import reading, writing
from outreach.inbox.desk.decisions import Mark, mark
from outreach.inbox.desk.items import AsOf, ItemFilter, items, new_contact
from outreach.inbox.desk.tasks import Tasks, read_tasks
from outreach.inbox.kinds import NEWS, UNREADABLE, Kind, MatchedBy, Severity, Stance
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Key, Scope
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from outreach.registry.model import Mission
from tests.inbox.desk.desks import SEPTEMBER, came_in, say
from tests.inbox.proofs import proven
from tests.outbox.outboxes import NOON, lead, open_test_outbox, queue_keys

HOUR = timedelta(hours=1)
MISSIONS = {
    state: Mission(state, "", (f"{state.lower()}@{state.lower()}.example.org",), "en") for state in ("DEU", "FRA")
}

AS_OF = AsOf(MISSIONS, SEPTEMBER.date())


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return open_test_outbox(tmp_path / "outreach.db")


def tasks(outbox: Outbox, scope: Scope | None = None) -> Tasks:
    with reading(outbox.engine) as connection:
        return read_tasks(connection, scope or Scope(), AS_OF)


def letter(outbox: Outbox, mission: str = "DEU", status: Status = Status.SENT) -> int:
    [message] = queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", "beacon", "first", "smtp", mission))
    lead(outbox, message, status)
    return message


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_tied_to_nothing_waits_when_it_is_news(outbox: Outbox, kind: Kind) -> None:
    came_in(outbox, kind=kind)
    assert tasks(outbox).unmatched == (1 if kind in NEWS else 0)


def test_what_a_person_called_something_else_waits_as_that(outbox: Outbox) -> None:
    newsletter, answer = came_in(outbox), came_in(outbox, kind=Kind.OTHER)
    say(outbox, newsletter, kind=Kind.OTHER)
    assert tasks(outbox).unmatched == 0
    say(outbox, answer, kind=Kind.REPLY)
    assert tasks(outbox).unmatched == 1


def test_a_reply_waits_until_somebody_read_it_for_each_case(outbox: Outbox) -> None:
    reply = came_in(outbox, "beacon", "sample")
    assert tasks(outbox).unread == 1
    say(outbox, reply, Stance.SUPPORTIVE, case="beacon")
    assert [tasks(outbox, Scope(case=case)).unread for case in (None, "beacon", "sample")] == [1, 0, 1]
    say(outbox, reply, Stance.SUPPORTIVE)
    assert tasks(outbox).unread == 0


def test_the_counts_are_those_of_the_desk(outbox: Outbox) -> None:
    came_in(outbox, "beacon", sender="someone@deu.example.org", new_address=True)
    came_in(outbox, "beacon", mission="FRA", sender="FRA@fra.example.org", new_address=True)
    came_in(outbox, "beacon", sender="person@example.org", matched_by=MatchedBy.PERSON)
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY, sender="robot@example.org", new_address=True)
    came_in(outbox, kind=Kind.OTHER, rule=UNREADABLE)
    came_in(outbox, "beacon", kind=Kind.OTHER, rule=UNREADABLE, matched_by=MatchedBy.PERSON)
    say(outbox, came_in(outbox, "beacon", kind=Kind.OTHER, rule=UNREADABLE), kind=Kind.AUTO_REPLY)
    came_in(outbox, kind=Kind.BOUNCE)
    came_in(outbox, kind=Kind.DELIVERED)
    say(outbox, came_in(outbox, "sample"), Stance.DECLINED)
    came_in(outbox, "sample", kind=Kind.UNCLEAR)
    say(outbox, came_in(outbox, "sample", kind=Kind.UNCLEAR), kind=Kind.BOUNCE)
    say(outbox, came_in(outbox, "sample"), kind=Kind.REPLY)
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY, news=json.dumps([["address", "new@deu.example.org"]]))
    with reading(outbox.engine) as connection:
        desk = items(connection, ItemFilter(only_open=False), AS_OF)
    found = tasks(outbox)
    assert found.unmatched == sum(item.unmatched for item in desk) == 1
    assert found.unread == sum(item.unread for item in desk) == 4
    assert found.without_stance == sum(item.without_stance for item in desk) == 1
    assert found.unreadable == sum(item.rule == UNREADABLE for item in desk) == 2
    waiting = found.unmatched + found.unread + found.without_stance + found.unreadable + len(found.named)
    assert waiting == sum(item.is_open for item in desk)
    assert found.new_contacts == sum(bool(new_contact(item, MISSIONS)) for item in desk) == 2


def test_news_counts_its_mission_until_somebody_has_dealt_with_it(outbox: Outbox) -> None:
    """Also in what a machine wrote, or a server that could not deliver."""
    gone, day = ["address", "new@deu.example.org"], ["back", SEPTEMBER.date().isoformat()]
    moved = came_in(outbox, "beacon", kind=Kind.BOUNCE, news=json.dumps([gone]))
    away = came_in(outbox, "beacon", "sample", mission="FRA", kind=Kind.AUTO_REPLY, news=json.dumps([gone, day]))
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY, news=json.dumps([["address", "deu@deu.example.org"]]))  # known
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY, news=json.dumps([["back", "2022-08-31"]]))  # over
    came_in(outbox, "beacon", mission="FRA", news=json.dumps([gone]), sender_check="fail")
    found = tasks(outbox)
    assert (found.named, found.away, found.unverified) == (("DEU", "FRA"), (("FRA", day[1]),), 1)
    assert tasks(outbox, Scope(case="sample")).named == ("FRA",)
    with writing(outbox.engine) as connection:
        mark(connection, [moved], Mark(note="not theirs: asked by phone"), SEPTEMBER, "test")
    say(outbox, away, kind=Kind.AUTO_REPLY)
    found = tasks(outbox)
    assert (found.named, found.away) == ((), ())


def test_a_stance_reads_a_day_of_return_and_leaves_the_new_address(outbox: Outbox) -> None:
    told = json.dumps([["address", "new@deu.example.org"], ["back", "2022-12-01"]])
    say(outbox, came_in(outbox, "beacon", news=told), Stance.WILL_RAISE)
    found = tasks(outbox)
    assert (found.named, found.away) == (("DEU",), ())


def test_an_address_that_wrote_twice_is_one_new_contact(outbox: Outbox) -> None:
    for case in ("beacon", "sample"):
        came_in(outbox, case, sender="someone@deu.example.org", new_address=True)
    assert tasks(outbox).new_contacts == 1


def test_a_bounce_without_evidence_says_nothing_of_a_letter(outbox: Outbox) -> None:
    """Whose sender alone was known, say: anybody can write that."""
    message = letter(outbox)
    came_in(outbox, "beacon", kind=Kind.BOUNCE, letter=message, matched_by=MatchedBy.ADDRESS, code="5.1.1", at=NOON)
    assert tasks(outbox).troubles == ()
    proven(outbox, message, Kind.BOUNCE, NOON)
    assert [trouble.message for trouble in tasks(outbox).troubles] == [message]


def test_a_trouble_has_the_letter_with_its_status_and_what_the_server_said(outbox: Outbox) -> None:
    message = letter(outbox, "FRA", Status.BOUNCED)
    about = {"address": "fra@fra.example.org", "code": "4.2.2", "severity": "transient"}
    id_ = proven(outbox, message, Kind.BOUNCE, NOON + HOUR, **about)
    [trouble] = tasks(outbox).troubles
    assert (trouble.inbound, trouble.message, trouble.mission, trouble.status) == (id_, message, "FRA", Status.BOUNCED)
    assert (trouble.code, trouble.severity, trouble.address) == ("4.2.2", Severity.TRANSIENT, "fra@fra.example.org")
    assert (trouble.case, trouble.ask, trouble.at) == ("beacon", "hrc51", NOON + HOUR)
    assert tasks(outbox, Scope(mission="DEU")).troubles == ()


def test_what_came_back_before_a_letter_left_once_more_is_over(outbox: Outbox) -> None:
    message = letter(outbox, status=Status.BOUNCED)
    proven(outbox, message, Kind.BOUNCE, NOON + HOUR)
    with writing(outbox.engine) as connection:
        advance(connection, [Transition(message, Status.BOUNCED, Status.QUEUED, NOON + 2 * HOUR, "test")])
    lead(outbox, message, Status.SENT, NOON + 3 * HOUR)
    assert tasks(outbox).troubles == ()
    proven(outbox, message, Kind.DELAY, NOON + 4 * HOUR)
    assert [trouble.kind for trouble in tasks(outbox).troubles] == [Kind.DELAY]


def test_a_bounce_that_a_person_called_something_else_is_none(outbox: Outbox) -> None:
    id_ = proven(outbox, letter(outbox), Kind.BOUNCE, NOON)
    assert len(tasks(outbox).troubles) == 1
    say(outbox, id_, kind=Kind.OTHER)
    assert tasks(outbox).troubles == ()
