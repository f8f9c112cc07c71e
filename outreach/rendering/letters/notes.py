"""Writes the paragraph that only one State's letter has: from templates/states/DNK.en.md, or as somebody typed it.

A file is a template with the words of the letter; what was typed is taken as it is. It knows no letter.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from outreach.errors import Problem, TemplateError
from outreach.language import CODE
from outreach.rendering.templates.context import LetterContext
from outreach.rendering.templates.environment import LetterEnvironment, display, text_of
from outreach.rendering.templates.faults import template_error
from outreach.text import code_point, control_in, did_you_mean

NAME = re.compile(rf"(?P<state>[A-Z]{{3}})\.(?P<language>{CODE.pattern})\.md")
REMARK = re.compile(r"\{#.*?#\}", re.DOTALL)
FIELDS = tuple(field.name for field in fields(LetterContext))
FIRST = "first"  # the round that the files are for; what was typed is for the letters that it was typed with


class NoteWriter:
    """Gives the paragraph for a State, in the language of its letter; each file is read once."""

    def __init__(self, folder: Path, states: Collection[str], typed: Mapping[str, str] = MappingProxyType({})) -> None:
        """Read from `folder`; `states` are the codes there are, `typed` takes the place of a State's files."""
        self._folder = folder
        self._states = states
        self._typed = typed
        self._environment = LetterEnvironment(folder)

    @cached_property
    def languages(self) -> Mapping[str, tuple[str, ...]]:
        """Give the languages of the files by State; TemplateError naming every file that is no State's, or empty."""
        found, problems = dict[str, list[str]](), list[Problem]()
        for path in sorted(self._folder.glob("*.md")):
            if path.name.startswith(("_", ".")):
                continue
            if problem := self._problem(path):
                problems.append(problem)
            elif named := NAME.fullmatch(path.name):
                found.setdefault(named["state"], []).append(named["language"])
        if problems:
            raise TemplateError(problems)
        return {code: tuple(languages) for code, languages in found.items()}

    def has(self, state: str, language: str, round_: str) -> bool:
        """Say whether there is a paragraph for a letter."""
        return state in self._typed or (round_ == FIRST and language in self.languages.get(state, ()))

    def other_languages(self, state: str, language: str, round_: str) -> tuple[str, ...]:
        """Give the languages in which there is a paragraph for a State that its letter does not say, for its own."""
        return () if round_ != FIRST or self.has(state, language, round_) else self.languages.get(state, ())

    def write(self, context: LetterContext) -> str:
        """Write the paragraph of a letter, in Markdown; "" without one. TemplateError says what is wrong, and where."""
        code = context.state.code
        if code in self._typed:
            return self._typed[code]
        if not self.has(code, context.language, context.round):
            return ""
        name = f"{code}.{context.language}.md"
        try:
            template = self._environment.get_template(name)
            note = template.render({field: getattr(context, field) for field in FIELDS}).strip()
        except Exception as error:  # noqa: BLE001 - a template can raise whatever Python can; people get file and line
            raise template_error(error, self._folder, name) from None
        if control := control_in(note):
            message = f"has the control character {code_point(control)}: delete it"
            raise TemplateError([Problem(display(self._folder, name), message)])
        return note

    def files(self) -> Iterator[tuple[str, str]]:
        """Give State and language of each file."""
        yield from ((state, language) for state, languages in self.languages.items() for language in languages)

    def _problem(self, path: Path) -> Problem | None:
        file = display(self._folder, path.name)
        named = NAME.fullmatch(path.name)
        if named is None:
            return Problem(file, "is no State's: name it by its alpha-3 code and the language, such as DNK.en.md")
        if named["state"] not in self._states:
            return Problem(file, f"there is no State '{named['state']}'{did_you_mean(named['state'], self._states)}")
        if not REMARK.sub("", text_of(path, file)).strip():
            return Problem(file, "is empty: write the paragraph, or delete the file")
        return None
