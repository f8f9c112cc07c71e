"""What counts as answered, by a person's word alone; and what holds a reminder back until somebody has read it."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from outreach.db.engine import reading, writing
from outreach.inbox.desk.answers import Answer, Correspondence, correspondence, reminder_objections
from outreach.inbox.desk.decisions import take_back
from outreach.inbox.kinds import SAYABLE, Kind, MatchedBy, Stance
from outreach.inbox.models import decisions, erased, erasures, inbound, ties
from outreach.outbox.gate.objections import Reason
from outreach.outbox.models import Scope
from outreach.outbox.store import Outbox
from tests.inbox.desk.desks import SEPTEMBER, came_in, say
from tests.outbox.outboxes import open_test_outbox

DAY = timedelta(days=1)
DEU = ("hrc51", "beacon", "DEU")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return open_test_outbox(tmp_path / "outreach.db")


def mail_in(outbox: Outbox, scope: Scope | None = None) -> Correspondence:
    with reading(outbox.engine) as connection:
        return correspondence(connection, scope or Scope())


def answers_in(outbox: Outbox) -> dict[tuple[str, str, str], Answer]:
    return dict(mail_in(outbox).answers)


def objections(outbox: Outbox, known: datetime | None = None) -> dict[str, tuple[Reason, str]]:
    """What speaks against a reminder, by mission; `known` is when a person lifted what unread mail holds."""
    with reading(outbox.engine) as connection:
        found = reminder_objections(connection, Scope(although_unread=known))
    return {mission: objection for (_, _, mission), objection in found.items()}


def stance(outbox: Outbox) -> Stance | None:
    return answers_in(outbox)[DEU].stance


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_an_answer_before_a_person_has_read_it(outbox: Outbox, kind: Kind) -> None:
    id_ = came_in(outbox, "beacon", kind=kind)
    found = mail_in(outbox)
    assert found.answers == {}
    assert {key: mail.inbound for key, mail in found.unread.items()} == (
        {DEU: (id_,)} if kind in (Kind.REPLY, Kind.UNCLEAR) else {}
    )
    assert objections(outbox) == ({"DEU": (Reason.UNREAD, f"mail {id_}")} if kind in (Kind.REPLY, Kind.UNCLEAR) else {})


@pytest.mark.parametrize("said", SAYABLE)
@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.UNCLEAR, Kind.AUTO_REPLY])
def test_only_what_a_person_calls_a_reply_is_an_answer(outbox: Outbox, kind: Kind, said: Kind) -> None:
    say(outbox, came_in(outbox, "beacon", kind=kind), kind=said)
    found = mail_in(outbox)
    assert (set(found.answers), found.unread) == ({DEU} if said is Kind.REPLY else set(), {})


def test_an_answer_that_a_person_wrote_down_is_read(outbox: Outbox) -> None:
    came_in(outbox, "beacon", rule="person", source="person", digest=None)
    assert set(answers_in(outbox)) == {DEU}


def test_a_note_alone_reads_nothing(outbox: Outbox) -> None:
    say(outbox, came_in(outbox, "beacon"))
    assert (answers_in(outbox), set(mail_in(outbox).unread)) == ({}, {DEU})


def test_a_reply_that_is_tied_to_nothing_answers_nothing(outbox: Outbox) -> None:
    came_in(outbox)
    assert answers_in(outbox) == {}


def test_the_newest_reply_is_the_answer_and_the_first_says_when_it_came(outbox: Outbox) -> None:
    newest = came_in(outbox, "beacon", at=SEPTEMBER + DAY)
    first = came_in(outbox, "beacon", at=SEPTEMBER)  # fetched later, arrived earlier
    for id_ in (newest, first):
        say(outbox, id_, kind=Kind.REPLY)
    answer = answers_in(outbox)[DEU]
    assert (answer.inbound, answer.at, answer.first_at) == (newest, SEPTEMBER + DAY, SEPTEMBER)
    assert answer.stance is None


def test_a_reply_to_two_cases_at_once_answers_both_and_each_can_have_its_own_stance(outbox: Outbox) -> None:
    id_ = came_in(outbox, "beacon", "sample")
    say(outbox, id_, Stance.SUPPORTIVE)
    say(outbox, id_, Stance.WILL_RAISE, case="beacon")
    found = {case: answer.stance for (_, case, _), answer in answers_in(outbox).items()}
    assert found == {"beacon": Stance.WILL_RAISE, "sample": Stance.SUPPORTIVE}
    say(outbox, id_, Stance.DECLINED)
    assert {answer.stance for answer in answers_in(outbox).values()} == {Stance.DECLINED}


def test_a_thank_you_that_nobody_has_read_does_not_unsay_a_promise(outbox: Outbox) -> None:
    say(outbox, came_in(outbox, "beacon"), Stance.WILL_RAISE)
    later = came_in(outbox, "beacon", at=SEPTEMBER + DAY)
    assert stance(outbox) is Stance.WILL_RAISE
    assert mail_in(outbox).to_read(DEU) == 1
    assert objections(outbox) == {"DEU": (Reason.ANSWERED, "reply 1, will-raise")}
    say(outbox, later, Stance.DECLINED)
    assert stance(outbox) is Stance.DECLINED


@pytest.mark.parametrize(
    ("mails", "verified"),
    [
        ([("fail", Stance.WILL_RAISE)], False),
        ([("pass", Stance.WILL_RAISE)], True),
        ([("", Stance.WILL_RAISE)], None),
        ([("pass", Stance.ACKNOWLEDGED), ("fail", Stance.WILL_RAISE)], False),  # the stance rests on the second
        ([("fail", Stance.WILL_RAISE), ("", Stance.WILL_RAISE)], None),  # somebody else says the same
        ([("pass", None), ("fail", None)], True),
        ([("fail", None), ("fail", None)], False),
    ],
)
def test_an_answer_is_as_sure_as_the_best_mail_that_says_it(
    outbox: Outbox, mails: list[tuple[str, Stance | None]], verified: bool | None
) -> None:
    for number, (check, said) in enumerate(mails):
        id_ = came_in(outbox, "beacon", at=SEPTEMBER + number * DAY, sender_check=check)
        say(outbox, id_, said, kind=None if said else Kind.REPLY)
    assert mail_in(outbox).sender_verified(DEU) is verified
    assert ("sender not verified" in objections(outbox)["DEU"][1]) is (verified is False)


def test_what_is_to_be_read_is_as_sure_as_its_worst_mail(outbox: Outbox) -> None:
    assert mail_in(outbox).sender_verified(DEU) is None
    found = []
    for check in ("pass", "", "fail"):
        came_in(outbox, "beacon", sender_check=check)
        found.append((mail_in(outbox).sender_verified(DEU), mail_in(outbox).to_read_unverified(DEU)))
    assert found == [(True, 0), (None, 0), (False, 1)]


def test_what_a_person_corrects_counts(outbox: Outbox) -> None:
    automatic, person = came_in(outbox, "beacon"), came_in(outbox, "beacon", kind=Kind.AUTO_REPLY, mission="FRA")
    say(outbox, automatic, kind=Kind.AUTO_REPLY)
    say(outbox, person, kind=Kind.REPLY)
    assert set(answers_in(outbox)) == {("hrc51", "beacon", "FRA")}
    say(outbox, automatic, kind=Kind.REPLY)
    assert DEU in answers_in(outbox)


def test_a_tie_that_was_taken_back_answers_nothing(outbox: Outbox) -> None:
    id_ = came_in(outbox, "beacon", "sample")
    with writing(outbox.engine) as connection:
        assert take_back(connection, [id_], SEPTEMBER, case="beacon") == 1
    assert {case for _, case, _ in mail_in(outbox).unread} == {"sample"}
    say(outbox, id_, Stance.OTHER)
    assert {case for _, case, _ in answers_in(outbox)} == {"sample"}


@pytest.mark.parametrize(
    ("scope", "missions"),
    [
        (Scope(), {"DEU", "FRA", "ESP"}),
        (Scope(case="beacon"), {"DEU", "ESP"}),
        (Scope(ask="hrc51"), {"DEU", "FRA"}),
        (Scope(mission="FRA"), {"FRA"}),
        (Scope(case="beacon", round="reminder", channel="x"), {"DEU", "ESP"}),
    ],
)
def test_a_scope_narrows_by_case_ask_and_mission(outbox: Outbox, scope: Scope, missions: set[str]) -> None:
    came_in(outbox, "beacon")
    say(outbox, came_in(outbox, "sample", mission="FRA"), Stance.OTHER)
    came_in(outbox, "beacon", mission="ESP", ask="hrc54")
    found = mail_in(outbox, scope)
    assert {mission for _, _, mission in (*found.answers, *found.unread)} == missions


def test_the_plan_is_told_who_declined_apart_from_who_answered_and_from_whose_mail_is_unread(outbox: Outbox) -> None:
    say(outbox, came_in(outbox, "beacon"), Stance.DECLINED)
    came_in(outbox, "beacon", mission="FRA")
    say(outbox, came_in(outbox, "beacon", mission="ESP"), Stance.WILL_RAISE)
    say(outbox, came_in(outbox, "beacon", mission="AUT"), kind=Kind.REPLY)
    assert objections(outbox) == {
        "DEU": (Reason.DECLINED, "reply 1, declined"),
        "FRA": (Reason.UNREAD, "mail 2"),
        "ESP": (Reason.ANSWERED, "reply 3, will-raise"),
        "AUT": (Reason.ANSWERED, "reply 4, no stance yet"),
    }


def test_a_person_lifts_what_unread_mail_holds_but_not_what_comes_later_nor_an_answer(outbox: Outbox) -> None:
    came_in(outbox, "beacon")
    say(outbox, came_in(outbox, "beacon", mission="FRA"), Stance.OTHER)
    came_in(outbox, "beacon", mission="ESP", at=SEPTEMBER + DAY)
    assert objections(outbox, SEPTEMBER) == {
        "FRA": (Reason.ANSWERED, "reply 2, other"),
        "ESP": (Reason.UNREAD, "mail 3"),
    }


def test_unread_mail_that_was_erased_still_holds_and_says_why_it_cannot_be_read(outbox: Outbox) -> None:
    id_ = came_in(outbox, "beacon")
    with writing(outbox.engine) as connection:
        row = {"at": SEPTEMBER, "by": "test", "what": "address", "day": "", "under_way": 0}
        counts = dict.fromkeys(("mails", "mentions", "letters", "entries"), 0)
        erasure = connection.scalar(insert(erasures).values(**row, **counts).returning(erasures.c.id))
        connection.execute(insert(erased), {"inbound": id_, "erasure": erasure, "whole": True})
        connection.execute(update(erasures).values(under_way=None))
    assert objections(outbox) == {"DEU": (Reason.UNREAD, f"mail {id_}, erased")}
    say(outbox, id_, kind=Kind.OTHER)
    assert objections(outbox) == {}


def test_ten_thousand_messages_are_looked_through_at_once(outbox: Outbox) -> None:
    like = came_in(outbox, "beacon", text="x" * 4_000)
    with writing(outbox.engine) as connection:
        row = dict(connection.execute(inbound.select().where(inbound.c.id == like)).mappings().one())
        rows = [{**row, "id": id_, "digest": f"{id_}"} for id_ in range(2, 10_001)]
        connection.execute(insert(inbound), rows)
        tie = {"message": None, "ask": "hrc51", "matched_by": MatchedBy.PERSON.value, "certainty": 1.0}
        at = {"at": SEPTEMBER, "by": "test", "removed_at": None}
        connection.execute(
            insert(ties),
            [
                {"inbound": id_, "case": f"case-{id_ % 5}", "mission": f"M{id_ % 200}", **tie, **at}
                for id_ in range(2, 10_001)
            ],
        )
        said = {"case": "", "kind": "", "stance": "supportive", "note": "", "at": SEPTEMBER, "by": "test"}
        connection.execute(insert(decisions), [{"inbound": id_, **said} for id_ in range(2, 5_001)])
    started = time.perf_counter()
    found = mail_in(outbox)
    assert len({*found.answers, *found.unread}) == 201
    assert time.perf_counter() - started < 1.5  # 0.1 s on an idle machine
