"""Shows whom letters leave out and why, in a line for each reason."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from outreach.cli.common.terminal.output import print_table
from outreach.outbox.gate.objections import Reason
from outreach.outbox.letters.plan import ORDER, Exclusion, worded
from outreach.outbox.status import Status
from outreach.text import listed

WITHDRAWN = "withdrawn earlier, for good"  # not "already asked": such a letter asked nobody


def show_exclusions(heading: str, exclusions: Sequence[Exclusion]) -> None:
    rows = []
    order = list(Reason)
    by_reason = sorted(exclusions, key=lambda item: (order.index(item.reason), _was_withdrawn(item)))
    for (reason, withdrawn), items in groupby(by_reason, key=lambda item: (item.reason, _was_withdrawn(item))):
        matching = list(items)
        details = sorted({item.detail for item in matching if item.detail})
        short = 0 < len(details) <= 3 and reason is not Reason.BROKEN_ROW  # those are named below the table
        words = f"{reason.value} ({'; '.join(details)})" if short else reason.value
        states = listed((item.state or "?" for item in matching), separator=" ")
        rows.append((WITHDRAWN if withdrawn else words, len(matching), states))
    print_table((heading, "number", "States"), rows, wrap=(heading, "States"))


def show_without(exclusions: Sequence[Exclusion]) -> None:
    """Say which cases are not in whose letter, and why."""
    found = defaultdict[tuple[str, str], list[str]](list)
    for item in sorted(exclusions, key=lambda item: (item.case, ORDER[item.reason], item.state)):
        of_case = f"cases/{item.case}.md"
        found[item.case, worded(item) if item.detail != of_case else item.reason.value].append(item.state)
    rows = [(case, why, len(states), listed(states, separator=" ")) for (case, why), states in found.items()]
    print_table(("without", "because", "number", "letters to"), rows, wrap=("because", "letters to"))


def _was_withdrawn(item: Exclusion) -> bool:
    """Say whether the letter exists and was withdrawn: then nobody was asked, and nobody will be by it."""
    return item.reason is Reason.ALREADY_ASKED and item.detail == Status.WITHDRAWN.value
