"""What stops a run and what does not: one letter's refusal, the same words in a row, a provider's limit, doubt."""

from collections import Counter
from datetime import timedelta

import pytest

from outreach.db.engine import writing
from outreach.outbox.models import Scope
from outreach.outbox.queue import enqueue
from outreach.outbox.sending.fuse import plain_words, speaks_of_an_address
from outreach.outbox.sending.pauses import LONGEST, Cause, Pause, in_force, pause_for, pauses_beside
from outreach.outbox.sending.set_back import let_go
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.outbox.outboxes import NOON, draft, lead, listing, queue_letters
from tests.outbox.sending.workers import retry_all, smtp, statuses, work

HOUR = timedelta(hours=1)
POLICY = "550 5.7.1 <{0}>: Recipient address rejected: Access denied (id {1}x)"


def refusing(*numbers: int, reply: str = POLICY) -> Script:
    """A server that refuses these letters at RCPT, each in words with its own address and id."""
    addresses = [f"m{number}@m{number}.example.org" for number in numbers]
    return Script(faults=tuple(Fault("rcpt", reply.format(to, 7 * n), recipient=to) for n, to in enumerate(addresses)))


@pytest.mark.parametrize("phase", ["rcpt", "data", "dot"])
def test_a_policy_about_one_letter_at_the_head_of_the_line_stops_nobody_else(outbox: Outbox, phase: str) -> None:
    queue_letters(outbox, 6)
    fault = Fault(phase, "550 5.7.133 sender not authenticated for this group", nth=1)  # type: ignore[arg-type]
    with SmtpServer(Script(faults=(fault,))) as server:
        outcome = work(outbox, smtp(server.port))
    assert outcome.counts == {Status.REJECTED: 1, Status.SENT: 5}
    assert (outcome.paused, outcome.pause) == (None, None)
    [failure] = outcome.failures.values()
    assert (failure.status, "5.7.133" in failure.why) == (Status.REJECTED, True)


def test_the_same_words_to_three_missions_in_a_row_pause_and_none_of_them_is_lost(outbox: Outbox) -> None:
    queue_letters(outbox, 20)
    with SmtpServer(refusing(*range(2, 20))) as server:
        outcome = work(outbox, smtp(server.port))
    assert outcome.pause is not None
    assert (outcome.pause.cause, "Access denied" in outcome.pause.why) == (Cause.SAME_WORDS, True)
    assert outcome.counts == {Status.SENT: 2, Status.DEFERRED: 3}
    assert Counter(statuses(outbox)) == {Status.SENT: 2, Status.QUEUED: 18}
    assert {failure.status for failure in outcome.failures.values()} == {Status.DEFERRED}
    later = [entry.not_before > outcome.pause.until for entry in listing(outbox)]
    assert later == [False, False, True, True, True] + [False] * 15, "what met it goes after the others"


@pytest.mark.parametrize("connections", [1, 4])
def test_refusals_with_others_between_them_are_each_one_letters(outbox: Outbox, connections: int) -> None:
    queue_letters(outbox, 24)
    with SmtpServer(refusing(0, 8, 16)) as server:
        outcome = work(outbox, smtp(server.port, connections))
    assert outcome.pause is None
    assert outcome.counts == {Status.SENT: 21, Status.REJECTED: 3}


def test_wrong_addresses_in_a_row_are_an_old_list_until_there_are_many(outbox: Outbox) -> None:
    queue_letters(outbox, 30)
    unknown = "550 5.1.1 <{0}>: User unknown"
    with SmtpServer(refusing(0, 1, 2, 3, 4, reply=unknown)) as server:
        assert work(outbox, smtp(server.port)).counts == {Status.REJECTED: 5, Status.SENT: 25}


def test_a_server_that_knows_nobody_pauses_and_burns_no_letter(outbox: Outbox) -> None:
    queue_letters(outbox, 30)
    with SmtpServer(Script(faults=(Fault("rcpt", "550 5.1.1 User unknown"),))) as server:
        outcome = work(outbox, smtp(server.port, connections=4))
    assert outcome.pause is not None
    assert set(statuses(outbox)) == {Status.QUEUED}


def test_what_is_refused_again_while_others_go_stays_refused(outbox: Outbox) -> None:
    """Three missions behind one gateway that refuses us must not pause every run for ever."""
    queue_letters(outbox, 9)
    with SmtpServer(refusing(0, 1, 2)) as server:
        assert work(outbox, smtp(server.port)).pause is not None
        assert Counter(statuses(outbox)) == {Status.QUEUED: 9}
        assert work(outbox, smtp(server.port)).counts == {Status.SENT: 6}, "the others, while the three wait"


def test_what_is_let_go_sooner_is_tried_after_the_others_and_refused_for_good_in_the_end(outbox: Outbox) -> None:
    """A person who says "now" again and again makes no loop: what is truly refused stays refused."""
    queue_letters(outbox, 9)
    with SmtpServer(refusing(0, 1, 2)) as server:
        for sent in (0, 6, 6):
            pause = work(outbox, smtp(server.port)).pause
            if pause is not None:
                let_go_now(outbox, pause)
            assert Counter(statuses(outbox))[Status.SENT] == sent, "never before the others, and never twice"
        with writing(outbox.engine) as connection:
            enqueue(connection, [draft(10)], NOON, "test")
        assert work(outbox, smtp(server.port)).counts == {Status.SENT: 1, Status.REJECTED: 3}


def test_what_a_server_put_off_and_what_a_worker_holds_is_not_let_go(outbox: Outbox) -> None:
    ids = queue_letters(outbox, 3)
    pause = Pause(Cause.LIMIT, "quota", now(), now() + HOUR)
    lead(outbox, ids[0], Status.DEFERRED, pause.until)
    lead(outbox, ids[1], Status.DEFERRED, pause.until - timedelta(minutes=10))
    lead(outbox, ids[2], Status.CLAIMED, pause.until)
    let_go_now(outbox, pause)
    assert statuses(outbox) == [Status.QUEUED, Status.DEFERRED, Status.CLAIMED]
    assert listing(outbox)[0].not_before <= now()


def let_go_now(outbox: Outbox, pause: Pause) -> None:
    with writing(outbox.engine) as connection:
        let_go(connection, Scope(), pause, now(), "test")


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
def test_a_providers_limit_pauses_at_once_and_puts_the_letter_off(outbox: Outbox, phase: str) -> None:
    queue_letters(outbox, 20)
    faults = [Fault(phase, "550 5.4.5 Daily user sending limit exceeded", nth=n) for n in range(6, 30)]  # type: ignore[arg-type]
    with SmtpServer(Script(faults=tuple(faults))) as server:
        outcome = work(outbox, smtp(server.port))
    assert outcome.pause is not None
    assert (outcome.pause.cause, outcome.pause.until - outcome.pause.since) == (Cause.LIMIT, LONGEST)
    assert Counter(statuses(outbox)) == {Status.SENT: 5, Status.DEFERRED: 1, Status.QUEUED: 14}
    [met] = [entry for entry in listing(outbox) if entry.status is Status.DEFERRED]
    assert (met.attempts, met.not_before) == (0, outcome.pause.until), "it was not the letter's fault"
    assert pauses_beside(outbox.engine.url).read()["smtp"] == outcome.pause, "the next process knows"


def test_greylisting_pauses_nothing(outbox: Outbox) -> None:
    queue_letters(outbox, 12)
    with SmtpServer(Script(faults=(Fault("rcpt", "450 4.2.0 Greylisted, try again in 300 seconds"),))) as server:
        outcome = work(outbox, smtp(server.port))
    assert outcome.counts == {Status.DEFERRED: 12}
    assert outcome.pause is None


def test_three_letters_in_a_row_lost_after_the_dot_stop_the_run(outbox: Outbox) -> None:
    queue_letters(outbox, 10)
    with SmtpServer(Script(faults=tuple(Fault("dot", drop=True, nth=n) for n in range(2, 11)))) as server:
        outcome = work(outbox, smtp(server.port))
    assert outcome.pause is not None
    assert outcome.pause.cause is Cause.DOUBT
    assert Counter(statuses(outbox)) == {Status.SENT: 1, Status.UNCONFIRMED: 3, Status.QUEUED: 6}


def test_letters_lost_with_an_answer_between_them_stop_nothing(outbox: Outbox) -> None:
    queue_letters(outbox, 9)
    with SmtpServer(Script(faults=tuple(Fault("dot", drop=True, nth=n) for n in (1, 2, 4, 5, 7)))) as server:
        outcome = work(outbox, smtp(server.port))
    assert (outcome.pause, outcome.counts) == (None, {Status.SENT: 4, Status.UNCONFIRMED: 5})


def test_a_letter_that_a_limit_puts_off_again_and_again_is_never_given_up(outbox: Outbox) -> None:
    queue_letters(outbox, 1)
    with SmtpServer(Script(faults=(Fault("dot", "550 hourly quota exceeded"),))) as server:
        lasted = []
        for _ in range(12):
            retry_all(outbox)
            pause = work(outbox, smtp(server.port)).pause
            assert pause is not None
            lasted.append(pause.until - pause.since)
    assert statuses(outbox) == [Status.DEFERRED]
    assert lasted[:4] == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR]
    assert max(lasted) == LONGEST


def test_a_letter_that_goes_ends_what_was_known_of_a_pause(outbox: Outbox) -> None:
    queue_letters(outbox, 2)
    with SmtpServer(Script(faults=(Fault("dot", "550 hourly quota exceeded", nth=1),))) as server:
        work(outbox, smtp(server.port))
        retry_all(outbox)
        work(outbox, smtp(server.port))
    assert pauses_beside(outbox.engine.url).read() == {}


def test_a_pause_noted_while_the_clock_was_years_ahead_is_over() -> None:
    pause = pause_for(Cause.LIMIT, "later", HOUR, NOON, None)
    assert in_force(pause, NOON) == pause
    assert in_force(pause, NOON + HOUR) is None
    assert in_force(pause, NOON - timedelta(days=900)) is None


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"smtp": 1}', b'{"smtp": {"cause": "limit"}}', b"\xff\xfe"])
def test_a_file_of_pauses_that_makes_no_sense_says_nothing(outbox: Outbox, data: bytes) -> None:
    file = pauses_beside(outbox.engine.url)
    file.path.write_bytes(data)
    assert file.read() == {}
    pause = Pause(Cause.LIMIT, "later", NOON, NOON + HOUR)
    file.note("smtp", pause)
    assert file.read() == {"smtp": pause}
    assert file.path.stat().st_mode & 0o077 == 0


def test_words_are_compared_without_addresses_ids_and_numbers() -> None:
    one = plain_words("RCPT: 550 5.7.1 <address>: rejected by mx1.example.org, id 4FzK2, see https://a.example/x?1")
    other = plain_words("RCPT: 550 5.7.1 <address>: rejected by mx7.example.net, id 9QrL8, see https://b.example/y?2")
    assert one == other
    assert one != plain_words("RCPT: 550 5.7.26 <address>: rejected by mx1.example.org, id 4FzK2")
    assert plain_words("RCPT: 550 no") != plain_words("after the final dot: 550 no")


@pytest.mark.parametrize("words", ["550 5.1.1 x", "550 No such user here", "550 mailbox unavailable", "550 5.2.1 off"])
def test_words_about_an_address_are_known(words: str) -> None:
    assert speaks_of_an_address(f"RCPT: {words}") or speaks_of_an_address(words)
