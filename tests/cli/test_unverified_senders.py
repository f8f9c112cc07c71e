"""Mail whose sender our own mail server could not verify: tied to its letter, and marked wherever it is shown."""

import csv
import json
from pathlib import Path

import pytest

from outreach.inbox.kinds import Kind
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from tests.conftest import Command, give_addresses
from tests.inbox.letterboxes import mail, reply, sent_letter
from tests.outbox.outboxes import listing, open_test_outbox

FAILED = "mx.example.org; dmarc=fail header.from=deu.example.org; spf=fail; dkim=none"


@pytest.fixture
def outbox(campaign_folder: Path) -> Outbox:
    give_addresses(campaign_folder)
    (campaign_folder / ".env").write_text("OUTREACH_IMAP__AUTHSERV=mx.example.org\n", encoding="utf-8")
    return open_test_outbox(campaign_folder / "outreach.db")


def test_an_unverified_sender_is_marked_in_every_place(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    letter = sent_letter(outbox)
    forged = mail("second@deu.example.org", f"Re: {letter.subject}", In_Reply_To=letter.message_id)
    (campaign_folder / "f.eml").write_bytes(f"Authentication-Results: {FAILED}\r\n".encode() + forged)

    taken = outreach("inbox", "import", str(campaign_folder / "f.eml"), "--json", folder=campaign_folder)
    said = json.loads(taken.stdout)
    assert (said["kind"], said["message"], said["sender_check"]) == (Kind.REPLY, letter.id, "fail")

    table = outreach("replies", "list", folder=campaign_folder)
    assert "(sender not verified) second@deu.example.org" in table.stdout
    [row] = json.loads(outreach("replies", "list", "--json", folder=campaign_folder).stdout)
    assert row["sender_check"] == "fail"
    shown = outreach("replies", "show", "1", folder=campaign_folder).stdout
    assert "SENDER NOT VERIFIED: our mail server says dmarc=fail" in shown
    assert "replies contact" not in shown
    assert (
        json.loads(outreach("replies", "show", "1", "--json", folder=campaign_folder).stdout)["sender_check"] == "fail"
    )
    status = outreach("status", folder=campaign_folder).stdout
    assert "not verified" in status
    assert "1 to read (1 sender not verified)" in status
    [row] = json.loads(outreach("status", "--json", folder=campaign_folder).stdout)
    assert (row["to_read"], row["to_read_unverified"], row["sender_verified"]) == (1, 1, False)
    [cells] = csv.DictReader(outreach("status", "--csv", folder=campaign_folder).stdout.splitlines())
    assert (cells["sender_verified"], cells["to_read_unverified"]) == ("no", "1")
    assert (
        "to read: message 1 (sender not verified)" in outreach("missions", "show", "DEU", folder=campaign_folder).stdout
    )
    refused = outreach("replies", "contact", "1", "--yes", folder=campaign_folder)
    assert refused.returncode == 2
    assert "could not be verified" in refused.stderr
    # It does not show that the letter arrived, either.
    assert [entry.status for entry in listing(outbox)] == [Status.SENT]

    outreach("replies", "mark", "1", "--stance", "will-raise", folder=campaign_folder)
    status = outreach("status", folder=campaign_folder).stdout
    assert "will-raise (sender not verified)" in status
    assert "answered 1 (will-raise), of 1 with a sender not verified" in status
    assert "arrived 0" in status
    [row] = json.loads(outreach("status", "--json", folder=campaign_folder).stdout)
    assert (row["answered"], row["sender_verified"]) == (True, False)
    mission = outreach("missions", "show", "DEU", folder=campaign_folder).stdout
    assert "answered: will-raise (message 1, sender not verified)" in mission
    # A call to the mission settles it.
    by_phone = ("--mission", "DEU", "--case", "beacon", "--by", "phone", "--stance", "will-raise")
    outreach("replies", "add", *by_phone, "--on", "2022-09-20", "--who", "A. Example", folder=campaign_folder)
    assert "not verified" not in outreach("status", folder=campaign_folder).stdout
    outreach("replies", "mark", "2", "--kind", "other", folder=campaign_folder)

    outreach("replies", "mark", "1", "--kind", "other", folder=campaign_folder)
    assert "not verified" not in outreach("status", folder=campaign_folder).stdout


def test_a_sender_of_whom_nobody_says_anything_is_not_marked(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    (campaign_folder / "f.eml").write_bytes(reply(sent_letter(outbox)))
    assert (
        json.loads(
            outreach("inbox", "import", str(campaign_folder / "f.eml"), "--json", folder=campaign_folder).stdout
        )["sender_check"]
        is None
    )
    assert "not verified" not in outreach("replies", "list", folder=campaign_folder).stdout
    assert [entry.status for entry in listing(outbox)] == [Status.DELIVERED]
