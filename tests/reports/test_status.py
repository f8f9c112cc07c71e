"""What `outreach status` tells: rows from a real outbox and the real record, and what needs a person."""

import json
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.outbox.models import Key, Scope
from outreach.outbox.status import ASKED, Status
from outreach.outbox.store import Outbox, open_outbox
from outreach.reports.status import StatusRow, attention, mission_title, status_rows
from tests.conftest import Command
from tests.outbox.outboxes import NOON, WAYS, lead, queue_keys

LATER = NOON + timedelta(hours=3)
# Ends that nobody need do anything about: it went, it arrived, a person took it back.
AT_REST = {Status.SENT, Status.DELIVERED, Status.WITHDRAWN}


@pytest.fixture
def campaign(campaign_folder: Path) -> Campaign:
    return load_campaign(campaign_folder)


def outbox_of(campaign: Campaign, *, rehearsal: bool = False) -> Outbox:
    return open_outbox(campaign.folder, campaign.settings, rehearsal=rehearsal)


def letter(mission: str, case: str = "viasna", round_: str = "first", channel: str = "smtp") -> Key:
    return Key("hrc51", case, round_, channel, mission)


def one_row(campaign: Campaign, status: Status, *, rehearsal: bool = False) -> StatusRow:
    """The row of a letter to Germany that came to this status, the last step at LATER."""
    outbox = outbox_of(campaign, rehearsal=rehearsal)
    [message] = queue_keys(outbox, letter("DEU"))
    lead(outbox, message, status, LATER)
    [row] = status_rows(campaign, outbox, Scope())
    assert row.status is status
    return row


def test_rows_come_by_state_then_case_then_round_however_they_were_queued(campaign: Campaign) -> None:
    outbox = outbox_of(campaign)
    queue_keys(
        outbox,
        letter("LUX", "viasna"),
        letter("DEU", "viasna", "thanks"),
        letter("DEU", "viasna", "first"),
        letter("BEL", "metwally"),
        letter("DEU", "jiang"),
        letter("DEU", "viasna", "reminder"),
    )
    rows = status_rows(campaign, outbox, Scope())
    assert [(row.state, row.case, row.round) for row in rows] == [
        ("BEL", "metwally", "first"),
        ("DEU", "jiang", "first"),
        ("DEU", "viasna", "first"),
        ("DEU", "viasna", "reminder"),
        ("DEU", "viasna", "thanks"),
        ("LUX", "viasna", "first"),
    ]


def test_only_what_is_in_scope_is_told(campaign: Campaign) -> None:
    outbox = outbox_of(campaign)
    queue_keys(outbox, letter("DEU", "viasna"), letter("DEU", "jiang"), letter("LUX", "viasna"))
    rows = status_rows(campaign, outbox, Scope(case="viasna", mission="DEU"))
    assert [(row.state, row.case) for row in rows] == [("DEU", "viasna")]


@pytest.mark.parametrize("status", sorted(ASKED))
def test_a_mission_is_asked_when_a_server_took_the_letter_whatever_came_back_later(
    campaign: Campaign, status: Status
) -> None:
    outbox = outbox_of(campaign)
    [message] = queue_keys(outbox, letter("DEU"))
    lead(outbox, message, status, LATER)
    [row] = status_rows(campaign, outbox, Scope())
    assert (row.taken_at, row.asked_at) == (LATER, LATER)


@pytest.mark.parametrize("status", sorted(set(Status) - ASKED))
def test_a_mission_is_not_asked_as_long_as_nobody_knows_that_a_server_took_the_letter(
    campaign: Campaign, status: Status
) -> None:
    row = one_row(campaign, status)
    assert (row.taken_at, row.asked_at) == (None, None)


@pytest.mark.parametrize("status", sorted(Status))
def test_a_rehearsal_never_marks_a_mission_as_asked(campaign: Campaign, status: Status) -> None:
    row = one_row(campaign, status, rehearsal=True)
    assert row.asked_at is None
    assert row.taken_at == (LATER if status in ASKED else None)


def test_nothing_is_answered_before_there_is_an_inbox(campaign: Campaign) -> None:
    row = one_row(campaign, Status.SENT)
    assert (row.answered, row.stance) == (None, None)


def test_raised_is_what_the_record_has_of_that_state_in_that_case(campaign: Campaign) -> None:
    """The record has Germany raising Viasna at HRC51, and France not; Germany's metwally is another case."""
    outbox = outbox_of(campaign)
    queue_keys(outbox, letter("DEU", "viasna"), letter("FRA", "viasna"), letter("DEU", "jiang"), letter("LUX"))
    rows = status_rows(campaign, outbox, Scope())
    assert {(row.state, row.case): row.raised for row in rows} == {
        ("DEU", "jiang"): False,
        ("DEU", "viasna"): True,
        ("FRA", "viasna"): False,
        ("LUX", "viasna"): True,
    }


def test_a_case_that_is_no_longer_in_the_folder_is_still_told(campaign: Campaign) -> None:
    """The ledger outlives the files: a row whose case or ask was deleted, and a State no one knows, are shown."""
    outbox = outbox_of(campaign)
    queue_keys(outbox, Key("hrc40", "closed-case", "first", "smtp", "XKX"))
    [row] = status_rows(campaign, outbox, Scope())
    assert (row.state, row.name, row.mission, row.case, row.raised) == ("XKX", "XKX", "XKX", "closed-case", False)


def test_an_empty_outbox_has_no_rows(campaign: Campaign) -> None:
    assert status_rows(campaign, outbox_of(campaign), Scope()) == []


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("JPN", "Permanent Mission of Japan to the International Organizations in Geneva"),  # as the registry has it
        ("DEU", "Permanent Mission of the Federal Republic of Germany"),
        ("PSE", "Permanent Observer Mission of the State of Palestine"),
        ("VAT", "Permanent Observer Mission of the Holy See"),  # not in contacts/missions.csv at all
        ("CIV", "Permanent Mission of Ivory Coast"),  # without a formal name
        ("XKX", "XKX"),
        ("", ""),  # a post to nobody in particular
    ],
)
def test_the_title_of_a_mission(campaign: Campaign, state: str, title: str) -> None:
    assert mission_title(campaign.registry, state) == title


def test_every_end_but_a_good_one_needs_a_person_and_names_the_next_command() -> None:
    """DESIGN.md, section 4, rule 8: nobody is left in silence."""
    for status in Status:
        needs = attention([status], rehearsal=False)
        assert [need.status for need in needs] == ([] if status in AT_REST else [status])
        assert all(need.meaning and need.command.startswith("outreach ") for need in needs)


def test_what_needs_a_person_is_counted_and_the_gravest_comes_first() -> None:
    found = [Status.QUEUED, Status.SENT, Status.REJECTED, Status.UNCONFIRMED, Status.QUEUED]
    needs = attention(found, rehearsal=False)
    assert [(need.status, need.number) for need in needs] == [
        (Status.UNCONFIRMED, 1),
        (Status.REJECTED, 1),
        (Status.QUEUED, 2),
    ]


def test_in_a_rehearsal_every_command_is_for_the_rehearsal() -> None:
    for status in set(Status) - AT_REST:
        [in_earnest] = attention([status], rehearsal=False)
        [rehearsed] = attention([status], rehearsal=True)
        assert "--rehearse" in shlex.split(rehearsed.command)
        assert "--rehearse" not in in_earnest.command


def test_status_shows_every_end_and_the_commands_that_it_names_can_be_typed(
    campaign_folder: Path, outreach: Command
) -> None:
    campaign = load_campaign(campaign_folder)
    outbox = outbox_of(campaign, rehearsal=True)
    missions = ["AUT", "BEL", "CHE", "DEU", "ESP", "FIN", "FRA", "IRL", "LUX", "NLD"]
    future = datetime.now(UTC) + timedelta(days=1)
    for (status, _), message in zip(
        WAYS.items(), queue_keys(outbox, *(letter(mission, channel="rehearsal") for mission in missions)), strict=True
    ):
        lead(outbox, message, status, future)
    shown = outreach("status", "--rehearse", folder=campaign_folder)
    rows = json.loads(outreach("status", "--rehearse", "--json", folder=campaign_folder).stdout)
    assert {row["status"] for row in rows} == {status.value for status in Status}
    for status in set(Status) - AT_REST:
        [need] = attention([status], rehearsal=True)
        assert need.command in shown.stdout
    for command in {need.command for status in Status for need in attention([status], rehearsal=True)}:
        typed = outreach(*shlex.split(command)[1:], folder=campaign_folder)
        assert typed.returncode in (0, 1), f"{command}: {typed.stderr}"
