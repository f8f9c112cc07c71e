"""What every channel must do; a channel's own test class inherits this and says how to make one and look behind it."""

import asyncio
import inspect
from pathlib import Path

import pytest

from outreach.channels.base import Channel, Limits, Outgoing, Receipt
from outreach.errors import DeliveryError
from outreach.settings.settings import Settings
from tests.channels.letters import Commit, letter, send, send_at_once


class ChannelContract:
    """Subclasses give the fixture `channel` and `delivered()`: the contents that have arrived at the far end by now.

    A channel that carries something other than letters also gives `message()`, which makes a message it takes, and
    `arrived()`, which says how a message looks at the far end.
    """

    def delivered(self) -> list[bytes]:
        raise NotImplementedError

    def message(self, number: int = 1, *, commit: Commit | None = None) -> Outgoing:
        return letter(number, commit=commit)

    def arrived(self, outgoing: Outgoing) -> bytes:
        return outgoing.content

    def test_it_has_a_name_and_limits(self, channel: Channel) -> None:
        assert channel.name
        assert isinstance(channel.limits, Limits)
        assert channel.limits.connections >= 1

    def test_it_can_be_made_for_a_campaign_without_opening_anything(self, channel: Channel, tmp_path: Path) -> None:
        folder = tmp_path / "campaign"
        folder.mkdir()
        made = type(channel).for_campaign(folder, Settings())
        assert made.name == channel.name
        assert list(folder.iterdir()) == []

    def test_send_is_a_coroutine_of_one_argument(self, channel: Channel) -> None:
        assert inspect.iscoroutinefunction(channel.send)
        assert list(inspect.signature(channel.send).parameters) == ["outgoing"]

    def test_a_receipt_means_that_the_message_is_there_byte_for_byte(self, channel: Channel) -> None:
        outgoing = self.message()
        (receipt,) = send(channel, outgoing)
        assert isinstance(receipt, Receipt)
        assert self.delivered() == [self.arrived(outgoing)]

    def test_committed_is_awaited_once_and_before_anything_has_arrived(self, channel: Channel) -> None:
        commit = Commit(check=self.delivered)
        send(channel, self.message(commit=commit))
        assert commit.seen == [[]]
        assert len(self.delivered()) == 1

    @pytest.mark.parametrize("error", [RuntimeError("disk full"), asyncio.CancelledError()], ids=["error", "cancel"])
    def test_when_committed_raises_nothing_leaves_and_the_error_comes_out(
        self, channel: Channel, error: BaseException
    ) -> None:
        commit = Commit(error=error)

        async def run() -> None:
            async with channel:
                with pytest.raises(type(error)):
                    await channel.send(self.message(1, commit=commit))

        asyncio.run(run())
        assert commit.count == 1
        assert self.delivered() == []

    def test_the_channel_goes_on_after_committed_raised(self, channel: Channel) -> None:
        async def run() -> Receipt:
            async with channel:
                with pytest.raises(RuntimeError):
                    await channel.send(self.message(1, commit=Commit(error=RuntimeError())))
                return await channel.send(self.message(2))

        assert asyncio.run(run())
        assert self.delivered() == [self.arrived(self.message(2))]

    def test_many_at_once_each_arrive_once(self, channel: Channel) -> None:
        letters = [self.message(n) for n in range(60)]
        outcomes = send_at_once(channel, *letters)
        assert all(isinstance(each, Receipt) for each in outcomes)
        assert sorted(self.delivered()) == sorted(self.arrived(each) for each in letters)
        assert all(_commits(each) == 1 for each in letters)

    def test_what_it_says_is_one_short_line_without_addresses(self, channel: Channel) -> None:
        for each in send(channel, self.message(1), self.message(2)):
            detail = each.detail if isinstance(each, Receipt | DeliveryError) else ""
            assert 0 < len(detail) <= 300
            assert detail.isprintable()
            assert "@" not in detail


def _commits(outgoing: Outgoing) -> int:
    assert isinstance(outgoing.committed, Commit)
    return outgoing.committed.count
