"""When a message may be tried: a channel's limits a minute, and the wait after a try in vain. Knows no channel."""

from datetime import timedelta

from aiolimiter import AsyncLimiter

from outreach.channels.base import Limits

# After the first temporary refusal, the second, …: greylisting wants minutes, a full mailbox hours. About a day in all.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 30, 60, 180, 360, 720))
LONGEST = 86_400.0  # seconds: what a network's limit of so many posts a day lasts at most


class Pace:
    """Spaces messages evenly: 60 a minute is one a second, not sixty at once and then a pause."""

    def __init__(self, limits: Limits) -> None:
        self._overall = _limiter(limits.per_minute)
        self._per_domain = limits.per_domain_per_minute
        self._domains: dict[str, AsyncLimiter | None] = {}

    async def wait(self, recipients: tuple[str, ...]) -> None:
        """Wait until a message to these addresses may leave."""
        if self._per_domain:
            for domain in {address.rpartition("@")[2].lower() for address in recipients}:
                await _enter(self._domains.setdefault(domain, _limiter(self._per_domain)))
        await _enter(self._overall)


def _limiter(per_minute: int) -> AsyncLimiter | None:
    return AsyncLimiter(1, 60 / per_minute) if per_minute else None


async def _enter(limiter: AsyncLimiter | None) -> None:
    if limiter is not None:
        await limiter.acquire()


def wait(attempt: int, jitter: float, asked_for: float | None = None) -> timedelta | None:
    """Give the wait after the `attempt`-th try (from 1), or None when it is time to tell a person.

    `jitter` in [0, 1) spreads a batch over up to a tenth of the wait. `asked_for` are the server's own seconds, heeded
    up to a day.
    """
    if attempt > len(WAITS):
        return None
    planned = WAITS[attempt - 1]
    if asked_for is not None:
        planned = max(planned, timedelta(seconds=min(asked_for, LONGEST)))
    return planned * (1 + jitter / 10)
