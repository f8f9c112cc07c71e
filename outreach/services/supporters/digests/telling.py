"""Tells people once what came of their voice: that a digest with it has left, when, and to which missions.

A digest is told of when none of its letters can leave any more. Each mail is queued once, by its key: where a crash
comes between, the rest is queued later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from textwrap import wrap

from sqlalchemy import Connection, exists, func, select

from outreach.campaign import Campaign
from outreach.db.engine import reading, writing
from outreach.grammar import written_date
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft
from outreach.outbox.queue import enqueue
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.registry.states import in_order
from outreach.rendering.letters.digest import written_number
from outreach.rendering.letters.words import state_words
from outreach.services.supporters.digests.preparing import STILL_HERE, DigestLetter, DigestView, read_views
from outreach.services.workspace import Workspace
from outreach.settings.words import NO_WORDS
from outreach.supporters.digest.approvals import APPROVED
from outreach.supporters.digest.ranges import Range
from outreach.supporters.digest.reserving import WHAT, Reservation
from outreach.supporters.digest.tally import ALL, NOT_RAISED
from outreach.supporters.doors import Line, tell
from outreach.supporters.mail.drafts import mail_draft
from outreach.supporters.mail.links import place
from outreach.supporters.mail.parts import notice_part
from outreach.supporters.mail.words import Words, write, written_in
from outreach.supporters.people import VOICE, link
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import approvals, story, supporters, voice_cases, voices
from outreach.text import local_day

AT_ONCE = 200  # mails queued in one transaction
TOLD = "told"
BY = "outreach"
WIDTH = 72


def tell_voices(workspace: Workspace) -> int:
    """Queue the mails about every digest that has left since; how many. Raises SettingsError without a sender."""
    store = workspace.supporters()
    if store is None:
        return 0
    with reading(store.engine) as connection:
        untold = _untold(connection)
    queued = 0
    for number in untold:
        [view] = read_views(workspace, number=number)
        letters = [letter for letter in view.letters if letter.entry.status in (Status.SENT, Status.DELIVERED)]
        if letters and not any(_may_leave(letter) for letter in view.letters):
            queued += _tell(workspace, store, view, letters)
    return queued


def _untold(connection: Connection) -> list[int]:
    told = exists().where(story.c.what == WHAT, story.c.subject == approvals.c.digest, story.c.to_status == TOLD)
    query = select(approvals.c.digest).where(approvals.c.decision == APPROVED, ~told).order_by(approvals.c.digest)
    return list(connection.scalars(query))


def _may_leave(letter: DigestLetter) -> bool:
    return letter.entry.status in STILL_HERE and letter.held is None


@dataclass(frozen=True, slots=True)
class _Spoke:
    """A voice of which there is something to tell."""

    voice: int
    supporter: int
    language: str
    counted: int
    missions: str
    cases: frozenset[str]


class _Letters:
    """The letters of a digest that left, in words; what is alike for many people is written once."""

    def __init__(self, campaign: Campaign, day: date, each: Sequence[tuple[Reservation, frozenset[str]]]) -> None:
        self.settings = campaign.settings
        self._campaign = campaign
        self._day = day
        self._each = each
        self._ranges = sorted({letter.within for letter, _ in each})
        acts = campaign.registry.acts
        self._raised = frozenset(act.state for act in acts if act.kind == "raised" and act.case in campaign.cases)
        self._written = dict[tuple[object, ...], Words | None]()

    def words(self, spoke: _Spoke) -> Words | None:
        """Say which letters count a voice; None where none does."""
        within = tuple(each for each in self._ranges if each.after < spoke.counted <= each.upto)
        key = (written_in(spoke.language), spoke.missions, spoke.cases, within)
        if key not in self._written:
            self._written[key] = self._write(spoke, within)
        words = self._written[key]
        return words and replace(words, text=words.text.replace(place(VOICE, 0), place(VOICE, spoke.voice)))

    def _write(self, spoke: _Spoke, within: Sequence[Range]) -> Words | None:
        chosen = spoke.missions.split(";")
        letters = [
            letter
            for letter, cases in self._each
            if letter.within in within
            and cases & spoke.cases
            and (
                spoke.missions == ALL
                or (spoke.missions == NOT_RAISED and letter.mission not in self._raised)
                or letter.mission in chosen
            )
        ]
        if not letters:
            return None
        language, states = written_in(spoke.language), self._campaign.registry.states
        own = self.settings.words.get(language, NO_WORDS)
        names = sorted((state_words(states[each.mission], language, own).name for each in letters), key=in_order)
        numbers = {letter.voices for letter in letters}
        return write(
            "notice",
            language,
            self.settings,
            missions=names,
            listed="\n".join(wrap(", ".join(names), WIDTH)),
            day=written_date(self._day, language),
            people=written_number(max(numbers), language),
            varies=len(numbers) > 1,
            link=place(VOICE, 0),
        )


def _tell(workspace: Workspace, store: Store, view: DigestView, letters: Sequence[DigestLetter]) -> int:
    campaign, reserved = workspace.campaign, {letter.mission: letter for letter in view.digest.letters}
    left = [letter.entry for letter in letters if letter.entry.key.mission in reserved]
    days = [local_day(entry.taken_at, campaign.settings.timezone) for entry in left if entry.taken_at]
    each = [(reserved[entry.key.mission], frozenset(entry.key.cases)) for entry in left]
    if not each or not days:
        return 0
    about, queued, last = _Letters(campaign, max(days), each), 0, 0
    while True:
        with writing(store.engine) as connection:
            batch = list(_spoke(connection, view, each, last))
            if not batch:
                tell(connection, Line(WHAT, view.digest.number, now(), "queued", TOLD, f"{queued} mails", BY))
                return queued
            drafts = [draft for spoke in batch if (draft := _draft(store, about, view.digest.number, spoke))]
            for spoke in batch:
                link(store, connection, VOICE, spoke.voice, spoke.supporter)
            queued += len(enqueue(connection, drafts, now(), BY))
            last = batch[-1].voice


def _spoke(
    connection: Connection, view: DigestView, each: Sequence[tuple[Reservation, frozenset[str]]], last: int
) -> Iterator[_Spoke]:
    """Read the next voices that letters of a digest count, of people whose address is still here."""
    first, final = min(letter.within.after for letter, _ in each), max(letter.within.upto for letter, _ in each)
    columns = (voices.c.id, voices.c.supporter, voices.c.language, voices.c.counted, voices.c.missions)
    query = (
        select(*columns, func.group_concat(voice_cases.c.case, "+"))
        .join(supporters, supporters.c.id == voices.c.supporter)
        .join(voice_cases, voice_cases.c.voice == voices.c.id)
        .where(
            voices.c.ask == view.digest.ask, voices.c.status == VoiceStatus.IN_DIGEST.value, voices.c.id > last,
            voices.c.counted > first, voices.c.counted <= final, supporters.c.sealed.is_not(None),
        )
        .group_by(voices.c.id)
        .order_by(voices.c.id)
        .limit(AT_ONCE)
    )  # fmt: skip
    for voice, supporter, language, counted, missions, cases in connection.execute(query):
        yield _Spoke(voice, supporter, language, counted, missions, frozenset(cases.split("+")))


def _draft(store: Store, about: _Letters, digest: int, spoke: _Spoke) -> Draft | None:
    if (words := about.words(spoke)) is None:
        return None
    part = notice_part(spoke.supporter, digest)
    return mail_draft(store, about.settings, MessageKind.NOTICE, part, spoke.supporter, words)
