"""A workspace that is kept open while others work: what it reads again, and what it puts right."""

from pathlib import Path

from outreach.campaign import load_campaign
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.services.workspace import Workspace
from tests.outbox.outboxes import lead, listing, open_test_outbox, queue_letters
from tests.outbox.test_queue import dead_process


def test_a_watch_puts_right_what_another_run_left_that_died_meanwhile(campaign_folder: Path) -> None:
    workspace = Workspace(load_campaign(campaign_folder), open_test_outbox(campaign_folder / "outreach.db"))
    claimed, sending = queue_letters(workspace.outbox, 2)
    lead(workspace.outbox, claimed, Status.CLAIMED, now(), holder=dead_process())
    lead(workspace.outbox, sending, Status.SENDING, now(), holder=dead_process())
    workspace.reloaded()
    assert [entry.status for entry in listing(workspace.outbox)] == [Status.QUEUED, Status.UNCONFIRMED]


def test_it_reads_the_files_again_and_keeps_the_outbox_open(campaign_folder: Path) -> None:
    workspace = Workspace(load_campaign(campaign_folder), open_test_outbox(campaign_folder / "outreach.db"))
    case = next((campaign_folder / "cases").glob("*.md"))
    case.write_text(case.read_text("utf-8").replace("letters: yes", "letters: no"), encoding="utf-8")
    again = workspace.reloaded()
    assert again.outbox.engine is workspace.outbox.engine
    assert workspace.campaign.cases[case.stem].consent.letters
    assert not again.campaign.cases[case.stem].consent.letters
