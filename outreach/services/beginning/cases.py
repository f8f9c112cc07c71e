"""Makes a new case: its file, by what somebody says of it, checked before it is there."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from outreach.cases.files.writing import NewCase, case_text
from outreach.cases.load import MAX_SLUG, SLUG, case_files, load_case
from outreach.cases.model import FOLDER, Case
from outreach.disk import flush_folder, write_whole
from outreach.errors import DataError, UsageError
from outreach.grammar import ARTICLES
from outreach.registry.load import load_registry
from outreach.registry.model import State
from outreach.registry.record import slips_in_cases
from outreach.registry.sheets.saving import one_at_a_time
from outreach.registry.state_names.finding import name_in
from outreach.registry.states import find_state, load_states
from outreach.settings.campaign import Language
from outreach.settings.load import load_settings
from outreach.text import shortened

# Names that take an article in English, by how they begin.
WITH_ARTICLE = (
    *("United ", "Russian ", "Democratic ", "Central African", "Dominican Republic", "Marshall ", "Solomon "),
    *("Bahamas", "Comoros", "Congo", "Gambia", "Maldives", "Netherlands", "Philippines", "Republic of ", "State of "),
    *("Syrian ", "Lao ", "Holy "),
)


@dataclass(frozen=True, slots=True)
class CaseBeginning:
    """What a new case goes by: a slug that is free, the campaign's languages, and the day it is there."""

    slug: str
    languages: tuple[Language, ...]
    today: date


def begin_case(folder: Path, slug: str) -> CaseBeginning:
    """Say what a new case goes by. UsageError for a slug that cannot be, or that is taken."""
    settings = load_settings(folder)
    if not SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
        raise UsageError(
            f"{shortened(slug)!a} is no name of a case: write a-z, 0-9 and -, at most {MAX_SLUG}, such as archive"
        )
    if (folder / FOLDER / f"{slug}.md").exists():
        raise UsageError(
            f"{FOLDER}/{slug}.md is there already, and nothing is ever overwritten: name the new case otherwise"
        )
    with suppress(DataError):  # of the registry's own faults other checks tell
        registry = load_registry(folder, settings.groups)
        slugs = {path.stem for path in case_files(folder)}
        if slips := slips_in_cases(registry, {slug} - slugs):
            raise UsageError(f"{slips[0]} One of the two is a slip: name the case as the record does")
    return CaseBeginning(slug, settings.campaign.languages, datetime.now(settings.timezone).date())


def read_state(text: str) -> State:
    """Read a State by alpha-3, alpha-2 or name; UsageError with the nearest names otherwise."""
    return find_state(load_states(), text)


def usual_place(state: State, language: str) -> str:
    """Give "in Belarus", as far as the language's grammar lets it be made from a name: in English; else ""."""
    if language != "en":
        return ""
    name = name_in(load_states(), state.code, language)
    return f"in {'the ' if name.startswith(WITH_ARTICLE) else ''}{name}"


def usual_mention(title: str, state: State, language: str) -> str:
    """Give the title with the State concerned behind it: words that need no grammar, but that an article is small."""
    article = next((each for each in ARTICLES.get(language, ()) if title.lower().startswith(each)), "")
    return f"{article}{title[len(article) :]} ({name_in(load_states(), state.code, language)})"


def add_case(folder: Path, new: NewCase, languages: Sequence[Language]) -> Case:
    """Write the file of a new case; DataError with all that would be wrong with it, and then nothing is written."""
    text = case_text(new).encode("utf-8")
    with TemporaryDirectory() as trial:
        (Path(trial) / FOLDER).mkdir()
        (Path(trial) / FOLDER / f"{new.slug}.md").write_bytes(text)
        case = load_case(Path(trial), new.slug, load_states(), languages)
    path = folder / FOLDER / f"{new.slug}.md"
    try:
        path.parent.mkdir(exist_ok=True)
        with one_at_a_time(path.parent):
            if path.exists():
                raise UsageError(f"{FOLDER}/{new.slug}.md appeared meanwhile; nothing was written")
            write_whole(path, text, 0o644)
            flush_folder(path.parent)
    except OSError as error:
        raise UsageError(f"{FOLDER}/{new.slug}.md cannot be written: {error.strerror}") from None
    return case
