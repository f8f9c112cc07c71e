"""What happens when a voice is confirmed: its status, its line in the story, its group; and domains that trend."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select, update

from outreach.db.engine import reading, writing
from outreach.supporters.doors import change_voice
from outreach.supporters.erasing import erase
from outreach.supporters.guard.grouping import MemoryIndex, assign
from outreach.supporters.guard.likeness import Sketcher
from outreach.supporters.guard.rules import DOMAIN, DOMAIN_LIMIT, NETWORK
from outreach.supporters.guard.signs import People
from outreach.supporters.guard.stored_groups import StoredIndex
from outreach.supporters.guard.taking import Watched, take
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import sketches, story, voices
from outreach.supporters.voices import read_voice
from tests.supporters.guard.written import FEW_EDITS, joined, own_texts, templates, variants
from tests.supporters.stores import NOW, add_voice, open_here

WATCHED = Watched(("bad word",), People(["Robin Example"]))
LEAST = DOMAIN_LIMIT.least


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_here(tmp_path)


def confirm(store: Store, *forms: tuple[str, str], network: bytes | None = None) -> list[int]:
    """Confirm a voice for each address and words; gives their numbers."""
    numbers = []
    with writing(store.engine) as connection:
        for address, words in forms:
            number = add_voice(store, connection, address, words)
            if network is not None:
                connection.execute(update(voices).where(voices.c.id == number).values(network=network))
            change_voice(connection, number, VoiceStatus.CONFIRMED, NOW, "its supporter")
            take(store, connection, read_voice(store, connection, number), WATCHED, NOW)
            numbers.append(number)
    return numbers


def people(number: int, domain: str) -> list[tuple[str, str]]:
    return [(f"person{nth}@{domain}", "") for nth in range(number)]


def statuses(store: Store) -> list[str]:
    with reading(store.engine) as connection:
        return list(connection.scalars(select(voices.c.status).order_by(voices.c.id)))


def groups(store: Store) -> list[int | None]:
    with reading(store.engine) as connection:
        return list(connection.scalars(select(voices.c.grouping).order_by(voices.c.id)))


class TestWords:
    def test_without_words_it_is_counted_and_is_in_no_group(self, store):
        confirm(store, ("a@one.example.org", ""))

        assert statuses(store) == ["counted"]
        assert groups(store) == [None]

    def test_with_words_it_waits_for_a_person_and_the_story_says_why_without_a_word_of_it(self, store):
        confirm(store, ("a@one.example.org", "Secret words about example.org"), ("b@two.example.org", "Kind words."))

        assert statuses(store) == ["to-read", "to-read"]
        with reading(store.engine) as connection:
            told = connection.execute(select(story.c.why, story.c.by).where(story.c.to_status == "to-read")).all()
        assert [tuple(row) for row in told] == [("a link", "outreach, the guard"), ("its words", "outreach, the guard")]

    def test_a_threat_beside_a_name_is_set_aside(self, store):
        confirm(store, ("a@one.example.org", "Robin Example should be shot"))

        assert statuses(store) == ["set-aside"]


class TestGroups:
    def test_like_words_are_one_group_with_the_number_of_the_first(self, store):
        sentences = templates()[0][1]
        texts = ["", joined(sentences, "en"), "My own words, written at night.", joined(sentences[:-1], "en")]
        confirm(store, *((f"a@{nth}.example.org", text) for nth, text in enumerate(texts)))

        assert groups(store) == [None, 2, 3, 2]

    def test_who_is_erased_leaves_no_sketch_and_the_others_keep_their_group(self, store):
        text = joined(templates()[0][1], "en")
        first, *_ = confirm(store, ("a@one.example.org", text), ("b@two.example.org", text))
        with writing(store.engine) as connection:
            supporter = connection.scalar(select(voices.c.supporter).where(voices.c.id == first))
            erase(connection, supporter, NOW, "a test", "asked for")
            assert connection.scalar(select(func.count()).where(sketches.c.voice == first)) == 0

        assert groups(store) == [1, 1]

    def test_the_database_groups_as_memory_does(self, store):
        random = Random(7)
        sketcher = Sketcher(b"any key")
        texts = [text.words for text in (*variants(120, random, FEW_EDITS), *own_texts(40, random))]
        random.shuffle(texts)
        in_memory = MemoryIndex()
        with writing(store.engine) as connection:
            stored = StoredIndex(connection)
            for text in texts:
                number = add_voice(store, connection, "a@one.example.org", text)
                assert assign(stored, number, sketcher.sketch(text)) == assign(in_memory, number, sketcher.sketch(text))

        assert groups(store) == [in_memory.groups[number] for number in range(1, len(texts) + 1)]

    def test_groups_that_are_one_are_united_in_the_database_too(self, store):
        sentences = templates()[0][1]
        texts = [joined(sentences[:4], "en"), joined(sentences[4:], "en")]
        texts += [joined([*sentences[:at], *sentences[at + 1 :]], "en") for at in range(len(sentences))]
        confirm(store, *((f"a@{nth}.example.org", text) for nth, text in enumerate(texts)))

        assert set(groups(store)) == {1}
        with reading(store.engine) as connection:
            assert set(connection.scalars(select(sketches.c.grouping))) == {1}


class TestTrends:
    def test_a_domain_that_trends_is_set_aside_with_those_before_it(self, store):
        confirm(store, ("a@one.example.org", ""), *people(LEAST - 1, "many.example.org"))
        assert set(statuses(store)) == {"counted"}

        confirm(store, ("last@many.example.org", ""), ("b@two.example.org", ""))

        assert statuses(store) == ["counted", *["set-aside"] * LEAST, "counted"]
        assert reasons(store, "set-aside") == {DOMAIN}

    def test_domains_of_big_mail_providers_do_not_trend(self, store):
        confirm(store, *people(LEAST + 5, "gmail.com"))

        assert set(statuses(store)) == {"counted"}

    def test_a_small_part_of_a_day_does_not_trend(self, store):
        confirm(store, *((f"a@{nth}.example.org", "") for nth in range(4 * LEAST)), *people(LEAST, "many.example.org"))

        assert set(statuses(store)) == {"counted"}

    def test_other_days_are_not_of_the_day(self, store):
        confirm(store, *people(LEAST - 1, "many.example.org"))
        move_back(store, timedelta(days=3))

        confirm(store, ("last@many.example.org", ""))

        assert set(statuses(store)) == {"counted"}

    def test_what_a_person_let_through_stays_and_so_does_its_domain(self, store):
        first, *_ = confirm(store, *people(LEAST, "many.example.org"))
        with writing(store.engine) as connection:
            change_voice(connection, first, VoiceStatus.WITHOUT_WORDS, NOW, "a person")

        confirm(store, ("next@many.example.org", ""))

        assert statuses(store) == ["without-words", *["set-aside"] * (LEAST - 1), "counted"]

    def test_a_network_trends_where_most_voices_of_the_day_come_from_it(self, store):
        few = [(f"a@{nth}.example.org", "") for nth in range(59)]
        confirm(store, *few, network=b"net")
        assert set(statuses(store)) == {"counted"}

        confirm(store, ("b@two.example.org", ""), network=b"net")

        assert set(statuses(store)) == {"set-aside"}
        assert reasons(store, "set-aside") == {NETWORK}

    def test_voices_of_which_nobody_knows_the_network_do_not_trend(self, store):
        confirm(store, *((f"a@{nth}.example.org", "") for nth in range(70)))

        assert set(statuses(store)) == {"counted"}


def reasons(store: Store, status: str) -> set[str]:
    with reading(store.engine) as connection:
        return set(connection.scalars(select(story.c.why).where(story.c.to_status == status)))


def move_back(store: Store, by: timedelta) -> None:
    """Let all voices have been written earlier; the database itself would not let anybody."""
    with writing(store.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER voices_are_fixed")
        connection.execute(update(voices).values(agreed_on=NOW - by))
