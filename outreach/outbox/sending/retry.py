"""How long to wait before trying again; pure."""

from datetime import timedelta

# After the first temporary refusal, the second, …: greylisting wants minutes, a full mailbox hours. About a day in all.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 30, 60, 180, 360, 720))
LONGEST = 86_400.0  # seconds: what a network's limit of so many posts a day lasts at most


def wait(attempt: int, jitter: float, asked_for: float | None = None) -> timedelta | None:
    """The wait after the `attempt`-th try (from 1), or None when it is time to tell a person.

    `jitter` in [0, 1) spreads a batch over up to a tenth of the wait. `asked_for` are the server's own seconds, heeded
    up to a day.
    """
    if attempt > len(WAITS):
        return None
    planned = WAITS[attempt - 1]
    if asked_for is not None:
        planned = max(planned, timedelta(seconds=min(asked_for, LONGEST)))
    return planned * (1 + jitter / 10)
