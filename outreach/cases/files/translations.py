"""Reads the translations of a case, cases/SLUG.xx.md: its title, place, names, dates and sections in a language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from outreach.cases.files.fields import Fields
from outreach.cases.files.frontmatter import Section, take_apart
from outreach.cases.model import FOLDER, Telling
from outreach.errors import Problem
from outreach.language import BUILT_IN

SECTIONS = ("Story behind", "What happened", "What we want")
BRIEF = "In brief"  # of a case among several in one letter; it may be left out
SUGGESTED = "Suggested words"  # a section that need not be there: what a delegation could say
PHRASES = ("title", "place", "mention")  # that a translation may give, in one text each
NAMED = ("roles", "organisations", "dates")  # what it says of each, by the name or date in the case's own file
SHORT = "short"  # likewise, and nobody has to


@dataclass(frozen=True, slots=True)
class Translation:
    """What one file has: its sections, and what its front matter says."""

    telling: Telling
    phrases: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)  # name of a person → role
    organisations: dict[str, str] = field(default_factory=dict)  # name in the case's own file → name
    dates: dict[str, str] = field(default_factory=dict)  # date of an event in the case's own file → what happened


def translation_of(path: Path) -> tuple[str, str] | None:
    """Take the name of a translation apart, viasna.fr.md → viasna, fr; None for a case's own file."""
    slug, dot, language = path.stem.rpartition(".")
    return (slug, language) if dot and slug else None


def read_translations(
    paths: Iterable[Path], languages: Sequence[str], problems: list[Problem]
) -> dict[str, Translation]:
    """Read the translations of one case by language; what is wrong with them goes to `problems`.

    A section that is missing or empty is no problem of the file: it is of the letters that need it.
    """
    found = {}
    for path in paths:
        named = translation_of(path)
        if named and _is_language(named[1], languages, f"{FOLDER}/{path.name}", problems):
            found[named[1]] = _read(path, problems)
    return found


def _is_language(code: str, languages: Sequence[str], file: str, problems: list[Problem]) -> bool:
    if code in languages or code in BUILT_IN:
        return True
    message = (
        f"'{code}' is no language of the campaign ({', '.join(languages)}). A translation is named as its case and "
        "the language, such as viasna.fr.md; the name of a draft begins with _"
    )
    problems.append(Problem(file, message))
    return False


def _read(path: Path, problems: list[Problem]) -> Translation:
    file = f"{FOLDER}/{path.name}"
    parts = take_apart(path, file, must_have_front=False)
    problems.extend(parts.problems)
    fields = Fields(parts.front, file, problems)
    fields.only((*PHRASES, SHORT, *NAMED))
    telling = telling_of(parts.sections, file, problems)
    phrases = {key: text for key in (*PHRASES, SHORT) if (text := fields.text(key))}
    return Translation(telling, phrases, *(fields.by_name(key) for key in NAMED))


def telling_of(sections: Sequence[Section], file: str, problems: list[Problem]) -> Telling:
    """Read heading → Markdown, without sections that are empty; a section that is there twice is a problem."""
    story, rows, begins = dict[str, str](), dict[str, int](), dict[str, int]()
    for section in sections:
        heading = canonical(section.heading)
        if not heading and section.text:
            message = f"text before the first heading: put it under '## {SECTIONS[0]}'"
            problems.append(Problem(file, message, section.row))
        elif heading in rows:
            problems.append(Problem(file, f"the section '{section.heading}' is there twice", section.row))
        elif heading:
            rows[heading] = section.row
            if section.text:
                story[heading], begins[heading] = section.text, section.begins
    return Telling(file, story, rows, begins)


def canonical(heading: str) -> str:
    """Give the heading as we spell it, whatever its case and final question mark."""
    plain = heading.rstrip("? \u00a0").casefold()
    return next((known for known in (*SECTIONS, SUGGESTED, BRIEF) if known.casefold() == plain), heading)
