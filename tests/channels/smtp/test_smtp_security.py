"""Encryption, certificates and login: verified or nothing, and the password never shows."""

import base64
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr, ValidationError

from outreach.channels.base import Receipt
from outreach.channels.smtp.channel import SmtpChannel
from outreach.channels.smtp.logins import FOR_PROGRAMS_HINT, OFF_HINT, WRONG_OR_OFF_HINT
from outreach.channels.smtp.replies import LOGIN_HINT
from outreach.errors import Paused, Unreachable
from outreach.settings.mail import SmtpSettings
from tests.channels.letters import Outcome, letter, send
from tests.channels.smtp.certificates import server_context, trust
from tests.channels.smtp.smtp_server import CAPABILITIES, Fault, Script, SmtpServer

PASSWORD = "correct horse ü"
USERS = {"team@example.org": PASSWORD}


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    made = trustme.CA()
    trust(made, tmp_path, monkeypatch)
    return made


def through(server: SmtpServer, security: str, **more: object) -> Outcome:
    given = {"host": "127.0.0.1", "port": server.port, "security": security, "timeout": 10, **more}
    (outcome,) = send(SmtpChannel(SmtpSettings.model_validate(given)), letter())
    return outcome


def secret(outcome: Outcome) -> str:
    return outcome.detail + getattr(outcome, "hint", "") + repr(outcome)


# Encryption


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("tls", True)])
def test_the_letter_travels_encrypted(authority: trustme.CA, security: str, implicit: bool) -> None:
    with SmtpServer(Script(tls=server_context(authority), implicit=implicit)) as server:
        assert isinstance(through(server, security), Receipt)
        assert server.messages[0].encrypted


def test_a_host_name_is_checked_as_well_as_an_address(authority: trustme.CA) -> None:
    with SmtpServer(Script(tls=server_context(authority, "localhost"))) as server:
        assert isinstance(through(server, "starttls", host="localhost"), Receipt)


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("tls", True)])
def test_a_certificate_for_another_name_pauses_and_says_so(
    authority: trustme.CA, security: str, implicit: bool
) -> None:
    with SmtpServer(Script(tls=server_context(authority, "mail.example.org"), implicit=implicit)) as server:
        outcome = through(server, security)
        assert isinstance(outcome, Paused)
        assert "certificate is not valid for '127.0.0.1'" in outcome.detail
        assert "[smtp] host" in outcome.hint
        assert server.messages == []
        assert "MAIL" not in str(server.commands)


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("tls", True)])
def test_a_certificate_nobody_vouches_for_pauses(authority: trustme.CA, security: str, implicit: bool) -> None:
    with SmtpServer(Script(tls=server_context(trustme.CA()), implicit=implicit)) as server:
        outcome = through(server, security)
        assert isinstance(outcome, Paused)
        assert "certificate" in outcome.detail
        assert "SSL_CERT_FILE" in outcome.hint
        assert "MAIL" not in str(server.commands)


@pytest.mark.parametrize(
    "fault", [Fault("starttls", "454 4.7.0 not now"), Fault("starttls", "502 5.5.1 what?")], ids=str
)
def test_starttls_refused_pauses(authority: trustme.CA, fault: Fault) -> None:
    with SmtpServer(Script(tls=server_context(authority), faults=(fault,))) as server:
        outcome = through(server, "starttls")
        assert isinstance(outcome, Paused)
        assert "[smtp] port" in outcome.hint
        assert [line for _, line in server.commands][-1] == "STARTTLS"


def test_starttls_not_offered_pauses_and_nothing_goes_in_the_clear() -> None:
    with SmtpServer() as server:
        outcome = through(server, "starttls")
        assert isinstance(outcome, Paused)
        assert "does not offer STARTTLS" in outcome.detail
        assert [line.split()[0] for _, line in server.commands] == ["EHLO"]


def test_a_hang_up_during_the_handshake_is_later(authority: trustme.CA) -> None:
    fault = Fault("starttls", b"220 go\r\n", drop=True)
    with SmtpServer(Script(faults=(fault,), capabilities=(*CAPABILITIES, "STARTTLS"))) as server:
        assert isinstance(through(server, "starttls"), Unreachable)


def test_a_handshake_that_never_comes_is_later_and_nothing_goes_in_the_clear() -> None:
    fault = Fault("starttls", b"220 go\r\n")
    with SmtpServer(Script(faults=(fault,), capabilities=(*CAPABILITIES, "STARTTLS"))) as server:
        assert isinstance(through(server, "starttls", timeout=0.3), Unreachable)
        assert server.messages == []


def test_tls_to_a_server_that_speaks_plain_text_pauses() -> None:
    with SmtpServer() as server:
        outcome = through(server, "tls")
        assert isinstance(outcome, Paused)
        assert "[smtp] port" in outcome.hint


def test_starttls_to_a_port_that_wants_tls_at_once_is_an_error_in_time(authority: trustme.CA) -> None:
    with SmtpServer(Script(tls=server_context(authority), implicit=True)) as server:
        assert isinstance(through(server, "starttls", timeout=0.3), Unreachable)


def test_what_is_slipped_in_before_encryption_is_not_believed(authority: trustme.CA) -> None:
    """STARTTLS injection: a reply sent in the clear, to be read as if it had come encrypted (RFC 3207, section 4.2)."""
    slipped = b"220 go ahead\r\n250-evil.invalid\r\n250 AUTH PLAIN\r\n"
    script = Script(tls=server_context(authority), faults=(Fault("starttls", slipped),), users={})
    with SmtpServer(script) as server:
        outcome = through(server, "starttls", username="team@example.org", password=PASSWORD)
        assert isinstance(outcome, Paused)
        assert "offers no login" in outcome.detail
        assert PASSWORD not in str(server.commands)


def test_offers_made_before_encryption_count_for_nothing(authority: trustme.CA) -> None:
    clear = Fault("ehlo", b"250-x\r\n250-DSN\r\n250 STARTTLS\r\n", nth=1)
    script = Script(tls=server_context(authority), faults=(clear,), capabilities=("8BITMIME",))
    with SmtpServer(script) as server:
        assert isinstance(through(server, "starttls"), Receipt)
        assert server.messages[0].mail_parameters == "BODY=8BITMIME"


@pytest.mark.parametrize("content", ["", "no certificate"])
def test_a_broken_ssl_cert_file_never_means_less_checking(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    (tmp_path / "broken.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "broken.pem"))
    with SmtpServer(Script(tls=server_context(authority))) as server:
        outcome = through(server, "starttls")
        assert isinstance(outcome, Paused)
        assert "SSL_CERT_FILE" in outcome.hint


def test_plain_text_is_for_this_machine_only() -> None:
    with pytest.raises(ValidationError, match="in the clear"):
        SmtpSettings(host="mail.example.org", security="none")
    smuggled = SmtpSettings.model_construct(host="mail.example.org", port=25, security="none", timeout=1.0)
    (outcome,) = send(SmtpChannel(smuggled), letter())
    assert isinstance(outcome, Paused)
    assert "not on this machine" in outcome.detail


# Login


def login(server: SmtpServer, password: str = PASSWORD, security: str = "none") -> Outcome:
    return through(server, security, username="team@example.org", password=password)


def test_a_login_over_tls(authority: trustme.CA) -> None:
    with SmtpServer(Script(tls=server_context(authority), users=USERS)) as server:
        assert isinstance(login(server, security="starttls"), Receipt)


@pytest.mark.parametrize("offer", ["PLAIN LOGIN", "LOGIN", "LOGIN GSSAPI"])
def test_a_login_with_what_the_server_offers(offer: str) -> None:
    ehlo = f"250-test.invalid\r\n250-8BITMIME\r\n250 AUTH {offer}"
    with SmtpServer(Script(users=USERS, faults=(Fault("ehlo", ehlo),))) as server:
        assert isinstance(login(server), Receipt)


@pytest.mark.parametrize("offer", ["LOGIN", "PLAIN"])
def test_a_wrong_password_pauses_after_one_try_and_does_not_show(offer: str) -> None:
    ehlo = f"250-test.invalid\r\n250-8BITMIME\r\n250 AUTH {offer}"
    with SmtpServer(Script(users=USERS, faults=(Fault("ehlo", ehlo),))) as server:
        outcome = login(server, "a wrong one")
        assert isinstance(outcome, Paused)
        assert "535" in outcome.detail
        assert "OUTREACH_SMTP__USERNAME" in outcome.hint
        assert "OUTREACH_SMTP__PASSWORD" in outcome.hint
        assert "a wrong one" not in secret(outcome)
        assert server.times["auth"] == 1


@pytest.mark.parametrize("code", ["535 5.7.8", "454 4.7.0"])
def test_a_server_that_echoes_the_password_does_not_get_it_into_the_ledger(code: str) -> None:
    coded = base64.b64encode(f"\0team@example.org\0{PASSWORD}".encode()).decode()
    fault = Fault("auth", f"{code} wrong: {PASSWORD} {coded}")
    with SmtpServer(Script(users=USERS, faults=(fault,))) as server:
        outcome = login(server)
        assert code in outcome.detail
        assert PASSWORD not in secret(outcome)
        assert coded not in secret(outcome)


def test_a_login_that_cannot_be_checked_now_is_later() -> None:
    with SmtpServer(Script(users=USERS, faults=(Fault("auth", "454 4.7.0 try again later"),))) as server:
        outcome = login(server)
    assert isinstance(outcome, Unreachable)
    assert outcome.answered
    assert outcome.detail.endswith("AUTH: 454 4.7.0")


def test_a_server_that_offers_no_login_pauses() -> None:
    with SmtpServer() as server:
        outcome = login(server)
        assert isinstance(outcome, Paused)
        assert "AUTH" not in [line.split()[0] for _, line in server.commands]


def test_a_server_that_wants_a_login_we_do_not_have_pauses() -> None:
    with SmtpServer(Script(users=USERS)) as server:
        outcome = through(server, "none")
        assert isinstance(outcome, Paused)
        assert "OUTREACH_SMTP__PASSWORD" in outcome.hint


def test_a_user_name_without_a_password_pauses_before_trying() -> None:
    with SmtpServer(Script(users=USERS)) as server:
        outcome = login(server, "")
        assert isinstance(outcome, Paused)
        assert "OUTREACH_SMTP__PASSWORD" in outcome.hint


def test_settings_do_not_show_the_password() -> None:
    settings = SmtpSettings(username="team@example.org", password=SecretStr(PASSWORD))
    assert PASSWORD not in repr(settings)


@pytest.mark.parametrize("offer", ["XOAUTH2", "OAUTHBEARER XOAUTH2", "GSSAPI XOAUTH2"])
def test_a_server_that_wants_oauth2_is_said_to_and_never_sees_the_password(offer: str) -> None:
    ehlo = f"250-test.invalid\r\n250-8BITMIME\r\n250 AUTH {offer}"
    with SmtpServer(Script(users=USERS, faults=(Fault("ehlo", ehlo),))) as server:
        outcome = login(server)
        assert isinstance(outcome, Paused)
        assert "only XOAUTH2" in outcome.detail
        assert "with a user name and a password only" in outcome.hint
        assert "AUTH" not in [line.split()[0] for _, line in server.commands]


@pytest.mark.parametrize(
    ("refusal", "hint"),
    [
        ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", OFF_HINT),
        ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.", OFF_HINT),
        ("535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults", OFF_HINT),
        ("550 5.7.30 Basic authentication is not supported for Client Submission.", OFF_HINT),
        ("535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.", LOGIN_HINT),
        ("535 5.7.139 Authentication unsuccessful", WRONG_OR_OFF_HINT),
        ("534-5.7.9 Application-specific password required.\r\n534 5.7.9 See the manual", FOR_PROGRAMS_HINT),
        ("535 5.7.8 Username and Password not accepted", LOGIN_HINT),
        ("535 wrong", LOGIN_HINT),
    ],
)
def test_a_refused_login_says_what_this_provider_wants(refusal: str, hint: str) -> None:
    with SmtpServer(Script(users=USERS, faults=(Fault("auth", f"{refusal} {PASSWORD}"),))) as server:
        outcome = login(server)
        assert isinstance(outcome, Paused)
        assert outcome.hint == hint
        assert PASSWORD not in secret(outcome)
        assert server.times["auth"] == 1
