"""What came back is stored once, with its effect, in one transaction; whatever it holds."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import RowMapping, Table, select

from outreach.campaign import load_campaign
from outreach.db.engine import reading, writing
from outreach.errors import StorageFailed
from outreach.inbox.desk.decisions import Assignment, assign
from outreach.inbox.desk.items import some_items
from outreach.inbox.kinds import Kind, MatchedBy
from outreach.inbox.models import inbound, places, ties
from outreach.inbox.raw_messages import digest
from outreach.inbox.receive import (
    LONGEST_HEADER,
    MOST_HEADERS,
    Inbox,
    Incoming,
    Place,
    Received,
    apply_earlier_evidence,
    open_inbox,
    receive,
)
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import suppressions
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from tests.conftest import CAMPAIGN, give_addresses
from tests.inbox.desk.desks import say
from tests.inbox.letterboxes import address_of, bounce, mail, reply, sent_letter
from tests.inbox.mailboxes import open_real_inbox, stored
from tests.outbox.outboxes import HOLDER, NOON, chain, full_disk, heard, lead, open_test_outbox

PLACE = Place("team@mail.example.org", "INBOX", 7, 12)


@pytest.fixture
def inbox(campaign_folder: Path) -> Inbox:
    give_addresses(campaign_folder)
    return open_real_inbox(campaign_folder)


@pytest.fixture
def outbox(inbox: Inbox) -> Outbox:
    assert inbox.outbox
    return inbox.outbox


def take(inbox: Inbox, *messages: bytes, **more: Any) -> list[Received]:
    return receive(inbox, [Incoming(raw, "file", f"{number}.eml", **more) for number, raw in enumerate(messages, 1)])


def rows(outbox: Outbox, table: Table) -> Sequence[RowMapping]:
    with reading(outbox.engine) as connection:
        return connection.execute(select(table).order_by(table.c.id)).mappings().all()


def test_a_new_address_and_a_day_of_return_are_news_of_the_message(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    text = "Our new address is new@deu.example.org, no longer {old}. I am away until 5 October 2030."

    [received] = take(inbox, reply(letter, text=text.format(old=letter.recipients[0])))

    assert received.id is not None
    with reading(outbox.engine) as connection:
        item = some_items(connection, [received.id])[received.id]
    assert item.news == (("address", "new@deu.example.org"), ("back", "2030-10-05"))


def test_an_address_that_a_letter_to_the_mission_went_to_is_no_news(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    text = f"This mailbox is no longer in use. Please write to {letter.recipients[0]}."
    take(inbox, reply(letter, sender="second@deu.example.org", text=text))
    [row] = rows(outbox, inbound)
    assert row["news"] == "[]"


def test_a_reply_is_stored_with_its_words_its_tie_and_its_effect(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    text = (
        "Dear colleagues,\r\n\r\nyes: https://example.org/statement\r\n\r\nOn Monday, campaign wrote:\r\n> Excellency"
    )
    raw = reply(letter, text=text)

    [received] = take(inbox, raw)

    assert (received.new, received.classified.verdict.kind, received.unmatched) == (True, Kind.REPLY, False)
    [row] = rows(outbox, inbound)
    assert row["id"] == received.id
    assert (row["source"], row["origin"], row["kind"], row["rule"]) == ("file", "1.eml", "reply", "reply")
    assert (row["sender"], row["subject"]) == (address_of("DEU"), f"Re: {letter.subject}")
    assert "yes" in row["text"]
    assert "Excellency" not in row["text"]
    assert json.loads(row["links"]) == ["https://example.org/statement"]
    assert ["In-Reply-To", letter.message_id] in json.loads(row["headers"])
    assert row["size"] == len(raw)
    [tie] = rows(outbox, ties)
    assert (tie["inbound"], tie["message"], tie["case"], tie["mission"]) == (row["id"], letter.id, "beacon", "DEU")
    assert (tie["matched_by"], tie["by"], tie["removed_at"]) == (MatchedBy.IN_REPLY_TO, "inbox", None)
    assert chain(outbox, letter.id)[-1] == Status.DELIVERED


def test_a_bounce_is_stored_with_what_it_says_and_closes_the_address(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox)

    [received] = take(inbox, bounce(letter))

    [row] = rows(outbox, inbound)
    assert (row["kind"], row["severity"], row["code"]) == ("bounce", "permanent", "5.1.1")
    assert (row["recipient"], row["diagnostic"]) == (address_of("DEU"), "550 5.1.1 user unknown")
    assert chain(outbox, letter.id)[-1] == Status.BOUNCED
    assert [each["address"] for each in rows(outbox, suppressions)] == [address_of("DEU")]
    [note] = received.notes
    assert (note.letter, note.detail) == (letter.id, f"550 5.1.1 user unknown (mail {received.id})")


def test_the_same_message_twice_is_on_file_once_and_has_its_effect_once(inbox: Inbox, outbox: Outbox) -> None:
    raw = bounce(sent_letter(outbox))
    once = take(inbox, raw, raw)
    again = take(inbox, raw.replace(b"\r\n", b"\n"))

    assert [each.new for each in (*once, *again)] == [True, False, False]
    assert len({each.id for each in (*once, *again)}) == 1
    assert again[0].notes == ()
    assert stored(inbox) == [raw]
    assert len(rows(outbox, ties)) == 1


def test_a_batch_is_one_transaction(inbox: Inbox, outbox: Outbox) -> None:
    with heard(outbox.engine, "commit") as commits:
        take(inbox, *(mail("a.example@deu.example.org", text=f"{number}\r\n") for number in range(20)))
    assert len(commits) == 1
    assert len(rows(outbox, inbound)) == 20


def test_where_it_lay_is_remembered_also_for_what_is_on_file(inbox: Inbox, outbox: Outbox) -> None:
    raw = mail("a.example@deu.example.org")
    take(inbox, raw, place=PLACE)
    take(inbox, raw, place=PLACE)
    take(inbox, raw, place=Place(PLACE.account, PLACE.folder, PLACE.uidvalidity, 13))
    assert [(row["uid"], row["inbound"], row["filed"]) for row in rows(outbox, places)] == [
        (12, 1, False),
        (13, 1, False),
    ]


def test_a_full_disk_leaves_nothing_of_the_batch_and_the_next_try_stores_all(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    messages = [reply(letter, text=f"{number} " + "x" * 50_000) for number in range(10)]
    with full_disk(outbox), pytest.raises(StorageFailed, match="Make room"):
        take(inbox, *messages)
    assert rows(outbox, inbound) == []
    assert chain(outbox, letter.id)[-1] == Status.SENT

    take(inbox, *messages)

    assert stored(inbox) == messages


def test_a_dry_run_tells_the_same_and_stores_nothing(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    batch = [Incoming(raw, "file", "x.eml") for raw in (bounce(letter), bounce(letter), reply(letter))]

    looked = receive(inbox, batch, dry_run=True)

    assert rows(outbox, inbound) == []
    assert inbox.files
    assert not inbox.files.folder.exists()
    assert chain(outbox, letter.id)[-1] == Status.SENT
    assert [each.id for each in looked] == [None, None, None]
    really = receive(inbox, batch)
    assert [(each.new, each.match, each.classified) for each in looked] == [
        (each.new, each.match, each.classified) for each in really
    ]


def test_without_an_outbox_there_is_only_looking(inbox: Inbox, campaign_folder: Path) -> None:
    looking = open_inbox(inbox.campaign, None)
    batch = [Incoming(mail("a.example@deu.example.org"), "file", "x.eml")]
    [received] = receive(looking, batch, dry_run=True)
    assert (received.classified.verdict.kind, received.match.ties, received.new) == (Kind.REPLY, (), True)
    with pytest.raises(ValueError, match="only looking"):
        receive(looking, batch)


def test_news_without_a_letter_needs_a_person_and_other_mail_does_not(inbox: Inbox) -> None:
    stranger = mail("a.example@somewhere.invalid")
    newsletter = mail("news@somewhere.invalid", List_Id="<news.somewhere.invalid>", Precedence="bulk")
    assert [each.unmatched for each in take(inbox, stranger, newsletter)] == [True, False]


@pytest.mark.parametrize("dry_run", [False, True], ids=["stored", "looked at"])
def test_what_is_on_file_needs_a_person_until_one_has_said_what_it_is(
    inbox: Inbox, outbox: Outbox, *, dry_run: bool
) -> None:
    letter = sent_letter(outbox)
    strangers = [mail(f"{name}.example@somewhere.invalid") for name in "abc"]
    batch = [Incoming(raw, "file", "x.eml") for raw in (*strangers, reply(letter))]
    ids = [each.id for each in receive(inbox, batch)]
    say(outbox, ids[0] or 0, kind=Kind.OTHER)
    with writing(outbox.engine) as connection:
        found = some_items(connection, [ids[1] or 0])
        assign(connection, list(found.values()), Assignment("hrc51", "beacon", "DEU", letter.id), NOON, "a person")

    again = receive(inbox, batch, dry_run=dry_run)

    assert [(each.id, each.new, each.unmatched) for each in again] == [
        (id_, False, waits) for id_, waits in zip(ids, [False, False, True, False], strict=True)
    ]


def test_a_wish_for_no_more_letters_that_names_none_needs_a_person(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    known, unknown = (mail("a@b.invalid", f"unsubscribe {token}", text="\r\n") for token in (letter.token, "a" * 26))
    assert [(each.unmatched, each.classified.verdict.rule) for each in take(inbox, known, unknown)] == [
        (False, "unsubscribe"),
        (True, "unsubscribe"),
    ]


def test_our_own_letter_in_the_archive_is_a_copy_and_settles_it(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox, status=Status.UNCONFIRMED)
    copy = mail("campaign@example.org", letter.subject, to=address_of("DEU"), Message_ID=letter.message_id)

    [received] = take(inbox, copy)

    assert (received.classified.verdict.kind, received.classified.verdict.rule) == (Kind.OTHER, "own-copy")
    assert [row["rule"] for row in rows(outbox, inbound)] == ["own-copy"]
    assert chain(outbox, letter.id)[-1] == Status.SENT


def test_what_we_wrote_ourselves_is_nobodys_answer(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    [received] = take(inbox, reply(letter, sender="campaign@example.org"))
    assert (received.classified.verdict.kind, received.classified.verdict.rule) == (Kind.OTHER, "own-mail")
    assert (received.unmatched, rows(outbox, ties)) == (False, [])


def test_evidence_that_came_while_a_letter_was_in_flight_settles_it_later(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox, status=Status.QUEUED)
    lead(outbox, letter.id, Status.SENDING, NOON)
    take(inbox, reply(letter))
    assert chain(outbox, letter.id)[-1] == Status.SENDING
    lead_on(outbox, letter.id)

    lines = apply_earlier_evidence(inbox)

    assert Status.SENT in chain(outbox, letter.id)
    assert lines


def lead_on(outbox: Outbox, message: int) -> None:
    """Its worker dies: what was in flight is unconfirmed."""
    step = Transition(message, Status.SENDING, Status.UNCONFIRMED, NOON, "test", holder=HOLDER)
    with writing(outbox.engine) as connection:
        advance(connection, [step])


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"arrived_at": datetime(2022, 9, 13, 9, 0, tzinfo=UTC)}, datetime(2022, 9, 13, 9, 0, tzinfo=UTC)),
        ({}, datetime(2022, 9, 12, 8, 0, tzinfo=UTC)),
        ({"arrived_at": datetime(2999, 1, 1, tzinfo=UTC)}, datetime(2022, 9, 12, 8, 0, tzinfo=UTC)),
    ],
    ids=["by the mailbox", "by its Date", "a mailbox from the future"],
)
def test_when_it_arrived(inbox: Inbox, outbox: Outbox, known: dict[str, datetime], expected: datetime) -> None:
    take(inbox, mail("a.example@deu.example.org"), **known)
    assert [row["arrived_at"] for row in rows(outbox, inbound)] == [expected]


def test_mail_without_a_date_or_from_the_future_arrived_now(inbox: Inbox, outbox: Outbox) -> None:
    before = datetime.now(UTC)
    take(inbox, mail("a@deu.example.org", date="Mon, 12 Sep 2999 10:00:00 +0200"), mail("b@deu.example.org", date="?"))
    for row in rows(outbox, inbound):
        assert before - timedelta(seconds=1) <= row["arrived_at"] <= datetime.now(UTC)


def test_headers_are_kept_within_bounds(inbox: Inbox, outbox: Outbox) -> None:
    many = b"".join(b"X-%d: y\r\n" % number for number in range(1_000)) + b"\r\nx\r\n"
    long = b"X: " + b"y" * 5_000 + b"\r\n\r\nx\r\n"
    take(inbox, many, long)
    [first, second] = [json.loads(row["headers"]) for row in rows(outbox, inbound)]
    assert len(first) == MOST_HEADERS
    assert [len(value) for _, value in second] == [LONGEST_HEADER]
    assert stored(inbox) == [many, long]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5, unique=True))
def test_no_bytes_stop_the_others(tmp_path_factory: pytest.TempPathFactory, messages: list[bytes]) -> None:
    outbox = open_test_outbox(tmp_path_factory.mktemp("box") / "outreach.db")
    inbox = open_inbox(load_campaign(CAMPAIGN), outbox)
    found = {received.id for received in take(inbox, *messages)}
    assert len(found) == len(stored(inbox))
    assert set(map(digest, stored(inbox))) == set(map(digest, messages))
    outbox.engine.dispose()


def test_mail_through_a_mission_s_own_group_is_an_answer_also_without_a_thread(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    through_group = mail(address_of(letter.mission), List_Id="<mission.deu.example.org>", Precedence="list")
    [received] = take(inbox, through_group)
    assert received.classified.verdict.kind is Kind.REPLY
    assert [tie.message for tie in received.match.ties] == [letter.id]


def test_a_mission_s_newsletter_is_no_answer_unless_it_names_something_of_ours(inbox: Inbox, outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    bulk = {"List_Id": "<news.deu.example.org>", "Precedence": "bulk", "List_Unsubscribe": "<mailto:x@example.org>"}
    about = f"Culture and trade in September. Also: {letter.subject}"
    answered = mail(address_of(letter.mission), f"Re: {letter.subject}", **bulk)
    news = mail(address_of(letter.mission), "Newsletter 9/2022: the harvest", "Culture and trade in September.", **bulk)
    naming = mail(address_of(letter.mission), "Newsletter 10/2022: the harvest", about, **bulk)
    kinds = [each.classified.verdict for each in take(inbox, news, naming, answered)]
    assert [(one.kind, one.rule) for one in kinds] == [
        (Kind.OTHER, "list-mail"),
        (Kind.REPLY, "list-of-a-mission"),
        (Kind.REPLY, "reply"),
    ]
