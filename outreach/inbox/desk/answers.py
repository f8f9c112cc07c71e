"""Says what counts as answered and what as unread, and is the only place that does; knows no mail, and writes nothing.

Only a person says that a mission answered. An answer is a message of kind reply with a standing tie to an ask, a case
and a mission, which a person has read: somebody said its stance or its kind, or wrote it down. A reply, or mail of
which nobody can tell what it is, is unread until then: it answers nothing, and holds the mission's reminder back.
Auto-replies, delays and bounces do neither.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from sqlalchemy import ColumnElement, Connection, or_, select

from outreach.inbox.kinds import PERSON, TO_READ, Kind, Stance
from outreach.inbox.matching.authentication import SenderCheck
from outreach.inbox.models import decisions, erased, inbound, ties
from outreach.outbox.gate.objections import AnswerObjections, Objection, Reason
from outreach.outbox.models import Scope

AnswerKey = tuple[str, str, str]  # (ask, case, mission)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a mission answered about a case that an ask is about.

    `inbound` and `at` are of the newest reply that a person has read, `first_at` of the first. `stance` is the newest
    that somebody gave; None: it is a reply, and nobody has said yet what it means. `sender_check` is that of the reply
    that it rests on, the best one of those with this stance: what our own mail server could not verify is an answer by
    a person's word, and marked wherever it is shown.
    """

    ask: str
    case: str
    mission: str
    inbound: int
    at: datetime
    stance: Stance | None
    first_at: datetime
    sender_check: SenderCheck = SenderCheck.UNKNOWN


@dataclass(frozen=True, slots=True)
class Unread:
    """Mail of a mission about a case that an ask is about, and that no person has read.

    `inbound` are the messages, the oldest first; `erased` are those of them that nobody can read any more, and
    `unverified` those whose sender our own mail server could not verify.
    """

    ask: str
    case: str
    mission: str
    inbound: tuple[int, ...]
    erased: frozenset[int] = frozenset()
    unverified: frozenset[int] = frozenset()
    sender_check: SenderCheck = SenderCheck.UNKNOWN  # the worst of them


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What missions answered, and what of theirs is still to be read, by (ask, case, mission)."""

    answers: Mapping[AnswerKey, Answer]
    unread: Mapping[AnswerKey, Unread]

    def to_read(self, key: AnswerKey) -> int:
        """Count the messages about this that are still to be read."""
        return len(self.unread[key].inbound) if key in self.unread else 0

    def to_read_unverified(self, key: AnswerKey) -> int:
        """Count those of them whose sender our own mail server could not verify."""
        return len(self.unread[key].unverified) if key in self.unread else 0

    def sender_verified(self, key: AnswerKey) -> bool | None:
        """Say whether the sender of the answer is verified, or, without one, of all that is to be read.

        None where nobody said, or where there is no mail.
        """
        mail = self.answers.get(key) or self.unread.get(key)
        return mail.sender_check.verified if mail else None


@dataclass(frozen=True, slots=True)
class CurrentDecisions:
    """What people decided about one message: the newest word for each thing.

    `kind` is None where the classifier's stands; `stances` has "" for every case that has no word of its own. `noted`:
    somebody left a note, and said nothing else with it.
    """

    kind: Kind | None = None
    stances: Mapping[str, Stance] = field(default_factory=dict)
    noted: bool = False

    def stance(self, case: str) -> Stance | None:
        """Give the stance for a case: the newest word about this case or about all of them."""
        return self.stances.get(case, self.stances.get(""))


UNDECIDED = CurrentDecisions()


def correspondence(connection: Connection, scope: Scope) -> Correspondence:
    """Read what missions answered about what is in scope, and what is to be read.

    A message is about every round of its ask, so the scope's round and channel do not count.
    """
    read: dict[AnswerKey, list[_Mail]] = defaultdict(list)
    unread: dict[AnswerKey, list[_Mail]] = defaultdict(list)
    for key, mail in _mail(connection, scope):
        (read if mail.read else unread)[key].append(mail)
    return Correspondence(
        answers={key: _answer(key, mails) for key, mails in read.items()},
        unread={key: _unread(key, mails) for key, mails in unread.items()},
    )


def answers(connection: Connection, scope: Scope) -> Mapping[AnswerKey, Answer]:
    """Map (ask, case, mission) to its answer; the scope's round and channel do not count."""
    return correspondence(connection, scope).answers


def reminder_objections(connection: Connection, scope: Scope) -> AnswerObjections:
    """Say whom no reminder may go to: (ask, case, mission) → why, as the plan of letters and the gate want it.

    Who answered needs none. Who sent what nobody has read may have answered; unread mail that was tied to its letter by
    `scope.although_unread` is left out: a person knows of it.
    """
    known = scope.although_unread
    found: dict[AnswerKey, list[_Mail]] = defaultdict(list)
    for key, mail in _mail(connection, scope):
        if mail.read or known is None or mail.tied_at > known:
            found[key].append(mail)
    return {key: _objection(key, mails) for key, mails in found.items()}


def _objection(key: AnswerKey, mails: Sequence["_Mail"]) -> Objection:
    read = [mail for mail in mails if mail.read]
    if read:
        answer = _answer(key, read)
        reason = Reason.DECLINED if answer.stance is Stance.DECLINED else Reason.ANSWERED
        stance = answer.stance.value if answer.stance else "no stance yet"
        doubt = ", sender not verified" if answer.sender_check is SenderCheck.FAIL else ""
        return reason, f"reply {answer.inbound}, {stance}{doubt}"
    unread = _unread(key, mails)
    return Reason.UNREAD, ", ".join(f"mail {id_}{', erased' * (id_ in unread.erased)}" for id_ in unread.inbound)


def is_read(stored_rule: str, decided: "CurrentDecisions", case: str) -> bool:
    """Say whether a person has read a message about a case: somebody wrote it down, or said its kind or its stance."""
    return stored_rule == PERSON or decided.kind is not None or decided.stance(case) is not None


@dataclass(frozen=True, slots=True)
class _Mail:
    at: datetime
    id: int
    stance: Stance | None
    read: bool
    tied_at: datetime
    erased: bool
    sender_check: SenderCheck


def _answer(key: AnswerKey, mails: Iterable[_Mail]) -> Answer:
    ordered = sorted(mails, key=attrgetter("at", "id"))
    stance = next((mail.stance for mail in reversed(ordered) if mail.stance), None)
    same = [mail.sender_check for mail in ordered if mail.stance is stance]
    check = next((known for known in reversed(same) if known is not SenderCheck.FAIL), same[-1])
    return Answer(*key, ordered[-1].id, ordered[-1].at, stance, ordered[0].at, check)


def _unread(key: AnswerKey, mails: Iterable[_Mail]) -> Unread:
    ordered = sorted(mails, key=attrgetter("at", "id"))
    checks = {mail.sender_check for mail in ordered}
    worst = next(each for each in (SenderCheck.FAIL, SenderCheck.UNKNOWN, SenderCheck.PASS) if each in checks)
    return Unread(
        *key,
        tuple(mail.id for mail in ordered),
        frozenset(mail.id for mail in ordered if mail.erased),
        frozenset(mail.id for mail in ordered if mail.sender_check is SenderCheck.FAIL),
        worst,
    )


def _mail(connection: Connection, scope: Scope) -> Iterator[tuple[AnswerKey, _Mail]]:
    """Give what may be an answer, read or not; what a person has read and called something else is none."""
    decided = current_decisions(connection)
    corrected = [id_ for id_, words in decided.items() if words.kind is Kind.REPLY]
    # Copies of our own letters are as many as the letters: they are left in the database.
    maybe = or_(inbound.c.kind.in_(sorted(TO_READ)), inbound.c.id.in_(corrected))
    query = (
        select(ties.c.ask, ties.c.case, ties.c.mission, inbound.c.id, inbound.c.kind, inbound.c.rule)
        .add_columns(inbound.c.arrived_at, ties.c.at, erased.c.whole, inbound.c.sender_check)
        .join(inbound, inbound.c.id == ties.c.inbound)
        .join(erased, erased.c.inbound == inbound.c.id, isouter=True)
        .where(maybe, ties.c.removed_at.is_(None), *in_scope(scope))
    )
    for ask, case, mission, id_, kind, rule, at, tied_at, whole, check in connection.execute(query):
        words = decided.get(id_, UNDECIDED)
        read = is_read(rule, words, case)
        if (words.kind or kind) in ({Kind.REPLY} if read else TO_READ):
            stance = words.stance(case)
            yield (ask, case, mission), _Mail(at, id_, stance, read, tied_at, bool(whole), SenderCheck(check))


def in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    """Select the ties in a scope; their round and channel do not count, since an answer answers all of them."""
    wanted = {"ask": scope.ask, "mission": scope.mission}
    about = [ties.c.case.in_(scope.wanted_cases)] if scope.wanted_cases is not None else []
    return [*about, *(ties.c[name] == value for name, value in wanted.items() if value is not None)]


def current_decisions(connection: Connection, ids: Iterable[int] | None = None) -> dict[int, CurrentDecisions]:
    """Map messages to what people decided about them; None asks about all. The undecided are left out."""
    query = select(decisions.c.inbound, decisions.c.case, decisions.c.kind, decisions.c.stance).order_by(decisions.c.id)
    if ids is not None:
        query = query.where(decisions.c.inbound.in_(list(ids)))
    found: dict[int, CurrentDecisions] = {}
    for id_, case, kind, stance in connection.execute(query):
        found[id_] = _after(found.get(id_, UNDECIDED), case, kind, stance)
    return found


def _after(was: CurrentDecisions, case: str, kind: str, stance: str) -> CurrentDecisions:
    """Add a later decision to those before; a stance for all cases replaces those for single ones."""
    stances = was.stances
    if stance:
        stances = {**stances, case: Stance(stance)} if case else {"": Stance(stance)}
    return CurrentDecisions(Kind(kind) if kind else was.kind, stances, was.noted or not (kind or stance))
