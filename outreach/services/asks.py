"""Lists and checks the asks of a campaign, finds templates that still say another day, and adds a new ask."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from outreach.campaign import POST_TEMPLATES, TEMPLATES, load_campaign
from outreach.cases.asks.ask import ask_problems, asks_from
from outreach.cases.asks.contradictions import other_days, other_sessions
from outreach.cases.asks.sentence import typed_part, words_in
from outreach.cases.asks.typed import days_in, sessions_in
from outreach.cases.fields import LANGUAGE_NAMES
from outreach.cases.model import Ask
from outreach.errors import DataError, Problem, UsageError
from outreach.registry.sheets.saving import one_at_a_time, save
from outreach.rendering.templates.environment import text_of
from outreach.settings.campaign import AskSettings
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
# What an ask says whose sentences nobody has written yet.
SENTENCES = {
    "en": "We ask your delegation to raise this case {{ again }} publicly and by name {at}, {{ when }}.",
    "fr": "Nous prions votre délégation d'évoquer {{ again }} ce cas, publiquement et nommément, {at}, {{ when }}.",
    "es": "Rogamos a su delegación que plantee {{ again }} este caso públicamente y por su nombre, {at}, {{ when }}.",
}
AT_SESSION = {
    "en": "at the {{ session }} session {{ of_forum }}",
    "fr": "à la {{ session }} session {{ of_forum }}",
    "es": "en el {{ session }} período de sesiones {{ of_forum }}",
}
AT_FORUM = "{{ at_forum }}"


@dataclass(frozen=True, slots=True)
class CheckedAsks:
    """How many asks there are, what is wrong with them, and what a person should look at."""

    asks: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class NewAsk:
    """An ask to be added, as somebody types it. `session` 0: it belongs to none; `to` empty: as the last ask's."""

    id: str
    forum: str
    first: date
    last: date | None = None
    session: int = 0
    to: tuple[str, ...] = ()


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
    return CheckedAsks(len(asks), tuple(problems), (*_unnamed(settings, asks), *old_days(folder, asks)))


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


def add_ask(folder: Path, new: NewAsk) -> Ask:
    """Write a new ask at the end of outreach.toml, and leave every other byte as it is; give it as it is read back.

    Its sentences are those of the last ask, where these write their own day and forum; else plain ones.
    Raises UsageError for an id that is there already, or with all that is wrong with the ask: then nothing is written.
    """
    path = folder / FILE
    with one_at_a_time(folder):
        settings = load_settings(folder)
        if new.id in {ask.id for ask in settings.ask}:
            raise UsageError(f"there is an ask '{shortened(new.id)}' already; name the new one otherwise")
        before = path.read_bytes()
        block = _block(settings, new)
        added = _read(block)
        both = settings.model_copy(update={"ask": (*settings.ask, added)})
        if problems := ask_problems(both):
            raise UsageError("\n".join(str(problem) for problem in problems))
        after = before.rstrip() + b"\n\n" + block.encode()
        try:
            tomllib.loads(after.decode("utf-8-sig"))
        except tomllib.TOMLDecodeError:
            raise UsageError(f"{FILE}: the asks are not written as [[ask]] tables; add this one by hand") from None
        save(path, before, after)
    return asks_from(both)[new.id]


def _unnamed(settings: Settings, asks: list[Ask]) -> Iterator[Problem]:
    for ask in asks:
        missing = [LANGUAGE_NAMES[code] for code in settings.campaign.languages if code not in ask.names.names]
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


def _block(settings: Settings, new: NewAsk) -> str:
    last = settings.ask[-1] if settings.ask else None
    to = new.to or (_several(last.to) if last else ("all",))
    lines = ["[[ask]]", f"id = {_quoted(new.id)}", f"forum = {_quoted(new.forum)}"]
    if new.session:
        lines.append(f"session = {new.session}")
    lines.append(f"date = {new.first}")
    if new.last:
        lines.append(f"until = {new.last}")
    lines.append(f"to = {_quoted(to[0]) if len(to) == 1 else '[' + ', '.join(map(_quoted, to)) + ']'}")
    for language in settings.campaign.languages:
        said = last.text.get(language, "") if last else ""
        words = set(words_in(said))
        unknown = {word for word, given in (("session", new.session), ("until", new.last)) if not given}
        typed = days_in(typed_part(said)) or sessions_in(typed_part(said))
        own = (
            words & {"date", "when"} and words & {"forum", "of_forum", "at_forum"} and not words & unknown and not typed
        )
        at = AT_SESSION[language] if new.session else AT_FORUM
        lines.append(f"text.{language} = {_quoted(said if own else SENTENCES[language].replace('{at}', at))}")
    return "\n".join(lines) + "\n"


def _several(to: str | tuple[str, ...]) -> tuple[str, ...]:
    return (to,) if isinstance(to, str) else to


def _read(block: str) -> AskSettings:
    try:
        return AskSettings.model_validate(tomllib.loads(block)["ask"][0])
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise UsageError("the ask cannot be written: " + "; ".join(wrong)) from None


def _quoted(text: str) -> str:
    """Write a text as TOML does, on one line (TOML 1.0.0, String)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
