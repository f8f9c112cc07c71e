"""The gate of one round of sending, asked again while the round is at work. Knows no channel."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from outreach.campaign import load_campaign
from outreach.disk import has_changed, stamp
from outreach.errors import DataError, SettingsError
from outreach.inbox.evidence.apply import apply_pending
from outreach.outbox.gate.gate import NOTHING_HELD, Gate, Held
from outreach.outbox.models import Claimed, Scope
from outreach.outbox.sending.worker import Claim

GATE_EVERY = 5.0  # seconds between two looks at all that waits, while a round is at work
GATE_SHARE = 20  # such looks take one part in so many of a round's time


class LiveGate:
    """The gate of one round: what it holds back, asked again while the round is at work.

    A mission may answer, or ask for no more letters, minutes before a slow round would come to its reminder: outbox and
    inbox are asked every few seconds. People may take their consent back this minute: the campaign's files are looked
    at before each message, and read again as soon as one of them changed. Where they do not load any more, `fault` says
    why, and nothing is claimed. Who approved a digest, and whose words it may say, is asked before each claim.
    """

    def __init__(
        self,
        gate: Gate,
        scope: Scope,
        held: Mapping[int, Held] = NOTHING_HELD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.held = dict(held)
        self.gate = gate
        self.fault: DataError | SettingsError | None = None
        self._version = self._known = 0
        self._noted = gate.campaign.read_from
        self._scope = scope
        self._clock = clock
        self._ask_at = clock() + GATE_EVERY  # the round has asked when it began

    def before(self, claim: Claim) -> Claim:
        """Give a claim that takes what `claim` finds due, without what is held; for a worker's transaction.

        Mail that came in has its effect first: what is known to have left is not sent again.
        """

        def claimed(connection: Connection, scope: Scope, limit: int, at: datetime, worker: str) -> list[Claimed]:
            apply_pending(connection, at)
            if not self.fault:
                self._ask_again(connection)
            if self.fault:
                return []
            self.held |= self.gate.held_digests(connection, scope)
            return claim(connection, replace(scope, without=(*scope.without, *self.held)), limit, at, worker)

        return claimed

    def version(self) -> int:
        """Count how often the campaign's files changed: what was claimed before a change has to be asked anew."""
        if has_changed(self._noted):
            self._noted = stamp(self._noted)
            self._version += 1
        return self._version

    def _ask_again(self, connection: Connection) -> None:
        began, version = self._clock(), self.version()
        if version == self._known and began < self._ask_at:
            return
        if version != self._known:
            try:
                campaign = load_campaign(self.gate.campaign.folder)
            except (DataError, SettingsError) as error:
                self.fault = error
                return
            self.gate, self._known, self._noted = replace(self.gate, campaign=campaign), version, campaign.read_from
        self.held = self.gate.held(connection, self._scope)
        ended = self._clock()
        self._ask_at = ended + max(GATE_EVERY, GATE_SHARE * (ended - began))
