"""Finds the words of site/ that no page may say: people type these, and no rule of a case takes them away."""

from collections.abc import Callable, Iterable

from outreach.errors import Problem
from outreach.site.content.model import Content
from outreach.site.content.words import words_of
from outreach.text import shortened


def forbidden_words(content: Content, why_not: Callable[[Iterable[str]], str]) -> list[Problem]:
    """Give the words in which `why_not` finds something that may not be told, each with its place; a name is not said.

    `why_not` is that of `publishing/untold.py`.
    """
    problems = list[Problem]()
    for words in words_of(content):
        if why := why_not((words.text,)):
            row = f" (the row of {shortened(words.row, 40)})" if words.row else ""
            message = f"speaks of {why}{row}: take it out, or call the file a draft: _…"
            problems.append(Problem(words.file, message, column=words.column or None))
    return problems
