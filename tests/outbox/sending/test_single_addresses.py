"""A letter to several addresses of which a server takes some: who gets it, how often, and what is said of them."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from outreach.db.engine import reading, writing
from outreach.inbox.evidence.effects import AffectedLetter, Evidence, Part, effect
from outreach.inbox.kinds import Kind, MatchedBy
from outreach.outbox.ledger import Transition, address_histories, advance, refused_addresses
from outreach.outbox.models import Scope
from outreach.outbox.queue import call_in_doubt, change_by_person, claim, enqueue, entries, recover
from outreach.outbox.rewrite import why_not_anew
from outreach.outbox.sending.outcome import Outcome
from outreach.outbox.sending.worker import Worker
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from outreach.outbox.suppressions import suppressed
from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.outbox.outboxes import NOON, draft, listing, told
from tests.outbox.sending.workers import ENVELOPE, smtp, statuses, work

A, B, C = "a@example.org", "b@example.org", "c@example.org"


def queue(outbox: Outbox, *recipients: str) -> None:
    with writing(outbox.engine) as connection:
        enqueue(connection, [replace(draft(1), recipients=recipients)], NOON, "test")


def got(server: SmtpServer) -> Counter[str]:
    """How often each address got the letter."""
    return Counter(address for message in server.messages for address in message.recipients)


def work_at(outbox: Outbox, server: SmtpServer, moment: datetime) -> Outcome:
    return asyncio.run(Worker(outbox, smtp(server.port), ENVELOPE, Scope(), clock=lambda: moment).run())


def decide(outbox: Outbox, to: Status) -> None:
    with writing(outbox.engine) as connection:
        change_by_person(connection, entries(connection), to, now(), "test", "by telephone")


def test_an_address_that_does_not_exist_is_named_and_suppressed_and_the_others_get_the_letter(outbox: Outbox) -> None:
    queue(outbox, A, B)
    with SmtpServer(Script(faults=(Fault("rcpt", f"550 5.1.1 <{B}> unknown", recipient=B),))) as server:
        outcome = work(outbox, smtp(server.port))
    assert got(server) == {A: 1}
    assert outcome.counts == {Status.SENT: 1}
    [refused] = outcome.refused
    assert (refused.address, refused.detail, refused.gone) == (B, "RCPT: 550 5.1.1 <address> unknown", True)
    with reading(outbox.engine) as connection:
        assert suppressed(connection) == {B: "refused: RCPT: 550 5.1.1 <address> unknown (letter 1)"}
        assert list(refused_addresses(connection, Scope())) == [(1, "M1", B)]
    [entry] = listing(outbox)
    assert entry.detail == (
        "250 2.0.0 ok: taken; not by address 2 of 2 (no such address): RCPT: 550 5.1.1 <address> unknown"
    )


def test_an_address_that_is_refused_for_another_reason_is_named_and_not_suppressed(outbox: Outbox) -> None:
    queue(outbox, A, B)
    with SmtpServer(Script(faults=(Fault("rcpt", "550 5.2.1 mailbox disabled", recipient=B),))) as server:
        outcome = work(outbox, smtp(server.port))
    assert [(one.address, one.gone) for one in outcome.refused] == [(B, False)]
    with reading(outbox.engine) as connection:
        assert suppressed(connection) == {}
        assert list(refused_addresses(connection, Scope())) == [(1, "M1", B)]


def test_an_address_that_is_always_put_off_holds_back_the_others_a_day_and_no_longer(outbox: Outbox) -> None:
    queue(outbox, A, B)
    begun = now()
    with SmtpServer(Script(faults=(Fault("rcpt", "450 4.2.0 greylisted", recipient=B),))) as server:
        moment, tries = begun, 0
        while statuses(outbox) != [Status.SENT]:
            outcome = work_at(outbox, server, moment)
            tries += 1
            assert tries < 20
            if statuses(outbox) == [Status.DEFERRED]:
                [entry] = listing(outbox)
                assert entry.detail == "put off by address 2 of 2: RCPT: 450 4.2.0 greylisted"
                moment = entry.not_before
    assert timedelta(hours=20) < moment - begun <= timedelta(days=1)
    assert got(server) == {A: 1}
    assert [(one.address, one.gone) for one in outcome.refused] == [(B, False)]


def test_a_server_that_asks_for_days_does_not_hold_back_the_others_for_longer_than_one(outbox: Outbox) -> None:
    queue(outbox, A, B)
    begun, asked = now(), "450 4.2.0 greylisted, try again in 72000 seconds"
    with SmtpServer(Script(faults=(Fault("rcpt", asked, recipient=B),))) as server:
        work_at(outbox, server, begun)
        work_at(outbox, server, begun + timedelta(hours=23))
        [entry] = listing(outbox)
        assert entry.not_before == begun + timedelta(days=1)
        work_at(outbox, server, entry.not_before)
    assert statuses(outbox) == [Status.SENT]
    assert got(server) == {A: 1}


def test_an_address_that_is_put_off_once_gets_the_letter_with_the_others(outbox: Outbox) -> None:
    queue(outbox, A, B)
    with SmtpServer(Script(faults=(Fault("rcpt", "450 4.2.0 greylisted", recipient=B, first=2),))) as server:
        work(outbox, smtp(server.port))
        work_at(outbox, server, now() + timedelta(minutes=5))
    assert statuses(outbox) == [Status.SENT]
    assert got(server) == {A: 1, B: 1}
    assert len(server.messages) == 1


@pytest.mark.parametrize("most", [1, 2])
def test_where_a_server_takes_few_recipients_at_once_each_gets_the_letter_once(outbox: Outbox, most: int) -> None:
    queue(outbox, A, B, C)
    with SmtpServer(Script(most_recipients=most)) as server:
        outcome = work(outbox, smtp(server.port))
    assert got(server) == {A: 1, B: 1, C: 1}
    assert outcome.counts == {Status.SENT: 1}
    assert len({message.message_id for message in server.messages}) == 1


def test_the_copy_for_the_archive_goes_with_the_last_of_several_transactions(outbox: Outbox) -> None:
    """There it proves that everybody has the letter: the earlier ones were taken before."""
    queue(outbox, A, B, C)
    archived = replace(ENVELOPE, archive="archive@example.org")
    with SmtpServer(Script(most_recipients=3)) as server:
        asyncio.run(Worker(outbox, smtp(server.port), archived, Scope()).run())
    assert [message.recipients for message in server.messages] == [(A, B), (C, "archive@example.org")]
    assert statuses(outbox) == [Status.SENT]


def test_one_recipient_at_once_and_an_archive_pause_the_run_with_what_to_do(outbox: Outbox) -> None:
    queue(outbox, A)
    archived = replace(ENVELOPE, archive="archive@example.org")
    with SmtpServer(Script(most_recipients=1)) as server:
        outcome = asyncio.run(Worker(outbox, smtp(server.port), archived, Scope()).run())
    assert outcome.paused is not None
    assert "leave [smtp] archive empty" in outcome.paused.hint
    assert server.messages == []


def split(outbox: Outbox, *faults: Fault) -> SmtpServer:
    """Queue a letter to three, for a server that takes two at once; run until it is through or in doubt."""
    queue(outbox, A, B, C)
    with SmtpServer(Script(faults=faults, most_recipients=2)) as server:
        work(outbox, smtp(server.port, timeout=0.5))
    return server


def go_on(outbox: Outbox) -> Counter[str]:
    with SmtpServer(Script(most_recipients=2)) as server:
        work_at(outbox, server, now() + timedelta(hours=1))
    return got(server)


SECOND_LOST = Fault("dot", drop=True, nth=2)
SECOND_LOST_AND_TAKEN = Fault("dot", drop=True, take=True, nth=2)
FIRST_LOST = Fault("dot", drop=True, take=True, nth=1)


def test_when_the_second_transaction_is_lost_after_its_dot_the_doubt_is_about_its_address_only(outbox: Outbox) -> None:
    server = split(outbox, SECOND_LOST)
    assert statuses(outbox) == [Status.UNCONFIRMED]
    assert "in doubt for what went to address 3 of 3" in listing(outbox)[0].detail
    decide(outbox, Status.QUEUED)  # a person knows that it did not arrive
    assert got(server) + go_on(outbox) == {A: 1, B: 1, C: 1}
    assert statuses(outbox) == [Status.SENT]


def test_when_a_person_knows_that_the_second_arrived_the_letter_is_sent(outbox: Outbox) -> None:
    server = split(outbox, SECOND_LOST_AND_TAKEN)
    decide(outbox, Status.SENT)
    assert statuses(outbox) == [Status.SENT]
    assert got(server) + go_on(outbox) == {A: 1, B: 1, C: 1}


def test_when_a_person_knows_that_the_first_arrived_the_others_still_get_theirs(outbox: Outbox) -> None:
    server = split(outbox, FIRST_LOST)
    assert statuses(outbox) == [Status.UNCONFIRMED]
    assert "in doubt for what went to addresses 1, 2 of 3" in listing(outbox)[0].detail
    decide(outbox, Status.SENT)
    assert statuses(outbox) == [Status.QUEUED]
    assert listing(outbox)[0].detail == "taken for addresses 1, 2 of 3: by telephone"
    assert got(server) + go_on(outbox) == {A: 1, B: 1, C: 1}
    assert statuses(outbox) == [Status.SENT]


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "body"])
@pytest.mark.parametrize("how", ["cut", "later", "never"])
def test_whatever_happens_to_the_second_transaction_nobody_gets_the_letter_twice(
    outbox: Outbox, phase: str, how: str
) -> None:
    faults: dict[str, Callable[[int], Fault]] = {
        "cut": lambda nth: Fault(phase, drop=True, nth=nth),  # type: ignore[arg-type]
        "later": lambda nth: Fault(phase, "451 4.3.0 later", nth=nth, drop=phase == "body"),  # type: ignore[arg-type]
        "never": lambda nth: Fault(phase, "554 5.6.0 no", nth=nth, drop=phase == "body"),  # type: ignore[arg-type]
    }
    server = split(outbox, faults[how](4 if phase == "rcpt" else 2))
    first = got(server)
    again = go_on(outbox) if statuses(outbox) != [Status.UNCONFIRMED] else Counter[str]()
    total = first + again
    assert total[A] == total[B] == 1
    assert total[C] <= 1
    if how == "never" and phase in ("rcpt", "data"):
        assert statuses(outbox) == [Status.SENT]
        with reading(outbox.engine) as connection:
            assert [address for *_, address in refused_addresses(connection, Scope())] == [C]
    elif phase in ("mail", "rcpt", "data") and how != "never":
        assert total[C] == 1


def test_what_was_taken_in_part_is_not_written_anew(outbox: Outbox) -> None:
    split(outbox, Fault("mail", "451 4.3.0 later", nth=2))
    [entry] = listing(outbox)
    assert entry.status is Status.DEFERRED
    with reading(outbox.engine) as connection:
        assert "may have arrived" in why_not_anew(connection, entry)


def killed_while_sending(outbox: Outbox, detail: str) -> None:
    """Leave the letter as a run does that was killed after this transaction began."""
    holder = "another-machine/1/0.00"
    with writing(outbox.engine) as connection:
        [message] = claim(connection, Scope(), 1, now() + timedelta(hours=1), holder)
        step = Transition(
            message.id, Status.CLAIMED, Status.SENDING, now(), holder, detail, holder, holder, now() - timedelta(1)
        )
        advance(connection, [step])
    with writing(outbox.engine) as connection:
        assert recover(connection, now(), "test") == 1


def test_a_run_killed_between_two_transactions_leaves_the_rest_to_the_next(outbox: Outbox) -> None:
    server = split(outbox, Fault("mail", drop=True, nth=2), Fault("connect", drop=True, nth=2))
    assert statuses(outbox) == [Status.DEFERRED]
    with writing(outbox.engine) as connection:  # claimed, and the process is gone
        [message] = claim(connection, Scope(), 1, now() + timedelta(hours=1), "another-machine/1/0.00")
        assert message.recipients == (C,)
    with writing(outbox.engine) as connection:
        recover(connection, now() + timedelta(days=1), "test")
    assert got(server) + go_on(outbox) == {A: 1, B: 1, C: 1}


def test_a_run_killed_in_the_second_transaction_leaves_its_address_in_doubt(outbox: Outbox) -> None:
    split(outbox, Fault("mail", "451 4.3.0 later", nth=2))
    killed_while_sending(outbox, "to address 3 of 3")
    assert statuses(outbox) == [Status.UNCONFIRMED]
    decide(outbox, Status.QUEUED)
    assert go_on(outbox) == {C: 1}


def test_a_run_killed_in_the_first_transaction_leaves_the_others_to_be_sent(outbox: Outbox) -> None:
    queue(outbox, A, B, C)
    killed_while_sending(outbox, "to addresses 1, 2 of 3")
    decide(outbox, Status.SENT)
    assert go_on(outbox) == {C: 1}


def test_a_letter_that_came_back_goes_to_all_of_its_addresses_again(outbox: Outbox) -> None:
    split(outbox)
    with writing(outbox.engine) as connection:
        change_by_person(connection, entries(connection), Status.BOUNCED, now(), "test", "")
    decide(outbox, Status.QUEUED)
    assert go_on(outbox) == {A: 1, B: 1, C: 1}


def evidence(kind: Kind, rule: str = "", address: str = "") -> Evidence:
    return Evidence(1, 1, 1, MatchedBy.TOKEN, kind, rule, address, None, "", "", NOON, NOON)


@pytest.mark.parametrize(
    ("status", "part", "new", "becomes"),
    [
        (Status.UNCONFIRMED, Part(True, frozenset({C})), evidence(Kind.REPLY), None),
        (Status.UNCONFIRMED, Part(True, frozenset({C})), evidence(Kind.OTHER, "own-copy"), Status.SENT),
        (Status.UNCONFIRMED, Part(True, frozenset({C})), evidence(Kind.DELAY, address=C), Status.SENT),
        (Status.UNCONFIRMED, Part(True, frozenset({C})), evidence(Kind.DELAY, address=A), None),
        (Status.DEFERRED, Part(True, frozenset({A, B})), evidence(Kind.REPLY), None),
        (Status.UNCONFIRMED, Part(False, frozenset({A, B}), "taken"), evidence(Kind.REPLY), Status.QUEUED),
        (Status.DEFERRED, None, evidence(Kind.REPLY), Status.SENT),
    ],
)
def test_evidence_of_one_transaction_proves_nothing_of_another(
    status: Status, part: Part | None, new: Evidence, becomes: Status | None
) -> None:
    letter = AffectedLetter(1, "DEU", status, frozenset({A, B, C}), part=part)
    changes = effect(letter, new, (), 0).changes
    assert (changes[0].to if changes else None) == becomes


def test_a_ledger_without_such_words_says_nothing_of_single_addresses(outbox: Outbox) -> None:
    queue(outbox, A, B)
    with writing(outbox.engine) as connection:
        call_in_doubt(connection, 1, Status.QUEUED, now(), "test")
        known = address_histories(connection, [1])[1]
    assert (known.taken, known.refused, known.underway, known.late_since) == (set(), {}, set(), None)
    assert told(outbox)
