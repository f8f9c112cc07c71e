"""Words when somebody last checked the facts of a case, or that nobody did lately; decides nothing."""

from collections.abc import Callable

from outreach.campaign import Campaign
from outreach.cases.concerned import wrong_state
from outreach.cases.facts import HISTORICAL
from outreach.cases.model import Case
from outreach.cli.common.next_steps import advice
from outreach.next_step import Action, NextStep
from outreach.text import listed

QUESTION = "Is the person better, the same, worse since we spoke?"
BESIDE_BEFORE = {"better": "better than before", "same": "the same as before", "worse": "worse than before"}


def checked(case: Case) -> str:
    """Say when somebody found the facts true, who, and how the people were."""
    by = f" by {case.checked_by}" if case.checked_by else ""
    how = f"; the people are {BESIDE_BEFORE[case.condition]}" if case.condition else ""
    return f"checked on {case.checked_on}{by}{how}"


def ask_anew(campaign: Campaign, case: Case, tell: Callable[[str], None]) -> None:
    """Ask how the people are, with the last answer and its day; not on the day on which somebody answered.

    Where nobody ever did, and the facts are old too, `warn_of_facts` has asked for both.
    """
    today = campaign.today()
    if case.checked_on == f"{today}" or (case.condition is None and campaign.unchecked_facts(case, today)):
        return
    last = f"{BESIDE_BEFORE[case.condition]}, on {case.checked_on}" if case.condition else "none"
    step = advice(NextStep(Action.CONFIRM_FACTS, case=case.slug), rehearsal=False)
    tell(f"{QUESTION} Last answer: {last}. {step}")


def warn_of_facts(campaign: Campaign, case: Case, tell: Callable[[str], None]) -> None:
    """Tell in lines why nothing about the case would leave: it is unfinished, or its facts are old or contradict it."""
    if case.unfinished:
        tell(f"Nothing leaves: cases/{case.slug}.md is not finished. Write in it: {listed(case.unfinished)}")
    unchecked = campaign.unchecked_facts(case, campaign.today())
    if unchecked and case.historical:
        tell(f"{case.slug} is {HISTORICAL}")
    if unchecked:
        step = advice(NextStep(Action.CONFIRM_FACTS, case=case.slug), rehearsal=False)
        tell(f"In earnest nothing would leave: {unchecked}. {step}")
    for problem in wrong_state(case, campaign.registry.states):
        tell(f"In earnest nothing would leave: {problem}")
