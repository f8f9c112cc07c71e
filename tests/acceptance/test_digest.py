"""Digests by commands, as two people type them; and `digest prepare` killed between its two databases."""

import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from outreach.supporters.statuses import VoiceStatus
from tests.channels.smtp.smtp_server import SmtpServer
from tests.conftest import Command, give_addresses, mail_server
from tests.processes import Process, environment, in_a_process
from tests.services.supporters.voices import set_up, speak
from tests.supporters.stores import KEY

ANA = {"OUTREACH_WEB__KEY": KEY, "OUTREACH_TEAM__NAME": "Ana Example"}
BO = {**ANA, "OUTREACH_TEAM__NAME": "Bo Example"}
VOICES, LETTERS = "rehearsal.supporters.db", "rehearsal.db"


@pytest.fixture
def folder(large_campaign: Path) -> Path:
    """76 missions, and 14 people who asked."""
    give_addresses(large_campaign)
    workspace = set_up(large_campaign)
    speak(workspace, 12, country="POL")
    speak(workspace, 1, words="Say their names in the Council, aloud.", begin=12)
    speak(workspace, 1, words="Nobody read this.", begin=13, status=VoiceStatus.TO_READ)
    return large_campaign


def test_two_people_and_76_letters(folder: Path, outreach: Command) -> None:
    dry = outreach("digest", "prepare", "--dry-run", folder=folder, env=ANA)
    assert dry.returncode == 0, dry.stderr
    assert "ask hrc51: 76 letters; 0 States left out" in dry.stdout
    assert "Say their names in the Council" in dry.stdout
    assert outreach("digest", "list", folder=folder, env=ANA).stdout.endswith("There is no digest yet.\n")

    done = outreach("digest", "prepare", folder=folder, env=ANA)
    assert "Digest 1: 76 letters queued, and held until somebody approved them." in done.stdout
    assert "outreach digest show --rehearse" in done.stdout
    [listed] = json.loads(outreach("digest", "list", "--json", folder=folder, env=ANA).stdout)
    batch = listed["batch"]
    assert {letter["held"] for letter in listed["letters"]} == {"not approved"}
    shown = outreach("digest", "show", folder=folder, env=BO).stdout
    assert batch in shown
    assert "; 13 voices in a letter" in shown
    assert "1 quote in all letters together:" in shown
    assert "(en), in 76 letters: Say their names in the Council, aloud." in shown
    assert "a request made through us by 13 people" in " ".join(shown.split())
    french = outreach("digest", "show", "--mission", "Belgium", folder=folder, env=BO).stdout
    assert "demande de 13" in " ".join(french.split())

    held = outreach("queue", "run", "--rehearse", folder=folder, env=ANA)
    assert "76 digests that may not leave" in held.stdout + held.stderr
    assert "outreach approve BATCH --rehearse" in held.stdout + held.stderr
    own = outreach("approve", batch[:12], folder=folder, env=ANA)
    assert own.returncode == 2
    assert "nobody approves their own" in own.stderr
    approved = outreach("approve", batch[:12], folder=folder, env=BO)
    assert "Digest 1 is approved: 76 letters with 13 new voices." in approved.stdout
    sent = json.loads(outreach("queue", "run", "--rehearse", "--json", folder=folder, env=ANA).stdout)
    assert (sent["sent"], sent["held"]) == (76, 0)

    status = outreach("status", "--rehearse", folder=folder, env=ANA).stdout
    assert "76 digests: 76 sent. They ask in supporters' name." in status
    assert "No letter is in this outbox yet" in status
    rows = json.loads(outreach("status", "--rehearse", "--json", folder=folder, env=ANA).stdout)
    assert {(row["kind"], row["asked_at"]) for row in rows} == {("digest", None)}
    again = outreach("digest", "prepare", folder=folder, env=ANA)
    assert "0 letters; 76 States left out" in again.stdout
    assert "too soon" in again.stdout


def test_who_refuses_says_why_and_the_voices_are_counted_again(folder: Path, outreach: Command) -> None:
    batch = json.loads(outreach("digest", "prepare", "--json", folder=folder, env=ANA).stdout)["batch"]
    blank = outreach("approve", batch, "--refuse", folder=folder, env=BO)
    assert (blank.returncode, "say why" in blank.stderr) == (2, True)
    stray = outreach("approve", batch, "--why", "no", folder=folder, env=BO)
    assert (stray.returncode, "--why is for --refuse" in stray.stderr) == (2, True)
    refused = outreach("approve", batch, "--refuse", "--why", "the number is wrong", folder=folder, env=BO)
    assert "76 letters withdrawn, and their voices free" in refused.stdout
    assert "refused on" in outreach("digest", "show", "1", folder=folder, env=ANA).stdout
    second = json.loads(outreach("digest", "prepare", "--json", folder=folder, env=ANA).stdout)
    assert (second["digest"], len(second["letters"])) == (2, 76)


def test_without_voices_and_without_a_key_it_says_what_to_do(campaign_folder: Path, outreach: Command) -> None:
    nobody = outreach("digest", "prepare", folder=campaign_folder, env=ANA)
    assert (nobody.returncode, "nobody has written to States by the forms yet" in nobody.stderr) == (2, True)
    assert not list(campaign_folder.glob("*supporters.db*"))
    set_up(campaign_folder)
    (campaign_folder / ".env").unlink()
    no_key = outreach("digest", "prepare", folder=campaign_folder, env={"OUTREACH_TEAM__NAME": "Ana Example"})
    assert (no_key.returncode, "OUTREACH_WEB__KEY is not set" in no_key.stderr) == (2, True)
    unknown = outreach("digest", "show", "7", folder=campaign_folder, env=ANA)
    assert (unknown.returncode, "there is no digest 7" in unknown.stderr) == (2, True)


def test_in_earnest_letters_with_voices_leave_once_and_answers_find_them(
    large_campaign: Path, outreach: Command, tmp_path: Path
) -> None:
    settings = large_campaign / "outreach.toml"
    next_year = f"date = {date.today().year + 1}-09-29"  # noqa: DTZ011
    settings.write_text(settings.read_text(encoding="utf-8").replace("date = 2022-09-29", next_year), encoding="utf-8")
    give_addresses(large_campaign)
    speak(set_up(large_campaign, rehearsal=False), 12, cases=["beacon"])
    with SmtpServer() as server:
        ana, bo = ({**mail_server(server.port), **who} for who in (ANA, BO))
        prepared = json.loads(outreach("digest", "prepare", "--json", folder=large_campaign, env=ana).stdout)
        assert len(prepared["letters"]) == 76
        assert outreach("approve", prepared["batch"], folder=large_campaign, env=bo).returncode == 0
        assert json.loads(outreach("queue", "run", "--json", folder=large_campaign, env=ana).stdout)["sent"] == 76
        assert json.loads(outreach("queue", "run", "--json", folder=large_campaign, env=ana).stdout)["sent"] == 0
    assert len(server.messages) == 76
    assert len({message.recipients for message in server.messages}) == 76
    sent = next(message for message in server.messages if message.recipients == ("deu@deu.example.org",))
    letter = BytesParser(policy=policy.default).parsebytes(sent.content)
    assert "request by 12 people about " in letter["Subject"]
    assert letter["From"].addresses[0].addr_spec == "campaign@example.org"
    answer = tmp_path / "answer.eml"
    answer.write_text(
        f"From: deu@deu.example.org\nTo: campaign@example.org\nSubject: Re: {letter['Subject']}\n"
        f"Message-ID: <1@deu.example.org>\nIn-Reply-To: {letter['Message-ID']}\n\nWe shall raise it.\n",
        encoding="utf-8",
    )
    outreach("inbox", "import", str(answer), folder=large_campaign, env=ana)
    [reply] = json.loads(outreach("replies", "list", "--json", folder=large_campaign, env=ana).stdout)
    assert [(tie["state"], tie["matched_by"]) for tie in reply["ties"]] == [("DEU", "in-reply-to")]
    status = outreach("status", folder=large_campaign, env=ana).stdout
    assert "76 digests: 75 sent, 1 delivered" in status


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Let nobody else write into a database."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def count(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def wait_for(process: "subprocess.Popen[bytes]", there: Callable[[], bool]) -> None:
    while not there():
        assert process.poll() is None, "it ended too early"


@pytest.mark.parametrize("queued", [False, True])
def test_killed_between_its_databases_it_is_finished_by_the_next(folder: Path, *, queued: bool) -> None:
    """Each database is locked as long as the process must not get past it."""
    pipe, command = subprocess.DEVNULL, ("-C", str(folder), "digest", "prepare", "--rehearse")
    outbox, voices = ExitStack(), ExitStack()
    with voices, outbox:
        outbox.enter_context(locked(folder / LETTERS))
        with Process(command, env=environment(ANA), stdout=pipe, stderr=pipe) as process:
            wait_for(process, lambda: count(folder / VOICES, "digest_letters") == 76)
            if queued:
                voices.enter_context(locked(folder / VOICES))
                outbox.close()
                wait_for(process, lambda: count(folder / LETTERS, "messages") == 76)
            process.kill()
    assert count(folder / LETTERS, "messages") == (76 if queued else 0)
    done = in_a_process("digest", "prepare", "--rehearse", folder=folder, env=ANA)
    assert "Digest 1 was not finished; it is now: 76 letters." in done.stdout
    assert "0 letters; 76 States left out" in done.stdout
    assert (count(folder / LETTERS, "messages"), count(folder / VOICES, "digest_letters")) == (76, 76)


def test_a_digest_that_there_is_not_is_said_so_also_where_nobody_wrote_yet(
    campaign_folder: Path, outreach: Command
) -> None:
    shown = outreach("digest", "show", "9", "--rehearse", folder=campaign_folder)
    assert (shown.returncode, "there is no digest 9" in shown.stderr) == (2, True)
    none = outreach("digest", "show", "--rehearse", folder=campaign_folder)
    assert (none.returncode, "There is no digest yet" in none.stdout) == (0, True)
