"""Posts of which nobody knows whether they left, and how `outreach queue` settles them."""

import re
from datetime import timedelta
from pathlib import Path

from tests.channels.networks.environments import AT_ONCE, CERTAIN, instance, pds
from tests.channels.networks.http_server import Fault
from tests.channels.networks.mastodon_server import Instance
from tests.channels.networks.pds_server import Pds
from tests.channels.networks.x_server import XServer
from tests.cli.posts.typed import (
    EARNEST,
    SEVERAL,
    TALKING,
    THREAD,
    bring_forward,
    change_case,
    log,
    messages,
    run,
    write,
)
from tests.conftest import Command


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
        assert "mastodon: Left alone for a while, since its timeline cannot be looked at: timeline: 503" in said
        assert [message["status"] for message in messages(outreach, folder, env)] == ["unconfirmed"]


def test_a_network_that_asks_to_be_left_alone_is_and_nothing_else_is_tried_there(
    folder: Path, outreach: Command
) -> None:
    write(folder, SEVERAL)
    lost = Fault("/api/v1/statuses", method="POST", drop=True, nth=1)
    busy = Fault("/statuses", method="GET", status=429, headers={"Retry-After": "3600"}, nth=2)
    with Instance(lost, busy) as mastodon:
        env = {**instance(mastodon.url), **AT_ONCE, **CERTAIN}
        run(outreach, folder, *EARNEST, "--only", "post-0", env=env, status=1)
        said = run(outreach, folder, *TALKING, env=env, status=1)
        assert "mastodon: Left alone for a while, since its timeline cannot be looked at: timeline: 429" in said
        assert "Nothing was due" in said
        assert [message["attempts"] for message in messages(outreach, folder, env)] == [1, 0, 0, 0]
        assert "Posts in doubt are looked for again, the next at" in said


def test_what_is_in_doubt_and_not_meant_is_left_in_doubt(folder: Path, outreach: Command) -> None:
    write(folder, SEVERAL)
    with Instance(Fault("/api/v1/statuses", method="POST", drop=True, nth=1)) as mastodon:
        env = {**instance(mastodon.url), **AT_ONCE, **CERTAIN}
        run(outreach, folder, *EARNEST, "--only", "post-0", env=env, status=1)
        run(outreach, folder, *EARNEST, "--only", "post-1", env=env)
        assert mastodon.texts == ["Number 1"]
        again = ("post", "--case", "beacon", "--after-deadline", "--only", "post-0")
        assert "needs --yes" in run(outreach, folder, *again, env=env, status=2)
        assert mastodon.texts == ["Number 1"]
        dry = run(outreach, folder, *again, "--dry-run", "--json", env=env)
        assert (dry["planned"], dry["in_doubt"]) == (0, 1)
        assert dry["next"]
        assert "1 in doubt: looked for on the timeline" in run(outreach, folder, *again, "--yes", env=env)
        assert sorted(mastodon.texts) == ["Number 0", "Number 1"]


def test_as_long_as_a_server_may_be_at_work_on_it_nobody_can_say_that_it_was_not_sent(
    folder: Path, outreach: Command
) -> None:
    with Instance(Fault("/api/v1/statuses", method="POST", drop=True, nth=1)) as mastodon:
        env = {**instance(mastodon.url), **AT_ONCE}
        run(outreach, folder, *EARNEST, env=env, status=1)
        shown = run(outreach, folder, "queue", "settle", env=env)
        assert "The server may still be at work on it until" in shown
        assert "--not-sent" not in shown
        refused = run(outreach, folder, "queue", "settle", "1", "--not-sent", env=env, status=2)
        assert "post 1 may still come up on mastodon until" in refused
        assert [message["status"] for message in messages(outreach, folder, env)] == ["unconfirmed"]
        assert run(outreach, folder, "queue", "settle", "1", "--not-sent", "--json", env={**env, **CERTAIN}) == [1]


def test_the_rest_of_a_thread_waits_for_what_is_in_doubt_and_that_is_said(folder: Path, outreach: Command) -> None:
    write(folder, THREAD)
    with Instance(Fault("/api/v1/statuses", method="POST", drop=True, nth=1)) as mastodon:
        env = {**instance(mastodon.url), **AT_ONCE}
        said = run(outreach, folder, *TALKING, env=env, status=1)
        assert "2 still waiting for the part of their thread before them." in said


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
        again = run(outreach, folder, "queue", "run", "--json", env=env)
        assert (again["sent"], again["in_doubt"]) == (0, 1), "it is never repeated by itself"
        assert "Posts in doubt need a person: outreach queue settle" in run(outreach, folder, "queue", "run", env=env)
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
        assert "Nothing is unconfirmed" in run(outreach, folder, "queue", "settle", "--case", "sample", env=env)
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
    assert "Held back: 2 posts that may not leave any more: beacon, story.en/2 on mastodon" in said
    assert "message 1 is rejected" in said
