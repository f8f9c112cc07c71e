"""Whose turn it is on an account: spacing holds however late, threads stay together; a real database."""

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from outreach.db.engine import reading, writing
from outreach.errors import StorageFailed
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Claimed, Scope
from outreach.outbox.posts.timetable import Timetable, departures, waiting_departures
from outreach.outbox.queue import claim
from outreach.outbox.schedule import Departure, Rules
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from tests.outbox.outboxes import NOON, lead, listing, queue_letters
from tests.outbox.posts.queued_posts import POSTS, queue_drafts, queue_posts, thread

HALF_HOUR = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
RULES = Rules(HALF_HOUR, 12, (time(22), time(7)), ZoneInfo("Europe/Zurich"))
TIMETABLE = Timetable(RULES, "x")
ME = "this-machine/1/0.00"


def take(outbox: Outbox, at=NOON, timetable: Timetable = TIMETABLE, scope: Scope = POSTS) -> list[Claimed]:
    with writing(outbox.engine) as connection:
        return timetable.claim(connection, replace(scope, channel=timetable.channel), 10, at, ME)


def end(outbox: Outbox, message: int, to: Status, at=NOON, reference: str = "") -> None:
    """What becomes of a claimed post."""
    steps = [
        Transition(message, Status.CLAIMED, Status.SENDING, at, ME, holder=ME, held_by=ME),
        Transition(message, Status.SENDING, to, at, ME, holder=ME, reference=reference, not_before=at),
    ]
    with writing(outbox.engine) as connection:
        advance(connection, steps)


def publish(outbox: Outbox, at=NOON, reference: str = "") -> int | None:
    """Claim the next post and see it out; None when none may go."""
    for claimed in take(outbox, at):
        end(outbox, claimed.id, Status.SENT, at, reference)
        return claimed.id
    return None


def next_due(outbox: Outbox, at=NOON, timetable: Timetable = TIMETABLE):
    with reading(outbox.engine) as connection:
        return timetable.next_due(connection, Scope(channel=timetable.channel), at)


def test_of_many_that_are_due_one_leaves_and_the_next_after_the_spacing(outbox: Outbox) -> None:
    """The laptop was off: all are late, and still they leave one by one."""
    first, second, _third = queue_posts(outbox, "x", 3, NOON - timedelta(days=3))
    assert publish(outbox) == first
    assert publish(outbox) is None
    assert publish(outbox, NOON + HALF_HOUR - MINUTE) is None
    assert next_due(outbox, NOON + MINUTE) == NOON + HALF_HOUR
    assert publish(outbox, NOON + HALF_HOUR) == second


def test_while_another_run_holds_a_post_no_second_one_is_claimed(outbox: Outbox) -> None:
    queue_posts(outbox, "x", 2)
    assert len(take(outbox)) == 1
    assert take(outbox) == []


@pytest.mark.parametrize("status", [Status.UNCONFIRMED, Status.SENDING, Status.CLAIMED])
def test_a_post_that_may_have_left_keeps_the_next_at_a_distance(outbox: Outbox, status: Status) -> None:
    first, second = queue_posts(outbox, "x", 2)
    lead(outbox, first, status)
    assert take(outbox, NOON + MINUTE) == []
    if status is Status.UNCONFIRMED:
        assert [claimed.id for claimed in take(outbox, NOON + HALF_HOUR)] == [second]


@pytest.mark.parametrize("status", [Status.REJECTED, Status.DEFERRED, Status.WITHDRAWN])
def test_a_post_that_did_not_leave_keeps_nobody_waiting(outbox: Outbox, status: Status) -> None:
    first, second = queue_posts(outbox, "x", 2)
    lead(outbox, first, status, NOON + HALF_HOUR if status is Status.DEFERRED else NOON)
    assert [claimed.id for claimed in take(outbox, NOON)] == [second]


def test_a_deleted_post_was_out_and_counts(outbox: Outbox) -> None:
    first, second = queue_posts(outbox, "x", 2)
    lead(outbox, first, Status.SENT)
    with writing(outbox.engine) as connection:
        advance(connection, [Transition(first, Status.SENT, Status.WITHDRAWN, NOON + MINUTE, "a person", "deleted")])
    assert take(outbox, NOON + MINUTE) == []
    assert [claimed.id for claimed in take(outbox, NOON + HALF_HOUR)] == [second]


def test_accounts_do_not_wait_for_each_other(outbox: Outbox) -> None:
    queue_posts(outbox, "x", 1)
    [bluesky] = queue_posts(outbox, "bluesky", 1)
    assert publish(outbox)
    assert [claimed.id for claimed in take(outbox, timetable=Timetable(RULES, "bluesky"))] == [bluesky]


def test_letters_are_no_posts_of_an_account(outbox: Outbox) -> None:
    queue_letters(outbox, 2)
    with reading(outbox.engine) as connection:
        assert departures(connection, "smtp", NOON) == []
        assert waiting_departures(connection, "smtp") == []


def test_at_night_nothing_leaves_and_the_next_moment_is_the_morning(outbox: Outbox) -> None:
    night = NOON.replace(hour=22)
    queue_posts(outbox, "x", 1, night)
    assert take(outbox, night) == []
    assert next_due(outbox, night) == (NOON + timedelta(days=1)).replace(hour=5)


def test_a_post_for_later_waits_and_is_counted_among_the_planned(outbox: Outbox) -> None:
    later = NOON + timedelta(hours=3)
    queue_drafts(outbox, thread(outbox, "x", "late", not_before=later))
    assert take(outbox, later - MINUTE) == []
    assert next_due(outbox) == later
    with reading(outbox.engine) as connection:
        assert waiting_departures(connection, "x") == [Departure(later)]
    assert len(take(outbox, later)) == 1


def test_nothing_waiting_has_no_next_moment(outbox: Outbox) -> None:
    assert next_due(outbox) is None


def test_the_parts_of_a_thread_leave_one_after_the_other_each_when_the_one_before_is_out(outbox: Outbox) -> None:
    ids = queue_drafts(outbox, thread(outbox, "x", "story", parts=3))
    [first] = take(outbox)
    assert (first.id, first.parent, first.follows) == (ids[0], "", None)
    assert take(outbox) == [], "the first is not out yet"
    end(outbox, first.id, Status.SENT, reference="id-1")
    [second] = take(outbox)
    assert (second.id, second.parent, second.follows) == (ids[1], "id-1", ids[0])
    end(outbox, second.id, Status.SENT, reference="id-2")
    [third] = take(outbox)
    assert (third.id, third.parent) == (ids[2], "id-2")


def test_a_thread_goes_on_before_another_post_begins_and_counts_as_one_post_of_the_day(outbox: Outbox) -> None:
    rules = Rules(HALF_HOUR, 2, None, ZoneInfo("UTC"))
    queue_drafts(outbox, [*thread(outbox, "x", "alone"), *thread(outbox, "x", "story", parts=3)])
    [alone] = take(outbox, timetable=Timetable(rules, "x"))
    end(outbox, alone.id, Status.SENT)
    at, gone = NOON + HALF_HOUR, []
    for _ in range(3):
        [part] = take(outbox, at, Timetable(rules, "x"))
        end(outbox, part.id, Status.SENT, at, reference=f"id-{part.id}")
        gone.append(part.id)
    assert gone == sorted(gone)
    queue_drafts(outbox, thread(outbox, "x", "too-many"))
    assert next_due(outbox, at, Timetable(rules, "x")) == (NOON + timedelta(days=1)).replace(hour=0)


@pytest.mark.parametrize("status", [Status.REJECTED, Status.UNCONFIRMED, Status.DEFERRED, Status.WITHDRAWN])
def test_no_part_of_a_thread_leaves_while_the_one_before_is_not_out(outbox: Outbox, status: Status) -> None:
    first, _second = queue_drafts(outbox, thread(outbox, "x", "story", parts=2))
    lead(outbox, first, status, NOON + HALF_HOUR)
    at = NOON + HALF_HOUR - MINUTE
    assert take(outbox, at) == []
    with writing(outbox.engine) as connection:
        assert claim(connection, POSTS, 10, at, ME) == []


def test_a_deferred_part_of_a_thread_is_awaited_at_its_own_time(outbox: Outbox) -> None:
    queue_drafts(outbox, [*thread(outbox, "x", "story", parts=2), *thread(outbox, "x", "other")])
    publish(outbox, reference="id-1")
    [second] = take(outbox)
    later = NOON + 5 * MINUTE
    steps = [Transition(second.id, Status.CLAIMED, Status.DEFERRED, NOON, ME, "429", holder=ME, not_before=later)]
    with writing(outbox.engine) as connection:
        advance(connection, steps)
    assert next_due(outbox) == later
    assert [claimed.id for claimed in take(outbox, later)] == [second.id]


def test_what_the_network_calls_a_post_is_kept_with_it_and_never_changes(outbox: Outbox) -> None:
    queue_posts(outbox, "x", 1)
    publish(outbox, reference="1570")
    [entry] = listing(outbox)
    assert (entry.reference, entry.recipients) == ("1570", ())
    with pytest.raises(StorageFailed, match="never changes"), writing(outbox.engine) as connection:
        connection.execute(text("UPDATE messages SET reference = '1571'"))
    with pytest.raises(StorageFailed, match="never changes"), writing(outbox.engine) as connection:
        connection.execute(text("UPDATE messages SET follows = 1"))
