"""Words of one invented letter, and a folder for templates."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.rendering.templates.context import (
    AskWords,
    CampaignWords,
    CaseWords,
    InstrumentWords,
    LetterContext,
    MissionWords,
    RecordWords,
    SenderWords,
    StateWords,
)


@pytest.fixture
def words() -> LetterContext:
    resolution = InstrumentWords("hrc36-21", "resolution", "Cooperation", "hrc", "36/21", 36, 2017)
    return LetterContext(
        language="en",
        round="first",
        state=StateWords(
            "DEU", "Germany", "the Federal Republic of Germany", "of the Federal Republic of Germany", False
        ),
        mission=MissionWords("Permanent Mission of the Federal Republic of Germany", ""),
        record=RecordWords(co_sponsored=(resolution,)),
        case=CaseWords("archive", "The Archive", "in Utopia", "the Archive (Utopia)", ("A. Person",), ("The Archive",)),
        other_cases=(CaseWords("clinic", "The Clinic", "in Erewhon", "the Clinic (Erewhon)", (), ()),),
        ask=AskWords("hrc51", "dialogue", "29 September 2022", "We ask you to raise this case."),
        sender=SenderWords("The team", "", "Campaign", "team@example.org", "1 Road\nGeneva"),
        campaign=CampaignWords("#Campaign", "#Campaign", "the campaign"),
    )


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates" / "letters"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def template(templates: Path) -> Callable[..., Path]:
    """Writes one template, by default the one that the words' own case uses."""

    def write(text: str | bytes, name: str = "archive.en.md") -> Path:
        (templates / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return templates

    return write
