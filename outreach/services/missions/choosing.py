"""Gives all there is on one mission: its contact, the State's record, and what it was asked and answered."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from outreach.language import is_foreign
from outreach.registry.load import load_registry
from outreach.registry.model import Act, Mission, Registry, State
from outreach.registry.states import find_state, short_name
from outreach.rendering.letters.words import letter_language
from outreach.reports.mission_history import MissionHistory, mission_history
from outreach.settings.load import load_settings


@dataclass(frozen=True, slots=True)
class MissionFile:
    """All there is on one mission; `mission` is None where contacts/missions.csv has no row for the State.

    `written` is the language that a letter to it is in; `foreign_names` are the names of the State in languages of the
    campaign that are Unicode's and not the UN's. `acts` are in the order of the record. `histories` has one for each
    outbox that exists, the real one first; its moments are to be shown in `zone`.
    """

    registry: Registry
    state: State
    mission: Mission | None
    written: str
    foreign_names: dict[str, str]
    acts: tuple[Act, ...]
    histories: tuple[MissionHistory, ...]
    zone: ZoneInfo


def look_up_mission(folder: Path, name: str) -> MissionFile:
    """Look a mission up by its State: alpha-3, alpha-2 or name. UsageError for a State that is not known."""
    settings = load_settings(folder)
    registry = load_registry(folder, settings.groups, languages=settings.campaign.languages)
    state = find_state(registry.states, name)
    mission = registry.missions.get(state.code)
    return MissionFile(
        registry,
        state,
        mission,
        letter_language(mission, settings) if mission else settings.campaign.languages[0],
        {code: short_name(state, code) for code in settings.campaign.languages if is_foreign(code)},
        tuple(act for act in registry.acts if act.state == state.code),
        tuple(mission_history(folder, settings, state.code)),
        settings.timezone,
    )
