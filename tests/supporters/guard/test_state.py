"""The state of the forms: decided by a few numbers, never by who comes how; told in the story at each change."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from outreach.db.engine import writing
from outreach.supporters.doors import change_voice
from outreach.supporters.guard.caps import Caps
from outreach.supporters.guard.state import ORDER, Numbers, State, decide, last_state, limits, watch
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.tables import story, voices
from tests.supporters.stores import NOW, add_voice, open_here, settings

HOUR, DAY = 100, 400
counts = st.integers(0, 1000)
numbers = st.builds(Numbers, counts, counts, counts, counts, counts)


@pytest.mark.parametrize(
    ("given_", "state"),
    [
        (Numbers(0, 0, 0, 0, 0), State.CALM),
        (Numbers(49, 299, 19, 0, 99), State.CALM),
        (Numbers(50, 60, 0, 0, 0), State.SLOW),
        (Numbers(0, 300, 0, 0, 0), State.SLOW),
        (Numbers(0, 0, 100, 42, 0), State.CALM),
        (Numbers(0, 0, 100, 19, 0), State.SLOW),
        (Numbers(0, 0, 100, 4, 0), State.BY_MAIL_ONLY),
        (Numbers(100, 100, 0, 0, 99), State.SLOW),
        (Numbers(100, 100, 0, 0, 100), State.BY_MAIL_ONLY),
        (Numbers(0, 400, 0, 0, 0), State.BY_MAIL_ONLY),
    ],
)
def test_the_state_follows_the_numbers(given_: Numbers, state: State) -> None:
    assert decide(State.CALM, given_, HOUR, DAY).state is state


@given(st.sampled_from(ORDER), numbers)
def test_only_calm_needs_no_reason(was: State, found: Numbers) -> None:
    now = decide(was, found, HOUR, DAY)
    assert bool(now.why) is (now.state is not State.CALM)


@given(st.sampled_from(ORDER), numbers, st.integers(0, 300), st.integers(0, 300))
def test_more_mails_never_make_it_milder(was: State, found: Numbers, hour: int, waiting: int) -> None:
    more = Numbers(found.hour + hour, found.day + hour, found.asked, found.confirmed, found.waiting + waiting)
    before, after = decide(was, found, HOUR, DAY).state, decide(was, more, HOUR, DAY).state
    assert ORDER.index(after) >= ORDER.index(before)


@given(st.sampled_from(ORDER), numbers)
def test_a_state_stays_while_the_numbers_do(was: State, found: Numbers) -> None:
    now = decide(was, found, HOUR, DAY).state
    assert decide(now, found, HOUR, DAY).state is now


@given(st.sampled_from(ORDER), st.integers(1, 50))
def test_a_network_causes_fewer_mails_in_any_state_but_calm(state: State, per_network: int) -> None:
    web = settings().web.model_copy(update={"per_network": per_network})
    wanted = per_network if state is State.CALM else max(1, per_network // 4)
    assert limits(web, state).network_day == wanted


def test_each_change_is_told_once_with_its_reason(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    web = settings().web.model_copy(update={"per_hour": 4})
    with writing(store.engine) as connection:
        assert watch(store, connection, web, NOW).state is State.CALM
        Caps(store, connection, limits(web, State.CALM), NOW).mail("noor@example.org", "")
        for _ in range(3):
            assert watch(store, connection, web, NOW).state is State.SLOW
        assert last_state(connection).why == "2 of 4 mails of this hour are used"
        for _ in range(2):
            assert watch(store, connection, web, NOW + timedelta(hours=1)).state is State.CALM
        told = connection.execute(select(story.c.what, story.c.from_status, story.c.to_status).order_by(story.c.id))
        assert [tuple(row) for row in told] == [("guard", "calm", "slow"), ("guard", "slow", "calm")]


def test_few_confirmations_close_the_forms_but_not_of_those_who_were_just_asked(tmp_path: Path) -> None:
    store, web = open_here(tmp_path), settings().web
    with writing(store.engine) as connection:
        for number in range(40):
            add_voice(store, connection, f"person{number}@example.org")
        assert watch(store, connection, web, NOW + timedelta(minutes=30)).state is State.CALM
        assert watch(store, connection, web, NOW + timedelta(hours=2)).state is State.BY_MAIL_ONLY
        for voice in range(1, 17):
            change_voice(connection, voice, VoiceStatus.CONFIRMED, NOW, "a test")
        assert watch(store, connection, web, NOW + timedelta(hours=2)).state is State.CALM
        connection.execute(update(voices).values(confirmed_on=None))
        assert watch(store, connection, web, NOW + timedelta(hours=25)).state is State.CALM
