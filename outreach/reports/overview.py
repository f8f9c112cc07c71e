"""One line a State, and the totals: how many were asked, arrived, answered, raised. Draws nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from outreach.inbox.kinds import Stance
from outreach.outbox.status import Status
from outreach.reports.progress import state_name
from outreach.reports.survey import Found, Survey

UNREAD = "not read yet"  # the stance of an answer that nobody has read


@dataclass(frozen=True, slots=True)
class StateLine:
    """A State's asks, as numbers: each is one case of one ask. `stances` counts what it answered."""

    state: str
    name: str
    asks: int
    asked: int
    arrived: int
    came_back: int
    answered: int
    stances: dict[str, int]
    raised: int


@dataclass(frozen=True, slots=True)
class Totals:
    """All States together: numbers of States, but `letters` (by status) and `stances` (of all answers).

    Only what was asked of a State counts, as in the report: it may answer, or raise a case, that no letter came about.
    `raised` are the States that were asked and then raised the case.
    """

    letters: Counter[Status]
    asked: int
    arrived: int
    came_back: int
    answered: int
    stances: dict[str, int]
    raised: tuple[str, ...]


def state_lines(survey: Survey) -> list[StateLine]:
    """One line a State, by its code."""
    by_state = groupby(survey.found, key=lambda found: found.asking.mission)
    return [_line(survey, state, found) for state, found in by_state if state]


def _line(survey: Survey, state: str, found: Iterable[Found]) -> StateLine:
    asks = asked = arrived = came_back = raised = 0
    stances: Counter[str] = Counter()
    for asking, reach, answer in found:
        asks += 1
        asked += reach.asked
        arrived += reach.arrived
        came_back += reach.came_back
        raised += state in survey.raised(asking.case, asking.ask)
        if answer:
            stances[answer.stance or UNREAD] += 1
    name = state_name(survey.campaign.registry, state)
    return StateLine(state, name, asks, asked, arrived, came_back, stances.total(), in_order(stances), raised)


def in_order(stances: Mapping[str, int]) -> dict[str, int]:
    """The stances there are, in the order of Stance; the unread last."""
    return {stance: stances[stance] for stance in (*Stance, UNREAD) if stance in stances}


def totals(survey: Survey, lines: Sequence[StateLine]) -> Totals:
    """What the lines amount to; they have more than that where a State was not asked."""
    asked = [found for found in survey.found if found.reach.asked and found.asking.mission]
    answered = [found for found in asked if found.answer]
    raised = {asking.mission for asking, _, _ in asked if asking.mission in survey.raised(asking.case, asking.ask)}
    return Totals(
        letters=survey.letters,
        asked=sum(line.asked > 0 for line in lines),
        arrived=_states(found for found in asked if found.reach.arrived),
        came_back=_states(found for found in asked if found.reach.came_back),
        answered=_states(answered),
        stances=in_order(Counter(answer.stance or UNREAD for _, _, answer in answered if answer)),
        raised=tuple(line.state for line in lines if line.state in raised),
    )


def _states(found: Iterable[Found]) -> int:
    return len({asking.mission for asking, _, _ in found})
