"""The X channel against a real HTTP server: what is published, taken down, and where stopping leaves it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from outreach.channels.base import Receipt
from outreach.channels.registry import make_channel
from outreach.channels.x.channel import XChannel
from outreach.errors import Deferred, DeliveryError, Paused, Rejected, Unconfirmed
from outreach.settings.settings import Settings
from tests.channels.account_contract import AccountContract, run
from tests.channels.letters import Commit, letter, send
from tests.channels.networks import posts
from tests.channels.networks.http_server import Fault
from tests.channels.networks.x_posts import ME, METADATA, NOW, POST, UPLOAD, channel_to, outcome, post, problem
from tests.channels.networks.x_server import KEYS, NAME, OWNER, XServer


class TestContract(AccountContract):
    network = "x"
    secrets = tuple(KEYS.values())

    @pytest.fixture
    def channel(self) -> Iterator[XChannel]:
        with XServer() as self.server:
            yield channel_to(self.server.url)

    def delivered(self) -> list[bytes]:
        return [each.text.encode() for each in self.server.posts]

    def lose_the_next_answer(self) -> None:
        self.server.faults = (Fault(POST, method="POST", drop=True, take=True, nth=1),)


# What is published


def test_it_is_found_by_its_name_like_every_channel(campaign_folder: Any) -> None:
    assert isinstance(make_channel("x", campaign_folder, Settings()), XChannel)


def test_the_receipt_has_the_posts_id_and_its_public_address() -> None:
    result, server = outcome()
    (made,) = server.posts
    assert isinstance(result, Receipt)
    assert result.reference == made.id
    assert result.url == f"https://x.com/{NAME}/status/{made.id}"


@pytest.mark.parametrize("text", ["l’été & <b> “quoted” #EndReprisals", "🕊️🇺🇳 مرحبا", "a\nb\n\nc", "e\u0301"], ids=ascii)
def test_the_text_arrives_as_it_is(text: str) -> None:
    _, server = outcome(outgoing=post(text=text))
    assert [made.text for made in server.posts] == [text]


def test_the_picture_and_its_description_are_with_x_before_the_post_is_committed() -> None:
    with XServer() as server:
        commit = Commit(check=lambda: [request.path for request in server.requests])
        send(channel_to(server.url), post(picture=posts.PICTURE, commit=commit))
        assert commit.seen == [[ME, UPLOAD, METADATA]]
        (made,) = server.posts
    assert (made.picture, made.alt) == (posts.PICTURE, "A card")


def test_a_part_of_a_thread_replies_to_the_one_before() -> None:
    _, server = outcome(outgoing=replace(post(), parent="77"))
    assert [made.parent for made in server.posts] == ["77"]


def test_a_letter_is_no_post_and_nothing_is_asked() -> None:
    result, server = outcome(outgoing=letter())
    assert isinstance(result, Rejected)
    assert server.requests == []


def test_the_account_is_asked_for_once_in_a_run() -> None:
    with XServer() as server:
        send(channel_to(server.url), post(1), post(2), post(3))
        assert len(server.asked(ME)) == 1


@pytest.mark.parametrize("status", [403, 429])
def test_a_plan_that_does_not_say_whose_account_it_is_can_post_all_the_same(status: int) -> None:
    result, server = outcome(Fault(ME, status=status))
    (made,) = server.posts
    assert isinstance(result, Receipt)
    assert result.url == f"https://x.com/i/status/{made.id}"


# The same text again


def test_a_duplicate_is_matched_to_our_own_earlier_try() -> None:
    with XServer() as server:
        first, second = send(channel_to(server.url), post(), post())
        assert server.taken == 1
    assert isinstance(first, Receipt)
    assert isinstance(second, Receipt)
    assert second.reference == first.reference


def test_a_duplicate_of_an_older_post_is_rejected() -> None:
    """It was published before ours was queued: it is not ours."""
    with XServer() as server:
        server.put(f"{posts.TEXT} 1", at=NOW - timedelta(days=3))
        (result,) = send(channel_to(server.url), post())
    assert isinstance(result, Rejected)
    assert "change the text" in result.detail


@pytest.mark.parametrize("body", [b"", {}, b"[]", {"data": []}], ids=str)
def test_an_answer_that_is_no_timeline_does_not_say_that_a_post_is_none_of_ours(body: object) -> None:
    with XServer(Fault(f"/users/{OWNER}/tweets", 200, body)) as server:
        server.put(f"{posts.TEXT} 1")
        (result,) = send(channel_to(server.url), post())
    assert isinstance(result, Unconfirmed)


def test_a_duplicate_that_cannot_be_looked_up_is_for_a_person_to_settle() -> None:
    with XServer(Fault(f"/users/{OWNER}/tweets", 403, problem(403, "client-not-enrolled"))) as server:
        server.put(f"{posts.TEXT} 1")
        (result,) = send(channel_to(server.url), post())
    assert isinstance(result, Unconfirmed)
    assert "client-not-enrolled" in result.detail


def test_the_old_code_of_a_duplicate_is_known_too() -> None:
    body = {"errors": [{"code": 187, "message": "Status is a duplicate."}]}
    result, _ = outcome(Fault(POST, 403, body, method="POST"))
    assert isinstance(result, Rejected)


# Taking down


@pytest.mark.parametrize(("status", "error"), [(401, Paused), (403, Paused), (429, Deferred), (500, Deferred)])
def test_a_deletion_that_x_refuses_is_told(status: int, error: type[DeliveryError]) -> None:
    with XServer(Fault("/2/tweets/", status, problem(status))) as server:
        channel = channel_to(server.url)
        with pytest.raises(error):
            run(channel, lambda: channel.delete("1"))


# Stopping


def test_stopping_while_the_account_is_looked_up_leaves_nothing_behind() -> None:
    async def stopped(server: XServer, commit: Commit) -> None:
        channel = channel_to(server.url)
        async with channel:
            task = asyncio.create_task(channel.send(post(commit=commit)))
            await asyncio.to_thread(server.holding.wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            server.release()

    commit = Commit()
    with XServer(Fault(ME, hold=True)) as server:
        asyncio.run(stopped(server, commit))
        assert server.posts == []
    assert commit.count == 0


def test_stopping_while_the_post_is_on_its_way_waits_for_the_answer() -> None:
    async def stopped(server: XServer) -> Receipt:
        channel = channel_to(server.url)
        async with channel:
            task = asyncio.create_task(channel.send(post()))
            await asyncio.to_thread(server.holding.wait)
            task.cancel()
            server.release()
            return await task

    with XServer(Fault(POST, method="POST", hold=True)) as server:
        receipt = asyncio.run(stopped(server))
        assert receipt.reference == server.posts[0].id


def test_stopping_twice_is_unconfirmed() -> None:
    async def stopped(server: XServer) -> None:
        channel = channel_to(server.url)
        async with channel:
            task = asyncio.create_task(channel.send(post()))
            await asyncio.to_thread(server.holding.wait)
            task.cancel()
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(Unconfirmed):
                await task
            server.release()

    with XServer(Fault(POST, method="POST", hold=True)) as server:
        asyncio.run(stopped(server))
