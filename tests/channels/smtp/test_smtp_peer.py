"""The channel against aiosmtpd, a server that others wrote: STARTTLS, AUTH, and the letter as it was."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from outreach.channels.base import Receipt
from outreach.channels.smtp.channel import SmtpChannel
from outreach.errors import Paused
from outreach.settings.mail import SmtpSettings
from tests.channels.letters import letter, send, send_at_once
from tests.channels.smtp.certificates import server_context, trust


class Inbox:
    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self.envelopes.append(envelope)
        return "250 2.0.0 kept"


class Peer(Controller):
    def _trigger_server(self) -> None:
        """Called once it listens: learn the port that the system chose."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword) -> AuthResult:
    good = (given.login, given.password) == (b"team", b"secret")
    return AuthResult(success=good, handled=False)  # not handled: aiosmtpd answers


@pytest.fixture
def peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controller]:
    authority = trustme.CA()
    trust(authority, tmp_path, monkeypatch)
    controller = Peer(
        Inbox(),
        hostname="127.0.0.1",
        port=0,
        tls_context=server_context(authority),
        require_starttls=True,
        authenticator=check,
        auth_required=True,
        enable_SMTPUTF8=True,
    )
    controller.start()
    yield controller
    controller.stop()


def channel(peer: Controller, password: str = "secret") -> SmtpChannel:
    given = {"host": "127.0.0.1", "port": peer.port, "username": "team", "password": password, "connections": 3}
    return SmtpChannel(SmtpSettings.model_validate({**given, "timeout": 10}))


def test_a_letter_arrives_over_starttls_with_login(peer: Controller) -> None:
    outgoing = letter(to=("a@example.org", "b@example.org"), archive="archive@example.org")
    assert send(channel(peer), outgoing) == [Receipt("250 2.0.0 kept")]
    (envelope,) = peer.handler.envelopes
    assert envelope.mail_from == "bounces+t1@example.org"
    assert envelope.rcpt_tos == ["a@example.org", "b@example.org", "archive@example.org"]
    assert envelope.content == outgoing.content


def test_an_address_in_another_script_arrives(peer: Controller) -> None:
    send(channel(peer), letter(to=("δοκιμή@example.org",)))
    assert peer.handler.envelopes[0].rcpt_tos == ["δοκιμή@example.org"]


def test_many_letters_arrive_once_each(peer: Controller) -> None:
    letters = [letter(n) for n in range(40)]
    assert all(isinstance(each, Receipt) for each in send_at_once(channel(peer), *letters))
    assert sorted(each.content for each in peer.handler.envelopes) == sorted(each.content for each in letters)


def test_a_wrong_password_pauses(peer: Controller) -> None:
    (outcome,) = send(channel(peer, "wrong"), letter())
    assert isinstance(outcome, Paused)
    assert "OUTREACH_SMTP__PASSWORD" in outcome.hint
