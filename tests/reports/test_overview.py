"""What `status` counts of all States together: the same as the report."""

from datetime import timedelta

from outreach.campaign import Campaign
from outreach.inbox.kinds import Stance
from outreach.outbox.models import Scope
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from outreach.reports.overview import Totals, state_lines, totals
from outreach.reports.page.figures import headline
from outreach.reports.page.page import choose
from outreach.reports.progress import progress
from tests.inbox.desk.desks import came_in, say
from tests.outbox.outboxes import NOON
from tests.reports.answered import answer, letter
from tests.reports.overviews import overview_of


def in_status(campaign: Campaign, outbox: Outbox) -> Totals:
    overview = overview_of(campaign, outbox, Scope())
    return totals(overview, state_lines(overview))


def in_report(campaign: Campaign, outbox: Outbox) -> list[int]:
    subject = choose(campaign, progress(campaign, outbox, Scope()), Scope(), public=False)
    return [step.number for step in headline(subject)]


def four(found: Totals) -> list[int]:
    return [found.asked, found.arrived, found.answered, len(found.raised)]


def test_who_was_asked_about_one_case_and_raised_another_did_not_raise_what_was_asked(
    campaign: Campaign, outbox: Outbox
) -> None:
    """By the record Germany raised Specimen's case, and never Sample's."""
    letter(outbox, "DEU", "sample")
    letter(outbox, "DEU", "specimen", Status.REJECTED)
    assert four(in_status(campaign, outbox)) == in_report(campaign, outbox) == [1, 0, 0, 0]


def test_who_answered_by_phone_a_letter_that_never_left_answered_no_letter(campaign: Campaign, outbox: Outbox) -> None:
    letter(outbox, "FRA", status=Status.REJECTED)
    say(outbox, came_in(outbox, "beacon", mission="FRA"), Stance.SUPPORTIVE)
    assert four(in_status(campaign, outbox)) == in_report(campaign, outbox) == [0, 0, 0, 0]
    assert in_status(campaign, outbox).stances == {}


def test_the_states_own_line_has_all_the_same_what_it_said_and_did(campaign: Campaign, outbox: Outbox) -> None:
    letter(outbox, "DEU", "specimen", Status.REJECTED)
    say(outbox, came_in(outbox, "specimen"), Stance.SUPPORTIVE)
    [line] = state_lines(overview_of(campaign, outbox, Scope()))
    assert (line.asked, line.arrived, line.answered, line.stances, line.raised) == (0, 0, 1, {"supportive": 1}, 1)


def test_a_campaign_under_way_has_the_same_numbers_in_status_and_report(campaign: Campaign, outbox: Outbox) -> None:
    letter(outbox, "LUX", status=Status.DELIVERED)
    answer(outbox, letter(outbox, "FRA"), NOON + timedelta(days=3), Stance.WILL_RAISE)
    answer(outbox, letter(outbox, "FRA", "sample", Status.REJECTED), NOON + timedelta(days=3), Stance.DECLINED)
    letter(outbox, "GHA", status=Status.BOUNCED)
    letter(outbox, "IRL", status=Status.BOUNCED)
    letter(outbox, "IRL", status=Status.DELIVERED, round_="reminder")
    letter(outbox, "SWE", status=Status.UNCONFIRMED)
    found = in_status(campaign, outbox)
    assert four(found) == in_report(campaign, outbox) == [4, 3, 1, 1]
    assert (found.came_back, found.raised, found.stances) == (1, ("LUX",), {"will-raise": 1})
