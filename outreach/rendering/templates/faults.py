"""Turns whatever a template does wrong into one sentence with file and line; knows nothing about letters."""

import re
from pathlib import Path
from traceback import walk_tb

from jinja2 import TemplateNotFound, TemplateSyntaxError

from outreach.errors import Problem, TemplateError
from outreach.language import is_foreign
from outreach.rendering.templates.environment import FILE_NAME, FILTERS, display
from outreach.rendering.templates.nesting import nesting_fault
from outreach.text import did_you_mean

STRANGE_SIGN = re.compile(r"unexpected char '(.)' at")
QUOTES, DASHES = tuple("‘’‚‛“”„‟«»‹›′″"), tuple("–—−‐‑")
PLAIN_WORDS = {
    "Missing end of comment tag": "a comment, {#, begins here and is never ended: close it with #}",
    "unexpected '}'": "a single } ends nothing here: write {{ … }}, two on each side, or {% … %}",
    "unexpected end of template, expected 'end of print": "{{ is never closed: write }} after the word",
    "unexpected end of template, expected 'end of statement": "{% is never closed: write %} after the word",
}
NESTING = re.compile(r"Unexpected end of template|Encountered unknown tag 'end")
NO_FILTER = re.compile(r"No filter named '([^']*)'")


def template_error(error: Exception, folder: Path, template: str) -> TemplateError:
    """Say what went wrong, in which file and line; `template` is named when Python does not know better."""
    if isinstance(error, TemplateError):
        return error
    if isinstance(error, TemplateSyntaxError):
        name = Path(error.filename).name if error.filename else template
        message, begins = _syntax(error)
        return _broken(folder, name, begins, message)
    name, row = _place(error, folder, template)
    return _broken(folder, name, row, _words(error, folder))


def _in_another_language(folder: Path, name: str) -> str:
    """Name the file that is this one in another language, such as _letter.en.md for _letter.pt.md; "" without one."""
    match name.rsplit(".", 2):
        case [stem, _, ending] if FILE_NAME.fullmatch(f"{stem}.md"):
            there = sorted(path.name.rsplit(".", 2)[1] for path in folder.glob(f"{stem}.*.{ending}"))
            return f"{stem}.{min(there, key=is_foreign)}.{ending}" if there else ""
    return ""


def _broken(folder: Path, name: str, row: int | None, message: str) -> TemplateError:
    return TemplateError([Problem(display(folder, name), message, row)])


def _place(error: Exception, folder: Path, template: str) -> tuple[str, int | None]:
    """Give the innermost line of a template that the error passed through (Jinja gives its frames the file's name)."""
    place: tuple[str, int | None] = (template, None)
    for frame, line in walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.suffix in {".md", ".txt"} and path.parent == folder:
            place = (path.name, line)
    return place


def _syntax(error: TemplateSyntaxError) -> tuple[str, int]:
    """Say what Jinja did not understand, and in which row."""
    message = error.message or "cannot be understood"
    if unknown := NO_FILTER.search(message):
        names = sorted({*FILTERS, "ordinal", "join_words"})
        return f"there is no filter '{unknown[1]}'{did_you_mean(unknown[1], names)}", error.lineno
    sign = sign[1] if (sign := STRANGE_SIGN.match(message)) else ""
    if sign in QUOTES:
        why = f"the curly quotation mark {sign} inside {{{{ }}}} or {{% %}}"
        return f"{why}: only straight ones, ' or \", are understood there", error.lineno
    if sign in DASHES:
        return f"the long dash {sign} inside {{{{ }}}} or {{% %}}: write a plain one, -", error.lineno
    if plain := next((words for begin, words in PLAIN_WORDS.items() if message.startswith(begin)), ""):
        return plain, error.lineno
    nested = nesting_fault(error.source) if NESTING.search(message) and error.source else None
    return nested or (message, error.lineno)


def _words(error: Exception, folder: Path) -> str:
    if isinstance(error, TemplateNotFound):
        there = _in_another_language(folder, str(error.name))
        make = f"copy {there} to it and translate that" if there else "make it"
        return f"there is no '{error.name}' in this folder; {make}, or mend the name (layouts begin with _)"
    if isinstance(error, RecursionError):
        return "a template or macro that uses itself never ends"
    if isinstance(error, MemoryError | SyntaxError):
        return "too deeply nested"
    return str(error) or type(error).__name__
