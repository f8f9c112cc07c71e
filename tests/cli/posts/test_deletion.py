"""`outreach post --delete`."""

from collections import Counter
from pathlib import Path

from tests.channels.networks.environments import AT_ONCE, instance
from tests.channels.networks.http_server import Fault
from tests.channels.networks.mastodon_server import Instance
from tests.channels.networks.x_server import XServer
from tests.cli.posts.typed import EARNEST, THREAD, log, messages, run, write
from tests.conftest import Command


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
    shown = run(outreach, folder, *(word for word in EARNEST if word != "--json"), "--dry-run", env=env)
    assert "withdrawn or deleted earlier, for good" in shown
    assert "nothing to delete" in run(outreach, folder, "post", "--delete", "1", "--yes", env=env, status=2)


def test_what_was_not_published_or_is_no_post_cannot_be_deleted(
    folder: Path, outreach: Command, mastodon: Instance
) -> None:
    env = {**instance(mastodon.url), **AT_ONCE}
    run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=env)
    said = run(outreach, folder, "post", "--delete", "1", "--yes", env=env, status=2)
    assert "Withdraw with: outreach queue withdraw 1\n" in said
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
