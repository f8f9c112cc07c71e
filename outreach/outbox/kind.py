"""What a message of the outbox is. What came *back* has kinds of its own: outreach.inbox.kinds.Kind."""

from enum import StrEnum


class MessageKind(StrEnum):
    """A message's kind: part of what makes it the same message, for ever. The value is the database's word."""

    LETTER = "letter"  # to a mission; has a round
    POST = "post"  # on a network; has no round
    DIGEST = "digest"  # to a mission, with supporters' voices; asks in their name, has no round
    # To supporters, in supporters.db alone:
    CONFIRM = "confirm"  # was it you?
    UPDATE = "update"  # to members of the mailing list
    NOTICE = "notice"  # what came of your voice

    @property
    def to_mission(self) -> bool:
        """Say whether it is mail to a mission."""
        return self in TO_MISSIONS


TO_MISSIONS = frozenset({MessageKind.LETTER, MessageKind.DIGEST})
