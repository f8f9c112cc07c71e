"""The worker and the timelines: threads through real servers, and what settles a post that nobody knows of."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from outreach.channels.base import Account, Receipt
from outreach.channels.mastodon.channel import MastodonChannel
from outreach.channels.rehearsal import RehearsalChannel
from outreach.db.engine import reading, writing
from outreach.errors import Deferred, Paused
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Scope
from outreach.outbox.posts.settling import doubtful_posts, next_look, settle_by_timeline, settle_post
from outreach.outbox.queue import change_by_person
from outreach.outbox.sending.outcome import Outcome, ReturnPath
from outreach.outbox.sending.worker import Worker
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now
from outreach.settings.accounts import MastodonSettings
from tests.channels.networks.http_server import Fault
from tests.channels.networks.mastodon_server import TOKEN, Instance
from tests.outbox.outboxes import HOLDER, chain, lead, listing, told
from tests.outbox.posts.queued_posts import POSTS, queue_drafts, queue_posts, thread

NOBODY = ReturnPath(lambda token: "")


def channel(server: Instance) -> MastodonChannel:
    return MastodonChannel(MastodonSettings(instance=server.url, token=SecretStr(TOKEN), timeout=5))


def work(outbox: Outbox, account: MastodonChannel | RehearsalChannel) -> Outcome:
    return asyncio.run(Worker(outbox, account, NOBODY, POSTS).run())


def settle_all(outbox: Outbox, account: Account, grace: timedelta = timedelta(0)) -> list[Status]:
    async def settled() -> list[Status]:
        return [status async for _post, status in settle_by_timeline(outbox, account, Scope(channel="mastodon"), grace)]

    return asyncio.run(settled())


def in_doubt(outbox: Outbox, number: int = 1) -> list[int]:
    """Posts that began to leave this minute, and of which no answer came."""
    ids = queue_posts(outbox, "mastodon", number, now() - timedelta(minutes=1))
    for message in ids:
        lead(outbox, message, Status.UNCONFIRMED, now())
    return ids


def test_what_left_a_moment_ago_may_still_come_up_so_its_absence_says_nothing_yet(outbox: Outbox) -> None:
    in_doubt(outbox)
    with Instance() as server:
        settle_all(outbox, channel(server), timedelta(minutes=5))
        assert [entry.status for entry in listing(outbox)] == [Status.UNCONFIRMED]
        settle_all(outbox, channel(server))
        assert [entry.status for entry in listing(outbox)] == [Status.QUEUED]


def test_the_grace_begins_when_the_answer_was_lost_and_not_when_the_post_left(outbox: Outbox) -> None:
    """A laptop may sleep in between."""
    [message] = queue_posts(outbox, "mastodon", 1, now() - timedelta(hours=2))
    lead(outbox, message, Status.SENDING, now() - timedelta(hours=2))
    lost(outbox, message, now())
    with Instance() as server:
        assert settle_all(outbox, channel(server), timedelta(minutes=5)) == []
        assert settle_all(outbox, channel(server)) == [Status.QUEUED]


def test_what_was_lost_later_than_now_by_a_clock_that_was_wrong_is_for_a_person(outbox: Outbox) -> None:
    [message] = queue_posts(outbox, "mastodon", 1, now())
    lead(outbox, message, Status.UNCONFIRMED, now() + timedelta(days=30))
    with Instance() as server:
        assert settle_all(outbox, channel(server), timedelta(minutes=5)) == []
    at = now()
    assert look_at(outbox, timedelta(minutes=5), at) is None
    assert look_at(outbox, timedelta(0), at) == at + timedelta(seconds=2)


def test_a_clock_that_was_set_back_a_little_makes_the_grace_longer(outbox: Outbox) -> None:
    minutes, at = timedelta(minutes=5), now()
    [message] = queue_posts(outbox, "mastodon", 1, at)
    lead(outbox, message, Status.UNCONFIRMED, at + timedelta(seconds=40))
    assert look_at(outbox, minutes, at) == at + minutes + timedelta(seconds=40)


def test_it_is_looked_for_when_the_grace_is_over_and_less_often_after_each_try(outbox: Outbox) -> None:
    minutes, at = timedelta(minutes=5), now()
    [message] = queue_posts(outbox, "mastodon", 1, at)
    assert look_at(outbox, minutes, at) is None
    for seconds in (2, 4, 8):
        lead(outbox, message, Status.UNCONFIRMED, at)
        assert look_at(outbox, timedelta(0), at) == at + timedelta(seconds=seconds)
        assert look_at(outbox, minutes, at) == at + minutes
        with Instance() as server:
            settle_all(outbox, channel(server))


def look_at(outbox: Outbox, grace: timedelta, at: datetime) -> datetime | None:
    with reading(outbox.engine) as connection:
        return next_look(connection, POSTS, grace, at)


def lost(outbox: Outbox, message: int, at: datetime) -> None:
    step = Transition(message, Status.SENDING, Status.UNCONFIRMED, at, "test", holder=HOLDER)
    with writing(outbox.engine) as connection:
        advance(connection, [step])


def test_what_is_there_is_settled_at_once(outbox: Outbox) -> None:
    in_doubt(outbox)
    [entry] = listing(outbox)
    with Instance() as server:
        server.put(entry.subject)
        settle_all(outbox, channel(server), timedelta(minutes=5))
    assert [entry.status for entry in listing(outbox)] == [Status.SENT]


def test_a_receipt_is_kept_reference_and_public_address_and_the_ledger_tells_it(outbox: Outbox) -> None:
    queue_posts(outbox, "mastodon", 1, now())
    with Instance() as server:
        assert work(outbox, channel(server)).counts == {Status.SENT: 1}
    [entry] = listing(outbox)
    [status] = server.statuses.values()
    assert (entry.reference, entry.address) == (status["id"], status["url"])
    assert status["url"] in told(outbox)[-1].detail


def test_a_thread_goes_out_in_one_run_and_each_part_replies_to_the_one_before(outbox: Outbox) -> None:
    queue_drafts(outbox, thread(outbox, "mastodon", "story", parts=4), now())
    with Instance() as server:
        assert work(outbox, channel(server)).counts == {Status.SENT: 4}
    replies = [status["in_reply_to_id"] for status in server.statuses.values()]
    assert replies == [None, *list(server.statuses)[:3]]


def test_in_a_rehearsal_a_thread_needs_no_reference(outbox: Outbox, tmp_path: Path) -> None:
    rehearsal = Outbox(outbox.engine, True, outbox.secret)
    queue_drafts(rehearsal, thread(rehearsal, "mastodon", "story", parts=3), now())
    assert work(rehearsal, RehearsalChannel(tmp_path / "rehearsal")).counts == {Status.SENT: 3}


def test_a_part_whose_parent_has_no_name_on_the_network_is_refused_rather_than_posted_alone(outbox: Outbox) -> None:
    """A person settled the first as sent, and the timeline could not be looked at."""
    first, second = queue_drafts(outbox, thread(outbox, "mastodon", "story", parts=2), now())
    lead(outbox, first, Status.UNCONFIRMED)
    with writing(outbox.engine) as connection:
        change_by_person(connection, listing(outbox)[:1], Status.SENT, now(), "a person", "")
    with Instance() as server:
        assert work(outbox, channel(server)).counts == {Status.REJECTED: 1}
    assert server.texts == []
    assert chain(outbox, second)[-1] is Status.REJECTED
    assert f"message {first}" in listing(outbox)[1].detail


def test_what_the_timeline_shows_is_sent_at_the_time_when_it_left(outbox: Outbox) -> None:
    [message] = in_doubt(outbox)
    left_at = next(entry.at for entry in told(outbox) if entry.to is Status.SENDING)
    with Instance() as server:
        status = server.put("Post post-0, part 1")
        settle_all(outbox, channel(server))
    [entry] = listing(outbox)
    assert (entry.status, entry.reference, entry.address) == (Status.SENT, status["id"], status["url"])
    assert entry.taken_at == left_at
    assert chain(outbox, message)[-2:] == [Status.UNCONFIRMED, Status.SENT]


def test_what_it_does_not_show_is_queued_again_and_goes_with_the_same_run(outbox: Outbox) -> None:
    in_doubt(outbox)
    with Instance() as server:
        settle_all(outbox, channel(server))
        assert [entry.status for entry in listing(outbox)] == [Status.QUEUED]
        assert work(outbox, channel(server)).counts == {Status.SENT: 1}
    assert server.taken == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("/statuses", method="GET", status=503), Deferred),
        (Fault("verify_credentials", status=401), Paused),
    ],
)
def test_a_timeline_that_cannot_be_looked_at_settles_nothing(
    outbox: Outbox, fault: Fault, error: type[Exception]
) -> None:
    in_doubt(outbox, 2)
    with Instance(fault) as server, pytest.raises(error):
        settle_all(outbox, channel(server))
    assert {entry.status for entry in listing(outbox)} == {Status.UNCONFIRMED}


def test_without_doubt_nobody_logs_in(outbox: Outbox) -> None:
    queue_posts(outbox, "mastodon", 1, now())
    with Instance() as server:
        settle_all(outbox, channel(server))
    assert server.requests == []


def test_two_who_settle_the_same_post_do_it_once(outbox: Outbox) -> None:
    in_doubt(outbox)
    [post] = doubtful_posts(outbox, POSTS)
    receipt = Receipt("found", "123", "https://social.example.org/@campaign/123")
    assert settle_post(outbox, post, receipt, "seen", "test")
    assert not settle_post(outbox, post, None, "not seen", "another")
    assert [entry.status for entry in listing(outbox)] == [Status.SENT]


def test_only_posts_that_are_unconfirmed_are_doubtful_each_with_its_last_try(outbox: Outbox) -> None:
    first, second, third = queue_posts(outbox, "mastodon", 3)
    lead(outbox, first, Status.SENT)
    lead(outbox, second, Status.UNCONFIRMED)
    with writing(outbox.engine) as connection:
        change_by_person(connection, [listing(outbox)[1]], Status.QUEUED, now(), "a person", "")
    again = datetime(2022, 9, 2, 12, tzinfo=UTC)
    lead(outbox, second, Status.UNCONFIRMED, again)
    assert [(post.id, post.network, post.left_at) for post in doubtful_posts(outbox, POSTS)] == [
        (second, "mastodon", again)
    ]
    assert doubtful_posts(outbox, Scope(channel="x")) == []
    assert third == 3
