"""What the outbox does with what came back: who is reminded, what is held back, what may be sent again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.db.engine import reading
from outreach.errors import UsageError
from outreach.inbox.desk.answers import answered
from outreach.inbox.kinds import Kind, Stance
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.facts import suppress
from outreach.outbox.letters.plan import AnswerObjections, LetterRequest
from outreach.outbox.letters.prepare import free_to_go, held_back, prepare
from outreach.outbox.letters.readdress import readdress
from outreach.outbox.models import Entry, Key, Scope
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from tests.conftest import give_addresses
from tests.inbox.desk.desks import came_in, say
from tests.inbox.letterboxes import sent_letter
from tests.outbox.outboxes import chain, listing, open_test_outbox, queue_keys

LONG_AGO = now() - timedelta(days=30)
REMINDER = Scope(case="viasna", ask="hrc51", round="reminder")


@pytest.fixture
def campaign(campaign_folder: Path) -> Campaign:
    give_addresses(campaign_folder)
    return load_campaign(campaign_folder)


@pytest.fixture
def outbox(campaign: Campaign) -> Outbox:
    return open_test_outbox(campaign.folder / "outreach.db")


def told(outbox: Outbox) -> AnswerObjections:
    with reading(outbox.engine) as connection:
        return answered(connection, Scope())


def reminder(campaign: Campaign, **more: object) -> LetterRequest:
    usual = {"round": "reminder", "rehearsal": False, "after_deadline": True}
    return LetterRequest(campaign.cases["viasna"], campaign.asks["hrc51"], **{**usual, **more})  # type: ignore[arg-type]


def reminded(campaign: Campaign, outbox: Outbox) -> list[str]:
    prepared = prepare(campaign, outbox, reminder(campaign), "smtp", told(outbox))
    return [draft.key.mission for draft in prepared.drafts]


def queue_reminder(outbox: Outbox, mission: str = "DEU") -> int:
    [message] = queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", "viasna", "reminder", "smtp", mission), at=now())
    return message


def held(campaign: Campaign, outbox: Outbox) -> list[str]:
    found = held_back(campaign, outbox, replace(REMINDER, after_deadline=True), told(outbox))
    return list(found.values())


def entry(outbox: Outbox, message: int) -> Entry:
    return next(entry for entry in listing(outbox) if entry.id == message)


@pytest.mark.parametrize("kind", list(Kind))
def test_only_a_reply_spares_a_state_its_reminder(campaign: Campaign, outbox: Outbox, kind: Kind) -> None:
    for mission in ("DEU", "FRA"):
        sent_letter(outbox, mission, at=LONG_AGO)
    came_in(outbox, "viasna", kind=kind)
    assert reminded(campaign, outbox) == (["FRA"] if kind is Kind.REPLY else ["DEU", "FRA"])


def test_an_answer_about_another_case_is_none_about_this_one(campaign: Campaign, outbox: Outbox) -> None:
    sent_letter(outbox, "DEU", at=LONG_AGO)
    came_in(outbox, "jiang")
    came_in(outbox, "viasna", ask="hrc54")
    assert reminded(campaign, outbox) == ["DEU"]


def test_a_reminder_threads_onto_the_first_letter_under_its_subject(campaign: Campaign, outbox: Outbox) -> None:
    first = sent_letter(outbox, "DEU", at=LONG_AGO, subject="The words of that day — été")
    [draft] = prepare(campaign, outbox, reminder(campaign), "smtp", {}).drafts
    assert draft.subject == "Re: The words of that day — été"
    headers = draft.content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    assert f"In-Reply-To: {first.message_id}".encode() in headers
    assert f"References: {first.message_id}".encode() in headers


def test_whose_letter_came_back_is_not_reminded_of_what_it_never_got(campaign: Campaign, outbox: Outbox) -> None:
    sent_letter(outbox, "DEU", at=LONG_AGO, status=Status.BOUNCED)
    assert reminded(campaign, outbox) == []
    queue_reminder(outbox)
    [why] = held(campaign, outbox)
    assert why == "viasna to DEU (came back: letter 1)"


@pytest.mark.parametrize(
    ("stance", "why"), [(None, "not marked yet"), (Stance.DECLINED, "declined: reply 1, declined")]
)
def test_a_queued_reminder_stays_when_its_mission_answers_first(
    campaign: Campaign, outbox: Outbox, stance: Stance | None, why: str
) -> None:
    sent_letter(outbox, "DEU", at=LONG_AGO)
    queue_reminder(outbox)
    queue_reminder(outbox, "FRA")
    scope = replace(REMINDER, after_deadline=True)
    assert free_to_go(campaign, outbox, scope, told(outbox)) == 2
    say(outbox, came_in(outbox, "viasna"), stance)
    [held_reminder] = held(campaign, outbox)
    assert why in held_reminder
    assert free_to_go(campaign, outbox, scope, told(outbox)) == 1


def test_a_first_letter_that_waits_is_not_held_back_by_an_answer(campaign: Campaign, outbox: Outbox) -> None:
    queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", "viasna", "first", "smtp", "DEU"), at=now())
    came_in(outbox, "viasna")
    assert held_back(campaign, outbox, Scope(after_deadline=True), told(outbox)) == {}


@pytest.mark.parametrize("status", [Status.REJECTED, Status.BOUNCED])
def test_what_nobody_got_goes_to_the_new_address_and_the_old_letter_is_withdrawn(
    campaign: Campaign, outbox: Outbox, status: Status
) -> None:
    old = sent_letter(outbox, "DEU", recipients=("gone@deu.example.org",), status=status)
    [new] = readdress(campaign, outbox, [entry(outbox, old.id)], {}, now(), "test")
    assert entry(outbox, new).recipients == ("deu@deu.example.org",)
    assert chain(outbox, old.id)[-2:] == [status, Status.WITHDRAWN]


def test_a_suppressed_address_speaks_against_writing_there_again(campaign: Campaign, outbox: Outbox) -> None:
    old = sent_letter(outbox, "DEU", recipients=("gone@deu.example.org",), status=Status.BOUNCED)
    suppress(outbox, "deu@deu.example.org", "5.1.1, mail 3")
    with pytest.raises(UsageError, match=r"suppressed \(5\.1\.1, mail 3\)"):
        readdress(campaign, outbox, [entry(outbox, old.id)], {}, now(), "test")
    assert chain(outbox, old.id)[-1] is Status.BOUNCED


def test_a_reminder_that_came_back_is_not_written_again_to_who_answered(campaign: Campaign, outbox: Outbox) -> None:
    sent_letter(outbox, "DEU", at=LONG_AGO)
    old = sent_letter(outbox, "DEU", round="reminder", recipients=("gone@deu.example.org",), status=Status.BOUNCED)
    came_in(outbox, "viasna")
    with pytest.raises(UsageError, match="answered"):
        readdress(campaign, outbox, [entry(outbox, old.id)], told(outbox), now(), "test")


def test_the_first_letter_that_was_sent_anew_is_the_one_that_a_reminder_follows(
    campaign: Campaign, outbox: Outbox
) -> None:
    old = sent_letter(outbox, "DEU", at=LONG_AGO, recipients=("gone@deu.example.org",), status=Status.BOUNCED)
    readdress(campaign, outbox, [entry(outbox, old.id)], {}, LONG_AGO, "test")
    assert reminded(campaign, outbox) == []  # nothing arrived yet
    new = sent_letter(outbox, "DEU", at=LONG_AGO, part="address-3")
    [draft] = prepare(campaign, outbox, reminder(campaign), "smtp", {}).drafts
    assert new.message_id.encode() in draft.content
