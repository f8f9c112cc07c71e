"""Letters for several cases: whatever is queued, withdrawn and queued again, a State is asked for a case once."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.db.engine import reading, writing
from outreach.outbox.ledger import LostClaim
from outreach.outbox.models import Draft, Scope, case_key
from outreach.outbox.queue import change_by_person, enqueue, entries, never_left
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import Outbox
from tests.outbox.outboxes import NOON, draft, lead, listing, open_test_outbox

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["queue", "queue", "withdraw", "again", "send"]),
        st.sets(st.sampled_from("abc"), min_size=1),
        st.integers(0, 9),
    ),
    min_size=5,
    max_size=12,
)


def letter(cases: str, mission: str = "DEU") -> Draft:
    """A letter to one mission for these cases, each a letter; its token is made of its key, as a real one's is."""
    one, name = draft(1, mission=mission), f"t{cases}{mission}"
    key = replace(one.key, case=case_key(cases))
    return replace(one, key=key, token=name, message_id=f"<{name}@example.org>")


def queue(outbox: Outbox, *cases: str, mission: str = "DEU") -> None:
    with writing(outbox.engine) as connection:
        enqueue(connection, [letter(each, mission) for each in cases], NOON, "test")


def change(outbox: Outbox, message: int, to: Status) -> None:
    [entry] = [each for each in listing(outbox) if each.id == message]
    with writing(outbox.engine) as connection:
        change_by_person(connection, [entry], to, NOON, "test", "")


@settings(max_examples=4, deadline=None)
@given(missions=st.lists(STEPS, min_size=3, max_size=3))
def test_no_case_is_asked_for_twice(
    tmp_path_factory: pytest.TempPathFactory, missions: list[list[tuple[str, set[str], int]]]
) -> None:
    outbox = open_test_outbox(tmp_path_factory.mktemp("outbox") / "outreach.db")
    for mission, steps in zip(("DEU", "FRA", "ESP"), missions, strict=True):
        for what, cases, number in steps:
            found = listing(outbox, Scope(mission=mission))
            statuses = {"withdraw": WAITING, "send": WAITING, "again": {Status.WITHDRAWN}}.get(what, ())
            some = [entry for entry in found if entry.status in statuses]
            if what == "queue":
                queue(outbox, "".join(sorted(cases)), mission=mission)
            elif not some:
                continue
            elif what == "again":
                chosen = some[number % len(some)]
                with reading(outbox.engine) as connection:
                    may = chosen.id in never_left(connection, [chosen])
                if may:
                    change(outbox, chosen.id, Status.QUEUED)
                else:
                    with pytest.raises(LostClaim):
                        change(outbox, chosen.id, Status.QUEUED)
            elif what == "send":
                lead(outbox, some[0].id, Status.SENT)
            else:
                change(outbox, some[number % len(some)].id, Status.WITHDRAWN)
            live = [entry for entry in listing(outbox, Scope(mission=mission)) if entry.status is not Status.WITHDRAWN]
            asked = Counter(case for entry in live for case in entry.key.cases)
            assert not asked or max(asked.values()) == 1, (steps, asked)
    outbox.engine.dispose()


def test_a_letter_is_found_under_each_of_its_cases(outbox: Outbox) -> None:
    queue(outbox, "ba", "c")
    found = {
        Scope("a"): ["a+b"],
        Scope("b", "hrc51"): ["a+b"],
        Scope(cases=("b", "c")): ["a+b", "c"],
        Scope("x"): [],
    }
    with reading(outbox.engine) as connection:
        for scope, keys in found.items():
            assert [entry.key.case for entry in entries(connection, scope)] == keys


def test_the_database_itself_refuses_a_second_asking(tmp_path: Path) -> None:
    outbox = open_test_outbox(tmp_path / "outreach.db")
    queue(outbox, "ab", "c")
    change(outbox, 1, Status.WITHDRAWN)
    queue(outbox, "b")
    outbox.engine.dispose()
    more = "INSERT INTO message_cases SELECT 2, '{}', how, kind, ask, round, mission, part, {} FROM message_cases"
    refused = {
        "a second asking": f"{more.format('b', 0)} WHERE message = 3",
        "an asking that asks nothing": f"{more.format('z', 1)} WHERE message = 3",
        "giving up what may leave": "UPDATE message_cases SET released = 1 WHERE message = 2",
        "asking again for what another asks": "UPDATE message_cases SET released = 0 WHERE message = 1",
        "queueing what asks nothing": "UPDATE messages SET status = 'queued' WHERE id = 1",
    }
    with closing(sqlite3.connect(tmp_path / "outreach.db")) as raw:
        for what, statement in refused.items():
            try:
                raw.execute(statement)
            except sqlite3.IntegrityError:
                continue
            pytest.fail(what)
