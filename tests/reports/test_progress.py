"""How far each ask has come with each State: one Progress a State, case and ask."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.campaign import Campaign
from outreach.db.engine import writing
from outreach.inbox.kinds import Kind, MatchedBy, Stance
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Key, Scope
from outreach.outbox.status import ASKED, Status
from outreach.outbox.store import Outbox, open_outbox
from outreach.reports.progress import Progress, progress, reach_of
from tests.inbox.desk.desks import SEPTEMBER, came_in, say
from tests.outbox.outboxes import NOON, lead, queue_keys

DAY = timedelta(days=1)


def letter(
    outbox: Outbox,
    status: Status = Status.SENT,
    at: datetime = NOON,
    mission: str = "DEU",
    case: str = "beacon",
    round_: str = "first",
    part: str = "",
) -> int:
    """A letter that came to this status at that time."""
    [message] = queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", case, round_, "smtp", mission, part))
    lead(outbox, message, status, at)
    return message


def only(campaign: Campaign, outbox: Outbox) -> Progress:
    [row] = progress(campaign, outbox, Scope())
    return row


def test_all_letters_of_one_ask_about_one_case_are_one_row(campaign: Campaign, outbox: Outbox) -> None:
    letter(outbox)
    letter(outbox, at=NOON + 10 * DAY, round_="reminder")
    letter(outbox, at=NOON + 30 * DAY, round_="thanks")
    row = only(campaign, outbox)
    assert (row.state, row.name, row.case, row.ask) == ("DEU", "Germany", "beacon", "hrc51")
    assert row.mission == "Permanent Mission of the Federal Republic of Germany"
    assert (row.asked_at, row.reminded_at, row.thanked_at) == (NOON, NOON + 10 * DAY, NOON + 30 * DAY)
    assert row.rounds == ("first", "reminder", "thanks")


def test_rows_come_by_state_then_case_and_posts_to_nobody_have_none(campaign: Campaign, outbox: Outbox) -> None:
    for mission, case in (("LUX", "beacon"), ("", "beacon"), ("DEU", "beacon"), ("DEU", "sample")):
        letter(outbox, mission=mission, case=case)
    rows = progress(campaign, outbox, Scope())
    assert [(row.state, row.case) for row in rows] == [("DEU", "beacon"), ("DEU", "sample"), ("LUX", "beacon")]
    assert [row.case for row in progress(campaign, outbox, Scope(case="sample"))] == ["sample"]


@pytest.mark.parametrize("status", sorted(Status))
def test_a_mission_is_asked_from_when_its_first_letter_was_taken(
    campaign: Campaign, outbox: Outbox, status: Status
) -> None:
    letter(outbox, status)
    row = only(campaign, outbox)
    assert row.status is status
    assert row.taken_at == row.asked_at == (NOON if status in ASKED else None)


def test_a_rehearsal_takes_letters_and_asks_nobody(campaign: Campaign) -> None:
    rehearsal = open_outbox(campaign.folder, campaign.settings, rehearsal=True)
    letter(rehearsal)
    row = only(campaign, rehearsal)
    assert (row.taken_at, row.asked_at) == (NOON, None)


@pytest.mark.parametrize(
    ("letters", "answered", "status", "arrived", "came_back"),
    [
        pytest.param("first sent", False, Status.SENT, False, False, id="a 250 is no arrival"),
        pytest.param("first delivered", False, Status.DELIVERED, True, False, id="a server says so"),
        pytest.param("first sent", True, Status.SENT, True, False, id="an answer says so"),
        pytest.param("first unconfirmed", True, Status.UNCONFIRMED, True, False, id="answered though unconfirmed"),
        pytest.param("first bounced", False, Status.BOUNCED, False, True, id="came back"),
        pytest.param("first bounced", True, Status.BOUNCED, True, False, id="answered though it came back"),
        pytest.param("first bounced,first withdrawn", False, Status.BOUNCED, False, True, id="withdrawn counts not"),
        pytest.param("first withdrawn,first sent", False, Status.SENT, False, False, id="sent anew"),
        pytest.param("first withdrawn", False, Status.WITHDRAWN, False, False, id="taken back"),
        pytest.param("reminder bounced,first delivered", False, Status.BOUNCED, True, False, id="the first arrived"),
        pytest.param("first delivered,reminder queued", False, Status.QUEUED, True, False, id="a reminder waits"),
        pytest.param("thanks sent,first bounced", False, Status.SENT, False, True, id="thanked later"),
        pytest.param("thanks delivered,first bounced", False, Status.DELIVERED, False, True, id="thanks ask nothing"),
        pytest.param("thanks bounced,first sent", False, Status.BOUNCED, False, False, id="only the thanks came back"),
        pytest.param(
            "first sent,reminder bounced", False, Status.BOUNCED, False, False, id="the first may have arrived"
        ),
        pytest.param(
            "first bounced,reminder sent", False, Status.SENT, False, False, id="the reminder may have arrived"
        ),
        pytest.param("first bounced,reminder bounced", False, Status.BOUNCED, False, True, id="both came back"),
        pytest.param("first bounced,reminder queued", False, Status.QUEUED, False, True, id="a reminder has not left"),
        pytest.param("first queued", False, Status.QUEUED, False, False, id="what has not left cannot come back"),
    ],
)
def test_how_far_letters_came(letters: str, answered: bool, status: Status, arrived: bool, came_back: bool) -> None:
    reach = reach_of(letters, answered=answered)
    assert (reach.status, reach.arrived, reach.came_back) == (status, arrived, came_back)


def test_a_letter_that_another_replaced_makes_no_second_row_and_does_not_count(
    campaign: Campaign, outbox: Outbox
) -> None:
    first = letter(outbox, Status.BOUNCED, part="")
    lead_on = NOON + DAY
    letter(outbox, Status.SENT, lead_on, part="address-2")
    withdraw(outbox, first)
    row = only(campaign, outbox)
    assert (row.status, row.asked_at, row.came_back) == (Status.SENT, lead_on, False)


def withdraw(outbox: Outbox, message: int) -> None:
    with writing(outbox.engine) as connection:
        advance(connection, [Transition(message, Status.BOUNCED, Status.WITHDRAWN, NOON + DAY, "test")])


def test_an_answer_has_its_first_day_its_newest_reply_and_what_a_person_read_in_it(
    campaign: Campaign, outbox: Outbox
) -> None:
    letter(outbox)
    first = came_in(outbox, "beacon")
    say(outbox, first, kind=Kind.REPLY)
    row = only(campaign, outbox)
    assert (row.answered_at, row.stance, row.inbound, row.arrived) == (SEPTEMBER, None, first, True)
    say(outbox, first, Stance.WILL_RAISE)
    second = came_in(outbox, "beacon", at=SEPTEMBER + DAY)
    row = only(campaign, outbox)
    assert (row.answered_at, row.stance, row.inbound, row.to_read) == (SEPTEMBER, Stance.WILL_RAISE, first, 1)
    say(outbox, second, kind=Kind.REPLY)
    row = only(campaign, outbox)
    assert (row.answered_at, row.stance, row.inbound, row.to_read) == (SEPTEMBER, Stance.WILL_RAISE, second, 0)


@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.UNCLEAR])
def test_mail_that_nobody_has_read_is_to_be_read_and_shows_nothing(
    campaign: Campaign, outbox: Outbox, kind: Kind
) -> None:
    letter(outbox)
    came_in(outbox, "beacon", kind=kind)
    row = only(campaign, outbox)
    assert (row.answered_at, row.stance, row.inbound, row.arrived, row.to_read) == (None, None, None, False, 1)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.REPLY])
def test_nothing_but_a_reply_is_an_answer(campaign: Campaign, outbox: Outbox, kind: Kind) -> None:
    letter(outbox)
    came_in(outbox, "beacon", kind=kind, matched_by=MatchedBy.ENVELOPE)
    row = only(campaign, outbox)
    assert (row.answered_at, row.inbound, row.arrived) == (None, None, False)


def test_raised_is_by_the_record_and_of_others_nobody_knows(campaign: Campaign, outbox: Outbox) -> None:
    for mission in ("DEU", "FRA", "LUX"):
        letter(outbox, mission=mission)
    assert {row.state: row.raised for row in progress(campaign, outbox, Scope())} == {
        "DEU": True,
        "FRA": None,
        "LUX": True,
    }


def test_raised_counts_from_the_day_of_the_letter_and_not_from_the_asks_date(
    campaign: Campaign, outbox: Outbox
) -> None:
    """Asked in November 2026 for September 2027, a State may raise the case the same day."""
    later = replace(campaign.asks["hrc51"], date=date(2027, 9, 29))
    asked = datetime(2025, 9, 24, 8, 0, tzinfo=UTC)  # the day of hrc60-dialogue
    letter(outbox, mission="LIE", at=asked)
    letter(outbox, mission="LUX", at=asked + DAY)
    rows = progress(replace(campaign, asks={"hrc51": later}), outbox, Scope())
    assert {row.state: [act.instrument for act in row.acts] for row in rows} == {
        "LIE": ["hrc60-dialogue"],
        "LUX": ["unga80-dialogue"],
    }


def test_who_was_asked_late_had_raised_the_case_when_it_was_to_be_raised(campaign: Campaign, outbox: Outbox) -> None:
    letter(outbox, at=datetime(2022, 10, 5, 8, 0, tzinfo=UTC))
    assert [act.date for act in only(campaign, outbox).acts] == ["2022-09-29", "2023-09-28"]


@pytest.mark.parametrize(
    ("letters", "answered", "reached"),
    [
        ("first sent", False, True),
        ("first delivered", False, True),
        ("first bounced", False, False),
        ("first bounced", True, True),
        ("first unconfirmed", False, False),
        ("first unconfirmed", True, True),
        ("first sent,reminder bounced", False, False),
        ("first delivered,reminder bounced", False, True),
        ("first queued", True, False),
        ("first bounced,thanks sent", False, False),
    ],
)
def test_reached_is_who_a_channel_took_a_letter_to_that_did_not_come_back(
    letters: str, answered: bool, reached: bool
) -> None:
    assert reach_of(letters, answered=answered).reached is reached
