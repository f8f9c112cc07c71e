"""Which reminders are due: those that the plan itself would send, and no others."""

import json
import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.cli.common.next_steps import command
from outreach.db.engine import writing
from outreach.inbox.kinds import Stance
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Key, Scope
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, open_outbox
from outreach.outbox.suppressions import suppress
from outreach.reports.attention import Need, attention
from tests.conftest import Command, give_addresses, mail_server
from tests.inbox.desk.desks import came_in, say
from tests.outbox.outboxes import heard, lead, queue_keys
from tests.reports.answered import letter
from tests.reports.overviews import overview_of

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=20)
Happening = Callable[[Path, Outbox, int], None]


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    """The campaign, with an address for each mission, and its ask two months ahead."""
    give_addresses(campaign_folder)
    rewrite(campaign_folder / "outreach.toml", "date = 2022-09-29", f"date = {NOW.date() + timedelta(days=60)}")
    return campaign_folder


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def outbox_of(folder: Path, *, rehearsal: bool = False) -> Outbox:
    return open_outbox(folder, load_campaign(folder).settings, rehearsal=rehearsal)


def three_were_asked(folder: Path, outbox: Outbox, happens: Happening) -> None:
    """France and Austria got a letter long ago and are silent, and so did Germany, to which something happens."""
    for mission in ("FRA", "AUT"):
        letter(outbox, mission, at=LONG_AGO)
    happens(folder, outbox, letter(outbox, "DEU", at=LONG_AGO))


def due(folder: Path, outbox: Outbox) -> dict[str, int]:
    """The commands for reminders that are due, and how many each is said to be about."""
    needs = attention(overview_of(load_campaign(folder), outbox, Scope()))
    reminders = [each for each in needs if each.need is Need.REMINDER_DUE]
    return {command(each.next_step, rehearsal=outbox.rehearsal): each.number for each in reminders}


def nothing(_folder: Path, _outbox: Outbox, _first: int) -> None:
    """Germany is silent like the others."""


def answered(_folder: Path, outbox: Outbox, _first: int) -> None:
    say(outbox, came_in(outbox, "beacon"), Stance.DECLINED)


def suppressed(folder: Path, outbox: Outbox, _first: int) -> None:
    """In a rehearsal the real outbox's suppressions count."""
    suppress(outbox_of(folder) if outbox.rehearsal else outbox, "deu@deu.example.org", "they asked for it")


def retried_today(_folder: Path, outbox: Outbox, first: int) -> None:
    """It had come back; a moment ago it left once more, to a mended address."""
    change(outbox, first, Status.SENT, Status.BOUNCED, Status.WITHDRAWN)
    channel = "rehearsal" if outbox.rehearsal else "smtp"
    [again] = queue_keys(
        outbox, Key(MessageKind.LETTER, "hrc51", "beacon", "first", channel, "DEU", "address-2"), at=NOW
    )
    lead(outbox, again, Status.SENT, NOW)


def bounced_and_thanked(_folder: Path, outbox: Outbox, first: int) -> None:
    change(outbox, first, Status.SENT, Status.BOUNCED)
    letter(outbox, "DEU", round_="thanks", at=NOW)


def change(outbox: Outbox, message: int, *ways: Status) -> None:
    with writing(outbox.engine) as connection:
        for was, then in pairwise(ways):
            advance(connection, [Transition(message, was, then, NOW, "test")])


def lost_its_address(folder: Path, _outbox: Outbox, _first: int) -> None:
    give_addresses(folder, {"FRA", "AUT"})


ANYHOW = [(nothing, 3), (answered, 2), (suppressed, 2), (bounced_and_thanked, 2)]


@pytest.mark.parametrize(("happens", "number"), [*ANYHOW, (retried_today, 2), (lost_its_address, 2)])
def test_the_command_for_reminders_plans_as_many_as_status_says(
    folder: Path, outreach: Command, happens: Happening, number: int
) -> None:
    outbox = outbox_of(folder)
    three_were_asked(folder, outbox, happens)
    [(typed, said)] = due(folder, outbox).items()
    arguments = (*shlex.split(typed)[1:], "--dry-run", "--json")
    planned = outreach(*arguments, folder=folder, env=mail_server(1))
    assert planned.returncode == 0, planned.stderr
    assert said == json.loads(planned.stdout)["planned"] == number


@pytest.mark.parametrize(("happens", "number"), [*ANYHOW, (lost_its_address, 3)])
def test_so_it_does_in_a_rehearsal_which_needs_no_address(
    folder: Path, outreach: Command, happens: Happening, number: int
) -> None:
    outbox = outbox_of(folder, rehearsal=True)
    three_were_asked(folder, outbox, happens)
    [(typed, said)] = due(folder, outbox).items()
    planned = outreach(*shlex.split(typed)[1:], "--dry-run", "--json", folder=folder)
    assert planned.returncode == 0, planned.stderr
    assert said == json.loads(planned.stdout)["planned"] == number


def test_what_is_too_soon_is_not_due_in_a_rehearsal_either(folder: Path) -> None:
    """Although the plan of a rehearsal would only warn."""
    outbox = outbox_of(folder, rehearsal=True)
    three_were_asked(folder, outbox, retried_today)
    assert list(due(folder, outbox).values()) == [2]


@pytest.mark.parametrize(
    ("old", "new"),
    [("  letters: yes", "  letters: no"), ("\nconsent:", "\nembargo: 2999-01-01\nconsent:")],
    ids=["consent taken back", "embargo"],
)
@pytest.mark.parametrize("rehearsal", [False, True], ids=["in earnest", "rehearsal"])
def test_none_is_due_about_a_case_that_may_not_be_written_about(
    folder: Path, old: str, new: str, *, rehearsal: bool
) -> None:
    outbox = outbox_of(folder, rehearsal=rehearsal)
    three_were_asked(folder, outbox, nothing)
    rewrite(folder / "cases" / "beacon.md", old, new)
    assert due(folder, outbox) == {}


def test_a_state_that_nobody_knows_is_due_none_and_breaks_nothing(folder: Path) -> None:
    outbox = outbox_of(folder)
    three_were_asked(folder, outbox, nothing)
    letter(outbox, "XYZ", at=LONG_AGO)
    assert list(due(folder, outbox).values()) == [3]


def test_no_plan_is_made_where_no_reminder_can_be_due(folder: Path) -> None:
    """It reads letters one by one, and there may be 100,000 of them."""
    outbox = outbox_of(folder)
    three_were_asked(folder, outbox, answered)
    letter(outbox, "AUT", round_="reminder", at=NOW)
    with heard(outbox.engine, "before_cursor_execute") as queries:
        assert list(due(folder, outbox).values()) == [1]
        assert any("message_cases.released" in query for _connection, _cursor, query, *_ in queries)
    letter(outbox, "FRA", round_="reminder", at=NOW)
    with heard(outbox.engine, "before_cursor_execute") as queries:
        assert due(folder, outbox) == {}
        assert not any("message_cases.released" in query for _connection, _cursor, query, *_ in queries)
