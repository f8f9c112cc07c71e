"""Tells, once for each phase, that a server is waited for longer than people expect; knows no connection."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from outreach.channels.base import LongWait, OnWait
from outreach.channels.smtp.replies import SmtpStep


class Waits:
    """The waits of one channel for its server; `tell` hears of those that last longer than `after` seconds."""

    def __init__(self, host: str, after: float) -> None:
        self.tell: OnWait | None = None
        self._host = host
        self._after = after
        self._told: set[SmtpStep] = set()

    @contextmanager
    def during(self, step: SmtpStep, at_most: float) -> Iterator[None]:
        """Watch the wait of this block, which lasts `at_most` seconds."""
        timer = asyncio.get_running_loop().call_later(self._after, self._lasts, step, at_most)
        try:
            yield
        finally:
            timer.cancel()

    def _lasts(self, step: SmtpStep, at_most: float) -> None:
        if self.tell is not None and step not in self._told:
            self._told.add(step)
            kind = {SmtpStep.GREETING: "opening", SmtpStep.BODY: "letter"}.get(step, "command")
            self.tell(LongWait(self._host, kind, at_most))
