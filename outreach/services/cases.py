"""Gives the cases as their files have them, each with the State concerned; knows no outbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from outreach.cases.load import find_case, load_cases
from outreach.cases.model import Case
from outreach.registry.model import State
from outreach.registry.states import load_states
from outreach.settings.load import load_settings


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case, and the State that carries out the reprisal."""

    case: Case
    concerned: State


def list_cases(folder: Path) -> list[FoundCase]:
    """Give every case of the campaign in `folder`; raises DataError with all that is wrong with their files."""
    states = load_states()
    return [FoundCase(case, states[case.state_concerned]) for case in _load(folder, states).values()]


def look_up_case(folder: Path, slug: str) -> FoundCase:
    """Give one case by its file's name, such as viasna; UsageError where there is no such case."""
    states = load_states()
    case = find_case(_load(folder, states), slug)
    return FoundCase(case, states[case.state_concerned])


def _load(folder: Path, states: Mapping[str, State]) -> dict[str, Case]:
    return load_cases(folder, states, load_settings(folder).campaign.languages)
