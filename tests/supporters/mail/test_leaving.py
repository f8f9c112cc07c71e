"""Mails to supporters leave through a real SMTP server: whole there, and without an address in all that stays here."""

import asyncio
import logging
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from outreach.channels.base import Channel
from outreach.channels.rehearsal import RehearsalChannel
from outreach.db.engine import reading, writing
from outreach.outbox.ledger import history
from outreach.outbox.models import Scope, messages
from outreach.outbox.sending.outcome import Outcome, ReturnPath
from outreach.outbox.sending.worker import Worker
from outreach.outbox.status import Status
from outreach.settings.settings import Settings
from outreach.supporters.doors import change_voice
from outreach.supporters.erasing import erase
from outreach.supporters.mail.drafts import queue_confirm, queue_join
from outreach.supporters.mail.leaving import LeavingChannel, News
from outreach.supporters.mail.redaction import without_address
from outreach.supporters.mail.wanted import claim_wanted
from outreach.supporters.people import find_or_add, refuse
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import members
from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.outbox.sending.workers import smtp
from tests.supporters.mail.test_drafts import campaign, parsed
from tests.supporters.stores import LATER, NOW, add_voice, open_here

PUBLIC = {"web": {"public_url": "https://forms.example.org/", "key": "x"}}
NOOR = "noor+petition@supporters.example.org"


def ask(store: Store, *addresses: str) -> list[int]:
    """Queue the mail that asks about a voice, for each of these."""
    voices = list[int]()
    with writing(store.engine) as connection:
        for address in addresses:
            voice = add_voice(store, connection, address)
            who = number_of(store, connection, address)
            queue_confirm(store, connection, campaign(), supporter=who, voice=voice, language="en", at=NOW, by="a test")
            voices.append(voice)
    return voices


def send(store: Store, channel: Channel, settings: Settings | None = None, news: list[News] | None = None) -> Outcome:
    """Work off what is due a minute after it was queued: not the reminders."""
    tell = (lambda _: None) if news is None else news.append
    leaving = LeavingChannel(channel, store, settings or campaign(**PUBLIC), tell=tell)
    worker = Worker(
        store.outbox, leaving, ReturnPath(lambda token: f"list+{token}@example.org"), Scope(), claim=claim_wanted,
        clock=lambda: NOW + timedelta(minutes=1),
    )  # fmt: skip
    return asyncio.run(worker.run())


def ends(store: Store) -> list[tuple[str, str]]:
    with reading(store.engine) as connection:
        rows = connection.execute(select(messages.c.status, messages.c.detail).order_by(messages.c.id))
        return [(row.status, row.detail) for row in rows]


def number_of(store: Store, connection: Connection, address: str) -> int:
    return find_or_add(store, connection, address, "en", NOW, LATER)


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()).lower()


def test_a_mail_leaves_whole_and_only_the_server_learns_the_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_here(tmp_path)
    [voice] = ask(store, NOOR)
    caplog.set_level(logging.DEBUG)
    with SmtpServer(Script(faults=(Fault("dot", f"250 2.0.0 kept for {NOOR} by supporters.example.org"),))) as server:
        assert send(store, smtp(server.port)).counts == {Status.SENT: 1}

    [taken] = server.messages
    assert taken.recipients == (NOOR,)
    assert taken.envelope_from.startswith("list+")
    assert taken.recipient_parameters == ("NOTIFY=FAILURE ORCPT=rfc822;noor+2Bpetition@supporters.example.org",)
    mail = parsed(taken.content)
    assert mail["To"] == NOOR
    assert (mail["List-Id"], mail["List-Unsubscribe"]) == (None, None)
    assert f"\nhttps://forms.example.org/c/{store.sealer.token('confirm', voice)}\n" in plain(mail)
    assert ends(store)[0] == ("sent", "250 2.0.0 kept for <address> by <address>")
    known = every_byte(tmp_path)
    assert [word for word in (b"noor", b"supporters.example") if word in known] == []
    assert "noor" not in caplog.text.lower()


def plain(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("phase", "reply", "status"),
    [
        ("rcpt", "550 5.1.1 <{}>: no such user", "rejected"),
        ("rcpt", "451 4.7.1 {} try later", "deferred"),
        ("dot", "554 5.7.1 {} wants no mail", "rejected"),
        ("mail", "550 5.7.1 not for {}", "queued"),
    ],
)
def test_whatever_a_server_says_no_address_stays(phase: str, reply: str, status: str, tmp_path: Path) -> None:
    store = open_here(tmp_path)
    ask(store, NOOR)
    news = list[News]()
    with SmtpServer(Script(faults=(Fault(phase, reply.format(NOOR)),))) as server:  # type: ignore[arg-type]
        outcome = send(store, smtp(server.port), news=news)
    found, detail = ends(store)[0]
    assert found == status
    assert "<address>" in detail
    assert b"noor" not in every_byte(tmp_path)
    told = f"{outcome.paused} {outcome.pause} {outcome.failures} {outcome.refused}"
    assert "noor" not in told
    assert [one.gone for one in news] == ([True] if "5.1.1" in reply else [])


@pytest.mark.parametrize("address", ["nóor@example.org", "noor@exámple.example"])
def test_an_address_beyond_ascii_is_written_as_mail_writes_it(address: str, tmp_path: Path) -> None:
    store = open_here(tmp_path)
    ask(store, address)
    with SmtpServer() as server:
        assert send(store, smtp(server.port)).counts == {Status.SENT: 1}
    [taken] = server.messages
    assert taken.recipients == (address.replace("exámple.example", "xn--exmple-qta.example"),)
    assert ("SMTPUTF8" in taken.mail_parameters) == ("ó" in address)


def test_what_cannot_be_written_is_refused_and_named_by_no_address(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    ask(store, "noor@nowhere..example")
    with SmtpServer() as server:
        send(store, smtp(server.port))
    assert ends(store)[0] == ("rejected", "the address cannot be written in a mail")


def test_who_answered_or_refused_or_was_erased_meanwhile_gets_no_mail(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    voices = ask(store, "a@example.org", "b@example.org", "c@example.org", "d@example.org")
    with writing(store.engine) as connection:
        change_voice(connection, voices[0], VoiceStatus.CONFIRMED, NOW, "a test")
        refuse(store, connection, "b@example.org", None)
        erase(connection, number_of(store, connection, "c@example.org"), NOW, "a test", "asked for it")
    with SmtpServer() as server:
        assert send(store, smtp(server.port)).counts == {Status.SENT: 1}
    assert [taken.recipients for taken in server.messages] == [("d@example.org",)]
    assert [end for end, _ in ends(store)[::2]] == ["withdrawn", "withdrawn", "withdrawn", "sent"]


def test_a_newer_form_is_asked_about_by_the_mail_that_waits_for_the_older(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    [voice] = ask(store, NOOR)
    with writing(store.engine) as connection:
        add_voice(store, connection, NOOR)
        change_voice(connection, voice, VoiceStatus.EXPIRED, NOW, "a test", "a newer form replaces it")
    with SmtpServer() as server:
        assert send(store, smtp(server.port)).counts == {Status.SENT: 1}


def test_who_is_erased_after_the_claim_gets_no_mail_either(tmp_path: Path) -> None:
    """The server lets a first mail wait at the very end; meanwhile the second, claimed with it, loses its reader."""
    store = open_here(tmp_path)
    ask(store, "a@example.org", "b@example.org")

    async def run(server: SmtpServer) -> Outcome:
        task = asyncio.create_task(asyncio.to_thread(send, store, smtp(server.port)))
        await asyncio.to_thread(server.wait_for, "dot")
        with writing(store.engine) as connection:
            erase(connection, number_of(store, connection, "b@example.org"), NOW, "a test", "asked for it")
        server.release()
        return await task

    with SmtpServer(Script(faults=(Fault("dot", "250 ok", hold=True, nth=1),))) as server:
        assert asyncio.run(run(server)).counts == {Status.SENT: 1}
    assert [taken.recipients for taken in server.messages] == [("a@example.org",)]
    with reading(store.engine) as connection:
        way = [(entry.to.value, entry.detail) for entry in history(connection, Scope()) if entry.message == 3]
    assert way[-3:] == [
        ("claimed", ""), ("queued", "whom it was for was erased"), ("withdrawn", "whom it was for was erased"),
    ]  # fmt: skip


def test_who_was_asked_to_join_is_asked_only_while_nobody_answered(tmp_path: Path) -> None:
    store = open_here(tmp_path)
    with writing(store.engine) as connection:
        for number, status in enumerate(("asked", "member"), 1):
            who = number_of(store, connection, f"{number}@example.org")
            row = {"supporter": who, "status": status, "origin": "form", "agreed_to": "1", "asked_on": NOW}
            connection.execute(insert(members).values(row))
            queue_join(store, connection, campaign(), supporter=who, language="en", at=NOW, by="a test")
    with SmtpServer() as server:
        send(store, smtp(server.port))
    assert [taken.recipients for taken in server.messages] == [("1@example.org",)]


def test_a_rehearsal_keeps_the_mail_on_this_machine_with_a_link_to_it(tmp_path: Path) -> None:
    store = open_here(tmp_path, rehearsal=True)
    [voice] = ask(store, NOOR)
    assert send(store, RehearsalChannel(tmp_path / "rehearsal"), campaign()).counts == {Status.SENT: 1}
    [file] = (tmp_path / "rehearsal" / "new").iterdir()
    mail = parsed(file.read_bytes())
    assert mail["To"] == NOOR
    assert f"http://127.0.0.1:8000/c/{store.sealer.token('confirm', voice)}" in plain(mail)
    assert "noor" not in file.name


ATOM = st.from_regex(r"[a-z0-9][a-z0-9.!#$%&'*/=?^_{|}~+-]{0,20}[a-z0-9]", fullmatch=True)
DOMAIN = st.from_regex(r"[a-z0-9]{1,10}(-[a-z0-9]{1,5})?\.(example|invalid)", fullmatch=True)
WORDS = st.text(st.characters(categories=["L", "N", "Z", "P"]), max_size=30)


WAYS = ["{0}@{1}", "<{0}@{1}>", "{0} @ {1}", "{0}%40{1}", "{0}={1}", "{1}", "mx.{1}", "<{0}>", "{0}"]


@given(ATOM, DOMAIN, WORDS, WORDS, st.sampled_from(WAYS))
def test_no_way_to_write_an_address_is_kept(local: str, domain: str, before: str, after: str, way: str) -> None:
    said = f"{before} {way.format(local.upper(), domain)} {after}"
    kept = without_address(said, f"{local}@{domain}")
    assert "<address>" in kept
    assert domain not in kept.lower()
    assert f" {local} " not in f" {kept.lower()} "


@pytest.mark.parametrize(
    ("by_mail", "expected"), [("", "list+{token}@example.org"), ("join@example.org", "join@example.org")]
)
def test_answers_of_supporters_never_go_to_the_mailbox_of_the_letters(
    tmp_path: Path, by_mail: str, expected: str
) -> None:
    store = open_here(tmp_path)
    settings = campaign(
        web={**PUBLIC["web"], "by_mail": by_mail}, returns={"address": "list+{token}@example.org", "host": ""}
    )
    with writing(store.engine) as connection:
        voice = add_voice(store, connection, NOOR)
        who = number_of(store, connection, NOOR)
        queue_confirm(store, connection, settings, supporter=who, voice=voice, language="en", at=NOW, by="a test")
        token = connection.scalars(select(messages.c.token).order_by(messages.c.id)).first()
    with SmtpServer() as server:
        send(store, smtp(server.port), settings)
        [mail] = server.messages
    assert parsed(mail.content)["Reply-To"] == expected.replace("{token}", str(token))
