"""What `outreach status` tells: letter by letter from a real outbox and the real record, and on the screen."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.dialects import sqlite

from outreach.campaign import Campaign, load_campaign
from outreach.db.engine import reading, writing
from outreach.inbox.kinds import Kind, Stance
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Key, Scope, messages
from outreach.outbox.posts.listing import select_posts
from outreach.outbox.status import ASKED, Status
from outreach.outbox.store import Outbox, open_outbox
from outreach.reports.messages import MessageRow, message_rows
from outreach.reports.progress import mission_title, progress
from tests.conftest import Command
from tests.inbox.desk.desks import SEPTEMBER, came_in, say
from tests.outbox.outboxes import NOON, WAYS, lead, queue_keys

LATER = NOON + timedelta(hours=3)


def outbox_of(campaign: Campaign, *, rehearsal: bool = False) -> Outbox:
    return open_outbox(campaign.folder, campaign.settings, rehearsal=rehearsal)


def letter(
    mission: str, case: str = "beacon", round_: str = "first", channel: str = "smtp", part: str = "", ask: str = "hrc51"
) -> Key:
    return Key(MessageKind.LETTER, ask, case, round_, channel, mission, part)


def post(part: str, channel: str = "x", mission: str = "") -> Key:
    return Key(MessageKind.POST, "hrc51", "beacon", "", channel, mission, part)


def published(outbox: Outbox, message: int, address: str) -> None:
    """What a worker writes down when the network says where a post can be read."""
    with writing(outbox.engine) as connection:
        connection.execute(update(messages).where(messages.c.id == message).values(address=address))


def take_down(outbox: Outbox, message: int) -> None:
    with writing(outbox.engine) as connection:
        advance(connection, [Transition(message, Status.SENT, Status.WITHDRAWN, LATER, "a person", "deleted")])


def sent_letters(outbox: Outbox, *keys: Key, status: Status = Status.SENT) -> list[int]:
    """A letter for each key, brought to this status."""
    messages = queue_keys(outbox, *keys)
    for message in messages:
        lead(outbox, message, status, LATER)
    return messages


def one_row(campaign: Campaign, status: Status, *, rehearsal: bool = False) -> MessageRow:
    """The row of a letter to Germany that came to this status, the last step at LATER."""
    outbox = outbox_of(campaign, rehearsal=rehearsal)
    [message] = queue_keys(outbox, letter("DEU"))
    lead(outbox, message, status, LATER)
    [row] = message_rows(campaign, outbox, Scope())
    assert row.status is status
    return row


def test_rows_come_by_state_then_case_then_round_however_they_were_queued(campaign: Campaign) -> None:
    outbox = outbox_of(campaign)
    queue_keys(
        outbox,
        letter("LUX", "beacon"),
        letter("DEU", "beacon", "thanks"),
        letter("DEU", "beacon", "first"),
        letter("BEL", "specimen"),
        letter("DEU", "sample"),
        letter("DEU", "beacon", "reminder"),
    )
    rows = message_rows(campaign, outbox, Scope())
    assert [(row.state, row.case, row.round) for row in rows] == [
        ("BEL", "specimen", "first"),
        ("DEU", "beacon", "first"),
        ("DEU", "beacon", "reminder"),
        ("DEU", "beacon", "thanks"),
        ("DEU", "sample", "first"),
        ("LUX", "beacon", "first"),
    ]


def test_only_what_is_in_scope_is_told(campaign: Campaign) -> None:
    outbox = outbox_of(campaign)
    queue_keys(outbox, letter("DEU", "beacon"), letter("DEU", "sample"), letter("LUX", "beacon"))
    rows = message_rows(campaign, outbox, Scope(case="beacon", mission="DEU"))
    assert [(row.state, row.case) for row in rows] == [("DEU", "beacon")]


@pytest.mark.parametrize("status", sorted(ASKED))
def test_a_mission_is_asked_when_a_server_took_the_letter_whatever_came_back_later(
    campaign: Campaign, status: Status
) -> None:
    outbox = outbox_of(campaign)
    [message] = queue_keys(outbox, letter("DEU"))
    lead(outbox, message, status, LATER)
    [row] = message_rows(campaign, outbox, Scope())
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


def test_an_answer_is_to_every_letter_of_its_ask_about_its_case(campaign: Campaign) -> None:
    outbox = outbox_of(campaign)
    sent_letters(outbox, letter("DEU"), letter("DEU", round_="reminder"), letter("DEU", "sample"), letter("FRA"))
    say(outbox, came_in(outbox, "beacon"), Stance.SUPPORTIVE)
    rows = message_rows(campaign, outbox, Scope())
    assert [(row.state, row.case, row.round, row.answered_at, row.stance) for row in rows] == [
        ("DEU", "beacon", "first", SEPTEMBER, Stance.SUPPORTIVE),
        ("DEU", "beacon", "reminder", SEPTEMBER, Stance.SUPPORTIVE),
        ("DEU", "sample", "first", None, None),
        ("FRA", "beacon", "first", None, None),
    ]


def test_an_auto_reply_is_no_answer(campaign: Campaign) -> None:
    outbox = outbox_of(campaign)
    sent_letters(outbox, letter("DEU"))
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY)
    [row] = message_rows(campaign, outbox, Scope())
    assert (row.answered_at, row.stance) == (None, None)


def test_a_letter_to_a_mended_address_takes_the_place_of_the_first(campaign: Campaign) -> None:
    """A letter that a person took back and did not replace is still told: that mission got none."""
    outbox = outbox_of(campaign)
    sent_letters(outbox, letter("DEU"), letter("FRA"), status=Status.WITHDRAWN)
    sent_letters(outbox, letter("DEU", part="address-2"))
    rows = message_rows(campaign, outbox, Scope())
    assert [(row.state, row.status) for row in rows] == [("DEU", Status.SENT), ("FRA", Status.WITHDRAWN)]


def test_raised_is_what_the_record_has_of_that_state_in_that_case(campaign: Campaign) -> None:
    """The record names Germany for Beacon at HRC51, and France for nothing; Germany's specimen is another case."""
    outbox = outbox_of(campaign)
    queue_keys(outbox, letter("DEU", "beacon"), letter("FRA", "beacon"), letter("DEU", "sample"), letter("LUX"))
    rows = message_rows(campaign, outbox, Scope())
    assert {(row.state, row.case): row.raised for row in rows} == {
        ("DEU", "sample"): None,
        ("DEU", "beacon"): True,
        ("FRA", "beacon"): None,
        ("LUX", "beacon"): True,
    }


def test_a_case_that_is_no_longer_in_the_folder_is_still_told(campaign: Campaign) -> None:
    """The ledger outlives the files: a row whose case or ask was deleted, and a State no one knows, are shown."""
    outbox = outbox_of(campaign)
    queue_keys(outbox, Key(MessageKind.LETTER, "hrc40", "closed-case", "first", "smtp", "XKX"))
    [row] = message_rows(campaign, outbox, Scope())
    assert (row.state, row.mission, row.case, row.raised) == ("XKX", "XKX", "closed-case", None)


def test_an_empty_outbox_has_no_rows(campaign: Campaign) -> None:
    assert message_rows(campaign, outbox_of(campaign), Scope()) == []


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("JPN", "Permanent Mission of Japan (Geneva)"),  # as the registry has it
        ("DEU", "Permanent Mission of the Federal Republic of Germany"),
        ("PSE", "Permanent Observer Mission of the State of Palestine"),
        ("VAT", "Permanent Observer Mission of the Holy See"),  # not in contacts/missions.csv at all
        ("CIV", "Permanent Mission of the Republic of Côte d'Ivoire"),
        ("XKX", "XKX"),
        ("", ""),  # a post to nobody in particular
    ],
)
def test_the_title_of_a_mission(campaign: Campaign, state: str, title: str) -> None:
    assert mission_title(campaign.registry, state) == title


def table(shown: str) -> dict[str, str]:
    """The lines of the States, by their codes; the gaps between columns are one space."""
    lines = (" ".join(line.split()) for line in shown.splitlines())
    return {line[:3]: line[4:] for line in lines if line[:3].isupper() and line[3:4] == " "}


def test_of_one_case_and_ask_a_line_says_what_became_of_each_states_letters(
    campaign_folder: Path, outreach: Command
) -> None:
    outbox = outbox_of(load_campaign(campaign_folder))
    for status, missions in (
        (Status.SENT, ["AUT", "BEL", "DEU"]),
        (Status.DELIVERED, ["CHE"]),
        (Status.BOUNCED, ["ESP"]),
        (Status.UNCONFIRMED, ["FIN"]),
        (Status.WITHDRAWN, ["LUX"]),
    ):
        sent_letters(outbox, *map(letter, missions), status=status)
    sent_letters(outbox, letter("BEL", round_="reminder"), letter("LUX", part="address-2"))
    queue_keys(outbox, letter("AUT", round_="reminder"))
    say(outbox, came_in(outbox, "beacon"), Stance.WILL_RAISE)
    came_in(outbox, "beacon", mission="BEL")
    shown = outreach("status", folder=campaign_folder).stdout
    assert shown.splitlines()[0] == "beacon, hrc51:"
    assert shown.splitlines()[1].split() == ["State", "letters", "asked", "arrived", "answered", "raised"]
    assert table(shown) == {
        "AUT": "Austria first, next queued 2022-09-01 – – not named",
        "BEL": "Belgium first, reminder 2022-09-01 – 1 to read 2022-09-29 hrc51-dialogue with BENELUX and 4 more",
        "CHE": "Switzerland first 2022-09-01 ✓ – not named",
        "DEU": "Germany first 2022-09-01 ✓ will-raise 2022-09-29 hrc51-dialogue and 1 more",
        "ESP": "Spain first 2022-09-01 came back – not named",
        "FIN": "Finland – unconfirmed – – not named",
        "LUX": "Luxembourg first 2022-09-01 – – 2022-09-29 hrc51-dialogue with BENELUX and 4 more",
    }
    assert "2022-09-29 BEL beacon hrc51-dialogue BENELUX https://example.org/record" in " ".join(shown.split())
    assert "9 letters: 5 sent, 1 queued, 1 delivered, 1 bounced, 1 unconfirmed." in shown
    assert (
        "Asked 6 States; arrived 2; came back 1; answered 1 (will-raise); mail to read from 1 State; "
        "named as raising the case since: 3 (BEL DEU LUX)." in shown
    )
    assert (
        "The others are not named in the sources read (7 of 8 States known for hrc51-dialogue, "
        "4 of 13 States known for hrc54-dialogue, 0 of 11 States known for hrc57-dialogue; "
        "how many spoke nobody counted for unga79-dialogue (3 known), " in shown
    )


def test_of_several_cases_a_line_says_how_many(campaign_folder: Path, outreach: Command) -> None:
    outbox = outbox_of(load_campaign(campaign_folder))
    sent_letters(outbox, letter("DEU", "beacon"), letter("DEU", "sample"), letter("FRA", "beacon"))
    sent_letters(outbox, letter("FRA", "sample"), status=Status.BOUNCED)
    queue_keys(outbox, letter("DEU", "specimen"))
    reply = came_in(outbox, "beacon", "sample")
    say(outbox, reply, Stance.SUPPORTIVE, case="sample")
    shown = outreach("status", folder=campaign_folder).stdout
    assert shown.splitlines()[0].split() == ["State", "asked", "arrived", "answered", "raised"]
    assert table(shown) == {
        "DEU": "Germany 2 of 3 1 1: supportive, 1 to read 2",
        "FRA": "France 2 of 2 1 came back – not named",
    }


def test_posts_stand_beside_letters_and_ask_no_state(campaign_folder: Path, outreach: Command) -> None:
    """A post that addresses France is no letter to France."""
    outbox = outbox_of(load_campaign(campaign_folder))
    sent_letters(outbox, letter("DEU"), post("solidarity.en"), post("handle.fr", "bluesky", "FRA"))
    queue_keys(outbox, post("ask.en"))
    shown = outreach("status", folder=campaign_folder).stdout
    assert set(table(shown)) == {"DEU"}
    assert "1 letter: 1 sent." in shown
    assert "Asked 1 State;" in shown
    assert "3 posts: bluesky 1 sent; x 1 sent, 1 queued." in shown
    lines = [" ".join(line.split()[1:6]) for line in shown.splitlines() if " beacon " in line]
    assert lines[-3:] == [
        "x beacon solidarity.en sent 2022-09-01",
        "bluesky beacon handle.fr to FRA",
        "x beacon ask.en queued 2022-09-01",
    ]


def test_a_post_is_told_with_its_public_address_until_it_is_deleted(campaign_folder: Path, outreach: Command) -> None:
    outbox = outbox_of(load_campaign(campaign_folder))
    kept, deleted = sent_letters(outbox, post("solidarity.en"), post("ask.en"))
    published(outbox, kept, "https://x.com/example/status/1")
    published(outbox, deleted, "https://x.com/example/status/2")
    take_down(outbox, deleted)
    shown = outreach("status", folder=campaign_folder).stdout
    assert "https://x.com/example/status/1" in shown
    assert "https://x.com/example/status/2" not in shown
    rows = json.loads(outreach("status", "--json", folder=campaign_folder).stdout)
    assert {row["part"]: (row["round"], row["channel"], row["status"], row["address"]) for row in rows} == {
        "solidarity.en": ("post", "x", "sent", "https://x.com/example/status/1"),
        "ask.en": ("post", "x", "withdrawn", ""),
    }


def test_a_post_marks_no_mission_as_asked_and_takes_no_answer(campaign: Campaign) -> None:
    """Germany answered its letter; the post that names Germany is no part of that."""
    outbox = outbox_of(campaign)
    sent_letters(outbox, letter("DEU"), post("handle.en", mission="DEU"))
    say(outbox, came_in(outbox, "beacon"), Stance.WILL_RAISE)
    first, second = message_rows(campaign, outbox, Scope())
    assert (first.round, first.asked_at, first.answered_at) == ("first", LATER, SEPTEMBER)
    assert (second.round, second.taken_at, second.asked_at, second.answered_at) == ("post", LATER, None, None)
    assert [row.rounds for row in progress(campaign, outbox, Scope())] == [("first",)]


def test_of_many_posts_the_newest_are_told_and_the_rest_is_named(campaign_folder: Path, outreach: Command) -> None:
    outbox = outbox_of(load_campaign(campaign_folder))
    queue_keys(outbox, *(post(f"post-{number}.en") for number in range(23)))
    shown = outreach("status", folder=campaign_folder).stdout
    assert "23 posts: x 23 queued." in shown
    assert "… and 3 more: outreach queue list" in shown


def test_posts_are_found_without_reading_letters(campaign: Campaign) -> None:
    """Among 100,000 letters of 8 kB each that is a second or none."""
    query = select_posts(Scope()).compile(dialect=sqlite.dialect())
    with reading(outbox_of(campaign).engine) as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("post",)).all()
    assert [step.detail for step in plan] == ["SCAN messages USING INDEX messages_posts"]


def test_the_log_has_each_posts_public_address(campaign_folder: Path, outreach: Command) -> None:
    """Also where the ledger's own words, such as those of a post that was found later, do not have it."""
    outbox = outbox_of(load_campaign(campaign_folder))
    _, message = sent_letters(outbox, letter("DEU"), post("solidarity.en", "bluesky"))
    published(outbox, message, "https://bsky.app/profile/example.org/post/1")
    shown = outreach("log", "--channel", "bluesky", folder=campaign_folder).stdout
    assert [line.split()[-1] for line in shown.splitlines() if "→ sent" in line] == [
        "https://bsky.app/profile/example.org/post/1"
    ]
    assert "bluesky solidarity.en" in shown
    entries = [json.loads(line) for line in outreach("log", "--json", folder=campaign_folder).stdout.splitlines()]
    assert {(entry["channel"], entry["part"], entry["address"]) for entry in entries} == {
        ("smtp", "", ""),
        ("bluesky", "solidarity.en", "https://bsky.app/profile/example.org/post/1"),
    }


def test_json_has_an_object_a_letter_that_says_true_or_false(campaign_folder: Path, outreach: Command) -> None:
    outbox = outbox_of(load_campaign(campaign_folder))
    sent_letters(outbox, letter("DEU"), letter("FRA"))
    say(outbox, came_in(outbox, "beacon"), Stance.WILL_RAISE)
    came_in(outbox, "beacon", mission="FRA")
    rows = json.loads(outreach("status", "--json", folder=campaign_folder).stdout)
    keys = "state mission case ask kind round channel status asked_at answered answered_at stance raised part address"
    assert [list(row) for row in rows] == [
        [*keys.split(), "to_read", "raised_in", "sender_verified", "to_read_unverified", "held", "held_detail", "cases"]
    ] * 2
    names = ("answered", "answered_at", "stance", "raised", "to_read")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (True, SEPTEMBER.isoformat(), "will-raise", True, 0),
        (False, None, None, None, 1),
    ]

    assert [act["date"] for act in rows[0]["raised_in"]] == ["2022-09-29", "2023-09-28"]
    assert rows[0]["raised_in"][0] == {
        "date": "2022-09-29",
        "instrument": "hrc51-dialogue",
        "with": "",
        "sources": ["https://example.org/record"],
        "quotes": [],
    }


def test_csv_has_a_line_for_each_state_case_and_ask(campaign_folder: Path, outreach: Command) -> None:
    outbox = outbox_of(load_campaign(campaign_folder))
    sent_letters(outbox, letter("DEU"), letter("DEU", round_="reminder"), letter("FRA", "sample"))
    say(outbox, came_in(outbox, "beacon"), Stance.WILL_RAISE)
    came_in(outbox, "sample", mission="FRA")
    rows = list(csv.DictReader(outreach("status", "--csv", folder=campaign_folder).stdout.splitlines()))
    assert [(row["state"], row["case"], row["status"], row["answered_at"], row["stance"]) for row in rows] == [
        ("DEU", "beacon", "sent", SEPTEMBER.isoformat(), "will-raise"),
        ("FRA", "sample", "sent", "", ""),
    ]
    assert (rows[0]["asked_at"], rows[0]["reminded_at"], rows[0]["thanked_at"]) == (LATER.isoformat(),) * 2 + ("",)
    assert (rows[0]["arrived"], rows[0]["came_back"], rows[0]["raised"]) == ("yes", "no", "yes")
    assert (rows[0]["to_read"], rows[1]["to_read"]) == ("0", "1")
    assert (rows[0]["raised_on"], rows[0]["raised_in"]) == (
        "2022-09-29 ; 2023-09-28",
        "hrc51-dialogue ; hrc54-dialogue",
    )
    assert (rows[1]["raised"], rows[1]["raised_on"]) == ("not named in the sources read", "")


def test_a_spreadsheet_runs_nothing_that_stands_in_a_name(campaign_folder: Path, outreach: Command) -> None:
    sent_letters(outbox_of(load_campaign(campaign_folder)), letter("=1+1"))
    [row] = csv.DictReader(outreach("status", "--csv", folder=campaign_folder).stdout.splitlines())
    assert row["state"] == "'=1+1"


def test_json_and_csv_at_once_are_refused(campaign_folder: Path, outreach: Command) -> None:
    told = outreach("status", "--json", "--csv", folder=campaign_folder)
    assert (told.returncode, "choose one" in told.stderr) == (2, True)


@pytest.mark.parametrize(
    ("real", "rehearsed", "settings", "shown"),
    [
        pytest.param("", "", {}, "rehearsal", id="nothing yet"),
        pytest.param("", "beacon", {}, "rehearsal", id="only a rehearsal"),
        pytest.param("sample", "beacon", {}, "real", id="queued in earnest"),
        pytest.param("", "beacon", {"OUTREACH_IMAP__HOST": "imap.example.org"}, "real", id="a mailbox"),
        pytest.param("", "beacon", {"OUTREACH_SMTP__HOST": "smtp.example.org"}, "real", id="a mail server"),
    ],
)
def test_the_rehearsal_is_shown_only_as_long_as_nothing_is_in_earnest(
    campaign_folder: Path, outreach: Command, real: str, rehearsed: str, settings: dict[str, str], shown: str
) -> None:
    for case, rehearsal in ((real, False), (rehearsed, True)):
        if case:
            sent_letters(outbox_of(load_campaign(campaign_folder), rehearsal=rehearsal), letter("DEU", case))
    told = outreach("status", folder=campaign_folder, env=settings).stdout
    assert told.startswith("REHEARSAL:") == (shown == "rehearsal")


def test_a_real_outbox_without_letters_is_shown_when_there_was_no_rehearsal(
    campaign_folder: Path, outreach: Command
) -> None:
    """An inbox that was read by hand, before any letter went out through this program, is in it."""
    came_in(outbox_of(load_campaign(campaign_folder)))
    told = outreach("status", folder=campaign_folder)
    assert "REHEARSAL" not in told.stdout
    assert "outreach replies list --unmatched" in told.stdout


@pytest.mark.parametrize("status", sorted(Status))
def test_every_status_is_shown(campaign_folder: Path, outreach: Command, status: Status) -> None:
    outbox = outbox_of(load_campaign(campaign_folder))
    sent_letters(outbox, letter("DEU"), status=status)
    assert WAYS[status][-1] is status
    [row] = json.loads(outreach("status", "--json", folder=campaign_folder).stdout)
    assert row["status"] == status.value
