"""Gives all there is on one mission: its contact, the State's record, and what it was asked and answered."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from outreach.registry.load import load_registry
from outreach.registry.model import Act, Mission, Registry, State
from outreach.registry.states import find_state
from outreach.reports.mission_history import MissionHistory, mission_history
from outreach.settings.load import load_settings


@dataclass(frozen=True, slots=True)
class MissionFile:
    """All there is on one mission; `mission` is None where contacts/missions.csv has no row for the State.

    `acts` are in the order of the record. `histories` has one for each outbox that exists, the real one first; its
    moments are to be shown in `zone`.
    """

    registry: Registry
    state: State
    mission: Mission | None
    acts: tuple[Act, ...]
    histories: tuple[MissionHistory, ...]
    zone: ZoneInfo


def look_up_mission(folder: Path, name: str) -> MissionFile:
    """Look a mission up by its State: alpha-3, alpha-2 or name. UsageError for a State that is not known."""
    settings = load_settings(folder)
    registry = load_registry(folder, settings.groups)
    state = find_state(registry.states, name)
    return MissionFile(
        registry,
        state,
        registry.missions.get(state.code),
        tuple(act for act in registry.acts if act.state == state.code),
        tuple(mission_history(folder, settings, state.code)),
        settings.timezone,
    )
