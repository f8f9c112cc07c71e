"""Limits a minute, by a clock that jumps: what would take minutes takes milliseconds."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.channels.base import Limits
from outreach.outbox.sending.pace import Pace
from tests.outbox.sending.hurried import MOMENT, hurry

Leaving = list[tuple[float, tuple[str, ...]]]  # when, in seconds from the start, and to whom
EVERY_SECOND = Limits(connections=4, per_minute=60)


def to(*domains: str) -> tuple[str, ...]:
    return tuple(f"mission@{domain}.example.org" for domain in domains)


def leaving(limits: Limits, messages: Sequence[tuple[str, ...]]) -> Leaving:
    """When each message may leave if all of them want to at once; in the order in which they leave."""

    async def run() -> Leaving:
        pace, clock, left = Pace(limits), asyncio.get_running_loop().time, []

        async def leave(recipients: tuple[str, ...]) -> None:
            await pace.wait(recipients)
            left.append((clock(), recipients))

        await asyncio.gather(*(leave(recipients) for recipients in messages))
        return left

    return hurry(run())


def times(left: Leaving) -> list[float]:
    return [moment for moment, _ in left]


def most_in_a_minute(left: Leaving) -> int:
    """The most messages that leave in any sixty seconds."""
    moments = times(left)
    return max(sum(1 for moment in moments if start <= moment < start + 60 - MOMENT) for start in moments)


def seconds(*expected: float) -> object:
    """These moments, to a hundredth."""
    return pytest.approx(list(expected), abs=0.01)


def test_without_limits_nothing_waits() -> None:
    left = leaving(Limits(connections=4), [to("a")] * 500)
    assert max(times(left)) < 0.01


def test_thirty_a_minute_leave_two_seconds_apart_the_first_at_once() -> None:
    left = leaving(Limits(per_minute=30), [to("a")] * 5)
    assert times(left) == seconds(0, 2, 4, 6, 8)


@pytest.mark.parametrize("per_minute", [1, 7, 30, 60, 61, 100, 600])
def test_never_more_than_the_limit_in_any_minute_and_no_fewer_than_it_allows(per_minute: int) -> None:
    left = leaving(Limits(per_minute=per_minute), [to("a")] * (2 * per_minute + 1))
    assert most_in_a_minute(left) == per_minute
    assert times(left)[-1] == pytest.approx(120, rel=0.01)


def test_a_domains_limit_spaces_its_messages_and_no_others() -> None:
    left = leaving(Limits(per_domain_per_minute=30), [to("a"), to("a"), to("a"), to("b"), to("c"), to("b")])
    by_domain = defaultdict(list)
    for moment, recipients in left:
        by_domain[recipients].append(moment)
    assert by_domain[to("a")] == seconds(0, 2, 4)
    assert by_domain[to("b")] == seconds(0, 2)
    assert by_domain[to("c")] == seconds(0)


def test_two_domains_hold_each_other_up_no_longer_than_the_overall_limit() -> None:
    """Six a minute for a domain, sixty over all: b waits a second for a's first, not ten for a's next."""
    limits = Limits(per_minute=60, per_domain_per_minute=6)
    left = leaving(limits, [to("a"), to("a"), to("a"), to("b"), to("b")])
    assert [recipients for _, recipients in left] == [to("a"), to("b"), to("a"), to("b"), to("a")]
    assert times(left) == seconds(0, 1, 10, 11, 20)


def test_a_domain_is_one_domain_however_it_is_written() -> None:
    left = leaving(Limits(per_domain_per_minute=60), [("x@EXAMPLE.org",), ("y@example.ORG",), ("z@example.org",)])
    assert times(left) == seconds(0, 1, 2)


def test_a_letter_to_several_addresses_of_a_domain_counts_once_there() -> None:
    left = leaving(Limits(per_domain_per_minute=60), [to("a", "a", "a"), to("a")])
    assert times(left) == seconds(0, 1)


def test_a_letter_to_several_domains_waits_for_each_of_them() -> None:
    left = leaving(Limits(per_domain_per_minute=60), [to("a"), to("b"), to("a", "b")])
    assert left[-1] == (pytest.approx(1, abs=0.01), to("a", "b"))


def test_a_pause_is_not_saved_up_for_a_burst() -> None:
    """After ten idle minutes messages still leave one by one."""

    async def run() -> list[float]:
        pace, clock = Pace(EVERY_SECOND), asyncio.get_running_loop().time
        await _until(600)
        moments = []
        for _ in range(3):
            await pace.wait(to("a"))
            moments.append(clock() - 600)
        return moments

    assert hurry(run()) == seconds(0, 1, 2)


async def _until(moment: float) -> None:
    """Return when the loop's clock has come to this moment."""
    loop, come = asyncio.get_running_loop(), asyncio.Event()
    loop.call_at(moment, come.set)
    await come.wait()


def test_one_that_gave_up_waiting_takes_nobodys_turn() -> None:
    """A run that is stopped cancels those who wait; the others go on as if they had never been there."""

    async def run() -> list[float]:
        pace, clock = Pace(EVERY_SECOND), asyncio.get_running_loop().time
        await pace.wait(to("a"))
        quitters = [asyncio.ensure_future(pace.wait(to("a"))) for _ in range(5)]
        await _until(0.5)
        for quitter in quitters:
            quitter.cancel()
        await asyncio.gather(*quitters, return_exceptions=True)
        await pace.wait(to("a"))
        return [clock()]

    assert hurry(run()) == seconds(1)


def worked_off(limits: Limits, messages: Sequence[tuple[str, ...]]) -> Leaving:
    """When each message leaves if as many tasks as there are connections take one after the other."""

    async def run() -> Leaving:
        pace, clock, left = Pace(limits), asyncio.get_running_loop().time, []
        ready = deque(messages)

        async def work() -> None:
            while ready:
                recipients = ready.popleft()
                await pace.wait(recipients)
                left.append((clock(), recipients))

        await asyncio.gather(*(work() for _ in range(limits.connections)))
        return left

    return hurry(run())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sets(st.sampled_from("abc"), min_size=1), min_size=2, max_size=40),
    st.integers(1, 4),
    st.integers(1, 60),
    st.integers(1, 60),
)
def test_whatever_is_sent_both_limits_hold(
    domains: list[set[str]], connections: int, per_minute: int, per_domain: int
) -> None:
    """A message that had its domain's turn may still wait for the overall one: at most one a connection does."""
    messages = [to(*sorted(names)) for names in domains]
    left = worked_off(Limits(connections, per_minute, per_domain), messages)
    assert Counter(recipients for _, recipients in left) == Counter(messages)
    assert most_in_a_minute(left) <= per_minute
    for [address] in map(to, "abc"):
        mine = [(moment, recipients) for moment, recipients in left if address in recipients]
        assert not mine or most_in_a_minute(mine) <= per_domain + connections
