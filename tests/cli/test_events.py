"""What the command line makes of a service's news."""

from pathlib import Path

import pytest

from outreach.channels.base import LongWait
from outreach.cli.common.events import say_event
from outreach.db.engine import reading
from outreach.outbox.gate.gate import Held
from outreach.outbox.gate.objections import Reason
from outreach.outbox.gate.remedies import remedies
from outreach.outbox.queue import entries
from outreach.services.events import HeldBack, ServerSilent
from outreach.services.sending.letters import SendRequest, plan_letters, queue_letters
from outreach.services.workspace import open_to_preview


def test_many_letters_held_back_are_named_in_part_and_the_rest_is_counted(
    campaign_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = open_to_preview(campaign_folder, rehearse=True)
    queue_letters(workspace, plan_letters(workspace, SendRequest("beacon", limit=9)).drafts, "a test")
    with reading(workspace.outbox.engine) as connection:
        held = tuple(Held(entry, Reason.EMBARGO, "until May") for entry in entries(connection))
    say_event(HeldBack(held, tuple(remedies(workspace.campaign, held))), rehearsal=True)
    said = capsys.readouterr().err
    assert "Held back: 9 letters that may not leave any more: beacon to ALB AND ARG ARM AUT BEL CAN CHE CHL (" in said
    assert said.count("embargo: until May") == 1


def test_a_wait_for_a_silent_server_is_said_with_its_limit(capsys: pytest.CaptureFixture[str]) -> None:
    say_event(ServerSilent(LongWait("mail.example.org", "opening", 300)))
    say_event(ServerSilent(LongWait("mail.example.org", "letter", 600)))
    assert capsys.readouterr().err == (
        "Waiting for mail.example.org to let us in, for up to 5 minutes.\n"
        "Waiting for mail.example.org to say whether it takes a letter that it has, for up to 10 minutes.\n"
    )


def test_of_many_reasons_why_letters_are_held_back_the_first_are_named(
    campaign_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = open_to_preview(campaign_folder, rehearse=True)
    queue_letters(workspace, plan_letters(workspace, SendRequest("beacon", limit=9)).drafts, "a test")
    with reading(workspace.outbox.engine) as connection:
        there = entries(connection)
    held = tuple(Held(entry, Reason.SUPPRESSED, f"bounced {entry.id} times") for entry in there)
    say_event(HeldBack(held, tuple(remedies(workspace.campaign, held))), rehearsal=True)
    said = capsys.readouterr().err
    assert said.count("beacon to ") == 5
    assert " … and 4 more.\n" in said
