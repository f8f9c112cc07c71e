"""Two copies of an outbox: an older one that was put back, a lost one, one that was moved. No letter goes twice."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from outreach.outbox.copies.journal import Journal, Line, lines_in
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key
from tests.channels.smtp.smtp_server import Script, SmtpServer
from tests.conftest import Command, give_addresses, mail_server
from tests.outbox.outboxes import open_test_outbox, queue_keys

Run = subprocess.CompletedProcess[str]
KEY = Key(MessageKind.LETTER, "hrc51", "beacon", "first", "smtp", "DEU")


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer(Script()) as server:
        yield server


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    give_addresses(campaign_folder)
    return campaign_folder


@pytest.fixture
def typed(outreach: Command, folder: Path, server: SmtpServer) -> Callable[..., Run]:
    """Run a command in earnest, with a server on this machine."""

    def run(*arguments: str) -> Run:
        return outreach(*arguments, folder=folder, env=mail_server(server.port))

    return run


def send(typed: Callable[..., Run], states: str) -> Run:
    return typed("send", "--case", "beacon", "--to", states, "--yes", "--after-deadline", "--json")


def statuses(typed: Callable[..., Run]) -> dict[str, str]:
    return {row["state"]: row["status"] for row in json.loads(typed("queue", "list", "--json").stdout)}


def journal(folder: Path) -> list[Line]:
    return list(lines_in((folder / "outreach.db.journal").read_bytes()))


def test_each_letter_that_left_is_in_the_journal_once_and_nobody_else_can_read_it(
    typed: Callable[..., Run], folder: Path, server: SmtpServer
) -> None:
    assert send(typed, "DEU,FRA").returncode == 0
    rows = json.loads(typed("queue", "list", "--json").stdout)
    assert {(line.message_id, line.key.mission) for line in journal(folder)} == {
        (row["message_id"], row["state"]) for row in rows
    }
    assert (folder / "outreach.db.journal").stat().st_mode & 0o777 == 0o600
    assert send(typed, "DEU,FRA").returncode == 0
    assert len(journal(folder)) == len(server.messages) == 2


def test_a_rehearsal_has_no_journal(outreach: Command, folder: Path) -> None:
    assert outreach("send", "--case", "beacon", "--to", "DEU", folder=folder).returncode == 0
    assert not list(folder.glob("*.journal"))


@pytest.fixture
def older_copy(typed: Callable[..., Run], folder: Path) -> Path:
    """An outbox as it was before France was written to, put back after it was."""
    assert send(typed, "DEU").returncode == 0
    shutil.copy(folder / "outreach.db", folder / "backup")
    assert send(typed, "FRA").returncode == 0
    for log in folder.glob("outreach.db-*"):
        log.unlink()
    shutil.move(folder / "backup", folder / "outreach.db")
    return folder


def test_an_older_copy_sends_nothing_and_says_what_may_have_left(
    typed: Callable[..., Run], older_copy: Path, server: SmtpServer
) -> None:
    refused = send(typed, "FRA,ESP")
    assert refused.returncode == 2
    assert "the journal beside the outbox knows 1 message that the outbox does not" in refused.stderr
    assert "They may have left: beacon to FRA (hrc51, first)." in refused.stderr
    assert "outreach doctor --adopt" in refused.stderr
    assert typed("queue", "run").returncode == 2
    assert len(server.messages) == 2
    checks = {check["check"]: check for check in json.loads(typed("doctor", "--no-dns", "--json").stdout)}
    assert checks["journal"]["result"] == "failed"
    assert typed("status").returncode == 0  # looking is always possible


def test_once_adopted_what_may_have_left_is_in_doubt_and_is_not_sent_again(
    typed: Callable[..., Run], older_copy: Path, server: SmtpServer
) -> None:
    assert typed("doctor", "--adopt").returncode == 2  # nobody there to ask
    adopted = typed("doctor", "--adopt", "--yes")
    assert (adopted.returncode, "1 message may have left" in adopted.stdout) == (0, True)
    send(typed, "FRA,ESP")
    assert statuses(typed) == {"DEU": "sent", "FRA": "unconfirmed", "ESP": "sent"}
    assert len(server.messages) == 3
    assert "The outbox knows all" in typed("doctor", "--adopt", "--yes").stdout


def test_a_letter_that_waits_in_the_older_copy_is_in_doubt_at_once(
    typed: Callable[..., Run], folder: Path, server: SmtpServer
) -> None:
    outbox = open_test_outbox(folder / "outreach.db")
    queue_keys(outbox, KEY)
    outbox.engine.dispose()
    shutil.copy(folder / "outreach.db", folder / "backup")
    assert typed("queue", "run", "--after-deadline").returncode == 0
    shutil.move(folder / "backup", folder / "outreach.db")
    assert typed("doctor", "--adopt", "--yes").returncode == 0
    assert statuses(typed) == {"DEU": "unconfirmed"}
    assert typed("queue", "run", "--after-deadline").returncode == 0
    assert len(server.messages) == 1


def test_a_database_that_is_lost_does_not_let_its_letters_go_again(
    typed: Callable[..., Run], folder: Path, server: SmtpServer
) -> None:
    assert send(typed, "DEU,FRA").returncode == 0
    for file in folder.glob("outreach.db*"):
        if file.suffix != ".journal":
            file.unlink()
    assert send(typed, "DEU,FRA,ESP").returncode == 2
    assert typed("doctor", "--adopt", "--yes").returncode == 0
    send(typed, "DEU,FRA,ESP")
    assert statuses(typed) == {"DEU": "unconfirmed", "FRA": "unconfirmed", "ESP": "sent"}
    assert len(server.messages) == 3


def test_another_folder_than_last_time_is_said_once(
    typed: Callable[..., Run], outreach: Command, folder: Path, server: SmtpServer
) -> None:
    assert send(typed, "DEU").returncode == 0
    moved = folder.with_name("moved")
    shutil.move(folder, moved)
    arguments = ("send", "--case", "beacon", "--to", "FRA", "--yes", "--after-deadline")
    first = outreach(*arguments, folder=moved, env=mail_server(server.port))
    assert f"This outbox was last sent from {folder} on" in first.stderr
    again = outreach(*arguments, folder=moved, env=mail_server(server.port))
    assert "was last sent from" not in again.stderr


def test_a_journal_that_cannot_be_written_stops_the_run_and_nothing_is_in_doubt(
    typed: Callable[..., Run], folder: Path, server: SmtpServer
) -> None:
    (folder / "outreach.db.journal").mkdir()
    run = send(typed, "DEU,FRA")
    assert run.returncode != 0
    assert "outreach.db.journal" in run.stderr
    assert server.messages == []
    (folder / "outreach.db.journal").rmdir()
    assert send(typed, "DEU,FRA").returncode == 0
    assert len(server.messages) == 2


def test_a_line_that_was_cut_off_says_nothing_and_the_next_one_stands_on_its_own(tmp_path: Path) -> None:
    path = tmp_path / "outreach.db.journal"
    Journal(path).append([Line("<one@example.org>", KEY)], "serial")
    path.write_bytes(path.read_bytes() + b"<cut@exam")
    assert [line.message_id for line in lines_in(path.read_bytes())] == ["<one@example.org>"]
    Journal(path).append([Line("<two@example.org>", KEY)], "serial")
    assert [line.message_id for line in lines_in(path.read_bytes())] == ["<one@example.org>", "<two@example.org>"]


def test_a_new_outbox_says_so_where_the_record_shows_that_states_raised_its_cases(
    typed: Callable[..., Run], folder: Path, server: SmtpServer
) -> None:
    assert "This outbox knows of no letter yet, and by the record" in send(typed, "DEU").stderr
    assert "knows of no letter" not in send(typed, "FRA").stderr
    record = folder / "contacts" / "record.csv"
    record.write_text("".join(line for line in record.read_text().splitlines(True) if ",raised," not in line))
    for file in folder.glob("outreach.db*"):
        file.unlink()
    assert "knows of no letter" not in send(typed, "DEU").stderr


def test_two_colleagues_who_share_the_journal_send_nothing_twice(
    typed: Callable[..., Run], outreach: Command, folder: Path, server: SmtpServer
) -> None:
    colleague = Path(shutil.copytree(folder, folder.with_name("colleague")))
    arguments = ("--case", "beacon", "--yes", "--after-deadline", "--json")
    assert send(typed, "DEU").returncode == 0
    env = mail_server(server.port)
    assert outreach("send", "--to", "FRA", *arguments, folder=colleague, env=env).returncode == 0
    ours, theirs = folder / "outreach.db.journal", colleague / "outreach.db.journal"
    merged = theirs.read_bytes() + ours.read_bytes()  # as git puts lines of both together
    ours.write_bytes(merged)
    assert send(typed, "DEU,FRA").returncode == 2
    assert typed("doctor", "--adopt", "--yes").returncode == 0
    send(typed, "DEU,FRA,ESP")
    assert statuses(typed) == {"DEU": "sent", "FRA": "unconfirmed", "ESP": "sent"}
    assert len(server.messages) == 3
