"""Mail that closes an address can be forged by whoever saw the letter: a pause until a person has looked."""

from pathlib import Path

import pytest

from outreach.db.engine import reading
from outreach.outbox.store import Outbox
from outreach.outbox.suppressions import suppressed
from tests.conftest import Command, give_addresses
from tests.inbox.letterboxes import address_of, bounce, mail, sent_letter
from tests.outbox.outboxes import open_test_outbox

CHECKED = "Authentication-Results: mx.example.org; dmarc={} header.from=deu.example.org\r\n"


@pytest.fixture
def outbox(campaign_folder: Path) -> Outbox:
    give_addresses(campaign_folder)
    (campaign_folder / ".env").write_text("OUTREACH_IMAP__AUTHSERV=mx.example.org\n", encoding="utf-8")
    return open_test_outbox(campaign_folder / "outreach.db")


def take(outreach: Command, folder: Path, raw: bytes) -> str:
    (folder / "it.eml").write_bytes(raw)
    return outreach("inbox", "import", str(folder / "it.eml"), folder=folder).stdout


def asks_to_look(outreach: Command, folder: Path) -> bool:
    status = outreach("status", folder=folder).stdout
    return "outreach missions unsuppress" in status and "outreach replies show 1" in status


@pytest.mark.parametrize("by", ["note", "lift"])
def test_a_wish_that_closes_an_address_is_open_work_until_a_person_has_looked(
    campaign_folder: Path, outreach: Command, outbox: Outbox, by: str
) -> None:
    letter = sent_letter(outbox)
    said = take(outreach, campaign_folder, mail("x@y.invalid", f"unsubscribe {letter.token}", text="\r\n"))
    assert "Anybody who saw the letter could write that; see who did: outreach replies show 1" in said
    assert asks_to_look(outreach, campaign_folder)
    if by == "note":
        outreach("replies", "mark", "1", "--note", "the mission said so by phone", folder=campaign_folder)
    else:
        outreach("missions", "unsuppress", address_of("DEU"), folder=campaign_folder)
    assert not asks_to_look(outreach, campaign_folder)


def test_a_wish_that_our_own_server_vouches_for_is_not_asked_about(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    letter = sent_letter(outbox)
    wish = mail(address_of("DEU"), f"unsubscribe {letter.token}", text="\r\n")
    take(outreach, campaign_folder, CHECKED.format("pass").encode() + wish)
    assert not asks_to_look(outreach, campaign_folder)
    with reading(outbox.engine) as connection:
        assert list(suppressed(connection)) == [address_of("DEU")]


def test_a_bounce_is_asked_about_where_its_sender_could_not_be_verified(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    letter = sent_letter(outbox)
    take(outreach, campaign_folder, CHECKED.format("fail").encode() + bounce(letter))
    assert asks_to_look(outreach, campaign_folder)
    assert "sender not verified" in outreach("replies", "list", "--all", folder=campaign_folder).stdout
