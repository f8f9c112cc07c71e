"""Keeps to a channel's limits: so many messages a minute over all, and per recipient domain. Knows no channel."""

from aiolimiter import AsyncLimiter

from outreach.channels.base import Limits


class Pace:
    """Spaces messages evenly: 60 a minute is one a second, not sixty at once and then a pause."""

    def __init__(self, limits: Limits) -> None:
        self._overall = _limiter(limits.per_minute)
        self._per_domain = limits.per_domain_per_minute
        self._domains: dict[str, AsyncLimiter | None] = {}

    async def wait(self, recipients: tuple[str, ...]) -> None:
        """Return when a message to these addresses may leave."""
        if self._per_domain:
            for domain in {address.rpartition("@")[2].lower() for address in recipients}:
                await _enter(self._domains.setdefault(domain, _limiter(self._per_domain)))
        await _enter(self._overall)


def _limiter(per_minute: int) -> AsyncLimiter | None:
    return AsyncLimiter(1, 60 / per_minute) if per_minute else None


async def _enter(limiter: AsyncLimiter | None) -> None:
    if limiter is not None:
        await limiter.acquire()
