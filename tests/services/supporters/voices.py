"""A campaign with voices for tests of digests: a rehearsal, its store, and people who wrote."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from outreach.campaign import load_campaign
from outreach.db.engine import writing
from outreach.outbox.store import open_outbox
from outreach.services.workspace import Workspace
from outreach.supporters.doors import change_voice
from outreach.supporters.people import find_or_add, seal_words
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.store import Store, open_store
from outreach.supporters.tables import voice_cases, voices
from tests.supporters.stores import KEY, NOW

ANA, BO = "Ana Example", "Bo Example"
CASES = ("beacon", "specimen")


def set_up(folder: Path, team: str = ANA, *, rehearsal: bool = True) -> Workspace:
    """Open a campaign whose settings have a key and a name, with its store of supporters."""
    (folder / ".env").write_text(f"OUTREACH_WEB__KEY={KEY}\n")
    campaign = load_campaign(folder)
    workspace = Workspace(campaign, open_outbox(folder, campaign.settings, rehearsal=rehearsal))
    open_store(folder, campaign.settings, rehearsal=rehearsal)
    return at_work(workspace, team)


def at_work(workspace: Workspace, team: str) -> Workspace:
    """Let somebody else be at work."""
    settings = workspace.campaign.settings
    settings = settings.model_copy(update={"team": settings.team.model_copy(update={"name": team})})
    return replace(workspace, campaign=replace(workspace.campaign, settings=settings))


def store(workspace: Workspace) -> Store:
    found = workspace.supporters()
    assert found
    return found


def speak(
    workspace: Workspace,
    number: int,
    *,
    words: str = "",
    cases: Iterable[str] = CASES,
    missions: str = "all",
    country: str = "",
    begin: int = 0,
    status: VoiceStatus | None = None,
) -> list[int]:
    """Let so many people write and confirm; those with words were read. Gives the numbers of their voices."""
    here, made = store(workspace), list[int]()
    with writing(here.engine) as connection:
        for person in range(begin, begin + number):
            someone = find_or_add(here, connection, f"p{person}@example.org", "en", NOW, NOW + timedelta(days=37))
            row = {
                "supporter": someone, "ask": "hrc51", "missions": missions,
                "sealed": seal_words(here, someone, words), "has_words": bool(words), "may_quote": bool(words),
                "country": country, "language": "en", "status": "written", "agreed_to": "1", "agreed_on": NOW,
            }  # fmt: skip
            voice = connection.execute(insert(voices).values(row).returning(voices.c.id)).scalar_one()
            connection.execute(insert(voice_cases), [{"voice": voice, "case": case} for case in cases])
            change_voice(connection, voice, VoiceStatus.CONFIRMED, NOW, "test")
            to = status or (VoiceStatus.LET_THROUGH if words else VoiceStatus.COUNTED)
            change_voice(connection, voice, to, NOW, "test")
            made.append(voice)
    return made
