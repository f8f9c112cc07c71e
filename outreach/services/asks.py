"""Lists and checks the asks of a campaign, finds templates that still say another day, and adds a new ask."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from outreach.campaign import POST_TEMPLATES, TEMPLATES, load_campaign
from outreach.cases.advice.advice import Advice
from outreach.cases.asks.ask import ask_problems, asks_from
from outreach.cases.asks.contradictions import other_days, other_sessions
from outreach.cases.asks.sentence import typed_part
from outreach.cases.asks.writing import NewAsk, ask_table, read_ask_table
from outreach.cases.load import case_files
from outreach.cases.model import Ask
from outreach.errors import DataError, Problem, UsageError
from outreach.language import language_name
from outreach.registry.load import load_registry
from outreach.registry.selection import select
from outreach.registry.sheets.saving import one_at_a_time, save
from outreach.rendering.templates.environment import text_of
from outreach.services.checks.advice import advice_on_asks
from outreach.settings.campaign import AskSettings, Language
from outreach.settings.load import load_settings
from outreach.settings.sections import FILE
from outreach.settings.settings import Settings
from outreach.text import shortened

# A sentence of a template is about the ask where it asks for something, and names an occasion.
ASKING = re.compile(
    r"\b(?:(?:ask|asks|invite|call on|urge|request|appeal|please|raise)|"
    r"(?:demandons|demandez|prions|invitons|appelons|évoquer|soulever)|"
    r"(?:pedimos|rogamos|invitamos|instamos|solicitamos|plante(?:e|en|ar)))\b",
    re.IGNORECASE,
)
OCCASION = re.compile(
    r"dialog|session|sesi[oó]n|per[ií]odo|council|conseil|consejo|assembl|asamblea|committee|commission|comisión|debat|"
    r"\b(?:HRC|CDH|UNGA|AGNU)|\{\{\s*ask\.",
    re.IGNORECASE,
)
SINCE = re.compile(r"\b(?:since|depuis|desde|from|as|comme|como)\s+(?:le\s+|el\s+|on\s+)?$", re.IGNORECASE)
SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z])|\n{2,}")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CheckedAsks:
    """How many asks there are, what is wrong with them, and what a person should look at, also in their words."""

    asks: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class AsksThere:
    """What a new ask goes by: the campaign's languages, the asks that are there already, and the day it is there."""

    languages: tuple[Language, ...]
    asks: tuple[AskSettings, ...]
    today: date


def list_asks(folder: Path) -> list[Ask]:
    """Give the asks in the order of outreach.toml; SettingsError with all that is wrong with them."""
    return list(asks_from(load_settings(folder)).values())


def check_asks(folder: Path) -> CheckedAsks:
    """Check the asks and, where nothing is wrong with them, the templates that speak of them."""
    settings = load_settings(folder)
    problems = ask_problems(settings)
    if problems:
        return CheckedAsks(len(settings.ask), tuple(problems))
    try:
        load_campaign(folder)
    except DataError as error:  # of other files their own checks tell
        problems = [problem for problem in error.problems if problem.file == FILE]
    asks = list(asks_from(settings).values())
    warnings = (*_unnamed(settings, asks), *old_days(folder, asks))
    return CheckedAsks(len(asks), tuple(problems), warnings, advice_on_asks(folder, settings))


def old_days(folder: Path, asks: list[Ask]) -> Iterator[Problem]:
    """Give the sentences of templates that ask for a day or session which is no ask's of the campaign.

    What happened may be told with its day: only a sentence that asks for something on an occasion is looked at.
    """
    for part, ending in ((TEMPLATES, "md"), (POST_TEMPLATES, "txt")):
        for path in sorted((folder / part).glob(f"*.{ending}")):
            file = f"{part.as_posix()}/{path.name}"
            try:
                text = text_of(path, file)
            except DataError:
                continue
            yield from _old_days(file, COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text), asks)


def look_at_asks(folder: Path) -> AsksThere:
    """Give what a new ask goes by. SettingsError where the settings do not load."""
    settings = load_settings(folder)
    today = datetime.now(settings.timezone).date()
    return AsksThere(settings.campaign.languages, settings.ask, today)


def require_new(there: AsksThere, ask_id: str) -> None:
    """Raise UsageError for an id that an ask has already, before anybody is asked anything."""
    if ask_id in {ask.id for ask in there.asks}:
        known = ", ".join(ask.id for ask in there.asks)
        raise UsageError(
            f"there is an ask '{shortened(ask_id)}' already (there are: {known}), and nothing was added; name the new "
            "one otherwise, or leave its name out, and one is made of its forum and session"
        )


def add_ask(folder: Path, new: NewAsk) -> Ask:
    """Write a new ask at the end of outreach.toml, and leave every other byte as it is; give it as it is read back.

    Raises UsageError for an id that is there already, or with all that is wrong with the ask: then nothing is written.
    """
    path = folder / FILE
    with one_at_a_time(folder):
        settings = load_settings(folder)
        require_new(AsksThere(settings.campaign.languages, settings.ask, new.first), new.id)
        before = path.read_bytes()
        table = ask_table(new, settings.campaign.languages, settings.ask)
        added = read_ask_table(table)
        both = settings.model_copy(update={"ask": (*settings.ask, added)})
        if problems := ask_problems(both):
            raise UsageError("\n".join(str(problem) for problem in problems))
        _refuse_unknown_words(folder, settings, added)
        after = before.rstrip() + b"\n\n" + table.encode()
        try:
            tomllib.loads(after.decode("utf-8-sig"))
        except tomllib.TOMLDecodeError:
            raise UsageError(f"{FILE}: the asks are not written as [[ask]] tables; add this one by hand") from None
        save(path, before, after)
    return asks_from(both)[added.id]


def _refuse_unknown_words(folder: Path, settings: Settings, ask: AskSettings) -> None:
    """Raise UsageError where an ask is for what is nobody: with it the campaign would not load any more."""
    with suppress(DataError):  # of the registry's own faults other checks tell
        words = (ask.to,) if isinstance(ask.to, str) else ask.to
        select(load_registry(folder, settings.groups), words, (), [path.stem for path in case_files(folder)])


def _unnamed(settings: Settings, asks: list[Ask]) -> Iterator[Problem]:
    for ask in asks:
        missing = [language_name(code) for code in settings.campaign.languages if code not in ask.names.names]
        if missing:
            message = (
                f"no name in {', '.join(missing)}: templates that say where will not be written in it; "
                'write forum = { en = "…", fr = "…", es = "…" }'
            )
            yield Problem(FILE, message, column=f"ask.{ask.id}.forum")


def _old_days(file: str, text: str, asks: list[Ask]) -> Iterator[Problem]:
    begin = 0
    for end in [*(found.end() for found in SENTENCE_ENDS.finditer(text)), len(text)]:
        sentence = text[begin:end]
        if ASKING.search(sentence) and OCCASION.search(sentence):
            typed = typed_part(sentence)
            for words, at in _of_no_ask(typed, asks):
                if not SINCE.search(typed[:at]):
                    row = text.count("\n", 0, begin + sentence.find(words)) + 1
                    own = "{{ ask.when }}, {{ ask.session }}"
                    yield Problem(file, f"asks for '{words}', which no ask is for: write {own}", row)
        begin = end


def _of_no_ask(text: str, asks: list[Ask]) -> list[tuple[str, int]]:
    """List the days and sessions of a text that are no ask's, each with where it begins."""
    days = [{(day.words, day.at) for day in other_days(ask, text)} for ask in asks]
    sessions = [{(found.words, found.at) for found in other_sessions(ask, text)} for ask in asks]
    found = {*(set.intersection(*days) if days else ()), *(set.intersection(*sessions) if sessions else ())}
    return sorted(found, key=lambda each: each[1])
