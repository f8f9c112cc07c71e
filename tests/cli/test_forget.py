"""`outreach forget`, typed as people type it: what somebody wrote to us is gone from every file, the count stays."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from outreach.db.engine import clear_traces, writing
from outreach.errors import StorageFailed
from outreach.inbox.addressed import Address
from outreach.inbox.erasing import What, erase, find_address
from outreach.inbox.kinds import Stance
from outreach.inbox.raw_messages import digest
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from outreach.outbox.suppressions import suppress
from tests.conftest import Command, give_addresses
from tests.inbox.desk.desks import came_in, say
from tests.inbox.letterboxes import reply, sent_letter
from tests.outbox.outboxes import listing, open_test_outbox, told

WHO = "a.example@deu.example.org"
SAID = "We will raise it in a private way"
RAW = f"From: A. Example <{WHO}>\r\nSubject: Beacon\r\nMessage-ID: <1@deu.example.org>\r\n\r\n{SAID}\r\n".encode()
OTHERS = f"From: Boss <boss@deu.example.org>\r\nCc: {WHO}\r\nSubject: Re\r\n\r\nSee you\r\n".encode()
OLD = datetime(2022, 9, 1, tzinfo=UTC)
PRIVATE = "state,email,source,verified_on,note\n"


@pytest.fixture
def outbox(campaign_folder: Path) -> Outbox:
    give_addresses(campaign_folder)
    return open_test_outbox(campaign_folder / "outreach.db")


def wrote(outbox: Outbox) -> int:
    """A reply of theirs, read by a person."""
    id_ = came_in(outbox, "beacon", raw=RAW, sender=WHO, sender_name="A. Example", text=SAID, subject="Beacon by A")
    say(outbox, id_, Stance.WILL_RAISE)
    return id_


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def files_with(folder: Path, words: str) -> list[str]:
    """As grep -a over the whole folder finds it, upper and lower case alike."""
    return [name for name, data in everything(folder) if words.lower().encode() in data.lower()]


def test_sender_text_and_raw_mail_are_in_no_file_any_more_and_the_count_stays(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    letter = sent_letter(outbox)
    wrote(outbox)
    before = outreach("status", "--json", "--case", "beacon", folder=campaign_folder).stdout
    assert files_with(campaign_folder, WHO)
    result = outreach("forget", WHO, "--yes", folder=campaign_folder)
    assert result.returncode == 0, result.stderr
    assert "1 message: 1 reply" in result.stdout
    assert "Out of reach: the mailbox that it came to" in result.stderr
    for words in (WHO, SAID, "A. Example", "Beacon by A", "1@deu.example.org"):
        assert files_with(campaign_folder, words) == [], words
    assert outreach("status", "--json", "--case", "beacon", folder=campaign_folder).stdout == before
    assert '"answered": "' in before or '"stance": "will-raise"' in before
    assert listing(outbox)[0].id == letter.id


def test_a_second_time_nothing_is_left_and_the_log_names_nobody(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    wrote(outbox)
    assert outreach("forget", WHO, "--yes", folder=campaign_folder).returncode == 0
    again = outreach("forget", WHO.upper(), "--yes", folder=campaign_folder)
    assert (again.returncode, again.stdout) == (0, f"Nothing is left of A.EXAMPLE@{WHO.split('@')[1]}.\n")
    [logged] = json.loads(outreach("forget", "--log", "--json", folder=campaign_folder).stdout)
    assert (logged["by"], logged["what"], logged["mails"]) == ("a person: outreach forget", "address", 1)
    assert WHO not in outreach("forget", "--log", folder=campaign_folder).stdout


@pytest.mark.parametrize("options", [["--dry-run"], []])
def test_nothing_goes_without_a_yes(
    campaign_folder: Path, outreach: Command, outbox: Outbox, options: list[str]
) -> None:
    wrote(outbox)
    outbox.engine.dispose()
    before = [(name, data) for name, data in everything(campaign_folder) if not name.endswith(("-shm", "-wal"))]
    result = outreach("forget", WHO, *options, folder=campaign_folder)
    assert result.returncode == (0 if options else 2)
    assert "1 message: 1 reply" in result.stdout
    after = [(name, data) for name, data in everything(campaign_folder) if not name.endswith(("-shm", "-wal"))]
    assert [name for name, _ in after] == [name for name, _ in before]
    assert files_with(campaign_folder, SAID)


def test_the_mail_of_others_stays_without_the_address(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    header = json.dumps([["From", "boss@deu.example.org"], ["Cc", WHO]])
    came_in(outbox, "beacon", raw=OTHERS, sender="boss@deu.example.org", headers=header, text="See you")
    outreach("replies", "mark", "1", "--note", f"ask {WHO} again", folder=campaign_folder)
    assert outreach("forget", WHO, "--yes", folder=campaign_folder).returncode == 0
    assert files_with(campaign_folder, WHO) == []
    shown = outreach("replies", "show", "1", folder=campaign_folder).stdout
    assert "See you" in shown
    assert "ask (erased) again" in shown
    refused = outreach("replies", "show", "1", "--raw", folder=campaign_folder)
    assert (refused.returncode, "was erased" in refused.stderr) == (2, True)


def test_an_address_that_stands_in_an_encoded_part_only_is_found(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    raw = b"From: boss@deu.example.org\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    raw += __import__("base64").b64encode(f"> {WHO} wrote".encode()) + b"\r\n"
    came_in(outbox, "beacon", raw=raw, sender="boss@deu.example.org")
    assert "1 raw mail" in outreach("forget", WHO, "--dry-run", folder=campaign_folder).stdout


def test_letters_to_it_stay_on_file_and_count_without_the_address(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    letter = sent_letter(outbox)
    [address] = letter.recipients
    before = [(entry.message, entry.was, entry.to) for entry in told(outbox)]
    result = outreach("forget", address, "--yes", folder=campaign_folder)
    assert result.returncode == 0, result.stderr
    assert files_with(campaign_folder, address) == []
    [after] = listing(outbox)
    assert (after.status, after.subject, after.message_id) == (letter.status, letter.subject, letter.message_id)
    assert re.fullmatch(r"erased-[0-9a-f]{20}@erased\.invalid", after.recipients[0])
    assert [(entry.message, entry.was, entry.to) for entry in told(outbox)] == before
    again = outreach("send", "--case", "beacon", "--to", "DEU", "--dry-run", "--json", folder=campaign_folder)
    assert json.loads(again.stdout)["planned"] in (0, 1)  # a rehearsal has an outbox of its own


def test_an_address_that_asked_for_no_more_letters_stays_closed(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    suppress(outbox, WHO, "asked for no more letters")
    wrote(outbox)
    assert outreach("forget", WHO, "--yes", folder=campaign_folder).returncode == 0
    assert files_with(campaign_folder, WHO) == []
    give_addresses(campaign_folder, ["DEU"])
    path = campaign_folder / "contacts" / "missions.csv"
    path.write_text(path.read_text().replace("deu@deu.example.org", WHO))
    plan = outreach("send", "--case", "beacon", "--to", "DEU", "--dry-run", "--json", folder=campaign_folder)
    assert json.loads(plan.stdout)["excluded"] == {"suppressed": 1}
    assert "1 suppression lifted" in outreach("missions", "unsuppress", WHO, folder=campaign_folder).stdout


def test_contacts_that_were_learnt_go_too(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    wrote(outbox)
    private = campaign_folder / "contacts" / "private.csv"
    private.write_text(f"{PRIVATE}DEU,deu@deu.example.org; {WHO},reply from {WHO} on 2022-09-12,2022-09-12,\n")
    result = outreach("forget", WHO, "--yes", folder=campaign_folder)
    assert "contacts/private.csv, row 2: in email, source" in result.stdout
    assert private.read_text().splitlines()[1] == (
        "DEU,deu@deu.example.org,reply from (erased) on 2022-09-12,2022-09-12,"
    )


def test_files_that_somebody_saved_in_the_folder_are_named(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    wrote(outbox)
    (campaign_folder / "notes.txt").write_text(f"call {WHO}\n")
    result = outreach("forget", WHO, "--yes", folder=campaign_folder)
    assert "It still stands in notes.txt" in result.stderr


def test_what_waits_for_the_address_is_decided_first(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    letter = sent_letter(outbox, status=Status.QUEUED)
    result = outreach("forget", letter.recipients[0], "--yes", folder=campaign_folder)
    assert result.returncode == 2
    assert "wait to be sent: decide about them first. Withdraw with: outreach queue withdraw 1" in result.stderr
    assert listing(outbox)[0].recipients == letter.recipients


def test_letters_of_a_rehearsal_go_too(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    assert outreach("send", "--case", "beacon", "--to", "DEU,FRA", "--rehearse", folder=campaign_folder).returncode == 0
    assert files_with(campaign_folder / "rehearsal", "deu@deu.example.org")
    result = outreach("forget", "deu@deu.example.org", "--yes", folder=campaign_folder)
    assert result.returncode == 0, result.stderr
    assert files_with(campaign_folder, "deu@deu.example.org") == []
    assert files_with(campaign_folder / "rehearsal", "fra@fra.example.org")


def test_a_mail_that_was_erased_is_not_read_in_again(
    campaign_folder: Path, outreach: Command, outbox: Outbox, tmp_path: Path
) -> None:
    letter = sent_letter(outbox)
    file = tmp_path / "answer.eml"
    file.write_bytes(reply(letter, text=SAID))
    assert outreach("inbox", "import", str(file), folder=campaign_folder).returncode == 0
    [row] = json.loads(outreach("replies", "list", "--json", folder=campaign_folder).stdout)
    assert outreach("forget", str(row["from"]), "--yes", folder=campaign_folder).returncode == 0
    again = outreach("inbox", "import", str(file), "--json", folder=campaign_folder)
    assert json.loads(again.stdout)["new"] is False
    assert files_with(campaign_folder, SAID) == []
    assert outreach("replies", "list", folder=campaign_folder).stdout.splitlines()[-1] == "0 messages open."


def test_before_a_day_all_mail_goes_and_answers_still_count(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    wrote(outbox)
    came_in(outbox, "beacon", mission="FRA", raw=OTHERS, at=OLD, text="older words")
    said = ("--mission", "ESP", "--case", "beacon", "--by", "phone", "--on", "2022-09-02", "--note", "spoken words")
    assert outreach("replies", "add", *said, folder=campaign_folder).returncode == 0
    result = outreach("forget", "--before", "2022-09-10", "--yes", folder=campaign_folder)
    assert result.returncode == 0, result.stderr
    assert "2 messages: 2 reply" in result.stdout
    assert "2 of these nobody has dealt with yet" in result.stdout
    assert files_with(campaign_folder, "older words") == files_with(campaign_folder, "spoken words") == []
    assert files_with(campaign_folder, SAID)
    rows = json.loads(outreach("replies", "list", "--all", "--json", folder=campaign_folder).stdout)
    assert [(row["id"], row["kind"], len(row["ties"])) for row in rows] == [(id_, "reply", 1) for id_ in (2, 3, 1)]
    assert json.loads(outreach("replies", "list", "--json", folder=campaign_folder).stdout) == []


@pytest.mark.parametrize(
    "arguments", [(), (WHO, "--before", "2022-09-10"), ("--before", "soon"), ("--before", "2999-01-01"), ("nobody",)]
)
def test_what_cannot_be_meant_is_refused(
    campaign_folder: Path, outreach: Command, outbox: Outbox, arguments: tuple[str, ...]
) -> None:
    wrote(outbox)
    result = outreach("forget", *arguments, "--yes", folder=campaign_folder)
    assert (result.returncode, result.stdout) == (2, "")
    assert files_with(campaign_folder, SAID)


def test_whoever_was_killed_between_finishes_the_next_time(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    wrote(outbox)
    raw = campaign_folder / "outreach.inbox" / digest(RAW)[:2] / f"{digest(RAW)}.eml"
    address = Address(WHO, outbox.pseudonym(WHO))
    erase(outbox, find_address(outbox, address), "test", What.ADDRESS, address=address)
    with closing(sqlite3.connect(campaign_folder / "outreach.db")) as database:
        database.execute("PRAGMA user_version = 1")  # as it is before the free space was cleared
    raw.write_bytes(RAW)
    result = outreach("forget", WHO, "--yes", folder=campaign_folder)
    assert "1 raw mail" in result.stdout
    assert not raw.exists()
    assert clear_traces(outbox.engine) == ""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inbound SET text = ''",
        "UPDATE inbound SET sender = ''",
        "UPDATE decisions SET note = ''",
        "UPDATE ledger SET detail = ''",
        "UPDATE messages SET recipients = ''",
        "INSERT INTO erased (inbound, erasure, whole) VALUES (1, 1, 1)",
        "DELETE FROM erasures",
        "UPDATE erasures SET mails = 0",
        "UPDATE inbound SET digest = ''",
    ],
)
def test_the_database_lets_nothing_go_but_through_that_door(
    campaign_folder: Path, outreach: Command, outbox: Outbox, statement: str
) -> None:
    sent_letter(outbox)
    wrote(outbox)
    came_in(outbox, "beacon", sender="x@example.org", at=OLD)
    assert outreach("forget", "x@example.org", "--yes", folder=campaign_folder).returncode == 0
    with pytest.raises(StorageFailed), writing(outbox.engine) as connection:
        connection.execute(text(statement))


def test_the_database_lets_no_erasure_stay_under_way(outbox: Outbox) -> None:
    door = "INSERT INTO erasures (at, \"by\", what, day, under_way) VALUES ('2022-09-01', '', 'address', '', 0)"
    with pytest.raises(StorageFailed, match="FOREIGN KEY"), writing(outbox.engine) as connection:
        connection.execute(text(door))
