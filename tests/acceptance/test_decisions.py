"""What people decide, and what must not happen by a slip: the real command, a real server."""

import json
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.conftest import Command, give_addresses, mail_server
from tests.processes import Process, at_work, environment

SEND = ("send", "--case", "beacon", "--after-deadline", "--yes")
LATER = Fault("rcpt", "451 4.7.1 later")


def rows(outreach: Command, folder: Path, env: dict[str, str]) -> list[dict[str, object]]:
    result = outreach("queue", "list", "--json", folder=folder, env=env)
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


def test_a_second_ctrl_c_ends_at_once_and_the_next_command_tells_the_truth(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    with SmtpServer(Script(faults=(Fault("dot", "250 2.0.0 taken", hold=True, nth=3),))) as server:
        env = mail_server(server.port, connections="1")
        with at_work(campaign_folder, env, *SEND) as process:
            server.wait_for("dot", 3)
            process.send_signal(signal.SIGINT)
            assert process.stderr
            assert any("after the letters in flight" in line for line in process.stderr)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20)
        found = rows(outreach, campaign_folder, env)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert [row["status"] for row in found][:4] == ["sent", "sent", "unconfirmed", "queued"]


@pytest.mark.parametrize("flags", [(), ("--sent", "--not-sent")])
def test_settling_takes_exactly_one_answer(campaign_folder: Path, outreach: Command, flags: tuple[str, ...]) -> None:
    give_addresses(campaign_folder, ["DEU"])
    with SmtpServer(Script(faults=(Fault("dot", drop=True, take=True, nth=1),))) as server:
        env = mail_server(server.port)
        assert outreach(*SEND, folder=campaign_folder, env=env).returncode == 1
        result = outreach("queue", "settle", "1", *flags, folder=campaign_folder, env=env)
        assert (result.returncode, "one of both" in result.stderr) == (2, True)
        assert result.stderr.endswith("; unconfirmed: 1\n")
        assert [row["status"] for row in rows(outreach, campaign_folder, env)] == ["unconfirmed"]


def test_where_nothing_is_unconfirmed_there_is_nothing_to_settle(campaign_folder: Path, outreach: Command) -> None:
    result = outreach("queue", "settle", folder=campaign_folder)
    assert (result.returncode, result.stdout, result.stderr) == (0, "Nothing is unconfirmed.\n", "")
    assert outreach("queue", "settle", "--json", folder=campaign_folder).stdout == "[]\n"


def test_a_rejected_letter_goes_to_the_address_that_was_mended_and_only_once(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder, ["DEU"])
    refuse = Fault("rcpt", "550 5.1.1 no such user", recipient="deu@deu.example.org")
    with SmtpServer(Script(faults=(refuse,))) as server:
        env = mail_server(server.port)
        outreach(*SEND, folder=campaign_folder, env=env)
        retry = ("queue", "retry", "1", "--new-address")
        same = outreach(*retry, folder=campaign_folder, env=env)
        assert (same.returncode, "still has the refused address" in same.stderr) == (2, True)
        path = campaign_folder / "contacts" / "missions.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("deu@deu.", "mission@deu."), encoding="utf-8")
        assert outreach(*retry, folder=campaign_folder, env=env).returncode == 0
        again = outreach(*retry, folder=campaign_folder, env=env)
        assert (again.returncode, "message 1 is withdrawn" in again.stderr) == (2, True)
        outreach("queue", "run", folder=campaign_folder, env=env)
        told = json.loads(outreach(*SEND, "--json", folder=campaign_folder, env=env).stdout)
        assert told["excluded"]["already asked"] == 1
        found = rows(outreach, campaign_folder, env)
    assert [message.recipients for message in server.messages] == [("mission@deu.example.org",)]
    assert [row["status"] for row in found] == ["withdrawn", "sent"]


def test_a_blank_selection_is_not_everybody(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        result = outreach(*SEND, "--to", "", folder=campaign_folder, env=mail_server(server.port))
    assert (result.returncode, server.messages) == (2, [])


@pytest.mark.parametrize("address", ["deu@deu.example.org", "DEU@deu.example.org", "blr@blr.example.org"])
def test_a_test_letter_never_goes_to_a_mission(campaign_folder: Path, outreach: Command, address: str) -> None:
    give_addresses(campaign_folder)
    path = campaign_folder / "contacts" / "missions.csv"
    with path.open("a", encoding="utf-8") as file:
        columns = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        file.write(
            ",".join({"state": "BLR", "email": "blr@blr.example.org"}.get(name, "") for name in columns) + "\r\n"
        )
    with SmtpServer() as server:
        arguments = ("preview", "--case", "beacon", "--send-to", address)
        result = outreach(*arguments, folder=campaign_folder, env=mail_server(server.port))
    assert (result.returncode, server.messages) == (2, []), result.stderr


def test_a_limit_holds_for_what_was_left_over_too(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.7.1 later", first=10),))) as server:
        env = mail_server(server.port)
        outreach(*SEND, "--limit", "10", folder=campaign_folder, env=env)
        outreach("queue", "retry", "--all", folder=campaign_folder, env=env)
        outreach(*SEND, "--limit", "3", folder=campaign_folder, env=env)
    assert len(server.messages) == 3


def test_a_case_under_another_name_does_not_send_everything_again(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder, ["DEU"])
    with SmtpServer() as server:
        env = mail_server(server.port)
        outreach("send", "--case", "sample", "--after-deadline", "--yes", folder=campaign_folder, env=env)
        for folder in ("cases", "templates/letters"):
            for path in (campaign_folder / folder).glob("sample.*"):
                path.rename(path.with_name(path.name.replace("sample", "renamed")))
        record = campaign_folder / "contacts" / "record.csv"
        record.write_text(record.read_text(encoding="utf-8").replace(",sample,", ",renamed,"), encoding="utf-8")
        renamed = ("send", "--case", "renamed", "--after-deadline", "--yes")
        result = outreach(*renamed, folder=campaign_folder, env=env)
        old = outreach("queue", "list", "--case", "sample", "--json", folder=campaign_folder, env=env)
    assert (result.returncode, "sample" in result.stderr) == (2, True), result.stderr
    assert len(server.messages) == 1
    assert len(json.loads(old.stdout)) == 1


def test_our_own_server_being_away_is_never_held_against_a_letter(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder, ["DEU"])
    with SmtpServer() as server:
        env = mail_server(server.port)
    outreach(*SEND, folder=campaign_folder, env=env)
    [row] = rows(outreach, campaign_folder, env)
    assert (row["status"], row["attempts"]) == ("deferred", 0)


def test_withdrawing_while_a_run_is_at_work_says_what_it_cannot_reach(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer(Script(faults=(Fault("dot", "250 2.0.0 taken", hold=True, nth=1),))) as server:
        env = mail_server(server.port, connections="1")
        command = ["-C", str(campaign_folder), *SEND]
        pipe = subprocess.DEVNULL
        with Process(command, env=environment(env), stdout=pipe, stderr=subprocess.PIPE, text=True) as process:
            server.wait_for("dot")
            result = outreach("queue", "withdraw", "--case", "beacon", folder=campaign_folder, env=env)
            server.release()
            _, said = process.communicate(timeout=60)
    assert "66 messages withdrawn by somebody while this run was at work. They have not left." in said
    assert "66 messages withdrawn" in result.stdout
    assert "holds 10 messages more: stop it with Ctrl-C first" in result.stderr
    assert len(server.messages) == 10


def test_mending_addresses_is_done_for_all_that_were_named_or_for_none(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder, ["DEU", "FRA"])
    with SmtpServer(Script(faults=(Fault("rcpt", "550 5.1.1 no such user"),))) as server:
        env = mail_server(server.port)
        outreach(*SEND, folder=campaign_folder, env=env)
        path = campaign_folder / "contacts" / "missions.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("deu@deu.", "mission@deu."), encoding="utf-8")
        result = outreach("queue", "retry", "--all", "--new-address", folder=campaign_folder, env=env)
        found = rows(outreach, campaign_folder, env)
    assert (result.returncode, "message 2" in result.stderr) == (2, True)
    assert [row["status"] for row in found] == ["rejected", "rejected"]


def test_a_next_command_that_is_named_in_a_rehearsal_means_the_rehearsal(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    (campaign_folder / "rehearsal").write_text("in the way of the mailbox")
    result = outreach("send", "--case", "beacon", "--rehearse", folder=campaign_folder)
    assert result.returncode == 1
    assert "fault in outreach" not in result.stderr
    assert "To go on: outreach queue run --rehearse" in result.stdout
    case = campaign_folder / "cases" / "beacon.md"
    case.write_text(case.read_text(encoding="utf-8").replace("letters: yes", "letters: no"), encoding="utf-8")
    held = outreach("queue", "run", "--rehearse", folder=campaign_folder)
    assert held.stderr.rstrip().endswith("--rehearse")
    assert "still waiting" not in held.stdout


def test_a_limit_plans_new_letters_only_for_the_room_that_is_left(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.7.1 later"),))) as server:
        env = mail_server(server.port)
        outreach(*SEND, "--limit", "4", folder=campaign_folder, env=env)
        told = [
            json.loads(outreach(*SEND, "--limit", limit, "--json", folder=campaign_folder, env=env).stdout)
            for limit in ("3", "6")
        ]
    assert [answer["queued"] for answer in told] == [0, 2]


def test_what_waited_until_its_date_was_past_goes_only_when_told_to(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder, ["DEU"])
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.7.1 later", first=1),))) as server:
        env = mail_server(server.port)
        outreach(*SEND, folder=campaign_folder, env=env)
        outreach("queue", "retry", "--all", folder=campaign_folder, env=env)
        with sqlite3.connect(campaign_folder / "outreach.db") as connection:
            connection.execute("DROP TRIGGER messages_are_fixed")  # a day cannot be waited for
            connection.execute("UPDATE messages SET queued_at = '2022-09-01 12:00:00.000000'")
        connection.close()
        held = outreach("queue", "run", folder=campaign_folder, env=env)
        assert (held.returncode, "past the ask's date" in held.stderr, len(server.messages)) == (1, True, 0)
        assert outreach("queue", "run", "--after-deadline", folder=campaign_folder, env=env).returncode == 0
    assert len(server.messages) == 1
