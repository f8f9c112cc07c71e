"""Gives the sections of a case as letters say them, or says why they cannot; reads no files.

Campaigners write them in Markdown. What a letter cannot show as it is meant is refused with its row: HTML, images,
tables, footnotes and code.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter

from outreach.cases.files.translations import BRIEF, SUGGESTED
from outreach.cases.model import Case
from outreach.errors import Problem
from outreach.language import language_name
from outreach.rendering.letters.setting.markdown import parsed
from outreach.rendering.templates.untold import Untold
from outreach.text import listed, unwrapped

SECTIONS = {"background": "Story behind", "what_happened": "What happened", "what_we_want": "What we want"}
KNOWN = (*SECTIONS.values(), SUGGESTED, BRIEF)
TAG = re.compile(r"<(?:/?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>|!--)")  # an address in <…> is a link, and none of these
IMAGE = re.compile(r"!\[[^\]]*\][(\[]")
FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
TABLE = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*\|[-:| \t]*$", re.MULTILINE)
MARKED = re.compile(r"^[ \t]*(?:[-*+>]|\d{1,2}[.)])[ \t]", re.MULTILINE)
QUOTED = re.compile(
    r"\u201c([^\u201c\u201d]+)\u201d|\xab([^\xab\xbb]+)\xbb|\"([^\"]+)\"|\u201e([^\u201e\u201c]+)\u201c"
)
CODE = {
    "fence": "``` makes code of what follows: delete the line",
    "code_block": "four spaces at the beginning make code of the line: delete them",
}


def story_words(case: Case, language: str) -> dict[str, str]:
    """Give each section of a case in a language, by the word that templates know it by; Untold where it cannot be."""
    return {word: section_text(case, heading, language) for word, heading in SECTIONS.items()}


def suggested_words(case: Case, language: str) -> tuple[str, str]:
    """Give the sentence and the paragraph that a delegation could say, each on one line, or "" where nobody wrote it.

    They are Untold where a letter cannot show them as they are meant.
    """
    telling = case.told_in(language)
    text = telling.story.get(SUGGESTED, "") if telling else ""
    if not telling or not text:
        return "", ""
    if fault := _fault(text) or _marked(text):
        row, message = fault
        begins = telling.begins.get(SUGGESTED)
        untold = Untold(Problem(telling.file, message, begins + row - 1 if begins else None))
        return untold, untold
    sentence, *more = (_unquoted(unwrapped(part)) for part in re.split(r"\n[ \t]*\n", text) if part.strip())
    return sentence, next(iter(more), "")


def _marked(text: str) -> tuple[int, str] | None:
    """Find a list or a quotation in suggested words: its row, from 1, and what to write; letters quote the words."""
    if found := MARKED.search(text):
        message = "a list or a quotation: write one sentence, a blank line, then a paragraph, without marks before them"
        return text.count("\n", 0, found.start()) + 1, message
    return None


def _unquoted(text: str) -> str:
    """Give words without quotation marks around all of them: letters set their own."""
    found = QUOTED.fullmatch(text)
    return (found[found.lastindex or 0]).strip() if found else text


def story_problems(case: Case, language: str) -> list[Problem]:
    """List what keeps the sections of a case out of letters in a language: what is missing there, once, or unfit."""
    untold = [text.problem for text in story_words(case, language).values() if isinstance(text, Untold)]
    return list(dict.fromkeys(untold))


def section_text(case: Case, heading: str, language: str) -> str:
    """Give one section of a case in a language; Untold where it is not there, or cannot be shown as it is meant."""
    telling = case.told_in(language)
    if telling is None:
        name = language_name(language)
        headings = ", ".join(SECTIONS.values())
        message = f"not there: letters in {name} are filled from it, from the sections {headings}"
        return Untold(Problem(f"cases/{case.slug}.{language}.md", message))
    if heading not in telling.rows and (foreign := [each for each in telling.rows if each not in KNOWN]):
        wanted, there = (listed(f"'## {each}'" for each in headings) for headings in (SECTIONS.values(), foreign))
        message = f"headings stay in English in every language: {wanted}. Here stands {there}"
        return Untold(Problem(telling.file, message, telling.rows[foreign[0]]))
    if heading not in telling.story:
        return Untold(Problem(telling.file, f"no section '## {heading}' with text", telling.rows.get(heading)))
    text = telling.story[heading]
    if fault := _fault(text):
        row, message = fault
        begins = telling.begins.get(heading)
        return Untold(Problem(telling.file, message, begins + row - 1 if begins else None))
    return text


@lru_cache(maxsize=256)
def _fault(text: str) -> tuple[int, str] | None:
    """Find the first thing in a section that a letter cannot show as it is meant: its row, from 1, and why."""
    return min(_faults(text), default=None, key=itemgetter(0))


def _faults(text: str) -> Iterator[tuple[int, str]]:
    for token in parsed(text):
        if token.type in CODE and token.map:
            yield token.map[0] + 1, f"{CODE[token.type]}. Letters have no code"
    for pattern, message in (
        (TAG, "HTML is shown as it is typed: take '{}' out"),
        (IMAGE, "letters have no images: take '{}' out"),
        (FOOTNOTE, "letters have no footnotes: take '{}' out"),
        (TABLE, "letters have no tables: write sentences or a list"),
    ):
        for found in pattern.finditer(text):
            yield text.count("\n", 0, found.start()) + 1, message.format(found[0][:30])
