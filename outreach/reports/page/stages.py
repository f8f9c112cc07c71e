"""How far each State has come, over all cases of a report: one word a State. Knows no HTML and no database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from outreach.campaign import Campaign
from outreach.cases.model import Case
from outreach.outbox.models import Scope
from outreach.registry.model import Act, Registry, State
from outreach.registry.outcomes import Coverage, Raising, raisings
from outreach.registry.states import in_order
from outreach.reports.progress import AskOutcomes, Progress


class Stage(StrEnum):
    """How far a request has come; the furthest first."""

    RAISED = "raised"
    ANSWERED = "answered"
    ARRIVED = "arrived"
    ASKED = "asked"
    NOT_ASKED = "not-asked"
    CONCERNED = "concerned"  # the case is raised against it, and it is never asked


ORDER = tuple(Stage)
# Outside the team nobody need know which mail servers report an arrival, and so which addresses work.
SAID_IN_PUBLIC = {Stage.ARRIVED: Stage.ASKED}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about: rows of progress, the cases in its columns, and whom it is for.

    `uninvited` has (State, case) → where the State raised that case without a letter of ours about it. `coverage` says
    how many of those who raised cases are known. `answers`: the page may say who answered. `hidden` are the slugs of
    cases left out because a public page may not tell of them. `paused` are cases that somebody stopped: of these a
    public page says that, and nothing else.
    """

    rows: tuple[Progress, ...]
    cases: tuple[Case, ...]
    registry: Registry
    uninvited: Mapping[tuple[str, str], tuple[Raising, ...]]
    coverage: tuple[Coverage, ...]
    public: bool
    answers: bool
    hidden: tuple[str, ...] = ()
    paused: tuple[Case, ...] = ()

    def stage(self, row: Progress) -> Stage:
        """Say how far one request has come."""
        reached = _reached(row)
        if reached is Stage.ANSWERED and not self.answers:
            return Stage.ASKED
        return SAID_IN_PUBLIC.get(reached, reached) if self.public else reached

    def raisings(self, row: Progress) -> tuple[Raising, ...]:
        """Say where the State raised the case since it was asked."""
        return raisings(self.registry, row.acts)

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

    In public there is a row only for whom something shows to have been reached: of the others nobody can say that they
    were asked. An answer whose sender our own mail server could not verify is none there: somebody else may have
    written it. It counts as mail that is still to be read, so that nobody says either that there is no answer.
    """
    shown, hidden = _shown(campaign, rows, scope, public=public)
    kept = tuple(row for row in rows if row.case in shown and (row.reached or not public))
    if public:
        kept = tuple(_without_doubtful_answer(row) for row in kept)
    cases = tuple(case for slug, case in sorted(campaign.cases.items()) if slug in shown)
    stopped = {slug for slug in (*shown, *hidden) if slug in campaign.cases and campaign.cases[slug].stopped}
    paused = {slug for slug in stopped if not public or may_be_told(campaign, slug)}
    asks = [scope.ask] if scope.ask else list(campaign.asks)
    pairs = {(row.case, row.ask) for row in kept} or {(slug, ask) for slug in shown for ask in asks}
    outcomes = AskOutcomes(campaign)
    return Subject(
        rows=kept,
        cases=cases,
        registry=campaign.registry,
        uninvited=_uninvited(campaign, outcomes, kept, pairs),
        coverage=outcomes.coverage([*((row.ask, row.taken_at) for row in kept), *((ask, None) for _, ask in pairs)]),
        public=public,
        answers=not public or campaign.settings.report.publish_answers,
        hidden=tuple(sorted(hidden - paused)),
        paused=tuple(campaign.cases[slug] for slug in sorted(paused)),
    )


def _without_doubtful_answer(row: Progress) -> Progress:
    if not row.answer_in_doubt:
        return row
    return replace(row, answered_at=None, stance=None, inbound=None, to_read=row.to_read + 1)


def _uninvited(
    campaign: Campaign, outcomes: AskOutcomes, rows: Sequence[Progress], pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[Raising, ...]]:
    """Find who raised a case since the ask's first day without a letter of that ask about it, and where."""
    asked = {(row.state, row.case, row.ask) for row in rows if row.taken_at}
    raised = {(state, case, ask) for case, ask in pairs for state in outcomes.states(case, ask)} - asked
    acts: dict[tuple[str, str], list[Act]] = defaultdict(list)
    for state, case, ask in sorted(raised):
        acts[state, case] += outcomes.acts(state, case, ask)
    return {key: raisings(campaign.registry, dict.fromkeys(found)) for key, found in acts.items()}


def _shown(campaign: Campaign, rows: Iterable[Progress], scope: Scope, *, public: bool) -> tuple[set[str], set[str]]:
    """Give the slugs of the cases that the report may show, and of those that it leaves out."""
    asked = {row.case for row in rows}
    wanted = {scope.case} if scope.case else asked or set(campaign.cases)
    hidden = {slug for slug in wanted if public and not _is_shown(campaign, slug)}
    return wanted - hidden, hidden


def _is_shown(campaign: Campaign, slug: str) -> bool:
    """Say whether a page on the web shows this case: it may be told of, and is not stopped."""
    return may_be_told(campaign, slug) and campaign.cases[slug].stopped is None


def may_be_told(campaign: Campaign, slug: str) -> bool:
    """Say whether a page on the web may tell of this case, by its consent and embargo; no entry means no.

    Where its withheld names are not here, nobody can know what not to say.
    """
    case = campaign.cases.get(slug)
    if case is None or not case.consent.web or case.names_unknown:
        return False
    return case.embargo is None or case.embargo <= campaign.today()


def names(states: Mapping[str, State], codes: Iterable[str]) -> tuple[str, ...]:
    """Give the States' names in alphabetical order; a code that nobody knows stays a code."""
    known = {code: state.name for code, state in states.items()}
    return tuple(sorted((known.get(code, code) for code in codes), key=in_order))
