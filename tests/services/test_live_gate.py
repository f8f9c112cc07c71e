"""Mail that comes in while a run is at work is heard by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.db.engine import writing
from outreach.inbox.matching.letters import OutboxLetter
from outreach.inbox.receive import Incoming, open_inbox, receive
from outreach.outbox.gate.objections import Reason
from outreach.outbox.models import Scope
from outreach.outbox.queue import claim, release
from outreach.outbox.status import Status
from outreach.outbox.store import now, open_outbox
from outreach.services.sending.live_gate import GATE_EVERY, LiveGate
from outreach.services.workspace import Workspace
from tests.conftest import change_cell, give_addresses
from tests.inbox.letterboxes import mail, reply, sent_letter

HERE = Scope(channel="smtp", after_deadline=True)


@pytest.fixture
def workspace(campaign_folder: Path) -> Workspace:
    give_addresses(campaign_folder)
    campaign = load_campaign(campaign_folder)
    return Workspace(campaign, open_outbox(campaign_folder, campaign.settings, rehearsal=False))


def comes_in(workspace: Workspace, raw: bytes) -> None:
    receive(open_inbox(workspace.campaign, workspace.outbox), [Incoming(raw, "file", "a.eml")])


def claimed(workspace: Workspace, gate: LiveGate) -> list[int]:
    with writing(workspace.outbox.engine) as connection:
        return [message.id for message in gate.before(claim)(connection, HERE, 1, now(), "here/1/0.0")]


def reminders(workspace: Workspace, *missions: str) -> Iterator[tuple[OutboxLetter, OutboxLetter]]:
    """The first letter to each mission, and its reminder, which waits."""
    for mission in missions:
        first = sent_letter(workspace.outbox, mission)
        yield first, sent_letter(workspace.outbox, mission, round="reminder", status=Status.QUEUED)


def test_who_answers_or_wants_no_more_letters_while_a_run_is_at_work_gets_no_reminder(workspace: Workspace) -> None:
    waiting = list(reminders(workspace, "DEU", "FRA", "ITA", "CHE"))
    (_, one), (answered, _), (closed, _), (_, four) = waiting
    clock = [0.0]
    gate = LiveGate(workspace.gate, HERE, clock=lambda: clock[-1])
    assert claimed(workspace, gate) == [one.id]
    comes_in(workspace, reply(answered))
    comes_in(workspace, mail(closed.recipients[0], f"unsubscribe {closed.token}", text="\r\n"))
    clock.append(GATE_EVERY)
    assert claimed(workspace, gate) == [four.id]
    assert claimed(workspace, gate) == []


def test_what_is_proven_to_have_left_while_it_was_held_is_not_claimed_again(workspace: Workspace) -> None:
    letter = sent_letter(workspace.outbox, status=Status.DEFERRED)
    gate = LiveGate(workspace.gate, HERE)
    with writing(workspace.outbox.engine) as connection:
        held = claim(connection, HERE, 1, now(), "here/1/0.0")
    assert [message.id for message in held] == [letter.id]
    comes_in(workspace, reply(letter))
    give_back(workspace, letter.id)
    assert claimed(workspace, gate) == []


@pytest.mark.parametrize(("column", "value"), [("email", "nobody"), ("state", "Germny"), ("note", "=1")])
def test_a_row_that_breaks_while_a_run_is_at_work_holds_its_missions_letter_until_it_is_mended(
    workspace: Workspace, column: str, value: str
) -> None:
    folder = workspace.campaign.folder
    broken, other = (sent_letter(workspace.outbox, mission, status=Status.QUEUED) for mission in ("DEU", "FRA"))
    gate = LiveGate(workspace.gate, HERE)
    whole = (folder / "contacts" / "missions.csv").read_bytes()
    change_cell(folder, "DEU", column, value)
    assert claimed(workspace, gate) == [other.id]
    held = gate.held[broken.id]
    assert held.reason is Reason.BROKEN_ROW
    assert held.detail.startswith(f"contacts/missions.csv, row 12, column {column}: ")
    assert gate.fault is None
    (folder / "contacts" / "missions.csv").write_bytes(whole)
    assert claimed(workspace, gate) == [broken.id]


def test_a_file_that_breaks_off_while_a_run_is_at_work_holds_everything(workspace: Workspace) -> None:
    for mission in ("DEU", "FRA"):
        sent_letter(workspace.outbox, mission, status=Status.QUEUED)
    gate = LiveGate(workspace.gate, HERE)
    path = workspace.campaign.folder / "contacts" / "missions.csv"
    path.write_bytes(path.read_bytes()[:-9])
    assert claimed(workspace, gate) == []
    assert gate.fault is not None


def give_back(workspace: Workspace, message: int) -> None:
    with writing(workspace.outbox.engine) as connection:
        release(connection, [message], now(), "here/1/0.0", "test")
