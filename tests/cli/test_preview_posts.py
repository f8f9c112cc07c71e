"""`outreach preview --posts`, as typed."""

from pathlib import Path

import pytest

from tests.conftest import Command

ASKED = "Is the person better, the same, worse since we spoke"  # before every preview, until somebody answers


def test_each_post_stands_there_as_it_goes_out_with_its_count(campaign_folder: Path, outreach: Command) -> None:
    link = {"OUTREACH_POSTS__LINK": "https://example.org/beacon"}

    done = outreach("preview", "--case", "beacon", "--posts", folder=campaign_folder, env=link)

    assert done.returncode == 0
    assert [line.split("?")[0] for line in done.stderr.splitlines()] == [ASKED]
    assert done.stdout.startswith(
        "=== solidarity, en: x 143 of 280, bluesky 146 of 300, mastodon 143 of 500\n\n"
        "Beacon told the UN, in a story that is made up:\n\nP. Example, Q. Example, R. Example."
    )
    titles = [line for line in done.stdout.splitlines() if line.startswith("===")]
    assert [title.split(": ")[0] for title in titles] == [
        "=== solidarity, en",
        "=== ask, en",
        "=== ask, en",
        "=== outcome, en",
        "=== ask-mission, fr, to France",
        "=== ask-mission, fr, to France",
    ]
    assert titles[1].endswith(", en: x 125 of 280, bluesky 128 of 300")
    assert titles[-1].endswith(": no handle on bluesky, no handle on mastodon")
    assert done.stdout.splitlines()[-1].startswith("Picture: ")


def test_language_and_networks_can_be_chosen(campaign_folder: Path, outreach: Command) -> None:
    done = outreach(
        "preview", "--case", "specimen", "--posts", "--language", "es", "--via", "mastodon", folder=campaign_folder
    )

    titles = [line for line in done.stdout.splitlines() if line.startswith("===")]
    assert [title.split(": ")[0] for title in titles] == [
        "=== solidarity, es",
        "=== ask, es",
        "=== story, es (1 of 3)",
        "=== story, es (2 of 3)",
        "=== story, es (3 of 3)",
        "=== outcome, es",
    ]
    assert all("mastodon" in title and "x " not in title for title in titles)
    [asked, nobody] = done.stderr.splitlines()
    assert asked.startswith(ASKED)
    assert nobody == "Nobody whom the ask goes to has a handle there; see an addressed post with --mission STATE"


def test_no_post_speaks_to_a_mission_that_shares_a_handle_with_the_state_concerned(
    campaign_folder: Path, outreach: Command
) -> None:
    with (campaign_folder / "contacts" / "missions.csv").open("a", encoding="utf-8") as missions:
        missions.write("BLR,,,en,,,,examplefrance,,,a test,,\n")

    done = outreach("preview", "--case", "beacon", "--posts", folder=campaign_folder)
    assert "France" not in done.stdout

    done = outreach("preview", "--case", "beacon", "--posts", "--mission", "FRA", folder=campaign_folder)
    assert done.stderr == (
        "outreach: France shares a handle with the State concerned in beacon: no post is addressed to it\n"
    )
    assert done.returncode == 2


def test_a_post_that_says_nothing_yet_says_so(campaign_folder: Path, outreach: Command) -> None:
    record = campaign_folder / "contacts" / "record.csv"
    acts = record.read_text(encoding="utf-8").splitlines(keepends=True)
    record.write_text("".join(act for act in acts if ",sample," not in act), encoding="utf-8")

    done = outreach("preview", "--case", "sample", "--posts", folder=campaign_folder)

    assert "=== outcome, en: says nothing yet\n" in done.stdout


def test_a_post_that_is_too_long_is_shown_and_refused(campaign_folder: Path, outreach: Command) -> None:
    posts = campaign_folder / "templates" / "tweets" / "sample.en.txt"
    posts.write_text(f"=== ask\n{'a' * 290} the end\n", encoding="utf-8")

    done = outreach("preview", "--case", "sample", "--posts", "--via", "x,bluesky", folder=campaign_folder)

    over = f"x: 298 of 280; over by 18: '…{'a' * 10} the end'"
    assert done.returncode == 2
    assert f"=== ask, en: {over}, bluesky 298 of 300\n\n{'a' * 290} the end\n" in done.stdout
    assert f"\noutreach: templates/tweets/sample.en.txt, row 1: post 'ask', {over}. Shorten it" in done.stderr


def test_a_case_without_consent_to_posts_can_be_looked_at_and_says_so(campaign_folder: Path, outreach: Command) -> None:
    case = campaign_folder / "cases" / "sample.md"
    case.write_text(case.read_text(encoding="utf-8").replace("posts: yes", "posts: no"), encoding="utf-8")

    done = outreach("preview", "--case", "sample", "--posts", folder=campaign_folder)

    assert done.returncode == 0
    assert done.stderr.startswith("Nothing of this would go out: ")
    assert "cases/sample.md" in done.stderr


def test_without_pictures_there_is_no_description(campaign_folder: Path, outreach: Command) -> None:
    done = outreach(
        "preview", "--case", "sample", "--posts", folder=campaign_folder, env={"OUTREACH_POSTS__PICTURE": "false"}
    )

    assert done.returncode == 0
    assert "Picture" not in done.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--via", "x"], "--via is for posts: add --posts"),
        (["--posts", "--round", "reminder"], "--round is for letters, not for --posts"),
        (["--posts", "--send-to", "me@example.org"], "--send-to is for letters, not for --posts"),
        (["--posts", "--via", "mastodno"], "--via: unknown network 'mastodno'; did you mean mastodon?"),
        (["--posts", "--mission", "BLR"], "Belarus is the State concerned in beacon: no post is addressed to it"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    campaign_folder: Path, outreach: Command, options: list[str], words: str
) -> None:
    done = outreach("preview", "--case", "beacon", *options, folder=campaign_folder)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"outreach: {words}\n")
