"""Loads what people wrote in site/, or says all that is wrong with it at once; builds no page."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from outreach.errors import DataError, Problem
from outreach.publishing.files import DOCS, FOLDER, SiteFiles, named
from outreach.publishing.updates import read_updates
from outreach.site.content.model import Content, PageWords, Picture, Theme
from outreach.site.content.pages import STEM, read_pages
from outreach.site.content.pictures import FILE as PICTURES
from outreach.site.content.pictures import read_pictures
from outreach.site.content.resources import read_resources
from outreach.site.content.theme import FILE as THEME
from outreach.site.content.theme import read_theme
from outreach.text import did_you_mean, shortened


def load_content(folder: Path, languages: Sequence[str], cases: Collection[str] = ()) -> Content:
    """Read site/ of the campaign in `folder`; `cases` are the slugs that pictures may name.

    The languages of the site are those of `languages` that have a page, in that order. Raises DataError with every
    problem of every file: file, row and column where known, and what to do.
    """
    if not (folder / FOLDER).is_dir():
        message = f"there is no such folder; the words of the public page are files in it: {DOCS}"
        raise DataError([Problem(f"{FOLDER}/", message)])
    problems = list[Problem]()
    files = SiteFiles(folder, problems)
    pages = read_pages(files, languages, problems)
    content = Content(
        pages,
        read_resources(files, problems),
        read_updates(files, languages, problems),
        read_pictures(files, tuple(pages), cases, problems),
        read_theme(files, problems),
    )
    problems += _unknown_pictures(pages, content.theme, content.pictures)
    if problems:
        raise DataError(_in_order(problems))
    return content


def _unknown_pictures(
    pages: Mapping[str, PageWords], theme: Theme, pictures: Mapping[str, Picture]
) -> Iterator[Problem]:
    """Give the places that name a picture which has no row, or no file."""
    wanted = [(named(f"{STEM}.{language}.md"), "picture", page.picture) for language, page in pages.items()]
    for file, key, picture in (*wanted, (named(THEME), "logo", theme.logo)):
        if picture and picture not in pictures:
            message = f"there is no picture '{shortened(picture)}' in {named(PICTURES)}"
            yield Problem(file, message + (did_you_mean(picture, pictures) if pictures else ""), column=key)


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Give problems as a person mends them: file by file, row by row."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    return sorted(problems, key=lambda problem: (files.index(problem.file), problem.row or 0))
