"""Finds names in the words of site/ that no page may say: people write these, and no rule of a case keeps them."""

from collections.abc import Collection, Iterator, Mapping

from outreach.cases.model import Case
from outreach.cases.naming import NameFinder
from outreach.cases.withheld import Withheld
from outreach.errors import Problem
from outreach.site.content.model import Content
from outreach.site.content.words import Words, words_of
from outreach.text import shortened

TAKE_OUT = "take the name out, or take the file out of the folder"


def forbidden_names(
    content: Content, cases: Mapping[str, Case], told: Collection[str], withheld: Withheld
) -> list[Problem]:
    """Give the words that name a withheld name, a case that is not among `told`, or a person who did not agree.

    `told` are the slugs of the cases that the pages may tell. A withheld name is not repeated.
    """
    finder = NameFinder(cases)
    return [problem for words in words_of(content) for problem in _problems(words, finder, cases, told, withheld)]


def _problems(
    words: Words, finder: NameFinder, cases: Mapping[str, Case], told: Collection[str], withheld: Withheld
) -> Iterator[Problem]:
    at = f"'{shortened(words.text, 50)}' " if words.column and words.file.endswith(".csv") else ""
    if where := withheld.where_in([words.text]):
        yield Problem(words.file, f"has a name that is withheld ({where}): {TAKE_OUT}", column=words.column or None)
        return
    for found in finder.names([words.text], ()):
        case = cases[found.case]
        silent = [name for name in found.people if not _may_be_named(case, name)]
        if found.case not in told:
            message = f"{at}names the case {found.case}, which no page may tell (consent for web, embargo): {TAKE_OUT}"
            yield Problem(words.file, message, column=words.column or None)
        elif silent:
            message = f"{at}names {silent[0]}, who did not agree to be named on the web: {TAKE_OUT}"
            yield Problem(words.file, message, column=words.column or None)


def _may_be_named(case: Case, name: str) -> bool:
    return any(person.name == name for person in case.people_for("web"))
