"""Previews as data: what a second face gets without the command line."""

from email import message_from_bytes
from pathlib import Path

import pytest

from outreach.errors import UsageError
from outreach.outbox.gate.objections import Reason
from outreach.services.preview import (
    LetterChoice,
    PostsChoice,
    choose_letter,
    preview_posts,
    send_test,
    write_letter,
    write_message,
)
from outreach.services.sending.letters import SendRequest, plan_letters, queue_letters
from outreach.services.workspace import Workspace, open_to_preview


@pytest.fixture
def workspace(campaign_folder: Path) -> Workspace:
    return open_to_preview(campaign_folder, rehearse=True)


def test_the_first_letter_is_the_one_that_send_would_write_first(workspace: Workspace) -> None:
    planned = plan_letters(workspace, SendRequest("beacon"))
    chosen = choose_letter(workspace, LetterChoice("beacon"))
    assert (chosen.planned, chosen.left_out) == (planned.plan.letters[0], None)
    message = message_from_bytes(write_message(workspace, chosen))
    assert message["Message-ID"] == planned.drafts[0].message_id
    assert write_letter(workspace, chosen, "fr").language == "fr"


def test_a_letter_that_is_queued_already_can_be_looked_at_and_says_why_it_would_be_left_out(
    workspace: Workspace,
) -> None:
    queue_letters(workspace, plan_letters(workspace, SendRequest("beacon", to=("DEU",))).drafts, "a test")
    chosen = choose_letter(workspace, LetterChoice("beacon", mission="Germany"))
    assert chosen.state.code == chosen.planned.mission.state == "DEU"
    assert chosen.left_out is not None
    assert chosen.left_out.reason is Reason.ALREADY_ASKED


def test_a_test_copy_in_a_rehearsal_goes_into_the_folder_and_to_no_mission(
    workspace: Workspace, campaign_folder: Path
) -> None:
    send_test(workspace, choose_letter(workspace, LetterChoice("beacon")), "me@example.org")
    [written] = (campaign_folder / "rehearsal" / "new").iterdir()
    message = message_from_bytes(written.read_bytes())
    assert "me@example.org" in message["To"]
    assert message["Subject"].startswith("[TEST] ")


def test_the_state_concerned_has_no_letter_to_look_at(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="State concerned"):
        choose_letter(workspace, LetterChoice("beacon", mission="BLR"))


def test_each_part_of_a_post_has_its_length_and_what_is_too_long_is_named(
    workspace: Workspace, campaign_folder: Path
) -> None:
    file = campaign_folder / "templates" / "tweets" / "sample.en.txt"
    file.write_text(f"=== ask\n{'a' * 290} the end\n", encoding="utf-8")
    found = preview_posts(workspace, PostsChoice("sample", networks=("x", "bluesky")))
    lengths = {item.post.network: [(part.characters, part.most) for part in item.lengths] for item in found.posts}
    assert lengths == {"x": [(298, 280)], "bluesky": [(298, 300)]}
    assert [item.post.network for item in found.posts if any(part.too_long for part in item.lengths)] == ["x"]
    assert [problem.row for problem in found.problems] == [1]
