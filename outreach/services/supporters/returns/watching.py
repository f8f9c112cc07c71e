"""Fetches the mailbox of supporters again and again, beside whatever else a run does; a fault stops nothing.

In a thread of its own: a server that does not answer holds up neither forms nor mails, nor for long the end of a run.
"""

from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Self

from outreach.errors import OutreachError
from outreach.services.events import Listener, ReturnsRead, ReturnsUnread
from outreach.services.supporters.opening import Supporters

EVERY = 60.0  # seconds between two looks
PATIENCE = 5.0  # seconds for a fetch to end: it may be cut off at any moment


class ReturnsWatch:
    """Fetches from `with` to the end of the block, where the campaign has a mailbox for it; never in a rehearsal.

    `supporters` gives the store, with the settings as they were read last.
    """

    def __init__(self, supporters: Callable[[], Supporters], tell: Listener, every: float = EVERY) -> None:
        self._supporters = supporters
        self._tell = tell
        self._every = every
        self._ends = Event()
        self._told = ""
        self._waiting = 0
        self._thread = Thread(target=self._run, name="returns", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.set()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        while not self._ends.is_set():
            supporters = self._supporters()
            if supporters.campaign.settings.returns.host and not supporters.store.rehearsal:
                self._fetch(supporters)
            self._ends.wait(self._every)

    def _fetch(self, supporters: Supporters) -> None:
        from outreach.services.supporters.returns.fetching import fetch_returns  # all that reads mail

        try:
            found = fetch_returns(supporters, is_over=self._ends.is_set)
        except OutreachError as error:
            if str(error) != self._told:
                self._tell(ReturnsUnread(str(error)))
            self._told = str(error)
            return
        self._told = ""
        if found.has_news or found.waiting > self._waiting:
            self._tell(ReturnsRead({act.value: number for act, number in found.acts.items()}, found.waiting))
        self._waiting = found.waiting
