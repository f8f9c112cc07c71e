"""Personal links: looking changes nothing, answering twice is as once, and what ended says so."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text

from outreach.db.engine import reading, writing
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Key, suppressions
from outreach.outbox.queue import enqueue
from outreach.outbox.store import open_outbox
from outreach.services.supporters.expiring import expire
from outreach.services.supporters.links import confirming, leaving, own_voice
from outreach.services.supporters.links.confirming import Standing, decide
from outreach.services.supporters.links.leaving import leave, masked, never_again, rejoin
from outreach.services.supporters.links.mission_stop import mission_stop
from outreach.services.supporters.links.own_voice import VoiceStanding, take_back
from outreach.services.supporters.opening import Supporters
from outreach.supporters.doors import change_voice, put_in_digest
from outreach.supporters.people import find, is_refused
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.tables import approvals, digest_letters, digests, members, supporters, voices
from tests.services.supporters.campaigns import DAY, NOOR, arrive, joins, mails, open_here, tokens, writes
from tests.supporters.stores import NOW

UNKNOWN = "a" * 26


def statuses(opened: Supporters) -> list[str]:
    with reading(opened.store.engine) as connection:
        return list(connection.scalars(select(voices.c.status).order_by(voices.c.id)))


def memberships(opened: Supporters) -> list[str]:
    with reading(opened.store.engine) as connection:
        return list(connection.scalars(select(members.c.status).order_by(members.c.supporter)))


def everything(opened: Supporters) -> list[object]:
    """Give all rows of all tables but for those that count: what must not change by looking."""
    with reading(opened.store.engine) as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).all()
        return [connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in names]


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def confirmed(folder: Path, **more: object) -> tuple[Supporters, str, confirming.Asked]:
    opened = open_here(folder)
    arrive(opened, writes(**more))  # type: ignore[arg-type]
    [token] = tokens(opened)
    asked = decide(opened, token, yes=True, at=NOW)
    assert asked is not None
    return opened, token, asked


def test_looking_at_every_link_changes_nothing(tmp_path: Path) -> None:
    opened, _, asked = confirmed(tmp_path, joins=True)
    arrive(opened, writes("other@example.org"), joins("third@example.org"))
    before = everything(opened)
    for each in (*tokens(opened), asked.own_link, asked.leave_link, UNKNOWN, ""):
        for look in (confirming.look, own_voice.look, leaving.look):
            look(opened, each)
    assert everything(opened) == before


@pytest.mark.parametrize(("words", "status"), [("", "counted"), ("Free them", "to-read")])
def test_yes_counts_a_voice_and_withdraws_the_reminder(words: str, status: str, tmp_path: Path) -> None:
    opened, token, asked = confirmed(tmp_path, words=words)
    assert asked.standing is Standing.CONFIRMED
    assert statuses(opened) == [status]
    assert mails(opened) == [("1.confirm.1", "withdrawn"), ("1.confirm.1.again", "withdrawn")]
    for answer in (True, False, True):
        assert decide(opened, token, yes=answer, at=NOW + DAY) == asked
    assert statuses(opened) == [status]


def test_yes_makes_a_member_of_who_asked_for_it_on_the_same_form_alone(tmp_path: Path) -> None:
    opened, _, asked = confirmed(made(tmp_path / "a"), joins=True)
    assert (memberships(opened), bool(asked.leave_link)) == (["member"], True)

    other = open_here(made(tmp_path / "b"))
    arrive(other, writes())
    arrive(other, joins(), at=NOW + DAY)
    voice, join = tokens(other)
    decide(other, voice, yes=True, at=NOW + DAY)
    assert memberships(other) == ["asked"]
    decide(other, join, yes=True, at=NOW + DAY)
    assert memberships(other) == ["member"]


def test_no_erases_whom_strangers_filled_in_and_sends_nothing_for_a_while(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes(words="Not mine", joins=True))
    [token] = tokens(opened)
    for _ in range(2):
        asked = decide(opened, token, yes=False, at=NOW)
        assert asked is not None
        assert asked.standing is Standing.NOT_ME
    assert decide(opened, token, yes=True, at=NOW) == asked
    assert statuses(opened) == ["taken-back"]
    assert {status for _, status in mails(opened)} == {"withdrawn"}
    with reading(opened.store.engine) as connection:
        assert find(opened.store, connection, NOOR) is None
        assert is_refused(opened.store, connection, NOOR, NOW + 29 * DAY)
        assert not is_refused(opened.store, connection, NOOR, NOW + 31 * DAY)
    arrive(opened, writes(), at=NOW + 3 * DAY)
    assert len(mails(opened)) == 2


def test_no_to_what_a_stranger_filled_in_takes_nothing_from_a_member(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, joins())
    [join] = tokens(opened)
    decide(opened, join, yes=True, at=NOW)
    arrive(opened, writes(words="Not mine"), at=NOW + DAY)
    voice = tokens(opened)[1]
    for _ in range(2):
        asked = decide(opened, voice, yes=False, at=NOW + DAY)
        assert asked is not None
        assert asked.standing is Standing.NOT_ME
    assert (memberships(opened), statuses(opened)) == (["member"], ["taken-back"])


def test_what_expired_is_gone_and_what_never_was_is_unknown(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes(), joins("other@example.org"))
    expire(opened, NOW + 8 * DAY)
    for token in tokens(opened):
        for yes in (True, False):
            asked = decide(opened, token, yes=yes, at=NOW + 8 * DAY)
            assert asked is not None
            assert asked.standing is Standing.GONE
    functions: list[Callable[..., object]] = [confirming.look, own_voice.look, leaving.look]
    assert [look(opened, UNKNOWN) for look in functions] == [None] * 3
    assert decide(opened, UNKNOWN, yes=True, at=NOW) is None
    assert leave(opened, UNKNOWN, NOW) is None
    assert take_back(opened, UNKNOWN, NOW) is None


def test_a_link_does_only_what_it_is_for(tmp_path: Path) -> None:
    opened, token, asked = confirmed(tmp_path, joins=True)
    before = everything(opened)
    assert decide(opened, asked.own_link, yes=False, at=NOW) is None
    assert decide(opened, asked.leave_link, yes=False, at=NOW) is None
    assert take_back(opened, asked.leave_link, NOW) is None
    assert take_back(opened, token, NOW) is None
    assert leave(opened, asked.own_link, NOW) is None
    assert never_again(opened, token, NOW) is None
    assert everything(opened) == before


def test_a_voice_is_taken_back_once_and_its_words_are_gone(tmp_path: Path) -> None:
    opened, _, asked = confirmed(tmp_path, words="Free them")
    seen = own_voice.look(opened, asked.own_link)
    assert seen is not None
    assert (seen.standing, seen.voice and seen.voice.words) == (VoiceStanding.WAITS, "Free them")
    for _ in range(2):
        gone = take_back(opened, asked.own_link, NOW)
        assert gone is not None
        assert gone.standing is VoiceStanding.TAKEN_BACK
    with reading(opened.store.engine) as connection:
        assert connection.execute(select(supporters.c.sealed, supporters.c.fingerprint)).all() == [(None, None)]
        assert connection.execute(select(voices.c.sealed, voices.c.country, voices.c.domain)).all() == [
            (None, "", None)
        ]


def counted(opened: Supporters, missions: dict[str, bool], *, approved: bool) -> None:
    """Let a digest count all that counts, in letters to these missions; False: that letter was withdrawn."""
    with writing(opened.store.engine) as connection:
        row = {"number": 7, "ask": "hrc51", "made_at": NOW, "upto": 9, "prepared_by": "A", "channel": "smtp"}
        connection.execute(digests.insert(), row)
        for mission, stands in missions.items():
            letter = {"digest": 7, "mission": mission, "ask": "hrc51", "after": 0, "upto": 9, "voices": 1}
            connection.execute(digest_letters.insert(), {**letter, "released": not stands})
        if approved:
            row = {"digest": 7, "batch": "0" * 64, "decision": "approved", "why": "", "at": NOW}
            connection.execute(approvals.insert(), {**row, "prepared_by": "A", "decided_by": "B"})
            put_in_digest(connection, [], NOW, "a test", "digest 7")


@pytest.mark.parametrize(
    ("chosen", "approved", "seen"),
    [("all", True, ("AUT", "DEU")), ("DEU;FRA", True, ("DEU",)), ("FRA", True, ()), ("all", False, ())],
)
def test_its_supporter_sees_which_letters_count_a_voice(
    chosen: str, approved: bool, seen: tuple[str, ...], tmp_path: Path
) -> None:
    opened, _, asked = confirmed(tmp_path, missions=chosen, cases=("beacon",))
    concerned = opened.campaign.cases["beacon"].state_concerned
    counted(opened, {"AUT": True, "DEU": True, "CHE": False, concerned: True}, approved=approved)
    own = own_voice.look(opened, asked.own_link)
    assert own is not None
    assert [letter.missions for letter in own.letters] == ([seen] if seen else [])
    assert own.standing is (VoiceStanding.COUNTED if seen else VoiceStanding.WAITS)


def test_what_was_set_aside_looks_as_if_it_waited(tmp_path: Path) -> None:
    opened, token, asked = confirmed(tmp_path, words="Free them")
    before = (confirming.look(opened, token), own_voice.look(opened, asked.own_link))
    with writing(opened.store.engine) as connection:
        change_voice(connection, 1, VoiceStatus.SET_ASIDE, NOW, "a test")
    for shown, was in zip(
        (confirming.look(opened, token), own_voice.look(opened, asked.own_link)), before, strict=True
    ):
        assert shown is not None
        assert was is not None
        assert shown.standing is was.standing


def test_a_member_who_takes_a_voice_back_stays_a_member(tmp_path: Path) -> None:
    opened, token, asked = confirmed(tmp_path, words="Free them", joins=True)
    take_back(opened, asked.own_link, NOW)
    assert (memberships(opened), statuses(opened)) == (["member"], ["taken-back"])
    again = confirming.look(opened, token)
    assert again is not None
    assert again.standing is Standing.GONE


def test_who_leaves_comes_back_by_one_click_for_a_day(tmp_path: Path) -> None:
    opened, _, asked = confirmed(tmp_path, joins=True)
    token = asked.leave_link
    shown = leaving.look(opened, token)
    assert shown is not None
    assert (shown.on_the_list, shown.address) == (True, "n…@s….org")
    for _ in range(2):
        left = leave(opened, token, NOW)
        assert left is not None
        assert (left.on_the_list, left.comes_back) == (False, True)
    for _ in range(2):
        back = rejoin(opened, token, NOW)
        assert back is not None
        assert back.on_the_list
    leave(opened, token, NOW)
    expire(opened, NOW + 2 * DAY)
    assert memberships(opened) == []
    assert rejoin(opened, token, NOW + 2 * DAY) == leaving.GONE
    assert statuses(opened) == ["counted"]


def test_never_again_keeps_a_fingerprint_and_the_voice_counts_on(tmp_path: Path) -> None:
    opened, _, asked = confirmed(tmp_path, joins=True)
    done = never_again(opened, asked.leave_link, NOW)
    assert done == leaving.Leaving(on_the_list=False, language="en", never_again=True)
    assert never_again(opened, asked.leave_link, NOW) == leaving.GONE
    assert (memberships(opened), statuses(opened)) == ([], ["counted"])
    arrive(opened, joins(), writes(), at=NOW + 300 * DAY)
    assert len(mails(opened)) == 2
    with reading(opened.store.engine) as connection:
        assert find(opened.store, connection, NOOR) is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [("noor@example.org", "n…@e….org"), ("n@mail.example.co.uk", "n…@m….uk"), ("x@localhost", "x…@l…")],
)
def test_an_address_is_shown_to_who_knows_it(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_a_mission_stops_its_letters_by_one_click(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    campaign = opened.campaign
    assert not mission_stop(campaign, UNKNOWN, rehearsal=False)
    outbox = open_outbox(tmp_path, campaign.settings, rehearsal=False)
    key = Key(MessageKind.LETTER, "hrc51", "beacon", "first", "smtp", "DEU")
    recipients = ("deu@deu.example.org", "Second@deu.example.org")
    with writing(outbox.engine) as connection:
        enqueue(connection, [Draft(key, "t" * 26, "<t@example.org>", "en", recipients, "Subject", b"x")], NOW, "a test")
    for _ in range(2):
        assert mission_stop(campaign, "t" * 26, rehearsal=False)
    assert not mission_stop(campaign, UNKNOWN, rehearsal=False)
    with reading(outbox.engine) as connection:
        assert connection.scalars(select(suppressions.c.address)).all() == [each.lower() for each in recipients]
