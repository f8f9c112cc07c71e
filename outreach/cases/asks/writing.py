"""Writes a new ask as a table of outreach.toml, with the sentences that nobody has written yet; reads no files."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, count

from pydantic import ValidationError

from outreach.cases.asks.forum import forum_of
from outreach.cases.asks.sentence import typed_part, words_in
from outreach.cases.asks.typed import days_in, sessions_in
from outreach.errors import UsageError
from outreach.settings.campaign import AskSettings, Language
from outreach.settings.writing import toml_list, toml_string
from outreach.text import without_accents

MAX_ID = 40  # characters of an id that is made from a forum's name
# What an ask says whose sentences nobody has written yet.
SENTENCES = {
    "en": "We respectfully ask your delegation to raise this case {{ again }} publicly and by name {at}, {{ when }}.",
    "fr": (
        "Nous prions respectueusement votre délégation d'évoquer {{ again }} ce cas, publiquement et nommément, "
        "{at}, {{ when }}."
    ),
    "es": (
        "Rogamos respetuosamente a su delegación que plantee {{ again }} este caso públicamente, mencionándolo por su "
        "nombre, {at}, {{ when }}."
    ),
}
AT_SESSION = {
    "en": "at the {{ session }} session {{ of_forum }}",
    "fr": "à la {{ session }} session {{ of_forum }}",
    "es": "en el {{ session }} período de sesiones {{ of_forum }}",
}
AT_FORUM = "{{ at_forum }}"


@dataclass(frozen=True, slots=True)
class NewAsk:
    """An ask to be added, as somebody types it.

    `id` empty: made of forum, session and year. `forum` is one name, or a name in each language. `session` 0: it
    belongs to none. `to` empty: as the last ask's. `text` has the sentences that are not the usual ones.
    """

    id: str
    forum: str | Mapping[Language, str]
    first: date
    last: date | None = None
    session: int = 0
    to: tuple[str, ...] = ()
    text: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskGaps:
    """The languages in which a new ask has no name of its forum, and those in which it has no sentence."""

    unnamed: tuple[Language, ...] = ()
    unsaid: tuple[Language, ...] = ()


def ask_gaps(new: NewAsk, languages: Sequence[Language], asks: Sequence[AskSettings] = ()) -> AskGaps:
    """Say what a new ask lacks: a name that was not given and is not known, a sentence where there is no usual one.

    Where every sentence was given, the forum's name is needed in no other language than it is in.
    """
    first = "en" if "en" in languages else languages[0]
    known = forum_of(new.forum, {}, first).names
    needed = [language for language in languages if not new.text.get(language)]
    unsaid = (language for language in languages if not _sentence(new, language, asks))
    return AskGaps(tuple(language for language in needed if language not in known), tuple(unsaid))


def ask_table(new: NewAsk, languages: Sequence[Language], asks: Sequence[AskSettings] = ()) -> str:
    """Write an ask as an [[ask]] table; `asks` are those that are there already.

    Its sentences are those that were given, else those of the last ask, where these write their own day and forum;
    else plain ones. UsageError for a language in which there is none.
    """
    if silent := ask_gaps(new, languages, asks).unsaid:
        raise UsageError(
            "\n".join(f"there is no usual sentence in '{code}': give it with --text {code}='…'" for code in silent)
        )
    to = new.to or (_several(asks[-1].to) if asks else ("all",))
    lines = ["[[ask]]", f"id = {toml_string(new.id or made_up_id(new, {ask.id for ask in asks}))}"]
    if isinstance(new.forum, str):
        lines.append(f"forum = {toml_string(new.forum)}")
    else:
        lines += [f"forum.{language} = {toml_string(name)}" for language, name in new.forum.items()]
    if new.session:
        lines.append(f"session = {new.session}")
    lines.append(f"date = {new.first}")
    if new.last:
        lines.append(f"until = {new.last}")
    lines.append(f"to = {toml_string(to[0]) if len(to) == 1 else toml_list(to)}")
    lines += [f"text.{language} = {toml_string(_sentence(new, language, asks))}" for language in languages]
    return "\n".join(lines) + "\n"


def read_ask_table(table: str) -> AskSettings:
    """Read a table that `ask_table` wrote; UsageError with all that is wrong with its keys."""
    try:
        return AskSettings.model_validate(tomllib.loads(table)["ask"][0])
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise UsageError("the ask cannot be written: " + "; ".join(wrong)) from None


def made_up_id(new: NewAsk, taken: Collection[str] = ()) -> str:
    """Make an id of body and session, such as hrc66; else of the forum's name and the year. One that is not `taken`."""
    name = new.forum if isinstance(new.forum, str) else next(iter(new.forum.values()), "")
    body = forum_of(new.forum, {}, "en").body
    if body and new.session:
        made = f"{body}{new.session}"
    else:
        plain = re.sub(r"[^a-z0-9]+", "-", without_accents(body or name))[:MAX_ID].strip("-")
        made = f"{plain or 'ask'}-{new.session or new.first.year}"
    candidates = chain([made], (f"{made}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _sentence(new: NewAsk, language: Language, asks: Sequence[AskSettings]) -> str:
    if new.text.get(language):
        return new.text[language]
    before = asks[-1].text.get(language, "") if asks else ""
    if before and _fits(before, new):
        return before
    usual = SENTENCES.get(language, "")
    return usual and usual.replace("{at}", AT_SESSION[language] if new.session else AT_FORUM)


def _fits(said: str, new: NewAsk) -> bool:
    """Say whether the sentence of another ask says where and when by words, and by none that this ask has not."""
    words = set(words_in(said))
    unknown = {word for word, given in (("session", new.session), ("until", new.last)) if not given}
    typed = days_in(typed_part(said)) or sessions_in(typed_part(said))
    whenever, wherever = words & {"date", "when"}, words & {"forum", "of_forum", "at_forum"}
    return bool(whenever and wherever and not words & unknown and not typed)


def _several(to: str | tuple[str, ...]) -> tuple[str, ...]:
    return (to,) if isinstance(to, str) else to
