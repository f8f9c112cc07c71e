"""Whatever goes wrong on a mail server, at every step: no letter twice, none lost, none called sent that is not."""

from pathlib import Path

import pytest

from outreach.outbox.status import Status
from tests.channels.smtp.faults import LETTERS, STEPS, Row, rows, run

ROWS = rows()


def test_the_table_has_every_step_and_enough_faults() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS) >= 70
    assert {row.faults[-1].phase for row in ROWS if row.faults} == set(STEPS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_after_a_fault_every_letter_arrives_exactly_once(row: Row, tmp_path: Path) -> None:
    result = run(row, tmp_path)
    assert (result.duplicates, result.lost, result.falsely_sent) == (0, 0, 0)
    assert result.open == 0, "the queue came to its end"
    assert result.unconfirmed <= 1, "a connection has one letter at a time"
    assert (result.outcome.paused is not None) is row.pauses
    others = result.first[1:]
    assert others.count(Status.SENT) >= LETTERS - 1 - row.stays, "the fault is about one letter, and the others go"
    assert result.first[0] is Status.SENT or result.words, "what did not go is on the screen"
