"""A reply that asks in words for no more letters: it is offered to a person, and closes nothing by itself."""

import json
from pathlib import Path

import pytest

from outreach.db.engine import reading
from outreach.outbox.store import Outbox
from outreach.outbox.suppressions import suppressed
from tests.conftest import Command, give_addresses
from tests.inbox.letterboxes import address_of, mail, sent_letter
from tests.outbox.outboxes import open_test_outbox

CLOSE = "outreach missions suppress DEU --why 'asked for no more letters'"
NEED = "asks for no more  missions that ask for no more letters: DEU; read it"
OURS = "If your Mission prefers not to receive our letters, a reply that says so is enough."


@pytest.fixture
def outbox(campaign_folder: Path) -> Outbox:
    give_addresses(campaign_folder)
    return open_test_outbox(campaign_folder / "outreach.db")


def take(outreach: Command, folder: Path, raw: bytes) -> None:
    (folder / "it.eml").write_bytes(raw)
    outreach("inbox", "import", str(folder / "it.eml"), folder=folder)


def test_a_person_says_yes_or_no_to_a_wish_for_no_more_letters(
    campaign_folder: Path,
    outreach: Command,
    outbox: Outbox,
) -> None:
    letter, folder = sent_letter(outbox), campaign_folder
    text = "Thank you for your letter.\r\n\r\nPlease remove us from your mailing list.\r\n\r\n> We shall raise it.\r\n"
    take(outreach, folder, mail(address_of("DEU"), text=text, In_Reply_To=letter.message_id))
    with reading(outbox.engine) as connection:
        assert suppressed(connection) == {}, "nothing is closed by itself"
    assert "asks for no more letters, it seems" in outreach("replies", "list", folder=folder).stdout
    shown = " ".join(outreach("replies", "show", "1", folder=folder).stdout.split())
    assert f"It asks for no more letters: {CLOSE} to close the address. Nothing is closed by itself." in shown
    assert NEED in outreach("status", folder=folder).stdout
    outreach("replies", "mark", "1", "--stance", "acknowledged", folder=folder)
    assert NEED in outreach("status", folder=folder).stdout, "what it means for the case says nothing of the address"
    outreach("missions", "suppress", "DEU", "--why", "asked for no more letters", folder=folder)
    assert NEED not in outreach("status", folder=folder).stdout
    outreach("missions", "unsuppress", "DEU", folder=folder)
    assert NEED in outreach("status", folder=folder).stdout
    outreach("replies", "mark", "1", "--note", "meant another list, she said by phone", folder=folder)
    assert NEED not in outreach("status", folder=folder).stdout
    [item] = json.loads(outreach("replies", "list", "--all", "--json", folder=folder).stdout)
    assert (item["news"]["no_more"], item["open_news"]) == (True, [])


def test_neither_a_machine_nor_our_own_sentence_asks_for_no_more(
    campaign_folder: Path,
    outreach: Command,
    outbox: Outbox,
) -> None:
    letter = sent_letter(outbox)
    ours = (
        "We will raise it.\r\n\r\nIf your Mission prefers not to receive our letters, a reply that says so is enough."
    )
    for text, headers in (
        (ours, {}),
        ("I am out of office. Please do not write to us again.", {"Auto_Submitted": "auto-replied"}),
    ):
        raw = mail(address_of("DEU"), text=f"{text}\r\n", In_Reply_To=letter.message_id, **headers)
        take(outreach, campaign_folder, raw)
    found = json.loads(outreach("replies", "list", "--all", "--json", folder=campaign_folder).stdout)
    assert [item["news"]["no_more"] for item in found] == [False, False]
