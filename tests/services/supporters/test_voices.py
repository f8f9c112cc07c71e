"""Voices that people or the guard set aside are in no letter: what a mission gets is as if they had not been there."""

from pathlib import Path

from outreach.db.engine import reading, writing
from outreach.services.supporters.digests.preparing import DigestRequest, plan_digests
from outreach.services.supporters.voices import Decision, VoiceChoice, decide, list_voices, show_voice
from outreach.services.workspace import Workspace
from outreach.supporters.doors import change_voice
from outreach.supporters.guard.rules import DOMAIN_LIMIT
from outreach.supporters.guard.signs import People
from outreach.supporters.guard.taking import Watched, take
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.voices import read_voice
from tests.services.supporters.voices import set_up, speak, store
from tests.supporters.stores import NOW, add_voice

WORDS = "Please say her name in the debate, that is all we ask."


def confirm(workspace: Workspace, *forms: tuple[str, str]) -> list[int]:
    """Let people write and confirm, and the guard judge them."""
    here, numbers = store(workspace), list[int]()
    with writing(here.engine) as connection:
        for address, words in forms:
            number = add_voice(here, connection, address, words)
            change_voice(connection, number, VoiceStatus.CONFIRMED, NOW, "its supporter")
            take(here, connection, read_voice(here, connection, number), Watched((), People([])), NOW)
            numbers.append(number)
    return numbers


def letters(workspace: Workspace) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Give what the next digest would say to each mission: how many voices, and which words."""
    planned = plan_digests(workspace, DigestRequest()).plan.letters
    return {each.mission: (each.facts.number, tuple(quote.words for quote in each.facts.quotes)) for each in planned}


def test_many_voices_of_one_domain_change_no_letter(campaign_folder: Path) -> None:
    workspace = set_up(campaign_folder)
    speak(workspace, 12)
    before = letters(workspace)
    assert before
    attack = [(f"p{number}@many.example.org", WORDS if number % 2 else "") for number in range(DOMAIN_LIMIT.least + 20)]

    confirm(workspace, *attack)

    assert letters(workspace) == before
    decide(workspace, VoiceChoice(domain="many.example.org"), Decision.LET)
    number, quotes = letters(workspace)[next(iter(before))]
    assert (number, quotes) == (12 + len(attack), ())


def test_a_text_that_many_sent_is_quoted_once_and_counts_all(campaign_folder: Path) -> None:
    workspace = set_up(campaign_folder)
    speak(workspace, 12)
    first, *_ = confirm(workspace, *((f"a@{number}.example.org", f"{WORDS} {number}") for number in range(5)))
    before = letters(workspace)

    decide(workspace, VoiceChoice((first,), group=first), Decision.LET)

    after = letters(workspace)
    assert {number for number, _ in before.values()} == {12}
    assert set(after.values()) == {(17, (f"{WORDS} 0",))}


def test_what_waits_is_listed_until_a_person_has_decided(campaign_folder: Path) -> None:
    workspace = set_up(campaign_folder)
    assert list_voices(workspace, VoiceChoice()).groups == ()
    first, second, *_ = confirm(workspace, ("a@one.example.org", WORDS), ("b@two.example.org", "Other words."))

    assert [group.number for group in list_voices(workspace, VoiceChoice()).groups] == [first, second]
    decide(workspace, VoiceChoice((first,)), Decision.SET_ASIDE)
    decide(workspace, VoiceChoice((second,)), Decision.LET)

    assert list_voices(workspace, VoiceChoice()).groups == ()
    aside = list_voices(workspace, VoiceChoice(), [VoiceStatus.SET_ASIDE]).groups
    assert [(group.number, group.waiting, group.voices) for group in aside] == [(first, 0, 1)]
    assert show_voice(workspace, second).voice.status is VoiceStatus.LET_THROUGH


def test_every_decision_stands_in_the_story_with_who_made_it(campaign_folder: Path) -> None:
    workspace = set_up(campaign_folder)
    (only,) = confirm(workspace, ("a@one.example.org", WORDS))
    for decision in (Decision.LET, Decision.WITHOUT_WORDS, Decision.SET_ASIDE, Decision.LET):
        decide(workspace, VoiceChoice((only,)), decision)

    with reading(store(workspace).engine) as connection:
        told = connection.exec_driver_sql("SELECT to_status, by FROM story WHERE what = 'voice' ORDER BY id").all()
    by = "Ana Example: voices"
    assert [tuple(line) for line in told[2:]] == [
        ("let-through", f"{by} pass"),
        ("without-words", f"{by} without-words"),
        ("set-aside", f"{by} set-aside"),
        ("let-through", f"{by} pass"),
    ]
