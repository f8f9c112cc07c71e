"""`ca_file`: who is believed when the campaign names a certificate, and what a file that holds none leads to."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outreach.channels.base import Receipt
from outreach.channels.smtp.channel import SmtpChannel
from outreach.errors import MailboxError, Paused
from outreach.inbox.mailbox.connection import Mailbox
from outreach.settings.load import load_settings
from outreach.settings.mail import SmtpSettings
from tests.channels.letters import Outcome, letter, send
from tests.channels.smtp.certificates import server_context, trust
from tests.channels.smtp.smtp_server import Script, SmtpServer
from tests.inbox.mailbox.imap_servers import Pymap
from tests.inbox.mailboxes import imap_settings

GARBAGE = ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]


def through(server: SmtpServer, ca_file: Path | str, security: str = "starttls") -> Outcome:
    given = {"host": "127.0.0.1", "port": server.port, "security": security, "timeout": 10, "ca_file": str(ca_file)}
    (outcome,) = send(SmtpChannel(SmtpSettings.model_validate(given)), letter())
    return outcome


def bridge(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate as a bridge makes it: by itself, for itself, and with nothing that an authority's must have."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file, private = folder / "bridge.pem", folder / "bridge.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, private)
    return file, context


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_bridge_is_believed_by_its_own_certificate(tmp_path: Path, security: str) -> None:
    file, context = bridge(tmp_path)
    with SmtpServer(Script(tls=context, implicit=security == "tls")) as server:
        assert isinstance(through(server, file, security), Receipt)
        assert server.messages[0].encrypted


def test_an_authority_of_ones_own_is_believed(tmp_path: Path) -> None:
    authority, file = trustme.CA(), tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    with SmtpServer(Script(tls=server_context(authority))) as server:
        assert isinstance(through(server, file), Receipt)


def test_nobody_else_is_believed_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also nobody whom this machine believes: what stands in the file is all."""
    file, _ = bridge(tmp_path)
    authority = trustme.CA()
    trust(authority, tmp_path, monkeypatch)
    with SmtpServer(Script(tls=server_context(authority))) as server:
        outcome = through(server, file)
        assert isinstance(outcome, Paused)
        assert "certificate is not good" in outcome.detail
        assert "MAIL" not in str(server.commands)


def test_the_name_counts_all_the_same(tmp_path: Path) -> None:
    authority, file = trustme.CA(), tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    with SmtpServer(Script(tls=server_context(authority, "mail.example.org"))) as server:
        outcome = through(server, file)
        assert isinstance(outcome, Paused)
        assert "not valid for '127.0.0.1'" in outcome.detail


@pytest.mark.parametrize("content", GARBAGE)
def test_a_file_without_a_certificate_sends_nothing_and_names_the_key(tmp_path: Path, content: str) -> None:
    file, context = bridge(tmp_path)
    file.write_text(content)
    with SmtpServer(Script(tls=context)) as server:
        outcome = through(server, file)
        assert isinstance(outcome, Paused)
        assert "[smtp] ca_file" in outcome.detail
        assert "holds no certificate" in outcome.detail
        assert server.commands == []


@pytest.mark.parametrize("name", ["nowhere.pem", ""], ids=["missing", "a folder"])
def test_a_file_that_is_not_there_sends_nothing_and_names_the_key(tmp_path: Path, name: str) -> None:
    with SmtpServer(Script(tls=server_context(trustme.CA()))) as server:
        outcome = through(server, tmp_path / name)
        assert isinstance(outcome, Paused)
        assert "[smtp] ca_file: there is no file" in outcome.detail
        assert server.commands == []


def test_the_mailbox_has_a_file_of_its_own(tmp_path: Path) -> None:
    authority, file = trustme.CA(), tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    with Pymap(authority) as server:
        with Mailbox(imap_settings(server, security="starttls", ca_file=str(file))) as mailbox:
            mailbox.open("INBOX", alter=False)
        with pytest.raises(MailboxError, match=r"\[imap\] ca_file: there is no file .*nowhere"):
            Mailbox(imap_settings(server, security="starttls", ca_file=str(tmp_path / "nowhere"))).__enter__()
        file.write_text("no certificate")
        with pytest.raises(MailboxError, match=r"\[imap\] ca_file: .* holds no certificate"):
            Mailbox(imap_settings(server, security="starttls", ca_file=str(file))).__enter__()


def test_the_file_is_of_the_campaign_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the command is typed."""
    (tmp_path / "outreach.toml").write_text('[smtp]\nca_file = "tls/bridge.pem"\n[imap]\nca_file = "/etc/own.pem"\n')
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    settings = load_settings(Path(".."))
    assert settings.smtp.ca_file == str(tmp_path / "tls" / "bridge.pem")
    assert settings.imap.ca_file == "/etc/own.pem"
