"""What a hostile or broken IMAP server can do to us: nothing but waste its own time."""

from itertools import repeat

import pytest

from outreach.errors import MailboxError, MailboxLost
from outreach.inbox.mailbox.connection import Fetched, Mailbox
from outreach.settings.mail import ImapSettings
from tests.inbox.mailbox.hostile_imap import HostileImap, Said

FETCH, SEARCH, SIZES = b"UID FETCH 1,2 (UID INTERNALDATE", b"UID SEARCH", b"UID FETCH 1,2 (UID RFC822.SIZE"


def settings(server: HostileImap) -> ImapSettings:
    return ImapSettings.model_validate(
        {"host": "127.0.0.1", "port": server.port, "security": "none", "username": "team", "password": "x"}
    )


def read(says: dict[bytes, Said]) -> list[Fetched]:
    """What messages 1 and 2 are, by a server that says this."""
    with HostileImap(says) as server, Mailbox(settings(server)) as mailbox:
        mailbox.open("INBOX", alter=False)
        return mailbox.read([1, 2])


@pytest.mark.parametrize(
    "said",
    [
        b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\nabc",
        repeat(b"* 1 FETCH (UID 1 FLAGS (" + b"x" * 900_000 + b"))\r\n"),
    ],
    ids=["a literal of 100 GB", "lines without an end"],
)
def test_no_answer_may_be_of_any_size(said: Said) -> None:
    with pytest.raises(MailboxLost, match="more than 256 MB at once"):
        read({FETCH: said})


def test_a_message_that_was_not_asked_for_is_not_taken_for_one_that_was_read() -> None:
    said = b"* 1 FETCH (UID 9 BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 2 BODY[] {3}\r\ndef)\r\n"
    assert read({FETCH: said}) == [Fetched(2, b"def", None)]


def test_a_size_that_was_not_asked_for_is_no_message_to_read() -> None:
    said = b"* 1 FETCH (UID 9 RFC822.SIZE 3)\r\n* 2 FETCH (UID 2 RFC822.SIZE 3)\r\n"
    with HostileImap({SIZES: said}) as server, Mailbox(settings(server)) as mailbox:
        mailbox.open("INBOX", alter=False)
        assert mailbox.sizes([1, 2]) == {1: 0, 2: 3}


def test_a_date_before_there_was_mail_is_none() -> None:
    said = b'* 1 FETCH (UID 1 INTERNALDATE "01-Jan-0001 00:00:00 +1400" BODY[] {3}\r\nabc)\r\n'
    [found] = read({FETCH: said})
    assert found.arrived_at is None


NUMBERS = [b"0", b"4294967296", b"99999999999999999999999", b"x", b"-1"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_uid_that_cannot_be_is_said_in_words_and_never_stored(number: bytes) -> None:
    with HostileImap({SEARCH: b"* SEARCH 1 " + number + b"\r\n"}) as server, Mailbox(settings(server)) as mailbox:
        mailbox.open("INBOX", alter=False)
        with pytest.raises(MailboxLost, match="cannot be understood"):
            mailbox.uids()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_uidvalidity_that_cannot_be_is_said_in_words_and_never_stored(number: bytes) -> None:
    said = b"* OK [UIDVALIDITY " + number + b"] ok\r\n"
    nonsense = pytest.raises(MailboxLost, match="cannot be understood")
    with HostileImap({b"EXAMINE": said}) as server, nonsense, Mailbox(settings(server)) as mailbox:
        mailbox.open("INBOX", alter=False)


def test_a_server_that_calls_us_logged_in_before_starttls_gets_no_password() -> None:
    """As somebody on the way would, who wants us to go on in the clear (RFC 9051, section 11.1)."""
    with HostileImap({}, greeting=b"* PREAUTH hello\r\n") as server:
        asked = settings(server).model_copy(update={"security": "starttls"})
        with pytest.raises(MailboxError) as caught, Mailbox(asked):
            pass
    assert not isinstance(caught.value, MailboxLost)


def test_a_servers_words_bring_neither_controls_nor_addresses() -> None:
    greeting = b"* BYE \x1b[31m ask a@b.example.org\r\n"
    with HostileImap({}, greeting) as server, pytest.raises(MailboxError) as caught, Mailbox(settings(server)):
        pass
    assert "\x1b" not in str(caught.value)
    assert "@" not in str(caught.value)


@pytest.mark.parametrize("logins", [b"AUTH=XOAUTH2", b"AUTH=OAUTHBEARER AUTH=XOAUTH2 SASL-IR"])
def test_a_server_that_wants_oauth2_is_said_to_and_never_sees_the_password(logins: bytes) -> None:
    able = b"* CAPABILITY IMAP4rev1 LOGINDISABLED " + logins + b"\r\n"
    with HostileImap({b"CAPABILITY": able}) as server, pytest.raises(MailboxError, match="only XOAUTH2") as caught:
        Mailbox(settings(server)).__enter__()
    assert caught.value.exit_code == 2
    assert "docs/providers.md" in str(caught.value)
    assert not [command for command in server.commands if command.startswith((b"LOGIN", b"AUTHENTICATE"))]


def test_a_server_that_offers_a_password_too_gets_it() -> None:
    able = b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2 AUTH=PLAIN\r\n"
    with HostileImap({b"CAPABILITY": able}) as server, Mailbox(settings(server)):
        pass
    assert [command for command in server.commands if command.startswith(b"AUTHENTICATE PLAIN")]
