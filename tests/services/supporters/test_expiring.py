"""What is due is erased, by the clock; what counts goes on counting, and what may still be quoted stays a while."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select, text, update

from outreach.db.engine import reading, writing
from outreach.outbox.ledger import untold
from outreach.services.supporters.arriving import accept
from outreach.services.supporters.expiring import Expired, expire
from outreach.services.supporters.links.confirming import decide
from outreach.services.supporters.links.leaving import leave
from outreach.services.supporters.opening import Supporters
from outreach.supporters.doors import change_member, change_voice
from outreach.supporters.people import find, is_refused
from outreach.supporters.statuses import MemberStatus, VoiceStatus
from outreach.supporters.tables import arrivals, caps, members, refusals, salts, supporters, voices
from tests.services.supporters.campaigns import DAY, NOOR, arrive, joins, mails, open_here, tokens, writes
from tests.supporters.stores import NOW


def known(opened: Supporters, address: str = NOOR) -> int | None:
    with reading(opened.store.engine) as connection:
        return find(opened.store, connection, address)


def statuses(opened: Supporters) -> list[str]:
    with reading(opened.store.engine) as connection:
        return list(connection.scalars(select(voices.c.status).order_by(voices.c.id)))


def with_words(opened: Supporters) -> int:
    with reading(opened.store.engine) as connection:
        return connection.scalar(select(func.count()).where(voices.c.sealed.is_not(None))) or 0


def confirm_all(opened: Supporters) -> None:
    for token in tokens(opened):
        decide(opened, token, yes=True, at=NOW)


def test_nothing_is_erased_before_its_time(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes(words="Free them", joins=True), joins("other@example.org"))
    assert expire(opened, NOW + 6 * DAY) == Expired()
    assert (statuses(opened), with_words(opened)) == (["written"], 1)


def test_what_nobody_confirmed_is_erased_with_its_mails(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes(words="Free them", joins=True), joins("other@example.org"))
    assert expire(opened, NOW + 7 * DAY) == Expired(voices=1, members=2, addresses=2)
    assert expire(opened, NOW + 7 * DAY) == Expired()
    assert (statuses(opened), with_words(opened)) == (["expired"], 0)
    assert {status for _, status in mails(opened)} == {"withdrawn"}
    assert (known(opened), known(opened, "other@example.org")) == (None, None)
    with reading(opened.store.engine) as connection:
        assert untold(connection) == []


def test_whoever_fills_in_the_form_again_and_again_keeps_no_address_longer(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    for days in (0, 3, 6):
        arrive(opened, writes(words="Free them"), at=NOW + days * DAY)
    assert expire(opened, NOW + 7 * DAY) == Expired(voices=1)
    assert (statuses(opened), len(mails(opened))) == (["expired"] * 3, 2)
    assert expire(opened, NOW + 13 * DAY) == Expired(addresses=1)


def test_an_address_goes_when_it_was_kept_long_enough_and_its_voice_counts_on(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes(country="DEU"))
    confirm_all(opened)
    assert expire(opened, NOW + 29 * DAY) == Expired()
    assert expire(opened, NOW + 30 * DAY) == Expired(addresses=1)
    with reading(opened.store.engine) as connection:
        row = connection.execute(select(voices)).one()
        assert (row.status, row.counted, row.country, row.domain, row.network) == ("counted", 1, "DEU", None, None)
        assert connection.scalar(select(supporters.c.fingerprint)) is None


def test_words_stay_while_a_letter_may_quote_them(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(
        opened, writes(words="Quote me"), writes("b@example.org", words="Read me", may_quote=False),
        writes("c@example.org", words="Set aside"), writes("d@example.org", words="Nobody read this"),
    )  # fmt: skip
    confirm_all(opened)
    with writing(opened.store.engine) as connection:
        change_voice(connection, 1, VoiceStatus.LET_THROUGH, NOW, "a test")
        change_voice(connection, 2, VoiceStatus.WITHOUT_WORDS, NOW, "a test")
        change_voice(connection, 3, VoiceStatus.SET_ASIDE, NOW, "a test")
    assert expire(opened, NOW + 30 * DAY) == Expired(addresses=4, words=2)
    with reading(opened.store.engine) as connection:
        assert connection.scalars(select(voices.c.id).where(voices.c.sealed.is_not(None))).all() == [1, 4]


def test_words_go_when_the_ask_is_long_over(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes(words="Quote me"))
    confirm_all(opened)
    last = opened.campaign.asks["hrc51"].last_day
    for days, left in ((30, 1), (31, 0)):
        later = replace(opened, campaign=replace(opened.campaign, day=last + days * DAY))
        expire(later, NOW + 60 * DAY)
        assert with_words(opened) == left
    assert statuses(opened) == ["to-read"]


def test_who_left_bounced_or_complained_is_erased_after_a_day(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    addresses = [f"{name}@example.org" for name in ("left", "bounced", "complained", "stays")]
    arrive(opened, *(joins(address) for address in addresses))
    confirm_all(opened)
    leave(opened, opened.store.sealer.token("leave", 1), NOW)
    with writing(opened.store.engine) as connection:
        change_member(connection, 2, MemberStatus.BOUNCED, NOW, "a test")
        change_member(connection, 3, MemberStatus.COMPLAINED, NOW, "a test")
    assert expire(opened, NOW + DAY / 2) == Expired()
    assert expire(opened, NOW + DAY) == Expired(members=3, addresses=3)
    assert [known(opened, address) for address in addresses] == [None, None, None, 4]
    with reading(opened.store.engine) as connection:
        assert connection.scalars(select(members.c.status)).all() == ["member"]
        refused = [is_refused(opened.store, connection, address, NOW + 999 * DAY) for address in addresses]
    assert refused == [False, False, True, False]


def test_a_member_is_kept_as_long_as_they_are_one(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes(joins=True))
    confirm_all(opened)
    assert expire(opened, NOW + 999 * DAY) == Expired()
    assert known(opened) == 1


def test_forms_refusals_and_counters_go_with_their_time(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes())
    decide(opened, tokens(opened)[0], yes=False, at=NOW)
    accept(opened, writes("late@example.org"), NOW)
    expire(opened, NOW + 40 * DAY)
    with reading(opened.store.engine) as connection:
        for table in (arrivals, caps, salts, refusals):
            assert connection.scalar(select(func.count()).select_from(table)) == 0, table.name


def test_of_what_expired_no_byte_is_left_in_the_files(tmp_path: Path) -> None:
    opened = open_here(tmp_path)
    arrive(opened, writes(words="Free them"))
    with reading(opened.store.engine) as connection:
        before = connection.execute(text("SELECT fingerprint, sealed FROM supporters")).one()
        words = connection.scalar(select(voices.c.sealed))
        salt = connection.scalar(select(salts.c.salt).where(salts.c.period == "day"))
    assert expire(opened, NOW + 40 * DAY).undone == ""
    found = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (before.fingerprint, before.sealed, words, salt):
        assert secret is not None
        assert bytes(secret) not in found


def test_what_a_kill_left_half_done_is_done_the_next_time(tmp_path: Path) -> None:
    """A member's row that went in one transaction, and the address that would have gone in the next."""
    opened = open_here(tmp_path)
    arrive(opened, joins())
    confirm_all(opened)
    leave(opened, opened.store.sealer.token("leave", 1), NOW)
    with writing(opened.store.engine) as connection:
        connection.execute(members.delete())
        connection.execute(update(supporters).values(keep_until=NOW))
    assert expire(opened, NOW + 2 * DAY) == Expired(addresses=1)
