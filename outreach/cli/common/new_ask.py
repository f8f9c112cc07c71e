"""Makes a new ask out of options, and of what a person answers where there is one to ask; decides nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from outreach.cases.asks.forum import is_short, named_in, named_with_session
from outreach.cases.asks.writing import AskGaps, NewAsk
from outreach.cli.common.terminal.output import note
from outreach.cli.common.terminal.questions import NEEDED, agreed, asked, by_language
from outreach.errors import UsageError
from outreach.language import language_name
from outreach.services.beginning.campaign import read_day, read_line, read_session
from outreach.settings.campaign import Language

WHERE = "Where do States meet to be asked, such as Human Rights Council or HRC67?"


@dataclass(frozen=True, slots=True)
class AskOptions:
    """What was typed of an ask; what is empty was not. `forum` and `text` may be of the form fr=TEXT.

    `prefix` begins the names of its options: --, or --ask-.
    """

    id: str = ""
    forum: tuple[str, ...] = ()
    session: int = 0
    first: date | None = None
    last: date | None = None
    to: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    prefix: str = "--"

    @property
    def begun(self) -> bool:
        """Whether anything of it was typed."""
        return replace(self, prefix="--") != AskOptions()


def complete(
    typed: AskOptions,
    languages: Sequence[Language],
    gaps: Callable[[NewAsk], AskGaps],
    today: date,
    *,
    ask: bool,
    where: str = WHERE,
) -> NewAsk | None:
    """Give the ask that was typed, and with `ask` what a person answers to what is missing. None: for later.

    UsageError for what is missing where nobody is asked. A day that is past is warned of.
    """
    if not ask and not (typed.forum and typed.first):
        raise UsageError(f"an ask needs {typed.prefix}forum and {typed.prefix}date: where, and on which day")
    forum, session = _place(typed, languages, where)
    if not forum:
        return None
    first, last = typed.first, typed.last
    if ask and not session and not typed.first:
        session = asked("The number of the session, such as 66? (Enter: none)", read_session)
    if first is None:
        first = _asked_day("The first day, such as 2027-09-13?", today)
        last = last or asked("The last day? (Enter: the same)", lambda text: read_day(text) if text.strip() else None)
    if (last or first) < today:
        note(f"{last or first} is past: in earnest no letter asks for it. Mend it in outreach.toml, if that is a slip.")
    said = by_language(typed.text, languages, f"{typed.prefix}text") if typed.text else {}
    text = {languages[0]: said} if isinstance(said, str) else said
    new = NewAsk(typed.id, forum, first, last, session, typed.to, text)
    return _without_gaps(new, languages, gaps, typed.prefix, ask=ask)


def _without_gaps(
    new: NewAsk, languages: Sequence[Language], gaps: Callable[[NewAsk], AskGaps], prefix: str, *, ask: bool
) -> NewAsk:
    found = gaps(new)
    if found.unnamed and not ask:
        named = " ".join(f"{prefix}forum {language}='…'" for language in languages)
        unnamed = ", ".join(map(_name, found.unnamed))
        raise UsageError(f"the forum has a name that nobody gave in {unnamed}: give its name in each language: {named}")
    if found.unsaid and not ask:
        said = " ".join(f"{prefix}text {language}='…'" for language in found.unsaid)
        unsaid = ", ".join(map(_name, found.unsaid))
        raise UsageError(f"there is no usual sentence in {unsaid}: say how it is asked, in one sentence: {said}")
    if found.unnamed:
        first = languages[0]
        names = dict(new.forum) if not isinstance(new.forum, str) else {first: new.forum}
        for language in found.unnamed:
            names[language] = asked(f"Its name in {_name(language)}, with its article?", _something)
        new = replace(new, forum=names)
    said_here = dict(new.text)
    for language in found.unsaid:
        words = "{{ when }} and {{ forum }} write themselves"
        said_here[language] = asked(f"How is it asked in {_name(language)}, in one sentence? {words}", _something)
    return replace(new, text=said_here)


def _place(typed: AskOptions, languages: Sequence[Language], where: str) -> tuple[str | dict[Language, str], int]:
    """Give the forum and the number of the session, 0 where nobody said it: HRC67 says both, also as the id."""
    of_id = named_with_session(typed.id)
    if typed.forum:
        forum = by_language(typed.forum, languages, f"{typed.prefix}forum")
    else:
        forum = _asked_forum(where, of_id[0] if of_id else "")
    of_forum = named_with_session(forum) if isinstance(forum, str) else None
    if of_forum and typed.session not in (0, of_forum[1]):
        raise UsageError(f"{typed.prefix}forum {forum}, and {typed.prefix}session {typed.session}: say one of them")
    if of_forum:
        return of_forum
    same = of_id and isinstance(forum, str) and named_in(forum) is named_in(of_id[0])
    return forum, typed.session or (of_id[1] if of_id and same else 0)


def _asked_forum(question: str, usual: str) -> str:
    while True:
        place = asked(question, read_line, usual)
        if not is_short(place) or named_with_session(place):
            return place
        known = "such as Human Rights Council, General Assembly or Third Committee"
        if agreed(f"'{place}' is no forum that we know, {known}. Letters would say it as it stands. Take it?"):
            return place


def _asked_day(question: str, today: date) -> date:
    while True:
        day = asked(question, read_day)
        if day >= today or agreed(f"{day} is past. Take it all the same?"):
            return day


def _something(text: str) -> str:
    if not text.strip():
        raise ValueError(NEEDED)
    return read_line(text)


def _name(language: str) -> str:
    return language_name(language)
