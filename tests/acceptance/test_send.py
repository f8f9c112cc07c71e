"""The real command against real servers: what section 5 of the issue promises, one promise a test."""

import json
import mailbox
import os
import pty
import signal
import subprocess
from collections import Counter
from contextlib import ExitStack
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.conftest import Command, give_addresses, mail_server
from tests.processes import Process, at_work, environment, in_a_process, read_all

SEND = ("send", "--case", "beacon", "--after-deadline", "--yes")


def told(output: str) -> dict[str, object]:
    summary: dict[str, object] = json.loads(output)
    return summary


def statuses(outreach: Command, folder: Path, env: dict[str, str]) -> Counter[str]:
    result = outreach("queue", "list", "--json", folder=folder, env=env)
    return Counter(message["status"] for message in json.loads(result.stdout))


def test_without_a_mail_server_76_letters_are_rehearsed(campaign_folder: Path, outreach: Command) -> None:
    result = outreach("send", "--case", "beacon", folder=campaign_folder)
    assert result.returncode == 0, result.stderr
    letters = list(mailbox.Maildir(campaign_folder / "rehearsal", create=False))
    assert len(letters) == 76
    assert not (campaign_folder / "outreach.db").exists(), "a rehearsal never touches the real ledger"
    log = outreach("log", "--json", folder=campaign_folder).stdout.splitlines()
    assert Counter(json.loads(line)["to"] for line in log) == dict.fromkeys(
        ("queued", "claimed", "sending", "sent"), 76
    )
    assert len(json.loads(outreach("status", "--json", folder=campaign_folder).stdout)) == 76


def test_a_rehearsal_never_marks_a_mission_as_asked(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        env = mail_server(server.port)
        rehearsed = outreach(*SEND, "--rehearse", "--json", folder=campaign_folder, env=env)
        assert told(rehearsed.stdout)["sent"] == 76
        assert server.messages == []
        assert json.loads(outreach("status", "--json", folder=campaign_folder, env=env).stdout) == []
        in_earnest = outreach(*SEND, "--json", folder=campaign_folder, env=env)
    assert told(in_earnest.stdout)["sent"] == len(server.messages) == 76


def test_run_twice_the_second_sends_nothing_and_says_why(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        env = mail_server(server.port)
        outreach(*SEND, folder=campaign_folder, env=env)
        second = outreach(*SEND, "--json", folder=campaign_folder, env=env)
        in_words = outreach(*SEND, folder=campaign_folder, env=env)
    assert len(server.messages) == 76
    assert (told(second.stdout)["sent"], told(second.stdout)["excluded"]) == (0, {"already asked": 76})
    assert second.returncode == in_words.returncode == 0
    assert "never gets the same letter twice" in in_words.stdout


def test_two_processes_at_once_send_every_letter_once(campaign_folder: Path) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        command = ["-C", str(campaign_folder), *SEND, "--json"]
        env = environment(mail_server(server.port, connections="3"))
        with ExitStack() as stack:
            pair = [stack.enter_context(Process(command, env=env, stdout=subprocess.PIPE, text=True)) for _ in range(2)]
            sent = [told(process.communicate()[0])["sent"] for process in pair]
    assert sum(int(str(number)) for number in sent) == 76
    assert set(Counter(message.message_id for message in server.messages).values()) == {1}
    assert len(server.messages) == 76


def test_in_earnest_without_a_terminal_it_needs_yes(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        env = mail_server(server.port)
        result = outreach("send", "--case", "beacon", "--after-deadline", folder=campaign_folder, env=env)
    assert result.returncode == 2
    assert "--yes" in result.stderr
    assert "127.0.0.1" in result.stdout, "the plan names the server"
    assert server.messages == []


def test_a_dry_run_shows_the_plan_and_writes_nothing(campaign_folder: Path, outreach: Command) -> None:
    result = outreach("send", "--case", "beacon", "--dry-run", "--json", folder=campaign_folder)
    assert (told(result.stdout)["planned"], told(result.stdout)["queued"]) == (76, 0)
    assert json.loads(outreach("queue", "list", "--json", folder=campaign_folder).stdout) == []


def test_in_earnest_everyone_without_a_verified_address_is_left_out_with_the_reason(
    campaign_folder: Path, outreach: Command
) -> None:
    with SmtpServer() as server:
        env = mail_server(server.port)
        late = outreach("send", "--case", "beacon", "--yes", "--json", folder=campaign_folder, env=env)
        result = outreach(*SEND, "--json", folder=campaign_folder, env=env)
    assert told(late.stdout)["excluded"] == {"past the ask's date": 76}
    excluded = told(result.stdout)["excluded"]
    assert isinstance(excluded, dict)
    assert excluded["no address"] + excluded["address never verified"] + len(server.messages) == 76
    assert len(server.messages) == 1  # Japan's is the only address in the seed that someone verified


def test_preview_is_byte_for_byte_what_is_sent_whatever_happens_to_the_template(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.7.1 later", first=76),))) as server:
        env = mail_server(server.port)
        arguments = ("preview", "--case", "beacon", "--mission", "FRA", "--format", "eml")
        with Process(["-C", str(campaign_folder), *arguments], env=environment(env), stdout=subprocess.PIPE) as process:
            previewed = process.communicate(timeout=60)[0]
        assert process.returncode == 0
        assert told(outreach(*SEND, "--json", folder=campaign_folder, env=env).stdout)["deferred"] == 76
        for path in (campaign_folder / "templates" / "letters").iterdir():
            path.write_text("Subject: changed\n\nChanged.\n", encoding="utf-8")
        outreach("queue", "retry", "--all", folder=campaign_folder, env=env)
        assert outreach("queue", "run", folder=campaign_folder, env=env).returncode == 0
    [received] = [message.content for message in server.messages if message.recipients == ("fra@fra.example.org",)]
    assert without_date(received) == without_date(previewed)


def without_date(content: bytes) -> bytes:
    date, _, rest = content.partition(b"\r\n")
    assert date.startswith(b"Date: ")
    return rest


def test_a_team_archive_gets_a_blind_copy_in_the_same_transaction(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder, ["DEU"])
    with SmtpServer() as server:
        env = mail_server(server.port, archive="archive@example.org", envelope="bounces+{token}@example.org")
        outreach(*SEND, folder=campaign_folder, env=env)
    [message] = server.messages
    assert message.recipients == ("deu@deu.example.org", "archive@example.org")
    assert b"archive@example.org" not in message.content
    parsed = BytesParser(policy=policy.default).parsebytes(message.content)
    token = str(parsed["Message-ID"]).partition("@")[0].strip("<")
    assert message.envelope_from == f"bounces+{token}@example.org"


def test_a_pause_leaves_the_rest_queued_says_what_to_do_and_exits_with_1(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    with SmtpServer(Script(users={"team": "secret-right"})) as server:
        env = mail_server(server.port, username="team", password="secret-wrong")
        result = outreach(*SEND, folder=campaign_folder, env=env)
        assert result.returncode == 1
        assert "OUTREACH_SMTP__PASSWORD" in result.stderr
        assert "secret" not in result.stdout + result.stderr
        assert statuses(outreach, campaign_folder, env)["queued"] == 76
        mended = mail_server(server.port, username="team", password="secret-right")
        assert outreach("queue", "run", folder=campaign_folder, env=mended).returncode == 0
    assert len(server.messages) == 76


def test_ctrl_c_ends_after_the_letters_in_flight_and_says_how_to_go_on(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    with SmtpServer(Script(faults=(Fault("dot", "250 2.0.0 taken", hold=True, nth=10),))) as server:
        env = mail_server(server.port, connections="1")
        with at_work(campaign_folder, env, *SEND) as process:
            server.wait_for("dot", 10)
            process.send_signal(signal.SIGINT)
            assert process.stderr
            assert any("after the letters in flight" in line for line in process.stderr)
            server.release()
            output, _ = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "66 still waiting. To go on: outreach queue run" in output
        assert statuses(outreach, campaign_folder, env) == {"sent": 10, "queued": 66}
        outreach("queue", "run", folder=campaign_folder, env=env)
    assert set(Counter(message.message_id for message in server.messages).values()) == {1}


def test_on_a_terminal_it_shows_the_plan_asks_and_takes_no_for_an_answer(campaign_folder: Path) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        command = ["-C", str(campaign_folder), "send", "--case", "beacon"]
        leader, follower = pty.openpty()
        with Process(
            [*command, "--after-deadline"],
            env=environment(mail_server(server.port)),
            stdin=follower,
            stdout=follower,
            stderr=follower,
        ) as process:
            os.close(follower)
            os.write(leader, b"n\n")
            output = read_all(leader)
        os.close(leader)
    assert process.returncode == 0
    assert "Send 76 letters now?" in output
    assert "Nothing was queued or sent." in output
    assert server.messages == []


def test_the_state_concerned_is_left_out_even_when_named(campaign_folder: Path, outreach: Command) -> None:
    result = outreach("send", "--case", "beacon", "--to", "BLR", "--to", "DEU", "--json", folder=campaign_folder)
    assert told(result.stdout)["sent"] == 1
    assert told(result.stdout)["excluded"] == {"State concerned": 1}


def test_withdrawn_letters_go_only_if_somebody_queues_them_again(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder, ["DEU", "FRA"])
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.7.1 later", first=2),))) as server:
        env = mail_server(server.port)
        outreach(*SEND, folder=campaign_folder, env=env)
        result = outreach("queue", "withdraw", "--case", "beacon", folder=campaign_folder, env=env)
        assert (result.returncode, result.stdout) == (0, "2 messages withdrawn\n")
        outreach("queue", "run", folder=campaign_folder, env=env)
        again = outreach(*SEND, "--json", folder=campaign_folder, env=env)
    assert server.messages == []
    excluded = told(again.stdout)["excluded"]
    assert isinstance(excluded, dict)
    assert excluded["withdrawn before it left"] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("send", "--case", "nobody"), "beacon"),
        (("send", "--case", "../../etc/passwd"), "beacon"),
        (("send", "--case", "beacon", "--ask", "hrc99"), "hrc51"),
        (("send", "--case", "beacon", "--to", "co-sponsored:nothing"), "hrc36-21"),
        (("send", "--case", "beacon", "--to", "Atlantis"), "Atlantis"),
        (("queue", "settle", "1"), "--sent"),
        (("queue", "settle", "--sent"), "--all"),
        (("queue", "settle", "99", "--sent"), "there is no message 99"),
        (("queue", "retry", "99"), "there is no message 99"),
        (("queue", "run", "--case", "nobody"), "beacon"),
        (("preview", "--case", "beacon", "--mission", "BLR"), "State concerned"),
        (("preview", "--case", "beacon", "--send-to", "me\r\nBcc: x@example.org"), "--send-to"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_there_is(
    campaign_folder: Path, outreach: Command, arguments: tuple[str, ...], words: str
) -> None:
    result = outreach(*arguments, folder=campaign_folder)
    assert result.returncode == 2, result.stdout
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_outside_a_campaign_folder_it_says_how_to_make_one(tmp_path: Path, outreach: Command) -> None:
    result = outreach("send", "--case", "beacon", folder=tmp_path)
    assert result.returncode == 2
    assert "outreach init" in result.stderr


def test_a_test_letter_goes_to_oneself_marked_and_leaves_no_trace(campaign_folder: Path, outreach: Command) -> None:
    with SmtpServer() as server:
        env = mail_server(server.port)
        arguments = ("preview", "--case", "beacon", "--mission", "DEU", "--send-to", "me@example.org")
        result = outreach(*arguments, folder=campaign_folder, env=env)
        assert result.returncode == 0, result.stderr
        assert outreach("log", "--json", folder=campaign_folder, env=env).stdout == ""
    [message] = server.messages
    assert message.recipients == ("me@example.org",)
    assert BytesParser(policy=policy.default).parsebytes(message.content)["Subject"].startswith("[TEST] ")


def test_a_test_letter_is_never_taken_for_evidence_of_the_real_one(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder, ["DEU"])
    with SmtpServer() as server:
        env = mail_server(server.port)
        outreach("preview", "--case", "beacon", "--send-to", "me@example.org", folder=campaign_folder, env=env)
        outreach(*SEND, folder=campaign_folder, env=env)
    test, real = server.messages
    assert test.message_id != real.message_id
    assert real.message_id.strip("<>").partition("@")[0].encode() not in test.content


def test_the_outbox_belongs_to_the_campaign_wherever_the_command_is_typed(
    campaign_folder: Path, outreach: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_addresses(campaign_folder, ["DEU"])
    with SmtpServer() as server:
        env = {**mail_server(server.port), "OUTREACH_DATABASE_URL": "sqlite:///kept.db"}
        for place in ("here", "there"):
            (tmp_path / place).mkdir()
            monkeypatch.chdir(tmp_path / place)
            outreach(*SEND, folder=campaign_folder, env=env)
    assert len(server.messages) == 1
    assert (campaign_folder / "kept.db").exists()


@pytest.mark.parametrize(
    ("change", "words", "sent"),
    [
        (("letters: yes", "letters: no"), "no consent for letters", 0),
        (("state_concerned: BLR", "state_concerned: DEU"), "State concerned", 75),
    ],
)
def test_what_the_people_concerned_took_back_stops_letters_that_are_queued(
    campaign_folder: Path, outreach: Command, change: tuple[str, str], words: str, sent: int
) -> None:
    give_addresses(campaign_folder)
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.7.1 later", first=76),))) as server:
        env = mail_server(server.port)
        outreach(*SEND, folder=campaign_folder, env=env)
        outreach("queue", "retry", "--all", folder=campaign_folder, env=env)
        case = campaign_folder / "cases" / "beacon.md"
        changed = case.read_text(encoding="utf-8").replace(*change)
        assert changed != case.read_text(encoding="utf-8")
        case.write_text(changed, encoding="utf-8")
        result = outreach("queue", "run", folder=campaign_folder, env=env)
    assert (result.returncode, words in result.stderr) == (1, True), result.stderr
    assert "outreach queue withdraw" in result.stderr
    assert len(server.messages) == sent


OWN, OTHER, WITHHELD = "cases/beacon.md", "cases/sample.md", "contacts/withheld.txt"
EDITS = {
    "consent taken back": (OWN, ("letters: yes", "letters: no"), "no consent for letters", 0),
    "embargo": (OWN, ("people:", "embargo: 2999-01-01\npeople:"), "embargo", 0),
    "the State concerned corrected": (OWN, ("state_concerned: BLR", "state_concerned: SWE"), "State concerned", 63),
    "kept from a State": (OWN, ("people:", "not_to: [SWE]\npeople:"), "kept from this State", 63),
    "stopped": (OWN, ("people:", "stopped: {on: 2026-11-30, why: asked}\npeople:"), "the case is stopped", 0),
    "somebody taken out": (OWN, ("  - name: Q. Example\n    role: lawyer\n", ""), "taken out of the case", 0),
    "facts that nobody checked": (OWN, ("checked_on: 2022-09-01\n", ""), "facts not checked lately", 0),
    # Two States raised that case, and are asked no word on it: their letters do not name it, and go.
    "another case that letters mention": (OTHER, ("mentions: yes", "mentions: no"), "no consent to mentions", 2),
    "unchecked facts of another": (OTHER, ("checked_on: 2022-09-01\n", ""), "facts not checked lately", 2),
    "a withheld name": (WITHHELD, ("", "Q. Example\n"), "a withheld name", 0),
    "a file that does not load": (OWN, ("letters: yes", "letters: perhaps"), "write yes or no", 0),
}


@pytest.mark.parametrize(("file", "change", "words", "more"), EDITS.values(), ids=EDITS)
def test_a_file_that_changes_while_a_run_is_at_work_is_heard_before_the_next_letter(
    campaign_folder: Path, file: str, change: tuple[str, str], words: str, more: int
) -> None:
    """Only the letter in flight leaves; what was claimed and not begun is given back."""
    give_addresses(campaign_folder)
    with SmtpServer(Script(faults=(Fault("dot", "250 2.0.0 taken", hold=True, nth=12),))) as server:
        env = mail_server(server.port, connections="1")
        with at_work(campaign_folder, env, *SEND) as process:
            server.wait_for("dot", 12)
            edited = campaign_folder / file
            before = edited.read_text(encoding="utf-8") if edited.exists() else ""
            edited.write_text(before.replace(*change, 1), encoding="utf-8")
            assert edited.read_text(encoding="utf-8") != before
            server.release()
            _, errors = process.communicate(timeout=60)
    assert len(server.messages) == 12 + more
    assert not more or not any("swe@" in address for message in server.messages for address in message.recipients)
    assert (process.returncode, words in errors) == (2 if "perhaps" in change[1] else 1, True), errors
    left = Counter(message["status"] for message in _listed(campaign_folder, env))
    assert left == {"sent": 12 + more, "queued": 64 - more}


def _listed(folder: Path, env: dict[str, str]) -> list[dict[str, object]]:
    """What `queue list` says, once the case file can be read again."""
    case = folder / "cases" / "beacon.md"
    case.write_text(case.read_text(encoding="utf-8").replace("letters: perhaps", "letters: no"), encoding="utf-8")
    listed: list[dict[str, object]] = json.loads(in_a_process("queue", "list", "--json", folder=folder, env=env).stdout)
    return listed


def test_suppressing_an_address_names_the_letters_to_it_that_still_wait(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder, ["DEU"])
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.7.1 later"),))) as server:
        env = mail_server(server.port)
        outreach(*SEND, folder=campaign_folder, env=env)
        result = outreach("missions", "suppress", "DEU", "--why", "asked to", folder=campaign_folder, env=env)
    assert "outreach queue withdraw 1" in result.stderr
