"""What one mission was asked and answered, from both outboxes, and as `outreach missions show` tells it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach.cli.missions.missions import history_lines
from outreach.inbox.kinds import Stance
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, open_outbox
from outreach.reports.mission_history import mission_history
from outreach.settings.load import load_settings
from tests.conftest import Command
from tests.inbox.desk.desks import came_in, say
from tests.outbox.outboxes import lead, queue_keys

# Late in the evening in Geneva it is the next day there, and still this one in UTC.
EVENING = datetime(2022, 9, 1, 22, 30, tzinfo=UTC)
MORNING = datetime(2022, 9, 20, 8, 0, tzinfo=UTC)


def outbox_of(folder: Path, *, rehearsal: bool = False) -> Outbox:
    return open_outbox(folder, load_settings(folder), rehearsal=rehearsal)


def told(folder: Path, state: str) -> list[str]:
    """The history in the words of `missions show`."""
    settings = load_settings(folder)
    return history_lines(mission_history(folder, settings, state), settings.timezone)


def letter(mission: str, case: str = "beacon", round_: str = "first") -> Key:
    return Key(MessageKind.LETTER, "hrc51", case, round_, "smtp", mission)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="usual place"),
        pytest.param("sqlite:///elsewhere.db", id="OUTREACH_DATABASE_URL"),
    ],
)
def test_looking_makes_no_outbox(campaign_folder: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    if url:
        monkeypatch.setenv("OUTREACH_DATABASE_URL", url)
    assert told(campaign_folder, "DEU") == []
    assert list(campaign_folder.rglob("*.db*")) == []


def test_a_line_a_letter_in_the_campaigns_own_time_oldest_first(campaign_folder: Path) -> None:
    outbox = outbox_of(campaign_folder)
    [first] = queue_keys(outbox, letter("DEU"), at=EVENING)
    queue_keys(outbox, letter("DEU", round_="reminder"), at=MORNING)
    lead(outbox, first, Status.SENT, EVENING)
    assert told(campaign_folder, "DEU") == [
        "2022-09-02 hrc51 beacon, first letter: sent",
        "2022-09-20 hrc51 beacon, reminder letter: queued",
    ]


def test_what_was_asked_of_others_is_not_told(campaign_folder: Path) -> None:
    queue_keys(outbox_of(campaign_folder), letter("FRA"), letter("LUX"))
    assert told(campaign_folder, "DEU") == []


def test_both_outboxes_are_told_and_a_rehearsal_is_called_one(campaign_folder: Path) -> None:
    rehearsal = outbox_of(campaign_folder, rehearsal=True)
    [rehearsed] = queue_keys(rehearsal, letter("DEU", "sample"), at=MORNING)
    lead(rehearsal, rehearsed, Status.SENT, MORNING)
    queue_keys(outbox_of(campaign_folder), letter("DEU", "beacon"), at=MORNING)
    assert told(campaign_folder, "DEU") == [
        "2022-09-20 hrc51 beacon, first letter: queued",
        "2022-09-20 hrc51 sample, first letter: sent, in a rehearsal only",
    ]


def test_only_a_rehearsal_does_not_make_the_real_outbox(campaign_folder: Path) -> None:
    queue_keys(outbox_of(campaign_folder, rehearsal=True), letter("DEU"))
    assert len(told(campaign_folder, "DEU")) == 1
    assert not (campaign_folder / "outreach.db").exists()


def test_answers_are_told_after_the_letters_oldest_first(campaign_folder: Path) -> None:
    outbox = outbox_of(campaign_folder)
    queue_keys(outbox, letter("DEU"), letter("DEU", "sample"), at=EVENING)
    second = came_in(outbox, "sample", at=MORNING)
    first = came_in(outbox, "beacon", at=EVENING)
    came_in(outbox, "beacon", mission="FRA", at=EVENING)
    say(outbox, first, Stance.WILL_RAISE)
    assert told(campaign_folder, "DEU")[2:] == [
        f"2022-09-02 hrc51 beacon, answered: will-raise (message {first})",
        f"hrc51 sample, to read: message {second}",
    ]


def test_missions_show_tells_it(campaign_folder: Path, outreach: Command) -> None:
    nothing = outreach("missions", "show", "DEU", folder=campaign_folder)
    queue_keys(outbox_of(campaign_folder), letter("DEU"), at=MORNING)
    asked = outreach("missions", "show", "Germany", folder=campaign_folder)
    assert "nothing yet" in nothing.stdout
    assert "2022-09-20 hrc51 beacon, first letter: queued" in asked.stdout
