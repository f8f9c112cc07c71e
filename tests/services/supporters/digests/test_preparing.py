"""Digests: one letter a mission, every voice once, nothing lost in a crash, nothing sent that nobody else read."""

import shutil
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.db.engine import reading, writing
from outreach.errors import UsageError
from outreach.mime.body import body_of
from outreach.outbox.gate.objections import Reason
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Entry, Scope
from outreach.outbox.queue import change_by_person, enqueue, entries
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.services.checks.setup import adopt_journal
from outreach.services.sending.queue import stored_message
from outreach.services.sending.running import RunRequest, run_queue
from outreach.services.supporters.digests.approving import approve, refuse
from outreach.services.supporters.digests.preparing import (
    DigestRequest,
    DigestView,
    PreparedDigest,
    finish_digests,
    plan_digests,
    prepare_digest,
    read_views,
)
from outreach.services.workspace import Workspace
from outreach.supporters.digest.approvals import REFUSED, decide
from outreach.supporters.digest.reserving import read_digests, release, reserve
from outreach.supporters.doors import change_voice
from outreach.supporters.erasing import erase
from outreach.supporters.files import FILE
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.tables import voices
from tests.conftest import CAMPAIGN, give_addresses
from tests.outbox.outboxes import lead
from tests.services.supporters.voices import ANA, BO, at_work, set_up, speak, store


@pytest.fixture
def workspace(large_campaign: Path) -> Workspace:
    give_addresses(large_campaign)
    return set_up(large_campaign)


def letters(workspace: Workspace) -> list[Entry]:
    with reading(workspace.outbox.engine) as connection:
        return entries(connection, Scope(kind=MessageKind.DIGEST))


def prepare(workspace: Workspace, *to: str) -> PreparedDigest | None:
    finish_digests(workspace)
    return prepare_digest(workspace, plan_digests(workspace, DigestRequest("hrc51", to)))


def left_out(workspace: Workspace, *to: str) -> dict[str, str]:
    plan = plan_digests(workspace, DigestRequest("hrc51", to)).plan
    return {item.state: item.reason.value for item in plan.excluded}


def text(workspace: Workspace, entry: Entry) -> str:
    return " ".join(body_of(stored_message(workspace, entry.id).content).split())


def take_back(workspace: Workspace, voice: int) -> None:
    with writing(store(workspace).engine) as connection:
        assert change_voice(connection, voice, VoiceStatus.TAKEN_BACK, now(), "test")


def withdraw(workspace: Workspace, *chosen: Entry) -> None:
    with writing(workspace.outbox.engine) as connection:
        change_by_person(connection, chosen, Status.WITHDRAWN, now(), "test", "")


def run(workspace: Workspace) -> Counter[Status]:
    return run_queue(workspace, RunRequest(Scope())).counts


def later(workspace: Workspace, days: int) -> Workspace:
    return replace(workspace, campaign=replace(workspace.campaign, day=date.today() + timedelta(days=days)))  # noqa: DTZ011


def test_76_missions_get_one_letter_each_and_again_none(workspace: Workspace) -> None:
    speak(workspace, 20, country="POL")
    done = prepare(workspace)
    assert done
    assert (done.number, done.letters) == (1, 76)
    found = letters(workspace)
    assert len({entry.key.mission for entry in found}) == 76
    assert "a request made through us by 20 people" in text(workspace, next(e for e in found if e.language == "en"))
    assert "Country given by those who ask: Poland." in text(workspace, next(e for e in found if e.language == "en"))
    assert prepare(workspace) is None
    assert set(left_out(workspace).values()) == {"too soon"}


def test_nothing_leaves_before_somebody_else_approved_it_and_then_all_does(workspace: Workspace) -> None:
    speak(workspace, 12)
    done = prepare(workspace)
    assert done
    assert run(workspace) == {}
    for spelled in (" ana  EXAMPLE ", "Ana\u200bExample", "Ana\u00a0Example", "\uff21na Example", "Ana. Example"):
        with pytest.raises(UsageError, match="nobody approves their own"):
            approve(at_work(workspace, spelled), done.batch)
    with pytest.raises(UsageError, match="has no letter"):
        approve(at_work(workspace, "\u200b"), done.batch)
    assert run(workspace) == {}
    decided = approve(at_work(workspace, BO), done.batch[:12])
    assert decided.voices == 12
    with reading(store(workspace).engine) as connection:
        assert set(connection.scalars(select(voices.c.status))) == {"in-digest"}
    assert run(workspace) == {Status.SENT: 76}
    with pytest.raises(UsageError, match="Bo Example approved this batch"):
        approve(at_work(workspace, "Cy Example"), done.batch)


def test_without_a_name_nobody_prepares_or_approves(workspace: Workspace) -> None:
    speak(workspace, 12)
    nobody = at_work(workspace, "")
    with pytest.raises(UsageError, match="OUTREACH_TEAM__NAME"):
        prepare(nobody)
    done = prepare(workspace)
    assert done
    with pytest.raises(UsageError, match="OUTREACH_TEAM__NAME"):
        approve(nobody, done.batch)


def test_another_batch_than_was_read_is_not_approved(workspace: Workspace) -> None:
    speak(workspace, 12)
    done = prepare(workspace)
    assert done
    with pytest.raises(UsageError, match="there is no batch"):
        approve(at_work(workspace, BO), "0" * 64)
    with pytest.raises(UsageError, match="first 12 signs"):
        approve(at_work(workspace, BO), done.batch[:11])


def test_too_few_are_counted_next_time(workspace: Workspace) -> None:
    speak(workspace, 9)
    assert set(left_out(workspace).values()) == {"too few"}
    assert prepare(workspace) is None
    speak(workspace, 1, begin=9)
    assert prepare(workspace)
    assert "a request made through us by 10 people" in text(workspace, letters(workspace)[0])


def test_a_state_concerned_gets_no_word_of_its_own_case_and_no_voice_for_it_alone(workspace: Workspace) -> None:
    case = replace(workspace.campaign.cases["specimen"], state_concerned="AUT")
    cases = {**workspace.campaign.cases, "specimen": case}
    workspace = replace(workspace, campaign=replace(workspace.campaign, cases=cases))
    speak(workspace, 15, cases=["specimen"])
    speak(workspace, 11, words="I. Specimen is not forgotten.", begin=15)
    planned = plan_digests(workspace, DigestRequest("hrc51", ("AUT", "DEU")))
    found = {letter.mission: letter for letter in planned.plan.letters}
    assert [case.slug for case in found["AUT"].cases] == ["beacon"]
    assert found["AUT"].facts.number == 11
    assert found["DEU"].facts.number == 26
    assert found["DEU"].facts.by_case == {"beacon": 11, "specimen": 26}
    by_state = {draft.key.mission: draft.content.decode() for draft in planned.drafts}
    assert "Specimen" in by_state["DEU"]
    assert "Specimen" not in by_state["AUT"]
    assert [(item.state, item.case, item.reason) for item in planned.plan.without] == [
        ("AUT", "specimen", Reason.STATE_CONCERNED)
    ]


def test_no_letter_says_that_people_in_a_state_concerned_write(workspace: Workspace) -> None:
    concerned = workspace.campaign.cases["specimen"].state_concerned
    speak(workspace, 8, country=concerned)
    speak(workspace, 5, country="POL", begin=8)
    speak(workspace, 4, country="NOR", begin=13)
    [letter] = plan_digests(workspace, DigestRequest("hrc51", ("DEU",))).plan.letters
    assert dict(letter.facts.countries) == {"POL": 5}
    assert letter.facts.number_of_countries == 3


def test_voices_for_chosen_missions_are_counted_there_alone(workspace: Workspace) -> None:
    speak(workspace, 10)
    speak(workspace, 3, missions="DEU", begin=10)
    plan = plan_digests(workspace, DigestRequest("hrc51")).plan
    numbers = {letter.mission: letter.facts.number for letter in plan.letters}
    assert numbers.pop("DEU") == 13
    assert set(numbers.values()) == {10}


def test_the_next_digest_comes_a_week_later_and_counts_the_new_ones(workspace: Workspace) -> None:
    speak(workspace, 12)
    done = prepare(workspace)
    assert done
    approve(at_work(workspace, BO), done.batch)
    run(workspace)
    speak(workspace, 11, begin=12)
    assert set(left_out(later(workspace, 6)).values()) == {"too soon"}
    again = prepare(later(workspace, 7))
    assert again
    assert again.letters == 76
    newest = [entry for entry in letters(workspace) if entry.key.part == "2" and entry.language == "en"]
    assert "a request made through us by 11 more people since our letter of" in text(workspace, newest[0])


def test_quotes_are_of_those_who_agreed_and_were_read_and_one_of_each_group(workspace: Workspace) -> None:
    speak(workspace, 10)
    read = speak(workspace, 1, words="Say their names in the Council, aloud.", begin=10)
    speak(workspace, 1, words="Nobody has read this yet, so it stays here.", begin=11, status=VoiceStatus.TO_READ)
    speak(workspace, 1, words="Read, and set aside for good reasons.", begin=12, status=VoiceStatus.WITHOUT_WORDS)
    speak(workspace, 1, words="What was done to I. Specimen is known.", cases=["beacon"], begin=13)
    planned = plan_digests(workspace, DigestRequest("hrc51", ("DEU",)))
    [letter] = planned.plan.letters
    said = {quote.words for quote in letter.facts.quotes}
    assert "Say their names in the Council, aloud." in said
    assert not any("Nobody has read" in words or "set aside" in words for words in said)
    assert letter.facts.number == 13
    cases = workspace.campaign.cases
    cases = {**cases, "specimen": replace(cases["specimen"], not_to=("FRA",))}
    kept_from = replace(workspace, campaign=replace(workspace.campaign, cases=cases))
    [draft] = plan_digests(kept_from, DigestRequest("hrc51", ("FRA",))).drafts
    assert "Specimen" not in draft.content.decode()
    assert read


def test_a_link_is_not_quoted_nor_words_that_may_name_a_case_to_the_state_concerned(workspace: Workspace) -> None:
    speak(workspace, 10)
    speak(workspace, 1, words="Read https://somewhere.example.org and act.", begin=10)
    speak(workspace, 1, words="Write to somebody@example.org and ask.", begin=11)
    speak(workspace, 1, words="Пожалуйста, назовите имена.", begin=12)
    speak(workspace, 1, words="Please say the names.", begin=13)
    cases = workspace.campaign.cases
    cases = {**cases, "sample": replace(cases["sample"], not_to=("FRA",))}
    workspace = replace(workspace, campaign=replace(workspace.campaign, cases=cases))
    said = {
        letter.mission: {quote.words for quote in letter.facts.quotes}
        for letter in plan_digests(workspace, DigestRequest("hrc51", ("DEU", "FRA"))).plan.letters
    }
    assert said == {"DEU": {"Пожалуйста, назовите имена.", "Please say the names."}, "FRA": {"Please say the names."}}


def test_a_letter_is_held_when_a_voice_that_it_quotes_is_taken_back(workspace: Workspace) -> None:
    speak(workspace, 10)
    [quoted] = speak(workspace, 1, words="Say their names in the Council.", missions="DEU", begin=10)
    done = prepare(workspace)
    assert done
    approve(at_work(workspace, BO), done.batch)
    take_back(workspace, quoted)
    assert run(workspace) == {Status.SENT: 75}
    [held] = [letter for letter in read_views(workspace)[0].letters if letter.held]
    assert held.entry.key.mission == "DEU"
    assert held.held
    assert held.held.reason is Reason.QUOTE_CHANGED


def test_who_is_erased_is_quoted_nowhere(workspace: Workspace) -> None:
    speak(workspace, 10)
    [quoted] = speak(workspace, 1, words="Say their names in the Council.", begin=10)
    done = prepare(workspace)
    assert done
    approve(at_work(workspace, BO), done.batch)
    with writing(store(workspace).engine) as connection:
        person = connection.scalars(select(voices.c.supporter).where(voices.c.id == quoted)).one()
        erase(connection, person, now(), "test", "asked for it")
    assert run(workspace) == {}


def test_what_is_refused_is_withdrawn_and_counted_again(workspace: Workspace) -> None:
    speak(workspace, 12)
    done = prepare(workspace)
    assert done
    decided = refuse(at_work(workspace, BO), done.batch, "the second quote is not true")
    assert decided.withdrawn == 76
    assert run(workspace) == {}
    again = prepare(workspace)
    assert again
    assert (again.number, again.letters) == (2, 76)
    assert again.batch != done.batch


def test_what_a_person_withdrew_is_counted_again(workspace: Workspace) -> None:
    speak(workspace, 12)
    done = prepare(workspace)
    assert done
    approve(at_work(workspace, BO), done.batch)
    withdraw(workspace, *[entry for entry in letters(workspace) if entry.key.mission in ("DEU", "FRA")])
    assert run(workspace) == {Status.SENT: 74}
    again = prepare(workspace)
    assert again
    assert again.letters == 2
    [new] = [entry for entry in letters(workspace) if entry.key.part == "2" and entry.language == "en"]
    assert "a request made through us by 12 people" in text(workspace, new)


@pytest.mark.parametrize("status", [Status.REJECTED, Status.BOUNCED])
def test_what_came_back_is_counted_again_once_the_mission_has_another_address(
    workspace: Workspace, status: Status
) -> None:
    speak(workspace, 12)
    done = prepare(workspace, "DEU", "FRA")
    assert done
    approve(at_work(workspace, BO), done.batch)
    german, french = (next(e for e in letters(workspace) if e.key.mission == state) for state in ("DEU", "FRA"))
    lead(workspace.outbox, german.id, status)
    lead(workspace.outbox, french.id, Status.SENT)
    assert prepare(workspace, "DEU") is None
    mission = workspace.campaign.registry.missions["DEU"]
    missions = {**workspace.campaign.registry.missions, "DEU": replace(mission, emails=("new@deu.example.org",))}
    mended = replace(workspace.campaign, registry=replace(workspace.campaign.registry, missions=missions))
    again = prepare(replace(workspace, campaign=mended), "DEU", "FRA")
    assert again
    assert again.letters == 1
    assert letters(workspace)[-1].recipients == ("new@deu.example.org",)


def test_a_digest_that_only_the_outbox_knows_stops_others_until_somebody_adopts_it(large_campaign: Path) -> None:
    give_addresses(large_campaign)
    settings, next_year = large_campaign / "outreach.toml", f"date = {date.today().year + 1}-09-29"  # noqa: DTZ011
    settings.write_text(settings.read_text(encoding="utf-8").replace("date = 2022-09-29", next_year), encoding="utf-8")
    workspace = set_up(large_campaign, rehearsal=False)
    speak(workspace, 12)
    yesterday = large_campaign / "yesterday.db"
    with closing(sqlite3.connect(large_campaign / FILE)) as now_, closing(sqlite3.connect(yesterday)) as copy:
        now_.backup(copy)
    speak(workspace, 3, begin=12)
    done = prepare(workspace, "DEU", "FRA")
    assert done
    for entry in letters(workspace):
        lead(workspace.outbox, entry.id, Status.SENT)
    store(workspace).engine.dispose()
    for old in large_campaign.glob(f"{FILE}*"):
        old.unlink()
    yesterday.rename(large_campaign / FILE)
    speak(workspace, 20, begin=20)
    in_a_week = later(workspace, 9)
    with pytest.raises(UsageError, match="does not know digest 1, of which the outbox has letters"):
        prepare(in_a_week, "DEU", "FRA", "PER")
    assert adopt_journal(large_campaign, "test").digests == (1,)
    assert adopt_journal(large_campaign, "test").digests == ()
    again = prepare(in_a_week, "DEU", "FRA", "PER")
    assert again
    assert (again.number, again.letters) == (2, 1)
    assert letters(workspace)[-1].key.mission == "PER"
    speak(workspace, 10, begin=50)
    assert left_out(later(workspace, 18), "DEU") == {}


def die(workspace: Workspace, *, queued: bool, to: tuple[str, ...] = ()) -> None:
    """Do what `prepare_digest` does, up to the point where a process ended."""
    planned = plan_digests(workspace, DigestRequest("hrc51", to))
    if not planned.drafts:
        return
    with writing(store(workspace).engine) as connection:
        about = (planned.number, "hrc51", planned.reservations)
        reserve(connection, *about, channel=workspace.channel, by=ANA, at=now())
    if queued:
        with writing(workspace.outbox.engine) as connection:
            enqueue(connection, planned.drafts, now(), "test")


@pytest.mark.parametrize("queued", [False, True])
def test_a_crash_between_the_databases_leaves_no_voice_twice_and_none_lost(
    workspace: Workspace, *, queued: bool
) -> None:
    speak(workspace, 12)
    speak(workspace, 1, words="Say their names in the Council.", begin=12)
    die(workspace, queued=queued)
    assert len(letters(workspace)) == (76 if queued else 0)
    speak(workspace, 15, begin=13)
    [finished] = finish_digests(workspace)
    assert (finished.number, finished.letters) == (1, 76)
    assert all("13 people" in text(workspace, entry) for entry in letters(workspace) if entry.language == "en")
    assert finish_digests(workspace) == []
    assert prepare(workspace) is None
    approve(at_work(workspace, BO), finished.batch)
    assert run(workspace) == {Status.SENT: 76}


def test_a_half_refused_digest_is_refused_all_the_same(workspace: Workspace) -> None:
    speak(workspace, 12)
    done = prepare(workspace)
    assert done
    here = store(workspace)
    with writing(here.engine) as connection:  # as `refuse` begins
        [digest] = read_digests(connection)
        decide(connection, digest, done.batch, REFUSED, why="no", by=BO, at=now())
        release(connection, 1, [letter.mission for letter in digest.letters], now(), BO, "refused")
    assert run(workspace) == {}
    assert prepare(workspace)
    assert Counter(entry.status for entry in letters(workspace)) == {Status.WITHDRAWN: 76, Status.QUEUED: 76}


def test_without_the_store_no_digest_leaves(workspace: Workspace) -> None:
    speak(workspace, 12)
    done = prepare(workspace)
    assert done
    approve(at_work(workspace, BO), done.batch)
    elsewhere = Workspace(workspace.campaign, workspace.outbox)
    store(workspace).engine.dispose()
    for file in workspace.campaign.folder.glob("rehearsal.supporters.db*"):
        file.unlink()
    assert run(elsewhere) == {}
    with reading(elsewhere.outbox.engine) as connection:
        held = elsewhere.gate.held(connection, Scope())
    assert {(item.reason, item.detail) for item in held.values()} == {
        (Reason.NOT_APPROVED, "supporters.db is not here")
    }


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["speak", "speak", "prepare", "prepare", "killed", "withdraw", "refuse", "send", "week"]),
        st.integers(0, 2),
    ),
    min_size=4,
    max_size=14,
)
MISSIONS = ("DEU", "FRA", "ESP")


class Story:
    """A campaign in which anything may happen, in any order."""

    def __init__(self, folder: Path) -> None:
        workspace = set_up(folder)
        known = workspace.campaign.settings
        few = known.model_copy(update={"digest": known.digest.model_copy(update={"least": 1})})
        self.workspace = replace(workspace, campaign=replace(workspace.campaign, settings=few))
        self.people = self.days = 0

    @property
    def today(self) -> Workspace:
        return later(self.workspace, self.days)

    def speak(self, which: int) -> None:
        speak(self.workspace, which + 1, begin=self.people)
        self.people += which + 1

    def prepare(self, which: int) -> None:
        prepare(self.today, *MISSIONS[: which + 1])

    def killed(self, which: int) -> None:
        finish_digests(self.today)
        die(self.today, queued=bool(which), to=MISSIONS[which:])

    def withdraw(self, which: int) -> None:
        waits = [entry for entry in letters(self.workspace) if entry.status is Status.QUEUED]
        withdraw(self.workspace, *waits[which : which + 1])

    def refuse(self, _which: int) -> None:
        for view in self._undecided():
            refuse(at_work(self.today, BO), view.batch, "no")

    def send(self, _which: int) -> None:
        for view in self._undecided():
            approve(at_work(self.today, BO), view.batch)
        run(self.today)

    def week(self, _which: int) -> None:
        self.days += 7

    def end(self) -> None:
        """Send what is there; a month later, all that is left."""
        finish_digests(self.today)
        self.send(0)
        self.days += 30
        prepare(self.today, *MISSIONS)
        self.send(0)

    def _undecided(self) -> list[DigestView]:
        views = read_views(self.workspace)
        return [view for view in views if view.decision is None and view.digest.queued_at and view.batch]


@settings(max_examples=15, deadline=None)
@given(steps=STEPS)
def test_whatever_happens_a_voice_reaches_a_mission_once_and_none_is_lost(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = Path(shutil.copytree(CAMPAIGN, tmp_path_factory.mktemp("any") / "campaign"))
    give_addresses(folder)
    told = Story(folder)
    told.speak(0)
    for what, which in steps:
        getattr(told, what)(which)
    told.end()
    sent = {(e.key.mission, e.key.part) for e in letters(told.workspace) if e.status is Status.SENT}
    reached = defaultdict[str, Counter[int]](Counter)
    with reading(store(told.workspace).engine) as connection:
        numbers = list(connection.scalars(select(voices.c.counted)))
        for digest in read_digests(connection):
            for letter in digest.letters:
                assert (letter.mission, str(digest.number)) in sent
                reached[letter.mission].update(n for n in numbers if letter.within.after < n <= letter.within.upto)
    for mission in MISSIONS:
        assert reached[mission] == dict.fromkeys(numbers, 1)
