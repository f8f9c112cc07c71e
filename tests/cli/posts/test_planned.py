"""`outreach post`: what is planned and chosen, in a rehearsal first of all, and what makes no sense."""

from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from outreach.channels.social.post import from_bytes
from tests.channels.networks.environments import AT_ONCE, instance
from tests.channels.networks.mastodon_server import Instance
from tests.cli.posts.typed import EARNEST, ONE, POST, SEVERAL, TALKING, THREAD, bring_forward, messages, run, write
from tests.conftest import Command


def test_without_an_account_posts_go_to_the_rehearsal_folder_with_picture_and_alt_text(
    campaign_folder: Path, outreach: Command
) -> None:
    done = run(outreach, campaign_folder, *POST)
    assert done["rehearsal"] is True
    assert done["sent"] == done["planned"] == len(done["posts"]) > 6
    files = list((campaign_folder / "rehearsal" / "new").iterdir())
    assert len(files) == done["sent"]
    posts = [from_bytes(file.read_bytes()) for file in files]
    assert {post.network for post in posts} == {"x", "bluesky", "mastodon"}
    assert all(post.picture.startswith(b"\x89PNG") and "#EndReprisals" in post.alt for post in posts)
    assert all(message_from_bytes(file.read_bytes())["Subject"] for file in files)
    assert not (campaign_folder / "outreach.db").exists()


def test_posting_again_posts_nothing_and_says_why(folder: Path, outreach: Command) -> None:
    run(outreach, folder, *POST)
    again = run(outreach, folder, *POST)
    assert (again["planned"], again["sent"]) == (0, 0)
    assert again["excluded"] == {"already posted": 3}


def test_a_post_that_was_changed_is_the_same_post(folder: Path, outreach: Command) -> None:
    run(outreach, folder, *POST)
    write(folder, ONE.replace("We stand", "All stand"))
    assert run(outreach, folder, *POST)["planned"] == 0


def test_a_dry_run_shows_each_text_with_its_count_and_queues_nothing(folder: Path, outreach: Command) -> None:
    shown = run(outreach, folder, "post", "--case", "beacon", "--dry-run")
    assert "We stand with Beacon. #EndReprisals" in shown
    assert "35 of 280" in shown
    assert "35 of 300" in shown
    assert "35 of 500" in shown
    assert messages(outreach, folder) == []


def test_pictures_can_be_left_out(folder: Path, outreach: Command) -> None:
    run(outreach, folder, *POST, env={"OUTREACH_POSTS__PICTURE": "false"})
    files = (folder / "rehearsal" / "new").iterdir()
    assert {from_bytes(file.read_bytes()).picture for file in files} == {b""}


def test_networks_and_posts_can_be_chosen(folder: Path, outreach: Command) -> None:
    write(folder, SEVERAL)
    done = run(outreach, folder, *POST, "--via", "bluesky,x", "--only", "post-1", "--only", "post-3")
    assert [(post["network"], post["name"]) for post in done["posts"]] == [
        ("x", "post-1"),
        ("x", "post-3"),
        ("bluesky", "post-1"),
        ("bluesky", "post-3"),
    ]


def test_what_waits_and_is_not_meant_stays_where_it_is(folder: Path, outreach: Command, mastodon: Instance) -> None:
    write(folder, SEVERAL)
    env = {**instance(mastodon.url), **AT_ONCE}
    run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=env)
    bring_forward(folder, timedelta(0))
    write(folder, f"{SEVERAL}=== late\nToo late\n")
    run(outreach, folder, *EARNEST, "--only", "late", env=env)
    assert mastodon.texts == ["Too late"]
    said = run(outreach, folder, *TALKING, "--only", "post-1,late", env=env)
    assert "1 more, queued earlier and not posted yet, go too when their time has come" in said
    assert mastodon.texts == ["Too late", "Number 1"]


def test_what_was_queued_earlier_goes_only_once_that_is_agreed_to(
    folder: Path, outreach: Command, mastodon: Instance
) -> None:
    write(folder, THREAD)
    env = {**instance(mastodon.url), **AT_ONCE}
    run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=env)
    bring_forward(folder, timedelta(0))
    assert "needs --yes" in run(outreach, folder, "post", "--case", "beacon", "--after-deadline", env=env, status=2)
    assert mastodon.texts == []
    assert run(outreach, folder, *EARNEST, env=env)["sent"] == 3


def test_languages_can_be_chosen_and_each_is_a_post_of_its_own(folder: Path, outreach: Command) -> None:
    write(folder, "=== solidarity\nSolidarité {{ hashtag }}\n", "beacon.fr.txt")
    run(outreach, folder, *POST, "--via", "x")
    done = run(outreach, folder, *POST, "--via", "x", "--language", "en,fr")
    assert [post["language"] for post in done["posts"]] == ["fr"]
    assert done["excluded"] == {"already posted": 1}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--via", "twitter"), "--via: unknown network 'twitter'; there are: x, bluesky, mastodon"),
        (("--only", "nothing"), "there is no post 'nothing' of beacon; there are: solidarity"),
        (("--language", "de"), "the campaign is in en, fr, es"),
        (("--language", "fr"), "beacon.fr.txt"),
        (("--at", "soon"), "--at"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_there_is(
    folder: Path, outreach: Command, options: tuple[str, ...], words: str
) -> None:
    assert words in run(outreach, folder, "post", "--case", "beacon", *options, status=2)


def test_without_a_case_it_says_how_to_name_one(folder: Path, outreach: Command) -> None:
    assert "outreach post --case SLUG" in run(outreach, folder, "post", status=2)


def test_a_text_that_is_too_long_is_refused_with_count_and_what_is_over_and_nothing_is_queued(
    folder: Path, outreach: Command
) -> None:
    write(folder, f"{ONE}=== long\n{'word ' * 57}end\n")
    words = run(outreach, folder, *POST, status=2)
    assert "x: 288 of 280; over by 8" in words
    assert "beacon.en.txt, row 3" in words
    assert messages(outreach, folder) == []
