"""One letter for several cases: who gets it, what it asks for, what comes of it, and what is never asked twice."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.campaign import load_campaign
from outreach.db.engine import reading
from outreach.errors import UsageError
from outreach.inbox.kinds import Stance
from outreach.outbox.gate.objections import Reason
from outreach.outbox.models import Scope
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import now
from outreach.reports.overview import read_overview
from outreach.services import reporting
from outreach.services.sending.letters import PlannedLetters, SendRequest, plan_letters, queue_letters
from outreach.services.sending.queue import MessageChoice, plan_withdrawal, retry, withdraw
from outreach.services.sending.rewriting import rewrite_messages
from outreach.services.workspace import Workspace
from tests.conftest import give_addresses
from tests.inbox.desk.desks import came_in, say
from tests.outbox.outboxes import lead, listing, open_test_outbox

LONG_AGO = now() - timedelta(days=30)
TO = ("DEU", "AUT", "NLD")
CASES = ("beacon", "sample", "specimen")


@pytest.fixture
def workspace(campaign_folder: Path) -> Workspace:
    give_addresses(campaign_folder)
    campaign = load_campaign(campaign_folder)
    return Workspace(campaign, open_test_outbox(campaign.folder / "outreach.db"))


def edit(workspace: Workspace, slug: str, old: str, new: str) -> Workspace:
    """The same workspace after somebody edited a case."""
    path = workspace.campaign.folder / "cases" / f"{slug}.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return workspace.reloaded()


def planned(workspace: Workspace, *cases: str, **more: object) -> PlannedLetters:
    first, *others = cases
    wanted = {"to": TO, "after_deadline": True, **more}
    return plan_letters(workspace, SendRequest(first, others=tuple(others), **wanted))  # type: ignore[arg-type]


def queue(workspace: Workspace, *cases: str, **more: object) -> list[str]:
    """Queue what is planned; State and cases of each letter."""
    drafts = planned(workspace, *cases, **more).drafts
    queue_letters(workspace, drafts, "test")
    return [f"{draft.key.mission} {draft.key.case}" for draft in drafts]


def withdrawn(workspace: Workspace, ids: Iterable[int]) -> None:
    withdraw(workspace, plan_withdrawal(workspace, MessageChoice(tuple(ids))).chosen, "test")


def left_out(plan: PlannedLetters) -> dict[str, str]:
    return {item.state: f"{item.reason.value} ({item.detail})" for item in plan.plan.excluded}


def without(plan: PlannedLetters) -> list[tuple[str, str, Reason]]:
    return sorted((item.state, item.case, item.reason) for item in plan.plan.without)


def test_a_mission_asked_for_one_case_is_asked_for_the_others_and_for_nothing_twice(workspace: Workspace) -> None:
    assert queue(workspace, "beacon", to=("DEU",)) == ["DEU beacon"]
    plan, every = planned(workspace, "all"), "beacon+sample+specimen"
    assert [draft.key.case for draft in plan.drafts] == [every, "sample+specimen", every]
    assert without(plan) == [("DEU", "beacon", Reason.ALREADY_ASKED)]
    letter = plan.drafts[0].content.decode()
    assert all(name in letter for name in ("Beacon", "J. Sample", "I. Specimen"))
    both = queue(workspace, "specimen", "beacon", "sample")
    assert both == [f"AUT {every}", "DEU sample+specimen", f"NLD {every}"]
    for again in (("all",), ("sample",), ("beacon", "specimen")):
        plan = planned(workspace, *again)
        assert (plan.drafts, plan.plan.reasons) == ((), {"already asked": 3})


def test_who_may_not_be_asked_for_a_case_is_asked_for_the_others(workspace: Workspace) -> None:
    closed = edit(workspace, "sample", "  letters: yes", "  letters: no")
    closed = edit(closed, "specimen", "state_concerned: EGY", "state_concerned: EGY\nnot_to: [AUT]")
    closed = edit(closed, "beacon", "state_concerned: BLR", "state_concerned: NLD")
    plan = planned(closed, "all")
    assert {draft.key.mission: draft.key.case for draft in plan.drafts} == {
        "AUT": "beacon",
        "DEU": "beacon+specimen",
        "NLD": "specimen",
    }
    reasons = {(state, case): reason for state, case, reason in without(plan)}
    assert reasons["NLD", "beacon"] is Reason.STATE_CONCERNED
    assert reasons["AUT", "specimen"] is Reason.NOT_TO
    assert {reasons[state, "sample"] for state in TO} == {Reason.NO_CONSENT}
    assert [draft.key.case for draft in planned(closed, "beacon", to=("AUT",)).drafts] == ["beacon"]


def test_a_case_that_is_closed_meanwhile_holds_the_letter_and_the_rest_can_be_asked_anew(workspace: Workspace) -> None:
    queue(workspace, "beacon", "sample")
    closed = edit(workspace, "sample", "  letters: yes", "  letters: no")
    with reading(closed.outbox.engine) as connection:
        held = closed.gate.held(connection, Scope("beacon", after_deadline=True))
    assert {(item.reason, item.detail) for item in held.values()} == {(Reason.NO_CONSENT, "cases/sample.md")}
    kept = rewrite_messages(closed, MessageChoice((1,)), "test").kept
    assert "sample: no consent for letters" in kept[0].why
    assert planned(closed, "beacon").drafts == ()  # these may leave yet
    withdrawn(closed, (1, 2))
    assert left_out(planned(workspace, "beacon", "sample", to=("DEU",))) == {"DEU": "withdrawn before it left ()"}
    assert queue(closed, "beacon", "sample") == ["AUT beacon", "DEU beacon"]
    assert [entry.id for entry in retry(closed, MessageChoice(all=True), "test", withdrawn=True).stay] == [1, 2]
    # Consent is given after all: who was not asked for the case is, and nobody is asked for the other one again.
    opened = edit(closed, "sample", "  letters: no", "  letters: yes")
    assert queue(opened, "beacon", "sample") == ["AUT sample", "DEU sample"]
    assert planned(opened, "all", to=("NLD",)).drafts[0].key.case == "specimen"


def test_a_reply_answers_for_every_case_and_one_reminder_follows_the_letter(workspace: Workspace) -> None:
    queue(workspace, "beacon", "sample")
    queue(workspace, "specimen", to=("DEU",))
    for message in (1, 2, 3, 4):
        lead(workspace.outbox, message, Status.SENT, LONG_AGO)
    states = {entry.key.mission: entry.id for entry in listing(workspace.outbox) if "beacon" in entry.key.cases}
    answer = came_in(workspace.outbox, "beacon", "sample", mission="AUT", letter=states["AUT"])
    plan = planned(workspace, "all", to=(), round="reminder")
    assert {draft.key.mission: draft.key.case for draft in plan.drafts} == {
        "DEU": "beacon+sample+specimen",
        "NLD": "beacon+sample",
    }
    assert left_out(plan)["AUT"].startswith("unread")
    say(workspace.outbox, answer, stance=Stance.SUPPORTIVE, case="sample")
    assert planned(workspace, "sample", round="reminder", to=("AUT",)).plan.reasons == {"answered": 1}
    followed = next(entry for entry in listing(workspace.outbox) if entry.id == states["DEU"])
    reminder = next(draft for draft in plan.drafts if draft.key.mission == "DEU")
    assert f"In-Reply-To: {followed.message_id}" in reminder.content.decode()
    assert reminder.subject == f"Re: {followed.subject}"


def test_each_case_shows_the_letter_and_counts_count_letters(workspace: Workspace) -> None:
    queue(workspace, "beacon", "sample")
    lead(workspace.outbox, 1, Status.SENT, LONG_AGO)
    lead(workspace.outbox, 2, Status.BOUNCED, LONG_AGO)
    for slug in ("beacon", "sample"):
        rows = reporting.messages(workspace, Scope(slug))
        assert [(row.case, row.cases) for row in rows] == [(slug, ("beacon", "sample"))] * 3
        assert len(reporting.progress_by_state(workspace, Scope(slug))) == 3
    assert reporting.messages(workspace, Scope("specimen")) == []
    overview = read_overview(workspace.campaign, workspace.outbox, Scope(), workspace.gate)
    assert overview.letters == {Status.SENT: 1, Status.BOUNCED: 1, Status.QUEUED: 1}
    assert overview.case_asks == {("beacon", "hrc51"), ("sample", "hrc51")}


def test_who_got_a_letter_lately_waits_for_the_next_where_the_campaign_says_so(workspace: Workspace) -> None:
    queue(workspace, "beacon")
    for message, days in ((1, 1), (2, 9)):
        lead(workspace.outbox, message, Status.SENT, now() - timedelta(days=days))
    assert len(planned(workspace, "sample").drafts) == 3
    before = workspace.campaign.settings
    spaced = before.model_copy(update={"letters": before.letters.model_copy(update={"spacing_days": 7})})
    campaign = replace(workspace.campaign, settings=spaced)
    workspace = replace(workspace, campaign=campaign)
    plan = planned(workspace, "sample")
    assert plan.plan.reasons == {"got a letter of ours lately": 2}
    lately = " ".join(left_out(plan).values())
    assert "letter 1, about beacon, on " in lately
    assert "letter 3, about beacon, queued" in lately
    assert len(planned(workspace, "sample", although_recent=True).drafts) == 3


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.sets(st.sampled_from(CASES), min_size=1), st.just(0)),
        st.tuples(st.just("consent"), st.sets(st.sampled_from(CASES)), st.just(0)),
        st.tuples(st.sampled_from(["withdraw", "leave", "again"]), st.just(frozenset[str]()), st.integers(0, 9)),
    ),
    min_size=8,
    max_size=12,
)


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_people_do_nothing_is_asked_twice_and_no_case_is_dropped_in_silence(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, set[str], int]]
) -> None:
    at = replace(workspace, outbox=open_test_outbox(tmp_path_factory.mktemp("outbox") / "outreach.db"))
    for what, cases, number in steps:
        found = listing(at.outbox)
        waits = [entry.id for entry in found if entry.status in WAITING]
        gone = [entry.id for entry in found if entry.status is Status.WITHDRAWN]
        if what == "send":
            plan = planned(at, *sorted(cases), to=("DEU", "AUT"))
            told = {(item.state, item.case) for item in plan.plan.without}
            silent = {item.state for item in plan.plan.excluded}
            for state in ("DEU", "AUT"):
                asked = {case for draft in plan.drafts if draft.key.mission == state for case in draft.key.cases}
                assert state in silent or asked | {case for of, case in told if of == state} == cases
            queue_letters(at, plan.drafts, "test")
        elif what == "consent":
            agreed = {
                slug: replace(case, consent=replace(case.consent, letters=slug in cases))
                for slug, case in at.campaign.cases.items()
            }
            at = replace(at, campaign=replace(at.campaign, cases=agreed))
        elif what == "withdraw" and waits:
            withdrawn(at, waits[number % len(waits) :][:1])
        elif what == "again" and gone:
            with suppress(UsageError):
                retry(at, MessageChoice((gone[number % len(gone)],)), "test")
        elif what == "leave" and waits:
            with reading(at.outbox.engine) as connection:
                held = at.gate.held(connection, Scope(after_deadline=True))
            if free := [id_ for id_ in waits if id_ not in held]:
                lead(at.outbox, free[number % len(free)], Status.SENT)
        live = [entry for entry in listing(at.outbox) if entry.status is not Status.WITHDRAWN]
        counts = Counter((entry.key.mission, case) for entry in live for case in entry.key.cases)
        assert not counts or max(counts.values()) == 1, steps
