"""Gathers the advice about the texts of a campaign, from its files alone; writes no letter and stops nothing.

What a letter must be written for (its length, its code) is advised by whoever writes it: `trial.py`, `send`.
"""

from collections.abc import Callable, Iterator

from outreach.campaign import Campaign
from outreach.cases.advice.advice import Advice
from outreach.cases.model import Case

# Each reads the texts of some cases, and what all cases share.
SOURCES: tuple[Callable[[Campaign, tuple[Case, ...]], Iterator[Advice]], ...] = ()


def give_advice(campaign: Campaign, *cases: Case) -> tuple[Advice, ...]:
    """Give the advice about the texts of some cases and about those that all cases share; without cases, about all."""
    about = cases or tuple(campaign.cases.values())
    return tuple(dict.fromkeys(advice for source in SOURCES for advice in source(campaign, about)))
