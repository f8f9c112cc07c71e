"""Watches a mailbox: fetches whenever something comes, and goes on when the line breaks. Knows no rules about mail."""

import logging
import time
from collections.abc import Callable, Iterator

from outreach.errors import MailboxError
from outreach.inbox.mailbox.connection import Mailbox
from outreach.inbox.mailbox.faults import AGAIN
from outreach.inbox.mailbox.fetch import fetch
from outreach.inbox.receive import Inbox, Received
from outreach.settings.mail import ImapSettings

log = logging.getLogger(__package__)
# IDLE has to be said anew within 29 minutes (RFC 2177), and routers on the way forget silent lines earlier than that.
IDLE_SECONDS = 9 * 60
FIRST_WAIT = 1.0  # seconds, doubled after each failure in a row
LONGEST_WAIT = 300.0


class Watch:
    """Fetches for ever; asks `open_inbox` for each round, since people edit the campaign meanwhile.

    `on_lost` is told why the connection is lost, once, and `on_reached` when it is there again. `problems` are the
    fetch's.
    """

    def __init__(
        self,
        settings: ImapSettings,
        open_inbox: Callable[[], Inbox],
        problems: dict[str, str],
        *,
        on_lost: Callable[[str], None],
        on_reached: Callable[[], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._open_inbox = open_inbox
        self._on_lost = on_lost
        self._on_reached = on_reached
        self._problems = problems
        self._sleep = sleep
        self._wait = 0.0  # seconds before the next try; 0 while all is well
        self._was_there = False

    def batches(self) -> Iterator[list[Received]]:
        """Yield each batch as it is stored, an empty one after each round; ends only by an error or an interrupt.

        Raises when the mailbox cannot be had at the very first, since that is for a person to put right.
        """
        while True:
            try:
                yield from self._connected()
            except MailboxError as error:
                if not self._was_there:
                    raise
                self._lost(error)
                self._sleep(self._wait)
            else:
                self._sleep(self._settings.poll_seconds)

    def _connected(self) -> Iterator[list[Received]]:
        """Fetch in rounds on one connection; only one round where the server cannot say that mail came."""
        with Mailbox(self._settings) as mailbox:
            while True:
                yield from fetch(self._open_inbox(), mailbox, self._problems)
                self._there()
                yield []
                if not mailbox.can_idle or len(self._settings.folders) > 1:
                    return
                mailbox.wait(IDLE_SECONDS)

    def _there(self) -> None:
        if self._wait:
            self._on_reached()
        self._was_there, self._wait = True, 0.0

    def _lost(self, error: MailboxError) -> None:
        if not self._wait:
            self._on_lost(str(error).removesuffix(f". {AGAIN}"))  # which is for a person to whom it is not done already
        self._wait = min(self._wait * 2 or FIRST_WAIT, LONGEST_WAIT)
        kind = {"error": type(error).__name__, "seconds": self._wait}
        log.info("the mailbox cannot be had: %(error)s; trying again in %(seconds).0f s", kind)
