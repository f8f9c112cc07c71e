"""Loads what people wrote in site/, or says all that is wrong with it at once; builds no page."""

from collections.abc import Collection, Sequence
from pathlib import Path

from outreach.errors import DataError, Problem
from outreach.site.content.files import DOCS, SiteFiles
from outreach.site.content.model import FOLDER, Content
from outreach.site.content.pages import read_pages


def load_content(folder: Path, languages: Sequence[str], cases: Collection[str] = ()) -> Content:  # noqa: ARG001
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
    if problems:
        raise DataError(_in_order(problems))
    return Content(pages)


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Give problems as a person mends them: file by file, row by row."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    return sorted(problems, key=lambda problem: (files.index(problem.file), problem.row or 0))
