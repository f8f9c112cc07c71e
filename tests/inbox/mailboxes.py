"""What every IMAP server must be read like; a server's own test class inherits this and says how to start one."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.campaign import load_campaign
from outreach.db.engine import reading
from outreach.errors import MailboxError
from outreach.inbox.mailbox.connection import Mailbox, Which
from outreach.inbox.mailbox.fetch import fetch
from outreach.inbox.models import inbound, places
from outreach.inbox.receive import Inbox, Incoming, Place, Received, open_inbox, receive
from outreach.outbox.store import open_outbox
from outreach.settings.mail import ImapSettings
from tests.inbox.mailbox.imap_servers import PASSWORD, USERNAME, ImapServer

_numbers = count(1)
LONG_AGO = datetime(2022, 9, 5, 8, 30, tzinfo=UTC)
HOSTILE = {
    "nothing at all but a line": b"\r\n",
    "no header": b"\r\nonly a body\r\n",
    "bytes that are no text": bytes(range(1, 256)) * 40,
    "ten thousand headers": b"".join(b"X-%d: y\r\n" % number for number in range(10_000)) + b"\r\nx\r\n",
    "a wrong charset": b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe\r\n",
    "parts without an end": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n',
    "a line of a megabyte": b"Subject: " + b"x" * 1_000_000 + b"\r\n\r\n.\r\n",
    "an answer of the protocol": b"Subject: x\r\n\r\n)\r\n* 1 FETCH (UID 7 BODY[] {3}\r\nabc)\r\nA1 OK done\r\n",
}


def mail(number: int | None = None, text: str = "Thank you for your letter.") -> bytes:
    """A message that is like no other, from a person."""
    number = next(_numbers) if number is None else number
    return (
        f"From: A. Example <a.example@deu.example.org>\r\nTo: campaign@example.org\r\nSubject: Your letter {number}\r\n"
        f"Message-ID: <{number}@deu.example.org>\r\nDate: Mon, 05 Sep 2022 10:00:00 +0200\r\n\r\n{text}\r\n"
    ).encode()


def open_real_inbox(folder: Path, *, rehearsal: bool = False) -> Inbox:
    campaign = load_campaign(folder)
    return open_inbox(campaign, open_outbox(folder, campaign.settings, rehearsal=rehearsal))


def stored(inbox: Inbox) -> list[bytes]:
    """The raw messages on file, in the order they were stored."""
    assert inbox.outbox
    assert inbox.files
    with reading(inbox.outbox.engine) as connection:
        digests = connection.scalars(select(inbound.c.digest).order_by(inbound.c.id)).all()
    return [inbox.files.read(digest) for digest in digests]


def found_at(inbox: Inbox) -> list[tuple[str, int, bool]]:
    """Folder, UID and whether it was filed, of every place, in order."""
    assert inbox.outbox
    with reading(inbox.outbox.engine) as connection:
        rows = connection.execute(select(places).order_by(places.c.id)).all()
    return [(row.folder, row.uid, row.filed) for row in rows]


def imap_settings(server: ImapServer, **more: object) -> ImapSettings:
    fields = {"host": "127.0.0.1", "port": server.port, "security": "none", "username": USERNAME, "timeout": 20}
    return ImapSettings.model_validate({**fields, "password": PASSWORD, **more})


def fetched(inbox: Inbox, settings: ImapSettings) -> list[Received]:
    """Everything that one run fetches, without any problem."""
    problems = dict[str, str]()
    with Mailbox(settings) as mailbox:
        found = [each for batch in fetch(inbox, mailbox, problems) for each in batch]
    assert problems == {}
    return found


class MailboxContract:
    """Subclasses give the fixture `server`, which lasts for the whole class."""

    @pytest.fixture
    def folder(self, server: ImapServer) -> str:
        """A folder of this test's own."""
        name = f"Test {next(_numbers)}"
        server.make(name)
        return name

    @pytest.fixture
    def inbox(self, campaign_folder: Path) -> Inbox:
        return open_real_inbox(campaign_folder)

    def test_what_is_new_is_stored_byte_for_byte_and_the_mailbox_is_as_before(
        self, server: ImapServer, folder: str, inbox: Inbox
    ) -> None:
        messages = [mail() for _ in range(3)]
        uids = server.deliver(*messages, folder=folder, at=LONG_AGO)
        before = server.mails(folder)

        found = fetched(inbox, imap_settings(server, folder=folder))

        assert stored(inbox) == messages
        assert [(each.new, each.incoming.arrived_at) for each in found] == [(True, LONG_AGO)] * 3
        assert found_at(inbox) == [(folder, uid, False) for uid in uids]
        assert server.mails(folder) == before == dict.fromkeys(uids, frozenset())

    def test_a_second_fetch_reads_only_what_came_since(self, server: ImapServer, folder: str, inbox: Inbox) -> None:
        settings = imap_settings(server, folder=folder)
        server.deliver(mail(), mail(), folder=folder)
        fetched(inbox, settings)
        assert fetched(inbox, settings) == []

        newer = mail()
        server.deliver(newer, folder=folder)

        assert [each.incoming.raw for each in fetched(inbox, settings)] == [newer]

    def test_a_changed_uidvalidity_reads_again_and_doubles_nothing(
        self, server: ImapServer, folder: str, inbox: Inbox
    ) -> None:
        settings = imap_settings(server, folder=folder)
        messages = [mail(), mail()]
        server.deliver(*messages, folder=folder)
        fetched(inbox, settings)
        before = server.uidvalidity(folder)
        server.remove(folder)
        server.make(folder)
        server.deliver(*messages, mail(), folder=folder)
        assert server.uidvalidity(folder) != before

        found = fetched(inbox, settings)

        assert [each.new for each in found] == [False, False, True]
        assert len(stored(inbox)) == 3

    def test_the_same_message_in_two_places_is_stored_once(self, server: ImapServer, folder: str, inbox: Inbox) -> None:
        other = f"{folder} b"
        server.make(other)
        same = mail()
        server.deliver(same, same, folder=folder)
        server.deliver(same, folder=other)

        found = fetched(inbox, imap_settings(server, folder=(folder, other)))

        assert [each.new for each in found] == [True, False, False]
        assert stored(inbox) == [same]
        assert len(found_at(inbox)) == 3

    def test_flag_marks_what_is_on_file_and_nothing_else(self, server: ImapServer, folder: str, inbox: Inbox) -> None:
        [uid] = server.deliver(mail(), folder=folder)

        fetched(inbox, imap_settings(server, folder=folder, after="flag"))

        assert server.mails(folder) == {uid: {"\\Flagged"}}
        assert found_at(inbox) == [(folder, uid, True)]

    def test_move_takes_what_is_on_file_to_a_folder_that_is_made(
        self, server: ImapServer, folder: str, inbox: Inbox
    ) -> None:
        messages = [mail(), mail()]
        server.deliver(*messages, folder=folder)
        settings = imap_settings(server, folder=folder, after="move", moved_to=f"{folder} done")

        fetched(inbox, settings)

        assert server.mails(folder) == {}
        assert server.texts(f"{folder} done") == messages
        assert fetched(inbox, settings) == []

    @pytest.mark.parametrize("able", ["MOVE", "UIDPLUS"])
    def test_move_removes_nothing_that_somebody_else_deleted(
        self, server: ImapServer, folder: str, inbox: Inbox, able: str
    ) -> None:
        """A message marked as deleted can still be taken back, as long as nobody expunges the whole folder."""
        settings = imap_settings(server, folder=folder)
        [deleted] = server.deliver(mail(), folder=folder)
        server.mark(folder, deleted, "\\Deleted")
        fetched(inbox, settings)
        [uid] = server.deliver(mail(), folder=folder)

        with Mailbox(settings) as mailbox:
            assert able in mailbox._able
            mailbox._able = frozenset({able})  # as a server that can do this alone
            mailbox.require_move()
            mailbox.open(folder, alter=True)
            mailbox.move([uid], f"{folder} done")

        assert server.mails(folder) == {deleted: {"\\Deleted"}}
        assert len(server.mails(f"{folder} done")) == 1

    def test_what_is_removed_is_gone_and_what_somebody_else_deleted_is_not(
        self, server: ImapServer, folder: str
    ) -> None:
        deleted, gone, flagged = server.deliver(mail(), mail(), mail(), folder=folder)
        server.mark(folder, deleted, "\\Deleted")
        server.mark(folder, flagged, "\\Flagged")

        with Mailbox(imap_settings(server, folder=folder)) as mailbox:
            mailbox.require_removal()
            mailbox.open(folder, alter=True)
            assert mailbox.uids(Which.FLAGGED) == [flagged]
            assert mailbox.uids(Which.UNFLAGGED) == [deleted, gone]
            mailbox.remove([gone])

        assert server.mails(folder) == {deleted: {"\\Deleted"}, flagged: {"\\Flagged"}}

    def test_a_server_that_cannot_remove_single_messages_keeps_them_all(self, server: ImapServer) -> None:
        with Mailbox(imap_settings(server)) as mailbox:
            mailbox._able = frozenset({"MOVE"})
            with pytest.raises(MailboxError, match="UIDPLUS"):
                mailbox.require_removal()

    def test_a_server_that_cannot_remove_single_messages_moves_nothing(self, server: ImapServer) -> None:
        with Mailbox(imap_settings(server)) as mailbox:
            mailbox._able = frozenset({"IDLE"})
            with pytest.raises(MailboxError, match='after = "flag" or "keep"'):
                mailbox.require_move()

    def test_what_an_earlier_run_stored_and_did_not_file_is_filed_now(
        self, server: ImapServer, folder: str, inbox: Inbox
    ) -> None:
        """As it is after a run that was killed between its commit and the server's answer."""
        raw = mail()
        [uid] = server.deliver(raw, folder=folder)
        place = Place(f"{USERNAME}@127.0.0.1", folder, server.uidvalidity(folder), uid)
        receive(inbox, [Incoming(raw, "imap", folder, None, place)])

        found = fetched(inbox, imap_settings(server, folder=folder, after="flag"))

        assert found == []
        assert server.mails(folder) == {uid: {"\\Flagged"}}
        assert found_at(inbox) == [(folder, uid, True)]

    def test_a_rehearsal_leaves_the_mailbox_as_it_is(
        self, server: ImapServer, folder: str, campaign_folder: Path
    ) -> None:
        inbox = open_real_inbox(campaign_folder, rehearsal=True)
        [uid] = server.deliver(mail(), folder=folder)

        found = fetched(inbox, imap_settings(server, folder=folder, after="move", moved_to=f"{folder} done"))

        assert [each.new for each in found] == [True]
        assert server.mails(folder) == {uid: frozenset()}
        assert not (campaign_folder / "outreach.db").exists()

    def test_hostile_messages_are_stored_and_stop_nothing(self, server: ImapServer, folder: str, inbox: Inbox) -> None:
        ordinary = mail()
        server.deliver(*HOSTILE.values(), ordinary, folder=folder)

        found = fetched(inbox, imap_settings(server, folder=folder))

        assert [each.incoming.raw for each in found] == server.texts(folder)
        assert stored(inbox) == server.texts(folder)
        assert len(found) == len(HOSTILE) + 1
        assert found[-1].incoming.raw == ordinary

    @pytest.mark.parametrize("name", ["two words", "Réponses äöü", "A/B c", "R&D ~ [1]", 'quo"ted \\ back', "日本"])
    def test_a_folder_may_have_any_name(self, server: ImapServer, inbox: Inbox, name: str) -> None:
        name = f"{name} {next(_numbers)}"
        server.make(name)
        raw = mail()
        server.deliver(raw, folder=name)

        fetched(inbox, imap_settings(server, folder=name, after="move", moved_to=f"{name} done"))

        assert stored(inbox) == [raw]
        assert server.texts(f"{name} done") == [raw]

    def test_an_unknown_folder_is_named_with_those_there_are(self, server: ImapServer, inbox: Inbox) -> None:
        with pytest.raises(MailboxError, match=r"no folder Nowhere .*there are: .*INBOX") as caught:
            fetched(inbox, imap_settings(server, folder="Nowhere"))
        assert caught.value.exit_code == 2

    def test_a_wrong_password_is_said_and_not_repeated(self, server: ImapServer, inbox: Inbox) -> None:
        with pytest.raises(MailboxError, match=r"does not take the login.*OUTREACH_IMAP__PASSWORD") as caught:
            fetched(inbox, imap_settings(server, password="a wrong one"))
        assert caught.value.exit_code == 2
        assert "a wrong one" not in str(caught.value)

    def test_a_password_may_be_in_any_script(self, server: ImapServer, inbox: Inbox) -> None:
        with pytest.raises(MailboxError, match="does not take the login"):
            fetched(inbox, imap_settings(server, password="пароль"))

    def test_many_messages_come_in_batches_and_in_order(self, server: ImapServer, folder: str, inbox: Inbox) -> None:
        messages = [mail() for _ in range(250)]
        server.deliver(*messages, folder=folder)
        with Mailbox(imap_settings(server, folder=folder)) as mailbox:
            sizes = [len(batch) for batch in fetch(inbox, mailbox, [])]
        assert sizes == [100, 100, 50]
        assert stored(inbox) == messages

    def test_what_comes_while_the_server_is_waited_for_is_told_at_once(
        self, server: ImapServer, folder: str, inbox: Inbox
    ) -> None:
        """Also what comes between the last look and the wait."""
        with Mailbox(imap_settings(server, folder=folder)) as mailbox:
            assert mailbox.can_idle
            mailbox.open(folder, alter=False)
            assert mailbox.uids() == []
            uids = server.deliver(mail(), folder=folder)
            mailbox.wait(60)
            assert mailbox.uids() == uids
