"""How far each State has come, over all cases of a report: one word a State. Knows no HTML and no database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from outreach.campaign import Campaign
from outreach.cases.model import Case
from outreach.outbox.models import Scope
from outreach.registry.model import Registry, State
from outreach.reports.progress import Progress


class Stage(StrEnum):
    """How far a request has come; the furthest first."""

    RAISED = "raised"
    ANSWERED = "answered"
    ARRIVED = "arrived"
    ASKED = "asked"
    NOT_ASKED = "not-asked"
    CONCERNED = "concerned"  # it carries out the reprisal, and is never asked


ORDER = tuple(Stage)
# Outside the team nobody need know which mail servers report an arrival, and so which addresses work.
SAID_IN_PUBLIC = {Stage.ARRIVED: Stage.ASKED}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about: rows of progress, the cases in its columns, and whom it is for.

    `uninvited` are (State, case): it raised that case without a letter of ours about it. `hidden` are the slugs of
    cases left out because a public page may not tell of them.
    """

    rows: tuple[Progress, ...]
    cases: tuple[Case, ...]
    registry: Registry
    uninvited: frozenset[tuple[str, str]]
    public: bool
    hidden: tuple[str, ...] = ()

    def stage(self, row: Progress) -> Stage:
        """Say how far one request has come."""
        reached = _reached(row)
        return SAID_IN_PUBLIC.get(reached, reached) if self.public else reached

    def stages(self) -> dict[str, Stage]:
        """Give alpha-3 → the furthest stage of any request to that State; every State is there."""
        concerned = {case.state_concerned for case in self.cases}
        found = {code: Stage.CONCERNED if code in concerned else Stage.NOT_ASKED for code in self.registry.states}
        found |= dict.fromkeys((state for state, _ in self.uninvited), Stage.RAISED)
        for row in self.rows:
            if (stage := self.stage(row)) is not Stage.NOT_ASKED:
                found[row.state] = further(stage, found.get(row.state, stage))
        return found


def _reached(row: Progress) -> Stage:
    if row.raised:
        return Stage.RAISED
    if row.answered_at:
        return Stage.ANSWERED
    if row.arrived:
        return Stage.ARRIVED
    return Stage.ASKED if row.taken_at else Stage.NOT_ASKED


def further(one: Stage, other: Stage) -> Stage:
    return min(one, other, key=ORDER.index)


def make_subject(campaign: Campaign, rows: Sequence[Progress], scope: Scope, *, public: bool) -> Subject:
    """Make the subject of a report of these rows; without rows it is about every case and ask in scope.

    In public there is no row for what has not left: a letter that was refused would show whose address is wrong.
    """
    shown, hidden = _shown(campaign, rows, scope, public=public)
    kept = tuple(row for row in rows if row.case in shown and (row.taken_at or not public))
    cases = tuple(case for slug, case in sorted(campaign.cases.items()) if slug in shown)
    asks = [scope.ask] if scope.ask else list(campaign.asks)
    pairs = {(row.case, row.ask) for row in kept} or {(slug, ask) for slug in shown for ask in asks}
    return Subject(kept, cases, campaign.registry, _uninvited(campaign, kept, pairs), public, tuple(sorted(hidden)))


def _uninvited(
    campaign: Campaign, rows: Sequence[Progress], pairs: Iterable[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    """Find the (State, case) of all who raised a case since the ask's date without a letter of that ask about it."""
    asked = {(row.state, row.case, row.ask) for row in rows if row.taken_at}
    raised = {
        (state, case, ask)
        for case, ask in pairs
        if ask in campaign.asks
        for state in campaign.registry.who_raised(case, campaign.asks[ask].date)
    }
    return frozenset((state, case) for state, case, _ in raised - asked)


def _shown(
    campaign: Campaign, rows: Iterable[Progress], scope: Scope, *, public: bool
) -> tuple[Collection[str], Collection[str]]:
    """Give the slugs of the cases that the report may show, and of those that it leaves out."""
    asked = {row.case for row in rows}
    wanted = {scope.case} if scope.case else asked or set(campaign.cases)
    hidden = {slug for slug in wanted if public and not may_be_told(campaign, slug)}
    return wanted - hidden, hidden


def may_be_told(campaign: Campaign, slug: str) -> bool:
    """Say whether a page on the web may tell of this case, by its consent and embargo; no entry means no."""
    case = campaign.cases.get(slug)
    return case is not None and case.consent.web and (case.embargo is None or case.embargo <= campaign.today())


def names(states: Mapping[str, State], codes: Iterable[str]) -> tuple[str, ...]:
    """Give the States' names in alphabetical order; a code that nobody knows stays a code."""
    known = {code: state.name for code, state in states.items()}
    return tuple(sorted(known.get(code, code) for code in codes))
