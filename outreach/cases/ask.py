"""The asks of a campaign, from its settings, and which one is meant; reads no files."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from outreach.cases.fields import LANGUAGE_NAMES
from outreach.cases.model import Ask
from outreach.errors import Problem, SettingsError, UsageError
from outreach.settings.campaign import AskSettings
from outreach.settings.sections import FILE
from outreach.settings.settings import Settings
from outreach.text import code_point, control_in, shortened, unwrapped


def asks_from(settings: Settings) -> dict[str, Ask]:
    """Give the asks by id, as outreach.toml orders them. SettingsError naming every doubled id and missing text."""
    asks = {ask.id: _ask(ask) for ask in settings.ask}
    problems = ask_problems(settings)
    if problems:
        raise SettingsError("\n".join(str(problem) for problem in problems))
    return asks


def ask_problems(settings: Settings) -> list[Problem]:
    """List everything wrong with the asks of outreach.toml."""
    return [*_doubled(settings.ask), *_untranslated(map(_ask, settings.ask), settings)]


def choose_ask(asks: Mapping[str, Ask], ask_id: str | None, today: date) -> Ask:
    """Give the ask of that id; without one the only ask, or the next by date that is not past.

    UsageError listing the asks when there is no such ask, or no single next one.
    """
    if ask_id is not None:
        if ask_id not in asks:
            raise UsageError(f"there is no ask '{shortened(ask_id)}'; {_listed(asks)}")
        return asks[ask_id]
    if len(asks) == 1:
        return next(iter(asks.values()))
    coming = sorted((ask for ask in asks.values() if ask.date >= today), key=lambda ask: ask.date)
    nearest = [ask for ask in coming if ask.date == coming[0].date]
    if len(nearest) == 1:
        return nearest[0]
    why = f"several asks are due on {nearest[0].date}" if nearest else "no ask is still to come"
    raise UsageError(f"{why}: say which with --ask ID; {_listed(asks)}")


def _ask(ask: AskSettings) -> Ask:
    to = (ask.to,) if isinstance(ask.to, str) else ask.to
    text: dict[str, str] = {language: unwrapped(sentence) for language, sentence in ask.text.items()}
    return Ask(ask.id, ask.forum, ask.date, tuple(part for part in to if part.strip()), text)


def _doubled(asks: Iterable[AskSettings]) -> Iterable[Problem]:
    counts = Counter(ask.id for ask in asks)
    for ask_id, count in counts.items():
        if count > 1:
            yield Problem(
                FILE, f"the id '{ask_id}' is there {count} times; each [[ask]] needs its own", column="ask.id"
            )


def _untranslated(asks: Iterable[Ask], settings: Settings) -> Iterable[Problem]:
    for ask in asks:
        for language in settings.campaign.languages:
            text = ask.text.get(language, "")
            column = f"ask.{ask.id}.text.{language}"
            if not text:
                yield Problem(
                    FILE, f"missing: write the ask as one sentence in {LANGUAGE_NAMES[language]}", column=column
                )
            elif control := control_in(text):
                yield Problem(FILE, f"has the control character {code_point(control)}: delete it", column=column)


def _listed(asks: Mapping[str, Ask]) -> str:
    if not asks:
        return f"{FILE} has no [[ask]] yet"
    return "there are: " + ", ".join(f"{ask.id} ({ask.date})" for ask in asks.values())
