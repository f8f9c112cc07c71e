"""Caps: no more mails than they say, whatever comes in whatever order; and nobody can tell later who was counted."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.db.engine import reading, writing
from outreach.supporters.guard.caps import ADDRESS_A_MONTH, Cap, Caps, Limits
from outreach.supporters.tables import caps, salts
from tests.supporters.stores import NOW, open_here

LIMITS = Limits(network_day=5, hour=7, day=11)
ADDRESSES = [f"{name}@example.org" for name in "abcdef"]
NETWORKS = ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/48", ""]
MINUTE = timedelta(minutes=1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ADDRESSES), st.sampled_from(NETWORKS), st.integers(0, 600)), max_size=60))
def test_no_counter_ever_goes_over_its_cap(forms: list[tuple[str, str, int]]) -> None:
    with TemporaryDirectory() as folder:
        store, at = open_here(Path(folder)), NOW
        hours, days, nets, people = Counter[object](), Counter[object](), Counter[object](), Counter[object]()
        today = Counter[object]()
        for address, network, minutes in forms:
            at += minutes * MINUTE
            with writing(store.engine) as connection:
                granted = Caps(store, connection, LIMITS, at).mail(address, network)
            if granted.cap:
                assert not granted.reminder
                continue
            mails = 1 + granted.reminder
            hours[at.date(), at.hour] += mails
            days[at.date()] += mails
            nets[at.date(), network] += mails
            people[at.year, at.month, address] += mails
            today[at.date(), address] += 1
        assert max(hours.values(), default=0) <= LIMITS.hour
        assert max(days.values(), default=0) <= LIMITS.day
        assert all(used <= LIMITS.network_day for (_, network), used in nets.items() if network)
        assert max(people.values(), default=0) <= ADDRESS_A_MONTH
        assert max(today.values(), default=0) <= 1
        store.engine.dispose()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=30))
def test_what_is_refused_is_not_counted(addresses: list[str]) -> None:
    with TemporaryDirectory() as folder:
        store = open_here(Path(folder))
        for address in addresses:
            with writing(store.engine) as connection:
                before = connection.execute(select(caps)).all()
                if Caps(store, connection, LIMITS, NOW).mail(address, NETWORKS[0]).cap:
                    assert connection.execute(select(caps)).all() == before
        store.engine.dispose()


def test_the_same_mailbox_in_another_spelling_is_counted_as_one(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        counted = Caps(store, connection, LIMITS, NOW)
        assert counted.mail("noor@example.org", "").cap is Cap.NONE
        assert counted.mail("NOOR+again@example.org", "").cap is Cap.ADDRESS


def test_what_was_answered_is_no_mail_to_a_stranger(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        counted = Caps(store, connection, LIMITS, NOW)
        for _ in range(3):
            assert counted.mail("noor@example.org", NETWORKS[0]).reminder
            counted.answered("noor@example.org", counted.network(NETWORKS[0]), NOW)
        assert counted.used() == (3, 3)
        assert not counted.mail("other@example.org", "198.51.100.0/24").cap


def test_what_is_answered_the_next_day_gives_today_nothing_back(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        first = Caps(store, connection, LIMITS, NOW)
        first.mail("noor@example.org", NETWORKS[0])
        network = first.network(NETWORKS[0])
        tomorrow = Caps(store, connection, LIMITS, NOW + timedelta(days=1))
        tomorrow.mail("other@example.org", NETWORKS[0])
        tomorrow.answered("noor@example.org", network, NOW)
        assert tomorrow.used() == (2, 2)


def test_salts_are_thrown_away_with_what_was_counted_under_them(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    seen = []
    for later in (timedelta(), timedelta(hours=1), timedelta(days=1), timedelta(days=31)):
        with writing(store.engine) as connection:
            Caps(store, connection, LIMITS, NOW + later).mail(f"{later.days}@example.org", NETWORKS[0])
        with reading(store.engine) as connection:
            seen.append({row.period: bytes(row.salt) for row in connection.execute(select(salts))})
            counted = connection.execute(select(caps.c.period, caps.c.key)).all()
    hours, days, months = ([each[period] for each in seen] for period in ("hour", "day", "month"))
    assert (len(set(hours)), len(set(days)), len(set(months))) == (4, 3, 2)
    assert sorted(row.period for row in counted) == ["day", "day", "day", "hour", "month"]


def test_a_clock_that_is_set_back_frees_nothing(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        assert not Caps(store, connection, LIMITS, NOW).mail("noor@example.org", "").cap
        assert Caps(store, connection, LIMITS, NOW - timedelta(days=2)).mail("noor@example.org", "").cap is Cap.ADDRESS


def test_no_address_and_no_network_stands_in_the_store(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        Caps(store, connection, LIMITS, NOW).mail("noor@supporters.example.org", "203.0.113.0/24")
    found = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [word for word in (b"noor", b"supporters.example", b"203.0.113") if word in found] == []
