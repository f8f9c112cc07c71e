"""Forms are taken in once, whole or not at all; what comes of one is told by mail alone, and within the caps."""

from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.db.engine import reading, writing
from outreach.services.supporters.arriving import accept, guard, take_in
from outreach.services.supporters.links import confirming
from outreach.services.supporters.links.confirming import Standing
from outreach.supporters.arrivals import Arrival, waiting_arrivals
from outreach.supporters.guard.state import State
from outreach.supporters.people import find
from outreach.supporters.tables import arrivals, story, supporters, voices
from outreach.supporters.voices import voices_of
from tests.services.supporters.campaigns import DAY, NOOR, arrive, joins, mails, open_here, tokens, writes
from tests.supporters.stores import NOW


def dropped(opened: object) -> list[str]:
    with reading(opened.store.engine) as connection:  # type: ignore[attr-defined]
        return list(connection.scalars(select(story.c.why).where(story.c.what == "arrival").order_by(story.c.id)))


def test_a_form_becomes_a_voice_and_one_mail_with_its_reminder(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes(words="Free the keepers", name="Noor", country="DEU"))
    assert take_in(opened, NOW) == 0
    with reading(opened.store.engine) as connection:
        [voice] = voices_of(opened.store, connection, find(opened.store, connection, NOOR) or 0)
        assert (voice.words, voice.name, voice.country, voice.cases) == (
            "Free the keepers", "Noor", "DEU", ("beacon", "sample"),
        )  # fmt: skip
        assert (voice.status, voice.agreed_to, voice.agreed_on) == ("written", "1", NOW)
        assert waiting_arrivals(opened.store, connection, 1) == []
    assert mails(opened) == [("1.confirm.1", "queued"), ("1.confirm.1.again", "queued")]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (writes(ask="none"), "its ask is over, or there is none"),
        (writes(cases=("beacon", "nobody")), "it names no case that there is"),
        (writes(cases=()), "it names no case that there is"),
        (writes(purpose="other"), "it is for nothing that there is"),
    ],
)
def test_what_cannot_be_asked_for_is_dropped_with_a_line(form: Arrival, why: str, tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, form)
    assert dropped(opened) == [why]
    assert mails(opened) == []


def test_forms_with_the_addresses_of_missions_and_our_own_cause_no_mail(tmp_path: Path) -> None:
    opened = open_here(tmp_path, by_mail="join@supporters.example.org")
    missions = opened.campaign.registry.missions.values()
    theirs = [address for mission in missions for address in mission.emails]
    ours = [opened.campaign.settings.sender.email, "join+tag@supporters.example.org"]
    spelled = [theirs[0].upper(), theirs[0].replace("@", "+embassy@")]
    arrive(opened, *(form(address) for address in (*theirs[:3], *ours, *spelled) for form in (writes, joins)))
    assert mails(opened) == []
    assert set(dropped(opened)) == {"it is an address of a mission, or our own"}
    with reading(opened.store.engine) as connection:
        assert connection.scalars(select(supporters.c.id)).all() == []


def test_what_cannot_be_opened_stops_no_other(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    with writing(opened.store.engine) as connection:
        connection.execute(arrivals.insert(), {"at": NOW, "sealed": b"x" * 40})
        connection.execute(arrivals.insert(), {"at": NOW, "sealed": opened.store.sealer.seal("[1]", "arrival")})
    accept(opened, writes(), NOW)
    assert take_in(opened, NOW) == 3
    assert dropped(opened) == ["it cannot be opened"]
    assert len(mails(opened)) == 2


def test_a_second_form_replaces_what_nobody_confirmed_and_causes_no_mail(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes(words="the first"), writes(words="the second"))
    arrive(opened, writes(words="the third"), at=NOW + DAY)
    assert len(mails(opened)) == 2
    [token] = tokens(opened)
    asked = confirming.look(opened, token)
    assert asked is not None
    assert (asked.standing, asked.voice and asked.voice.words) == (Standing.OPEN, "the third")
    stale = confirming.decide(opened, token, yes=True, at=NOW, number=1)
    assert stale == asked
    with reading(opened.store.engine) as connection:
        assert [bool(row.sealed) for row in connection.execute(select(voices))] == [False, False, True]


def test_a_form_for_what_was_confirmed_changes_nothing_and_sends_nothing(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes())
    [token] = tokens(opened)
    confirming.decide(opened, token, yes=True, at=NOW)
    before = mails(opened)
    arrive(opened, writes(words="another"), at=NOW + 2 * DAY)
    assert mails(opened) == before
    with reading(opened.store.engine) as connection:
        assert connection.scalars(select(voices.c.status)).all() == ["counted"]


def test_whoever_floods_an_address_sends_three_mails_a_month_and_one_a_day(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    for day in range(10):
        arrive(opened, *[joins(network=f"198.51.{day}.0/24") for _ in range(3)], at=NOW + day * DAY)
    assert [part for part, _ in mails(opened)] == ["1.join.2022-09-20", "1.join.again.1", "1.join.2022-09-21"]
    assert dropped(opened) == ["enough mails to this address"] * 10


def test_a_network_causes_no_more_mails_than_its_cap(tmp_path: Path) -> None:
    opened = open_here(tmp_path, per_network=5)
    arrive(opened, *[writes(f"person{number}@example.org") for number in range(9)])
    assert len(mails(opened)) == 5
    assert dropped(opened) == ["enough mails from this network today"]
    arrive(opened, writes("late@example.org", network=""), writes("next@example.org"), at=NOW + DAY)
    assert len(mails(opened)) == 9


def test_what_is_too_much_for_an_hour_waits_for_the_next(tmp_path: Path) -> None:
    opened = open_here(tmp_path, per_hour=6)
    for number in range(10):
        accept(opened, writes(f"person{number}@example.org", network=f"198.51.{number}.0/24"), NOW)
    assert take_in(opened, NOW) == 3
    assert take_in(opened, NOW) == 0
    assert len(mails(opened)) == 6
    assert guard(opened).state is State.BY_MAIL_ONLY
    assert take_in(opened, NOW + DAY / 24) == 3
    assert guard(opened).state is State.SLOW
    assert take_in(opened, NOW + DAY / 12) == 3
    assert take_in(opened, NOW + DAY / 8) == 1
    assert take_in(opened, NOW + DAY / 6) == 0
    assert guard(opened).state is State.CALM


def test_nobody_is_made_where_nothing_may_be_sent(tmp_path: Path) -> None:
    opened = open_here(tmp_path, per_network=1)
    arrive(opened, writes("a@example.org"), writes("b@example.org"))
    with reading(opened.store.engine) as connection:
        assert len(connection.execute(select(supporters)).all()) == 1
