"""What a message to a supporter is called in its key: its part, written and read back. Knows no database and no words.

With the kind it makes the message one that is queued once, by the outbox's own UNIQUE.
"""

from dataclasses import dataclass
from datetime import date

from outreach.outbox.kind import MessageKind

CONFIRM, JOIN, AGAIN, NOTICE = "confirm", "join", "again", "notice"


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about: whose it is, and the voice that it asks about, if it asks about one."""

    kind: MessageKind
    supporter: int
    voice: int | None = None


def confirm_part(supporter: int, voice: int, *, again: bool = False) -> str:
    """Name the mail that asks about a voice, or its reminder."""
    return f"{supporter}.{CONFIRM}.{voice}" + (f".{AGAIN}" if again else "")


def join_part(supporter: int, day: date) -> str:
    """Name the mail that asks about joining, of a day."""
    return f"{supporter}.{JOIN}.{day:%Y-%m-%d}"


def join_again_part(supporter: int, time: int) -> str:
    """Name the reminder about joining; `time` is 1 for the first time that they asked, 2 once they had left, …"""
    return f"{supporter}.{JOIN}.{AGAIN}.{time}"


def update_part(supporter: int, slug: str) -> str:
    """Name an update to one member."""
    return f"{supporter}.{slug}"


def notice_part(supporter: int, digest: int) -> str:
    """Name the mail that tells somebody that a digest with their voice has left."""
    return f"{supporter}.{NOTICE}.{digest}"


def about(kind: MessageKind, part: str) -> About:
    """Read what these wrote; raises ValueError for what they did not."""
    supporter, _, rest = part.partition(".")
    what, _, voice = rest.partition(".")
    if kind is MessageKind.CONFIRM and what == CONFIRM:
        return About(kind, int(supporter), int(voice.partition(".")[0]))
    return About(kind, int(supporter))
