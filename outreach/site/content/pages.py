"""Reads the words of the campaign's page, site/page.xx.md; knows nothing about how a page looks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from outreach.cases.files.fields import Fields
from outreach.cases.files.frontmatter import take_apart
from outreach.errors import Problem
from outreach.language import language_name
from outreach.publishing.files import DOCS, SiteFiles, in_languages, named
from outreach.site.content.cells import read_web_address
from outreach.site.content.model import PageWords
from outreach.text import did_you_mean, either, shortened

STEM = "page"
SECTIONS = {"We did it": "we_did_it", "What we want": "what_we_want", "How": "how", "Documented cases": "documented"}
KEYS = {
    "title": "what the page is called, in the browser and where somebody links to it",
    "description": "one sentence for search engines and previews",
    "hero": "the first words of the page, in large letters",
    "lead": "one to three sentences under them",
}
OPTIONAL = ("done_on", "film", "picture")


def read_pages(files: SiteFiles, languages: Sequence[str], problems: list[Problem]) -> dict[str, PageWords]:
    """Read the page in each of the campaign's languages that has a file, in their order.

    A language without a file is none of the site. What one language says in front matter or a section and another does
    not is a problem of that other file.
    """
    before = len(problems)
    there = dict(in_languages(STEM, files.listed()))
    pages = dict[str, PageWords]()
    for language in (*languages, *(there.keys() - set(languages))):
        name = there.get(language)
        if name is None:
            continue
        if language not in languages:
            problems.append(Problem(named(name), _no_language(language, languages)))
        elif path := files.readable(name):
            pages[language] = _read(path, name, language, problems)
    if not there:
        message = f"missing: the words of the campaign's page, in {either([language_name(each) for each in languages])}"
        problems.append(Problem(named(f"{STEM}.{languages[0]}.md"), f"{message}; how to write it: {DOCS}"))
    if len(problems) == before:  # else what seems to be missing may stand under a heading with a slip
        problems += _untranslated(pages)
    return pages


def _no_language(language: str, languages: Sequence[str]) -> str:
    name = either([f"{STEM}.{each}.md" for each in languages])
    if not language:
        return f"its name does not say the language: call it {name}"
    there = ", ".join(languages)
    return f"'{shortened(language)}' is no language of the campaign ({there}): call it {name}, or a draft _{STEM}…"


def _read(path: Path, name: str, language: str, problems: list[Problem]) -> PageWords:
    file = named(name)
    parts = take_apart(path, file, docs=DOCS)
    problems.extend(parts.problems)
    found = [] if parts.front is None else problems
    fields = Fields(parts.front, file, found)
    fields.only((*KEYS, *OPTIONAL))
    sections = dict[str, str]()
    for section in parts.sections:
        heading = _canonical(section.heading)
        if not heading:
            if section.text:
                message = f"text before the first section: put it under '## {next(iter(SECTIONS))}'"
                found.append(Problem(file, message, section.row))
        elif heading not in SECTIONS:
            message = f"there is no section '{shortened(heading)}' (headings inside a section begin with ###)"
            found.append(Problem(file, message + did_you_mean(heading, SECTIONS), section.row))
        elif heading in sections:
            found.append(Problem(file, f"the section '{heading}' is there twice: keep one", section.row))
        else:
            sections[heading] = section.text
    return PageWords(
        language,
        **{key: fields.required(key, what) for key, what in KEYS.items()},
        film=_film(fields),
        done_on=_day(fields, "done_on"),
        picture=fields.text("picture"),
        **{SECTIONS[heading]: text for heading, text in sections.items()},
    )


def _film(fields: Fields) -> str:
    try:
        return read_web_address(fields.text("film"))
    except ValueError as error:
        fields.wrong("film", str(error))
        return ""


def _day(fields: Fields, key: str) -> date | None:
    text = fields.text(key)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fields.wrong(key, f"'{shortened(text)}' is no day: write it as 2022-10-19")
        return None


def _canonical(heading: str) -> str:
    """Give the heading as we spell it, whatever its case and final question mark."""
    plain = heading.rstrip("? \u00a0").casefold()
    return next((known for known in SECTIONS if known.casefold() == plain), heading)


def _untranslated(pages: Mapping[str, PageWords]) -> Iterator[Problem]:
    """Give the sections that a page has in one language and not in another."""
    for heading, attribute in SECTIONS.items():
        model = next((page for page in pages.values() if getattr(page, attribute)), None)
        if model is None:
            continue
        for language, page in pages.items():
            if not getattr(page, attribute):
                message = f"the section '{heading}' is missing: {named(f'{STEM}.{model.language}.md')} has it"
                yield Problem(named(f"{STEM}.{language}.md"), f"{message}; write it in {language_name(language)}")
