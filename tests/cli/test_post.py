"""`outreach post`, and what `outreach queue` does with posts: the real command, real servers of the networks."""

import json
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from outreach.channels.posting import from_bytes
from tests.channels.networks.environments import AT_ONCE, CERTAIN, instance, pds
from tests.channels.networks.http_server import Fault
from tests.channels.networks.mastodon_server import TOKEN, Instance
from tests.channels.networks.pds_server import PASSWORD, Pds
from tests.channels.networks.x_server import KEYS, XServer
from tests.conftest import Command, environment

POST = ("post", "--case", "viasna", "--yes", "--json")
EARNEST = (*POST, "--after-deadline")
TALKING = tuple(word for word in EARNEST if word != "--json")
TWEETS = Path("templates") / "tweets"
ONE = "=== solidarity\nWe stand with Viasna. {{ hashtag }}\n"
THREAD = "=== story\nFirst {{ hashtag }}\n~~~\nSecond\n~~~\nThird\n"
SEVERAL = "".join(f"=== post-{number}\nNumber {number}\n" for number in range(4))
ADDRESSED = "=== hello\n{{ mission.handle }}, please speak.\n"


def write(folder: Path, text: str, name: str = "viasna.en.txt") -> None:
    (folder / TWEETS / name).write_text(text, encoding="utf-8")


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    """A campaign whose case has one post, in English alone."""
    for path in (campaign_folder / TWEETS).glob("viasna.*"):
        path.unlink()
    write(campaign_folder, ONE)
    return campaign_folder


@pytest.fixture
def x() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture
def mastodon() -> Iterator[Instance]:
    with Instance() as server:
        yield server


@pytest.fixture
def bluesky() -> Iterator[Pds]:
    with Pds() as server:
        yield server


def run(outreach: Command, folder: Path, *arguments: str, env: dict[str, str] | None = None, status: int = 0) -> Any:
    result = outreach(*arguments, folder=folder, env=env)
    assert result.returncode == status, result.stdout + result.stderr
    return json.loads(result.stdout) if "--json" in arguments and result.stdout else result.stderr + result.stdout


def messages(outreach: Command, folder: Path, env: dict[str, str] | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(outreach, folder, "queue", "list", "--json", env=env)
    return found


def log(outreach: Command, folder: Path, *options: str, env: dict[str, str] | None = None) -> str:
    return str(run(outreach, folder, "log", *options, env=env))


def bring_forward(folder: Path, wait: timedelta) -> None:
    """Make everything due so long from now, whatever --at said."""
    due = datetime.now(UTC) + wait
    with closing(sqlite3.connect(folder / "outreach.db")) as database, database:
        database.execute("UPDATE messages SET not_before = ?", (f"{due:%Y-%m-%d %H:%M:%S.%f}",))


# Without an account


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
    shown = run(outreach, folder, "post", "--case", "viasna", "--dry-run")
    assert "We stand with Viasna. #EndReprisals" in shown
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
    assert "needs --yes" in run(outreach, folder, "post", "--case", "viasna", "--after-deadline", env=env, status=2)
    assert mastodon.texts == []
    assert run(outreach, folder, *EARNEST, env=env)["sent"] == 3


def test_languages_can_be_chosen_and_each_is_a_post_of_its_own(folder: Path, outreach: Command) -> None:
    write(folder, "=== solidarity\nSolidarité {{ hashtag }}\n", "viasna.fr.txt")
    run(outreach, folder, *POST, "--via", "x")
    done = run(outreach, folder, *POST, "--via", "x", "--language", "en,fr")
    assert [post["language"] for post in done["posts"]] == ["fr"]
    assert done["excluded"] == {"already posted": 1}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--via", "twitter"), "--via: unknown network 'twitter'; known are: x, bluesky, mastodon"),
        (("--only", "nothing"), "there is no post 'nothing' of viasna; there are: solidarity"),
        (("--language", "de"), "the campaign is in en, fr, es"),
        (("--language", "fr"), "viasna.fr.txt"),
        (("--at", "soon"), "--at"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_there_is(
    folder: Path, outreach: Command, options: tuple[str, ...], words: str
) -> None:
    assert words in run(outreach, folder, "post", "--case", "viasna", *options, status=2)


def test_without_a_case_it_says_how_to_name_one(folder: Path, outreach: Command) -> None:
    assert "outreach post --case SLUG" in run(outreach, folder, "post", status=2)


def test_a_text_that_is_too_long_is_refused_with_count_and_what_is_over_and_nothing_is_queued(
    folder: Path, outreach: Command
) -> None:
    write(folder, f"{ONE}=== long\n{'word ' * 57}end\n")
    words = run(outreach, folder, *POST, status=2)
    assert "x: 288 of 280; over by 8" in words
    assert "viasna.en.txt, row 3" in words
    assert messages(outreach, folder) == []


# Who and what is protected


def change_case(folder: Path, old: str, new: str) -> None:
    path = folder / "cases" / "viasna.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_without_consent_to_posts_nothing_is_queued(folder: Path, outreach: Command) -> None:
    change_case(folder, "posts: yes", "posts: no")
    done = run(outreach, folder, *POST)
    assert (done["planned"], done["excluded"]) == (0, {"no consent for posts": 3})
    assert messages(outreach, folder) == []


def test_consent_to_letters_is_not_needed_for_posts(folder: Path, outreach: Command) -> None:
    change_case(folder, "letters: yes", "letters: no")
    assert run(outreach, folder, *POST)["sent"] == 3


def test_an_embargo_holds_posts_too(folder: Path, outreach: Command) -> None:
    change_case(folder, "state_concerned: BLR", "state_concerned: BLR\nembargo: 2999-01-01")
    assert run(outreach, folder, *POST)["excluded"] == {"embargo": 3}


def test_consent_taken_back_while_a_post_waits_holds_it(folder: Path, outreach: Command, x: XServer) -> None:
    env = {**x.environment, **AT_ONCE}
    run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=env)
    with closing(sqlite3.connect(folder / "outreach.db")) as database, database:
        database.execute("UPDATE messages SET not_before = queued_at")
    change_case(folder, "posts: yes", "posts: no")
    said = run(outreach, folder, "queue", "run", env=env, status=1)
    assert "Held back: 1 post that may not leave any more: viasna, solidarity.en on x (no consent for posts" in said
    assert x.posts == []


def handles(folder: Path, **handle_of: str) -> None:
    """Give missions a handle on X."""
    import csv

    path = folder / "contacts" / "missions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["x"] = handle_of.get(row["state"], "")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_an_addressed_post_goes_to_each_selected_mission_with_a_handle_and_the_plan_says_who_has_none(
    folder: Path, outreach: Command
) -> None:
    write(folder, ADDRESSED)
    handles(folder, DEU="ExampleDE", FRA="ExampleFR", GBR="ExampleGB")
    done = run(outreach, folder, *POST, "--via", "x", "--to", "DEU,FRA,CHE")
    assert {post["state"]: post["parts"] for post in done["posts"]} == {
        "DEU": ["@ExampleDE, please speak."],
        "FRA": ["@ExampleFR, please speak."],
    }
    assert done["excluded"] == {"no handle": 1}
    again = run(outreach, folder, "post", "--case", "viasna", "--via", "x", "--to", "DEU,CHE", "--dry-run")
    assert "no handle (on x)" in again
    assert "CHE" in again


def test_a_mission_is_addressed_once_in_whatever_language(folder: Path, outreach: Command) -> None:
    write(folder, ADDRESSED)
    write(folder, "=== hello\n{{ mission.handle }}, parlez.\n", "viasna.fr.txt")
    handles(folder, FRA="ExampleFR")
    first = run(outreach, folder, *POST, "--via", "x", "--to", "FRA")
    assert [post["parts"] for post in first["posts"]] == [["@ExampleFR, parlez."]]
    second = run(outreach, folder, *POST, "--via", "x", "--to", "FRA", "--language", "en")
    assert (second["planned"], second["excluded"]) == (0, {"already posted": 1})


def test_the_state_concerned_is_never_addressed_nor_who_shares_its_handle(folder: Path, outreach: Command) -> None:
    write(folder, ADDRESSED)
    change_case(folder, "state_concerned: BLR", "state_concerned: CHE")
    handles(folder, CHE="ExampleCH", FRA="examplech", DEU="ExampleDE")
    done = run(outreach, folder, *POST, "--via", "x", "--to", "CHE,FRA,DEU")
    assert [post["state"] for post in done["posts"]] == ["DEU"]
    assert done["excluded"] == {"State concerned": 2}


def test_a_handle_that_would_tag_a_second_mission_is_refused_and_nothing_is_queued(
    folder: Path, outreach: Command
) -> None:
    write(folder, ADDRESSED)
    handles(folder, DEU="ExampleDE @ExampleBY")
    said = run(outreach, folder, *POST, "--to", "DEU", status=2)
    assert "column x: 'ExampleDE @ExampleBY' is not a handle on x" in said
    assert not (folder / "rehearsal.db").exists()


def test_an_ask_is_not_posted_after_its_date_and_a_rehearsal_only_warns(
    folder: Path, outreach: Command, x: XServer
) -> None:
    write(folder, f"{ONE}=== ask\nRaise it on {{{{ ask.date }}}}.\n")
    warned = run(outreach, folder, "post", "--case", "viasna", "--via", "x", "--dry-run")
    assert "In earnest these would be left out" in warned
    done = run(outreach, folder, *POST, env={**x.environment, **AT_ONCE})
    assert [post["name"] for post in done["posts"]] == ["solidarity"]
    assert done["excluded"] == {"past the ask's date": 1}
    late = run(outreach, folder, *EARNEST, env={**x.environment, **AT_ONCE})
    assert [post["name"] for post in late["posts"]] == ["ask"]
    assert [post.text for post in x.posts][1:] == ["Raise it on 29 September 2022."]


# In earnest


def test_posts_leave_through_every_account_once_with_picture_and_public_address(
    folder: Path, outreach: Command, x: XServer, bluesky: Pds, mastodon: Instance
) -> None:
    env = {**x.environment, **pds(bluesky.url), **instance(mastodon.url), **AT_ONCE}
    env["OUTREACH_POSTS__PICTURE"] = "true"
    for expected in (3, 0):
        assert run(outreach, folder, *EARNEST, env=env)["sent"] == expected
    text = "We stand with Viasna. #EndReprisals"
    assert [post.text for post in x.posts] == bluesky.texts == mastodon.texts == [text]
    assert x.posts[0].picture.startswith(b"\x89PNG")
    assert len(bluesky.blobs) == len(mastodon.pictures) == 1
    addresses = {message["channel"]: message["address"] for message in messages(outreach, folder, env)}
    assert all(address.startswith("https://") for address in addresses.values())
    for network, address in addresses.items():
        assert address in log(outreach, folder, "--channel", network, env=env)
    told = log(outreach, folder, env=env) + (folder / "outreach.db").read_bytes().decode("latin-1")
    assert not [secret for secret in (*KEYS.values(), PASSWORD, TOKEN) if secret in told]


def test_a_thread_is_published_in_order_each_part_a_reply_to_the_one_before(
    folder: Path, outreach: Command, x: XServer, mastodon: Instance, bluesky: Pds
) -> None:
    write(folder, THREAD)
    env = {**x.environment, **pds(bluesky.url), **instance(mastodon.url), **AT_ONCE}
    env["OUTREACH_POSTS__SPACING_MINUTES"] = "30"
    assert run(outreach, folder, *EARNEST, env=env)["sent"] == 9
    first, second, third = x.posts
    assert [post.text for post in x.posts] == ["First #EndReprisals", "Second", "Third"]
    assert [first.parent, second.parent, third.parent] == ["", first.id, second.id]
    replies = [status["in_reply_to_id"] for status in mastodon.statuses.values()]
    assert replies == [None, *list(mastodon.statuses)[:2]]
    records = list(bluesky.records.values())
    roots = {record["reply"]["root"]["uri"] for record in records[1:]}
    assert roots == {f"at://did:plc:ourownaccount234567abcde/app.bsky.feed.post/{next(iter(bluesky.records))}"}


def test_posts_are_spaced_out_and_the_next_run_keeps_the_distance(
    folder: Path, outreach: Command, mastodon: Instance
) -> None:
    write(folder, SEVERAL)
    env = {**instance(mastodon.url), **AT_ONCE, "OUTREACH_POSTS__SPACING_MINUTES": "30"}
    done = run(outreach, folder, *EARNEST, env=env)
    assert (done["sent"], done["waiting"]) == (1, 3)
    times = [datetime.fromisoformat(post["goes_at"]) for post in done["posts"]]
    assert [later - times[0] for later in times] == [timedelta(minutes=30 * number) for number in range(4)]
    with closing(sqlite3.connect(folder / "outreach.db")) as database, database:
        database.execute("UPDATE messages SET not_before = queued_at")  # the laptop was off: all are due
    again = run(outreach, folder, "queue", "run", "--json", env=env)
    assert (again["sent"], again["waiting"]) == (0, 3)
    assert len(mastodon.texts) == 1
    assert "still waiting, the next at" in run(outreach, folder, "queue", "run", env=env)


def test_a_second_case_keeps_its_distance_from_the_first(folder: Path, outreach: Command, mastodon: Instance) -> None:
    write(folder, "=== solidarity\nWe stand with them.\n", "metwally.en.txt")
    env = {**instance(mastodon.url), **AT_ONCE, "OUTREACH_POSTS__SPACING_MINUTES": "30"}
    run(outreach, folder, *EARNEST, env=env)
    done = run(outreach, folder, "post", "--case", "metwally", "--yes", "--json", "--after-deadline", env=env)
    assert (done["sent"], done["waiting"]) == (0, 1)
    assert datetime.fromisoformat(done["posts"][0]["goes_at"]) > datetime.now(UTC) + timedelta(minutes=25)


def test_a_post_for_later_waits_and_can_be_withdrawn_with_its_thread(
    folder: Path, outreach: Command, mastodon: Instance
) -> None:
    write(folder, THREAD)
    env = {**instance(mastodon.url), **AT_ONCE}
    done = run(outreach, folder, *EARNEST, "--at", "2999-09-29 09:00 Europe/Zurich", env=env)
    assert (done["queued"], done["sent"], done["waiting"]) == (3, 0, 3)
    assert done["next"] == "2999-09-29T07:00:00+00:00"
    listed = run(outreach, folder, "queue", "list", env=env)
    assert "queued until 29 Sep 09:00" in listed
    assert run(outreach, folder, "queue", "withdraw", "1", "--json", env=env) == [1, 2, 3]
    assert run(outreach, folder, "queue", "run", "--json", env=env)["sent"] == 0
    assert mastodon.texts == []


def test_a_time_that_is_past_is_refused_in_earnest_and_said_in_a_rehearsal(
    folder: Path, outreach: Command, mastodon: Instance
) -> None:
    at = ("--at", "2022-09-29 09:00 Europe/Zurich")
    assert "is past" in run(outreach, folder, *EARNEST, *at, env=instance(mastodon.url), status=2)
    said = run(outreach, folder, "post", "--case", "viasna", *at)
    assert "is past: in this rehearsal the posts go at once" in said
    assert "3 sent" in said


def test_watch_publishes_what_becomes_due(folder: Path, outreach: Command, mastodon: Instance) -> None:
    write(folder, SEVERAL)
    env = {**instance(mastodon.url), **AT_ONCE}
    run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=env)
    bring_forward(folder, timedelta(seconds=2))
    done = run(outreach, folder, "queue", "run", "--watch", "--json", env=env)
    assert (done["sent"], done["waiting"]) == (4, 0)
    assert sorted(mastodon.texts) == [f"Number {number}" for number in range(4)]


def test_watch_ends_when_what_it_waits_for_is_withdrawn(folder: Path, outreach: Command, x: XServer) -> None:
    env = {**x.environment, **AT_ONCE}
    run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=env)
    command = [sys.executable, "-m", "outreach", "-C", str(folder), "queue", "run", "--watch"]
    with subprocess.Popen(command, env=environment(env), stdout=-1, stderr=-2, text=True) as process:
        try:
            assert "01 January" in next(line for line in process.stdout or () if "wait" in line)
            run(outreach, folder, "queue", "withdraw", "1", "--yes", env=env)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()
    assert x.posts == []


def test_in_earnest_without_a_terminal_it_needs_yes(folder: Path, outreach: Command, x: XServer) -> None:
    said = run(outreach, folder, "post", "--case", "viasna", env={**x.environment, **AT_ONCE}, status=2)
    assert "needs --yes" in said
    assert x.posts == []


def test_a_network_without_account_is_named_with_what_to_set(folder: Path, outreach: Command, x: XServer) -> None:
    said = run(outreach, folder, *POST, "--via", "x,bluesky", env=x.environment, status=2)
    assert "bluesky has no account to post from: set OUTREACH_BLUESKY__HANDLE, OUTREACH_BLUESKY__PASSWORD" in said


def test_an_account_set_up_by_half_is_no_rehearsal(folder: Path, outreach: Command) -> None:
    said = run(outreach, folder, *POST, env={"OUTREACH_MASTODON__TOKEN": TOKEN}, status=2)
    assert "mastodon has no account to post from: set OUTREACH_MASTODON__INSTANCE" in said
    assert TOKEN not in said


def test_a_network_that_is_paused_does_not_stop_the_others(folder: Path, outreach: Command, mastodon: Instance) -> None:
    write(folder, SEVERAL)
    with XServer(Fault("/2/tweets", status=401, body={"title": "Unauthorized"})) as x:
        env = {**x.environment, **instance(mastodon.url), **AT_ONCE}
        done = run(outreach, folder, *EARNEST, env=env, status=1)
    assert (done["sent"], done["waiting"]) == (4, 4)
    assert "x: Paused" in done["paused"]
    assert len(mastodon.texts) == 4


def test_the_limits_of_the_mastodon_server_hold(folder: Path, outreach: Command) -> None:
    about = {"configuration": {"statuses": {"max_characters": 30, "characters_reserved_per_url": 23}}}
    with Instance(about=about) as server:
        said = run(outreach, folder, *EARNEST, env={**instance(server.url), **AT_ONCE}, status=2)
    assert "mastodon: 35 of 30; over by 5" in said


# Doubt, and how it is settled


def test_on_bluesky_and_mastodon_the_next_run_settles_what_nobody_knows(folder: Path, outreach: Command) -> None:
    # Bluesky loses its answer, and then the line with which the channel looks for itself.
    lost = (Fault("createRecord", take=True, drop=True, nth=1), Fault("getRecord", drop=True, nth=2))
    with Pds(*lost) as bluesky, Instance(Fault("/api/v1/statuses", method="POST", drop=True, nth=1)) as mastodon:
        env = {**pds(bluesky.url), **instance(mastodon.url), **AT_ONCE, **CERTAIN}
        first = run(outreach, folder, *EARNEST, env=env, status=1)
        assert first["unconfirmed"] == 2
        second = run(outreach, folder, "queue", "run", "--json", env=env)
        assert second["sent"] == 1, "Bluesky had it; Mastodon had not, and got it now"
        assert len(bluesky.texts) == bluesky.written == 1
        assert len(mastodon.texts) == mastodon.taken == 1
        found = messages(outreach, folder, env)
        assert {message["status"] for message in found} == {"sent"}
        assert all(message["address"] for message in found)
        told = log(outreach, folder, env=env)
        assert "the timeline on bluesky shows it" in told
        assert "the timeline on mastodon does not show it" in told


def test_what_mastodon_may_still_be_at_work_on_is_looked_for_later_and_that_is_said(
    folder: Path, outreach: Command
) -> None:
    with Instance(Fault("/api/v1/statuses", method="POST", drop=True, nth=1)) as mastodon:
        env = {**instance(mastodon.url), **AT_ONCE}
        assert "Posts in doubt are looked for again" in run(outreach, folder, *TALKING, env=env, status=1)
        said = run(outreach, folder, "queue", "run", env=env)
        assert re.search(
            r"Posts in doubt are looked for again, the next at \d\d:\d\d on .*: outreach queue run --watch", said
        )
        assert [message["status"] for message in messages(outreach, folder, env)] == ["unconfirmed"]
        assert mastodon.texts == []


def test_watch_goes_on_when_a_timeline_cannot_be_looked_at_for_once(folder: Path, outreach: Command) -> None:
    lost = Fault("/api/v1/statuses", method="POST", drop=True, nth=1)
    busy = Fault("/statuses", method="GET", status=503, headers={"Retry-After": "1"}, nth=2)
    with Instance(lost, busy) as mastodon:
        env = {**instance(mastodon.url), **AT_ONCE, **CERTAIN}
        run(outreach, folder, *EARNEST, env=env, status=1)
        done = outreach("queue", "run", "--watch", folder=folder, env=env)
        assert done.returncode == 0, done.stderr
        assert "1 post in doubt: not on the timeline, so queued again" in done.stderr
        assert "1 sent" in done.stdout
        assert "nconfirmed" not in done.stdout
        assert len(mastodon.texts) == mastodon.taken == 1


def test_a_timeline_that_cannot_be_looked_at_is_told_and_leaves_what_is_in_doubt(
    folder: Path, outreach: Command
) -> None:
    lost = Fault("/api/v1/statuses", method="POST", drop=True, nth=1)
    with Instance(lost, Fault("/statuses", method="GET", status=503, nth=2)) as mastodon:
        env = {**instance(mastodon.url), **AT_ONCE, **CERTAIN}
        run(outreach, folder, *EARNEST, env=env, status=1)
        said = run(outreach, folder, "queue", "run", env=env, status=1)
        assert "mastodon: What is unconfirmed stays so, the timeline cannot be looked at" in said
        assert [message["status"] for message in messages(outreach, folder, env)] == ["unconfirmed"]


def test_watch_finishes_a_thread_whose_beginning_was_in_doubt(folder: Path, outreach: Command) -> None:
    write(folder, THREAD)
    with Instance(Fault("/api/v1/statuses", method="POST", take=True, drop=True, nth=1)) as mastodon:
        env = {**instance(mastodon.url), **AT_ONCE, **CERTAIN}
        run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=env)
        bring_forward(folder, timedelta(0))
        done = run(outreach, folder, "queue", "run", "--watch", "--json", env=env)
        assert (done["sent"], done["unconfirmed"], done["waiting"]) == (2, 0, 0)
        assert [text.split()[0] for text in mastodon.texts] == ["First", "Second", "Third"]
        assert {message["status"] for message in messages(outreach, folder, env)} == {"sent"}


def test_a_post_that_was_not_taken_is_not_repeated_once_consent_was_taken_back(folder: Path, outreach: Command) -> None:
    with Instance(Fault("/api/v1/statuses", method="POST", drop=True, nth=1)) as mastodon:
        env = {**instance(mastodon.url), **AT_ONCE, **CERTAIN}
        run(outreach, folder, *EARNEST, env=env, status=1)
        change_case(folder, "posts: yes", "posts: no")
        assert "Held back: 1 post" in run(outreach, folder, "queue", "run", env=env, status=1)
        assert mastodon.texts == []
        assert [message["status"] for message in messages(outreach, folder, env)] == ["queued"]


def test_on_x_a_person_settles_with_what_the_timeline_shows(folder: Path, outreach: Command) -> None:
    with XServer(Fault("/2/tweets", method="POST", take=True, drop=True, nth=1)) as x:
        env = {**x.environment, **AT_ONCE}
        write(folder, THREAD)
        assert run(outreach, folder, *EARNEST, env=env, status=1)["unconfirmed"] == 1
        assert run(outreach, folder, "queue", "run", "--json", env=env)["sent"] == 0, "it is never repeated by itself"
        shown = run(outreach, folder, "queue", "settle", env=env)
        assert f"the timeline shows it: https://x.com/example_campaign/status/{x.posts[0].id}" in shown
        assert "outreach queue settle 1 --sent" in shown
        refused = run(outreach, folder, "queue", "settle", "1", "--not-sent", env=env, status=2)
        assert "post 1 is out" in refused
        assert run(outreach, folder, "queue", "settle", "1", "--sent", "--json", env=env) == [1]
        assert run(outreach, folder, "queue", "run", "--json", env=env)["sent"] == 2
        assert [post.parent for post in x.posts] == ["", x.posts[0].id, x.posts[1].id]
        assert x.taken == 3


def test_on_x_what_the_timeline_does_not_show_is_a_persons_to_say(folder: Path, outreach: Command) -> None:
    with XServer(Fault("/2/tweets", method="POST", drop=True, nth=1)) as x:
        env = {**x.environment, **AT_ONCE}
        run(outreach, folder, *EARNEST, env=env, status=1)
        shown = run(outreach, folder, "queue", "settle", "--json", env=env)
        assert shown == [{"message": 1, "found": False, "address": ""}]
        assert "Nothing is unconfirmed" in run(outreach, folder, "queue", "settle", "--case", "jiang", env=env)
        assert "your word is taken" in run(outreach, folder, "queue", "settle", "1", "--not-sent", env=env)
        assert run(outreach, folder, "queue", "run", "--json", env=env)["sent"] == 1
        assert x.taken == 1


def test_the_rest_of_a_thread_whose_beginning_was_refused_is_held_and_said(folder: Path, outreach: Command) -> None:
    write(folder, THREAD)
    with Instance(Fault("/api/v1/statuses", method="POST", status=422, body={"error": "Validation failed"})) as server:
        env = {**instance(server.url), **AT_ONCE}
        done = run(outreach, folder, *EARNEST, env=env, status=1)
        assert (done["rejected"], done["waiting"]) == (1, 0)
        said = run(outreach, folder, "queue", "run", env=env, status=1)
    assert "Held back: 2 posts that may not leave any more: viasna, story.en/2 on mastodon" in said
    assert "message 1 is rejected" in said


# Deleting


def test_a_published_post_is_deleted_and_that_is_logged(folder: Path, outreach: Command, mastodon: Instance) -> None:
    write(folder, THREAD)
    env = {**instance(mastodon.url), **AT_ONCE}
    run(outreach, folder, *EARNEST, env=env)
    assert "needs --yes" in run(outreach, folder, "post", "--delete", "1", env=env, status=2)
    said = run(outreach, folder, "post", "--delete", "1", "--yes", env=env)
    assert "What follows it in its thread stays: 2 (sent), 3 (sent)" in said
    assert mastodon.texts == ["Second", "Third"]
    states = Counter(message["status"] for message in messages(outreach, folder, env))
    assert states == {"withdrawn": 1, "sent": 2}
    assert "a person: outreach post --delete; deleted" in log(outreach, folder, env=env)
    assert run(outreach, folder, *EARNEST, env=env)["queued"] == 0, "it is never posted again"
    assert "nothing to delete" in run(outreach, folder, "post", "--delete", "1", "--yes", env=env, status=2)


def test_what_was_not_published_or_is_no_post_cannot_be_deleted(
    folder: Path, outreach: Command, mastodon: Instance
) -> None:
    env = {**instance(mastodon.url), **AT_ONCE}
    run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=env)
    said = run(outreach, folder, "post", "--delete", "1", "--yes", env=env, status=2)
    assert "take it back with: outreach queue withdraw 1\n" in said
    assert "there is no message 9" in run(outreach, folder, "post", "--delete", "9", "--yes", env=env, status=2)


def test_a_network_that_does_not_delete_changes_nothing(folder: Path, outreach: Command) -> None:
    with Instance(Fault("/api/v1/statuses/", method="DELETE", status=503)) as server:
        env = {**instance(server.url), **AT_ONCE}
        run(outreach, folder, *EARNEST, env=env)
        said = run(outreach, folder, "post", "--delete", "1", "--yes", env=env, status=2)
        assert "mastodon did not delete post 1" in said
        assert [message["status"] for message in messages(outreach, folder, env)] == ["sent"]


def test_posts_of_an_account_that_is_gone_from_the_settings_are_named(
    folder: Path, outreach: Command, mastodon: Instance, x: XServer
) -> None:
    both = {**instance(mastodon.url), **x.environment, **AT_ONCE}
    run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=both)
    said = run(outreach, folder, "queue", "run", env={**x.environment, **AT_ONCE}, status=1)
    assert "1 message for mastodon cannot leave: no account is configured" in said
