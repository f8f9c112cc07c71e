"""`queue run` sends the mails to supporters beside the letters: real servers, real stores, the real command."""

import json
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.campaign import load_campaign
from outreach.db.engine import reading, writing
from outreach.outbox.models import messages
from outreach.outbox.store import now
from outreach.supporters.arrivals import JOIN, Arrival, write_arrival
from outreach.supporters.mail.drafts import queue_join
from outreach.supporters.members import ask_to_join
from outreach.supporters.people import find_or_add
from outreach.supporters.store import Store
from tests.acceptance.test_queue_watch import queue_up
from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.conftest import Command, mail_server
from tests.processes import at_work, environment
from tests.supporters.stores import KEY, open_here

AT_ONCE = 10.0  # seconds within which a mail that asks somebody is to be on its way
WEB = {
    "OUTREACH_WEB__KEY": KEY,
    "OUTREACH_WEB__PUBLIC_URL": "https://forms.example.org/",
    "OUTREACH_RETURNS__ADDRESS": "list+{token}@example.org",
}


def ask(folder: Path, *addresses: str, rehearsal: bool = False) -> Store:
    """Open the store, and ask these whether they want to join."""
    store, settings, at = open_here(folder, rehearsal=rehearsal), load_campaign(folder).settings, now()
    with writing(store.engine) as connection:
        for address in addresses:
            who = find_or_add(store, connection, address, "en", at, at + timedelta(days=7))
            ask_to_join(connection, who, origin="form", agreed_to="1", at=at, by="a test")
            queue_join(store, connection, settings, supporter=who, language="en", at=at, by="a test", remind=False)
    return store


def statuses(store: Store) -> list[str]:
    with reading(store.engine) as connection:
        return list(connection.scalars(select(messages.c.status).order_by(messages.c.id)))


def test_a_run_sends_letters_and_mails_to_supporters_and_counts_each(campaign_folder: Path, outreach: Command) -> None:
    queue_up(campaign_folder, "DEU")
    ask(campaign_folder, "a@example.org", "b@example.org")
    with SmtpServer() as server:
        env = {**mail_server(server.port), **WEB, "OUTREACH_LIST__PER_MINUTE": "0"}
        first = outreach("queue", "run", "--json", folder=campaign_folder, env=env)
        again = outreach("queue", "run", folder=campaign_folder, env=env)
    found = json.loads(first.stdout)
    assert (found["sent"], found["supporters"]["sent"], found["supporters"]["waiting"]) == (1, 2, 0)
    assert sorted(taken.recipients for taken in server.messages)[:2] == [("a@example.org",), ("b@example.org",)]
    senders = {taken.envelope_from.partition("+")[0] for taken in server.messages if len(taken.recipients) == 1}
    assert "list" in senders
    assert len(server.messages) == 3
    assert "To supporters: no mail was due.\n" in again.stdout


def test_a_run_about_one_case_leaves_supporters_alone(campaign_folder: Path, outreach: Command) -> None:
    store = ask(campaign_folder, "a@example.org")
    with SmtpServer() as server:
        outreach("queue", "run", "--case", "beacon", folder=campaign_folder, env={**mail_server(server.port), **WEB})
    assert statuses(store) == ["queued"]


def test_in_a_rehearsal_the_mails_lie_in_its_folder(campaign_folder: Path, outreach: Command) -> None:
    store = ask(campaign_folder, "a@example.org", rehearsal=True)
    done = outreach("queue", "run", "--rehearse", folder=campaign_folder, env={"OUTREACH_WEB__KEY": KEY})
    assert "To supporters: 1 sent.\n" in done.stdout
    assert statuses(store) == ["sent"]
    [file] = (campaign_folder / "rehearsal" / "new").iterdir()
    assert b"\r\nTo: a@example.org\r\n" in b"\r\n" + file.read_bytes()


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("OUTREACH_WEB__KEY", "Mails to supporters wait: OUTREACH_WEB__KEY is not set here."),
        ("OUTREACH_WEB__PUBLIC_URL", "Set [web] public_url to the address under which everybody reaches them."),
        ("OUTREACH_RETURNS__ADDRESS", "Set [returns] address, such as list+{token}@example.org."),
    ],
)
def test_what_keeps_mails_here_is_said_and_keeps_no_letter(
    missing: str, said: str, campaign_folder: Path, outreach: Command
) -> None:
    queue_up(campaign_folder, "DEU")
    store = ask(campaign_folder, "a@example.org")
    with SmtpServer() as server:
        env = {name: value for name, value in {**mail_server(server.port), **WEB}.items() if name != missing}
        done = outreach("queue", "run", folder=campaign_folder, env=env)
    assert said in done.stderr.replace("\n", " ").replace("  ", " ")
    assert "1 sent" in done.stdout
    assert statuses(store) == ["queued"]
    assert len(server.messages) == 1


def test_a_watch_asks_who_filled_in_a_form_at_once_while_a_letter_holds_up_the_others(campaign_folder: Path) -> None:
    """The server answers to no letter: the lane of supporters does not wait for it. It takes forms in by itself."""
    _, [_letter] = queue_up(campaign_folder, "DEU")
    store = open_here(campaign_folder)
    held = Script(faults=(Fault("dot", "250 taken", hold=True, nth=1),))
    with (
        SmtpServer(held) as server,
        at_work(campaign_folder, {**mail_server(server.port), **WEB}, "queue", "run", "--watch") as process,
    ):
        server.wait_for("dot")
        began = time.monotonic()
        with writing(store.engine) as connection:
            write_arrival(store, connection, Arrival(JOIN, "noor@example.org", "fr", "1", joins=True), now())
        server.wait_for("dot", 2)
        took = time.monotonic() - began
        server.release()
        server.wait_for("quit", 2)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert took < AT_ONCE
    assert {taken.recipients for taken in server.messages} >= {("noor@example.org",)}
    assert "noor" not in output + errors
    assert statuses(store) == ["sent", "queued"]  # the reminder waits for tomorrow


def test_a_watch_goes_on_when_nothing_waits(campaign_folder: Path) -> None:
    store = open_here(campaign_folder)
    with (
        SmtpServer() as server,
        at_work(campaign_folder, {**mail_server(server.port), **WEB}, "queue", "run", "--watch") as process,
    ):
        assert process.stderr is not None
        assert "Watching for supporters' forms and mails" in process.stderr.readline()
        ask(campaign_folder, "a@example.org")
        server.wait_for("quit")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert statuses(store) == ["sent"]


def test_without_a_store_nothing_of_it_is_loaded(campaign_folder: Path) -> None:
    queue_up(campaign_folder, "DEU")
    command = [sys.executable, "-X", "importtime", "-m", "outreach", "-C", str(campaign_folder), "queue", "run"]
    with SmtpServer() as server:
        env = environment({**mail_server(server.port), **WEB})
        done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert "1 sent" in done.stdout
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "outreach.services.sending.beside" in loaded
    assert loaded & {"cryptography", "outreach.supporters.sealing", "outreach.services.supporters.sending"} == set()
    assert not (campaign_folder / "supporters.db").exists()


def test_no_address_is_in_any_file_or_on_the_screen(campaign_folder: Path, outreach: Command) -> None:
    """The server names addresses in all that it says; the store has them sealed, and nothing else has them."""
    names = [f"supporter-{number}" for number in range(6)]
    ask(campaign_folder, *(f"{name}@people.example" for name in names))
    address = "supporter-{}@people.example"
    faults = (
        Fault("rcpt", f"550 5.1.1 <{address.format(0)}> unknown", recipient=address.format(0)),
        Fault("rcpt", f"451 4.2.1 {address.format(1)} is busy", recipient=address.format(1)),
        Fault("rcpt", "554 supporter-2 at mx.people.example says no", recipient=address.format(2)),
        Fault("dot", f"250 2.0.0 queued for <{address.format(9)}>"),
    )
    with SmtpServer(Script(faults=faults)) as server:
        env = {**mail_server(server.port, archive="archive@example.org"), **WEB, "OUTREACH_LIST__PER_MINUTE": "0"}
        done = outreach("--verbose", "queue", "run", folder=campaign_folder, env=env)
    assert len(server.messages) == 3
    assert all(len(taken.recipients) == 1 for taken in server.messages)  # no copy to the archive
    assert "To supporters: 3 sent, 1 deferred, 2 rejected" in done.stdout
    written = b"".join(path.read_bytes() for path in campaign_folder.rglob("*") if path.is_file()).lower()
    written += (done.stdout + done.stderr).lower().encode()
    assert [name for name in (*names, "supporter-9", "people.example") if name.encode() in written] == []


def test_what_cannot_be_done_is_told_and_stops_no_letter(campaign_folder: Path, outreach: Command) -> None:
    queue_up(campaign_folder, "DEU")
    store = open_here(campaign_folder)
    with writing(store.engine) as connection:
        write_arrival(store, connection, Arrival(JOIN, "noor@example.org", "en", "1", joins=True), now())
    config = campaign_folder / "outreach.toml"
    config.write_text(config.read_text("utf-8").replace('email = "campaign@example.org"', ""), "utf-8")
    with SmtpServer() as server:
        env = {**mail_server(server.port, envelope="bounces@example.org"), **WEB}
        done = outreach("queue", "run", folder=campaign_folder, env=env)
    assert done.stderr.count("Mails to supporters wait: ") == 1
    assert done.returncode == 1
    assert "noor" not in done.stderr


def test_an_older_copy_of_the_store_sends_nothing_until_somebody_says_so(
    campaign_folder: Path, outreach: Command
) -> None:
    store = ask(campaign_folder, "a@example.org", "b@example.org")
    store.engine.dispose()
    older = (campaign_folder / "supporters.db").read_bytes()
    with SmtpServer() as server:
        env = {**mail_server(server.port), **WEB, "OUTREACH_LIST__PER_MINUTE": "0"}
        outreach("queue", "run", folder=campaign_folder, env=env)
        for left in campaign_folder.glob("supporters.db-*"):
            left.unlink()
        (campaign_folder / "supporters.db").write_bytes(older)
        refused = outreach("queue", "run", folder=campaign_folder, env=env)
        checked = outreach("doctor", "--json", folder=campaign_folder, env=env)
        adopted = outreach("doctor", "--adopt", "--yes", folder=campaign_folder, env=env)
        outreach("queue", "run", folder=campaign_folder, env=env)
    assert "by its journal 2 mails may have left that supporters.db does not know of" in refused.stderr
    assert [check["result"] for check in json.loads(checked.stdout) if check["check"] == "supporters.db"] == ["failed"]
    assert "2 messages may have left" in adopted.stdout
    assert len(server.messages) == 2
    assert statuses(open_here(campaign_folder)) == ["unconfirmed", "unconfirmed"]
    for lost in ("supporters.db", "supporters.db-wal", "supporters.db-shm"):
        (campaign_folder / lost).unlink(missing_ok=True)
    assert "supporters.db is gone" in outreach("queue", "run", folder=campaign_folder, env=env).stderr
    checked = outreach("doctor", "--json", folder=campaign_folder, env=env)
    assert [check["result"] for check in json.loads(checked.stdout) if check["check"] == "supporters.db"] == ["failed"]


def test_a_long_run_over_supporters_ends_after_what_is_in_flight_and_says_what_came_of_it(
    campaign_folder: Path,
) -> None:
    store = ask(campaign_folder, "a@example.org", "b@example.org", "c@example.org")
    held = Script(faults=(Fault("dot", "250 taken", hold=True, nth=1),))
    env = {**WEB, "OUTREACH_LIST__PER_MINUTE": "1"}
    with (
        SmtpServer(held) as server,
        at_work(campaign_folder, {**mail_server(server.port, connections="1"), **env}, "queue", "run") as process,
    ):
        server.wait_for("dot")
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert any("Stopping after" in line for line in process.stderr)
        server.release()
        output, _ = process.communicate(timeout=30)
    assert "To supporters: 1 sent; 2 waiting." in output
    assert statuses(store) == ["sent", "queued", "queued"]
