"""`outreach queue rewrite`, and withdrawing and queueing again: what waits may change, what left never does."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from outreach.db.engine import reading, writing
from outreach.outbox.gate.wording import wording
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Scope
from outreach.outbox.queue import entries
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from outreach.services.workspace import open_to_look
from tests.cli.test_what_is_named import MENTIONED, change, queue_posts, queue_three
from tests.conftest import Command


def outbox_of(folder: Path) -> Outbox:
    return open_to_look(folder, rehearse=True).outbox


def listed(outreach: Command, folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(outreach("queue", "list", "--rehearse", "--json", folder=folder).stdout)
    return found


def text_of(folder: Path, message: int) -> str:
    with closing(sqlite3.connect(folder / "rehearsal.db")) as raw:
        [(content,)] = raw.execute("SELECT content FROM messages WHERE id = ?", [message])
    return said(content)


def said(content: bytes) -> str:
    """What a message says, on one line."""
    return " ".join("\n".join(wording(content)).split())


def lead(outbox: Outbox, message: int, *way: Status) -> None:
    """Lead a message through these statuses, as a run would."""
    with reading(outbox.engine) as connection:
        [entry] = entries(connection, ids=[message])
    was, holder = entry.status, entry.claimed_by
    for to in way:
        held = "a worker" if to in (Status.CLAIMED, Status.SENDING) else ""
        with writing(outbox.engine) as connection:
            advance(connection, [Transition(message, was, to, now(), "test", holder=holder, held_by=held)])
        was, holder = to, held


def test_letters_that_wait_are_written_anew_under_their_message_ids(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    before = listed(outreach, campaign_folder)
    assert "J. Sample" in text_of(campaign_folder, 1)
    change(campaign_folder, MENTIONED, "mentions: yes", "mentions: no")
    result = outreach("queue", "rewrite", "--case", "beacon", "--rehearse", folder=campaign_folder)
    assert (result.returncode, result.stdout) == (0, "3 messages written anew\n")
    assert "J. Sample" not in text_of(campaign_folder, 1)
    assert [letter["message_id"] for letter in listed(outreach, campaign_folder)] == [
        letter["message_id"] for letter in before
    ]
    log = outreach("log", "--rehearse", folder=campaign_folder).stdout
    assert log.count("written anew; version 1 is kept") == 3
    with closing(sqlite3.connect(campaign_folder / "rehearsal.db")) as raw:
        kept = [content for (content,) in raw.execute("SELECT content FROM message_versions")]
    assert all("J. Sample" in said(content) for content in kept)
    assert "3 sent" in outreach("queue", "run", "--rehearse", folder=campaign_folder).stdout


def test_what_would_say_the_same_stays(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    result = outreach("queue", "rewrite", "1", "2", "--rehearse", folder=campaign_folder)
    assert "2 messages would say the same as before." in result.stderr
    with closing(sqlite3.connect(campaign_folder / "rehearsal.db")) as raw:
        assert raw.execute("SELECT count(*) FROM message_versions").fetchone() == (0,)


def test_what_may_not_be_written_stays_and_says_why(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    change(campaign_folder, "cases/beacon.md", "letters: yes", "letters: no")
    result = outreach("queue", "rewrite", "1", "--rehearse", folder=campaign_folder)
    assert result.returncode == 1
    assert "Message 1 stays as it was: no consent for letters (cases/beacon.md)." in result.stderr


def test_what_left_or_may_have_arrived_is_not_written_anew(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    outbox = outbox_of(campaign_folder)
    lead(outbox, 1, Status.CLAIMED, Status.SENDING, Status.SENT)
    lead(outbox, 2, Status.CLAIMED, Status.SENDING, Status.UNCONFIRMED, Status.QUEUED)
    change(campaign_folder, MENTIONED, "mentions: yes", "mentions: no")
    sent = outreach("queue", "rewrite", "1", "--rehearse", folder=campaign_folder)
    assert (sent.returncode, "message 1 is sent" in sent.stderr) == (2, True)
    doubtful = outreach("queue", "rewrite", "2", "3", "--rehearse", folder=campaign_folder)
    assert "Message 2 stays as it was: it may have arrived once" in doubtful.stderr
    assert "J. Sample" in text_of(campaign_folder, 2)
    assert "J. Sample" not in text_of(campaign_folder, 3)


def test_posts_and_threads_are_written_anew(outreach: Command, campaign_folder: Path) -> None:
    number = queue_posts(campaign_folder)
    path = campaign_folder / "templates" / "tweets" / "beacon.en.txt"
    path.write_text(path.read_text("utf-8").replace("Beacon", "Beacon-of-old"), "utf-8")
    result = outreach("queue", "rewrite", "--case", "beacon", "--rehearse", "--json", folder=campaign_folder)
    anew = json.loads(result.stdout)
    assert 0 < len(anew) <= number
    assert all("Beacon-of-old" in text_of(campaign_folder, message) for message in anew)


def test_letters_that_say_an_old_day_wait_until_they_are_written_anew(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    change(campaign_folder, "outreach.toml", "date = 2022-09-29", "date = 2022-10-03")
    late = ("--after-deadline", "--rehearse")
    held = outreach("queue", "run", *late, folder=campaign_folder)
    assert held.returncode == 1
    said_of_it = " ".join(held.stderr.split())
    assert "the ask has other days now" in said_of_it
    assert "it was written for 2022-09-29, and outreach.toml says 2022-10-03" in said_of_it
    assert "outreach queue rewrite 1 2 3 --rehearse" in said_of_it
    assert outreach("queue", "rewrite", "1", "2", "3", "--rehearse", folder=campaign_folder).returncode == 0
    assert "3 October 2022" in text_of(campaign_folder, 1)
    assert "3 sent" in outreach("queue", "run", *late, folder=campaign_folder).stdout


def test_letters_that_say_no_day_wait_too_and_go_when_somebody_looked(outreach: Command, campaign_folder: Path) -> None:
    for layout in (campaign_folder / "templates" / "letters").glob("*first*"):
        layout.write_text(layout.read_text("utf-8").replace("{{ date }}", "soon"), "utf-8")
    queue_three(campaign_folder)
    change(campaign_folder, "outreach.toml", "date = 2022-09-29", "date = 2022-09-29\nuntil = 2022-09-30")
    late = ("--after-deadline", "--rehearse")
    assert "the ask has other days now" in outreach("queue", "run", *late, folder=campaign_folder).stderr
    anew = outreach("queue", "rewrite", "1", "2", "3", "--rehearse", folder=campaign_folder)
    assert "would say the same as before" in anew.stderr
    run = outreach("queue", "run", *late, folder=campaign_folder)
    assert "2 sent" in run.stdout, "one State raised it meanwhile"


STATEMENTS = {
    "a text that is not kept": "UPDATE messages SET subject = 'x' WHERE id = 1",
    "a text of what left": "UPDATE messages SET content = x'00' WHERE id = 2",
    "the day of what left": "UPDATE messages SET asked_for = '2022-10-01' WHERE id = 2",
    "what it asks": "DELETE FROM message_cases WHERE message = 1 AND how = 'asked'",
    "a name in place": "UPDATE message_cases SET \"case\" = 'x' WHERE message = 1",
    "what was withdrawn after it began to leave": "UPDATE messages SET status = 'queued' WHERE id = 3",
    "another asking by another channel": (
        'INSERT INTO message_cases SELECT 2, "case", how, kind, ask, round, mission, part, 0 '
        "FROM message_cases WHERE message = 1 AND how = 'asked'"
    ),
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_the_database_itself_refuses(campaign_folder: Path, statement: str) -> None:
    queue_three(campaign_folder)
    outbox = outbox_of(campaign_folder)
    lead(outbox, 2, Status.CLAIMED, Status.SENDING, Status.SENT)
    lead(outbox, 3, Status.CLAIMED, Status.SENDING, Status.DEFERRED, Status.WITHDRAWN)
    outbox.engine.dispose()
    with closing(sqlite3.connect(campaign_folder / "rehearsal.db")) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement)


def test_what_was_withdrawn_before_it_left_can_be_queued_again(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    assert outreach("queue", "withdraw", "1", "2", "--yes", "--rehearse", folder=campaign_folder).returncode == 0
    to = ("--to", "DEU,FRA,ESP", "--rehearse", "--dry-run", "--json")
    planned = outreach("send", "--case", "beacon", *to, folder=campaign_folder)
    assert json.loads(planned.stdout)["excluded"] == {"already asked": 1, "withdrawn before it left": 2}
    assert outreach("queue", "retry", "--all", "--rehearse", folder=campaign_folder).stdout.startswith(
        "There is nothing"
    )
    assert "1 message queued again" in outreach("queue", "retry", "1", "--rehearse", folder=campaign_folder).stdout
    again = outreach("queue", "retry", "--all", "--withdrawn", "--rehearse", folder=campaign_folder)
    assert "1 message queued again" in again.stdout
    assert "3 sent" in outreach("queue", "run", "--rehearse", folder=campaign_folder).stdout


def test_what_began_to_leave_stays_withdrawn(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    lead(outbox_of(campaign_folder), 3, Status.CLAIMED, Status.SENDING, Status.DEFERRED, Status.WITHDRAWN)
    result = outreach("queue", "retry", "3", "--rehearse", folder=campaign_folder)
    assert result.returncode == 2
    assert "message 3 was withdrawn after it began to leave" in result.stderr
    all_ = outreach("queue", "retry", "--all", "--withdrawn", "--rehearse", folder=campaign_folder)
    assert "Left out: message 3 was withdrawn after it began to leave" in all_.stderr
    assert all_.stdout.startswith("There is nothing to do")
    planned = outreach("send", "--case", "beacon", "--to", "ESP", "--rehearse", "--json", folder=campaign_folder)
    assert json.loads(planned.stdout)["excluded"] == {"already asked": 1}


def test_a_letter_asks_once_whatever_the_channel(campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    workspace = open_to_look(campaign_folder, rehearse=True)
    from dataclasses import replace

    from outreach.outbox.letters.drafts import Drafter
    from outreach.outbox.letters.plan import LetterRequest, PlannedLetter
    from outreach.outbox.queue import enqueue

    campaign = workspace.campaign
    request = LetterRequest(campaign.cases["beacon"], campaign.asks["hrc51"])
    planned = PlannedLetter(campaign.registry.missions["DEU"], ("deu@example.org",))
    draft = Drafter(campaign, request, workspace.outbox, "smtp").draft(planned)
    with writing(workspace.outbox.engine) as connection:
        assert enqueue(connection, [replace(draft, token="other")], now(), "test") == []
        assert len(entries(connection, Scope())) == 3
