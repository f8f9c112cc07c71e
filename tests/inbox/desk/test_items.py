"""The desk: what needs a person, whose it is, and what people decide about it; nothing is ever lost by it."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import DBAPIError

from outreach.db.engine import reading, writing
from outreach.errors import StorageFailed
from outreach.inbox.desk.decisions import (
    Assignment,
    Mark,
    OfflineAnswer,
    add_offline_answer,
    assign,
    letter_among,
    take_back,
)
from outreach.inbox.desk.detail import detail
from outreach.inbox.desk.items import Item, ItemFilter, items, new_contact, some_items
from outreach.inbox.kinds import NEWS, SAYABLE, Kind, MatchedBy, Stance
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from outreach.registry.model import Mission
from tests.inbox.desk.desks import SEPTEMBER, came_in, kept_ties, say
from tests.inbox.letterboxes import sent_letter
from tests.outbox.outboxes import listing, open_test_outbox

DAY = timedelta(days=1)
ZONE = ZoneInfo("Europe/Zurich")
EVERYTHING = ItemFilter(only_open=False)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return open_test_outbox(tmp_path / "outreach.db")


def desk(outbox: Outbox, wanted: ItemFilter | None = None) -> list[int]:
    with reading(outbox.engine) as connection:
        return [item.id for item in items(connection, wanted or ItemFilter())]


def item(outbox: Outbox, id_: int) -> Item:
    with reading(outbox.engine) as connection:
        return some_items(connection, [id_])[id_]


def tie(outbox: Outbox, id_: int, whose: Assignment) -> list[int]:
    with writing(outbox.engine) as connection:
        found = some_items(connection, [id_])
        return assign(connection, list(found.values()), whose, SEPTEMBER, "test")


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_tied_to_no_letter_is_open_when_somebody_waits_for_it(outbox: Outbox, kind: Kind) -> None:
    id_ = came_in(outbox, kind=kind)
    assert desk(outbox) == ([id_] if kind in NEWS else [])
    assert desk(outbox, EVERYTHING) == [id_]


@pytest.mark.parametrize("kind", list(Kind))
def test_of_what_is_tied_only_what_may_be_an_answer_is_open(outbox: Outbox, kind: Kind) -> None:
    id_ = came_in(outbox, "beacon", kind=kind)
    assert desk(outbox) == ([id_] if kind in (Kind.REPLY, Kind.UNCLEAR) else [])
    assert item(outbox, id_).unread == (kind in (Kind.REPLY, Kind.UNCLEAR))


@pytest.mark.parametrize("kind", SAYABLE)
def test_what_nobody_could_tell_is_open_until_a_person_says_what_it_is(outbox: Outbox, kind: Kind) -> None:
    id_ = came_in(outbox, "beacon", kind=Kind.UNCLEAR)
    say(outbox, id_, kind=kind)
    found = item(outbox, id_)
    assert (found.unread, found.without_stance, found.is_open) == (False, kind is Kind.REPLY, kind is Kind.REPLY)


def test_of_all_that_came_back_what_needs_a_person_comes_first(outbox: Outbox) -> None:
    done, waits = came_in(outbox, "beacon", at=SEPTEMBER), came_in(outbox, "sample", at=SEPTEMBER + DAY)
    say(outbox, done, Stance.SUPPORTIVE)
    assert desk(outbox, EVERYTHING) == [waits, done]


def test_a_reply_is_open_until_every_case_of_it_has_a_stance(outbox: Outbox) -> None:
    id_ = came_in(outbox, "beacon", "sample")
    say(outbox, id_, Stance.SUPPORTIVE, case="beacon")
    assert desk(outbox) == [id_]
    say(outbox, id_, Stance.OTHER, case="sample")
    assert desk(outbox) == []


def test_what_a_person_calls_another_kind_leaves_the_desk_and_comes_back(outbox: Outbox) -> None:
    reply, own = came_in(outbox, "beacon"), came_in(outbox, kind=Kind.OTHER)
    say(outbox, reply, kind=Kind.AUTO_REPLY)
    say(outbox, own, kind=Kind.REPLY)
    assert desk(outbox) == [own]
    assert item(outbox, own).rule == "person"
    say(outbox, reply, kind=Kind.REPLY)
    assert desk(outbox) == [reply, own]


def test_what_could_not_be_read_needs_a_person(outbox: Outbox) -> None:
    id_ = came_in(outbox, kind=Kind.OTHER, rule="unreadable", fault="could not be read")
    assert desk(outbox) == [id_]
    say(outbox, id_, kind=Kind.OTHER)
    assert desk(outbox) == []


def test_what_has_waited_longest_comes_first(outbox: Outbox) -> None:
    newer, older = came_in(outbox, at=SEPTEMBER + DAY), came_in(outbox, at=SEPTEMBER)
    assert desk(outbox) == [older, newer]


def test_the_desk_is_narrowed_by_mission_case_stance_kind_and_match(outbox: Outbox) -> None:
    promise = came_in(outbox, "beacon", "sample")
    say(outbox, promise, Stance.WILL_RAISE, case="beacon")
    french = came_in(outbox, "beacon", mission="FRA", kind=Kind.AUTO_REPLY)
    lost = came_in(outbox)
    every = EVERYTHING
    assert desk(outbox, replace(every, mission="DEU")) == [promise]
    assert desk(outbox, replace(every, case="beacon")) == [promise, french]
    assert desk(outbox, replace(every, stance=Stance.WILL_RAISE)) == [promise]
    # One and the same case must fit: the promise is about another one.
    assert desk(outbox, replace(every, stance=Stance.WILL_RAISE, case="sample")) == []
    assert desk(outbox, replace(every, kind=Kind.AUTO_REPLY)) == [french]
    assert desk(outbox, replace(every, unmatched=True)) == [lost]


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (Mark(stance=Stance.SUPPORTIVE), ""),
        (Mark(stance=Stance.SUPPORTIVE, case="beacon"), ""),
        (Mark(stance=Stance.SUPPORTIVE, case="sample"), "not tied to sample"),
        (Mark(kind=Kind.AUTO_REPLY), ""),
        (Mark(kind=Kind.AUTO_REPLY, stance=Stance.DECLINED), "only a reply has a stance"),
        (Mark(note="called back"), ""),
    ],
)
def test_a_stance_is_for_a_reply_about_a_case_that_it_answers(outbox: Outbox, mark: Mark, words: str) -> None:
    objection = mark.objection(item(outbox, came_in(outbox, "beacon")))
    assert bool(objection) == bool(words)
    assert words in objection


def test_a_reply_that_is_nobodys_gets_no_stance(outbox: Outbox) -> None:
    assert "say whose it is" in Mark(stance=Stance.OTHER).objection(item(outbox, came_in(outbox)))


def test_an_out_of_office_gets_a_stance_only_with_the_kind_that_it_really_is(outbox: Outbox) -> None:
    automatic = item(outbox, came_in(outbox, "beacon", kind=Kind.AUTO_REPLY))
    assert Mark(stance=Stance.SUPPORTIVE).objection(automatic)
    assert Mark(kind=Kind.REPLY, stance=Stance.SUPPORTIVE).objection(automatic) == ""


def test_a_message_can_be_tied_to_two_cases_each_once(outbox: Outbox) -> None:
    id_ = came_in(outbox)
    for case in ("beacon", "sample", "beacon"):
        tie(outbox, id_, Assignment("hrc51", case, "DEU"))
    assert [tied.case for tied in item(outbox, id_).ties] == ["beacon", "sample"]
    assert len(kept_ties(outbox)) == 2


def test_a_persons_word_takes_the_place_of_the_programs_and_both_are_kept(outbox: Outbox) -> None:
    id_ = came_in(outbox, "beacon", matched_by=MatchedBy.DOMAIN)
    assert tie(outbox, id_, Assignment("hrc51", "beacon", "DEU")) == [id_]
    assert kept_ties(outbox) == [(id_, "beacon", "DEU", "domain", False), (id_, "beacon", "DEU", "person", True)]
    assert tie(outbox, id_, Assignment("hrc51", "beacon", "DEU")) == []


def test_a_wrong_tie_is_taken_back_and_the_message_is_on_the_desk_again(outbox: Outbox) -> None:
    id_ = came_in(outbox, "beacon")
    say(outbox, id_, Stance.SUPPORTIVE)
    with writing(outbox.engine) as connection:
        assert take_back(connection, [id_], SEPTEMBER, mission="FRA") == 0
        assert take_back(connection, [id_], SEPTEMBER) == 1
    assert desk(outbox) == [id_]
    assert kept_ties(outbox) == [(id_, "beacon", "DEU", "in-reply-to", False)]


def test_an_answer_by_phone_is_on_file_like_a_reply(outbox: Outbox) -> None:
    told = OfflineAnswer("phone", date(2022, 9, 20), "Second Secretary", "They will speak.", Stance.WILL_RAISE)
    now = SEPTEMBER + 30 * DAY
    with writing(outbox.engine) as connection:
        id_ = add_offline_answer(connection, told, [Assignment("hrc51", "beacon", "DEU")], ZONE, now, "test")
    with reading(outbox.engine) as connection:
        found = detail(connection, id_)
    assert found is not None
    assert (found.item.kind, found.item.rule, found.item.source, found.item.origin) == (
        Kind.REPLY,
        "person",
        "person",
        "phone",
    )
    assert found.item.arrived_at.astimezone(ZONE).date() == told.on
    assert (found.text, found.item.sender_name, found.item.digest) == ("They will speak.", "Second Secretary", None)
    assert [tied.stance for tied in found.item.ties] == [Stance.WILL_RAISE]


def test_an_answer_of_today_is_not_written_down_for_later_today(outbox: Outbox) -> None:
    early = SEPTEMBER.replace(hour=5)
    with writing(outbox.engine) as connection:
        id_ = add_offline_answer(
            connection,
            OfflineAnswer("phone", early.date(), ""),
            [Assignment("hrc51", "beacon", "DEU")],
            ZONE,
            early,
            "test",
        )
    assert item(outbox, id_).arrived_at == early.astimezone(UTC)


def test_the_letter_that_an_answer_is_to_is_the_newest_that_may_have_left(outbox: Outbox) -> None:
    first = sent_letter(outbox)
    sent_letter(outbox, round="reminder", status=Status.QUEUED)
    assert letter_among(listing(outbox)) == first.id
    assert letter_among([]) is None


@pytest.mark.parametrize(
    ("sender", "flagged", "matched_by", "kind", "offered"),
    [
        ("second.secretary@example.org", True, MatchedBy.IN_REPLY_TO, Kind.REPLY, "DEU"),
        ("second.secretary@example.org", False, MatchedBy.PERSON, Kind.REPLY, "DEU"),
        ("second.secretary@example.org", False, MatchedBy.IN_REPLY_TO, Kind.REPLY, ""),
        ("DEU@deu.example.org", True, MatchedBy.IN_REPLY_TO, Kind.REPLY, ""),  # in the file by now
        ("second.secretary@example.org", True, MatchedBy.IN_REPLY_TO, Kind.AUTO_REPLY, ""),
    ],
)
def test_a_new_address_is_offered_until_it_is_in_the_file(
    outbox: Outbox, sender: str, flagged: bool, matched_by: MatchedBy, kind: Kind, offered: str
) -> None:
    id_ = came_in(outbox, "beacon", sender=sender, new_address=flagged, matched_by=matched_by, kind=kind)
    missions = {"DEU": Mission("DEU", "", ("deu@deu.example.org",), "en")}
    assert new_contact(item(outbox, id_), missions) == offered


def test_what_is_not_on_file_is_not_found(outbox: Outbox) -> None:
    with reading(outbox.engine) as connection:
        assert detail(connection, 99) is None


def test_the_database_keeps_what_people_decided(outbox: Outbox) -> None:
    say(outbox, came_in(outbox, "beacon"), Stance.SUPPORTIVE)
    for statement in ("DELETE FROM decisions", "DELETE FROM ties", "UPDATE decisions SET stance = 'other'"):
        with pytest.raises((StorageFailed, DBAPIError)), writing(outbox.engine) as connection:
            connection.exec_driver_sql(statement)
    assert desk(outbox, replace(EVERYTHING, stance=Stance.SUPPORTIVE))
