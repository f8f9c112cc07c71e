"""Loads the case files of a campaign, or says all that is wrong with them at once; sends nothing, renders nothing."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from outreach.cases.fields import Fields
from outreach.cases.frontmatter import Parts, Section, take_apart
from outreach.cases.model import CONDITIONS, Case, CaseEvent, Condition, Stopped
from outreach.cases.people import consent_in, people_in, rough_date_in
from outreach.errors import DataError, Problem, UsageError
from outreach.registry.model import State
from outreach.registry.states import named_state
from outreach.settings.campaign import LANGUAGES, Language
from outreach.text import did_you_mean, either, shortened

Found = TypeVar("Found", Case, Path)

FOLDER = "cases"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_SLUG = 60
SECTIONS = ("Story behind", "What happened", "What we want")
KEYS = (
    "title",
    "place",
    "mention",
    "state_concerned",
    "people",
    "organisations",
    "dates",
    "consent",
    "embargo",
    "sources",
    "withheld",
    "not_to",
    "checked_on",
    "checked_by",
    "stopped",
    "condition",
    "historical",
)
WITHHELD_FILE = "file"  # what `withheld` says where the names stand in contacts/withheld.txt


def case_files(folder: Path) -> list[Path]:
    """List the files cases/SLUG.md in the order of their slugs, without drafts: names that begin with "_" or "."."""
    return sorted(path for path in (folder / FOLDER).glob("*.md") if not path.name.startswith(("_", ".")))


def load_cases(folder: Path, states: Mapping[str, State], languages: Sequence[Language] = LANGUAGES) -> dict[str, Case]:
    """Read the cases of the campaign in `folder`, keyed by slug, in the order of their slugs.

    Every file cases/SLUG.md is a case, but for drafts: files whose name begins with "_" or ".". Raises DataError with
    every problem of every file: file, row where known, and the key as column.
    """
    if not (folder / FOLDER).is_dir():
        raise DataError([Problem(f"{FOLDER}/", "there is no such folder; each case is a file in it: cases/SLUG.md")])
    problems: list[Problem] = []
    cases: dict[str, Case] = {}
    for path in case_files(folder):
        case = _read_case(path, states, languages, problems)
        cases[case.slug] = case
    if problems:
        raise DataError(problems)
    return cases


def load_case(folder: Path, slug: str, states: Mapping[str, State], languages: Sequence[Language] = LANGUAGES) -> Case:
    """Read one case, whatever is wrong with the others; UsageError where there is none, DataError with its problems."""
    problems: list[Problem] = []
    case = _read_case(case_path(folder, slug), states, languages, problems)
    if problems:
        raise DataError(problems)
    return case


def case_path(folder: Path, slug: str) -> Path:
    """Give the file of the case of that slug, without reading any; UsageError listing the slugs there are."""
    return find_case({path.stem: path for path in case_files(folder)}, slug)


def find_case(cases: Mapping[str, Found], slug: str) -> Found:
    """Give the case (or its file) of that slug; UsageError listing the slugs there are."""
    if slug in cases:
        return cases[slug]
    what = (
        f"there is no case '{shortened(slug)}'"
        if SLUG.fullmatch(slug)
        else (f"{shortened(slug)!a} is not the name of a case (a-z, 0-9 and -)")
    )
    raise UsageError(what + (did_you_mean(slug, cases) or f"; {FOLDER}/ has no case yet; see docs/cases.md"))


def _read_case(path: Path, states: Mapping[str, State], languages: Sequence[Language], problems: list[Problem]) -> Case:
    """Read one case; what is wrong with it goes to `problems`, and then the case is not for use."""
    file = f"{FOLDER}/{path.name}"
    slug = path.stem
    if not SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
        problems.append(Problem(ascii(file)[1:-1], "a case file is named a-z, 0-9 and -, such as viasna.md: rename it"))
    parts = take_apart(path, file)
    problems.extend(parts.problems)
    found = [] if parts.front is None else problems
    fields = Fields(parts.front, file, found)
    fields.only(KEYS)
    consent = consent_in(fields)
    withheld = _withheld(fields)
    return Case(
        slug=slug,
        title=fields.translated("title", languages),
        place=fields.translated("place", languages),
        mention=fields.translated("mention", languages),
        state_concerned=_state_concerned(fields, states),
        people=people_in(fields, consent),
        organisations=fields.texts("organisations"),
        dates=_dates(fields),
        consent=consent,
        sources=_sources(fields),
        embargo=_embargo(fields),
        story=_story(parts, found),
        withheld=tuple(name for name in withheld if name != WITHHELD_FILE),
        withheld_in_file=WITHHELD_FILE in withheld,
        not_to=_not_to(fields, states),
        checked_on=rough_date_in(fields, "checked_on"),
        checked_by=fields.text("checked_by"),
        stopped=_stopped(fields),
        condition=_condition(fields),
        historical=fields.yes_or_no("historical"),
    )


def _state_concerned(fields: Fields, states: Mapping[str, State]) -> str:
    code = fields.required("state_concerned", "the State carrying out the reprisals, by alpha-3, such as BLR")
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


def _dates(fields: Fields) -> tuple[CaseEvent, ...]:
    events = []
    for item in fields.items("dates", ("date", "text", "source")):
        item.required("date", "the day, as precise as known: 2020, 2020-08 or 2020-08-09")
        day = rough_date_in(item, "date")
        events.append(CaseEvent(day, item.required("text", "what happened, in one sentence"), item.text("source")))
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


def _story(parts: Parts, problems: list[Problem]) -> dict[str, str]:
    """Read heading → Markdown; the three sections every case has are there, each once and with text."""
    story: dict[str, str] = {}
    for section in parts.sections:
        _check_section(section, story, parts.file, problems)
        if section.heading:
            story[_canonical(section.heading)] = section.text
    missing = [heading for heading in SECTIONS if heading not in story]
    problems.extend(Problem(parts.file, f"the section '## {heading}' is missing") for heading in missing)
    return story


def _check_section(section: Section, story: Mapping[str, str], file: str, problems: list[Problem]) -> None:
    if not section.heading:
        if section.text:
            problems.append(
                Problem(file, f"text before the first heading: put it under '## {SECTIONS[0]}'", section.row)
            )
        return
    if _canonical(section.heading) in story:
        problems.append(Problem(file, f"the section '{section.heading}' is there twice", section.row))
    elif not section.text:
        problems.append(Problem(file, f"the section '{section.heading}' is empty", section.row))


def _canonical(heading: str) -> str:
    """Give the heading as we spell it, whatever its case and final question mark."""
    plain = heading.rstrip("? \u00a0").casefold()
    return next((known for known in SECTIONS if known.casefold() == plain), heading)
