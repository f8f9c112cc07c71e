"""Counting voices: what the database adds up is what counting one by one gives; ranges cover each number once."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from outreach.db.engine import reading, writing
from outreach.supporters.digest.ranges import Range, next_range
from outreach.supporters.digest.tally import Audience, Tally, cases_asked_for, last_counted
from outreach.supporters.store import Store
from outreach.supporters.tables import supporters, voice_cases, voices
from tests.supporters.stores import NOW, open_here

CASES = ("a", "b", "c")
STATES = ("DEU", "FRA", "ESP")
VOICES = st.lists(
    st.tuples(
        st.sets(st.sampled_from([*CASES, "gone"]), min_size=1),
        st.one_of(st.sampled_from(["all", "not-raised"]), st.sets(st.sampled_from(STATES), min_size=1).map(";".join)),
        st.sampled_from(["", "DEU", "POL"]),
        st.sampled_from(["counted", "let-through", "in-digest", "taken-back", "set-aside", "to-read"]),
    ),
    max_size=25,
)


def fill(store: Store, rows: list[tuple[set[str], str, str, str]]) -> None:
    """Voices with running numbers 1, 2, …; those to-read have none."""
    with writing(store.engine) as connection:
        for number, (cases, missions, country, status) in enumerate(rows, 1):
            someone = connection.execute(insert(supporters).values(language="en", created_at=NOW)).inserted_primary_key
            row = {
                "supporter": someone[0] if someone else 0, "ask": "hrc51", "missions": missions, "has_words": False,
                "may_quote": False, "country": country, "language": "en", "status": status, "agreed_to": "1",
                "agreed_on": NOW, "counted": None if status == "to-read" else number,
            }  # fmt: skip
            voice = connection.execute(insert(voices).values(row).returning(voices.c.id)).scalar_one()
            connection.execute(insert(voice_cases), [{"voice": voice, "case": case} for case in sorted(cases)])


@settings(max_examples=40, deadline=None)
@given(
    rows=VOICES,
    after=st.integers(0, 10),
    asked=st.sets(st.sampled_from(CASES), min_size=1),
    of_the_ask=st.booleans(),
    not_raised=st.booleans(),
)
def test_what_is_added_up_is_what_counting_one_by_one_gives(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[set[str], str, str, str]],
    after: int,
    asked: set[str],
    of_the_ask: bool,
    not_raised: bool,
) -> None:
    store = open_here(tmp_path_factory.mktemp("store"))
    fill(store, rows)
    audience = Audience("DEU", of_the_ask, not_raised)
    with reading(store.engine) as connection:
        upto = last_counted(connection, "hrc51")
        found = Tally.read(connection, "hrc51", CASES, Range(after, upto)).count(audience, asked)
    theirs = [
        (cases & asked, country)
        for number, (cases, missions, country, status) in enumerate(rows, 1)
        if number > after
        and status in ("counted", "let-through", "in-digest")
        and cases & asked
        and (
            "DEU" in missions.split(";")
            or (of_the_ask and (missions == "all" or (missions == "not-raised" and not_raised)))
        )
    ]
    assert found.number == len(theirs)
    assert dict(found.by_case) == dict(Counter(case for cases, _ in theirs for case in cases))
    assert dict(found.countries) == dict(Counter(country for _, country in theirs if country))


def test_only_cases_of_voices_that_count_are_asked_for(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    fill(store, [({"a"}, "all", "", "counted"), ({"b"}, "all", "", "to-read")])
    with reading(store.engine) as connection:
        assert cases_asked_for(connection, "hrc51") == {"a"}
        assert cases_asked_for(connection, "another") == frozenset()
    with writing(store.engine) as connection:
        connection.execute(update(voices).values(country="FRA"))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), max_size=5), st.integers(0, 25))
def test_a_mission_s_next_range_covers_what_no_letter_counted_and_nothing_twice(
    spans: list[tuple[int, int]], upto: int
) -> None:
    taken = [Range(after, after + length) for after, length in spans]
    covered = {number for each in taken for number in range(each.after + 1, each.upto + 1)}
    left = [number for number in range(1, upto + 1) if number not in covered]
    found = next_range(taken, upto)
    if found is None:
        assert not left
    else:
        numbers = range(found.after + 1, found.upto + 1)
        assert numbers[0] == left[0]
        assert not covered & set(numbers)
        assert found.upto <= upto
        assert found.upto == upto or found.upto + 1 in covered


def test_ranges_that_follow_each_other_come_to_everything() -> None:
    taken = list[Range]()
    while within := next_range(taken, 10):
        taken.append(within)
    assert taken == [Range(0, 10)]
    assert next_range(taken, 12) == Range(10, 12)


def test_there_may_be_more_cases_than_bits_in_a_number_of_the_database(tmp_path: Path) -> None:
    store, cases = open_here(tmp_path), [f"case-{number}" for number in range(80)]
    fill(store, [({*cases[:40]}, "all", "", "counted"), ({*cases[30:]}, "all", "", "counted")])
    with reading(store.engine) as connection:
        count = Tally.read(connection, "hrc51", cases, Range(0, 2)).count(Audience("DEU", True, True), cases)
    assert (count.number, sum(count.by_case.values()), count.by_case["case-35"], count.by_case["case-79"]) == (
        2,
        90,
        2,
        1,
    )
