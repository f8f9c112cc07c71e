"""`outreach doctor`, typed as people type it."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from outreach.channels.checks.settings import unknown, warning
from outreach.cli.doctor import what_next
from outreach.next_step import Action, NextStep
from tests.channels.networks.x_server import KEYS, NAME, XServer
from tests.channels.smtp.smtp_server import Script, SmtpServer
from tests.conftest import Command
from tests.inbox.mailbox.imap_servers import Pymap

PASSWORD = "correct horse battery"
Run = subprocess.CompletedProcess[str]


@pytest.fixture
def doctor(outreach: Command, campaign_folder: Path) -> Callable[..., Run]:
    """Run `outreach doctor` on a copy of the repository's own campaign."""

    def run(*options: str, **environment: str) -> Run:
        return outreach("doctor", *options, folder=campaign_folder, env=environment)

    return run


def results(run: Run) -> dict[str, dict[str, str]]:
    return {each["check"]: each for each in json.loads(run.stdout)}


def test_a_fresh_campaign_has_only_warnings_and_ends_well(doctor: Callable[..., Run]) -> None:
    run = doctor("--no-dns")
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert run.stdout.startswith("check ")
    assert "What to do next:" in run.stdout
    assert "sender: Set [sender] email" in run.stdout


def test_json_is_one_array_with_the_same_keys_everywhere(doctor: Callable[..., Run]) -> None:
    run = doctor("--no-dns", "--json")
    assert run.returncode == 0
    for each in json.loads(run.stdout):
        assert list(each) == ["check", "result", "found", "next"]
        assert each["result"] in ("ok", "warning", "failed", "could not look up")
    assert results(run)["campaign files"]["result"] == "ok"
    assert "28 missions, 1 with an address that somebody has verified" in results(run)["addresses"]["found"]


def test_the_outboxes_that_are_there_are_opened_and_none_is_made(
    doctor: Callable[..., Run], outreach: Command, campaign_folder: Path
) -> None:
    assert not {"outbox", "rehearsal"} & results(doctor("--no-dns", "--json")).keys()
    assert not list(campaign_folder.glob("*.db*"))
    assert outreach("send", "--case", "beacon", "--to", "DEU,FRA", folder=campaign_folder).returncode == 0
    (campaign_folder / "outreach.db").touch()
    run = doctor("--no-dns", "--json")
    assert run.returncode == 1
    assert results(run)["rehearsal"] == {"check": "rehearsal", "result": "ok", "found": "2 messages", "next": ""}
    assert results(run)["outbox"]["result"] == "failed"
    assert results(run)["outbox"]["found"].startswith("outreach.db: is empty, as a copy that failed leaves it.")


def test_a_status_that_its_ledger_does_not_tell_is_named(
    doctor: Callable[..., Run], outreach: Command, campaign_folder: Path
) -> None:
    assert outreach("send", "--case", "beacon", "--to", "DEU,FRA", folder=campaign_folder).returncode == 0
    with closing(sqlite3.connect(campaign_folder / "rehearsal.db")) as database, database:
        database.execute("DROP TRIGGER statuses_are_told")
        database.execute("UPDATE messages SET status = 'queued' WHERE id = 2")
    run = doctor("--no-dns", "--json")
    assert run.returncode == 1
    found = results(run)["rehearsal, ledger"]
    assert found["found"] == "something other than outreach changed 1 message of it: 2 is queued, by its ledger sent"
    assert found["next"].endswith("until then believe the ledger: outreach log")


def test_a_mail_server_is_tried_and_nothing_secret_is_printed(doctor: Callable[..., Run]) -> None:
    with SmtpServer(Script(users={"team": PASSWORD})) as server:
        smtp = {
            "OUTREACH_SMTP__HOST": "127.0.0.1",
            "OUTREACH_SMTP__PORT": str(server.port),
            "OUTREACH_SMTP__SECURITY": "none",
            "OUTREACH_SMTP__USERNAME": "team",
        }
        good = doctor("--no-dns", "--json", **smtp, OUTREACH_SMTP__PASSWORD=PASSWORD)
        wrong = doctor("--no-dns", **smtp, OUTREACH_SMTP__PASSWORD="a wrong one")
        assert server.messages == []
    assert {name: each["result"] for name, each in results(good).items() if each["result"] == "failed"} == {
        "sender": "failed"  # example.org, with a server to send through
    }
    assert good.returncode == 1
    assert PASSWORD not in good.stdout + good.stderr
    assert wrong.returncode == 1
    assert "OUTREACH_SMTP__PASSWORD" in wrong.stdout
    assert "a wrong one" not in wrong.stdout + wrong.stderr


def test_a_mailbox_is_tried_and_nothing_secret_is_printed(doctor: Callable[..., Run]) -> None:
    with Pymap() as server:
        server.deliver(b"Subject: x\r\n\r\nx\r\n")
        good = doctor("--no-dns", "--json", **server.env(after="move"))
        wrong = doctor("--no-dns", "--json", **server.env(password="a wrong one"))
        folder = doctor("--no-dns", "--json", **server.env(folder="Nowhere"))
    assert good.returncode == 0
    assert results(good)["mailbox"]["result"] == "ok"
    assert results(good)["mailbox"]["found"].endswith("lets team in; INBOX has 1 message")
    assert wrong.returncode == folder.returncode == 1
    assert "OUTREACH_IMAP__PASSWORD" in results(wrong)["mailbox"]["found"]
    assert "no folder Nowhere" in results(folder)["mailbox"]["found"]
    assert "a wrong one" not in wrong.stdout + wrong.stderr


def test_the_mailbox_of_supporters_is_tried_and_is_no_other(doctor: Callable[..., Run]) -> None:
    with Pymap() as server:
        imap = server.env()
        returns = {name.replace("IMAP", "RETURNS"): value for name, value in imap.items()}
        none = doctor("--no-dns", "--json", OUTREACH_WEB__BY_MAIL="join@example.org")
        bare = doctor("--no-dns", "--json", **returns)
        good = doctor("--no-dns", "--json", **returns, OUTREACH_RETURNS__AUTHSERV="mx.example.org")
        same = doctor("--no-dns", "--json", **returns, **imap)
    name = "mailbox of supporters"
    assert [results(run)[name]["result"] for run in (none, bare, good, same)] == ["warning", "warning", "ok", "failed"]
    assert "nobody reads what comes to join@example.org" in results(none)[name]["found"]
    assert "[returns] authserv" in str(results(bare)[name])
    assert "are the same mailbox" in results(same)[name]["found"]


def test_broken_settings_end_with_2_and_words(doctor: Callable[..., Run], campaign_folder: Path) -> None:
    (campaign_folder / "outreach.toml").write_text('[smtp]\nport = "many"\n')
    run = doctor("--no-dns")
    assert run.returncode == 2
    assert "smtp.port" in run.stderr
    assert "Traceback" not in run.stderr


def test_no_campaign_ends_with_2_and_what_to_type(outreach: Command, tmp_path: Path) -> None:
    run = outreach("doctor", folder=tmp_path)
    assert run.returncode == 2
    assert "outreach init" in run.stderr


def test_broken_files_fail_and_the_rest_is_still_looked_at(doctor: Callable[..., Run], campaign_folder: Path) -> None:
    shutil.rmtree(campaign_folder / "contacts")
    run = doctor("--no-dns", "--json")
    assert run.returncode == 1
    assert results(run)["campaign files"]["result"] == "failed"
    assert results(run)["campaign files"]["next"] == (
        "See them all with: outreach missions check; outreach cases check"
    )
    assert "mail server" in results(run)


def test_an_example_domain_is_not_looked_up(doctor: Callable[..., Run]) -> None:
    run = doctor("--dns", "--json")
    assert run.returncode == 0
    assert results(run)["DNS"]["result"] == "could not look up"


def test_the_account_on_a_network_is_named_and_nothing_secret_is_printed(doctor: Callable[..., Run]) -> None:
    with XServer() as server:
        good = doctor("--no-dns", "--json", **server.environment)
        wrong = doctor("--no-dns", "--json", **{**server.environment, "OUTREACH_X__ACCESS_TOKEN": "4242-wrong"})
        assert server.posts == []
    assert good.returncode == 0, good.stderr
    assert results(good)["X"]["found"] == f"posts go out as @{NAME}"
    assert wrong.returncode == 1
    assert results(wrong)["X"]["result"] == "failed"
    said = good.stdout + good.stderr + wrong.stdout + wrong.stderr
    assert not [secret for secret in (*KEYS.values(), "4242-wrong") if secret in said]


def test_without_an_account_it_says_that_posts_are_rehearsed(doctor: Callable[..., Run]) -> None:
    run = doctor("--no-dns", "--json")
    assert results(run)["accounts for posts"]["result"] == "warning"


def test_a_step_stands_in_its_place_of_the_sentence_and_other_braces_stay() -> None:
    again = unknown("X", "no answer", "Try again later: {}. Then ask", NextStep(Action.CHECK_SETUP))
    assert what_next(again) == "Try again later: outreach doctor. Then ask"
    assert what_next(warning("envelope", "not set", "bounces+{token}@your.domain")) == "bounces+{token}@your.domain"


def test_the_provider_is_held_against_the_plan(doctor: Callable[..., Run]) -> None:
    """Whatever the server says: what its provider allows is known by its name."""
    smtp = {"OUTREACH_SMTP__HOST": "localhost", "OUTREACH_SMTP__PORT": "1025", "OUTREACH_SMTP__TIMEOUT": "1"}
    found = results(doctor("--no-dns", "--json", **smtp))["provider"]
    assert found["result"] == "ok"
    assert found["found"].startswith("Proton: what it allows is not known here")
