"""What a run that goes on for several rounds counts."""

from collections import Counter

from outreach.outbox.sending.outcome import Outcome
from outreach.outbox.status import Status


def test_what_was_settled_since_is_not_unconfirmed_any_more_and_what_another_run_left_takes_nothing_off() -> None:
    earlier = Outcome(Counter({Status.SENT: 3, Status.UNCONFIRMED: 2}), doubtful={1, 2})
    newer = Outcome(Counter({Status.SENT: 1, Status.UNCONFIRMED: 1}), doubtful={5}, settled={2, 9})
    newer.add_earlier(earlier)
    assert newer.counts == {Status.SENT: 4, Status.UNCONFIRMED: 2}
    assert newer.doubtful == {1, 5}
