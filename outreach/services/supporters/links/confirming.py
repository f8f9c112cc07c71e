"""What the link "was it you?" leads to: what is asked, and the answer. Looking changes nothing.

The first answer counts, and answering twice is as once. *It was not me* erases whatever strangers filled in, and no
form causes a mail to that address for 30 days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from outreach.db.engine import reading, writing
from outreach.services.supporters.opening import Supporters
from outreach.supporters.doors import change_member, change_voice
from outreach.supporters.erasing import erase, erase_voice
from outreach.supporters.guard.caps import Caps
from outreach.supporters.guard.state import last_state, limits
from outreach.supporters.guard.taking import take, watched
from outreach.supporters.mail.drafts import withdraw_confirm
from outreach.supporters.members import membership
from outreach.supporters.people import (
    CONFIRM,
    JOIN,
    LEAVE,
    VOICE,
    Ended,
    Link,
    address_of,
    ended,
    follow,
    keep,
    language_of,
    link,
    refuse,
    set_keep,
    unlink_one,
)
from outreach.supporters.statuses import MemberStatus, VoiceStatus
from outreach.supporters.store import Store
from outreach.supporters.voices import OVER, Voice, network_of, read_voice, voices_of

BY = "its supporter"
REFUSED_DAYS = 30


class Standing(StrEnum):
    """How it stands with what a link asks."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    NOT_ME = "not-me"
    GONE = "gone"  # it expired, was taken back or erased


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page of a link shows. `voice` is None where it is about the list alone, and once nothing is left.

    `joins`: a yes also puts them on the mailing list. `number` is what the form of the page hands back, so that nobody
    confirms what they did not see. `own_link` and `leave_link` are tokens, known once it is confirmed; else blank.
    """

    standing: Standing
    language: str = ""
    voice: Voice | None = None
    joins: bool = False
    number: int = 0
    own_link: str = ""
    leave_link: str = ""


def look(supporters: Supporters, token: str) -> Asked | None:
    """Say what a link asks, and how that stands; None for a link that never was."""
    with reading(supporters.store.engine) as connection:
        return _look(supporters, connection, token)


def decide(supporters: Supporters, token: str, *, yes: bool, at: datetime, number: int | None = None) -> Asked | None:
    """Take the answer, and say how it stands then; None for a link that never was.

    Where `number` is given and another form has come since the page was shown, nothing is done: it is OPEN, with what
    there is now. Raises StorageFailed where the answer cannot be written.
    """
    with writing(supporters.store.engine) as connection:
        return decide_within(supporters, connection, token, yes=yes, at=at, number=number)


def decide_within(
    supporters: Supporters, connection: Connection, token: str, *, yes: bool, at: datetime, number: int | None = None
) -> Asked | None:
    """Take the answer as `decide` does, in the caller's (writing) transaction."""
    asked = _look(supporters, connection, token)
    found = follow(connection, token)
    if asked is None or found is None or asked.standing is not Standing.OPEN:
        return asked
    if number is not None and number != asked.number:
        return asked
    if yes:
        _confirm(supporters, connection, found, asked, at)
    else:
        _erase(supporters, connection, found, asked, at)
    return _look(supporters, connection, token)


def put_on_the_list(store: Store, connection: Connection, supporter: int, at: datetime, by: str) -> bool:
    """Make somebody a member who was asked, in the caller's (writing) transaction; False where that may not be."""
    if not change_member(connection, supporter, MemberStatus.MEMBER, at, by):
        return False
    set_keep(connection, supporter, None)
    link(store, connection, LEAVE, supporter, supporter)
    withdraw_confirm(connection, supporter, None, at=at, by=by, why="they joined")
    return True


def _look(supporters: Supporters, connection: Connection, token: str) -> Asked | None:
    found = follow(connection, token)
    if found is None:
        why = ended(connection, token)
        return None if why is None else Asked(Standing.NOT_ME if why is Ended.NOT_ME else Standing.GONE)
    if found.purpose not in (CONFIRM, JOIN):
        return None
    language = language_of(connection, found.supporter)
    member = membership(connection, found.supporter)
    is_member = member is not None and member.status is MemberStatus.MEMBER
    leave_link = supporters.store.sealer.token(LEAVE, found.supporter) if is_member else ""
    if found.voice is None:
        if member is None or member.status not in (MemberStatus.ASKED, MemberStatus.MEMBER):
            return Asked(Standing.GONE, language)
        standing = Standing.CONFIRMED if is_member else Standing.OPEN
        return Asked(standing, language, joins=True, number=found.supporter, leave_link=leave_link)
    voice = _newest(supporters, connection, found.voice)
    if voice.status in OVER:
        return Asked(Standing.GONE, language)
    joins = voice.joins and member is not None and member.status in (MemberStatus.ASKED, MemberStatus.MEMBER)
    if voice.status is VoiceStatus.WRITTEN:
        return Asked(Standing.OPEN, language, voice, joins, voice.number)
    own = supporters.store.sealer.token(VOICE, voice.number)
    return Asked(Standing.CONFIRMED, language, voice, joins, voice.number, own, leave_link)


def _newest(supporters: Supporters, connection: Connection, number: int) -> Voice:
    """Read the voice that a link is about: the newest for its ask, where others replaced it before it was confirmed."""
    voice = read_voice(supporters.store, connection, number)
    if voice.status is not VoiceStatus.EXPIRED:
        return voice
    later = voices_of(supporters.store, connection, voice.supporter, voice.ask)
    return later[-1] if later else voice


def _confirm(supporters: Supporters, connection: Connection, found: Link, asked: Asked, at: datetime) -> None:
    store, web = supporters.store, supporters.campaign.settings.web
    caps = Caps(store, connection, limits(web, last_state(connection).state), at)
    address = address_of(store, connection, found.supporter) or ""
    if asked.voice is not None:
        voice = asked.voice
        change_voice(connection, voice.number, VoiceStatus.CONFIRMED, at, BY)
        take(store, connection, voice, watched(supporters.campaign), at)
        _withdraw(connection, supporters, voice, at, "it was confirmed")
        link(store, connection, VOICE, voice.number, found.supporter)
        keep(connection, found.supporter, at + timedelta(days=web.keep_days))
        caps.answered(address, network_of(connection, voice.number), voice.agreed_on)
    if asked.joins:
        put_on_the_list(store, connection, found.supporter, at, BY)
    if asked.voice is None:
        caps.answered(address, None, at)


def _erase(supporters: Supporters, connection: Connection, found: Link, asked: Asked, at: datetime) -> None:
    """Erase what strangers filled in, and let no form cause a mail for a while. What was confirmed before stays."""
    store, why = supporters.store, "it was not them"
    address = address_of(store, connection, found.supporter)
    if address is not None:
        refuse(store, connection, address, at + timedelta(days=REFUSED_DAYS))
    member = membership(connection, found.supporter)
    is_member = member is not None and member.status is MemberStatus.MEMBER
    others = voices_of(store, connection, found.supporter)
    if not is_member and all(voice.confirmed_on is None or voice.status in OVER for voice in others):
        erase(connection, found.supporter, at, BY, why, Ended.NOT_ME)
        return
    if asked.voice is not None:
        change_voice(connection, asked.voice.number, VoiceStatus.TAKEN_BACK, at, BY, why)
        erase_voice(connection, asked.voice.number)
        _withdraw(connection, supporters, asked.voice, at, why)
        for voice in voices_of(store, connection, found.supporter, asked.voice.ask):
            if voice.confirmed_on is None:
                unlink_one(connection, CONFIRM, voice.number, Ended.NOT_ME)
    if asked.joins and not is_member:
        change_member(connection, found.supporter, MemberStatus.LEFT, at, BY, why)
        withdraw_confirm(connection, found.supporter, None, at=at, by=BY, why=why)
        unlink_one(connection, JOIN, found.supporter, Ended.NOT_ME)


def _withdraw(connection: Connection, supporters: Supporters, voice: Voice, at: datetime, why: str) -> None:
    """Withdraw the mails that ask about a voice, or about those that it replaced."""
    for each in voices_of(supporters.store, connection, voice.supporter, voice.ask):
        withdraw_confirm(connection, voice.supporter, each.number, at=at, by=BY, why=why)
