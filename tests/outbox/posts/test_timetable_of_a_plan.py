"""The times of a plan's posts: beside what waits on the account, and not after the day that they ask for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.db.engine import reading
from outreach.outbox.gate.objections import Reason
from outreach.outbox.posts.plan import PostPlan, PostRequest, plan_posts
from outreach.outbox.posts.timetable import departures_of, with_times
from outreach.outbox.schedule import rules_of
from outreach.outbox.store import Outbox
from tests.outbox.outboxes import NOON
from tests.outbox.posts.queued_posts import queue_drafts, queue_posts, thread

HALF_HOUR = timedelta(minutes=30)
BEFORE = date(2022, 9, 1)
THE_DAY = datetime(2022, 9, 29, 9, tzinfo=UTC)  # of the ask


@pytest.fixture
def campaign(campaign_folder: Path) -> Campaign:
    """A campaign with three posts, of which the second asks for something on the ask's day."""
    folder = campaign_folder / "templates" / "tweets"
    for path in folder.glob("beacon.*"):
        path.unlink()
    text = "=== first\nOne\n=== ask\nOn {{ ask.date }}!\n=== last\nThree\n"
    (folder / "beacon.en.txt").write_text(text, encoding="utf-8")
    return load_campaign(campaign_folder)


def scheduled(campaign: Campaign, begin: datetime, **more: bool) -> PostPlan:
    """The plan of an account that may post once a day."""
    request = PostRequest(campaign.cases["beacon"], campaign.asks["hrc51"], ("x",), **more)
    rules = replace(rules_of(campaign.settings), per_day=1)
    return with_times(
        plan_posts(campaign, request, {}, BEFORE), request, rules, {"x": []}, begin, campaign.settings.timezone
    )


def days(plan: PostPlan) -> dict[str, int]:
    return {post.text.name: post.goes_at.day for post in plan.posts if post.goes_at}


def test_what_asks_for_a_day_and_gets_its_turn_in_time_goes(campaign: Campaign) -> None:
    plan = scheduled(campaign, THE_DAY - timedelta(days=1), rehearsal=False)
    assert days(plan) == {"first": 28, "ask": 29, "last": 30}
    assert plan.excluded == ()


def test_what_would_get_its_turn_after_that_day_is_left_out_and_takes_nobodys_turn(campaign: Campaign) -> None:
    plan = scheduled(campaign, THE_DAY, rehearsal=False)
    assert days(plan) == {"first": 29, "last": 30}
    [left_out] = plan.excluded
    assert (left_out.part, left_out.reason) == ("ask.en", Reason.PAST_DATE)
    assert left_out.detail == "2022-09-29, and its turn comes on 2022-09-30"


def test_whoever_says_so_lets_it_go(campaign: Campaign) -> None:
    assert len(scheduled(campaign, THE_DAY, rehearsal=False, after_deadline=True).posts) == 3


def test_a_rehearsal_warns(campaign: Campaign) -> None:
    plan = scheduled(campaign, THE_DAY)
    assert len(plan.posts) == 3
    assert [(item.part, item.reason) for item in plan.warnings] == [("ask.en", Reason.PAST_DATE)]


def test_what_is_overdue_goes_first_from_now_on_and_in_between_goes_nothing(campaign: Campaign, outbox: Outbox) -> None:
    queue_posts(outbox, "x", 2, NOON - timedelta(days=1))
    queue_drafts(outbox, thread(outbox, "x", "later", not_before=NOON + timedelta(hours=3)))
    with reading(outbox.engine) as connection:
        found = departures_of(connection, rules_of(campaign.settings), "x", NOON)
    assert sorted(post.at for post in found) == [NOON, NOON + HALF_HOUR, NOON + timedelta(hours=3)]


def test_what_may_not_leave_any_more_takes_nobodys_turn(campaign: Campaign, outbox: Outbox) -> None:
    first, _second = queue_posts(outbox, "x", 2)
    with reading(outbox.engine) as connection:
        found = departures_of(connection, rules_of(campaign.settings), "x", NOON, held=[first])
    assert [post.at for post in found] == [NOON]
