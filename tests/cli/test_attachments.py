"""Files that go with letters: what is planned, queued, sent and received is the same to the byte."""

import json
import os
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.conftest import Command, change_cell, give_addresses, mail_server

SEND = ("send", "--case", "beacon", "--to", "DEU", "--to", "FRA", "--after-deadline", "--yes")
NAME = "Mémoire *du* 简报.pdf"
PDF = b"%PDF-1.7\n" + os.urandom(200_000) + b"\n.\r\n..\n%%EOF\n"


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    """A campaign whose case has a file for every letter, and whose layouts name it."""
    give_addresses(campaign_folder)
    (campaign_folder / "files").mkdir()
    (campaign_folder / "files" / NAME).write_bytes(PDF)
    attach(campaign_folder, f"attach: [files/{NAME}]")
    for layout in (campaign_folder / "templates" / "letters").glob("_letter.*.md"):
        block = "\n{% block attachments %}\n\nAttached: {{ attachments | join_words(language) }}.\n\n{% endblock %}\n"
        layout.write_text(layout.read_text("utf-8") + block, "utf-8")
    return campaign_folder


def attach(folder: Path, lines: str) -> None:
    file = folder / "cases" / "beacon.md"
    text = file.read_text("utf-8")
    file.write_text(text.replace("state_concerned:", f"{lines}\nstate_concerned:", 1), "utf-8")


def parsed(content: bytes) -> tuple[str, dict[str, bytes]]:
    """The text of a message that came, and its files by name."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not [part.defects for part in message.walk() if part.defects]
    assert message.get_content_type() == "multipart/mixed"
    body = message.get_body(("plain",))
    assert body is not None
    files = {part.get_filename() or "": part.get_payload(decode=True) for part in message.iter_attachments()}
    return body.get_content(), files


def test_the_receiver_has_the_bytes_that_were_queued_whatever_happened_to_the_file(
    folder: Path, outreach: Command, tmp_path: Path
) -> None:
    """One letter is put off; before it goes, the file on disk changes, and then is gone."""
    typed = tmp_path / "list.txt"
    typed.write_text("one\r\ntwo\n", "utf-8")
    more = ("--attach", str(typed))
    preview = ("preview", "--case", "beacon", "--mission", "FRA", *more)
    looked = outreach(*preview, folder=folder)
    digest = f"{NAME} (PDF, 200 kB, "
    assert digest in looked.stderr
    assert f"Attached : {NAME} et list.txt." in " ".join(looked.stdout.split())
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.7.1 later", first=1),))) as server:
        env = mail_server(server.port)
        first = outreach(*SEND, *more, folder=folder, env=env)
        assert looked.stderr[looked.stderr.index(digest) :].splitlines()[0] in first.stdout
        (folder / "files" / NAME).unlink()
        typed.write_text("three\n", "utf-8")
        outreach("queue", "retry", "--all", folder=folder, env=env)
        assert outreach("queue", "run", folder=folder, env=env).returncode == 0
        shown = outreach("queue", "show", "1", folder=folder, env=env).stdout
        told = json.loads(outreach("queue", "show", "1", "--json", folder=folder, env=env).stdout)
    assert len(server.messages) == 2
    for message in server.messages:
        text, files = parsed(message.content)
        assert files == {NAME: PDF, "list.txt": b"one\r\ntwo\n"}
        assert f"Attached: {NAME} " in " ".join(text.replace("\u00a0:", ":").split())
    assert f"Attached: {digest}" in shown
    assert [each["name"] for each in told["attachments"]] == [NAME, "list.txt"]


def test_what_cannot_go_queues_nothing_and_cases_check_says_so_before(folder: Path, outreach: Command) -> None:
    outside = folder.parent / "secret.pdf"
    outside.write_bytes(PDF)
    (folder / "files" / "link.pdf").symlink_to(outside)
    (folder / "files" / NAME).write_bytes(b"MZ")
    attach(folder, "")  # a blank line is no key
    file = folder / "cases" / "beacon.md"
    listed = f"attach: [files/{NAME}, files/link.pdf, ../secret.pdf, /etc/hosts]"
    file.write_text(file.read_text("utf-8").replace(f"attach: [files/{NAME}]", listed), "utf-8")
    checked, sent = outreach("cases", "check", folder=folder), outreach(*SEND, folder=folder)
    assert (sent.returncode, sent.stdout) == (2, "")
    lines = [line.removeprefix("outreach: ") for line in sent.stderr.splitlines()]
    for line, words in zip(
        lines, ("a program", "leads out", "in the campaign folder", "in the campaign folder"), strict=True
    ):
        assert line.startswith("cases/beacon.md, column attach: ")
        assert words in line
        assert line in checked.stdout + checked.stderr
    assert json.loads(outreach("queue", "list", "--rehearse", "--json", folder=folder).stdout) == []


def test_each_language_can_have_files_of_its_own(folder: Path, outreach: Command) -> None:
    file = folder / "cases" / "beacon.md"
    file.write_text(file.read_text("utf-8").replace("attach: [", "attach:\n  fr: ["), "utf-8")
    layout = folder / "templates" / "letters" / "_letter.fr.md"
    layout.write_text(
        layout.read_text("utf-8").replace("Attached: {{ attachments | join_words(language) }}", ""), "utf-8"
    )
    planned = outreach(*SEND, "--dry-run", folder=folder)
    assert f"the letters in fr do not name {NAME}: their layout" in " ".join(planned.stdout.split())
    assert "the letters in en" not in planned.stdout
    assert f"with each letter in fr: {NAME}" in planned.stdout
    assert "with each letter in en: no file" in planned.stdout


def test_a_withheld_name_in_a_file_or_its_name_leaves_the_letter_out(folder: Path, outreach: Command) -> None:
    withheld = folder / "contacts" / "withheld.txt"
    typed = folder / "A. Hidden.txt"
    for name, text in (("a.txt", "what A. Hidden said"), ("A. Hidden.txt", "nothing")):
        typed = folder / name
        typed.write_text(text, "utf-8")
        withheld.write_text("A. Hidden\n", "utf-8")
        told = json.loads(outreach(*SEND, "--attach", str(typed), "--json", folder=folder).stdout)
        assert told["excluded"] == {"a withheld name": 2}
    withheld.write_text("Somebody Else\n", "utf-8")
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.7.1 later", first=2),))) as server:
        env = mail_server(server.port)
        outreach(*SEND, "--attach", str(folder / "a.txt"), folder=folder, env=env)
        withheld.write_text("A. Hidden\n", "utf-8")
        outreach("queue", "retry", "--all", folder=folder, env=env)
        outreach("queue", "run", folder=folder, env=env)
    assert server.messages == []


def test_a_letter_that_is_too_large_for_the_server_waits_and_is_written_anew_without_the_file(
    folder: Path, outreach: Command
) -> None:
    """The server says its limit when it greets (SIZE): no byte of the letter leaves, and no other one tries."""
    with SmtpServer(Script(capabilities=("SIZE 100000", "8BITMIME"))) as server:
        env = mail_server(server.port)
        done = outreach(*SEND, folder=folder, env=env)
        assert done.returncode == 1
        assert "with what is attached; the server takes at most 100 kB" in done.stdout + done.stderr
        file = folder / "cases" / "beacon.md"
        file.write_text(file.read_text("utf-8").replace(f"attach: [files/{NAME}]", ""), "utf-8")
        refused = outreach("queue", "rewrite", "--case", "beacon", folder=folder, env=env)
        assert (refused.returncode, "--drop-attached" in refused.stderr, NAME in refused.stderr) == (2, True, True)
        small = folder / "small.txt"
        small.write_text("small\n", "utf-8")
        again = ("queue", "rewrite", "--case", "beacon", "--drop-attached", "--attach", str(small))
        assert outreach(*again, folder=folder, env=env).returncode == 0
        assert outreach("queue", "run", folder=folder, env=env).returncode == 0
    assert [parsed(message.content)[1] for message in server.messages] == [{"small.txt": b"small\n"}] * 2


def test_a_letter_to_a_mended_address_carries_what_the_refused_one_carried(folder: Path, outreach: Command) -> None:
    with SmtpServer(Script(faults=(Fault("rcpt", "550 5.1.1 no such user", first=1),))) as server:
        env = mail_server(server.port)
        outreach("send", "--case", "beacon", "--to", "DEU", "--after-deadline", "--yes", folder=folder, env=env)
        change_cell(folder, "DEU", "email", "new@deu.example.org")
        (folder / "files" / NAME).unlink()
        attach_to_none = (folder / "cases" / "beacon.md").read_text("utf-8").replace(f"attach: [files/{NAME}]", "")
        (folder / "cases" / "beacon.md").write_text(attach_to_none, "utf-8")
        assert outreach("queue", "retry", "1", "--new-address", folder=folder, env=env).returncode == 0
        outreach("queue", "run", "--after-deadline", folder=folder, env=env)
    [message] = server.messages
    assert message.recipients == ("new@deu.example.org",)
    assert parsed(message.content)[1] == {NAME: PDF}
