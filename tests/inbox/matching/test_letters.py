"""Which letters and missions a name, an address or a domain means."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, update

from outreach.db.engine import reading, writing
from outreach.inbox.matching.addressbook import AddressBook, is_system
from outreach.inbox.matching.government import is_of_government
from outreach.inbox.matching.letters import MAY_HAVE_LEFT, LetterIndex, token_of
from outreach.inbox.models import inbound, ties
from outreach.outbox.models import messages
from outreach.outbox.reference import reference
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from outreach.registry.states import load_states
from tests.inbox.letterboxes import address_of, registry_with, sent_letter, sent_letters, settings_for
from tests.outbox.outboxes import NOON, open_test_outbox

NOBODY = "a" * 26


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return open_test_outbox(tmp_path / "outreach.db")


@pytest.fixture
def connection(outbox: Outbox) -> Iterator[Connection]:
    with reading(outbox.engine) as connection:
        yield connection


def letters_in(connection: Connection, **addresses: str) -> LetterIndex:
    return LetterIndex(connection, registry_with(**addresses), settings_for())


def test_a_letter_is_found_by_its_token_whatever_the_case_of_its_letters(
    outbox: Outbox, connection: Connection
) -> None:
    letter = sent_letter(outbox)
    found = letters_in(connection).by_tokens([letter.token.upper(), NOBODY])
    assert found == {letter.token: letter}


def test_a_letter_is_found_by_its_message_id_and_nobody_elses_is(outbox: Outbox, connection: Connection) -> None:
    letter = sent_letter(outbox)
    foreign = [f"<{NOBODY}@example.org>", "<x@y.invalid>", "", "<>", "not an id"]
    assert letters_in(connection).by_message_ids([*foreign, letter.message_id]) == {letter.message_id: letter}


def test_a_bare_token_is_as_good_as_a_message_id_for_an_envelope_id_is_one(
    outbox: Outbox, connection: Connection
) -> None:
    letter = sent_letter(outbox)
    assert letters_in(connection).by_message_ids([letter.token]) == {letter.token: letter}
    assert token_of(letter.message_id) == token_of(f" <{letter.token.upper()}@EXAMPLE.ORG> ") == letter.token
    assert token_of("<short@example.org>") == ""


def test_a_letter_is_found_by_the_reference_it_shows(outbox: Outbox, connection: Connection) -> None:
    letter, _other = sent_letters(outbox, "DEU", "FRA")
    beginning = reference(letter.token).replace("-", "").lower()
    assert letters_in(connection).by_short_references([beginning, "a" * 10, "ab", ""]) == {beginning: letter}


def test_any_number_of_names_is_looked_up_in_bounded_work(outbox: Outbox, connection: Connection) -> None:
    letter = sent_letter(outbox)
    found = letters_in(connection)
    assert found.by_tokens([letter.token, *(f"{n:026d}" for n in range(50_000))]) == {letter.token: letter}
    assert found.by_message_ids([letter.message_id, *(f"<{n}@x>" for n in range(50_000))])


def test_letters_of_a_mission_are_those_that_left_or_may_have(outbox: Outbox, connection: Connection) -> None:
    led = {status: sent_letter(outbox, "DEU", case=status.value, status=status) for status in Status}
    sent_letter(outbox, "FRA")
    found = letters_in(connection).of_mission("DEU")
    assert {letter.id for letter in found} == {led[status].id for status in MAY_HAVE_LEFT}
    assert Status.QUEUED not in MAY_HAVE_LEFT
    assert Status.WITHDRAWN not in MAY_HAVE_LEFT


def test_an_address_of_the_registry_and_one_that_was_written_to_both_say_the_mission(
    outbox: Outbox, connection: Connection
) -> None:
    sent_letter(outbox, "DEU", recipients=("old@deu.example.org", "Second@deu.example.org"))
    letters = letters_in(connection, DEU="new@deu.example.org", FRA="")
    for address in ("new@deu.example.org", "NEW@DEU.example.org", "old@deu.example.org", "second@deu.example.org"):
        assert letters.missions_at(address) == {"DEU"}
    assert letters.missions_at("nobody@deu.example.org") == frozenset()


def test_an_address_of_two_missions_says_both(connection: Connection) -> None:
    letters = letters_in(connection, CHE="both@mission.invalid", LIE="both@mission.invalid")
    assert letters.missions_at("both@mission.invalid") == {"CHE", "LIE"}


def test_an_address_book_learns_of_letters_that_were_queued_since(outbox: Outbox) -> None:
    registry, settings = registry_with(DEU=""), settings_for()
    book = AddressBook(registry, settings)
    for mission in ("DEU", "FRA"):
        sent_letter(outbox, mission)
        with reading(outbox.engine) as connection:
            letters = LetterIndex(connection, registry, settings, book)
            assert letters.missions_at(address_of(mission)) == {mission}


def test_an_address_in_another_script_is_the_same_in_either_form(connection: Connection) -> None:
    letters = letters_in(connection, DEU="büro@bücher.invalid")
    assert letters.missions_at("büro@xn--bcher-kva.invalid") == {"DEU"}
    assert letters.missions_at("büro@xn--\ud7ff.invalid") == frozenset()


@pytest.mark.parametrize(
    ("domain", "mission"),
    [
        ("deu.invalid", {"DEU"}),
        ("DEU.invalid", {"DEU"}),
        ("geneva.deu.invalid", {"DEU"}),
        ("invalid", set()),
        ("notdeu.invalid", set()),
        ("shared.invalid", set()),  # of two missions
        ("sub.shared.invalid", set()),
        ("gmail.com", set()),  # of one mission here, and of everybody
        ("x.gmail.com", set()),
        ("example.org", set()),
        ("gov.invalid", {"ESP"}),
        ("ita.gov.invalid", {"ITA"}),
        ("else.gov.invalid", set()),  # below a domain of one mission lives another
        ("", set()),
    ],
)
def test_a_domain_says_the_mission_only_when_it_is_that_missions_alone(
    connection: Connection, domain: str, mission: set[str]
) -> None:
    letters = letters_in(
        connection,
        DEU="a@deu.invalid;b@deu.invalid",
        FRA="a@shared.invalid",
        BEL="b@shared.invalid",
        ALB="albania@gmail.com",
        AND="and@example.org",
        ESP="a@gov.invalid",
        ITA="a@ita.gov.invalid",
    )
    assert letters.missions_at_domain(domain) == mission


@pytest.mark.parametrize(
    ("address", "speaks"),
    [
        ("a@mfa.gov.pl", True),  # nobody but Poland's authorities
        ("a@gov.pl", True),
        ("a@msz.gov.pl", True),
        ("a@gov.pl.invalid", False),
        ("a@mfa.gov.fj", False),  # another State's
        ("a@mfa.pl", False),  # anybody's
        ("a@gouv.pl", False),
        ("a@geneva.house.com.pl", True),  # beside it in one house
        ("a@house.com.pl", True),
        ("a@elsewhere.com.pl", False),
        ("a@com.pl", False),
        ("a@un-mission.invalid", True),  # its website
        ("a@pages.invalid", False),  # where its website is a page of another's
        ("a@gmail.com", False),
        ("poland@gmail.com", True),
        ("a@both.house.invalid", False),  # two missions in one house
        ("", False),
    ],
)
def test_a_domain_is_a_missions_its_ministrys_or_its_governments(address: str, speaks: bool) -> None:
    listed = registry_with(POL="a@mission.house.com.pl;poland@gmail.com;a@x.house.invalid", FRA="a@y.house.invalid")
    missions = {**listed.missions, "POL": replace(listed.missions["POL"], website="https://www.un-mission.invalid/")}
    missions["FRA"] = replace(missions["FRA"], website="https://pages.invalid/france")
    registry = replace(listed, missions=missions, states=load_states())
    assert AddressBook(registry, settings_for()).speaks_for(address, "POL") is speaks
    assert not AddressBook(registry, settings_for()).speaks_for("a@pages.invalid", "FRA")


def test_the_governments_of_states_with_other_ends_are_known() -> None:
    assert is_of_government("fcdo.gov.uk", "GBR", "GB")
    assert is_of_government("state.gov", "USA", "US")
    assert not is_of_government("gov", "USA", "US")
    assert not is_of_government("state.gov", "GBR", "GB")
    assert not is_of_government("mofa.go.it", "ITA", "IT")


def tied_by_person(outbox: Outbox, sender: str, mission: str, number: int = 1) -> None:
    """A message from this sender that a person tied to the mission."""
    blank = dict.fromkeys(("rule", "fault", "severity", "code", "recipient", "diagnostic", "text", "links"), "")
    blank |= dict.fromkeys(("headers", "sender_name", "subject", "message_id", "origin"), "")
    mail = {"source": "file", "kind": "reply", "arrived_at": NOON, "stored_at": NOON, "size": 1, "new_address": False}
    tie = {"message": None, "ask": "hrc51", "case": "beacon", "mission": mission, "matched_by": "person"}
    with writing(outbox.engine) as connection:
        row = {**blank, **mail, "digest": f"{sender}{number}", "sender": sender}
        [id_] = connection.scalars(insert(inbound).returning(inbound.c.id), row).all()
        made = {"inbound": id_, "certainty": 1.0, "at": NOON, "by": "a person", "removed_at": None}
        connection.execute(insert(ties), {**tie, **made})


def test_what_a_person_tied_is_learnt_until_it_is_taken_back(outbox: Outbox) -> None:
    tied_by_person(outbox, "a@home.invalid", "DEU")
    with reading(outbox.engine) as connection:
        assert letters_in(connection).learnt("a@home.invalid") == {"DEU"}
        assert letters_in(connection).learnt("b@home.invalid") == letters_in(connection).learnt("") == frozenset()
    with writing(outbox.engine) as connection:
        connection.execute(update(ties).values(removed_at=NOON + timedelta(days=1)))
        assert letters_in(connection).learnt("a@home.invalid") == frozenset()


def test_our_own_addresses_are_those_of_the_settings() -> None:
    settings = settings_for("Team@Campaign.invalid")
    sender = settings.sender.model_copy(update={"reply_to": "answers@campaign.invalid"})
    book = AddressBook(registry_with(DEU="a@deu.invalid"), settings.model_copy(update={"sender": sender}))
    assert book.is_own("team@campaign.invalid")
    assert book.is_own("ANSWERS@campaign.invalid")
    assert not book.is_own("a@deu.invalid")
    assert not book.is_own("")
    assert book.is_colleague("somebody@campaign.invalid")
    assert not book.is_colleague("somebody@deu.invalid")


def test_nobody_is_a_colleague_at_a_domain_where_anybody_may_have_an_address() -> None:
    for sender in ("team@gmail.com", "team@example.org", "team@deu.invalid"):
        book = AddressBook(registry_with(DEU="a@deu.invalid"), settings_for(sender))
        assert not book.is_colleague(f"other@{sender.partition('@')[2]}")


def test_machines_are_known_by_their_names() -> None:
    assert all(map(is_system, ("MAILER-DAEMON@mx.invalid", "no-reply@x.invalid", "postmaster@x.invalid", "")))
    assert not any(map(is_system, ("mission@x.invalid", "noreen@x.invalid")))


def test_posts_to_nobody_in_particular_are_no_letters(outbox: Outbox, connection: Connection) -> None:
    letter = sent_letter(outbox, mission="", recipients=("",))
    assert letters_in(connection).by_tokens([letter.token]) == {}


def test_no_look_up_touches_the_pages_that_hold_letters(outbox: Outbox, connection: Connection) -> None:
    """Past recipients are read from an index alone, however many letters there are."""
    query = f"EXPLAIN QUERY PLAN SELECT DISTINCT mission, recipients FROM {messages.name}"
    plan = [str(row) for row in connection.exec_driver_sql(query)]
    assert any("COVERING INDEX messages_overview" in line for line in plan), plan


def test_a_letter_says_what_became_of_it(outbox: Outbox, connection: Connection) -> None:
    letter = sent_letter(outbox, status=Status.DELIVERED)
    [found] = letters_in(connection).of_mission("DEU")
    assert found == letter
