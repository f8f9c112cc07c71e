"""What the link "my voice" leads to: what it says, what became of it, and taking it back. Looking changes nothing.

A voice that was set aside looks like one that waits for the next letter: whoever sends hundreds learns nothing of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from outreach.db.engine import reading, writing
from outreach.services.supporters.opening import Supporters
from outreach.supporters.doors import change_voice
from outreach.supporters.erasing import erase, erase_voice
from outreach.supporters.members import membership
from outreach.supporters.people import CONFIRM, VOICE, Ended, ended, follow, unlink_one
from outreach.supporters.statuses import MemberStatus, VoiceStatus
from outreach.supporters.voices import OVER, CountedIn, Voice, counted_in, read_voice, voices_of

BY = "its supporter"


class VoiceStanding(StrEnum):
    """What its supporter sees of a voice."""

    WAITS = "waits"  # for a letter
    COUNTED = "counted"  # in letters to missions
    TAKEN_BACK = "taken-back"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """A voice as its supporter sees it. `voice` is None once it was taken back or erased.

    `letters` are those that counted it: of which digest, made when, to which missions.
    """

    standing: VoiceStanding
    voice: Voice | None = None
    letters: tuple[CountedIn, ...] = ()


def look(supporters: Supporters, token: str) -> OwnVoice | None:
    """Say what became of a voice; None for a link that never was."""
    with reading(supporters.store.engine) as connection:
        return _look(supporters, connection, token)


def take_back(supporters: Supporters, token: str, at: datetime) -> OwnVoice | None:
    """Take a voice back and erase what it says; again it is as once. None for a link that never was.

    Who is no member, and has no other voice, is erased. What a letter quoted that has left cannot be called back.
    """
    with writing(supporters.store.engine) as connection:
        found = follow(connection, token)
        if found is None or found.purpose != VOICE or found.voice is None:
            return _look(supporters, connection, token)
        others = [
            voice
            for voice in voices_of(supporters.store, connection, found.supporter)
            if voice.number != found.voice and voice.status not in OVER
        ]
        member = membership(connection, found.supporter)
        if not others and (member is None or member.status not in (MemberStatus.MEMBER, MemberStatus.ASKED)):
            erase(connection, found.supporter, at, BY, "it was taken back", Ended.TAKEN_BACK)
        else:
            change_voice(connection, found.voice, VoiceStatus.TAKEN_BACK, at, BY)
            erase_voice(connection, found.voice)
            for purpose in (CONFIRM, VOICE):
                unlink_one(connection, purpose, found.voice, Ended.TAKEN_BACK)
        return _look(supporters, connection, token)


def _look(supporters: Supporters, connection: Connection, token: str) -> OwnVoice | None:
    found = follow(connection, token)
    if found is None:
        why = ended(connection, token)
        if why is None:
            return None
        return OwnVoice(VoiceStanding.TAKEN_BACK if why is Ended.TAKEN_BACK else VoiceStanding.GONE)
    if found.purpose != VOICE or found.voice is None:
        return None
    voice = read_voice(supporters.store, connection, found.voice)
    letters = tuple(_letters(supporters, connection, voice))
    return OwnVoice(VoiceStanding.COUNTED if letters else VoiceStanding.WAITS, voice, letters)


def _letters(supporters: Supporters, connection: Connection, voice: Voice) -> Iterator[CountedIn]:
    """Give the letters that count a voice; not to missions whose State may hear of none of its cases."""
    cases = [case for slug in voice.cases if (case := supporters.campaign.cases.get(slug)) is not None]
    for letter in counted_in(connection, voice):
        missions = tuple(each for each in letter.missions if any(not case.is_closed_to(each) for case in cases))
        if missions:
            yield replace(letter, missions=missions)
