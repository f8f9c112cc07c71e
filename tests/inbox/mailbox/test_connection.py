"""Reading a mailbox: the contract on two real servers, encryption, and every way that a line can break."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from outreach.errors import MailboxError, MailboxLost, UsageError
from outreach.inbox.mailbox.connection import Fetched, Mailbox, _fetched
from outreach.inbox.mailbox.fetch import fetch
from outreach.inbox.receive import Inbox
from outreach.settings.mail import ImapSettings
from tests.channels.smtp.certificates import trust
from tests.inbox.mailbox.imap_line import Fault, Line
from tests.inbox.mailbox.imap_servers import NEEDS_DOVECOT, Dovecot, ImapServer, Pymap, free_port
from tests.inbox.mailboxes import MailboxContract, fetched, imap_settings, mail, open_real_inbox, stored

PATIENCE = 60  # seconds


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="module")
def pymap() -> Iterator[Pymap]:
    with Pymap() as server:
        yield server


@NEEDS_DOVECOT
class TestDovecot(MailboxContract):
    @pytest.fixture
    def server(self, dovecot: Dovecot) -> ImapServer:
        return dovecot


class TestPymap(MailboxContract):
    @pytest.fixture
    def server(self, pymap: Pymap) -> ImapServer:
        return pymap


@NEEDS_DOVECOT
def test_what_comes_while_idle_is_on_its_way_is_told_at_once(dovecot: Dovecot) -> None:
    """Dovecot tells of it in one breath with its answer to IDLE, so the socket stays silent from then on."""
    uids = list[int]()
    with (
        Line(dovecot.port, word=b"IDLE\r\n", first=lambda: uids.extend(dovecot.deliver(mail()))) as line,
        Mailbox(imap_settings(dovecot, port=line.port)) as mailbox,
    ):
        mailbox.open("INBOX", alter=False)
        before = mailbox.uids()
        mailbox.wait(PATIENCE)
        assert mailbox.uids() == before + uids
        assert uids


@pytest.mark.parametrize(
    ("answer", "raw"),
    [
        ([(b'1 (UID 7 INTERNALDATE "05-Sep-2022 10:30:00 +0200" BODY[] {2}', b"hi"), b")"], b"hi"),
        ([(b"1 (BODY[] {2}", b"hi"), b' INTERNALDATE "05-Sep-2022 10:30:00 +0200" UID 7)'], b"hi"),
        (
            [b"1 (FLAGS (\\Seen))", (b'1 (UID 7 INTERNALDATE " 5-Sep-2022 10:30:00 +0200" BODY[] {2}', b"hi"), b")"],
            b"hi",
        ),
        ([b'1 (UID 7 INTERNALDATE "05-Sep-2022 10:30:00 +0200" BODY[] "h\\"i\\\\")'], b'h"i\\'),
        ([b'1 (UID 7 BODY[] NIL INTERNALDATE "05-Sep-2022 10:30:00 +0200")'], b""),
    ],
    ids=["as asked", "the other way round", "with news of flags", "quoted", "nothing"],
)
def test_answers_are_understood_in_every_order_and_form(answer: list[bytes], raw: bytes) -> None:
    assert list(_fetched(answer)) == [Fetched(7, raw, datetime(2022, 9, 5, 8, 30, tzinfo=UTC))]


@pytest.mark.parametrize("date", [b"", b'INTERNALDATE "32-Foo-0000 10:30:00 +9999"', b'INTERNALDATE "\xff"'])
def test_a_date_that_is_nonsense_is_none(date: bytes) -> None:
    assert list(_fetched([(b"1 (UID 7 " + date + b" BODY[] {2}", b"hi"), b")"])) == [Fetched(7, b"hi", None)]


@NEEDS_DOVECOT
def test_a_message_of_50_megabytes_is_stored_in_full_and_the_others_too(
    dovecot: Dovecot, campaign_folder: Path
) -> None:
    inbox = open_real_inbox(campaign_folder)
    dovecot.make("Large")
    messages = [mail(), mail(text="\r\n".join(["x" * 70] * 730_000)), mail()]
    dovecot.deliver(*messages, folder="Large")
    found = [each.incoming.raw for each in fetched(inbox, imap_settings(dovecot, folder="Large"))]
    assert found == messages
    assert stored(inbox) == messages


AUTHORITY = trustme.CA()


@pytest.fixture(scope="module")
def tls_dovecot() -> Iterator[Dovecot]:
    with Dovecot(AUTHORITY) as server:
        yield server


@NEEDS_DOVECOT
class TestEncryption:
    """The password goes nowhere in the clear, and to nobody whose certificate is not trusted."""

    @pytest.fixture(params=["tls", "starttls"])
    def settings(self, tls_dovecot: Dovecot, request: pytest.FixtureRequest) -> ImapSettings:
        port = tls_dovecot.tls_port if request.param == "tls" else tls_dovecot.port
        return imap_settings(tls_dovecot, port=port, security=request.param)

    def test_a_trusted_server_is_read(
        self, settings: ImapSettings, tls_dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        trust(AUTHORITY, tmp_path, monkeypatch)
        with Mailbox(settings) as mailbox:
            assert mailbox.open("INBOX", alter=False) == tls_dovecot.uidvalidity()

    def test_a_certificate_of_nobody_we_know_is_refused_in_words(self, settings: ImapSettings) -> None:
        with pytest.raises(
            MailboxError, match=r"certificate of 127.0.0.1:\d+ cannot be trusted: .*\[imap\] host"
        ) as caught:
            Mailbox(settings).__enter__()
        assert caught.value.exit_code == 2

    def test_a_certificate_of_another_name_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        trust(AUTHORITY, tmp_path, monkeypatch)
        with Dovecot(AUTHORITY, "mail.example.org") as server:
            for security, port in (("tls", server.tls_port), ("starttls", server.port)):
                with pytest.raises(MailboxError, match="cannot be trusted"):
                    Mailbox(imap_settings(server, security=security, port=port)).__enter__()

    def test_a_server_that_speaks_no_tls_gets_no_password(self, dovecot: Dovecot) -> None:
        for security in ("tls", "starttls"):
            with pytest.raises(MailboxError, match=r"Check \[imap\].* port and security") as caught:
                Mailbox(imap_settings(dovecot, security=security)).__enter__()
            assert caught.value.exit_code == 2


def test_starttls_is_spoken_with_pymap_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust(AUTHORITY, tmp_path, monkeypatch)
    with Pymap(AUTHORITY) as server, Mailbox(imap_settings(server, security="starttls")) as mailbox:
        mailbox.open("INBOX", alter=False)
        assert mailbox.uids() == []


class Says:
    """A server that says the same to everybody, whatever they say, and then is silent."""

    def __init__(self, *words: bytes) -> None:
        self._words = words

    def __enter__(self) -> int:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        port: int = self._socket.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._socket.accept()
                with line:
                    for words in self._words:
                        line.sendall(words)
                        line.recv(1000)


def troubles(inbox: Inbox, settings: ImapSettings) -> list[str]:
    """What a run had to say, whether it came to an end or not."""
    problems, lost = dict[str, str](), list[str]()
    try:
        with Mailbox(settings) as mailbox:
            list(fetch(inbox, mailbox, problems))
    except MailboxLost as error:
        lost.append(str(error))
    return [*(f"{where}: {why}" for where, why in problems.items()), *lost]


class TestBrokenLines:
    """What goes wrong between us and the server is said in words, and whatever was stored stays."""

    def test_nobody_there(self, pymap: Pymap) -> None:
        with pytest.raises(MailboxLost, match="refuses connections") as caught:
            Mailbox(imap_settings(pymap, port=free_port())).__enter__()
        assert caught.value.exit_code == 1

    def test_no_such_host(self, pymap: Pymap) -> None:
        settings = imap_settings(pymap, host="imap.invalid", security="tls")
        with pytest.raises(MailboxLost, match="there is no such host, or no network"):
            Mailbox(settings).__enter__()

    def test_a_server_that_says_nothing(self, pymap: Pymap) -> None:
        with Says(b"") as port, pytest.raises(MailboxLost, match=r"did not answer within 0\.2 seconds"):
            Mailbox(imap_settings(pymap, port=port, timeout=0.2)).__enter__()

    @pytest.mark.parametrize(
        "words",
        [
            (b"220 mail.example.org ESMTP\r\n",),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n",),
            (b"\x00\xff\xfe\r\n",),
            (b"* OK\r\n", b"* nonsense {99999999999999999999}\r\n"),
            (b"* OK\r\n", b"* CAPABILITY\r\nwho? OK\r\n"),
            (b"* BYE too many connections from bob@example.org\r\n",),
        ],
    )
    def test_a_server_that_talks_nonsense(self, pymap: Pymap, words: tuple[bytes, ...]) -> None:
        with Says(*words) as port, pytest.raises(MailboxError, match=r"127.0.0.1:\d+|broke off") as caught:
            Mailbox(imap_settings(pymap, port=port, timeout=1)).__enter__()
        assert "bob@example.org" not in str(caught.value)

    def test_a_line_that_breaks_again_and_again_loses_and_doubles_nothing(
        self, pymap: Pymap, campaign_folder: Path
    ) -> None:
        """Each try gets a little further before it is cut."""
        inbox = open_real_inbox(campaign_folder)
        messages = [mail(text="Thank you. " * 200) for _ in range(40)]
        pymap.make("Cut")
        pymap.deliver(*messages, folder="Cut")
        broken = 0
        for after in range(1_000, 300_000, 40_000):
            with Line(pymap.port, Fault(after=after)) as line:
                broken += bool(troubles(inbox, imap_settings(pymap, port=line.port, folder="Cut")))
            assert set(stored(inbox)) <= set(messages)
        assert broken
        assert sorted(stored(inbox)) == sorted(messages)

    def test_a_message_that_the_server_stumbles_over_stops_no_other(self, pymap: Pymap, campaign_folder: Path) -> None:
        """It is named, and asked for again the next time."""
        inbox = open_real_inbox(campaign_folder)
        good, bad = [mail(), mail(), mail()], mail(text="POISON")
        pymap.make("Poison")
        pymap.deliver(good[0], folder="Poison")
        [uid] = pymap.deliver(bad, folder="Poison")
        pymap.deliver(*good[1:], folder="Poison")
        problems = dict[str, str]()
        with (
            Line(pymap.port, Fault(seen=b"POISON")) as line,
            Mailbox(imap_settings(pymap, port=line.port, folder="Poison")) as mailbox,
        ):
            list(fetch(inbox, mailbox, problems))
        assert stored(inbox) == good
        assert list(problems) == [f"Poison, message UID {uid}"]

        fetched(inbox, imap_settings(pymap, folder="Poison"))

        assert stored(inbox) == [*good, bad]

    def test_a_server_that_hangs_in_the_middle_is_left(self, pymap: Pymap, campaign_folder: Path) -> None:
        pymap.make("Hung")
        pymap.deliver(mail(text="x" * 5000), folder="Hung")
        with Line(pymap.port, Fault(after=3_000, hold=True)) as line:
            settings = imap_settings(pymap, port=line.port, folder="Hung", timeout=3)
            [trouble] = troubles(open_real_inbox(campaign_folder), settings)
        assert "did not answer within 3 seconds" in trouble

    def test_folders_in_a_circle_are_refused(self, pymap: Pymap, campaign_folder: Path) -> None:
        settings = imap_settings(pymap, after="move", moved_to="INBOX")
        with pytest.raises(UsageError, match="moved in a circle"):
            fetched(open_real_inbox(campaign_folder), settings)
