"""`outreach post` through real servers of the networks: when posts leave, and `outreach queue` with them."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.channels.networks.environments import AT_ONCE, instance, pds
from tests.channels.networks.http_server import Fault
from tests.channels.networks.mastodon_server import TOKEN, Instance
from tests.channels.networks.pds_server import PASSWORD, Pds
from tests.channels.networks.x_server import KEYS, XServer
from tests.cli.posts.typed import EARNEST, POST, SEVERAL, THREAD, bring_forward, change_case, log, messages, run, write
from tests.conftest import Command
from tests.processes import Process, at_work, environment


def test_posts_leave_through_every_account_once_with_picture_and_public_address(
    folder: Path, outreach: Command, x: XServer, bluesky: Pds, mastodon: Instance
) -> None:
    env = {**x.environment, **pds(bluesky.url), **instance(mastodon.url), **AT_ONCE}
    env["OUTREACH_POSTS__PICTURE"] = "true"
    for expected in (3, 0):
        assert run(outreach, folder, *EARNEST, env=env)["sent"] == expected
    text = "We stand with Beacon. #EndReprisals"
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
    write(folder, "=== solidarity\nWe stand with them.\n", "specimen.en.txt")
    env = {**instance(mastodon.url), **AT_ONCE, "OUTREACH_POSTS__SPACING_MINUTES": "30"}
    run(outreach, folder, *EARNEST, env=env)
    done = run(outreach, folder, "post", "--case", "specimen", "--yes", "--json", "--after-deadline", env=env)
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
    assert "queued until 29 Sep 2999 09:00" in listed
    assert run(outreach, folder, "queue", "withdraw", "1", "--json", env=env) == [1, 2, 3]
    assert run(outreach, folder, "queue", "run", "--json", env=env)["sent"] == 0
    assert mastodon.texts == []


def test_a_time_that_is_past_is_refused_in_earnest_and_said_in_a_rehearsal(
    folder: Path, outreach: Command, mastodon: Instance
) -> None:
    at = ("--at", "2022-09-29 09:00 Europe/Zurich")
    assert "is past" in run(outreach, folder, *EARNEST, *at, env=instance(mastodon.url), status=2)
    said = run(outreach, folder, "post", "--case", "beacon", *at)
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


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("posts: yes", "posts: no", "no consent for posts"),
        ("people:", "embargo: 2999-01-01\npeople:", "embargo"),
        ("people:", "stopped: {on: 2026-11-30, why: asked}\npeople:", "the case is stopped"),
        ("checked_on: 2022-09-01", "", "facts not checked lately"),
        ("posts: yes", "posts: perhaps", "write yes or no"),
    ],
    ids=["consent taken back", "embargo", "stopped", "facts that nobody checked", "a file that does not load"],
)
def test_a_case_file_that_changes_while_posts_leave_is_heard_before_the_next_post(
    folder: Path, outreach: Command, old: str, new: str, words: str
) -> None:
    write(folder, SEVERAL)
    with XServer(Fault("/2/tweets", method="POST", hold=True, nth=2)) as server:
        env = {**server.environment, **AT_ONCE}
        run(outreach, folder, *EARNEST, env={**env, "OUTREACH_POSTS__QUIET": "00:00-23:59"})
        bring_forward(folder, timedelta())
        with at_work(folder, env, "queue", "run") as process:
            while server.taken < 2 and process.poll() is None:
                pass
            change_case(folder, old, new)
            server.release()
            _, errors = process.communicate(timeout=60)
    assert (process.returncode, words in errors) == (2 if "perhaps" in new else 1, True), errors
    assert server.taken == 2


def test_watch_ends_when_what_it_waits_for_is_withdrawn(folder: Path, outreach: Command, x: XServer) -> None:
    env = {**x.environment, **AT_ONCE}
    run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=env)
    command = ["-C", str(folder), "queue", "run", "--watch"]
    with Process(command, env=environment(env), stdout=-1, stderr=-2, text=True) as process:
        try:
            assert "01 January" in next(line for line in process.stdout or () if "wait" in line)
            run(outreach, folder, "queue", "withdraw", "1", "--yes", env=env)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()
    assert x.posts == []


def test_in_earnest_without_a_terminal_it_needs_yes(folder: Path, outreach: Command, x: XServer) -> None:
    said = run(outreach, folder, "post", "--case", "beacon", env={**x.environment, **AT_ONCE}, status=2)
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
