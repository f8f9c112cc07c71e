"""Voices as they stand in the store: written by a form, read again, found by their supporter. Changes no status."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, exists, func, insert, select

from outreach.supporters.arrivals import Arrival
from outreach.supporters.people import seal_words, unseal_words
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import approvals, digest_letters, digests, voice_cases, voices

# Nothing is to be done with these any more, and their supporter may write anew.
OVER = frozenset({VoiceStatus.EXPIRED, VoiceStatus.TAKEN_BACK})


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice, opened: what its supporter wrote, and how it stands. Words and name are blank once they were erased.

    `missions` is `all`, `not-raised` or alpha-3 codes (DEU;FRA). `joins`: the same form asked for the mailing list.
    `counted` is the running number of a voice that counts.
    """

    number: int
    supporter: int
    ask: str
    cases: tuple[str, ...]
    missions: str
    words: str
    name: str
    may_quote: bool
    joins: bool
    country: str
    language: str
    status: VoiceStatus
    counted: int | None
    agreed_to: str
    agreed_on: datetime
    confirmed_on: datetime | None

    def is_for(self, mission: str) -> bool:
        """Say whether a letter to a mission may count it, by the States that its supporter named, if any."""
        return not self._chosen or mission in self._chosen

    @property
    def _chosen(self) -> tuple[str, ...]:
        return () if self.missions in ("all", "not-raised") else tuple(self.missions.split(";"))


def add_voice(
    store: Store, connection: Connection, arrival: Arrival, supporter: int, network: bytes | None, at: datetime
) -> int:
    """Write what a form says as a voice that nobody confirmed yet, in the caller's transaction; gives its number.

    `network` is what the client's network is compared by, as caps know it that day.
    """
    row = {
        "supporter": supporter,
        "ask": arrival.ask,
        "missions": arrival.missions,
        "sealed": seal_words(store, supporter, arrival.words),
        "name": seal_words(store, supporter, arrival.name),
        "has_words": bool(arrival.words),
        "may_quote": arrival.may_quote and bool(arrival.words),
        "joins": arrival.joins,
        "country": arrival.country,
        "language": arrival.language,
        "domain": store.sealer.domain(arrival.address),
        "network": network,
        "status": VoiceStatus.WRITTEN.value,
        "agreed_to": arrival.agreed_to,
        "agreed_on": at,
    }
    voice: int = connection.execute(insert(voices).values(row).returning(voices.c.id)).scalar_one()
    connection.execute(insert(voice_cases), [{"voice": voice, "case": case} for case in sorted(set(arrival.cases))])
    return voice


def read_voice(store: Store, connection: Connection, number: int) -> Voice:
    """Read a voice; raises LookupError (NoResultFound) for one that there is not."""
    row = connection.execute(select(voices).where(voices.c.id == number)).mappings().one()
    return _opened(store, connection, row)


def voices_of(store: Store, connection: Connection, supporter: int, ask: str | None = None) -> list[Voice]:
    """Read somebody's voices (for one ask, or None: all), oldest first."""
    about = [] if ask is None else [voices.c.ask == ask]
    query = select(voices).where(voices.c.supporter == supporter, *about).order_by(voices.c.id)
    return [_opened(store, connection, row) for row in connection.execute(query).mappings().all()]


def _opened(store: Store, connection: Connection, row: RowMapping) -> Voice:
    words = unseal_words(store, row["supporter"], row["sealed"])
    name = unseal_words(store, row["supporter"], row["name"])
    cases = connection.scalars(
        select(voice_cases.c.case).where(voice_cases.c.voice == row["id"]).order_by(voice_cases.c.case)
    )
    return Voice(
        number=row["id"], supporter=row["supporter"], ask=row["ask"], cases=tuple(cases), missions=row["missions"],
        words=words, name=name, may_quote=row["may_quote"], joins=row["joins"], country=row["country"],
        language=row["language"], status=VoiceStatus(row["status"]), counted=row["counted"],
        agreed_to=row["agreed_to"], agreed_on=row["agreed_on"], confirmed_on=row["confirmed_on"],
    )  # fmt: skip


def network_of(connection: Connection, number: int) -> bytes | None:
    """Give what a voice's network was compared by on its day; None where nobody knows."""
    found: bytes | None = connection.scalar(select(voices.c.network).where(voices.c.id == number))
    return found


def confirm_links_of(connection: Connection, supporter: int, ask: str) -> list[int]:
    """Give the voices of somebody for an ask that nobody confirmed, whose links "was it you?" may be on their way."""
    theirs = (voices.c.supporter == supporter, voices.c.ask == ask, voices.c.confirmed_on.is_(None))
    return list(connection.scalars(select(voices.c.id).where(*theirs)))


def kept_until(connection: Connection, supporter: int, keep_days: int) -> datetime | None:
    """Say until when somebody's voices keep their address; None where none of them was confirmed."""
    last = select(func.max(voices.c.confirmed_on)).where(
        voices.c.supporter == supporter, voices.c.status.not_in([status.value for status in OVER])
    )
    confirmed: datetime | None = connection.scalar(last)
    return None if confirmed is None else confirmed + timedelta(days=keep_days)


@dataclass(frozen=True, slots=True)
class CountedIn:
    """A digest whose letters counted a voice: its number, the moment it was made, and the missions, by alpha-3 code."""

    digest: int
    made_at: datetime
    missions: tuple[str, ...]


def counted_in(connection: Connection, voice: Voice) -> list[CountedIn]:
    """List the digests that count a voice and were approved, but for letters that were withdrawn before they left.

    Which State the cases are closed to is not looked at: its letter says nothing of them.
    """
    if voice.counted is None or voice.status is not VoiceStatus.IN_DIGEST:
        return []
    approved = exists().where(approvals.c.digest == digests.c.number, approvals.c.decision == "approved")
    rows = connection.execute(
        select(digests.c.number, digests.c.made_at, digest_letters.c.mission)
        .join_from(digests, digest_letters, digest_letters.c.digest == digests.c.number)
        .where(
            digest_letters.c.ask == voice.ask, digest_letters.c.after < voice.counted,
            digest_letters.c.upto >= voice.counted, ~digest_letters.c.released, approved,
        )
        .order_by(digests.c.number, digest_letters.c.mission)
    ).all()  # fmt: skip
    found = dict[tuple[int, datetime], list[str]]()
    for number, made_at, mission in rows:
        if voice.is_for(mission):
            found.setdefault((number, made_at), []).append(mission)
    return [CountedIn(number, made_at, tuple(missions)) for (number, made_at), missions in found.items()]
