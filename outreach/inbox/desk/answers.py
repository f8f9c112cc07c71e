"""Says what counts as answered, and is the only place that does; knows no mail, and writes nothing.

An answer is a message of kind reply (as people corrected it) with a standing tie to an ask, a case and a mission. Auto-
replies, delays and bounces do not answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from sqlalchemy import ColumnElement, Connection, or_, select

from outreach.inbox.kinds import Kind, Stance
from outreach.inbox.models import decisions, inbound, ties
from outreach.outbox.gate.objections import AnswerObjections, Objection, Reason
from outreach.outbox.models import Scope

AnswerKey = tuple[str, str, str]  # (ask, case, mission)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a mission answered about a case that an ask is about.

    `inbound` and `at` are of its newest reply, `first_at` of its first. `stance` is that of the newest reply that a
    person has read for it, so a thank-you that follows a promise does not unsay the promise; None: nobody has yet.
    """

    ask: str
    case: str
    mission: str
    inbound: int
    at: datetime
    stance: Stance | None
    first_at: datetime


@dataclass(frozen=True, slots=True)
class CurrentDecisions:
    """What people decided about one message: the newest word for each thing.

    `kind` is None where the classifier's stands; `stances` has "" for every case that has no word of its own.
    """

    kind: Kind | None = None
    stances: Mapping[str, Stance] = field(default_factory=dict)

    def stance(self, case: str) -> Stance | None:
        """Give the stance for a case: the newest word about this case or about all of them."""
        return self.stances.get(case, self.stances.get(""))


UNDECIDED = CurrentDecisions()


def answers(connection: Connection, scope: Scope) -> dict[AnswerKey, Answer]:
    """Map (ask, case, mission) to its answer.

    A reply answers every round, so the scope's round and channel do not count.
    """
    decided = current_decisions(connection)
    found: dict[AnswerKey, list[_Reply]] = defaultdict(list)
    for key, reply in _replies(connection, scope, decided):
        found[key].append(reply)
    return {key: _answer(key, replies) for key, replies in found.items()}


def answered(connection: Connection, scope: Scope) -> AnswerObjections:
    """Say which missions need no reminder: (ask, case, mission) → why, as the plan of letters wants it."""
    return {key: _objection(answer) for key, answer in answers(connection, scope).items()}


def _objection(answer: Answer) -> Objection:
    reason = Reason.DECLINED if answer.stance is Stance.DECLINED else Reason.ANSWERED
    return reason, f"reply {answer.inbound}, {answer.stance.value if answer.stance else 'not marked yet'}"


@dataclass(frozen=True, slots=True)
class _Reply:
    at: datetime
    id: int
    stance: Stance | None


def _answer(key: AnswerKey, replies: Iterable[_Reply]) -> Answer:
    ordered = sorted(replies, key=attrgetter("at", "id"))
    stance = next((reply.stance for reply in reversed(ordered) if reply.stance), None)
    return Answer(*key, ordered[-1].id, ordered[-1].at, stance, ordered[0].at)


def _replies(
    connection: Connection, scope: Scope, decided: dict[int, CurrentDecisions]
) -> Iterator[tuple[AnswerKey, _Reply]]:
    corrected = [id_ for id_, words in decided.items() if words.kind is Kind.REPLY]
    # Copies of our own letters are as many as the letters: they are left in the database.
    maybe = or_(inbound.c.kind == Kind.REPLY.value, inbound.c.id.in_(corrected))
    query = (
        select(ties.c.ask, ties.c.case, ties.c.mission, inbound.c.id, inbound.c.kind, inbound.c.arrived_at)
        .join(inbound, inbound.c.id == ties.c.inbound)
        .where(maybe, ties.c.removed_at.is_(None), *in_scope(scope))
    )
    for ask, case, mission, id_, kind, at in connection.execute(query):
        words = decided.get(id_, UNDECIDED)
        if (words.kind or kind) == Kind.REPLY:
            yield (ask, case, mission), _Reply(at, id_, words.stance(case))


def in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    """Select the ties in a scope; their round and channel do not count, since an answer answers all of them."""
    wanted = {"ask": scope.ask, "case": scope.case, "mission": scope.mission}
    return [ties.c[name] == value for name, value in wanted.items() if value is not None]


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
    return CurrentDecisions(Kind(kind) if kind else was.kind, stances)
