"""The store of supporters: sealed, one key, exact statuses, nothing left of the erased."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from outreach.db.engine import clear_traces, reading, writing
from outreach.errors import DatabaseError, SettingsError, StorageFailed
from outreach.outbox.copies.journal import Line, journal_beside
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key
from outreach.outbox.store import open_outbox
from outreach.supporters.arrivals import JOIN, Arrival, remove_arrival, waiting_arrivals, write_arrival
from outreach.supporters.doors import change_member, change_voice, put_in_digest
from outreach.supporters.erasing import erase, let_go
from outreach.supporters.files import FILE
from outreach.supporters.mail.parts import confirm_part
from outreach.supporters.people import (
    CONFIRM,
    LEAVE,
    VOICE,
    Ended,
    address_of,
    find,
    find_or_add,
    follow,
    is_refused,
    link,
    refuse,
    unseal_words,
)  # fmt: skip
from outreach.supporters.sealing import Sealer, new_key
from outreach.supporters.statuses import VOICE_CHANGES, MemberStatus, VoiceStatus
from outreach.supporters.tables import members, metadata, story, voices
from outreach.supporters.voices import add_voice as write_voice
from outreach.supporters.voices import read_voice
from tests.supporters.stores import KEY, LATER, NOW, add_voice, open_here, settings


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_tables_are_those_of_the_schema(tmp_path: Path) -> None:
    with reading(open_here(tmp_path).engine) as connection:
        for table in metadata.sorted_tables:
            columns = [row.name for row in connection.execute(text(f"PRAGMA table_info('{table.name}')"))]
            assert columns == [column.name for column in table.columns], table.name


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    open_here(tmp_path)
    with pytest.raises(DatabaseError, match="cannot be opened with this OUTREACH_WEB__KEY"):
        open_here(tmp_path, new_key())


@pytest.mark.parametrize("key", ["", "short", "!" * 43, "ä" * 43])
def test_what_is_no_key_is_refused(key: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="OUTREACH_WEB__KEY"):
        open_here(tmp_path, key)
    assert not (tmp_path / FILE).exists()


def test_an_outbox_is_no_store_and_a_store_is_no_outbox(tmp_path: Path) -> None:
    open_here(tmp_path)
    (tmp_path / FILE).rename(tmp_path / "rehearsal.supporters.db")
    with pytest.raises(DatabaseError, match="no store of supporters"):
        open_here(tmp_path, rehearsal=True)
    open_outbox(tmp_path, settings(), rehearsal=False)
    (tmp_path / "outreach.db").rename(tmp_path / FILE)
    with pytest.raises(DatabaseError, match="none for supporters"):
        open_here(tmp_path)


@given(st.text(max_size=700), st.text(max_size=30))
def test_what_is_sealed_opens_only_where_it_belongs(words: str, about: str) -> None:
    sealer = Sealer.by(KEY)
    sealed = sealer.seal(words, about)
    assert sealer.unseal(sealed, about) == words
    with pytest.raises(DatabaseError):
        sealer.unseal(sealed, f"{about}!")
    with pytest.raises(DatabaseError):
        sealer.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), about)


@given(st.text(max_size=60))
def test_only_our_own_signature_says_when_a_form_was_shown(text_: str) -> None:
    sealer = Sealer.by(KEY)
    assert sealer.signed_at(text_, "write") is None
    signed = sealer.sign_time(NOW, "write")
    assert sealer.signed_at(signed, "write") == NOW
    assert sealer.signed_at(signed, "join") is None
    assert sealer.signed_at(signed + "0", "write") is None


def test_addresses_and_words_stand_in_no_file(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        voice = add_voice(store, connection, "Noor+petition@supporters.example.org", "Free the beacon keepers")
        write_arrival(store, connection, Arrival(JOIN, "late@supporters.example.org", "fr", "1"), NOW)
        known = find(store, connection, "noor@SUPPORTERS.example.org")
        assert known is not None
        assert address_of(store, connection, known) == "Noor+petition@supporters.example.org"
        row = connection.execute(select(voices).where(voices.c.id == voice)).one()
        assert unseal_words(store, row.supporter, row.sealed) == "Free the beacon keepers"
    found = every_byte(tmp_path).lower()
    assert [word for word in (b"noor", b"supporters.example", b"beacon keepers", b"late@") if word in found] == []


def test_who_is_erased_is_gone_from_the_file_and_comes_back_as_somebody_new(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        voice = add_voice(store, connection, "noor@example.org", "Free them")
        supporter = find_or_add(store, connection, "noor@example.org", "en", NOW, LATER)
        link(store, connection, CONFIRM, voice, supporter)
        before = connection.execute(text("SELECT fingerprint, sealed FROM supporters")).one()
        assert follow(connection, store.sealer.token(CONFIRM, voice)) is not None
    with writing(store.engine) as connection:
        erase(connection, supporter, NOW, "a person", "asked for it")
    assert clear_traces(store.engine) == ""
    with writing(store.engine) as connection:
        assert find(store, connection, "noor@example.org") is None
        assert follow(connection, store.sealer.token(CONFIRM, voice)) is None
        assert connection.scalar(select(voices.c.status)) == "taken-back"
        assert find_or_add(store, connection, "noor@example.org", "en", NOW, LATER) != supporter
    with reading(store.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(story)) == 2
    assert bytes(before.sealed) not in every_byte(tmp_path)


def test_a_name_goes_with_the_address_and_words_that_may_be_quoted_stay(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    arrival = Arrival(
        "write", "noor@example.org", "en", "1", ask="hrc51", cases=("beacon",), words="Free them", may_quote=True,
        name="Noor N.",
    )  # fmt: skip
    with writing(store.engine) as connection:
        supporter = find_or_add(store, connection, "noor@example.org", "en", NOW, LATER)
        voice = write_voice(store, connection, arrival, supporter, None, NOW)
        assert read_voice(store, connection, voice).name == "Noor N."
        let_go(connection, supporter, NOW, "a test", "its time is over", Ended.ERASED)
        kept = read_voice(store, connection, voice)
        assert (kept.words, kept.name) == ("Free them", "")
    with pytest.raises(StorageFailed, match="only be erased"), writing(store.engine) as connection:
        connection.execute(text("UPDATE voices SET name = x'00'"))


def test_a_form_is_taken_in_once(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    arrival = Arrival(
        "write", "noor@example.org", "es", "1", "192.0.2.0/24", "hrc51", ("beacon", "viasna"), "DEU;FRA", "¡Hola!"
    )
    with writing(store.engine) as connection:
        write_arrival(store, connection, arrival, NOW)
    with writing(store.engine) as connection:
        [(number, at, found)] = waiting_arrivals(store, connection, 10)
        assert (at, found) == (NOW, arrival)
        assert remove_arrival(connection, number)
        assert not remove_arrival(connection, number)
    with reading(store.engine) as connection:
        assert waiting_arrivals(store, connection, 10) == []


@pytest.mark.parametrize("was", list(VoiceStatus))
def test_a_voice_changes_only_as_the_table_says(was: VoiceStatus, tmp_path: Path) -> None:
    store = open_here(tmp_path)
    for to in VoiceStatus:
        with writing(store.engine) as connection:
            voice = add_voice(store, connection, f"{to}@example.org")
            connection.execute(text("DROP TRIGGER IF EXISTS voices_are_told"))
            connection.execute(text("UPDATE voices SET status = :was WHERE id = :id"), {"was": was, "id": voice})
            allowed = to in VOICE_CHANGES[was]
            assert change_voice(connection, voice, to, NOW, "a test") is allowed
            now = connection.scalar(select(voices.c.status).where(voices.c.id == voice))
            assert now == (to if allowed else was)


def test_a_status_without_its_line_in_the_story_is_refused(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        voice = add_voice(store, connection, "noor@example.org")
    with pytest.raises(StorageFailed, match="only with its line in the story"), writing(store.engine) as connection:
        connection.execute(text("UPDATE voices SET status = 'confirmed' WHERE id = :id"), {"id": voice})
    for statement in ("DELETE FROM voices", "UPDATE voices SET ask = 'other'", "DELETE FROM supporters"):
        with pytest.raises(StorageFailed), writing(store.engine) as connection:
            connection.execute(text(statement))


def test_voices_that_count_get_running_numbers_once(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        for name in "abc":
            voice = add_voice(store, connection, f"{name}@example.org")
            change_voice(connection, voice, VoiceStatus.CONFIRMED, NOW, "a test")
            change_voice(connection, voice, VoiceStatus.COUNTED, NOW, "a test")
        assert list(connection.scalars(select(voices.c.counted).order_by(voices.c.id))) == [1, 2, 3]
        assert put_in_digest(connection, [voices.c.counted <= 2], NOW, "a test", "digest 1") == 2
        assert change_voice(connection, 1, VoiceStatus.TAKEN_BACK, NOW, "a test")
        assert list(connection.scalars(select(voices.c.status).order_by(voices.c.id))) == [
            "taken-back", "in-digest", "counted",
        ]  # fmt: skip


def test_no_mail_goes_to_who_refused(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        refuse(store, connection, "noor@example.org", NOW + timedelta(days=30))
        refuse(store, connection, "noor@example.org", NOW + timedelta(days=1))
        assert is_refused(store, connection, "NOOR+x@example.org", NOW + timedelta(days=29))
        assert not is_refused(store, connection, "noor@example.org", NOW + timedelta(days=31))
        refuse(store, connection, "noor@example.org", None)
        refuse(store, connection, "noor@example.org", NOW)
        assert is_refused(store, connection, "noor@example.org", NOW + timedelta(days=9999))


def test_a_member_changes_only_as_the_table_says(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        supporter = find_or_add(store, connection, "noor@example.org", "en", NOW, LATER)
        assert not change_member(connection, supporter, MemberStatus.MEMBER, NOW, "a test")
        row = {"supporter": supporter, "status": "asked", "origin": "form", "agreed_to": "1", "asked_on": NOW}
        connection.execute(members.insert().values(row))
        link(store, connection, LEAVE, supporter, supporter)
        assert change_member(connection, supporter, MemberStatus.MEMBER, NOW, "a test")
        assert not change_member(connection, supporter, MemberStatus.MEMBER, NOW, "a test")
        assert change_member(connection, supporter, MemberStatus.COMPLAINED, NOW, "a test")
        assert not change_member(connection, supporter, MemberStatus.MEMBER, NOW, "a test")


def test_the_length_of_a_seal_does_not_tell_an_address() -> None:
    sealer = Sealer.by(KEY)
    addresses = ("a@b.example", "somebody.with.a.long.name@a-long-domain.example.org", f"{'x' * 60}@{'y' * 60}.example")
    assert len({len(sealer.seal(address, "address")) for address in addresses}) == 1
    quoted = ("Free them.", "Free them, I beg you: they have harmed nobody, and their children wait for them.")
    assert len({len(sealer.seal(words, "voice of 1")) for words in quoted}) == 1


def test_a_link_into_a_store_that_was_lost_leads_nowhere_in_a_new_one(tmp_path: Path) -> None:
    tokens = []
    for name in ("lost", "new"):
        (tmp_path / name).mkdir()
        store = open_here(tmp_path / name)
        with writing(store.engine) as connection:
            voice = add_voice(store, connection, f"{name}@example.org", "mine")
            link(store, connection, VOICE, voice, 1)
        tokens.append((voice, store.sealer.token(VOICE, voice)))
    (lost, of_lost), (new, of_new) = tokens
    assert (lost, of_lost) != (new, of_new)
    assert lost == new
    with reading(store.engine) as connection:
        assert follow(connection, of_lost) is None


def test_a_copy_that_was_put_back_gives_nobody_the_number_of_somebody_else(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    shutil.copy(tmp_path / FILE, tmp_path / "yesterday")
    with writing(store.engine) as connection:
        voices_ = [add_voice(store, connection, f"{number}@example.org", "mine") for number in range(3)]
    store.engine.dispose()
    for old in tmp_path.glob(f"{FILE}*"):
        old.unlink()
    shutil.move(tmp_path / "yesterday", tmp_path / FILE)
    key = Key(MessageKind.CONFIRM, "", "", "", "smtp", "", confirm_part(3, voices_[-1]))
    damaged = [replace(key, part=part) for part in ("x", "3.confirm.", f"{1 << 70}.join.2022-09-20")]
    lines = [Line(f"<{at}@example.org>", each) for at, each in enumerate((key, *damaged))]
    journal_beside(store.engine.url).append(lines, "1")
    again = open_here(tmp_path)
    with writing(again.engine) as connection:
        voice = add_voice(again, connection, "noor@example.org", "hers")
        assert find(again, connection, "noor@example.org") == 4
    assert voice == voices_[-1] + 1
    assert again.sealer.token(VOICE, voice) not in [store.sealer.token(VOICE, number) for number in voices_]
