"""The test server itself, tried with the standard library's client: what the other tests stand on."""

import json
import signal
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer

CONTENT = b"Message-ID: <1@example.org>\r\n\r\n.one\r\n..two\r\n\r\nthree\r\n"


def test_it_keeps_what_it_was_given() -> None:
    with SmtpServer() as server, smtplib.SMTP("127.0.0.1", server.port) as client:
        client.sendmail("a@example.org", ["b@example.org", "c@example.org"], CONTENT)
    (message,) = server.messages
    assert message.envelope_from == "a@example.org"
    assert message.recipients == ("b@example.org", "c@example.org")
    assert message.content == CONTENT
    assert message.message_id == "<1@example.org>"
    assert message.connection == 1


def test_a_login_is_demanded_when_there_are_users() -> None:
    with SmtpServer(Script(users={"me": "secret"})) as server, smtplib.SMTP("127.0.0.1", server.port) as client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("a@example.org", ["b@example.org"], CONTENT)
        client.login("me", "secret")
        client.sendmail("a@example.org", ["b@example.org"], CONTENT)
    assert len(server.messages) == 1


def test_a_fault_strikes_when_it_should() -> None:
    faults = (Fault("rcpt", "550 5.1.1 no", recipient="b@example.org"), Fault("dot", "451 later", nth=2))
    with SmtpServer(Script(faults=faults)) as server, smtplib.SMTP("127.0.0.1", server.port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("a@example.org", ["b@example.org"], CONTENT)
        client.sendmail("a@example.org", ["c@example.org"], CONTENT)
        with pytest.raises(smtplib.SMTPDataError):
            client.sendmail("a@example.org", ["c@example.org"], CONTENT)
    assert len(server.messages) == 1


@pytest.mark.parametrize(("take", "kept"), [(True, 1), (False, 0)])
def test_it_hangs_up_after_the_dot_with_or_without_the_message(take: bool, kept: int) -> None:
    with SmtpServer(Script(faults=(Fault("dot", drop=True, take=take),))) as server:
        client = smtplib.SMTP("127.0.0.1", server.port)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.sendmail("a@example.org", ["b@example.org"], CONTENT)
        client.close()
    assert len(server.messages) == kept


@pytest.mark.parametrize("end", ["stdin", "SIGTERM"])
def test_as_a_process_it_counts_messages_and_duplicates(end: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.channels.smtp.smtp_server",
        "--port",
        "0",
        "--sink",
        "--keep",
        str(tmp_path),
    ]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdin
        assert process.stdout
        port = json.loads(process.stdout.readline())["port"]
        with smtplib.SMTP("127.0.0.1", port) as client:
            for number in (1, 2, 1):
                client.sendmail("a@example.org", ["b@example.org"], CONTENT.replace(b"<1", b"<%d" % number))
        if end == "stdin":
            process.stdin.close()
        else:
            process.send_signal(signal.SIGTERM)
        totals = json.loads(process.stdout.read())
    assert totals == {"messages": 3, "duplicates": 1, "connections": 1, "recipients": 3}
    assert len(list(tmp_path.iterdir())) == 3
