"""Prepares letters with supporters' voices, one to a mission: plans, reserves, queues; and says how digests stand.

Two databases take part. What a letter counts is reserved in supporters.db first, then the letters are queued in the
outbox. Where a crash comes between, whoever prepares next finishes that digest before another begins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from outreach.cases.asks.ask import choose_ask
from outreach.cases.load import find_cases
from outreach.cases.model import Ask
from outreach.db.engine import reading, writing
from outreach.errors import StorageFailed, UsageError
from outreach.next_step import Action, NextStep
from outreach.outbox.gate.gate import Held
from outreach.outbox.gate.objections import for_a_draft
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.listing import digest_lines
from outreach.outbox.letters.plan import Exclusion
from outreach.outbox.models import Draft, Entry, Scope
from outreach.outbox.queue import change_by_person, enqueue, entries, nobody_got
from outreach.outbox.status import ASKED, HELD, WAITING, Status
from outreach.outbox.store import now
from outreach.services.workspace import Workspace
from outreach.supporters.digest.approvals import REFUSED, Decision, batch_of, decision_about
from outreach.supporters.digest.drafting import DigestDrafter
from outreach.supporters.digest.planning import DigestPlan, DigestPlanner, Known, LastDigest, PlannedDigest, Source
from outreach.supporters.digest.quotes import Quotes
from outreach.supporters.digest.reserving import (
    Digest,
    Reservation,
    mark_queued,
    next_number,
    read_digests,
    release,
    reserve,
    taken_ranges,
)
from outreach.supporters.digest.tally import Tally, cases_asked_for, last_counted
from outreach.supporters.digest.unknown import unknown_digests
from outreach.supporters.store import Store
from outreach.text import listed, local_day

NOBODY_GOT = frozenset({Status.REJECTED, Status.BOUNCED})
STILL_HERE = WAITING | HELD | {Status.UNCONFIRMED}


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """Which digest a person wants: the ask (default: the only one, or the next), and to whom (default: the ask's)."""

    ask: str | None = None
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedDigests:
    """What a digest would be: every letter is written, nothing is reserved and nothing queued."""

    ask: Ask
    number: int
    plan: DigestPlan
    drafts: tuple[Draft, ...]

    @property
    def reservations(self) -> list[Reservation]:
        """Give what each letter counts and quotes."""
        return [
            Reservation(
                letter.mission, letter.within, letter.facts.number, tuple(quote.voice for quote in letter.facts.quotes)
            )
            for letter in self.plan.letters
        ]


@dataclass(frozen=True, slots=True)
class PreparedDigest:
    """A digest whose letters are queued, and held until somebody approves the batch."""

    number: int
    batch: str
    letters: int
    dropped: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestLetter:
    """One letter of a digest as it stands. `held` says why it may not leave, where it waits."""

    entry: Entry
    voices: int
    quotes: int
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class DigestView:
    """A digest with its letters, its batch, and what somebody decided about that; None: nobody did yet."""

    digest: Digest
    batch: str
    decision: Decision | None
    letters: tuple[DigestLetter, ...]


def store_of(workspace: Workspace) -> Store:
    """Give the store of supporters beside the outbox; UsageError where there is none."""
    store = workspace.supporters()
    if store is None:
        raise UsageError("nobody has written to States by the forms yet: there is no store of supporters here")
    return store


def who(workspace: Workspace) -> str:
    """Give the name of whoever is at work; UsageError where nobody said it."""
    name = " ".join(workspace.campaign.settings.team.name.split())
    if not name:
        raise UsageError(
            "nobody said who is at work, and a digest needs two people: set OUTREACH_TEAM__NAME to your own name, in "
            "the environment or in .env"
        )
    return name


def plan_digests(workspace: Workspace, wanted: DigestRequest) -> PlannedDigests:
    """Plan and write every letter of the next digest, so that what cannot be written stops it before it begins.

    Raises UsageError for an ask or a selection that makes no sense, TemplateError for a text that cannot be written.
    """
    if any(not word.strip() for word in wanted.to):
        raise UsageError("--to is blank: name States or a selection, or leave --to out for the ask's own selection")
    store, campaign = store_of(workspace), workspace.campaign
    ask = choose_ask(campaign.asks, wanted.ask, campaign.today())
    with reading(store.engine) as connection:
        planner, number = _planner(workspace, store, connection, ask), next_number(connection)
        plan = planner.plan(wanted.to) if planner else DigestPlan((), ())
    letters, drafts, dropped = _write(workspace, ask, number, plan.letters)
    return PlannedDigests(
        ask, number, replace(plan, letters=letters, excluded=(*plan.excluded, *dropped)), tuple(drafts)
    )


def prepare_digest(workspace: Workspace, planned: PlannedDigests) -> PreparedDigest | None:
    """Reserve what the letters count, then queue them; None where there is no letter.

    Raises UsageError where another was prepared at the same moment; then nothing was changed.
    """
    if not planned.drafts:
        return None
    store, by, at = store_of(workspace), who(workspace), now()
    letters = planned.reservations
    try:
        with writing(store.engine) as connection:
            if next_number(connection) != planned.number:
                raise UsageError("somebody prepared a digest at the same moment; nothing was changed. Try again")
            reserve(connection, planned.number, planned.ask.id, letters, channel=workspace.channel, by=by, at=at)
    except StorageFailed as error:
        if "reaches a mission once" in str(error):
            raise UsageError("somebody prepared a digest at the same moment; nothing was changed. Try again") from None
        raise
    _queue(workspace, planned.drafts, by)
    with writing(store.engine) as connection:
        mark_queued(connection, planned.number, now(), by)
    return _prepared(workspace, planned.ask.id, planned.number, len(letters))


def finish_digests(workspace: Workspace) -> list[PreparedDigest]:
    """Put right what a crash or a person left: withdraw refused letters, free what was withdrawn, finish what is half.

    A letter that was refused or came back, and whose mission has another address now, is withdrawn too: its voices go
    there with the next.

    Gives the digests that were finished. Raises UsageError where nobody said who is at work.
    """
    store, by = store_of(workspace), who(workspace)
    _refuse_unknown(workspace, store)
    _withdraw_refused(workspace, store, by)
    _withdraw_misaddressed(workspace, by)
    with reading(store.engine) as connection:
        digests = read_digests(connection)
    with reading(workspace.outbox.engine) as connection:
        there = _all_letters(connection)
        withdrawn = [entry.id for theirs in there.values() for entry in theirs.values() if _is_withdrawn(entry)]
        free = nobody_got(connection, withdrawn)
    finished = list[PreparedDigest]()
    for digest in digests:
        letters = there.get((digest.ask, str(digest.number)), {})
        gone = [entry for entry in letters.values() if _is_withdrawn(entry)]
        missions = {entry.key.mission for entry in gone if entry.id in free}
        if missions & {letter.mission for letter in digest.letters}:
            with writing(store.engine) as connection:
                release(connection, digest.number, missions, now(), by, "withdrawn, and nobody got them")
        if digest.queued_at is None:
            finished.append(_finish(workspace, store, digest, set(letters), by))
    return finished


def read_views(workspace: Workspace, ask: str | None = None, number: int | None = None) -> list[DigestView]:
    """Read how digests stand, the oldest first; UsageError for a number that there is not."""
    store = workspace.supporters()
    digests = list[Digest]()
    if store is not None:
        with reading(store.engine) as connection:
            digests = read_digests(connection, ask, number)
    if number is not None and not digests:
        raise UsageError(f"there is no digest {number}")
    if store is None:
        return []
    with reading(workspace.outbox.engine) as connection:
        held, there = workspace.gate.held(connection, Scope(kind=MessageKind.DIGEST)), _all_letters(connection)
        found = [
            (digest, there.get((digest.ask, str(digest.number)), {}), batch_of(connection, digest.ask, digest.number))
            for digest in digests
        ]
    with reading(store.engine) as connection:
        return [
            DigestView(digest, batch, decision_about(connection, batch), tuple(_shown(digest, letters, held)))
            for digest, letters, batch in found
        ]


def _shown(digest: Digest, letters: dict[str, Entry], held: dict[int, Held]) -> Iterable[DigestLetter]:
    counted = {letter.mission: letter for letter in digest.letters}
    for mission, entry in sorted(letters.items()):
        reserved = counted.get(mission)
        voices, quotes = (reserved.voices, len(reserved.quotes)) if reserved else (0, 0)
        yield DigestLetter(entry, voices, quotes, held.get(entry.id))


def _planner(workspace: Workspace, store: Store, connection: Connection, ask: Ask) -> DigestPlanner | None:
    """Make what plans; None where nobody asks for a case that is still there."""
    campaign = workspace.campaign
    slugs = sorted(cases_asked_for(connection, ask.id) & campaign.cases.keys())
    if not slugs:
        return None
    with reading(workspace.outbox.engine) as outbox:
        last = _last_digests(workspace, _digest_entries(outbox), ask.id)
        suppressed = workspace.suppressions(outbox)
    known = Known(last_counted(connection, ask.id), taken_ranges(connection, ask.id), last, suppressed)
    source = Source(
        lambda within: Tally.read(connection, ask.id, slugs, within),
        lambda within: Quotes.read(store, connection, campaign, ask.id, within),
    )
    cases = find_cases(campaign.cases, slugs)
    return DigestPlanner(campaign, ask, cases, known, source, rehearsal=workspace.rehearsal)


def _last_digests(workspace: Workspace, letters: Sequence[Entry], ask: str) -> dict[str, LastDigest]:
    """Give mission → the newest digest to it that was not withdrawn."""
    zone, found = workspace.campaign.settings.timezone, dict[str, LastDigest]()
    for entry in letters:
        if entry.status is Status.WITHDRAWN:
            continue
        taken = local_day(entry.taken_at, zone) if entry.taken_at and entry.status in ASKED else None
        found[entry.key.mission] = LastDigest(
            int(entry.key.part), entry.status in STILL_HERE, taken, entry.status is Status.BOUNCED, entry.key.ask == ask
        )
    return found


def _write(
    workspace: Workspace, ask: Ask, number: int, letters: Sequence[PlannedDigest]
) -> tuple[tuple[PlannedDigest, ...], list[Draft], list[Exclusion]]:
    """Write letters; give those that may leave, and why the others may not."""
    if not letters:
        return (), [], []
    campaign, drafter = workspace.campaign, DigestDrafter(workspace.campaign, workspace.outbox, ask, number)
    kept, drafts, dropped = list[PlannedDigest](), list[Draft](), list[Exclusion]()
    for letter in letters:
        draft = drafter.draft(letter)
        if objections := for_a_draft(campaign, draft, campaign.today()):
            dropped.append(Exclusion(letter.mission, *objections[0]))
        else:
            kept.append(letter)
            drafts.append(draft)
    return tuple(kept), drafts, dropped


def _queue(workspace: Workspace, drafts: Sequence[Draft], by: str) -> None:
    if drafts:
        with writing(workspace.outbox.engine) as connection:
            enqueue(connection, drafts, now(), f"a person: {by}")


def _prepared(
    workspace: Workspace, ask: str, number: int, letters: int, dropped: Sequence[Exclusion] = ()
) -> PreparedDigest:
    with reading(workspace.outbox.engine) as connection:
        return PreparedDigest(number, batch_of(connection, ask, number), letters, tuple(dropped))


def _digest_entries(connection: Connection) -> list[Entry]:
    """Read all letters with supporters' voices, the oldest first; by their own index, whatever else there is."""
    ids = [line.id for line in digest_lines(connection, Scope())]
    return entries(connection, ids=ids) if ids else []


def _all_letters(connection: Connection) -> dict[tuple[str, str], dict[str, Entry]]:
    """Give (ask, number of the digest) → mission → its letter, in whatever status."""
    found = dict[tuple[str, str], dict[str, Entry]]()
    for entry in _digest_entries(connection):
        found.setdefault((entry.key.ask, entry.key.part), {})[entry.key.mission] = entry
    return found


def _is_withdrawn(entry: Entry) -> bool:
    return entry.status is Status.WITHDRAWN


def _finish(workspace: Workspace, store: Store, digest: Digest, there: set[str], by: str) -> PreparedDigest:
    """Queue the letters of a digest whose voices are reserved, as the files are now; free what gets none any more."""
    missing = [letter for letter in digest.letters if letter.mission not in there]
    letters, dropped = list[PlannedDigest](), list[Exclusion]()
    ask = workspace.campaign.asks.get(digest.ask)
    with reading(store.engine) as connection:
        planner = _planner(workspace, store, connection, ask) if ask and missing else None
        for letter in missing if planner else ():
            found = planner.again(letter.mission, letter.within) if planner else None
            if isinstance(found, PlannedDigest):
                kept = tuple(quote for quote in found.facts.quotes if quote.voice in letter.quotes)
                letters.append(replace(found, facts=replace(found.facts, quotes=kept)))
            elif found:
                dropped.append(found)
    drafts = list[Draft]()
    if ask:
        _, drafts, more = _write(workspace, ask, digest.number, letters)
        dropped += more
    _queue(workspace, drafts, by)
    written = {draft.key.mission for draft in drafts}
    with writing(store.engine) as connection:
        unwritten = [letter.mission for letter in missing if letter.mission not in written]
        release(connection, digest.number, unwritten, now(), by, "nothing goes there any more")
        mark_queued(connection, digest.number, now(), by)
    return _prepared(workspace, digest.ask, digest.number, len(there) + len(written), dropped)


def _refuse_unknown(workspace: Workspace, store: Store) -> None:
    """Raise UsageError where the outbox has letters of a digest that this store does not know; a rehearsal may."""
    if workspace.rehearsal:
        return
    with reading(workspace.outbox.engine) as outbox, reading(store.engine) as connection:
        numbers = sorted({number for _, number in unknown_digests(outbox, connection)})
    if numbers:
        raise UsageError(
            f"supporters.db does not know digest {listed(numbers)}, of which the outbox has letters: an older copy was "
            "put back. Put back a newer one; or take it that these letters counted every voice that there is now",
            next_step=NextStep(Action.ADOPT_JOURNAL),
        )


def _withdraw_refused(workspace: Workspace, store: Store, by: str) -> None:
    """Withdraw what waits of digests that somebody refused: a crash may have come before that."""
    with reading(workspace.outbox.engine) as connection:
        waits = [entry for entry in _digest_entries(connection) if entry.status in WAITING]
        batches = {key: batch_of(connection, key[0], int(key[1])) for key in {(e.key.ask, e.key.part) for e in waits}}
    with reading(store.engine) as connection:
        decisions = {key: decision_about(connection, batch) for key, batch in batches.items()}
    refused = {key for key, found in decisions.items() if found and found.decision == REFUSED}
    theirs = [entry for entry in waits if (entry.key.ask, entry.key.part) in refused]
    if theirs:
        with writing(workspace.outbox.engine) as connection:
            change_by_person(connection, theirs, Status.WITHDRAWN, now(), f"a person: {by}", "the digest was refused")


def _withdraw_misaddressed(workspace: Workspace, by: str) -> None:
    """Withdraw what every server refused or sent back, where none of its addresses is the mission's any more."""
    missions = workspace.campaign.registry.missions
    with reading(workspace.outbox.engine) as connection:
        refused = [entry for entry in _digest_entries(connection) if entry.status in NOBODY_GOT]
    theirs = list[Entry]()
    for entry in refused:
        mission = missions.get(entry.key.mission)
        now_ = {address.casefold() for address in mission.emails} if mission else set[str]()
        if now_ and not now_ & {address.casefold() for address in entry.recipients}:
            theirs.append(entry)
    if theirs:
        with writing(workspace.outbox.engine) as connection:
            why = "its mission has another address now"
            change_by_person(connection, theirs, Status.WITHDRAWN, now(), f"a person: {by}", why)
