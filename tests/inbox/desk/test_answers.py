"""What counts as answered: the newest reply with a standing tie, and what people said of it."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from outreach.db.engine import reading, writing
from outreach.inbox.desk.answers import Answer, answered, answers
from outreach.inbox.desk.decisions import take_back
from outreach.inbox.kinds import Kind, MatchedBy, Stance
from outreach.inbox.models import decisions, inbound, ties
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


def answers_in(outbox: Outbox, scope: Scope | None = None) -> dict[tuple[str, str, str], Answer]:
    with reading(outbox.engine) as connection:
        return answers(connection, scope or Scope())


def stance(outbox: Outbox) -> Stance | None:
    return answers_in(outbox)[DEU].stance


@pytest.mark.parametrize("kind", list(Kind))
def test_only_a_reply_is_an_answer(outbox: Outbox, kind: Kind) -> None:
    came_in(outbox, "beacon", kind=kind)
    assert set(answers_in(outbox)) == ({DEU} if kind is Kind.REPLY else set())


def test_a_reply_that_is_tied_to_nothing_answers_nothing(outbox: Outbox) -> None:
    came_in(outbox)
    assert answers_in(outbox) == {}


def test_the_newest_reply_is_the_answer_and_the_first_says_when_it_came(outbox: Outbox) -> None:
    newest = came_in(outbox, "beacon", at=SEPTEMBER + DAY)
    came_in(outbox, "beacon", at=SEPTEMBER)  # fetched later, arrived earlier
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
    say(outbox, later, Stance.DECLINED)
    assert stance(outbox) is Stance.DECLINED


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
    came_in(outbox, "sample", mission="FRA")
    came_in(outbox, "beacon", mission="ESP", ask="hrc54")
    assert {mission for _, _, mission in answers_in(outbox, scope)} == missions


def test_the_plan_is_told_who_declined_apart_from_who_answered(outbox: Outbox) -> None:
    say(outbox, came_in(outbox, "beacon"), Stance.DECLINED)
    came_in(outbox, "beacon", mission="FRA")
    say(outbox, came_in(outbox, "beacon", mission="ESP"), Stance.WILL_RAISE)
    with reading(outbox.engine) as connection:
        told = {mission: objection for (_, _, mission), objection in answered(connection, Scope()).items()}
    assert told == {
        "DEU": (Reason.DECLINED, "reply 1, declined"),
        "FRA": (Reason.ANSWERED, "reply 2, not marked yet"),
        "ESP": (Reason.ANSWERED, "reply 3, will-raise"),
    }


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
    found = answers_in(outbox)
    assert len(found) == 201
    assert time.perf_counter() - started < 1.5  # 0.1 s on an idle machine
