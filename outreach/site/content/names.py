"""Keeps out of the site what people chose and no page may show: pictures of other cases, and words that name them."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from outreach.errors import Problem
from outreach.site.content.model import Content
from outreach.site.content.words import words_of
from outreach.text import shortened


def forbidden_words(content: Content, why_not: Callable[[Iterable[str]], str]) -> list[Problem]:
    """Give the words in which `why_not` finds something that may not be told, each with its place; a name is not said.

    `why_not` is that of `facts/untold.py`.
    """
    problems = list[Problem]()
    for words in words_of(content):
        if why := why_not((words.text,)):
            row = f" (the row of {shortened(words.row, 40)})" if words.row else ""
            message = f"speaks of {why}{row}: take it out, or call the file a draft: _…"
            problems.append(Problem(words.file, message, column=words.column or None))
    return problems


def of_told_cases(content: Content, told: Collection[str]) -> Content:
    """Give the content without the pictures of cases that are not among `told`, wherever it names them."""
    pictures = {name: each for name, each in content.pictures.items() if not each.case or each.case in told}
    pages = {
        code: replace(page, picture=page.picture if page.picture in pictures else "")
        for code, page in content.pages.items()
    }
    theme = replace(content.theme, logo=content.theme.logo if content.theme.logo in pictures else "")
    return replace(content, pages=pages, pictures=pictures, theme=theme)
