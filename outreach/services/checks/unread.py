"""Finds what people wrote and nothing reads, since the name of a file or a heading is not as the program knows it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from outreach.campaign import Campaign
from outreach.cases.advice.advice import Advice
from outreach.cases.files.translations import BRIEF, SUGGESTED
from outreach.cases.model import Case, Round, Telling
from outreach.language import CODE
from outreach.rendering.letters.names import DIGEST, SEVERAL
from outreach.rendering.letters.sections import KNOWN
from outreach.rendering.templates.environment import display
from outreach.text import either, nearest

WRITTEN = (".md", ".txt", ".markdown", ".docx", ".doc", ".odt", ".rtf", ".pages")  # files that people write texts in
LETTER = re.compile(rf"(?P<stem>[^.]+(?:\.[a-z]+)?)\.(?P<language>{CODE.pattern})\.md")
LOWER_HEADING = re.compile(r"^(?:#|###+)[ \t]+(?P<name>[^\n#]+?)[ \t#]*$", re.MULTILINE)


def unread_files(campaign: Campaign) -> Iterator[Advice]:
    """Name the files beside cases and letters that nothing reads, since their names are not right."""
    for folder, ending in ((campaign.folder / "cases", "SLUG.md or SLUG.fr.md"), (campaign.notes, "DNK.en.md")):
        for path in _written_in(folder):
            if path.suffix != ".md":
                yield _unread(folder, path, f"files there are named {ending}")
    stems, languages = _stems(campaign), campaign.settings.campaign.languages
    for path in _written_in(campaign.templates):
        named = LETTER.fullmatch(path.name)
        if named is None:
            yield _unread(campaign.templates, path, "letters are named such as first.en.md")
        elif named["stem"] not in stems:
            near = [f"{each}.{named['language']}.md" for each in nearest(named["stem"], stems)]
            mean = f"did you mean {either(near)}?" if near else ""
            to_do = mean or "name it by a case or a round, or delete it; layouts and pieces begin with _"
            yield _unread(campaign.templates, path, to_do)
        elif (language := named["language"]) not in languages and language.lower() in languages:
            yield _unread(campaign.templates, path, f"write '{language.lower()}' in small letters")


def unread_headings(case: Case) -> Iterator[Advice]:
    """Name the headings of a case that look like one that the program knows, and are none."""
    for language in (case.language, *case.translations):
        if telling := case.told_in(language):
            yield from _headings(telling, foreign=language != "en")


def _headings(telling: Telling, *, foreign: bool) -> Iterator[Advice]:
    missing = [each for each in (SUGGESTED, BRIEF) if each not in telling.rows]
    for heading, row in telling.rows.items():
        if heading in KNOWN:
            continue
        if near := nearest(heading, missing):
            yield Advice(f"nothing reads '## {heading}'", f"did you mean '## {near[0]}'?", telling.file, row)
        elif foreign:
            to_do = f"headings stay in English in every language: {', '.join(KNOWN)}"
            yield Advice(f"nothing reads '## {heading}'", to_do, telling.file, row)
    for heading, text in telling.story.items():
        for found in LOWER_HEADING.finditer(text):
            name = found["name"].strip()
            if known := next((each for each in KNOWN if each.casefold() == name.casefold()), ""):
                row = telling.begins.get(heading, 1) + text.count("\n", 0, found.start())
                yield Advice(f"'{found[0]}' is a part of '## {heading}'", f"write '## {known}'", telling.file, row)


def _stems(campaign: Campaign) -> frozenset[str]:
    """Give what the names of files that make letters begin with."""
    rounds = [each for each in get_args(Round) if each != "first"]
    begins = (SEVERAL, *campaign.cases)
    return frozenset([*get_args(Round), DIGEST, *begins, *(f"{each}.{round_}" for each in begins for round_ in rounds)])


def _written_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    files = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in WRITTEN)
    return [path for path in files if path.name[0] not in "._~" and not path.name.lower().startswith("readme")]


def _unread(folder: Path, path: Path, to_do: str) -> Advice:
    file = f"cases/{path.name}" if folder.name == "cases" else display(folder, path.name)
    return Advice("nothing reads this file", to_do, file)
