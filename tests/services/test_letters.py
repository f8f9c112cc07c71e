"""What the outbox does with what came back: who is reminded, what is held back, what may be sent again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.db.engine import reading
from outreach.errors import UsageError
from outreach.inbox.kinds import Kind, Stance
from outreach.outbox.gate.gate import Held
from outreach.outbox.gate.objections import Reason
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Entry, Key, Scope
from outreach.outbox.queue import waiting_by_channel
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from outreach.outbox.suppressions import suppress
from outreach.services.sending.letters import PlannedLetters, SendRequest, plan_letters
from outreach.services.sending.queue import MessageChoice, retry_at_new_addresses
from outreach.services.workspace import Workspace
from tests.conftest import change_cell, give_addresses
from tests.inbox.desk.desks import came_in, say
from tests.inbox.letterboxes import sent_letter
from tests.outbox.outboxes import chain, listing, open_test_outbox, queue_keys

LONG_AGO = now() - timedelta(days=30)
REMINDER = Scope(case="beacon", ask="hrc51", round="reminder")


@pytest.fixture
def workspace(campaign_folder: Path) -> Workspace:
    give_addresses(campaign_folder)
    campaign = load_campaign(campaign_folder)
    return Workspace(campaign, open_test_outbox(campaign.folder / "outreach.db"))


@pytest.fixture
def outbox(workspace: Workspace) -> Outbox:
    return workspace.outbox


def reminders(workspace: Workspace) -> PlannedLetters:
    return plan_letters(workspace, SendRequest("beacon", round="reminder", after_deadline=True))


def reminded(workspace: Workspace) -> list[str]:
    return [draft.key.mission for draft in reminders(workspace).drafts]


def queue_reminder(outbox: Outbox, mission: str = "DEU") -> int:
    [message] = queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", "beacon", "reminder", "smtp", mission), at=now())
    return message


def held(workspace: Workspace, scope: Scope = REMINDER) -> list[Held]:
    with reading(workspace.outbox.engine) as connection:
        return list(workspace.gate.held(connection, replace(scope, after_deadline=True)).values())


def free_to_go(workspace: Workspace) -> int:
    with reading(workspace.outbox.engine) as connection:
        return waiting_by_channel(connection, REMINDER).total() - len(held(workspace))


def written_anew(workspace: Workspace, old: int) -> int:
    [new] = retry_at_new_addresses(workspace, MessageChoice((old,)), "test").ids
    return new


def entry(outbox: Outbox, message: int) -> Entry:
    return next(entry for entry in listing(outbox) if entry.id == message)


@pytest.mark.parametrize("kind", list(Kind))
def test_only_what_may_be_an_answer_spares_a_reminder(workspace: Workspace, outbox: Outbox, kind: Kind) -> None:
    for mission in ("DEU", "FRA"):
        sent_letter(outbox, mission, at=LONG_AGO)
    came_in(outbox, "beacon", kind=kind)
    assert reminded(workspace) == (["FRA"] if kind in (Kind.REPLY, Kind.UNCLEAR) else ["DEU", "FRA"])


def test_a_person_may_remind_although_mail_is_unread_but_not_who_answered(workspace: Workspace, outbox: Outbox) -> None:
    for mission in ("DEU", "FRA", "ITA"):
        sent_letter(outbox, mission, at=LONG_AGO)
    came_in(outbox, "beacon")
    say(outbox, came_in(outbox, "beacon", mission="FRA"), Stance.SUPPORTIVE)
    assert reminders(workspace).plan.reasons == {"answered": 1, "unread": 1}
    lifted = plan_letters(workspace, SendRequest("beacon", round="reminder", after_deadline=True, although_unread=True))
    assert [draft.key.mission for draft in lifted.drafts] == ["DEU", "ITA"]
    assert lifted.plan.reasons == {"answered": 1}
    for mission in ("DEU", "FRA", "ITA"):
        queue_reminder(outbox, mission)
    came_in(outbox, "beacon", mission="ITA", at=now())  # nobody knew of this when the letters were planned
    assert [(item.entry.key.mission, item.reason.value) for item in held(workspace, lifted.scope)] == [
        ("FRA", "answered"),
        ("ITA", "unread"),
    ]


def test_an_answer_about_another_case_is_none_about_this_one(workspace: Workspace, outbox: Outbox) -> None:
    sent_letter(outbox, "DEU", at=LONG_AGO)
    came_in(outbox, "sample")
    came_in(outbox, "beacon", ask="hrc54")
    assert reminded(workspace) == ["DEU"]


def test_a_reminder_threads_onto_the_first_letter_under_its_subject(workspace: Workspace, outbox: Outbox) -> None:
    first = sent_letter(outbox, "DEU", at=LONG_AGO, subject="The words of that day — été")
    [draft] = reminders(workspace).drafts
    assert draft.subject == "Re: The words of that day — été"
    headers = draft.content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    assert f"In-Reply-To: {first.message_id}".encode() in headers
    assert f"References: {first.message_id}".encode() in headers


def test_whose_letter_came_back_is_not_reminded_of_what_it_never_got(workspace: Workspace, outbox: Outbox) -> None:
    sent_letter(outbox, "DEU", at=LONG_AGO, status=Status.BOUNCED)
    assert reminded(workspace) == []
    queue_reminder(outbox)
    [why] = held(workspace)
    assert (why.entry.key.mission, why.reason.value, why.detail) == ("DEU", "came back", "letter 1")


@pytest.mark.parametrize(
    ("stance", "why"), [(None, "unread: mail 1"), (Stance.DECLINED, "declined: reply 1, declined")]
)
def test_a_queued_reminder_stays_when_its_mission_answers_first(
    workspace: Workspace, outbox: Outbox, stance: Stance | None, why: str
) -> None:
    sent_letter(outbox, "DEU", at=LONG_AGO)
    queue_reminder(outbox)
    queue_reminder(outbox, "FRA")
    assert free_to_go(workspace) == 2
    say(outbox, came_in(outbox, "beacon"), stance)
    [held_reminder] = held(workspace)
    assert why in f"{held_reminder.reason.value}: {held_reminder.detail}"
    assert free_to_go(workspace) == 1


def test_a_first_letter_that_waits_is_not_held_back_by_an_answer(workspace: Workspace, outbox: Outbox) -> None:
    queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", "beacon", "first", "smtp", "DEU"), at=now())
    came_in(outbox, "beacon")
    assert held(workspace, Scope()) == []


@pytest.mark.parametrize("status", [Status.REJECTED, Status.BOUNCED])
def test_what_nobody_got_goes_to_the_new_address_and_the_old_letter_is_withdrawn(
    workspace: Workspace, outbox: Outbox, status: Status
) -> None:
    old = sent_letter(outbox, "DEU", recipients=("gone@deu.example.org",), status=status)
    new = written_anew(workspace, old.id)
    assert entry(outbox, new).recipients == ("deu@deu.example.org",)
    assert chain(outbox, old.id)[-2:] == [status, Status.WITHDRAWN]


def test_a_suppressed_address_speaks_against_writing_there_again(workspace: Workspace, outbox: Outbox) -> None:
    old = sent_letter(outbox, "DEU", recipients=("gone@deu.example.org",), status=Status.BOUNCED)
    suppress(outbox, "deu@deu.example.org", "5.1.1, mail 3")
    with pytest.raises(UsageError, match=r"suppressed \(5\.1\.1, mail 3\)"):
        written_anew(workspace, old.id)
    assert chain(outbox, old.id)[-1] is Status.BOUNCED


def test_a_reminder_that_came_back_is_not_written_again_to_who_answered(workspace: Workspace, outbox: Outbox) -> None:
    sent_letter(outbox, "DEU", at=LONG_AGO)
    old = sent_letter(outbox, "DEU", round="reminder", recipients=("gone@deu.example.org",), status=Status.BOUNCED)
    id_ = came_in(outbox, "beacon")
    with pytest.raises(UsageError, match="unread"):
        written_anew(workspace, old.id)
    say(outbox, id_, Stance.OTHER)
    with pytest.raises(UsageError, match="answered"):
        written_anew(workspace, old.id)


def test_the_first_letter_that_was_sent_anew_is_the_one_that_a_reminder_follows(
    workspace: Workspace, outbox: Outbox
) -> None:
    old = sent_letter(outbox, "DEU", at=LONG_AGO, recipients=("gone@deu.example.org",), status=Status.BOUNCED)
    written_anew(workspace, old.id)
    assert reminded(workspace) == []  # nothing arrived yet
    new = sent_letter(outbox, "DEU", at=LONG_AGO, part="address-3")
    [draft] = reminders(workspace).drafts
    assert new.message_id.encode() in draft.content


def test_no_letter_speaks_of_another_case_at_an_address_of_its_state_concerned(workspace: Workspace) -> None:
    """The address of a State stands in another one's row: a letter about a case of a third State went there."""
    campaign = workspace.campaign
    there = campaign.registry.missions
    other = next(each for each in campaign.cases.values() if each.slug != "beacon" and each.consent.mentions)
    change_cell(campaign.folder, "AUT", "state", other.state_concerned)
    change_cell(campaign.folder, "DEU", "email", there["AUT"].emails[0])
    planned = plan_letters(workspace.reloaded(), SendRequest("beacon", to=("DEU", "FRA"), after_deadline=True))
    told = {item.state: (item.reason, item.detail) for item in planned.plan.excluded}
    assert told["DEU"] == (Reason.OTHER_CASE, f"cases/{other.slug}.md: the State concerned's own address")
    assert "FRA" not in told
