"""Lines about what came back did to letters: what happened, why, and what to type."""

import pytest

from outreach.cli.common.effects import SENTENCES, effect_line
from outreach.inbox.evidence.effects import EffectNote, Happened
from outreach.next_step import Action, NextStep
from outreach.outbox.status import Status

SHOW = NextStep(Action.SHOW_MISSION, state="DEU")
UNKNOWN, PROOF = "550 5.1.1 user unknown (mail 3)", "a reply (mail 3) carries its Message-ID"


def note(happened: Happened, detail: str = "", **more: object) -> EffectNote:
    return EffectNote(5, "DEU", happened, 3, detail, **more)  # type: ignore[arg-type]


def test_all_that_can_happen_has_words() -> None:
    assert set(SENTENCES) == set(Happened)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            note(Happened.LEFT, PROOF, was=Status.UNCONFIRMED),
            "Letter 5 to DEU was unconfirmed, but it left: a reply (mail 3) carries its Message-ID",
        ),
        (
            note(Happened.LEFT_THOUGH_WITHDRAWN, PROOF),
            "Letter 5 to DEU was withdrawn, and yet a reply (mail 3) carries its Message-ID",
        ),
        (
            note(Happened.ABOUT_AN_EARLIER_SENDING),
            "Letter 5 to DEU was queued again since mail 3: that changes nothing",
        ),
        (
            note(Happened.REPORTED_AS_SPAM),
            "Letter 5 to DEU was reported as spam (mail 3); its addresses get no more letters",
        ),
        (
            note(Happened.CAME_BACK, UNKNOWN, closed=True, next_step=SHOW),
            (
                "Letter 5 to DEU came back: 550 5.1.1 user unknown (mail 3). "
                "That address gets no more letters; correct it: outreach missions show DEU"
            ),
        ),
        (
            note(Happened.CAME_BACK_IN_PART, UNKNOWN, addresses=2, next_step=SHOW),
            (
                "Letter 5 to DEU came back from one of its 2 addresses: 550 5.1.1 user unknown (mail 3). "
                "See the address: outreach missions show DEU"
            ),
        ),
        (
            note(Happened.CAME_BACK, "no (mail 3)", next_step=NextStep(Action.CHECK_SETUP)),
            "Letter 5 to DEU came back: no (mail 3). That is about our own set-up, not the address: outreach doctor",
        ),
    ],
)
def test_lines_about_letters(said: EffectNote, line: str) -> None:
    assert effect_line(said, rehearsal=False) == line


@pytest.mark.parametrize(
    ("rehearsal", "command"), [(False, "outreach queue retry 5"), (True, "outreach queue retry 5 --rehearse")]
)
def test_what_to_type_is_about_the_outbox_that_was_open(command: str, *, rehearsal: bool) -> None:
    again = note(Happened.CAME_BACK, "452 full (mail 3)", next_step=NextStep(Action.RETRY, ids=(5,)))
    expected = f"Letter 5 to DEU came back: 452 full (mail 3). It may pass; to try once more: {command}"
    assert effect_line(again, rehearsal=rehearsal) == expected
