"""Loads the case files of a campaign, or says all that is wrong with them at once; sends nothing, renders nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from outreach.cases.files.fields import Fields
from outreach.cases.files.frontmatter import Parts, take_apart
from outreach.cases.files.references import references_in
from outreach.cases.files.translations import (
    BRIEF,
    NAMED,
    PHRASES,
    SECTIONS,
    SHORT,
    SUGGESTED,
    Translation,
    read_translations,
    telling_of,
    translation_of,
)
from outreach.cases.model import CONDITIONS, FOLDER, Case, CaseEvent, Condition, Person, Stopped
from outreach.cases.people import consent_in, people_in, rough_date_in
from outreach.errors import DataError, Problem, UsageError
from outreach.language import BUILT_IN
from outreach.next_step import Action, NextStep
from outreach.registry.model import State
from outreach.registry.states import named_state
from outreach.text import did_you_mean, either, listed, shortened

Found = TypeVar("Found", Case, Path)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_SLUG = 60
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
RESERVED = ("first", "reminder", "thanks", "posts", "several")  # names of the templates that all cases share
KEYS = (
    "language",
    "title",
    "place",
    "mention",
    "short",
    "state_concerned",
    "people",
    "organisations",
    "dates",
    "consent",
    "embargo",
    "sources",
    "references",
    "withheld",
    "not_to",
    "checked_on",
    "checked_by",
    "stopped",
    "condition",
    "historical",
    "attach",
)
WITHHELD_FILE = "file"  # what `withheld` says where the names stand in contacts/withheld.txt


def case_files(folder: Path) -> list[Path]:
    """List the files cases/SLUG.md in the order of their slugs, without drafts: names that begin with "_" or ".".

    Translations, cases/SLUG.xx.md, are not among them.
    """
    return [path for path in _files(folder) if translation_of(path) is None]


def translation_files(folder: Path) -> dict[str, list[Path]]:
    """List the files cases/SLUG.xx.md by slug, without drafts."""
    found = dict[str, list[Path]]()
    for path in _files(folder):
        if named := translation_of(path):
            found.setdefault(named[0], []).append(path)
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / FOLDER).glob("*.md") if not path.name.startswith(("_", ".")))


def load_cases(folder: Path, states: Mapping[str, State], languages: Sequence[str] = BUILT_IN) -> dict[str, Case]:
    """Read the cases of the campaign in `folder`, keyed by slug, in the order of their slugs.

    Every file cases/SLUG.md is a case, but for drafts: files whose name begins with "_" or ".". Files cases/SLUG.xx.md
    are its translations. Raises DataError with every problem of every file: file, row where known, the key as column.
    """
    if not (folder / FOLDER).is_dir():
        raise DataError([Problem(f"{FOLDER}/", "there is no such folder; each case is a file in it: cases/SLUG.md")])
    problems: list[Problem] = []
    cases: dict[str, Case] = {}
    translations = translation_files(folder)
    for path in case_files(folder):
        case = _read_case(path, translations.pop(path.stem, ()), states, languages, problems)
        cases[case.slug] = case
    problems += [_without_case(path, slug, cases) for slug, paths in translations.items() for path in paths]
    if problems:
        raise DataError(problems)
    return cases


def load_case(folder: Path, slug: str, states: Mapping[str, State], languages: Sequence[str] = BUILT_IN) -> Case:
    """Read one case, whatever is wrong with the others; UsageError where there is none, DataError with its problems."""
    problems: list[Problem] = []
    path = case_path(folder, slug)
    case = _read_case(path, translation_files(folder).get(slug, ()), states, languages, problems)
    if problems:
        raise DataError(problems)
    return case


def case_path(folder: Path, slug: str) -> Path:
    """Give the file of the case of that slug, without reading any; UsageError listing the slugs there are."""
    return find_case({path.stem: path for path in case_files(folder)}, slug)


EVERY = "all"


def find_case(cases: Mapping[str, Found], slug: str) -> Found:
    """Give the case (or its file) of that slug; UsageError listing the slugs there are."""
    if slug in cases:
        return cases[slug]
    what = (
        f"there is no case '{shortened(slug)}'"
        if SLUG.fullmatch(slug)
        else (f"{shortened(slug)!a} is not the name of a case (a-z, 0-9 and -)")
    )
    if cases:
        raise UsageError(what + did_you_mean(slug, cases))
    step = NextStep(Action.NEW_CASE, case=slug if SLUG.fullmatch(slug) else "")
    raise UsageError(f"{what}; {FOLDER}/ has no case yet", next_step=step)


def find_cases(cases: Mapping[str, Case], slugs: Iterable[str]) -> tuple[Case, ...]:
    """Give the cases of these slugs, each once, in the order of their slugs; `all` means every one there is.

    UsageError listing the slugs there are for one that is none.
    """
    wanted = set(slugs)
    every = EVERY in wanted and EVERY not in cases and bool(cases)
    return tuple(cases[slug] for slug in sorted(cases if every else {find_case(cases, slug).slug for slug in wanted}))


def _without_case(path: Path, slug: str, cases: Iterable[str]) -> Problem:
    meant = did_you_mean(slug, cases)
    return Problem(f"{FOLDER}/{path.name}", f"a translation of a case that there is not: {FOLDER}/{slug}.md{meant}")


def _read_case(
    path: Path,
    translated: Iterable[Path],
    states: Mapping[str, State],
    languages: Sequence[str],
    problems: list[Problem],
) -> Case:
    """Read one case; what is wrong with it goes to `problems`, and then the case is not for use."""
    file = f"{FOLDER}/{path.name}"
    slug = path.stem
    if not SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
        problems.append(Problem(ascii(file)[1:-1], "a case file is named a-z, 0-9 and -, such as viasna.md: rename it"))
    elif slug in RESERVED:
        problems.append(Problem(file, f"'{slug}' is the name of a template that all cases share: rename the case"))
    parts = take_apart(path, file)
    problems.extend(parts.problems)
    found = [] if parts.front is None else problems
    fields = Fields(parts.front, file, found)
    fields.only(KEYS)
    language = _language(fields, languages)
    translations = read_translations(translated, languages, problems)
    if own := translations.pop(language, None):
        message = f"{file} is in '{language}' itself: write it there, or say there in which language it is: language: …"
        problems.append(Problem(own.telling.file, message))
    phrases = {key: _phrases(fields, key, language, languages, translations) for key in PHRASES}
    telling = telling_of(parts.sections, file, found)
    consent = consent_in(fields)
    withheld = _withheld(fields)
    roles = {code: translation.roles for code, translation in translations.items()}
    people = people_in(fields, consent, language, roles)
    organisations = _organisations(fields, language, translations)
    dates = _dates(fields, translations)
    problems += _named_otherwise(translations, people, organisations, dates)
    return Case(
        slug=slug,
        title=phrases["title"],
        place=phrases["place"],
        mention=phrases["mention"],
        state_concerned=_state_concerned(fields, states),
        people=people,
        organisations=tuple(names.get(language) or next(iter(names.values())) for names in organisations),
        organisation_names=tuple(
            {code: name for code, name in names.items() if code != language} for names in organisations
        ),
        dates=dates,
        consent=consent,
        sources=_sources(fields),
        embargo=_embargo(fields),
        story=_whole(telling.story, telling.rows, parts, found),
        rows=telling.rows,
        begins=telling.begins,
        language=language,
        translations={code: translation.telling for code, translation in translations.items()},
        short=_short(fields, language, translations),
        references=references_in(fields, language),
        unfinished=tuple(each for each in telling.rows if each not in telling.story and each not in (SUGGESTED, BRIEF)),
        withheld=tuple(name for name in withheld if name != WITHHELD_FILE),
        withheld_in_file=WITHHELD_FILE in withheld,
        not_to=_not_to(fields, states),
        checked_on=rough_date_in(fields, "checked_on"),
        checked_by=fields.text("checked_by"),
        stopped=_stopped(fields),
        condition=_condition(fields),
        historical=fields.yes_or_no("historical"),
        attach=fields.listed_by_language("attach", languages),
    )


def _language(fields: Fields, languages: Sequence[str]) -> str:
    """Read the language of the case's own file; without the key it is the first of the campaign's."""
    code = fields.text("language")
    if code and not LANGUAGE.fullmatch(code):
        fields.wrong("language", f"'{shortened(code)}' is no code of a language: write it as en, fr or pt-BR")
    return code or (languages[0] if languages else "en")


def _phrases(
    fields: Fields,
    key: str,
    own: str,
    languages: Sequence[str],
    translations: Mapping[str, Translation],
) -> dict[str, str]:
    """Read a phrase in each language: from the case's own file, where one text alone is in its language, and others."""
    elsewhere = {code: text for code, found in translations.items() if (text := found.phrases.get(key, ""))}
    wanted = [language for language in languages if language not in elsewhere]
    if fields.is_text(key) and (text := fields.text(key)):
        texts = {own: text}
        if missing := [language for language in wanted if language != own]:
            fields.wrong(key, f"missing in {', '.join(missing)}: give it in each language, or in a translation")
    elif wanted or fields.is_there(key):
        texts = fields.translated(key, wanted)
    else:
        texts = {}
    for code, text in elsewhere.items():
        if texts.setdefault(code, text) != text:
            fields.wrong(f"{key}.{code}", f"{translations[code].telling.file} has another: keep one of the two")
    return texts


def _organisations(fields: Fields, own: str, translations: Mapping[str, Translation]) -> tuple[dict[str, str], ...]:
    """Read the names of each organisation by language: from the case's own file, and from its translations."""
    found = []
    for names in fields.list_by_language("organisations", own):
        others = {
            code: translation.organisations[name]
            for code, translation in translations.items()
            for name in names.values()
            if name in translation.organisations
        }
        found.append(others | names)
    return tuple(found)


def _named_otherwise(
    translations: Mapping[str, Translation],
    people: Sequence[Person],
    organisations: Sequence[Mapping[str, str]],
    dates: Sequence[CaseEvent],
) -> Iterator[Problem]:
    """Give the names and dates of translations that the case's own file does not have so."""
    there = {
        "roles": [person.name for person in people],
        "organisations": [name for names in organisations for name in names.values()],
        "dates": [event.date for event in dates],
    }
    for translation in translations.values():
        for key in NAMED:
            said = getattr(translation, key)
            noun = "date" if key == "dates" else "name"
            for name in said.keys() - set(there[key]):
                message = f"'{shortened(name)}' is no {noun} of the case's own file{did_you_mean(name, there[key])}"
                yield Problem(translation.telling.file, message, column=key)
        for day in (day for day in translation.dates if there["dates"].count(day) > 1):
            message = f"there are several events of {day}: make them one in the case's own file, or date them closer"
            yield Problem(translation.telling.file, message, column="dates")


def _short(fields: Fields, own: str, translations: Mapping[str, Translation]) -> dict[str, str]:
    """Read what subjects call the case, in the languages that somebody gave it in: nobody has to."""
    texts = {code: found.phrases[SHORT] for code, found in translations.items() if SHORT in found.phrases}
    if fields.is_text(SHORT):
        return {**texts, own: fields.text(SHORT)}
    return {**texts, **(fields.translated(SHORT, ()) if fields.has(SHORT) else {})}


def _state_concerned(fields: Fields, states: Mapping[str, State]) -> str:
    code = fields.required("state_concerned", "the State that the case is raised against, by alpha-3, such as BLR")
    _check_state(fields, "state_concerned", code, states)
    return code


def _not_to(fields: Fields, states: Mapping[str, State]) -> tuple[str, ...]:
    codes = fields.texts("not_to")
    for code in codes:
        _check_state(fields, "not_to", code, states)
    return codes


def _check_state(fields: Fields, key: str, code: str, states: Mapping[str, State]) -> None:
    if not code or code in states:
        return
    meant = named_state(states, code)
    hint = f"write {meant.code}" if meant else "write its alpha-3 code, such as BLR"
    fields.wrong(key, f"'{code}' is not the alpha-3 code of a State: {hint}")


def _condition(fields: Fields) -> Condition | None:
    text = fields.text("condition")
    known = next((condition for condition in CONDITIONS if condition == text.lower()), None)
    if text and known is None:
        fields.wrong("condition", f"'{shortened(text)}': write {either(CONDITIONS)}")
    return known


def _withheld(fields: Fields) -> tuple[str, ...]:
    """Read the names that nothing may say: a list, or the word file, or a list with that word among the names."""
    if fields.is_there("withheld") and not fields.has("withheld"):
        fields.wrong("withheld", "blank: list the names, or write the word file (contacts/withheld.txt)")
    if fields.is_text("withheld"):
        if (text := fields.text("withheld")) == WITHHELD_FILE:
            return (text,)
        fields.wrong(
            "withheld",
            "must be a list of names, each line beginning with '- ', or the word file (contacts/withheld.txt)",
        )
        return ()
    names = fields.texts("withheld")
    for name in names:
        if name != WITHHELD_FILE and (name.lower() == WITHHELD_FILE or "withheld.txt" in name.lower()):
            fields.wrong("withheld", f"'{name}': write the word file, if you mean contacts/withheld.txt")
    return names


def _stopped(fields: Fields) -> Stopped | None:
    if not fields.has("stopped"):
        if fields.is_there("stopped"):
            fields.wrong("stopped", "blank: write 'on' and 'why', or delete the line, which lets the case go on")
        return None
    group = fields.group("stopped", ("on", "why"))
    text = group.required("on", "the day since when nothing about the case may leave")
    day = _day(text)
    if text and day is None:
        group.wrong("on", f"'{text}' is no day: write it as 2022-09-01")
    return Stopped(day or date.min, group.required("why", "why the case was stopped, in a few words"))


def _dates(fields: Fields, translations: Mapping[str, Translation]) -> tuple[CaseEvent, ...]:
    """Read what happened, by day."""
    events = []
    for item in fields.items("dates", ("date", "text", "source")):
        item.required("date", "the day, as precise as known: 2020, 2020-08 or 2020-08-09")
        day = rough_date_in(item, "date")
        texts = {code: found.dates[day] for code, found in translations.items() if day in found.dates}
        what = item.required("text", "what happened, in one sentence")
        events.append(CaseEvent(day, what, item.text("source"), texts))
    return tuple(events)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2020-08-09") else None
    except ValueError:
        return None


def _sources(fields: Fields) -> tuple[str, ...]:
    sources = fields.texts("sources")
    if not sources:
        fields.wrong("sources", "missing: name at least one source of the facts")
    return sources


def _embargo(fields: Fields) -> date | None:
    text = fields.text("embargo")
    day = _day(text)
    if text and day is None:
        fields.wrong("embargo", f"'{text}' is no day: write it as 2022-09-01")
    return day


def _whole(story: dict[str, str], rows: Mapping[str, int], parts: Parts, problems: list[Problem]) -> dict[str, str]:
    """Give the story of a case's own file; a heading that is missing is a problem. An empty section is unfinished."""
    missing = [heading for heading in SECTIONS if heading not in rows]
    others = [f"'## {heading}'" for heading in rows if heading not in SECTIONS]
    there = f"; headings stay in English in every language, and here stands {listed(others)}" if others else ""
    problems += [Problem(parts.file, f"the section '## {heading}' is missing{there}") for heading in missing]
    return story
