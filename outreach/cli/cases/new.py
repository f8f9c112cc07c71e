"""`outreach cases new`: begins a case; asks for what no option says."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, get_args

import click

from outreach.cases.files.translations import SECTIONS
from outreach.cases.files.writing import NewCase, NewPerson
from outreach.cases.model import FOLDER, STATUSES, Case, Use
from outreach.cli.common.options import campaign_folder, folder_option, yes_option
from outreach.cli.common.terminal.output import say
from outreach.cli.common.terminal.questions import (
    CODE,
    NEEDED,
    Checked,
    asked,
    by_language,
    can_ask,
    one_of,
    when_stopped,
)
from outreach.errors import UsageError
from outreach.language import language_name
from outreach.registry.cells import read_rough_date
from outreach.registry.days import day_or_text
from outreach.registry.model import State
from outreach.services.beginning.campaign import read_day, read_line
from outreach.services.beginning.cases import (
    CaseBeginning,
    add_case,
    begin_case,
    read_state,
    usual_mention,
    usual_place,
)
from outreach.settings.campaign import Language
from outreach.text import did_you_mean, listed, shortened

USES: tuple[Use, ...] = get_args(Use)
HELD = (
    "Nobody has agreed to letters yet, and silence is no: letters are held until you write under `consent` who "
    "agreed to what, and where that is written down."
)
PLACES = {"en": "in Belarus", "fr": "au Bélarus", "es": "en Belarús"}
AGAINST = {"en": "against", "fr": "contre", "es": "contra"}
line = Checked(read_line)


def _uses(text: str) -> tuple[Use, ...]:
    """Read what somebody agreed to, such as letters, posts; ValueError for a word that is none of the uses."""
    words = [word for word in re.split(r"[\s,]+", text.strip().lower()) if word not in ("", "none", "nothing")]
    for word in words:
        if word not in USES:
            raise ValueError(f"'{shortened(word)}'{did_you_mean(word, USES)}")
    return tuple(use for use in USES if use in words)


def _in_languages(text: str) -> str | dict[str, str]:
    """Read a text, or one in each language, such as en=archivist|fr=archiviste."""
    pairs = [part.partition("=") for part in read_line(text).split("|")]
    if not all(equals and CODE.fullmatch(code.strip()) for code, equals, _ in pairs):
        return text.strip()
    return {code.strip(): said.strip() for code, _, said in pairs if said.strip()}


def _person(text: str) -> NewPerson:
    """Read NAME; ROLE; STATUS; SINCE, of which all but the name may be missing."""
    name, role, status, since, *more = [part.strip() for part in f"{read_line(text)};;;".split(";")]
    if not name or any(more):
        raise ValueError(f"'{shortened(text)}': write NAME; ROLE; STATUS; SINCE")
    return NewPerson(name, _in_languages(role), one_of(STATUSES)(status), _rough_date(since))


@click.command()
@click.argument("slug")
@click.option("--title", "titles", type=line, multiple=True, metavar="TEXT", help="What the case is called.")
@click.option("--state", type=Checked(read_state), metavar="STATE", help="The State concerned: the one that did this.")
@click.option("--place", "places", type=line, multiple=True, metavar="TEXT", help="Where: in Belarus, au Bélarus.")
@click.option(
    "--mention",
    "mentions",
    type=line,
    multiple=True,
    metavar="TEXT",
    help="How letters name it; default: title (State).",
)
@click.option(
    "--person",
    "people",
    type=Checked(_person),
    multiple=True,
    metavar="TEXT",
    help="NAME; ROLE; STATUS; SINCE. ROLE in more languages: en=lawyer|fr=avocate.",
)
@click.option(
    "--organisation",
    "organisations",
    type=Checked(_in_languages),
    multiple=True,
    metavar="NAME",
    help="One concerned; in more languages: en=the Archive|fr=les Archives.",
)
@click.option(
    "--consent",
    "consents",
    type=Checked(_uses),
    multiple=True,
    metavar="USES",
    help="What they agreed to: letters, posts, web, mentions; default: nothing.",
)
@click.option("--consent-source", type=line, metavar="TEXT", help="Who agreed, when, and where that is written.")
@click.option("--source", "sources", type=line, multiple=True, metavar="TEXT", help="Where the facts are written.")
@click.option("--checked-by", type=line, metavar="NAME", help="Who has found the facts true.")
@click.option("--checked-on", type=Checked(read_day), metavar="DAY", help="When; default: today, if somebody has.")
@click.option("--background", metavar="TEXT", help="The section Story behind.")
@click.option("--what-happened", metavar="TEXT", help="The section What happened.")
@click.option("--what-we-want", metavar="TEXT", help="The section What we want.")
@yes_option
@folder_option
@click.pass_context
def new(ctx: click.Context, /, slug: str, *, yes: bool, **typed: Any) -> None:
    """Begin a case: write cases/SLUG.md, with every field explained in it.

    On a terminal it asks for what no option says; elsewhere, or with --yes, it needs --title, --state and --source. The
    story is written in the file; until all of it is there, nothing about the case leaves. What people agreed to is no
    unless you say so. Of several languages, say which one a text is in: --place fr="au Bélarus". --title, --place,
    --mention, --person, --organisation, --consent and --source may be repeated.
    """
    folder = campaign_folder(ctx)
    beginning = begin_case(folder, slug)
    with when_stopped(f"no case was begun; there is no {FOLDER}/{slug}.md"):
        begun = _new_case(beginning, ask=can_ask(yes=yes), **typed)
    case = add_case(folder, begun, beginning.languages)
    _say_begun(case)


def _new_case(
    beginning: CaseBeginning,
    *,
    ask: bool,
    titles: tuple[str, ...],
    state: State | None,
    places: tuple[str, ...],
    mentions: tuple[str, ...],
    people: tuple[NewPerson, ...],
    organisations: tuple[str | dict[str, str], ...],
    consents: tuple[tuple[Use, ...], ...],
    consent_source: str | None,
    sources: tuple[str, ...],
    checked_by: str | None,
    checked_on: date | None,
    background: str | None,
    what_happened: str | None,
    what_we_want: str | None,
) -> NewCase:
    """Give the case as it was typed, and as somebody answers. UsageError for what is missing where nobody is asked."""
    languages = beginning.languages
    if not ask:
        given = {"--title": titles, "--state": state, "--source": sources}
        if missing := [option for option, value in given.items() if not value]:
            raise UsageError(f"a case needs {', '.join(missing)}; see: outreach cases new --help")
    consent = tuple(use for use in USES if any(use in typed for typed in consents))
    title = _texts("title", titles, languages, ask, lambda _, before: before)
    state = state or asked("Which State is concerned: the one that did this?", read_state)
    place = _texts("place", places, languages, ask, lambda language, _: usual_place(state, language))
    mention = _texts(
        "mention", mentions, languages, ask, lambda language, _: usual_mention(title[language], state, language)
    )
    if ask:
        people = people or tuple(_asked_people(languages))
        organisations = organisations or tuple(_asked_organisations(languages))
        if not consents:
            consent = asked(f"What did they agree to: {', '.join(USES)}? (Enter: nothing)", _uses)
        if consent and not consent_source:
            consent_source = asked("Who agreed, when, and where is that written down?", _something)
        sources = sources or (
            asked("Where are the facts written?", _something),
            *_several("Where else? (Enter: no more)"),
        )
        if checked_by is None:
            checked_by = asked("Who has found them true today? (Enter: nobody yet)", read_line)
    if consent and not consent_source:
        raise UsageError("--consent needs --consent-source: who agreed, when, and where that is written down")
    day = checked_on or (beginning.today if checked_by else None)
    told = zip(SECTIONS, (background, what_happened, what_we_want), strict=True)
    return NewCase(
        slug=beginning.slug,
        title=title,
        place=place,
        mention=mention,
        state=state.code,
        people=people,
        organisations=organisations,
        consent=consent,
        consent_source=consent_source or "",
        sources=sources,
        checked_on=f"{day or ''}",
        checked_by=checked_by or "",
        sections={heading: text for heading, text in told if text},
    )


def _texts(
    key: str,
    typed: tuple[str, ...],
    languages: tuple[Language, ...],
    ask: bool,
    usual: Callable[[Language, str], str],
) -> dict[str, str]:
    """Give language → text: as typed, as answered, else the usual one, by language and the text of the one before."""
    given = by_language(typed, languages, f"--{key}") if typed else {}
    known: dict[Language, str] = {languages[0]: given} if isinstance(given, str) else given
    texts, before = dict[str, str](), ""
    for language in languages:
        text = known.get(language) or usual(language, before)
        if language not in known and ask:
            text = asked(_question(key, language, languages), _something, text)
        texts[language] = before = text
    if missing := [language for language in languages if not texts[language]]:
        needed = " ".join(f"--{key} {language}='…'" for language in missing)
        raise UsageError(f"a case needs its {key} in each language of the campaign: {needed}")
    return texts


def _question(key: str, language: Language, languages: tuple[Language, ...]) -> str:
    what = {
        "title": "What is the case called",
        "place": f"Where, as it stands in a sentence, such as {PLACES.get(language, PLACES['en'])}",
        "mention": f'Half a sentence that names it, after "{AGAINST.get(language, AGAINST["en"])}"',
    }[key]
    return f"{what}, in {language_name(language)}?" if len(languages) > 1 else f"{what}?"


def _asked_people(languages: Sequence[Language]) -> Iterable[NewPerson]:
    while name := asked("A person concerned: the name? (Enter: nobody, or no more)", _name_alone):
        role = _asked_in_each("Their role, such as lawyer", languages)
        status = asked(f"How they are: {', '.join(STATUSES)}? (Enter: unknown)", one_of(STATUSES))
        since = asked("Since when, such as 2026-01? (Enter: unknown)", _rough_date) if status else ""
        yield NewPerson(name, role, status, since)


def _asked_organisations(languages: Sequence[Language]) -> Iterable[str | dict[str, str]]:
    question = "An organisation that it was done to? (Enter: none, or no more)"
    while name := asked(question, read_line):
        others = {code: asked(f"Its name in {language_name(code)}?", read_line, name) for code in languages[1:]}
        differs = any(said != name for said in others.values())
        yield {languages[0]: name, **others} if differs else name


def _asked_in_each(question: str, languages: Sequence[Language]) -> str | dict[str, str]:
    """Ask for a text in each language, as far as somebody has one."""
    if len(languages) == 1:
        return asked(f"{question}?", read_line)
    said = {code: asked(f"{question}, in {language_name(code)}?", read_line) for code in languages}
    return {code: text for code, text in said.items() if text}


def _several(question: str) -> Iterable[str]:
    while answer := asked(question, read_line):
        yield answer


def _name_alone(text: str) -> str:
    if ";" in text:
        raise ValueError(f"'{shortened(text)}': write the name alone; the rest is asked next")
    return read_line(text)


def _rough_date(text: str) -> str:
    return read_rough_date(day_or_text(text)) if text.strip() else ""


def _something(text: str) -> str:
    if not text.strip():
        raise ValueError(NEEDED)
    return read_line(text)


def _say_begun(case: Case) -> None:
    say(f"Made {FOLDER}/{case.slug}.md")
    if case.unfinished:
        say(f"Write in it: {listed(case.unfinished)}. Until then nothing about the case leaves.")
    if not case.consent.letters:
        say(HELD)
    for language in list(case.title)[1:]:
        file = f"{FOLDER}/{case.slug}.{language}.md"
        say(f"Letters in {language_name(language)} need {file}: the same sections, under the same headings.")
        if case.title[language] == next(iter(case.title.values())):
            say(f"Its title in {language_name(language)} is the same: if it has another there, write it into the file.")
    if not case.checked_on:
        say(f"Nobody has checked its facts yet. In earnest nothing leaves before: outreach cases confirm {case.slug}")
    say("Check it with: outreach cases check")
    say(f"Look at its letter with: outreach preview --case {case.slug}")
