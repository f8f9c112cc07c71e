"""What every channel to an account on a network must do beyond the channel contract: find, delete, account."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from outreach.channels.base import Account, Outgoing, Receipt
from outreach.channels.social.post import from_bytes
from outreach.errors import Unconfirmed
from tests.channels.contract import ChannelContract
from tests.channels.letters import Commit, send
from tests.channels.networks.posts import post

T = TypeVar("T")


class AccountContract(ChannelContract):
    """Subclasses give the fixture `channel`, `network`, `secrets`, `delivered()` and `lose_the_next_answer()`.

    `delivered()` is the texts on the timeline, oldest first. After `lose_the_next_answer()` the far end takes the next
    post, and hangs up before it says so.
    """

    network: str
    secrets: tuple[str, ...]

    def lose_the_next_answer(self) -> None:
        raise NotImplementedError

    def message(self, number: int = 1, *, commit: Commit | None = None) -> Outgoing:
        return post(number, network=self.network, commit=commit)

    def arrived(self, outgoing: Outgoing) -> bytes:
        return from_bytes(outgoing.content).text.encode()

    def test_it_is_a_channel_to_an_account(self, channel: Account) -> None:
        assert isinstance(channel, Account)
        assert channel.name == self.network

    def test_a_receipt_has_the_networks_reference_and_the_public_address(self, channel: Account) -> None:
        (receipt,) = send(channel, self.message())
        assert isinstance(receipt, Receipt)
        assert receipt.reference
        assert receipt.url.startswith("http")

    def test_the_same_post_again_is_there_once_and_has_the_same_reference(self, channel: Account) -> None:
        first, second = send(channel, self.message(1), self.message(1))
        assert isinstance(first, Receipt)
        assert isinstance(second, Receipt)
        assert (second.reference, second.url) == (first.reference, first.url)
        assert len(self.delivered()) == 1

    def test_a_second_run_does_not_post_again(self, channel: Account) -> None:
        send(channel, self.message())
        send(channel, self.message())
        assert len(self.delivered()) == 1

    def test_what_was_never_posted_is_not_found(self, channel: Account) -> None:
        send(channel, self.message(1))
        assert run(channel, lambda: channel.find(self.message(2))) is None

    def test_what_was_posted_is_found_as_its_receipt_says(self, channel: Account) -> None:
        receipt, *_ = send(channel, self.message(1), self.message(2))
        found = run(channel, lambda: channel.find(self.message(1)))
        assert isinstance(receipt, Receipt)
        assert isinstance(found, Receipt)
        assert (found.reference, found.url) == (receipt.reference, receipt.url)

    def test_an_answer_that_was_lost_is_unconfirmed_and_the_post_is_found(self, channel: Account) -> None:
        self.lose_the_next_answer()
        (outcome,) = send(channel, self.message())
        assert isinstance(outcome, Unconfirmed)
        found = run(channel, lambda: channel.find(self.message()))
        assert isinstance(found, Receipt)
        assert found.reference
        assert len(self.delivered()) == 1

    def test_a_reply_names_the_post_before_it_and_can_be_found(self, channel: Account) -> None:
        (first,) = send(channel, self.message(1))
        assert isinstance(first, Receipt)
        reply = replace(self.message(2), parent=first.reference)
        (second,) = send(channel, reply)
        found = run(channel, lambda: channel.find(reply))
        assert isinstance(second, Receipt)
        assert isinstance(found, Receipt)
        assert found.reference == second.reference

    def test_a_deleted_post_is_gone_and_deleting_it_again_is_no_error(self, channel: Account) -> None:
        receipt, _ = send(channel, self.message(1), self.message(2))
        assert isinstance(receipt, Receipt)
        run(channel, lambda: channel.delete(receipt.reference))
        assert self.delivered() == [self.arrived(self.message(2))]
        run(channel, lambda: channel.delete(receipt.reference))
        assert run(channel, lambda: channel.find(self.message(1))) is None

    def test_it_says_whose_account_it_is(self, channel: Account) -> None:
        assert run(channel, channel.account).startswith("@")

    def test_its_description_holds_no_secret(self, channel: Account) -> None:
        send(channel, self.message())
        assert not [secret for secret in self.secrets if secret in f"{channel!r} {channel}"]


def run(channel: Account, call: Callable[[], Awaitable[T]]) -> T:
    """What one call to the opened channel gives."""

    async def opened() -> T:
        async with channel:
            return await call()

    return asyncio.run(opened())
