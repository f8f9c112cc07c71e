"""Says what a person can do about messages that wait and may not leave: in groups, each with a step that does help.

Pure: what holds them the gate has said. Words nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from outreach.campaign import Campaign
from outreach.next_step import Action, NextStep
from outreach.outbox.gate.gate import Held
from outreach.outbox.gate.objections import Reason, facts_unchecked
from outreach.outbox.kind import MessageKind
from outreach.outbox.status import WAITING

MOST_IDS = 10  # that a command names; of more the person looks at the list first


class Remedy(StrEnum):
    """What lets held messages go, or takes them out."""

    READ_MAIL = "read_mail"
    MEND_ROW = "mend_row"  # of contacts/
    CONFIRM_FACTS = "confirm_facts"
    RESUME_CASE = "resume_case"
    MEND_FILES = "mend_files"  # of the case, or the names that may not be said
    REWRITE = "rewrite"  # what they say may not be said any more
    WAIT = "wait"  # the embargo ends by itself
    GO_THOUGH_LATE = "go_though_late"
    MEND_ADDRESS = "mend_address"  # or lift what closed it
    APPROVE = "approve"  # a digest that nobody else has read yet
    PREPARE_ANEW = "prepare_anew"  # a digest that may not say any more what it says
    WITHDRAW = "withdraw"


BY_REASON: Mapping[Reason, Remedy] = {
    Reason.UNREAD: Remedy.READ_MAIL,
    Reason.BROKEN_ROW: Remedy.MEND_ROW,
    Reason.CLOSED_ROW: Remedy.MEND_ROW,
    Reason.UNCHECKED: Remedy.CONFIRM_FACTS,
    Reason.STOPPED: Remedy.RESUME_CASE,
    Reason.UNFINISHED: Remedy.MEND_FILES,
    Reason.NAMES_UNKNOWN: Remedy.MEND_FILES,
    Reason.NO_CONSENT_OF_PERSON: Remedy.REWRITE,
    Reason.NO_LONGER_NAMED: Remedy.REWRITE,
    Reason.OTHER_CASE: Remedy.REWRITE,
    Reason.WITHHELD: Remedy.REWRITE,
    Reason.OTHER_DAY: Remedy.REWRITE,
    Reason.EMBARGO: Remedy.WAIT,
    Reason.PAST_DATE: Remedy.GO_THOUGH_LATE,
    Reason.SUPPRESSED: Remedy.MEND_ADDRESS,
    Reason.NOT_APPROVED: Remedy.APPROVE,
    Reason.QUOTE_CHANGED: Remedy.PREPARE_ANEW,
}  # of any other reason nothing but a new letter helps, or nothing at all


@dataclass(frozen=True, slots=True)
class Remedied:
    """Held messages that one thing helps; `then` is the other thing that a person may want, None where there is none.

    `case` is the case that it is about, where that matters.
    """

    remedy: Remedy
    held: tuple[Held, ...]
    next_step: NextStep
    then: NextStep | None = None
    case: str = ""

    @property
    def reasons(self) -> tuple[tuple[Reason, int], ...]:
        """Count what is in the way, the most frequent first."""
        return tuple(Counter(item.reason for item in self.held).most_common())

    @property
    def details(self) -> list[str]:
        """Say what exactly is in the way, each once."""
        return list(dict.fromkeys(item.detail for item in self.held if item.detail))


def remedies(campaign: Campaign, held: Iterable[Held]) -> list[Remedied]:
    """Group what is held by what helps, in the order of Remedy; by case where each has a command of its own."""
    unchecked = _by_detail(campaign)
    groups = defaultdict[tuple[Remedy, str], list[Held]](list)
    for item in held:
        remedy = BY_REASON.get(item.reason, Remedy.WITHDRAW)
        if remedy is Remedy.REWRITE and item.entry.key.kind is MessageKind.DIGEST:
            remedy = Remedy.PREPARE_ANEW
        case = {
            Remedy.CONFIRM_FACTS: unchecked.get(item.detail, ""),
            Remedy.RESUME_CASE: _stopped(campaign, item),
        }.get(remedy, "")
        groups[remedy, case].append(item)
    order = list(Remedy)
    in_order = sorted(groups.items(), key=lambda group: (order.index(group[0][0]), group[0][1]))
    return [Remedied(remedy, tuple(items), *_steps(remedy, items, case), case) for (remedy, case), items in in_order]


def _by_detail(campaign: Campaign) -> dict[str, str]:
    """Give what is said of unchecked facts → whose they are: a letter may also wait for a case that it mentions."""
    today = campaign.today()
    return {
        detail: case.slug for case in campaign.cases.values() for _, detail in facts_unchecked(campaign, case, today)
    }


def _stopped(campaign: Campaign, held: Held) -> str:
    cases = (campaign.cases.get(slug) for slug in held.entry.key.cases)
    return next((case.slug for case in cases if case and case.stopped), held.entry.key.case)


def _steps(remedy: Remedy, held: list[Held], case: str) -> tuple[NextStep, NextStep | None]:
    ids = tuple(item.entry.id for item in held)
    named = ids if len(ids) <= MOST_IDS else ()
    withdraw = NextStep(Action.WITHDRAW, ids=named)
    waiting = tuple(sorted((status.value for status in WAITING), reverse=True))
    listed = NextStep(Action.LIST_MESSAGES, statuses=waiting)
    steps: dict[Remedy, tuple[NextStep, NextStep | None]] = {
        Remedy.READ_MAIL: (NextStep(Action.LIST_REPLIES), NextStep(Action.MARK_REPLY)),
        Remedy.MEND_ROW: (NextStep(Action.CHECK_MISSIONS), None),
        Remedy.CONFIRM_FACTS: (NextStep(Action.CONFIRM_FACTS, case=case), withdraw),
        Remedy.RESUME_CASE: (NextStep(Action.WITHDRAW_CASE, case=case), NextStep(Action.RESUME_CASE, case=case)),
        Remedy.MEND_FILES: (NextStep(Action.CHECK_CASES), None),
        Remedy.REWRITE: (NextStep(Action.REWRITE, ids=named), withdraw),
        Remedy.WAIT: (listed, NextStep(Action.RUN_QUEUE)),
        Remedy.GO_THOUGH_LATE: (withdraw, NextStep(Action.RUN_QUEUE, after_deadline=True)),
        Remedy.MEND_ADDRESS: (withdraw, NextStep(Action.REWRITE, ids=named)),
        Remedy.APPROVE: (NextStep(Action.LIST_DIGESTS), NextStep(Action.APPROVE_DIGEST)),
        Remedy.PREPARE_ANEW: (withdraw, NextStep(Action.PREPARE_DIGEST)),
        Remedy.WITHDRAW: (listed, withdraw),
    }
    return steps[remedy]
