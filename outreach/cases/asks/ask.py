"""The asks of a campaign, from its settings, and which one is meant; reads no files."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from outreach.cases.asks.contradictions import contradictions
from outreach.cases.asks.forum import forum_of
from outreach.cases.asks.sentence import REQUEST_WORDS, WORDS, typed_part, words_in, words_of, written
from outreach.cases.asks.typed import sessions_in
from outreach.cases.model import Ask
from outreach.errors import Problem, SettingsError, UsageError
from outreach.grammar import without_article
from outreach.language import language_name
from outreach.next_step import Action, NextStep
from outreach.settings.campaign import AskSettings
from outreach.settings.sections import FILE
from outreach.settings.settings import Settings
from outreach.text import code_point, control_in, did_you_mean, shortened, unwrapped

NAMES = 'give its name in each language: forum = { en = "…", fr = "…", es = "…" }'
MISSING = {
    "session": "write session = 51, the number alone",
    "until": "write until = …, the last day",
    **dict.fromkeys(("forum", "of_forum", "at_forum", "forum_short", "at_forum_short"), NAMES),
}
# hrc51, unga-77, hrc51-reprisals: a number of four digits is a year.
SESSION_OF_ID = re.compile(r"(?:hrc|cdh|unga|ga)-?(\d{1,3})(?!\d)")


def asks_from(settings: Settings) -> dict[str, Ask]:
    """Give the asks by id, as outreach.toml orders them, their sentences written out.

    SettingsError naming every doubled id, missing text and contradiction.
    """
    problems = ask_problems(settings)
    if problems:
        raise SettingsError("\n".join(str(problem) for problem in problems))
    return {ask.id: _written_out(_ask(ask, settings)) for ask in settings.ask}


def ask_problems(settings: Settings) -> list[Problem]:
    """List everything wrong with the asks of outreach.toml."""
    problems = list(_doubled(settings.ask))
    for table in settings.ask:
        ask = _ask(table, settings)
        problems += _impossible(table, ask)
        for language in settings.campaign.languages:
            problems += _problems_of_text(ask, language)
            problems += _problems_of_several(ask, language)
            problems += _problems_of_request(ask, language)
    return problems


def choose_ask(asks: Mapping[str, Ask], ask_id: str | None, today: date) -> Ask:
    """Give the ask of that id; without one the only ask, or the next by date that is not past.

    UsageError listing the asks when there is no such ask, or no single next one.
    """
    if not asks:
        what = f"there is no ask '{shortened(ask_id)}'; " if ask_id else ""
        raise UsageError(f"{what}{FILE} has no [[ask]] yet", next_step=NextStep(Action.NEW_ASK))
    if ask_id is not None:
        if ask_id not in asks:
            raise UsageError(f"there is no ask '{shortened(ask_id)}'; {_listed(asks)}")
        return asks[ask_id]
    if len(asks) == 1:
        return next(iter(asks.values()))
    coming = sorted((ask for ask in asks.values() if ask.last_day >= today), key=lambda ask: ask.date)
    nearest = [ask for ask in coming if ask.date == coming[0].date]
    if len(nearest) == 1:
        return nearest[0]
    why = f"several asks are due on {nearest[0].date}" if nearest else "no ask is still to come"
    raise UsageError(f"{why}: say which with --ask ID; {_listed(asks)}")


def _ask(ask: AskSettings, settings: Settings) -> Ask:
    """Give an ask as it stands in the settings; its sentences are not written out yet."""
    to = (ask.to,) if isinstance(ask.to, str) else ask.to
    text: dict[str, str] = {language: unwrapped(sentence) for language, sentence in ask.text.items()}
    names = forum_of(ask.forum, ask.forum_short, _first_language(settings))
    return Ask(
        ask.id,
        _forum_in_a_line(ask),
        ask.date,
        tuple(part for part in to if part.strip()),
        text,
        until=ask.until,
        session=ask.session or _session_in_forum(ask) or _session_in_id(ask),
        names=names,
        words=settings.words,
        several={language: unwrapped(sentence) for language, sentence in ask.text_several.items()},
        short={language: unwrapped(text) for language, text in ask.short.items()},
        request={language: unwrapped(text) for language, text in ask.request.items()},
    )


def _written_out(ask: Ask) -> Ask:
    def out(sentences: Mapping[str, str], *, again: bool) -> dict[str, str]:
        return {code: written(sentence, words_of(ask, code, again=again)) for code, sentence in sentences.items()}

    return replace(
        ask,
        text=out(ask.text, again=False),
        again=out(ask.text, again=True),
        several=out(ask.several, again=False),
        several_again=out(ask.several, again=True),
    )


def _first_language(settings: Settings) -> str:
    """Give the language that a name is in which stands there alone: English, where the campaign writes English."""
    languages = settings.campaign.languages
    return "en" if "en" in languages or not languages else languages[0]


def _forum_in_a_line(ask: AskSettings) -> str:
    if isinstance(ask.forum, str):
        return ask.forum
    return next((without_article(name, language) for language, name in sorted(ask.forum.items())), "")


def _session_in_forum(ask: AskSettings) -> int:
    names = [ask.forum] if isinstance(ask.forum, str) else list(ask.forum.values())
    return next((session.number for name in names for session in sessions_in(name)), 0)


def _session_in_id(ask: AskSettings) -> int:
    found = SESSION_OF_ID.match(ask.id)
    return int(found[1]) if found else 0


def _doubled(asks: Iterable[AskSettings]) -> Iterable[Problem]:
    counts = Counter(ask.id for ask in asks)
    for ask_id, count in counts.items():
        if count > 1:
            yield Problem(
                FILE, f"the id '{ask_id}' is there {count} times; each [[ask]] needs its own", column="ask.id"
            )


def _impossible(table: AskSettings, ask: Ask) -> Iterator[Problem]:
    """Give what the keys of an ask say against each other."""
    if table.until and table.until < table.date:
        message = f"{table.until} is before date = {table.date}: until is the last day, date the first"
        yield Problem(FILE, message, column=f"ask.{ask.id}.until")
    forum, by_id = _session_in_forum(table), _session_in_id(table)
    if forum and forum != ask.session:
        message = f"says session {forum}, and session = {ask.session}: mend the one that is wrong"
        yield Problem(FILE, message, column=f"ask.{ask.id}.forum")
    if not table.session and forum and by_id and forum != by_id:
        message = (
            f"says session {forum}, and the id {ask.id} says {by_id}: write the right one as session = {by_id}, "
            "and the forum without a number"
        )
        yield Problem(FILE, message, column=f"ask.{ask.id}.forum")


def _problems_of_text(ask: Ask, language: str) -> Iterator[Problem]:
    text = ask.text.get(language, "")
    column = f"ask.{ask.id}.text.{language}"
    if not text:
        yield Problem(FILE, f"missing: write the ask as one sentence in {language_name(language)}", column=column)
    elif control := control_in(text):
        yield Problem(FILE, f"has the control character {code_point(control)}: delete it", column=column)
    else:
        for message in (*_word_faults(ask, text, language), *contradictions(ask, typed_part(text))):
            yield Problem(FILE, message, column=column)


def _problems_of_several(ask: Ask, language: str) -> Iterator[Problem]:
    text, column = ask.several.get(language, ""), f"ask.{ask.id}.text_several.{language}"
    if control := control_in(text):
        yield Problem(FILE, f"has the control character {code_point(control)}: delete it", column=column)
        return
    for message in (*_word_faults(ask, text, language), *contradictions(ask, typed_part(text))):
        yield Problem(FILE, message, column=column)


def _problems_of_request(ask: Ask, language: str) -> Iterator[Problem]:
    for key, text, more in (("request", ask.request, REQUEST_WORDS), ("short", ask.short, ())):
        for message in _word_faults(ask, text.get(language, ""), language, more):
            yield Problem(FILE, message, column=f"ask.{ask.id}.{key}.{language}")


def _word_faults(ask: Ask, text: str, language: str, more: Sequence[str] = ()) -> Iterator[str]:
    """Give the words in {{ … }} that there are not, and those that say nothing because their key is missing."""
    found = dict.fromkeys(words_in(text))
    said = words_of(ask, language) if found else {}
    for word in found:
        if word in more:
            continue
        if word not in WORDS:
            known = ", ".join((*WORDS, *more))
            yield f"there is no word '{{{{ {shortened(word)} }}}}'{did_you_mean(word, WORDS)}; an ask has {known}"
        elif word in MISSING and not said[word]:
            yield f"says '{{{{ {word} }}}}', which nobody gave in {language_name(language)}: {MISSING[word]}"


def _listed(asks: Mapping[str, Ask]) -> str:
    return "there are: " + ", ".join(f"{ask.id} ({ask.date})" for ask in asks.values())
