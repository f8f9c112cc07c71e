"""Mails that ask whether it was somebody: queued once, reminded once, without a word, an address or a link in them."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from outreach.db.engine import reading, writing
from outreach.outbox.models import messages
from outreach.settings.settings import Settings
from outreach.supporters.doors import change_member
from outreach.supporters.mail.drafts import queue_confirm, queue_join, withdraw_confirm
from outreach.supporters.mail.links import address, encode, fill, place, places
from outreach.supporters.members import ask_to_join
from outreach.supporters.people import CONFIRM, JOIN, find_or_add, follow
from outreach.supporters.returns.words import Wish, said_in, shown
from outreach.supporters.statuses import MemberStatus
from outreach.supporters.store import Store
from tests.supporters.stores import KEY, LATER, NOW, add_voice, open_here

SENDER = {"email": "campaign@example.org", "name": "The campaign", "reply_to": "answers@example.org"}


def campaign(**sections: object) -> Settings:
    settings = {
        "web": {"key": KEY, "by_mail": "join@example.org"},
        "sender": SENDER,
        "campaign": {"title": "Free the keepers"},
        **sections,
    }
    return Settings(_env_file=None, **settings)  # type: ignore[call-arg, arg-type]


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.SMTP)  # type: ignore[return-value]


def stored(connection: Connection) -> list[EmailMessage]:
    return [parsed(bytes(row)) for row in connection.scalars(select(messages.c.content).order_by(messages.c.id))]


def ask_about_a_voice(store: Store, settings: Settings, language: str = "en") -> tuple[int, int]:
    with writing(store.engine) as connection:
        voice = add_voice(store, connection, "noor@supporters.example.org", "Free the beacon keepers")
        supporter = find_or_add(store, connection, "noor@supporters.example.org", "en", NOW, LATER)
        for _ in range(2):
            queue_confirm(
                store, connection, settings, supporter=supporter, voice=voice, language=language, at=NOW, by="a test"
            )
    return supporter, voice


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_voice_is_asked_about_once_and_reminded_once(language: str, tmp_path: Path) -> None:
    store = open_here(tmp_path)
    supporter, voice = ask_about_a_voice(store, campaign(), language)

    with reading(store.engine) as connection:
        rows = connection.execute(select(messages).order_by(messages.c.id)).mappings().all()
        assert [(row["kind"], row["part"], row["recipients"], row["not_before"]) for row in rows] == [
            ("confirm", f"{supporter}.confirm.{voice}", f"supporter:{supporter}", NOW),
            ("confirm", f"{supporter}.confirm.{voice}.again", f"supporter:{supporter}", NOW + timedelta(days=1)),
        ]
        first, second = stored(connection)
        assert follow(connection, store.sealer.token(CONFIRM, voice)) is not None
    for mail, row in ((first, rows[0]), (second, rows[1])):
        assert mail["From"] == "The campaign <campaign@example.org>"
        assert mail["Reply-To"] == "join@example.org"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Content-Language"] == language
        assert mail["Message-ID"] == f"<{row['token']}@example.org>"
        assert (mail["To"], mail["Date"], mail.get_content_type()) == (None, None, "text/plain")
        assert mail["Subject"] == row["subject"]
        text = mail.get_content()
        assert "Free the keepers" in text
        assert "7" in text
        assert max(map(len, text.splitlines())) <= 76
        assert places(bytes(row["content"])) == [(CONFIRM, voice)]
    assert first["Subject"] != second["Subject"]
    assert first.get_content() != second.get_content()


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_mail_asks_for_an_answer_by_mail_only_where_somebody_reads_it(language: str, tmp_path: Path) -> None:
    returns = {"host": "imap.example.org", "address": "list+{token}@example.org"}  # read by us
    yes, no = (shown(wish, language) for wish in (Wish.YES, Wish.NO))
    for number, more in enumerate(({}, {"returns": returns})):
        (tmp_path / str(number)).mkdir()
        store = open_here(tmp_path / str(number))
        ask_about_a_voice(store, campaign(**more), language)
        with writing(store.engine) as connection:
            who = find_or_add(store, connection, "lee@example.org", language, NOW, LATER)
            ask_to_join(connection, who, origin="form", agreed_to="1", at=NOW, by="a test")
            queue_join(store, connection, campaign(**more), supporter=who, language=language, at=NOW, by="a test")
            texts = [mail.get_content() for mail in stored(connection)]
        assert len(texts) == 4
        for text in texts:
            assert (f" {yes} " in text and f" {no}" in text) == bool(more)
            assert max(map(len, text.splitlines())) <= 76
            assert said_in("", text) is None


def test_no_word_of_a_visitor_and_no_address_is_in_a_mail(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    ask_about_a_voice(store, campaign())
    with reading(store.engine) as connection:
        for mail in stored(connection):
            whole = mail.as_bytes().lower()
            assert [word for word in (b"noor", b"supporters.example", b"beacon keepers") if word in whole] == []


def test_a_discreet_list_says_nothing_in_its_subjects(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    ask_about_a_voice(store, campaign(list={"discreet": True, "name": "News"}))
    with reading(store.engine) as connection:
        first, second = stored(connection)
    assert (first["Subject"], second["Subject"]) == ("Was it you?", "One more time: was it you?")
    assert first["From"] == "News <campaign@example.org>"


def test_whoever_asks_to_join_gets_a_mail_a_day_and_one_reminder(tmp_path: Path) -> None:
    store, settings = open_here(tmp_path), campaign()
    with writing(store.engine) as connection:
        supporter = find_or_add(store, connection, "noor@example.org", "fr", NOW, LATER)
        ask_to_join(connection, supporter, origin="form", agreed_to="1", at=NOW, by="a test")

        def ask(days: int) -> None:
            at = NOW + timedelta(days=days)
            queue_join(store, connection, settings, supporter=supporter, language="fr", at=at, by="a test")

        for days in (0, 0, 1):
            ask(days)
        change_member(connection, supporter, MemberStatus.EXPIRED, NOW, "a test")
        change_member(connection, supporter, MemberStatus.ASKED, NOW, "a test")
        ask(40)
        assert list(connection.scalars(select(messages.c.part).order_by(messages.c.id))) == [
            f"{supporter}.join.2022-09-20", f"{supporter}.join.again.1", f"{supporter}.join.2022-09-21",
            f"{supporter}.join.2022-10-30", f"{supporter}.join.again.2",
        ]  # fmt: skip
        assert follow(connection, store.sealer.token(JOIN, supporter)) is not None


def test_what_asks_is_withdrawn_once_somebody_answered(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    supporter, voice = ask_about_a_voice(store, campaign())
    with writing(store.engine) as connection:
        queue_join(store, connection, campaign(), supporter=supporter, language="en", at=NOW, by="a test")
        assert withdraw_confirm(connection, supporter, voice + 1, at=NOW, by="a test", why="answered") == 0
        assert withdraw_confirm(connection, supporter, voice, at=NOW, by="a test", why="answered") == 2
        assert withdraw_confirm(connection, supporter, voice, at=NOW, by="a test", why="answered") == 0
        assert withdraw_confirm(connection, supporter, None, at=NOW, by="a test", why="answered") == 2
        waits = select(func.count()).select_from(messages).where(messages.c.status != "withdrawn")
        assert connection.scalar(waits) == 0


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.just("\n"), max_size=200)
SITES = st.sampled_from(["https://example.org/", f"https://example.org/{'long' * 40}/", "https://example.org/a=b/"])


@given(TEXT, TEXT, SITES)
def test_a_link_stands_whole_where_its_place_was(before: str, after: str, site: str) -> None:
    content = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    content += encode(f"{before}{place(CONFIRM, 7)}{after}")

    link = address(site, CONFIRM, "token7")

    assert places(content) == [(CONFIRM, 7)]
    filled = fill(content, lambda purpose, subject: address(site, purpose, f"token{subject}"))
    assert all(len(line) <= 76 for line in filled.split(b"\r\n"))
    assert filled.isascii()
    text = parsed(filled).get_content().replace("\r\n", "\n")
    assert text in (f"{before}{link}{after}", f"{before}{link}{after}\n")


@given(TEXT)
def test_words_that_look_like_a_place_are_none(text: str) -> None:
    words = f"{text}\n[confirm:7]\n[confirm:7]= {'x' * 64} [confirm:7]\n"
    assert places(b"Subject: x\r\n\r\n" + encode(words)) == []
