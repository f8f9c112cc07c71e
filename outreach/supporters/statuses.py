"""What a voice and a member may be, and what may become what; knows no database."""

from collections.abc import Mapping
from enum import StrEnum


class VoiceStatus(StrEnum):
    """What became of a voice; the value is the database's word, and what people read."""

    WRITTEN = "written"  # by a form; nobody knows yet whether it was the owner of the address
    CONFIRMED = "confirmed"
    COUNTED = "counted"  # it has no words, or none that anybody wants to quote
    TO_READ = "to-read"  # its words wait for a person
    LET_THROUGH = "let-through"  # a person read them: they may be quoted
    WITHOUT_WORDS = "without-words"  # counted; its words are not quoted
    SET_ASIDE = "set-aside"  # not counted, and nobody outside can tell
    IN_DIGEST = "in-digest"  # in a letter that a second person approved
    EXPIRED = "expired"
    TAKEN_BACK = "taken-back"


class MemberStatus(StrEnum):
    """What somebody is to the mailing list."""

    ASKED = "asked"
    MEMBER = "member"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    EXPIRED = "expired"


V, M = VoiceStatus, MemberStatus
COUNTS = frozenset({V.COUNTED, V.LET_THROUGH, V.WITHOUT_WORDS, V.IN_DIGEST})
VOICE_CHANGES: Mapping[VoiceStatus, frozenset[VoiceStatus]] = {
    V.WRITTEN: frozenset({V.CONFIRMED, V.EXPIRED, V.TAKEN_BACK}),
    V.CONFIRMED: frozenset({V.COUNTED, V.TO_READ, V.LET_THROUGH, V.WITHOUT_WORDS, V.SET_ASIDE, V.TAKEN_BACK}),
    V.TO_READ: frozenset({V.LET_THROUGH, V.WITHOUT_WORDS, V.SET_ASIDE, V.TAKEN_BACK}),
    V.COUNTED: frozenset({V.IN_DIGEST, V.SET_ASIDE, V.TAKEN_BACK}),
    V.LET_THROUGH: frozenset({V.IN_DIGEST, V.WITHOUT_WORDS, V.SET_ASIDE, V.TAKEN_BACK}),
    V.WITHOUT_WORDS: frozenset({V.IN_DIGEST, V.LET_THROUGH, V.SET_ASIDE, V.TAKEN_BACK}),
    V.SET_ASIDE: frozenset({V.COUNTED, V.LET_THROUGH, V.WITHOUT_WORDS, V.TAKEN_BACK}),
    V.IN_DIGEST: frozenset({V.TAKEN_BACK}),
    V.EXPIRED: frozenset({V.TAKEN_BACK}),
    V.TAKEN_BACK: frozenset(),
}
MEMBER_CHANGES: Mapping[MemberStatus, frozenset[MemberStatus]] = {
    M.ASKED: frozenset({M.MEMBER, M.EXPIRED, M.LEFT}),
    M.MEMBER: frozenset({M.LEFT, M.BOUNCED, M.COMPLAINED}),
    M.LEFT: frozenset({M.ASKED, M.MEMBER}),  # who left by mistake comes back by the same link
    M.BOUNCED: frozenset({M.ASKED, M.LEFT}),
    M.COMPLAINED: frozenset({M.LEFT}),
    M.EXPIRED: frozenset({M.ASKED}),
}
