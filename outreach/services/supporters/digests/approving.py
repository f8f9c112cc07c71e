"""Lets a second person approve or refuse the letters of a digest, and says at the gate which of them may leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from outreach.db.engine import reading, writing
from outreach.errors import OutreachError, UsageError
from outreach.next_step import Action, NextStep
from outreach.outbox.gate.objections import Objection, Reason
from outreach.outbox.models import Entry
from outreach.outbox.queue import change_by_person
from outreach.outbox.status import WAITING, Status
from outreach.outbox.store import now
from outreach.services.supporters.digests.preparing import DigestView, read_views, store_of, who
from outreach.services.workspace import Workspace
from outreach.supporters.digest.approvals import (
    APPROVED,
    REFUSED,
    SHORTEST,
    batch_of,
    decide,
    decision_about,
    refuse_same,
)
from outreach.supporters.digest.quotes import changed_quotes
from outreach.supporters.digest.ranges import Range
from outreach.supporters.digest.reserving import Digest, read_digests, release
from outreach.supporters.digest.tally import ALL, NOT_RAISED, counts
from outreach.supporters.doors import put_in_digest
from outreach.supporters.tables import voice_cases, voices


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about which digest; `voices` are in it from now on, `withdrawn` letters were taken back."""

    view: DigestView
    voices: int = 0
    withdrawn: int = 0


def approve(workspace: Workspace, batch: str) -> Decided:
    """Approve a batch, named by its first signs; its letters may leave with the next run.

    Raises UsageError for a batch that there is not, or was decided, or that the same person prepared.
    """
    store, by, view = store_of(workspace), who(workspace), find_batch(workspace, batch)
    with writing(store.engine) as connection:
        decide(connection, view.digest, view.batch, APPROVED, why="", by=by, at=now())
        which = _counted(view)
        counted = put_in_digest(connection, which, now(), by, f"digest {view.digest.number}") if which else 0
    return Decided(_again(workspace, view), voices=counted)


def refuse(workspace: Workspace, batch: str, why: str) -> Decided:
    """Refuse a batch: its letters are withdrawn, and their voices free for another. Raises UsageError as `approve`."""
    if not why.strip():
        raise UsageError("say why: --why is blank, and whoever prepared it wants to know")
    store, by, view = store_of(workspace), who(workspace), find_batch(workspace, batch)
    missions = [letter.mission for letter in view.digest.letters]
    with writing(store.engine) as connection:
        decide(connection, view.digest, view.batch, REFUSED, why=" ".join(why.split()), by=by, at=now())
        release(connection, view.digest.number, missions, now(), by, "refused")
    waits = [letter.entry for letter in view.letters if letter.entry.status in WAITING]
    with writing(workspace.outbox.engine) as connection:
        change_by_person(connection, waits, Status.WITHDRAWN, now(), f"a person: {by}", "the digest was refused")
    return Decided(_again(workspace, view), withdrawn=len(waits))


def find_batch(workspace: Workspace, typed: str) -> DigestView:
    """Find the digest whose batch begins so; UsageError where none does, or it is not all queued yet."""
    wanted = typed.strip().lower()
    if len(wanted) < SHORTEST:
        raise UsageError(
            f"a batch is named by its first {SHORTEST} signs at least, as it was read",
            next_step=NextStep(Action.LIST_DIGESTS),
        )
    found = [view for view in read_views(workspace) if view.batch and view.batch.startswith(wanted)]
    if not found:
        raise UsageError(
            f"there is no batch {typed.strip()[:70]}: it may have changed since it was read",
            next_step=NextStep(Action.LIST_DIGESTS),
        )
    if found[0].digest.queued_at is None:
        raise UsageError(
            f"digest {found[0].digest.number} is not all queued yet", next_step=NextStep(Action.PREPARE_DIGEST)
        )
    refuse_same(found[0].digest.prepared_by, who(workspace))
    return found[0]


def digest_objections(
    workspace: Workspace, connection: Connection, waits: Sequence[Entry]
) -> Mapping[int, Sequence[Objection]]:
    """Give what speaks against letters of digests that wait: not approved, not counted, or a quote that is gone.

    `connection` is to the outbox that they are in. Where the store of supporters is not here, or cannot be opened, all
    are held.
    """
    try:
        store = workspace.supporters()
        if store is None:
            return {entry.id: ((Reason.NOT_APPROVED, "supporters.db is not here"),) for entry in waits}
        keys = {(entry.key.ask, entry.key.part) for entry in waits}
        batches = {(ask, part): batch_of(connection, ask, int(part)) for ask, part in keys}
        with reading(store.engine) as theirs:
            said = {key: _OfDigest.read(theirs, int(key[1]), batch) for key, batch in batches.items()}
    except OutreachError as error:
        return {entry.id: ((Reason.NOT_APPROVED, f"{error}"),) for entry in waits}
    return {entry.id: said[entry.key.ask, entry.key.part].objections(entry) for entry in waits}


@dataclass(frozen=True, slots=True)
class _OfDigest:
    """What the store knows of a digest whose letters wait."""

    digest: Digest | None
    why_not: str  # nobody may send it: nobody approved this very batch
    changed: Mapping[str, int]

    @classmethod
    def read(cls, connection: Connection, number: int, batch: str) -> "_OfDigest":
        found = read_digests(connection, number=number)
        decision = decision_about(connection, batch)
        why = "" if decision and decision.decision == APPROVED else f"batch {batch[:SHORTEST]}"
        if decision and decision.decision == REFUSED:
            why = f"{decision.by} refused it: {decision.why}"
        return cls(found[0] if found else None, why, changed_quotes(connection, number))

    def objections(self, entry: Entry) -> Sequence[Objection]:
        """Give what speaks against one letter, the weightiest first."""
        mission = entry.key.mission
        standing = {letter.mission for letter in self.digest.letters} if self.digest else set[str]()
        found = list[Objection]()
        if self.digest is None or self.digest.ask != entry.key.ask or mission not in standing:
            found.append((Reason.NOT_APPROVED, "supporters.db does not know it, or its voices are free for another"))
        if mission in self.changed:
            found.append((Reason.QUOTE_CHANGED, f"voice {self.changed[mission]}"))
        if self.why_not:
            found.append((Reason.NOT_APPROVED, self.why_not))
        return found


def _again(workspace: Workspace, view: DigestView) -> DigestView:
    return read_views(workspace, number=view.digest.number)[0]


def _counted(view: DigestView) -> list[ColumnElement[bool]]:
    """Give the condition on voices that a letter of a digest counts which was not withdrawn."""
    ranges = {letter.mission: letter.within for letter in view.digest.letters}
    groups = dict[tuple[Range, tuple[str, ...]], list[str]]()
    for letter in view.letters:
        key = letter.entry.key
        if letter.entry.status is not Status.WITHDRAWN and key.mission in ranges:
            groups.setdefault((ranges[key.mission], key.cases), []).append(key.mission)
    each = [
        and_(*counts(view.digest.ask, within), _asks_for(cases), _goes_to(missions))
        for (within, cases), missions in groups.items()
    ]
    return [or_(*each)] if each else []


def _asks_for(cases: Sequence[str]) -> ColumnElement[bool]:
    return exists(select(voice_cases.c.voice).where(voice_cases.c.voice == voices.c.id, voice_cases.c.case.in_(cases)))


def _goes_to(missions: Sequence[str]) -> ColumnElement[bool]:
    named = [voices.c.missions.contains(mission, autoescape=True) for mission in missions]
    return or_(voices.c.missions.in_([ALL, NOT_RAISED]), *named)
