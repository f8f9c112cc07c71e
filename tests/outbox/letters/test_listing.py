"""The outbox in few columns: the same messages as in full, without those that another replaced."""

from itertools import product
from pathlib import Path

import pytest

from outreach.db.engine import reading, writing
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance, in_scope
from outreach.outbox.letters.listing import _ASKINGS, _LINES, Asking, Line, askings, lines
from outreach.outbox.models import Key, Scope
from outreach.outbox.status import ASKED, Status
from outreach.outbox.store import Outbox
from tests.outbox.outboxes import NOON, lead, listing, open_test_outbox, queue_keys


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return open_test_outbox(tmp_path / "outreach.db")


def lines_of(outbox: Outbox, scope: Scope | None = None) -> list[Line]:
    with reading(outbox.engine) as connection:
        return list(lines(connection, scope or Scope()))


def askings_of(outbox: Outbox, scope: Scope | None = None) -> list[Asking]:
    with reading(outbox.engine) as connection:
        return list(askings(connection, scope or Scope()))


def key(mission: str = "DEU", round_: str = "first", part: str = "", channel: str = "smtp") -> Key:
    return Key(MessageKind.LETTER, "hrc51", "beacon", round_, channel, mission, part)


def at_each_status(outbox: Outbox) -> None:
    messages = queue_keys(outbox, *(key(f"M{number}") for number in range(len(Status))))
    for message, status in zip(messages, Status, strict=True):
        lead(outbox, message, status)


def test_lines_say_the_same_as_the_messages_in_full(outbox: Outbox) -> None:
    at_each_status(outbox)
    short = {line.id: (line.mission, line.status, line.taken_at) for line in lines_of(outbox)}
    full = {
        entry.id: (entry.key.mission, entry.status.value, entry.taken_at if entry.status in ASKED else None)
        for entry in listing(outbox)
    }
    assert short == full


def test_what_a_channel_took_once_is_not_taken_while_it_waits_again(outbox: Outbox) -> None:
    [message] = queue_keys(outbox, key())
    lead(outbox, message, Status.BOUNCED)
    assert [line.taken_at for line in lines_of(outbox)] == [NOON]
    again(outbox, message)
    assert [(line.status, line.taken_at) for line in lines_of(outbox)] == [("queued", None)]


def again(outbox: Outbox, message: int) -> None:
    with writing(outbox.engine) as connection:
        advance(connection, [Transition(message, Status.BOUNCED, Status.QUEUED, NOON, "test", not_before=NOON)])


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        pytest.param({"": Status.WITHDRAWN}, [""], id="taken back, not replaced"),
        pytest.param({"": Status.WITHDRAWN, "address-2": Status.SENT}, ["address-2"], id="replaced"),
        pytest.param(
            {"": Status.WITHDRAWN, "address-2": Status.WITHDRAWN, "address-3": Status.QUEUED},
            ["address-3"],
            id="replaced twice",
        ),
        pytest.param(
            {"": Status.WITHDRAWN, "address-2": Status.WITHDRAWN}, ["address-2"], id="replaced, then taken back"
        ),
        pytest.param({"1": Status.SENT, "2": Status.WITHDRAWN}, ["1", "2"], id="two posts, one taken back"),
    ],
)
def test_a_letter_that_another_replaced_is_left_out(outbox: Outbox, parts: dict[str, Status], left: list[str]) -> None:
    for part, status in parts.items():
        [message] = queue_keys(outbox, key(part=part))
        lead(outbox, message, status)
    assert [line.part for line in lines_of(outbox)] == left


def test_a_replaced_letter_of_another_round_or_mission_is_another_matter(outbox: Outbox) -> None:
    for each in (key(), key(round_="reminder"), key("FRA")):
        lead(outbox, queue_keys(outbox, each)[0], Status.WITHDRAWN)
    queue_keys(outbox, key(part="address-2"))
    found = [(line.mission, line.round, line.channel, line.part) for line in lines_of(outbox)]
    assert found == [
        ("DEU", "first", "smtp", "address-2"),
        ("DEU", "reminder", "smtp", ""),
        ("FRA", "first", "smtp", ""),
    ]


def test_an_asking_has_all_letters_to_one_mission_in_a_word_each(outbox: Outbox) -> None:
    first, _, other = queue_keys(outbox, key(), key(round_="reminder"), key("FRA"))
    lead(outbox, first, Status.SENT)
    found = {asking.mission: asking for asking in askings_of(outbox)}
    assert sorted(found["DEU"].letters.split(",")) == ["first sent", "reminder queued"]
    assert (found["DEU"].taken_at, found["FRA"].taken_at) == (NOON, None)
    assert other


def test_only_what_is_in_scope_is_read(outbox: Outbox) -> None:
    keys = [
        Key(MessageKind.LETTER, ask, case, "first", "smtp", "DEU")
        for ask, case in product(("hrc51", "hrc52"), ("beacon", "sample"))
    ]
    queue_keys(outbox, *keys)
    assert [(line.case, line.ask) for line in lines_of(outbox, Scope(case="sample"))] == [
        ("sample", "hrc51"),
        ("sample", "hrc52"),
    ]
    assert len(askings_of(outbox, Scope(ask="hrc52"))) == 2


@pytest.mark.parametrize("scope", [Scope(), Scope(case="beacon"), Scope(case="beacon", ask="hrc51")], ids=repr)
def test_the_letters_bytes_are_never_read(outbox: Outbox, scope: Scope) -> None:
    """The pages that hold them are most of the database: SQLite must answer from an index alone, or by a narrow one."""
    for query in (_LINES, _ASKINGS):
        text = str(query.where(*in_scope(scope)).compile(outbox.engine, compile_kwargs={"literal_binds": True}))
        with reading(outbox.engine) as connection:
            plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))
        assert "COVERING INDEX messages_overview" in plan or "(ask=? AND case=?)" in plan
