"""When posts may leave: never closer than the spacing, never in quiet hours, never more than the cap of a day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import UsageError
from outreach.outbox.schedule import Departure, Rules, next_slot, read_moment, rules_of, slots
from outreach.settings.settings import Settings

ZURICH = ZoneInfo("Europe/Zurich")
HALF_HOUR = timedelta(minutes=30)
NIGHT = (time(22), time(7))
RULES = Rules(HALF_HOUR, 12, NIGHT, ZURICH)
FREE = Rules(timedelta(0), 0, None, ZURICH)


def zurich(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZURICH, fold=fold).astimezone(UTC)


def left(*texts: str) -> list[Departure]:
    return [Departure(zurich(text)) for text in texts]


def test_a_free_day_lets_the_first_post_go_at_once() -> None:
    assert next_slot(RULES, [], zurich("2022-09-29 09:00")) == zurich("2022-09-29 09:00")


def test_posts_keep_the_spacing_from_what_left_and_from_what_waits() -> None:
    others = left("2022-09-29 08:50", "2022-09-29 09:40")
    assert next_slot(RULES, others, zurich("2022-09-29 09:00")) == zurich("2022-09-29 10:10")


def test_a_gap_that_is_wide_enough_is_used() -> None:
    others = left("2022-09-29 09:00", "2022-09-29 10:00")
    assert next_slot(RULES, others, zurich("2022-09-29 09:10")) == zurich("2022-09-29 09:30")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2022-09-29 21:59", "2022-09-29 21:59"),
        ("2022-09-29 22:00", "2022-09-30 07:00"),
        ("2022-09-30 03:00", "2022-09-30 07:00"),
        ("2022-09-30 07:00", "2022-09-30 07:00"),
    ],
)
def test_at_night_it_waits_for_the_morning_of_the_accounts_own_clock(at: str, expected: str) -> None:
    assert next_slot(RULES, [], zurich(at)) == zurich(expected)


def test_quiet_hours_of_one_day_are_left_in_the_same_day() -> None:
    noon = Rules(HALF_HOUR, 12, (time(12), time(14)), ZURICH)
    assert next_slot(noon, [], zurich("2022-09-29 12:30")) == zurich("2022-09-29 14:00")


def test_the_account_of_another_time_zone_has_other_nights() -> None:
    rules = Rules(HALF_HOUR, 12, NIGHT, ZoneInfo("America/New_York"))
    assert next_slot(rules, [], datetime(2022, 9, 29, 9, tzinfo=UTC)) == datetime(2022, 9, 29, 11, tzinfo=UTC)


def test_a_full_day_ends_at_midnight_and_the_night_after_it_in_the_morning() -> None:
    rules = Rules(HALF_HOUR, 2, NIGHT, ZURICH)
    others = left("2022-09-29 07:00", "2022-09-29 12:00")
    assert next_slot(rules, others, zurich("2022-09-29 15:00")) == zurich("2022-09-30 07:00")
    by_night_too = Rules(HALF_HOUR, 2, None, ZURICH)
    assert next_slot(by_night_too, others, zurich("2022-09-29 15:00")) == zurich("2022-09-30 00:00")


def test_the_further_parts_of_a_thread_are_no_posts_of_the_day_and_keep_the_spacing_all_the_same() -> None:
    rules = Rules(HALF_HOUR, 2, NIGHT, ZURICH)
    thread = [Departure(zurich("2022-09-29 09:00")), Departure(zurich("2022-09-29 09:05"), counts=False)]
    assert next_slot(rules, thread, zurich("2022-09-29 09:10")) == zurich("2022-09-29 09:35")


def test_many_posts_get_times_one_after_the_other() -> None:
    times = slots(RULES, [], zurich("2022-09-29 20:45"), 4)
    expected = ["2022-09-29 20:45", "2022-09-29 21:15", "2022-09-29 21:45", "2022-09-30 07:00"]
    assert times == [zurich(text) for text in expected]


def test_when_clocks_are_set_forward_the_night_ends_as_the_clock_says() -> None:
    """27 March 2022: 02:00 is 03:00. A night until 02:30, a time that does not come, is over at 03:00."""
    rules = Rules(HALF_HOUR, 12, (time(22), time(2, 30)), ZURICH)
    found = next_slot(rules, [], zurich("2022-03-27 01:50"))
    assert found.astimezone(ZURICH).time() == time(3)
    assert found == datetime(2022, 3, 27, 1, tzinfo=UTC)
    assert next_slot(RULES, [], zurich("2022-03-27 01:00")) == datetime(2022, 3, 27, 5, tzinfo=UTC)


def test_when_clocks_are_set_back_the_hour_that_comes_twice_is_quiet_twice() -> None:
    """30 October 2022: 03:00 is 02:00 again. In a night until 02:30 the second 02:10 is quiet as the first is."""
    rules = Rules(timedelta(0), 12, (time(22), time(2, 30)), ZURICH)
    assert next_slot(rules, [], zurich("2022-10-30 02:10")) == datetime(2022, 10, 30, 0, 30, tzinfo=UTC)
    assert next_slot(rules, [], zurich("2022-10-30 02:10", fold=1)) == datetime(2022, 10, 30, 1, 30, tzinfo=UTC)
    assert next_slot(RULES, [], zurich("2022-10-30 01:00")) == datetime(2022, 10, 30, 6, tzinfo=UTC)


ZONES = st.sampled_from(["Europe/Zurich", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])
MINUTES = st.integers(0, 60 * 24 * 4)
# From Friday before to Tuesday after clocks change in Europe, America and Australia.
STARTS = st.sampled_from(
    [date(2022, 3, 11), date(2022, 3, 25), date(2022, 10, 28), date(2022, 11, 4), date(2022, 4, 1)]
)
CLOCKS = st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30])).map(lambda parts: time(*parts))
QUIET = st.none() | st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] != pair[1])


@st.composite
def situations(draw: st.DrawFn) -> tuple[Rules, list[Departure], datetime]:
    begin = datetime.combine(draw(STARTS), time(), UTC)
    spacing = timedelta(minutes=draw(st.sampled_from([0, 10, 30, 90])))
    rules = Rules(spacing, draw(st.integers(0, 3)), draw(QUIET), ZoneInfo(draw(ZONES)))
    departed = draw(st.lists(st.tuples(MINUTES, st.booleans()), max_size=8))
    others = [Departure(begin + timedelta(minutes=minutes), counts) for minutes, counts in departed]
    return rules, others, begin + timedelta(minutes=draw(MINUTES))


def may_leave(rules: Rules, others: list[Departure], at: datetime) -> bool:
    """The rules once more, in the plainest words."""
    local = at.astimezone(rules.zone)
    if any(abs(other.at - at) < rules.spacing for other in others):
        return False
    same_day = [other for other in others if other.counts and other.at.astimezone(rules.zone).date() == local.date()]
    if rules.per_day and len(same_day) >= rules.per_day:
        return False
    if rules.quiet is None:
        return True
    first, last = rules.quiet
    clock = local.time()
    return not (first <= clock < last) if first < last else last <= clock < first


@given(situations())
def test_the_slot_is_the_first_minute_at_which_every_rule_is_kept(
    situation: tuple[Rules, list[Departure], datetime],
) -> None:
    rules, others, at = situation
    found = next_slot(rules, others, at)
    assert found >= at
    assert may_leave(rules, others, found)
    minutes = int((found - at) / timedelta(minutes=1))
    assert not any(may_leave(rules, others, at + timedelta(minutes=minute)) for minute in range(minutes))


def test_what_the_settings_say_holds() -> None:
    settings = Settings.model_validate(
        {"posts": {"spacing_minutes": 45, "per_day": 3, "quiet": "21:30-8:00", "timezone": "Asia/Tokyo"}}
    )
    expected = Rules(timedelta(minutes=45), 3, (time(21, 30), time(8)), ZoneInfo("Asia/Tokyo"))
    assert rules_of(settings) == expected
    assert rules_of(Settings.model_validate({"posts": {"quiet": ""}})).quiet is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-09-29 09:00 Europe/Zurich", datetime(2022, 9, 29, 7, tzinfo=UTC)),
        ("2022-09-29T09:00", datetime(2022, 9, 29, 7, tzinfo=UTC)),
        ("2022-09-29 09:00 UTC", datetime(2022, 9, 29, 9, tzinfo=UTC)),
        ("2022-10-30 02:30 Europe/Zurich", datetime(2022, 10, 30, 0, 30, tzinfo=UTC)),
    ],
)
def test_at_is_a_day_a_time_and_a_zone(text: str, expected: datetime) -> None:
    assert read_moment(text, ZURICH) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2022-09-29",
        "29.9.2022 09:00",
        "2022-09-29 25:00",
        "2022-02-30 09:00",
        "9999-12-31 23:59",
        "2022-09-29 09:00 Geneva",
        "2022-09-29 09:00 ../../etc/passwd",
        "2022-03-27 02:30 Europe/Zurich",
        "0001-01-01 00:00 Asia/Tokyo",
    ],
)
def test_what_is_no_moment_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError, match="--at"):
        read_moment(text, ZURICH)
