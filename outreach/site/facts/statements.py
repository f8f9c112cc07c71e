"""Counts the States behind joint statements over the years, with sources and where these disagree."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from outreach.registry.model import Instrument
from outreach.registry.outcomes import states_counted
from outreach.site.facts.as_of import is_after
from outreach.site.facts.site import Site

KIND = "joint statement"


@dataclass(frozen=True, slots=True)
class Statement:
    """A joint statement: its year, and how many States stood behind it by the first of its sources."""

    year: str
    count: int
    instrument: Instrument


@dataclass(frozen=True, slots=True)
class Series:
    """Joint statements about one topic (by language), the oldest first. `members` is how many UN Members there are."""

    topic: Mapping[str, str]
    statements: tuple[Statement, ...]
    members: int


def statement_series(site: Site) -> tuple[Series, ...]:
    """Give the joint statements up to the day whose States were counted, by what they are about; the longest first."""
    found: dict[tuple[tuple[str, str], ...], list[Statement]] = defaultdict(list)
    for instrument in site.campaign.registry.instruments.values():
        count = states_counted(instrument)
        if instrument.kind == KIND and count and instrument.date and not is_after(instrument.date, site.day):
            topic = tuple(sorted(instrument.topic.items()))
            found[topic].append(Statement(instrument.date[:4], count, instrument))
    members = sum(not state.observer for state in site.campaign.registry.states.values())
    series = [
        Series(dict(topic), tuple(sorted(statements, key=lambda each: each.instrument.date)), members)
        for topic, statements in found.items()
    ]
    return tuple(sorted(series, key=lambda each: -len(each.statements)))
