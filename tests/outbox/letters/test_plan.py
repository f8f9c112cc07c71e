"""Who gets a letter, who does not, and why: each exclusion of DESIGN.md, section 6, on the real campaign."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.outbox.gate.objections import QueuedMessage, Reason, closed_addresses, objections_to_waiting
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.plan import Facts, FirstLetter, LetterRequest, Plan, following, make_plan
from outreach.outbox.status import Status
from outreach.registry.model import Mission
from tests.conftest import give_addresses

BEFORE = date(2022, 9, 1)


@pytest.fixture
def campaign(campaign_folder: Path) -> Campaign:
    give_addresses(campaign_folder)
    return load_campaign(campaign_folder)


def request(campaign: Campaign, slug: str = "beacon", **more: object) -> LetterRequest:
    return LetterRequest(campaign.cases[slug], campaign.asks["hrc51"], **{"rehearsal": False, **more})  # type: ignore[arg-type]


def reasons(plan: Plan) -> dict[str, Reason]:
    return {exclusion.state: exclusion.reason for exclusion in plan.excluded}


def with_mission(campaign: Campaign, mission: Mission) -> Campaign:
    missions = {**campaign.registry.missions, mission.state: mission}
    return replace(campaign, registry=replace(campaign.registry, missions=missions))


def test_the_first_letter_goes_to_whom_the_ask_selects(campaign: Campaign) -> None:
    plan = make_plan(campaign, request(campaign), Facts(), BEFORE)
    assert len(plan.letters) == 25
    assert plan.excluded == plan.warnings == ()


@pytest.mark.parametrize("rehearsal", [True, False])
def test_the_state_concerned_never_gets_a_letter(campaign: Campaign, rehearsal: bool) -> None:
    asked = request(campaign, to=("BLR", "DEU"), rehearsal=rehearsal, include_unverified=True, after_deadline=True)
    plan = make_plan(campaign, asked, Facts(), BEFORE)
    assert [planned.mission.state for planned in plan.letters] == ["DEU"]
    assert reasons(plan) == {"BLR": Reason.STATE_CONCERNED}


@pytest.mark.parametrize("rehearsal", [True, False])
def test_without_consent_nobody_gets_a_letter_not_even_in_a_rehearsal(campaign: Campaign, rehearsal: bool) -> None:
    silent = replace(campaign.cases["beacon"], consent=replace(campaign.cases["beacon"].consent, letters=False))
    plan = make_plan(campaign, replace(request(campaign, rehearsal=rehearsal), case=silent), Facts(), BEFORE)
    assert plan.letters == ()
    assert set(reasons(plan).values()) == {Reason.NO_CONSENT}


@pytest.mark.parametrize(("day", "letters"), [(date(2022, 8, 31), 0), (date(2022, 9, 1), 25)])
def test_an_embargo_ends_with_its_day(campaign: Campaign, day: date, letters: int) -> None:
    held = replace(campaign.cases["beacon"], embargo=date(2022, 9, 1))
    assert len(make_plan(campaign, replace(request(campaign), case=held), Facts(), day).letters) == letters


def test_on_the_asks_day_it_is_not_too_late_the_day_after_it_is(campaign: Campaign) -> None:
    day = campaign.asks["hrc51"].date
    assert len(make_plan(campaign, request(campaign), Facts(), day).letters) == 25
    late = make_plan(campaign, request(campaign), Facts(), day + timedelta(days=1))
    assert set(reasons(late).values()) == {Reason.PAST_DATE}
    allowed = make_plan(campaign, request(campaign, after_deadline=True), Facts(), day + timedelta(days=1))
    assert len(allowed.letters) == 25


def test_a_rehearsal_only_warns_of_the_date_and_of_missing_addresses(campaign: Campaign) -> None:
    mission = replace(campaign.registry.missions["DEU"], emails=())
    late = date(2026, 1, 1)
    asked = request(campaign, to=("DEU",), rehearsal=True)
    plan = make_plan(with_mission(campaign, mission), asked, Facts(), late)
    assert [planned.recipients for planned in plan.letters] == [("deu@rehearsal.invalid",)]
    assert {warning.reason for warning in plan.warnings} == {Reason.PAST_DATE, Reason.NO_ADDRESS}


def test_in_earnest_a_blank_address_stays_blank(campaign: Campaign) -> None:
    mission = replace(campaign.registry.missions["DEU"], emails=())
    plan = make_plan(with_mission(campaign, mission), request(campaign, to=("DEU",)), Facts(), BEFORE)
    assert reasons(plan) == {"DEU": Reason.NO_ADDRESS}


def test_a_state_that_is_not_in_the_missions_file_has_no_address(campaign: Campaign) -> None:
    plan = make_plan(campaign, request(campaign, to=("AFG",), rehearsal=True), Facts(), BEFORE)
    assert reasons(plan) == {"AFG": Reason.NO_ADDRESS}


def test_an_address_nobody_verified_is_used_only_when_asked_for(campaign: Campaign) -> None:
    changed = with_mission(campaign, replace(campaign.registry.missions["DEU"], verified_on=None))
    assert reasons(make_plan(changed, request(campaign, to=("DEU",)), Facts(), BEFORE)) == {"DEU": Reason.UNVERIFIED}
    asked = request(campaign, to=("DEU",), include_unverified=True)
    assert len(make_plan(changed, asked, Facts(), BEFORE).letters) == 1


def test_a_suppressed_address_is_not_written_to_but_the_missions_other_one_is(campaign: Campaign) -> None:
    facts = Facts(suppressed={"deu@deu.example.org": "bounced twice"})
    assert reasons(make_plan(campaign, request(campaign, to=("DEU",)), facts, BEFORE)) == {"DEU": Reason.SUPPRESSED}
    two = replace(campaign.registry.missions["DEU"], emails=("DEU@deu.example.org", "b@deu.example.org"))
    plan = make_plan(with_mission(campaign, two), request(campaign, to=("DEU",)), facts, BEFORE)
    assert [planned.recipients for planned in plan.letters] == [("b@deu.example.org",)]


@pytest.mark.parametrize("status", list(Status))
def test_whatever_became_of_a_letter_it_is_not_sent_again(campaign: Campaign, status: Status) -> None:
    plan = make_plan(campaign, request(campaign, to=("DEU", "FRA")), Facts(asked={"DEU": status}), BEFORE)
    assert reasons(plan) == {"DEU": Reason.ALREADY_ASKED}
    assert plan.excluded[0].detail == status.value


def test_a_reminder_goes_to_those_who_got_the_first_letter(campaign: Campaign) -> None:
    facts = Facts(first=dict.fromkeys(("DEU", "FRA"), FirstLetter(date(2022, 8, 1), "<first@example.org>")))
    plan = make_plan(campaign, request(campaign, round="reminder"), facts, BEFORE)
    assert [planned.mission.state for planned in plan.letters] == ["DEU", "FRA"]
    assert {planned.in_reply_to for planned in plan.letters} == {"<first@example.org>"}
    named = make_plan(campaign, request(campaign, round="reminder", to=("DEU", "ESP")), facts, BEFORE)
    assert reasons(named) == {"ESP": Reason.NOT_ASKED_BEFORE}


@pytest.mark.parametrize(
    ("subject", "followed"),
    [
        ("The case of Beacon", "Re: The case of Beacon"),
        ("RE: The case of Beacon", "RE: The case of Beacon"),
        ("re : The case", "re : The case"),
        ("Reprisals against Beacon", "Re: Reprisals against Beacon"),
        ("", ""),
    ],
)
def test_what_follows_a_letter_has_its_subject_and_never_two_re(subject: str, followed: str) -> None:
    assert following(subject) == followed


def test_a_reminder_has_the_first_letters_subject_as_it_was_sent(campaign: Campaign) -> None:
    first = FirstLetter(date(2022, 8, 1), "<first@example.org>", "The words of that day")
    plan = make_plan(campaign, request(campaign, round="reminder"), Facts(first={"DEU": first}), BEFORE)
    assert [letter.subject for letter in plan.letters] == ["Re: The words of that day"]
    assert (
        make_plan(campaign, request(campaign, to=("DEU",)), Facts(first={"DEU": first}), BEFORE).letters[0].subject
        == ""
    )


@pytest.mark.parametrize("rehearsal", [True, False])
def test_nobody_is_reminded_who_answered_declined_or_never_got_the_letter(campaign: Campaign, rehearsal: bool) -> None:
    first = FirstLetter(date(2022, 8, 1), "<first@example.org>")
    facts = Facts(
        first={**dict.fromkeys(("DEU", "FRA", "ESP"), first), "ITA": replace(first, came_back="letter 4: 5.1.1")},
        answered={"DEU": (Reason.ANSWERED, "reply 1, supportive"), "FRA": (Reason.DECLINED, "reply 2, declined")},
    )
    plan = make_plan(campaign, request(campaign, round="reminder", rehearsal=rehearsal), facts, BEFORE)
    assert [letter.mission.state for letter in plan.letters] == ["ESP"]
    assert plan.reasons == {"answered": 1, "declined": 1, "came back": 1}
    assert {item.state: item.detail for item in plan.excluded}["ITA"] == "letter 4: 5.1.1"


def test_who_answered_is_thanked_all_the_same_and_asked_about_another_ask(campaign: Campaign) -> None:
    facts = Facts(answered={"DEU": (Reason.DECLINED, "reply 1, declined")})
    for round_ in ("first", "thanks"):
        plan = make_plan(campaign, request(campaign, round=round_, to=("DEU",)), facts, BEFORE)
        assert [letter.mission.state for letter in plan.letters] == ["DEU"]


@pytest.mark.parametrize(("days", "letters"), [(9, 0), (10, 1)])
def test_a_reminder_waits_as_many_days_as_the_settings_say(campaign: Campaign, days: int, letters: int) -> None:
    first = FirstLetter(BEFORE - timedelta(days=days), "<first@example.org>")
    plan = make_plan(campaign, request(campaign, round="reminder"), Facts(first={"DEU": first}), BEFORE)
    assert len(plan.letters) == letters
    assert set(plan.reasons) <= {"asked too recently"}


def test_thanks_go_to_those_who_raised_the_case_also_after_the_date(campaign: Campaign) -> None:
    plan = make_plan(campaign, request(campaign, round="thanks"), Facts(), date(2026, 1, 1))
    assert {"BEL", "DEU", "LIE", "LUX", "NLD"} <= {planned.mission.state for planned in plan.letters}
    named = make_plan(campaign, request(campaign, round="thanks", to=("FRA",)), Facts(), BEFORE)
    assert reasons(named) == {"FRA": Reason.NOT_NAMED}


def test_a_limit_takes_the_first_and_counts_the_others(campaign: Campaign) -> None:
    plan = make_plan(campaign, request(campaign, limit=5), Facts(), BEFORE)
    assert len(plan.letters) == 5
    assert plan.reasons == {"over the limit": 20}


def test_the_state_concerned_gets_nothing_through_another_missions_row(campaign: Campaign) -> None:
    concerned = Mission("BLR", "", ("blr@blr.example.org",), "en", verified_on=BEFORE)
    shared = replace(campaign.registry.missions["DEU"], emails=("deu@deu.example.org", "BLR@blr.example.org"))
    changed = with_mission(with_mission(campaign, concerned), shared)
    facts = Facts(suppressed=closed_addresses(changed, changed.cases["beacon"], {}))
    plan = make_plan(changed, request(campaign, to=("DEU",)), facts, BEFORE)
    assert [planned.recipients for planned in plan.letters] == [("deu@deu.example.org",)]


def change_row(folder: Path, state: str, change: Callable[[str], str]) -> Campaign:
    """Load the campaign after one line of contacts/missions.csv was changed."""
    path = folder / "contacts" / "missions.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = [change(line) if line.startswith(f"{state},") else line for line in lines]
    path.write_text("".join(changed), encoding="utf-8")
    return load_campaign(folder)


def test_a_row_that_nobody_can_tell_whose_it_is_is_told_of_every_state_without_one(
    campaign: Campaign, campaign_folder: Path
) -> None:
    changed = change_row(campaign_folder, "DEU", lambda line: line.replace("DEU", "XXX", 1))
    plan = make_plan(changed, request(changed, to=("DEU", "FRA")), Facts(), BEFORE)
    assert [letter.mission.state for letter in plan.letters] == ["FRA"]
    [left_out] = plan.excluded
    assert (left_out.state, left_out.reason) == ("DEU", Reason.BROKEN_ROW)
    assert "contacts/missions.csv, row 12, column state: there is no State 'XXX'" in left_out.detail
    everybody = make_plan(changed, request(changed, to=("all",)), Facts(), BEFORE)
    assert reasons(everybody) == {"": Reason.BROKEN_ROW}


def test_nothing_goes_to_an_address_that_stands_in_a_row_of_nobody(campaign: Campaign, campaign_folder: Path) -> None:
    """It may be the State concerned's."""
    shared = "\nBLRR,,FRA@fra.example.org,en,,,,,,,,,\n"
    changed = change_row(campaign_folder, "DEU", lambda line: line.rstrip() + shared)
    facts = Facts(suppressed=closed_addresses(changed, changed.cases["beacon"], {}))
    plan = make_plan(changed, request(changed, to=("DEU", "FRA")), facts, BEFORE)
    assert [letter.mission.state for letter in plan.letters] == ["DEU"]
    assert reasons(plan) == {"FRA": Reason.SUPPRESSED}
    assert "contacts/missions.csv, row 13 too" in plan.excluded[0].detail


@pytest.mark.parametrize(("email", "letters"), [("blr@", 0), ("blr@blr.example.org", 2)])
def test_while_the_address_of_the_state_concerned_cannot_be_read_nothing_goes_to_anybody(
    campaign: Campaign, campaign_folder: Path, email: str, letters: int
) -> None:
    row = f"\nBLR,,{email},en,,,,,,,,,=note\n"
    changed = change_row(campaign_folder, "DEU", lambda line: line.rstrip() + row)
    plan = make_plan(changed, request(changed, to=("DEU", "FRA")), Facts(), BEFORE)
    assert len(plan.letters) == letters
    assert set(reasons(plan).values()) <= {Reason.CLOSED_ROW}


def test_of_two_rows_of_a_state_none_is_written_to(campaign: Campaign, campaign_folder: Path) -> None:
    changed = change_row(campaign_folder, "DEU", lambda line: line * 2)
    plan = make_plan(changed, request(changed, to=("DEU", "FRA")), Facts(), BEFORE)
    assert [letter.mission.state for letter in plan.letters] == ["FRA"]
    assert reasons(plan) == {"DEU": Reason.BROKEN_ROW}


def queued(**more: object) -> QueuedMessage:
    usual = {
        "kind": MessageKind.LETTER,
        "case": "beacon",
        "ask": "hrc51",
        "round": "first",
        "mission": "DEU",
        "recipients": ("deu@deu.example.org",),
        "queued_on": BEFORE,
    }
    return QueuedMessage(**{**usual, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("letter", "suppressed", "today", "why"),
    [
        (queued(), {}, BEFORE, ""),
        (queued(mission="BLR"), {}, BEFORE, "State concerned"),
        (queued(case="gone"), {}, BEFORE, "not there any more"),
        (queued(ask="gone"), {}, BEFORE, "not there any more"),
        (queued(), {"deu@deu.example.org": "asked to"}, BEFORE, "suppressed: asked to"),
        (queued(), {"other@example.org": "asked to"}, BEFORE, ""),
        (
            queued(recipients=("deu@deu.example.org", "Two@deu.example.org")),
            {"two@deu.example.org": "asked to"},
            BEFORE,
            "suppressed: asked to",  # a letter that is fixed cannot leave one address out
        ),
        (queued(), {}, date(2022, 9, 30), "past the ask's date"),  # queued in time, and then put off
        (queued(queued_on=date(2022, 9, 30)), {}, date(2022, 10, 1), ""),  # whoever queued it knew
        (queued(round="thanks"), {}, date(2022, 9, 30), ""),
        (queued(asked_for="2022-09-29"), {}, BEFORE, ""),
        (queued(asked_for="2022-09-28"), {}, BEFORE, "other days now: it was written for 2022-09-28"),
        (queued(asked_for="2022-09-28", round="thanks", mission="FRA"), {}, BEFORE, "not named as raising it: the act"),
        (
            queued(round="thanks", mission="FRA"),
            {},
            date(2022, 9, 30),
            "not named as raising it: the act was",
        ),
        (queued(round="reminder", news=((Reason.ANSWERED, "reply 1"),)), {}, BEFORE, "answered: reply 1"),
        (queued(round="reminder", news=((Reason.BOUNCED, "letter 2"),)), {}, BEFORE, "came back: letter 2"),
    ],
)
def test_what_waits_may_leave_only_while_nothing_speaks_against_it(
    campaign: Campaign, letter: QueuedMessage, suppressed: dict[str, str], today: date, why: str
) -> None:
    found = [
        f"{reason.value}: {detail}" for reason, detail in objections_to_waiting(campaign, letter, suppressed, today)
    ]
    assert len(found) == bool(why)
    assert why in "".join(found)


@pytest.mark.parametrize(("asked_on", "letters"), [(date(2025, 9, 24), ["LIE"]), (date(2025, 9, 25), [])])
def test_thanks_are_for_what_was_done_since_the_day_of_the_first_letter(
    campaign: Campaign, asked_on: date, letters: list[str]
) -> None:
    """Liechtenstein raised the case at hrc60-dialogue; the ask is for a day to come."""
    later = replace(campaign.asks["hrc51"], date=date(2030, 1, 1))
    facts = Facts(first={"LIE": FirstLetter(asked_on, "<first@example.org>")})
    plan = make_plan(campaign, replace(request(campaign, round="thanks", to=("LIE",)), ask=later), facts, asked_on)
    assert [planned.mission.state for planned in plan.letters] == letters
    assert {planned.raised_since for planned in plan.letters} <= {asked_on}
    assert all("not named" in exclusion.detail for exclusion in plan.excluded)


def test_thanks_are_for_what_was_done_on_the_asks_day_or_later(campaign: Campaign) -> None:
    later = replace(campaign.asks["hrc51"], id="later", date=date(2030, 1, 1))
    plan = make_plan(campaign, replace(request(campaign, round="thanks"), ask=later), Facts(), date(2030, 1, 2))
    assert plan.letters == ()
    assert set(reasons(plan).values()) == {Reason.NOT_NAMED}


def test_an_ask_of_several_weeks_is_over_after_its_last_day(campaign: Campaign) -> None:
    ask = replace(campaign.asks["hrc51"], until=date(2022, 10, 7))
    weeks = replace(request(campaign), ask=ask)

    late = make_plan(campaign, weeks, Facts(), date(2022, 10, 8))

    assert make_plan(campaign, weeks, Facts(), date(2022, 10, 7)).letters
    assert Reason.PAST_DATE in {exclusion.reason for exclusion in late.excluded}
    assert not late.letters


def test_who_raised_the_case_while_the_session_lasts_is_not_asked_to_any_more(campaign: Campaign) -> None:
    ask = replace(campaign.asks["hrc51"], until=date(2022, 10, 7))
    raised = campaign.registry.who_raised("beacon", ask.date)
    weeks = replace(campaign, asks={"hrc51": ask})

    plan = make_plan(weeks, replace(request(weeks), ask=ask), Facts(), date(2022, 10, 1))
    of_one_day = make_plan(campaign, request(campaign), Facts(), date(2022, 9, 29))
    state = min(code for code, reason in reasons(plan).items() if reason is Reason.RAISED)
    waiting = objections_to_waiting(weeks, queued(mission=state, recipients=()), {}, date(2022, 10, 1))

    assert not raised & {letter.mission.state for letter in plan.letters}
    assert raised & {letter.mission.state for letter in of_one_day.letters}
    assert [reason for reason, _ in waiting] == [Reason.RAISED]
