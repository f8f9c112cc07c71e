"""Which failures pass by themselves, and which code says most."""

import pytest

from outreach.inbox.classify.severity import better_code, code_in, severity_of
from outreach.inbox.kinds import Severity


@pytest.mark.parametrize(
    ("code", "words", "passes"),
    [
        ("5.1.1", "550 5.1.1 User unknown", False),
        ("5.2.1", "550 5.2.1 Mailbox disabled", False),
        ("5.7.1", "550 5.7.1 Blocked by policy", False),
        ("5.7.1", "550 5.7.1 Greylisting in action", True),
        ("5.2.2", "552 5.2.2", True),
        ("5.2.122", "the recipient takes no more mail this hour", True),
        ("4.2.2", "452 4.2.2 The user's inbox is out of storage space", True),
        ("5.3.1", "552 5.3.1 Mail system full", True),
        ("5.4.7", "delivery time expired", True),
        ("5.4.300", "message expired", True),
        ("5.4.4", "unable to route: no mail hosts", False),
        ("4.7.1", "", True),
        ("", "550 no such user", False),
        ("", "450 try later", True),
        ("", "host said: 451-temporary", True),
        ("", "user does not exist", False),
        ("", "this message is 452 characters long", False),
        ("5.0.0", "Mailbox is full", True),
        ("5.0.0", "mailbox exceeded its storage quota", True),
        ("5.0.0", "La boîte aux lettres du destinataire est pleine", True),
        ("5.0.0", "El buzón del destinatario está lleno", True),
        ("5.0.0", "Das Postfach des Empfängers ist voll", True),
        ("5.0.0", "account expired", False),
    ],
)
def test_a_failure_is_transient_when_it_passes_by_itself(code: str, words: str, *, passes: bool) -> None:
    assert severity_of(code, words) is (Severity.TRANSIENT if passes else Severity.PERMANENT)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("550 5.1.1 unknown", "5.1.1"),
        ("#5.1.1 smtp;550 5.1.10 unknown", "5.1.1"),
        ("5.0.0 then (#5.2.1)", "5.2.1"),
        ("5.0.0", "5.0.0"),
        ("550-5.7.26 unauthenticated", "5.7.26"),
        ("client 5.1.1.4 is blocked", ""),
        ("version 15.1.1 and v5.1.1", ""),
        ("none", ""),
    ],
)
def test_the_code_in_a_server_s_words_is_no_address_and_no_version(words: str, code: str) -> None:
    assert code_in(words) == code


@pytest.mark.parametrize(
    ("status", "diagnostic", "code"),
    [
        ("5.1.1", "550 5.2.1", "5.1.1"),
        ("5.0.0", "550 5.1.1 unknown", "5.1.1"),
        ("5.0.0", "451 4.7.1 greylisted", "4.7.1"),
        ("5.0.0", "550 unknown", "5.0.0"),
        ("4.0.0", "550 5.0.0", "4.0.0"),
        ("", "550 5.0.0", "5.0.0"),
        ("", "", ""),
    ],
)
def test_a_status_that_says_nothing_gives_way_to_the_server_s_words(status: str, diagnostic: str, code: str) -> None:
    assert better_code(status, diagnostic) == code
