"""Takes in a voice that was confirmed: what becomes of it, and which group its words are in. Knows no link and no page.

A domain or network from which many voices come within a day is set aside as a whole, also those of the day that were
counted before it showed, and nobody outside can tell. Once a person has let voices of it pass, they are the judge: that
day it is set aside no more. Domains of big mail providers are left out, since most people have one of those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, exists, func, select

from outreach.campaign import Campaign
from outreach.data import rows
from outreach.errors import DataError
from outreach.supporters.doors import change_voice
from outreach.supporters.guard.grouping import assign
from outreach.supporters.guard.likeness import Sketcher
from outreach.supporters.guard.listed import load_listed
from outreach.supporters.guard.rules import DOMAIN, DOMAIN_LIMIT, NETWORK, NETWORK_LIMIT, Limit, Share, Verdict, judge
from outreach.supporters.guard.signs import People
from outreach.supporters.guard.stored_groups import StoredIndex
from outreach.supporters.sealing import Sealer
from outreach.supporters.statuses import COUNTS, VoiceStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import story, voices
from outreach.supporters.voices import Voice

BY = "outreach, the guard"
DAY = timedelta(days=1)
# What a trend still sets aside; what a person has decided stays.
OF_NO_PERSON = (VoiceStatus.COUNTED, VoiceStatus.TO_READ)


@dataclass(frozen=True, slots=True)
class Watched:
    """What the rules look for in words: the campaign's own list, and the people of its cases."""

    listed: Sequence[str]
    people: People


def watched(campaign: Campaign) -> Watched:
    """Read what the rules look for.

    A list that cannot be read is as none here: words wait for a person anyway, and `voices list` says what is wrong.
    """
    names = sorted({person.name for case in campaign.cases.values() for person in case.people})
    try:
        listed = load_listed(campaign.folder)
    except DataError:
        listed = ()
    return Watched(listed, People(names))


def take(store: Store, connection: Connection, voice: Voice, watch: Watched, at: datetime) -> Verdict:
    """Decide on a voice that was just confirmed, and put its words into a group, in the caller's transaction."""
    domain, network = _where_from(store, connection, voice)
    verdict = judge(
        voice.words,
        watch.listed,
        watch.people,
        domain=_share(connection, voice, voices.c.domain, domain, DOMAIN_LIMIT),
        network=_share(connection, voice, voices.c.network, network, NETWORK_LIMIT),
    )
    change_voice(connection, voice.number, verdict.status, at, BY, verdict.why)
    for why, column, value in ((DOMAIN, voices.c.domain, domain), (NETWORK, voices.c.network, network)):
        if why in verdict.reasons:
            _set_aside(connection, _of_the_day(voice, column == value), at, why)
    if voice.words.strip():
        sketch = Sketcher(store.sealer.shingle_key()).sketch(voice.words)
        assign(StoredIndex(connection), voice.number, sketch)
    return verdict


def _where_from(store: Store, connection: Connection, voice: Voice) -> tuple[bytes | None, bytes | None]:
    """Give what the domain and the network of a voice are compared by; None where nobody knows, or many have it."""
    row = connection.execute(select(voices.c.domain, voices.c.network).where(voices.c.id == voice.number)).one()
    return (None if row.domain in _public_mail(store.sealer) else row.domain), row.network


def _share(
    connection: Connection, voice: Voice, column: ColumnElement[bytes], value: bytes | None, limit: Limit
) -> Share | None:
    """Count the confirmed voices of a day from one place; None where they are too few to ask, or a person let some."""
    if value is None:
        return None
    theirs = _of_the_day(voice, column == value)
    number = connection.scalar(select(func.count()).where(*theirs)) or 0
    if number < limit.least or _was_let_through(connection, theirs):
        return None
    return Share(number, connection.scalar(select(func.count()).where(*_of_the_day(voice))) or 0)


def _of_the_day(voice: Voice, *which: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions for confirmed voices that were written within a day of this one."""
    written = voices.c.agreed_on.between(voice.agreed_on - DAY, voice.agreed_on + DAY)
    return (*which, written, voices.c.confirmed_on.is_not(None))


def _was_let_through(connection: Connection, which: Sequence[ColumnElement[bool]]) -> bool:
    """Say whether a person let one of these voices count that had been set aside, and left it so."""
    told = (
        voices.c.status.in_([status.value for status in COUNTS]),
        story.c.what == "voice", story.c.subject == voices.c.id,
        story.c.from_status == VoiceStatus.SET_ASIDE.value, story.c.to_status.in_([status.value for status in COUNTS]),
    )  # fmt: skip
    return bool(connection.scalar(select(exists().where(*which, *told))))


def _set_aside(connection: Connection, which: Sequence[ColumnElement[bool]], at: datetime, why: str) -> None:
    nobody_decided = voices.c.status.in_([status.value for status in OF_NO_PERSON])
    for number in connection.scalars(select(voices.c.id).where(*which, nobody_decided)).all():
        change_voice(connection, number, VoiceStatus.SET_ASIDE, at, BY, why)


@lru_cache(maxsize=4)
def _public_mail(sealer: Sealer) -> frozenset[bytes]:
    return frozenset(sealer.domain(row["domain"]) for row in rows("public_mail.csv"))
