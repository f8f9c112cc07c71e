"""Reads the texts that a campaign's people write, each with its place: cases, translations, templates, settings."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path

from outreach.campaign import NOTES, POST_TEMPLATES, TEMPLATES, Campaign
from outreach.cases.files.frontmatter import COMMENT
from outreach.cases.load import case_path
from outreach.cases.model import FOLDER, Case
from outreach.errors import DataError
from outreach.rendering.templates.environment import text_of
from outreach.settings.sections import FILE
from outreach.settings.settings import Settings

FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)
REMARK = re.compile(r"^[ \t]*#.*$", re.MULTILINE)  # of YAML


class Sort(StrEnum):
    """What a text is: only some are templates, and only some are Markdown."""

    FACTS = "facts"  # the front matter of a case
    STORY = "story"
    LETTER = "letter"
    POST = "post"
    ASK = "ask"
    THEME = "theme"


@dataclass(frozen=True, slots=True)
class Text:
    """A text: its file for people, and its words in the rows where they stand there; `column` is a key of settings."""

    file: str
    language: str
    words: str
    sort: Sort
    column: str | None = None
    first_row: int = 1

    @property
    def template(self) -> bool:
        """Whether it is a template, of letters or posts."""
        return self.sort in (Sort.LETTER, Sort.POST)

    def row(self, at: int) -> int:
        """Give the row of the file in which the character at that place stands."""
        return self.first_row + self.words.count("\n", 0, at)


def texts_of_case(folder: Path, case: Case, languages: Sequence[str], *, facts: bool = False) -> Iterator[Text]:
    """Give the story of a case in each language, with `facts` what stands above it, and the templates of its own.

    What cannot be read is left to whoever writes it.
    """
    files = [(case_path(folder, case.slug), f"{FOLDER}/{case.slug}.md", case.language)]
    files += [(folder / telling.file, telling.file, language) for language, telling in case.translations.items()]
    for path, file, language in files:
        words = "".join(_words(path, file))
        if facts and (front := FRONT_MATTER.match(words)):
            yield Text(file, language, REMARK.sub("", front[0]), Sort.FACTS)
        yield Text(file, language, _blank(COMMENT, _blank(FRONT_MATTER, words)), Sort.STORY)
    for language, (shown, ending) in product(languages, ((TEMPLATES, "md"), (POST_TEMPLATES, "txt"))):
        yield from _templates((folder / shown).glob(f"{case.slug}.*{language}.{ending}"), shown, language)


def shared_texts(campaign: Campaign) -> Iterator[Text]:
    """Give the templates that all cases share, and what asks and the theme say, in the languages of the campaign."""
    languages = campaign.settings.campaign.languages
    for language, (shown, ending) in product(languages, ((TEMPLATES, "md"), (POST_TEMPLATES, "txt"))):
        paths = (campaign.folder / shown).glob(f"*.{language}.{ending}")
        shared = [path for path in paths if path.name.split(".")[0] not in campaign.cases]
        yield from _templates(shared, shown, language)
    for language in languages:
        yield from _templates(campaign.notes.glob(f"*.{language}.md"), NOTES, language)
    yield from texts_of_settings(campaign.folder, campaign.settings)


def texts_of_settings(folder: Path, settings: Settings) -> Iterator[Text]:
    """Give what asks and the theme say, in the languages of the campaign, with their rows in outreach.toml."""
    whole = "".join(_words(folder / FILE, FILE))
    for ask in settings.ask:
        for language, words in ask.text.items():
            yield _of_settings(whole, f"ask.{ask.id}.text.{language}", language, words, Sort.ASK)
    for key, texts in settings.theme.texts().items():
        for language, words in texts.items():
            yield _of_settings(whole, f"theme.{key}.{language}", language, words, Sort.THEME)


def _of_settings(whole: str, column: str, language: str, words: str, sort: Sort) -> Text:
    """Find a text of the settings in their file by its words; one that is written with escapes has the first row."""
    at = whole.find(words.strip()) if words.strip() else -1
    return Text(FILE, language, words.strip(), sort, column, whole.count("\n", 0, at) + 1 if at >= 0 else 1)


def _templates(paths: Iterable[Path], shown: Path, language: str) -> Iterator[Text]:
    sort = Sort.POST if shown == POST_TEMPLATES else Sort.LETTER
    for path in sorted(paths):
        file = f"{shown.as_posix()}/{path.name}"
        for words in _words(path, file):
            yield Text(file, language, words, sort)


def _words(path: Path, file: str) -> Iterator[str]:
    try:
        yield text_of(path, file)
    except DataError:
        return


def _blank(pattern: re.Pattern[str], words: str) -> str:
    """Take out what a pattern finds, and leave each row where it was."""
    return pattern.sub(lambda found: "\n" * found[0].count("\n"), words)
