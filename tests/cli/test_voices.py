"""`outreach voices`, typed as people type it: like words once, nobody's address, and what becomes of each voice."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from outreach.db.engine import reading
from outreach.outbox.store import now
from outreach.services.supporters.arriving import accept, take_in
from outreach.services.supporters.links.confirming import decide
from outreach.services.supporters.links.own_voice import take_back
from outreach.services.supporters.opening import Supporters, open_supporters
from outreach.supporters.guard.rules import DOMAIN_LIMIT
from outreach.supporters.people import CONFIRM, VOICE
from outreach.supporters.sealing import new_key
from outreach.supporters.tables import story, voices
from tests.conftest import Command
from tests.services.supporters.campaigns import writes
from tests.supporters.guard.written import joined, templates
from tests.supporters.stores import KEY

TEMPLATE = joined(templates()[8][1], "en")
Typed = Callable[..., Any]


@pytest.fixture
def opened(campaign_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Supporters:
    """A rehearsal with a store, since the ask of the tests is over."""
    monkeypatch.setenv("OUTREACH_WEB__KEY", KEY)
    return open_supporters(campaign_folder, rehearse=True)


@pytest.fixture
def typed(outreach: Command, campaign_folder: Path) -> Typed:
    """Type `outreach voices …`; JSON comes back as what it says."""

    def type_(*arguments: str, fails: bool = False) -> Any:
        env = {"OUTREACH_WEB__KEY": KEY, "OUTREACH_TEAM__NAME": "Ana Example"}
        done = outreach("voices", *arguments, "--rehearse", folder=campaign_folder, env=env)
        assert (done.returncode != 0) is fails, done.stderr
        if fails:
            return done.stderr
        return json.loads(done.stdout) if "--json" in arguments else done.stdout + done.stderr

    return type_


def confirm(opened: Supporters, *forms: tuple[str, str], quote: bool = True) -> None:
    """Let people write by the form and confirm by their mail. The first voice is number 1, and so on."""
    at = now()
    for number, (address, words) in enumerate(forms):
        network = f"192.0.{number % 250}.0/24"
        accept(opened, writes(address, words=words, network=network, name="Noor Hidden", may_quote=quote), at)
    assert take_in(opened, at, len(forms)) == len(forms)
    with reading(opened.store.engine) as connection:
        written = connection.scalars(select(voices.c.id).where(voices.c.status == "written")).all()
    for voice in written:
        decide(opened, opened.store.sealer.token(CONFIRM, voice), yes=True, at=at)


def statuses(opened: Supporters) -> list[str]:
    with reading(opened.store.engine) as connection:
        return list(connection.scalars(select(voices.c.status).order_by(voices.c.id)))


def five(opened: Supporters) -> None:
    """Three copies of a template, somebody's own words, and a voice without any."""
    confirm(
        opened,
        ("a@people.example.org", TEMPLATE),
        ("b@people.example.org", f"Good morning, {TEMPLATE}"),
        ("c@people.example.org", f"{TEMPLATE} See more at www.example.org"),
        ("d@people.example.org", "My own words,\nwritten at night."),
        ("e@people.example.org", ""),
    )


class TestList:
    def test_without_any_voice_it_says_so_and_makes_no_store(self, outreach: Command, campaign_folder: Path) -> None:
        done = outreach("voices", "list", folder=campaign_folder)

        assert done.returncode == 0
        assert "0 groups; 0 voices not counted" in done.stdout
        assert list(campaign_folder.glob("*supporters.db")) == []

    def test_like_words_stand_once_with_how_many_and_why(self, opened: Supporters, typed: Typed) -> None:
        five(opened)

        groups = typed("list", "--json")

        assert [(each["group"], each["voices"], each["statuses"]) for each in groups] == [
            (1, 3, {"to-read": 3}),
            (4, 1, {"to-read": 1}),
        ]
        assert groups[0]["words"] == TEMPLATE
        assert groups[0]["why"] == {"its words": 2, "a link": 1}
        said = typed("list")
        assert "My own words, written at night." in said
        assert "2 groups; 4 voices not counted before somebody decides." in said
        assert "Read one: outreach voices show 1 --rehearse" in said

    def test_neither_an_address_nor_a_name_is_shown(self, opened: Supporters, typed: Typed) -> None:
        five(opened)

        for said in (typed("list"), typed("show", "1", "--copies"), str(typed("list", "--json")), typed("show", "5")):
            assert "people.example.org" not in said
            assert "Hidden" not in said

    def test_a_list_of_words_that_cannot_be_read_is_said(
        self, opened: Supporters, typed: Typed, campaign_folder: Path
    ) -> None:
        (campaign_folder / "contacts" / "words-to-read.txt").write_bytes(b"caf\xe9")
        five(opened)

        assert "contacts/words-to-read.txt: cannot be read: not UTF-8 text" in typed("list", fails=True)

    def test_a_word_of_the_list_stands_as_the_reason(
        self, opened: Supporters, typed: Typed, campaign_folder: Path
    ) -> None:
        (campaign_folder / "contacts" / "words-to-read.txt").write_text("night  # ours\n")
        five(opened)

        assert typed("list", "--group", "4", "--json")[0]["why"] == {"a listed word": 1}


class TestShow:
    def test_the_number_of_a_group_shows_the_voice_that_stands_for_it(self, opened: Supporters, typed: Typed) -> None:
        five(opened)

        said = typed("show", "1", "--copies")

        assert "Voice 1, to-read (its words), confirmed on" in said
        assert "Group 1: 3 voices (3 to-read; 3 en)." in said
        assert "Voice 3, to-read (a link):" in said
        assert "See more at www.example.org" in said
        assert "outreach voices pass 1 --group 1 --rehearse" in said

    def test_any_other_number_shows_that_voice(self, opened: Supporters, typed: Typed) -> None:
        five(opened)

        assert typed("show", "3", "--json")["words"].endswith("www.example.org")
        assert typed("show", "3", "--json")["group"]["group"] == 1
        assert typed("show", "5", "--json")["status"] == "counted"

    def test_what_is_not_there_is_refused_with_the_next_step(self, opened: Supporters, typed: Typed) -> None:
        five(opened)

        assert "there is no confirmed voice 77" in typed("show", "77", fails=True)
        assert "outreach voices list" in typed("pass", "--group", "77", fails=True)


class TestDeciding:
    def test_passing_a_group_lets_one_text_through_and_counts_all(self, opened: Supporters, typed: Typed) -> None:
        five(opened)

        said = typed("pass", "1", "--group", "1")

        assert "Voice 1 may be quoted." in said
        assert "2 voices counted without words." in said
        assert statuses(opened) == ["let-through", "without-words", "without-words", "to-read", "counted"]
        with reading(opened.store.engine) as connection:
            by = connection.scalars(select(story.c.by).where(story.c.to_status == "let-through")).one()
        assert by == "Ana Example: voices pass"

    def test_a_text_that_nobody_named_is_never_quoted_whichever_stands_for_its_group_now(
        self, opened: Supporters, typed: Typed
    ) -> None:
        five(opened)
        assert typed("show", "1", "--json")["voice"] == 1
        take_back(opened, opened.store.sealer.token(VOICE, 1), now())  # its writer, once somebody has read it
        assert "there is no confirmed voice 1" in typed("pass", "1", "--group", "2", fails=True)

        said = typed("pass", "--group", "2")

        assert "may be quoted" not in said
        assert statuses(opened)[:3] == ["taken-back", "without-words", "without-words"]
        assert "not both" in typed("set-aside", "2", "--group", "2", fails=True)

    def test_who_comes_later_with_the_same_words_is_counted_by_the_next_pass(
        self, opened: Supporters, typed: Typed
    ) -> None:
        five(opened)
        typed("pass", "1", "--group", "1")
        confirm(opened, ("f@people.example.org", TEMPLATE))
        assert statuses(opened)[-1] == "to-read"

        typed("pass", "1", "--group", "1")

        assert statuses(opened) == [
            "let-through", "without-words", "without-words", "to-read", "counted", "without-words",
        ]  # fmt: skip

    def test_passing_again_changes_nothing(self, opened: Supporters, typed: Typed) -> None:
        five(opened)
        typed("pass", "1", "--group", "1")

        again = typed("pass", "--group", "1", "--json")

        assert again == {"let_through": [], "changed": {}, "unchanged": {"let-through": 1, "without-words": 2}}

    def test_where_the_text_that_stands_for_a_group_is_set_aside_another_does(
        self, opened: Supporters, typed: Typed
    ) -> None:
        five(opened)
        typed("set-aside", "1")

        assert typed("show", "--group", "1", "--json")["voice"] == 2
        assert "say which: outreach voices show ID" in typed("show", fails=True)
        assert typed("list", "--json")[0]["shown"] == 2
        assert typed("pass", "2", "--group", "1", "--json")["let_through"] == [2]
        assert statuses(opened)[:3] == ["set-aside", "let-through", "without-words"]
        assert typed("list", "--json")[0]["shown"] == 4
        assert typed("show", "1", "--json")["voice"] == 2

    def test_without_words_can_still_be_let_through(self, opened: Supporters, typed: Typed) -> None:
        five(opened)
        typed("without-words", "--group", "1")

        assert typed("pass", "1", "--group", "1", "--json")["let_through"] == [1]
        assert statuses(opened)[:3] == ["let-through", "without-words", "without-words"]

    def test_passing_by_number_lets_each_through(self, opened: Supporters, typed: Typed) -> None:
        five(opened)

        assert typed("pass", "3", "4", "--json")["let_through"] == [3, 4]
        assert statuses(opened) == ["to-read", "to-read", "let-through", "let-through", "counted"]

    def test_words_that_may_not_be_quoted_are_counted_without_them(self, opened: Supporters, typed: Typed) -> None:
        confirm(opened, ("a@people.example.org", TEMPLATE), quote=False)

        assert typed("pass", "--group", "1", "--json")["changed"] == {"without-words": 1}

    def test_without_words_and_set_aside_are_taken_back_by_the_other(self, opened: Supporters, typed: Typed) -> None:
        five(opened)

        typed("set-aside", "--group", "1")
        assert statuses(opened)[:3] == ["set-aside"] * 3
        typed("without-words", "1", "2")
        typed("set-aside", "5")
        assert statuses(opened) == ["without-words", "without-words", "set-aside", "to-read", "set-aside"]
        typed("without-words", "5")
        assert statuses(opened)[-1] == "counted"

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            ((), "say which voices: by their numbers, a group"),
            (("1", "--domain", "example.org"), "only one of these"),
            (("1", "2", "--group", "1"), "only one of these"),
            (("4", "--group", "1"), "group 1 has no voice 4 any more"),
            (("--since", "2022-09-20"), "--since DAY goes with --domain"),
            (("--domain", "example.org", "--since", "soon"), "--since: 'soon' is not a day"),
            (("99",), "there is no confirmed voice 99"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, arguments: tuple[str, ...], says: str, opened: Supporters, typed: Typed
    ) -> None:
        five(opened)

        assert says in typed("pass", *arguments, fails=True)
        assert "let-through" not in statuses(opened)


class TestDomains:
    def test_a_domain_that_trended_is_named_and_can_be_counted(self, opened: Supporters, typed: Typed) -> None:
        many = [(f"p{number}@many.example.org", "") for number in range(DOMAIN_LIMIT.least - 1)]
        confirm(opened, *many, ("q@many.example.org", "Words nobody read."), ("e@people.example.org", ""))
        assert statuses(opened) == [*["set-aside"] * DOMAIN_LIMIT.least, "counted"]

        day = now().astimezone(opened.campaign.settings.timezone).date().isoformat()
        said = typed("list", "--status", "set-aside")
        assert "Set aside without words: 29 voices from many.example.org, " in said

        done = typed("pass", "--domain", "many.example.org", "--since", day, "--json")

        assert done["changed"] == {"counted": DOMAIN_LIMIT.least - 1, "without-words": 1}
        assert typed("pass", "--domain", "other.example.org", "--json")["changed"] == {}

    def test_the_domain_of_many_is_named_with_what_to_do(self, opened: Supporters, typed: Typed) -> None:
        confirm(opened, *((f"p{number}@many.example.org", "") for number in range(DOMAIN_LIMIT.least)))

        said = typed("list")

        assert "0 groups; 30 voices not counted before somebody decides." in said
        assert "Set aside without words: 30 voices from many.example.org, " in said
        assert "outreach voices pass --domain many.example.org --since 20" in said

    def test_all_voices_of_a_domain_are_set_aside(self, opened: Supporters, typed: Typed) -> None:
        five(opened)

        assert typed("set-aside", "--domain", "PEOPLE.example.org", "--json")["changed"] == {"set-aside": 5}
        assert "0 groups; 0 voices not counted" in typed("list")
        said = typed("list", "--status", "set-aside")
        assert "Set aside without words: 1 voice, " in said
        assert "outreach voices pass --network-of 5 --rehearse" in said
        typed("pass", "--network-of", "5")
        assert statuses(opened)[-1] == "counted"


class TestStatus:
    def test_what_waits_is_in_outreach_status_where_the_key_is(
        self, opened: Supporters, typed: Typed, outreach: Command, campaign_folder: Path
    ) -> None:
        five(opened)

        said = outreach("status", "--rehearse", folder=campaign_folder, env={"OUTREACH_WEB__KEY": KEY}).stdout
        assert "voices wait" in said
        assert "outreach voices list --rehearse" in said
        for env in ({"OUTREACH_WEB__KEY": ""}, {"OUTREACH_WEB__KEY": new_key()}):
            done = outreach("status", "--rehearse", folder=campaign_folder, env=env)
            assert done.returncode == 0
            assert "voices wait" not in done.stdout
        typed("pass", "1", "2", "3", "4")
        done = outreach("status", "--rehearse", folder=campaign_folder, env={"OUTREACH_WEB__KEY": KEY})
        assert "voices wait" not in done.stdout
