"""What a message that came back does to letters and addresses; real outboxes, and the ledger as the witness."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from outreach.db.engine import reading, writing
from outreach.inbox.classify.classify import classify
from outreach.inbox.evidence.apply import ACTOR, apply, apply_decided, apply_pending
from outreach.inbox.evidence.effects import UNSETTLED, EffectNote, Happened, recipient_meant
from outreach.inbox.evidence.pending import PENDING
from outreach.inbox.kinds import PROOF, Kind, MatchedBy, Severity
from outreach.inbox.mail import Report, Verdict
from outreach.inbox.matching.letters import LetterIndex, OutboxLetter
from outreach.inbox.matching.match import Tie, match
from outreach.inbox.models import evidence, inbound
from outreach.next_step import Action, NextStep
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import suppressions
from outreach.outbox.queue import change_by_person, entries, recover
from outreach.outbox.status import HELD, Status, is_allowed
from outreach.outbox.store import Outbox, now
from outreach.outbox.suppressions import lift, suppressed
from tests.inbox.letterboxes import address_of, bounce, mail, registry_with, reply, sent_letter, settings_for
from tests.outbox.outboxes import HOLDER, NOON, lead, listing, open_test_outbox, told

LATER = NOON + timedelta(days=11)  # the mails of `letterboxes` are of 12 September
GONE = Report(Kind.BOUNCE, Severity.PERMANENT, "5.1.1", diagnostic="550 5.1.1 <a@b.invalid> unknown")
FULL = Report(Kind.BOUNCE, Severity.TRANSIENT, "4.2.2", diagnostic="452 mailbox full")
REFUSED = Report(Kind.BOUNCE, Severity.PERMANENT, "5.4.4", diagnostic="no route")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return open_test_outbox(tmp_path / "outreach.db")


def on_file(
    outbox: Outbox, verdict: Verdict, ties: tuple[Tie, ...], arrived_at: datetime, at: datetime
) -> tuple[EffectNote, ...]:
    """Store a message that was classified and matched, as the inbox does: its row, then its effect."""
    blank = ("origin", "fault", "severity", "code", "recipient", "diagnostic", "sender", "sender_name", "subject")
    row = dict.fromkeys((*blank, "message_id", "text", "links", "headers"), "")
    with writing(outbox.engine) as connection:
        number = len(connection.scalars(select(inbound.c.id)).all())
        known = {"digest": str(number), "source": "file", "kind": verdict.kind.value, "rule": verdict.rule}
        times = {"arrived_at": arrived_at, "stored_at": at, "size": 1, "new_address": False}
        stored = insert(inbound).values({**row, **known, **times}).returning(inbound.c.id)
        return apply(connection, connection.execute(stored).scalar_one(), verdict, ties, at)


def arrives(outbox: Outbox, raw: bytes, at: datetime = LATER) -> tuple[EffectNote, ...]:
    """The whole way from bytes to effect."""
    with reading(outbox.engine) as connection:
        found = match(classify(raw), LetterIndex(connection, registry_with(), settings_for()))
    verdict = Verdict(Kind.OTHER, "own-copy") if found.own_copy else classify(raw).verdict
    return on_file(outbox, verdict, found.ties, at, at)


def says(
    outbox: Outbox,
    letter: OutboxLetter,
    *reports: Report,
    kind: Kind = Kind.BOUNCE,
    way: MatchedBy = MatchedBy.ENVELOPE,
    rule: str = "test",
    at: datetime = LATER,
    arrived_at: datetime | None = None,
) -> tuple[EffectNote, ...]:
    """News of this kind about a letter, matched in this way."""
    tie = Tie(letter.id, letter.ask, letter.case, letter.mission, way, 1.0)
    return on_file(outbox, Verdict(kind, rule, reports), (tie,), arrived_at or at, at)


def status_of(outbox: Outbox, letter: OutboxLetter) -> Status:
    return next(entry.status for entry in listing(outbox) if entry.id == letter.id)


def closed(outbox: Outbox) -> dict[str, str]:
    with reading(outbox.engine) as connection:
        return suppressed(connection)


def again(outbox: Outbox, letter: OutboxLetter, at: datetime, to: Status = Status.QUEUED) -> None:
    """A person queues a letter again, or takes it back."""
    with writing(outbox.engine) as connection:
        change_by_person(connection, entries(connection, ids=[letter.id]), to, at, "a person", "")


def test_a_bounce_of_the_only_recipient_marks_the_letter_and_closes_an_address_that_does_not_exist(
    outbox: Outbox,
) -> None:
    letter = sent_letter(outbox)
    [note] = arrives(outbox, bounce(letter))
    assert status_of(outbox, letter) is Status.BOUNCED
    assert closed(outbox) == {address_of("DEU"): "bounced: 550 5.1.1 user unknown (mail 1)"}
    assert note == EffectNote(
        letter=letter.id,
        mission="DEU",
        happened=Happened.CAME_BACK,
        mail=1,
        detail="550 5.1.1 user unknown (mail 1)",
        closed=True,
        next_step=NextStep(Action.SHOW_MISSION, state="DEU"),
    )
    assert (told(outbox)[-1].detail, told(outbox)[-1].by) == ("550 5.1.1 user unknown (mail 1)", ACTOR)


def test_a_forged_bounce_changes_nothing(outbox: Outbox) -> None:
    """It has the right address and even the reference that the letter shows, but no token of ours."""
    letter = sent_letter(outbox)
    before = told(outbox)
    forged = bounce(letter).replace(letter.token.encode(), b"a" * 26)
    assert arrives(outbox, forged) == ()
    for way in set(MatchedBy) - PROOF:
        assert says(outbox, letter, GONE, way=way) == ()
    assert told(outbox) == before
    assert closed(outbox) == {}


def test_no_address_is_closed_that_the_letter_did_not_go_to(outbox: Outbox) -> None:
    """Who has one letter cannot close the address of another mission with it."""
    letter, other = sent_letter(outbox), sent_letter(outbox, "FRA")
    [note] = arrives(outbox, bounce(letter, recipient=other.recipients[0]))
    assert closed(outbox) == {}
    assert status_of(outbox, letter) is Status.SENT
    assert (note.happened, note.closed) == (Happened.CAME_BACK_FROM_ELSEWHERE, False)


def test_a_letter_to_two_addresses_came_back_when_both_did(outbox: Outbox) -> None:
    letter = sent_letter(outbox, recipients=("a@deu.invalid", "B@deu.invalid"))
    [note] = arrives(outbox, bounce(letter, recipient="a@deu.invalid"))
    assert status_of(outbox, letter) is Status.SENT
    assert (note.happened, note.addresses) == (Happened.CAME_BACK_IN_PART, 2)
    assert set(closed(outbox)) == {"a@deu.invalid"}
    arrives(outbox, bounce(letter, recipient="a@deu.invalid", code="5.1.2"))
    assert status_of(outbox, letter) is Status.SENT
    arrives(outbox, bounce(letter, recipient="b@DEU.invalid"))
    assert status_of(outbox, letter) is Status.BOUNCED
    assert set(closed(outbox)) == {"a@deu.invalid", "b@deu.invalid"}


def test_one_notification_may_speak_of_both_addresses_in_different_ways(outbox: Outbox) -> None:
    letter = sent_letter(outbox, recipients=("a@deu.invalid", "b@deu.invalid"))
    unknown = Report(Kind.BOUNCE, Severity.PERMANENT, "5.1.1", "a@deu.invalid")
    taken = Report(Kind.DELIVERED, None, "2.0.0", "b@deu.invalid")
    says(outbox, letter, unknown, taken)
    assert status_of(outbox, letter) is Status.DELIVERED
    assert set(closed(outbox)) == {"a@deu.invalid"}


def test_a_full_mailbox_brings_a_letter_back_and_closes_no_address(outbox: Outbox) -> None:
    for case in ("beacon", "archive", "third"):
        letter = sent_letter(outbox, case=case)
        [note] = says(outbox, letter, FULL)
        assert status_of(outbox, letter) is Status.BOUNCED
        assert note.next_step == NextStep(Action.RETRY, ids=(letter.id,))
    assert closed(outbox) == {}


@pytest.mark.parametrize("code", ["5.7.1", "5.7.26", "5.1.7", "5.1.8", "5.1.9"])
def test_what_is_about_our_own_set_up_warns_and_closes_no_address(outbox: Outbox, code: str) -> None:
    for case in ("beacon", "archive", "third"):
        letter = sent_letter(outbox, case=case)
        [note] = says(outbox, letter, Report(Kind.BOUNCE, Severity.PERMANENT, code, diagnostic=f"550 {code} no"))
        assert status_of(outbox, letter) is Status.BOUNCED
        assert note.next_step == NextStep(Action.CHECK_SETUP)
    assert closed(outbox) == {}


@pytest.mark.parametrize("code", ["5.1.0", "5.1.1", "5.1.10"])
def test_one_bounce_of_an_address_that_does_not_exist_closes_it(outbox: Outbox, code: str) -> None:
    says(outbox, sent_letter(outbox), Report(Kind.BOUNCE, Severity.PERMANENT, code))
    assert set(closed(outbox)) == {address_of("DEU")}


def test_two_permanent_bounces_of_different_letters_close_an_address_and_one_letters_do_not(outbox: Outbox) -> None:
    first, second = sent_letter(outbox), sent_letter(outbox, case="archive")
    says(outbox, first, REFUSED)
    says(outbox, first, REFUSED)
    assert closed(outbox) == {}
    says(outbox, second, REFUSED)
    assert closed(outbox) == {address_of("DEU"): "bounced: 5.4.4 no route (mail 3)"}


def test_what_a_person_opened_again_is_judged_anew(outbox: Outbox) -> None:
    letters = [sent_letter(outbox, case=case) for case in ("a", "b", "c", "d")]
    at = now()
    for letter in letters[:2]:
        says(outbox, letter, REFUSED, at=at)
    assert lift(outbox, address_of("DEU")) == 1
    says(outbox, letters[2], REFUSED, at=now())
    assert closed(outbox) == {}
    says(outbox, letters[3], REFUSED, at=now())
    assert set(closed(outbox)) == {address_of("DEU")}
    with reading(outbox.engine) as connection:
        assert len(connection.execute(select(suppressions)).all()) == 2


def test_reasons_and_ledger_hold_no_address(outbox: Outbox) -> None:
    [note] = says(outbox, sent_letter(outbox), GONE)
    assert "a@b.invalid" not in "".join([note.detail, *closed(outbox).values(), *(e.detail for e in told(outbox))])
    assert "<address>" in note.detail


@pytest.mark.parametrize("written", ["deu at deu.example.org", "deu%40deu.example.org", "deu(at)deu.example.org"])
def test_no_way_to_write_an_address_brings_one_into_the_ledger(outbox: Outbox, written: str) -> None:
    report = Report(Kind.BOUNCE, Severity.PERMANENT, "5.1.1", address_of("DEU"), diagnostic=f"550 {written} unknown")
    says(outbox, sent_letter(outbox), report)
    assert told(outbox)[-1].detail.startswith("5.1.1 550 <address> unknown")


@pytest.mark.parametrize("status", sorted(UNSETTLED))
def test_a_reply_settles_a_letter_that_nobody_knew_to_have_left(outbox: Outbox, status: Status) -> None:
    letter = sent_letter(outbox, status=status)
    [note] = arrives(outbox, reply(letter))
    assert [entry.to for entry in told(outbox)][-2:] == [Status.SENT, Status.DELIVERED]
    assert told(outbox)[-1].detail == "a reply (mail 1) carries its Message-ID"
    assert (note.happened, note.was) == (Happened.LEFT, status)
    assert note.detail == "a reply (mail 1) carries its Message-ID"


def test_a_letter_settled_by_evidence_was_taken_when_it_began_to_leave(outbox: Outbox) -> None:
    """Not when the evidence came: the time to an answer would be nothing, or less."""
    letter = sent_letter(outbox, status=Status.UNCONFIRMED)
    arrives(outbox, reply(letter))
    assert listing(outbox)[0].taken_at == NOON


def test_our_archives_copy_settles_an_unconfirmed_letter_as_sent_and_no_more(outbox: Outbox) -> None:
    letter = sent_letter(outbox, status=Status.UNCONFIRMED)
    arrives(outbox, mail("campaign@example.org", letter.subject, Message_ID=letter.message_id))
    assert status_of(outbox, letter) is Status.SENT
    assert told(outbox)[-1].detail == "a copy of it (mail 1) carries its Message-ID"


def test_a_bounce_settles_an_unconfirmed_letter_and_then_marks_it(outbox: Outbox) -> None:
    letter = sent_letter(outbox, status=Status.UNCONFIRMED)
    arrives(outbox, bounce(letter))
    assert [entry.to for entry in told(outbox)][-2:] == [Status.SENT, Status.BOUNCED]


def test_a_reply_to_two_cases_at_once_has_its_effect_on_both(outbox: Outbox) -> None:
    letters = [sent_letter(outbox, case=case) for case in ("beacon", "archive")]
    arrives(outbox, reply(letters[0], References=" ".join(letter.message_id for letter in letters)))
    assert {status_of(outbox, letter) for letter in letters} == {Status.DELIVERED}


@pytest.mark.parametrize("way", [MatchedBy.ADDRESS, MatchedBy.DOMAIN, MatchedBy.SHORT_REFERENCE, MatchedBy.LEARNT])
def test_a_reply_that_carries_no_token_proves_nothing_about_a_letter(outbox: Outbox, way: MatchedBy) -> None:
    letter = sent_letter(outbox, status=Status.UNCONFIRMED)
    says(outbox, letter, kind=Kind.REPLY, way=way)
    assert status_of(outbox, letter) is Status.UNCONFIRMED


@pytest.mark.parametrize("status", sorted(UNSETTLED))
def test_what_nobody_can_tell_shows_that_a_letter_left_and_no_more(outbox: Outbox, status: Status) -> None:
    letter = sent_letter(outbox, status=status)
    says(outbox, letter, kind=Kind.UNCLEAR)
    assert status_of(outbox, letter) is Status.SENT
    assert "a mail that seems to be a machine's (mail 1) came to its return address" in told(outbox)[-1].detail


@pytest.mark.parametrize(
    ("kind", "then"),
    [
        (Kind.BOUNCE, Status.BOUNCED),
        (Kind.AUTO_REPLY, Status.DELIVERED),
        (Kind.REPLY, Status.DELIVERED),
        (Kind.DELAY, Status.SENT),
        (Kind.OTHER, Status.SENT),
    ],
)
def test_what_a_person_says_of_it_proves_what_that_kind_proves_and_closes_nothing(
    outbox: Outbox, kind: Kind, then: Status
) -> None:
    letter = sent_letter(outbox)
    says(outbox, letter, kind=Kind.UNCLEAR)
    for _ in range(2):  # saying it again changes nothing
        decided(outbox, 1, kind)
        assert status_of(outbox, letter) is then
    assert closed(outbox) == {}


def test_what_the_program_was_sure_of_a_persons_word_does_not_take_back(outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    says(outbox, letter, kind=Kind.AUTO_REPLY)
    assert decided(outbox, 1, Kind.BOUNCE) == ()
    assert status_of(outbox, letter) is Status.DELIVERED


def decided(outbox: Outbox, id_: int, kind: Kind) -> tuple[EffectNote, ...]:
    with writing(outbox.engine) as connection:
        return apply_decided(connection, [id_], kind, LATER)


def test_a_delay_is_told_and_changes_no_status(outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    [note] = arrives(outbox, bounce(letter, action="delayed", code="4.4.1", diagnostic="no answer yet"))
    assert status_of(outbox, letter) is Status.SENT
    assert (note.happened, note.detail) == (Happened.LATE, "4.4.1 no answer yet (mail 1)")


def test_a_note_of_delivery_makes_it_delivered_and_a_later_bounce_of_it_bounced(outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    arrives(outbox, bounce(letter, action="delivered", code="2.0.0", diagnostic="250 ok"))
    assert status_of(outbox, letter) is Status.DELIVERED
    arrives(outbox, bounce(letter))
    assert status_of(outbox, letter) is Status.BOUNCED


@pytest.mark.parametrize(
    ("rule", "status"),
    [("dsn-delivered", Status.SENT), ("mdn-dispatched", Status.DELIVERED)],
    ids=["server", "program"],
)
def test_a_server_that_took_it_for_another_address_says_nothing_of_the_missions(
    outbox: Outbox, rule: str, status: Status
) -> None:
    """Our archive gets a copy of each letter in the same breath; a mission's mail program may have another name."""
    letter = sent_letter(outbox, status=Status.UNCONFIRMED)
    says(outbox, letter, Report(Kind.DELIVERED, None, "2.0.0", "archive@example.org"), kind=Kind.DELIVERED, rule=rule)
    assert status_of(outbox, letter) is status


def test_a_letter_that_somebody_answered_did_not_come_back(outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    arrives(outbox, reply(letter))
    [note] = arrives(outbox, bounce(letter))
    assert status_of(outbox, letter) is Status.DELIVERED
    assert note.happened is Happened.CAME_BACK_THOUGH_READ


@pytest.mark.parametrize(
    ("kind", "rule", "happened"),
    [
        (Kind.COMPLAINT, "arf", Happened.REPORTED_AS_SPAM),
        (Kind.OTHER, "unsubscribe", Happened.ASKED_TO_STOP),
    ],
)
def test_who_complains_or_unsubscribes_gets_no_more_letters(
    outbox: Outbox, kind: Kind, rule: str, happened: Happened
) -> None:
    letter = sent_letter(outbox, recipients=("a@deu.invalid", "b@deu.invalid"), status=Status.UNCONFIRMED)
    [note] = says(outbox, letter, kind=kind, rule=rule, way=MatchedBy.TOKEN)
    assert set(closed(outbox)) == {"a@deu.invalid", "b@deu.invalid"}
    assert status_of(outbox, letter) is Status.SENT
    assert (note.happened, note.closed) == (happened, True)


def test_an_address_that_is_closed_keeps_the_reason_it_has(outbox: Outbox) -> None:
    first, second = sent_letter(outbox), sent_letter(outbox, case="archive")
    says(outbox, first, GONE)
    says(outbox, second, kind=Kind.COMPLAINT)
    assert "(mail 1)" in closed(outbox)[address_of("DEU")]
    with reading(outbox.engine) as connection:
        assert len(connection.execute(select(suppressions)).all()) == 1


@pytest.mark.parametrize("status", sorted(HELD))
def test_a_letter_that_a_worker_holds_is_left_to_it_and_its_news_waits(outbox: Outbox, status: Status) -> None:
    letter = sent_letter(outbox, status=status)
    assert arrives(outbox, bounce(letter)) == ()
    with writing(outbox.engine) as connection:
        assert apply_pending(connection, LATER) == ()
    assert status_of(outbox, letter) is status


def test_news_that_came_faster_than_the_servers_answer_has_its_effect_after_it(outbox: Outbox) -> None:
    letter = sent_letter(outbox, status=Status.SENDING)
    arrives(outbox, bounce(letter))
    with writing(outbox.engine) as connection:
        advance(connection, [Transition(letter.id, Status.SENDING, Status.SENT, NOON, "test", holder=HOLDER)])
    with writing(outbox.engine) as connection:
        assert apply_pending(connection, LATER)
        assert apply_pending(connection, LATER) == ()
    assert status_of(outbox, letter) is Status.BOUNCED


def test_news_of_a_letter_whose_worker_died_settles_it_in_the_next_run(outbox: Outbox) -> None:
    letter = sent_letter(outbox, status=Status.SENDING)
    arrives(outbox, reply(letter))
    with writing(outbox.engine) as connection:
        assert recover(connection, LATER, "test") == 0  # it has no lease that could run out
        advance(connection, [Transition(letter.id, Status.SENDING, Status.UNCONFIRMED, NOON, "test", holder=HOLDER)])
        assert apply_pending(connection, LATER)
    assert status_of(outbox, letter) is Status.DELIVERED


def test_old_news_does_not_settle_a_letter_that_a_person_queued_again(outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    says(outbox, letter, FULL)
    again(outbox, letter, LATER + timedelta(hours=1))
    late = says(outbox, letter, FULL, at=LATER + timedelta(hours=2), arrived_at=LATER)
    assert status_of(outbox, letter) is Status.QUEUED
    assert [note.happened for note in late] == [Happened.ABOUT_AN_EARLIER_SENDING]
    with writing(outbox.engine) as connection:
        assert apply_pending(connection, LATER + timedelta(hours=3)) == ()


def test_news_of_the_second_sending_counts_and_that_of_the_first_still_does_not(outbox: Outbox) -> None:
    letter = sent_letter(outbox, recipients=("a@deu.invalid", "b@deu.invalid"))
    hour = timedelta(hours=1)
    for name in ("a@deu.invalid", "b@deu.invalid"):
        says(outbox, letter, Report(Kind.BOUNCE, Severity.TRANSIENT, "4.2.2", name))
    again(outbox, letter, LATER + hour)
    lead(outbox, letter.id, Status.SENT, LATER + 2 * hour)
    says(outbox, letter, Report(Kind.BOUNCE, Severity.TRANSIENT, "4.2.2", "a@deu.invalid"), at=LATER + 3 * hour)
    old = Report(Kind.BOUNCE, Severity.TRANSIENT, "4.2.2", "b@deu.invalid")
    says(outbox, letter, old, at=LATER + 4 * hour, arrived_at=LATER)
    assert status_of(outbox, letter) is Status.SENT
    says(outbox, letter, old, at=LATER + 5 * hour)
    assert status_of(outbox, letter) is Status.BOUNCED


def test_a_mailbox_clock_without_parts_of_a_second_makes_no_news_old(outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    says(outbox, letter, FULL)
    retried = LATER + timedelta(seconds=10, microseconds=500_000)
    again(outbox, letter, retried)
    lead(outbox, letter.id, Status.SENT, retried + timedelta(milliseconds=1))
    says(outbox, letter, FULL, at=retried + timedelta(seconds=1), arrived_at=retried.replace(microsecond=0))
    assert status_of(outbox, letter) is Status.BOUNCED


def test_an_answer_to_the_first_sending_shows_that_somebody_has_the_letter(outbox: Outbox) -> None:
    """A person queued it again because it came back; it need not go a second time."""
    letter = sent_letter(outbox)
    says(outbox, letter, FULL)
    again(outbox, letter, LATER + timedelta(hours=1))
    arrives(outbox, reply(letter), LATER + timedelta(hours=2))
    assert status_of(outbox, letter) is Status.DELIVERED


def test_a_person_who_took_an_unconfirmed_letter_for_lost_is_corrected_by_its_copy(outbox: Outbox) -> None:
    """Else the mission would get it twice."""
    letter = sent_letter(outbox, status=Status.UNCONFIRMED)
    again(outbox, letter, LATER)
    says(outbox, letter, kind=Kind.OTHER, rule="own-copy", at=LATER + timedelta(hours=1), arrived_at=NOON)
    assert status_of(outbox, letter) is Status.SENT


def test_a_withdrawn_letter_stays_withdrawn_and_people_hear_of_it(outbox: Outbox) -> None:
    letter = sent_letter(outbox, status=Status.WITHDRAWN)
    [note] = arrives(outbox, reply(letter))
    assert status_of(outbox, letter) is Status.WITHDRAWN
    assert note.happened is Happened.LEFT_THOUGH_WITHDRAWN
    assert note.detail == "a reply (mail 1) carries its Message-ID"


@pytest.mark.parametrize(
    ("final", "original", "recipients", "address"),
    [
        ("a@x.invalid", "", ("a@x.invalid",), "a@x.invalid"),
        ("A@X.invalid", "", ("a@x.invalid", "b@x.invalid"), "a@x.invalid"),
        ("hidden@internal.invalid", "a@x.invalid", ("a@x.invalid", "b@x.invalid"), "a@x.invalid"),
        ("a@internal.invalid", "", ("a@x.invalid", "b@x.invalid"), "a@x.invalid"),
        ("a@internal.invalid", "", ("a@x.invalid", "a@y.invalid"), ""),
        ("", "", ("a@x.invalid",), "a@x.invalid"),
        ("", "", ("a@x.invalid", "b@x.invalid"), ""),
        ("other@z.invalid", "", ("a@x.invalid",), ""),
    ],
)
def test_a_report_is_about_the_recipient_that_it_names(
    final: str, original: str, recipients: tuple[str, ...], address: str
) -> None:
    report = Report(Kind.BOUNCE, recipient=final, original_recipient=original)
    assert recipient_meant(report, recipients) == address


NEWS = st.tuples(
    st.sampled_from(Kind),
    st.sampled_from(sorted(PROOF)),
    st.lists(st.sampled_from([GONE, FULL, REFUSED]), max_size=2),
    st.sampled_from(["own-copy", "unsubscribe", "test"]),
    st.integers(-20, 20),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(status=st.sampled_from(Status), news=st.lists(NEWS, min_size=1, max_size=4), retry=st.booleans())
def test_no_news_makes_an_illegal_step_or_is_lost(
    outbox: Outbox, status: Status, news: list[tuple[Kind, MatchedBy, list[Report], str, int]], retry: bool
) -> None:
    """Each status, each kind of news, in any order: it is applied, or waits because a worker holds the letter."""
    letter = sent_letter(outbox, case=str(len(listing(outbox))), status=status)
    for number, (kind, way, reports, rule, days) in enumerate(news):
        at = LATER + timedelta(days=10 * number)
        says(outbox, letter, *reports, kind=kind, way=way, rule=rule, at=at, arrived_at=at + timedelta(days=days))
        if retry and status_of(outbox, letter) is Status.BOUNCED:
            again(outbox, letter, at + timedelta(days=1))
    with writing(outbox.engine) as connection:
        apply_pending(connection, LATER + timedelta(days=60))
        waiting = connection.scalars(
            select(evidence.c.id).where(evidence.c.message == letter.id, ~evidence.c.applied)
        ).all()
    after = status_of(outbox, letter)
    assert bool(waiting) == (after in HELD)
    steps = [(entry.was, entry.to) for entry in told(outbox) if entry.message == letter.id and entry.was]
    assert all(is_allowed(was, to) for was, to in steps)
    if status is not Status.WITHDRAWN and status not in HELD and not retry:
        assert after not in UNSETTLED


def test_letting_waiting_news_have_its_effect_reads_what_waits_and_nothing_else(outbox: Outbox) -> None:
    query = PENDING.compile(outbox.engine, compile_kwargs={"literal_binds": True, "render_postcompile": True})
    with reading(outbox.engine) as connection:
        plan = " ".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
    assert "evidence_waiting" in plan


def test_the_mails_of_these_tests_are_of_the_day_they_claim() -> None:
    written = classify(mail("a@b.invalid")).mail.date
    assert written is not None
    assert NOON < written.astimezone(UTC) < LATER
