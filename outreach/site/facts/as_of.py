"""Sees a campaign as it was known on a day: what its files date later is not there yet."""

from dataclasses import replace
from datetime import date

from outreach.campaign import Campaign
from outreach.cases.model import Case, Person
from outreach.registry.documented.model import Documented


def as_known_on(campaign: Campaign, day: date) -> Campaign:
    """Give a campaign whose today is that day, without acts, events and documents that its files date later.

    How somebody is since a later day is unknown: the file no longer says how the person was before. What has no date
    stays. Texts stay as they are.
    """
    registry = campaign.registry
    acts = tuple(act for act in registry.acts if not is_after(registry.when(act), day))
    cases = {slug: _case(case, day) for slug, case in campaign.cases.items()}
    documented = tuple(_documented(each, day) for each in campaign.documented if not is_after(each.year, day))
    return replace(campaign, day=day, registry=replace(registry, acts=acts), cases=cases, documented=documented)


def is_after(when: str, day: date) -> bool:
    """Say whether a date as precise as known is later than a day: 2022 and 2022-10 are not after 2022-10-20."""
    return when[: len("2022-10-20")] > day.isoformat()[: len(when)]


def _documented(each: Documented, day: date) -> Documented:
    return replace(each, history=tuple(standing for standing in each.history if not is_after(standing.on, day)))


def _case(case: Case, day: date) -> Case:
    return replace(
        case,
        dates=tuple(event for event in case.dates if not is_after(event.date, day)),
        references=tuple(each for each in case.references if not is_after(each.date, day)),
        people=tuple(_person(person, day) for person in case.people),
    )


def _person(person: Person, day: date) -> Person:
    if not is_after(person.since, day):
        return person
    return replace(person, status="unknown", since="", source="")
