"""Whom to ring up: who was asked in writing and has not answered, with a telephone number on record."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from outreach.campaign import load_campaign
from outreach.inbox.kinds import Kind, Stance
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, open_outbox
from outreach.outbox.suppressions import suppress
from tests.conftest import Command, change_cell, give_addresses
from tests.inbox.desk.desks import came_in, say
from tests.outbox.outboxes import lead, queue_keys

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
ASKED = ("DEU", "FRA", "ESP", "NLD", "AUT", "BEL", "CHE", "DNK", "BLR")


def written(outbox: Outbox, mission: str, round_: str = "first", days: int = 20) -> None:
    [message] = queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", "beacon", round_, "smtp", mission))
    lead(outbox, message, Status.SENT, NOW - days * DAY)


def test_whom_to_ring_up_is_sorted_and_nobody_is_rung_up_who_should_not_be(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    path, day = campaign_folder / "outreach.toml", NOW.date() + 10 * DAY
    path.write_text(path.read_text("utf-8").replace("date = 2022-09-29", f"date = {day}"), "utf-8")
    case = campaign_folder / "cases" / "beacon.md"
    case.write_text(case.read_text("utf-8").replace("state_concerned:", "not_to: [DNK]\nstate_concerned:"), "utf-8")
    for state in ASKED[:-1]:
        change_cell(campaign_folder, state, "phone", "" if state == "BEL" else f"+41 22 555 01 0{ASKED.index(state)}")
    change_cell(campaign_folder, "FRA", "verified_on", "")
    outbox = open_outbox(campaign_folder, load_campaign(campaign_folder).settings, rehearsal=False)
    for state in ASKED[:-1]:
        written(outbox, state)
    written(outbox, "FRA", "reminder", 5)
    say(outbox, came_in(outbox, "beacon", mission="AUT"), Stance.ACKNOWLEDGED)  # answered
    came_in(outbox, "beacon", mission="ESP")  # nobody has read what it wrote
    came_in(outbox, "beacon", mission="DEU", kind=Kind.AUTO_REPLY)
    suppress(outbox, "che@che.example.org", "their colleague asked us on the phone")
    suppress(outbox, "nld@nld.example.org", "bounced: 5.1.1 (mail 7)")  # of the address: a call is what helps
    rows = json.loads(outreach("status", "--calls", "--json", folder=campaign_folder).stdout)
    assert [row["state"] for row in rows] == ["FRA", "DEU", "NLD", "ESP"], "silent after a reminder first, to read last"
    assert (rows[0]["verified_on"], bool(rows[0]["reminded_at"]), rows[0]["came_back"]) == (None, True, [])
    assert rows[1]["phone"] == "+41 22 555 01 00"
    assert rows[1]["came_back"][0].startswith("auto-reply ")
    assert rows[3]["to_read"] == 1
    cells = outreach("status", "--calls", "--csv", folder=campaign_folder).stdout.splitlines()
    assert (len(cells), cells[0].startswith("state,name,mission,case,ask,ask_day,phone,verified_on")) == (5, True)
    said = outreach("status", "--calls", folder=campaign_folder).stdout
    assert (
        f"beacon, hrc51 on {day} (in 10 days): 4 missions to ring up\n  FRA France: +41 22 555 01 01 (never v" in said
    )
    assert "no reminder yet; came back: auto-reply " in said
    assert "1 message to read first: outreach replies list --mission ESP" in said
    assert "Not to ring up, no telephone number: 1 (BEL). Add one: outreach missions set STATE --phone NUMBER" in said
    assert "Not to ring up, asked for no more letters: 1 (CHE)" in said
    assert "Not to ring up, nothing about the case goes there now: 1 (DNK)" in said
    assert "AUT" not in said
