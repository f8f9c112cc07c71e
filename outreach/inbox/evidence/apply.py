"""Applies evidence: lets what came back change letters and close addresses, in the transaction that stores it.

Only what carries a token or Message-ID of ours counts (kinds.PROOF). It is stored as evidence and applied at once, or
when the worker that holds the letter has let go of it. What it does to a letter, `effects` decides; mail is unknown
here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update

from outreach.db.engine import reading, writing
from outreach.inbox.evidence.effects import (
    AffectedLetter,
    Effect,
    EffectNote,
    Evidence,
    LetterHistory,
    Part,
    effect,
    recipient_meant,
)
from outreach.inbox.evidence.pending import letters_with_pending_evidence
from outreach.inbox.kinds import PERSON, PROOF, Kind, MatchedBy, Severity
from outreach.inbox.mail import Report, Verdict
from outreach.inbox.matching.addressbook import normalized
from outreach.inbox.matching.authentication import SenderCheck
from outreach.inbox.matching.match import Tie
from outreach.inbox.models import evidence, inbound
from outreach.outbox.ledger import Transition, address_histories, advance
from outreach.outbox.models import ledger, messages, suppressions
from outreach.outbox.redaction import without_addresses
from outreach.outbox.status import HELD, Status
from outreach.outbox.store import Outbox, now
from outreach.outbox.suppressions import add_suppression
from outreach.text import server_words

ACTOR = "inbox"
MOST_REPORTS = 50  # recipients of one letter that one message can speak of
# The kinds that speak of single recipients.
OF_RECIPIENTS = frozenset({Kind.BOUNCE, Kind.DELAY, Kind.DELIVERED})

_OF_MAIL = (inbound.c.rule, inbound.c.arrived_at, inbound.c.stored_at, inbound.c.sender_check)
_evidence_of = (
    select(evidence, *_OF_MAIL)
    .join(inbound, evidence.c.inbound == inbound.c.id)
    .where(evidence.c.message == bindparam("letter"))
    .order_by(evidence.c.id)
)
_letter_row = select(messages.c.id, messages.c.mission, messages.c.recipients, messages.c.status).where(
    messages.c.id == bindparam("letter")
)
_steps = (
    select(ledger.c.at, ledger.c.from_status, ledger.c.to_status)
    .where(ledger.c.message == bindparam("letter"))
    .order_by(ledger.c.id)
)


def apply(
    connection: Connection, inbound_id: int, verdict: Verdict, ties: Sequence[Tie], at: datetime
) -> tuple[EffectNote, ...]:
    """Store what a message proves about the letters it is tied to, and apply it; gives what to tell people.

    Call in the transaction that stores the message, after its row; ties that prove nothing do nothing.
    """
    # A letter for several cases has a tie for each, and is proven once.
    sure = {tie.message: tie for tie in ties if tie.matched_by in PROOF and tie.message is not None}
    letters = {id_: letter for id_ in sure if (letter := _affected_letter(connection, id_))}
    for id_, letter in letters.items():
        _store_evidence(connection, inbound_id, verdict, sure[id_].matched_by, letter)
    return _apply_to(connection, letters.values(), at)


def apply_decided(connection: Connection, ids: Iterable[int], kind: Kind, at: datetime) -> tuple[EffectNote, ...]:
    """Let what a person says of unclear messages prove what that kind proves; gives what to tell people.

    An unclear message has proven nothing but that its letter left. What the program was sure of has had its effect, and
    another kind does not take that back. Call in the transaction that stores the decision. Raises nothing.
    """
    of = evidence.c.inbound.in_(list(ids))
    rows = connection.execute(select(evidence).where(of).order_by(evidence.c.id)).mappings().all()
    known = {(row["inbound"], row["message"], row["kind"]) for row in rows}
    letters = list[AffectedLetter]()
    for row in rows if kind is not Kind.OTHER else ():
        about = (row["inbound"], row["message"])
        letter = _affected_letter(connection, row["message"])
        if letter and row["kind"] == Kind.UNCLEAR and (*about, kind.value) not in known:
            _store_evidence(connection, row["inbound"], Verdict(kind, PERSON), MatchedBy(row["matched_by"]), letter)
            letters.append(letter)
    return _apply_to(connection, letters, at)


def apply_pending(connection: Connection, at: datetime) -> tuple[EffectNote, ...]:
    """Apply evidence that waited for a worker to let go of its letter; gives what to tell people."""
    letters = [_affected_letter(connection, id_) for id_ in letters_with_pending_evidence(connection)]
    return _apply_to(connection, [letter for letter in letters if letter], at)


def apply_pending_evidence(outbox: Outbox) -> tuple[EffectNote, ...]:
    """Apply pending evidence in a transaction of its own, where there is any; gives what to tell people.

    Call before anything is sent, and before a person decides: what is known to have left must not be queued once more.
    """
    with reading(outbox.engine) as connection:
        if not letters_with_pending_evidence(connection):
            return ()
    with writing(outbox.engine) as connection:
        return apply_pending(connection, now())


def _store_evidence(
    connection: Connection, inbound_id: int, verdict: Verdict, matched_by: MatchedBy, letter: AffectedLetter
) -> None:
    reports = verdict.reports[:MOST_REPORTS] if verdict.kind in OF_RECIPIENTS else ()
    rows = [
        {
            "inbound": inbound_id,
            "message": letter.id,
            "matched_by": matched_by.value,
            "kind": report.kind.value,
            "address": recipient_meant(report, letter.recipients) if report.kind in OF_RECIPIENTS else "",
            "severity": (report.severity or "") if report.kind is Kind.BOUNCE else "",
            "code": report.code[:20],
            "words": _words(report, letter),
            "applied": False,
        }
        for report in reports or (Report(verdict.kind),)
    ]
    connection.execute(insert(evidence), rows)


def _words(report: Report, letter: AffectedLetter) -> str:
    """Give the server's words without addresses, however it writes those that it names (a at b, a%40b)."""
    named = {*letter.recipients, report.recipient, report.original_recipient} - {""}
    return server_words(without_addresses(report.diagnostic, tuple(sorted(named))))


def _apply_to(connection: Connection, letters: Iterable[AffectedLetter], at: datetime) -> tuple[EffectNote, ...]:
    notes: list[EffectNote] = []
    for letter in letters:
        if letter.status not in HELD:
            notes += [note for done in _effects(connection, letter, at) for note in done.notes]
    return tuple(dict.fromkeys(notes))


def _effects(connection: Connection, letter: AffectedLetter, at: datetime) -> Iterable[Effect]:
    """Each piece of evidence in turn, the letter being as the one before has left it."""
    rows = connection.execute(_evidence_of, {"letter": letter.id}).mappings().all()
    before: list[Evidence] = []
    for row in rows:
        known = _evidence(row)
        if not row["applied"]:
            done = effect(letter, known, before, _others(connection, known))
            letter = _carry_out(connection, letter, done, at)
            yield done
        before.append(known)
    marked = update(evidence).where(evidence.c.message == letter.id, ~evidence.c.applied).values(applied=True)
    connection.execute(marked)


def _carry_out(connection: Connection, letter: AffectedLetter, done: Effect, at: datetime) -> AffectedLetter:
    for change in done.changes:
        step = Transition(letter.id, letter.status, change.to, at, ACTOR, change.detail, taken_at=change.taken_at)
        advance(connection, [step])
        letter = replace(letter, status=change.to)
    for address in done.closed:
        add_suppression(connection, address, done.why, at)
    return letter


def _others(connection: Connection, new: Evidence) -> int:
    """Count how many other letters came back from this address for good, since a person last opened it."""
    if not (new.address and new.permanent):
        return 0
    opened = connection.scalar(select(func.max(suppressions.c.lifted_at)).where(suppressions.c.address == new.address))
    query = (
        select(evidence, *_OF_MAIL)
        .join(inbound, evidence.c.inbound == inbound.c.id)
        .where(evidence.c.address == new.address, evidence.c.message != new.message)
    )
    if opened is not None:
        query = query.where(inbound.c.stored_at > opened)
    found = map(_evidence, connection.execute(query).mappings())
    return len({known.message for known in found if known.permanent})


def _affected_letter(connection: Connection, id_: int) -> AffectedLetter | None:
    row = connection.execute(_letter_row, {"letter": id_}).mappings().first()
    if row is None:
        return None
    everybody = [normalized(address) for address in row["recipients"].split(";")]
    part = _part(connection, id_, everybody) if len(everybody) > 1 else None
    status = Status(row["status"])
    return AffectedLetter(row["id"], row["mission"], status, frozenset(everybody), _history(connection, id_), part)


def _part(connection: Connection, id_: int, everybody: Sequence[str]) -> Part | None:
    known = address_histories(connection, [id_])[id_]
    if not known.taken and not known.underway:
        return None
    then = known.taken_after(everybody, "") if known.open_after(everybody) else ""
    return Part(bool(known.taken), frozenset(everybody[number - 1] for number in known.underway), then)


def _history(connection: Connection, id_: int) -> LetterHistory:
    again_at, sending_at = None, None
    for at, was, to in connection.execute(_steps, {"letter": id_}):
        if was == Status.BOUNCED and to == Status.QUEUED:
            again_at, sending_at = at, None
        elif to == Status.SENDING:
            sending_at = at
    return LetterHistory(again_at, sending_at)


def _evidence(row: RowMapping) -> Evidence:
    return Evidence(
        id=row["id"],
        inbound=row["inbound"],
        message=row["message"],
        matched_by=MatchedBy(row["matched_by"]),
        kind=Kind(row["kind"]),
        rule=row["rule"],
        address=row["address"],
        severity=Severity(row["severity"]) if row["severity"] else None,
        code=row["code"],
        words=row["words"],
        arrived_at=row["arrived_at"],
        stored_at=row["stored_at"],
        sender_failed=row["sender_check"] == SenderCheck.FAIL,
    )
