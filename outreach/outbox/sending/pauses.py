"""Keeps until when a channel pauses, beside the database, so that the next process knows it; decides nothing."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import URL

from outreach.disk import write_whole
from outreach.errors import StorageFailed

LONGEST = timedelta(days=1)
SHORTEST = timedelta(minutes=1)
A_LOOK = timedelta(hours=1)  # how long a run waits for a person to look


class Cause(StrEnum):
    """Why a channel pauses until a time."""

    LIMIT = "limit"  # the provider lets no more through
    SAME_WORDS = "same_words"  # different missions met the same refusal in a row
    DOUBT = "doubt"  # several letters in a row were lost after the final dot


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a channel pauses, in the server's words, since when and until when; `times` counts pauses with none sent."""

    cause: Cause
    why: str
    since: datetime
    until: datetime
    times: int = 1


def pause_for(cause: Cause, why: str, lasts: timedelta, at: datetime, earlier: Pause | None) -> Pause:
    """Make a pause: the second with nothing sent in between is twice as long, and none is longer than a day."""
    times = earlier.times + 1 if earlier else 1
    lasts = min(max(lasts * 2 ** min(times - 1, 10), SHORTEST), LONGEST)
    return Pause(cause, why, at, at + lasts, times)


def in_force(pause: Pause | None, at: datetime) -> Pause | None:
    """Give a pause that is not over. One that ends later than any can was noted while the clock was wrong, and is."""
    return pause if pause and at < pause.until <= at + LONGEST + SHORTEST else None


@dataclass(frozen=True, slots=True)
class PauseFile:
    """The file `outreach.db.pauses` beside `outreach.db`, readable by its owner alone."""

    path: Path

    def read(self) -> dict[str, Pause]:
        """Read channel → pause; none where there is no file, or one that makes no sense."""
        try:
            found = json.loads(self.path.read_bytes())
            return {channel: _pause(item) for channel, item in found.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def note(self, channel: str, pause: Pause) -> None:
        """Keep a pause, durably. Raises StorageFailed."""
        self._write({**self.read(), channel: pause})

    def forget(self, channel: str) -> None:
        """Take a channel's pause out, if it has one. Raises StorageFailed."""
        found = self.read()
        if found.pop(channel, None):
            self._write(found)

    def _write(self, pauses: Mapping[str, Pause]) -> None:
        data = {
            channel: {
                "cause": pause.cause.value,
                "why": pause.why,
                "since": pause.since.isoformat(),
                "until": pause.until.isoformat(),
                "times": pause.times,
            }
            for channel, pause in pauses.items()
        }
        try:
            write_whole(self.path, json.dumps(data, indent=1).encode())
        except OSError as error:
            name = self.path.name
            raise StorageFailed(f"{name}: {error.strerror}. Make room on the disk, or make it writable") from error


def _pause(item: Mapping[str, str]) -> Pause:
    since, until = datetime.fromisoformat(item["since"]), datetime.fromisoformat(item["until"])
    if since.tzinfo is None or until.tzinfo is None:
        raise ValueError("a time without a zone")
    return Pause(Cause(item["cause"]), str(item["why"]), since, until, int(item["times"]))


def pauses_beside(database: URL) -> PauseFile:
    """Give the pauses of a database: outreach.db has outreach.db.pauses, where a link leads for a link."""
    return PauseFile(Path(f"{os.path.realpath(database.database or '')}.pauses"))
