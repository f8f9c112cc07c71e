"""Writes a letter: picks the template, fills in the words, splits subject and body; knows nothing about mail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType

from jinja2 import Template

from outreach.errors import Problem, TemplateError
from outreach.language import CODE, is_foreign, is_right_to_left
from outreach.rendering.letters.names import SEVERAL, template_name
from outreach.rendering.letters.reference import reference_line, with_reference
from outreach.rendering.letters.setting.bidi import turned
from outreach.rendering.letters.setting.markdown import Block, render, split, texts, unescaped
from outreach.rendering.letters.setting.page import page
from outreach.rendering.letters.setting.quoting import marked
from outreach.rendering.templates.context import LetterContext
from outreach.rendering.templates.controls import WordCheck
from outreach.rendering.templates.environment import FILE_NAME, LetterEnvironment, display
from outreach.rendering.templates.faults import template_error
from outreach.settings.words import NO_WORDS, LanguageWords
from outreach.text import code_point, control_in, control_in_line

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,99})")
SUBJECT = "Subject:"
MAX_SUBJECT = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered letter. `blocks` are its paragraphs, each ready as HTML, as text and as quoted-printable of both.

    `reference` names this one letter, such as ABCDE-FGHIJ; unless it is empty it stands where a template says it, and
    under the signature, in the words of `our_reference`.
    """

    language: str
    subject: str
    blocks: tuple[Block, ...]
    reference: str = ""
    our_reference: str = ""

    @property
    def parts(self) -> tuple[Block, ...]:
        """Give all that is read: the paragraphs, and the line with the reference."""
        blocks = with_reference(self.blocks, self.reference)
        if not self.reference:
            return blocks
        return (*blocks, reference_line(self.language, self.reference, self.our_reference))

    @property
    def text(self) -> str:
        """Give the body as plain text, wrapped at 76 columns, lines ended by a line feed."""
        return "\n".join([block.text for block in self.parts])

    @property
    def html(self) -> str:
        """Give the body as a complete HTML document, styles inlined."""
        around = page(self.language, self.subject)
        return around.head + "".join([block.html for block in self.parts]) + around.tail

    def with_subject(self, subject: str) -> "Letter":
        """Give the letter another subject, such as "[TEST] …"."""
        return replace(self, subject=subject)

    def with_reference(self, reference: str) -> "Letter":
        """Give the letter this reference, in place of any other."""
        return Letter(self.language, self.subject, self.blocks, reference, self.our_reference)


class LetterWriter:
    """Writes letters from the templates of one folder, each file read once: make a new writer to see changes."""

    def __init__(self, templates: Path, words: Mapping[str, LanguageWords] = MappingProxyType({})) -> None:
        self._folder = templates
        self._words = words
        self._environment = LetterEnvironment(templates)
        self._check = WordCheck()
        self._chosen: dict[tuple[str, str, str], Template] = {}

    def write(self, context: LetterContext) -> Letter:
        """Render the letter; raise TemplateError naming file, line and what is wrong."""
        template, source = self._source(context)
        try:
            own = self._words.get(context.language, NO_WORDS).our_reference
            return _letter(context.language, source, own, context.digest.quotes)
        except ValueError as error:
            raise TemplateError(
                [Problem(display(self._folder, template.name or ""), str(error), _subject_row(template))]
            ) from None

    def texts(self, context: LetterContext) -> tuple[str, tuple[str, ...]]:
        """Give the subject of a letter and its paragraphs as plain text, without keeping any; errors as `write`."""
        template, source = self._source(context)
        try:
            subject, body = _split(source)
        except ValueError as error:
            raise TemplateError(
                [Problem(display(self._folder, template.name or ""), str(error), _subject_row(template))]
            ) from None
        return subject, texts(body, context.language)

    def _source(self, context: LetterContext) -> tuple[Template, str]:
        """Fill in the words; gives the template and what it says."""
        template = self._template(context)
        file = display(self._folder, template.name or "")
        if problem := self._check.problem(_nouns(context)):
            raise TemplateError([Problem(file, problem)])
        try:
            source = template.render(_words(context))
        except Exception as error:  # noqa: BLE001 - a template can raise whatever Python can; people get file and line
            raise template_error(error, self._folder, template.name or "") from None
        if context.note and context.note not in source:
            lost = (
                "says no {{ note }}: the paragraph for this State would be lost. Put {{ note }} where it should stand"
            )
            raise TemplateError([Problem(file, lost)])
        return template, source

    def _template(self, context: LetterContext) -> Template:
        slug = SEVERAL if len(context.cases) > 1 else context.case.slug
        key = (slug, context.round, context.language)
        if key not in self._chosen:
            self._chosen[key] = self._load(self._name(*key))
        return self._chosen[key]

    def _name(self, slug: str, round_: str, language: str) -> str:
        """Which file: the case's own first; for other rounds the case's own if it exists, else the common one."""
        for what, word, allowed in (("case", slug, SLUG), ("round", round_, SLUG), ("language", language, CODE)):
            if not allowed.fullmatch(word):
                message = f"{word[:60]!a} cannot be the name of a {what}: use a-z, 0-9 and -"
                raise TemplateError([Problem(display(self._folder, "").rstrip("/"), message)])
        return template_name(self._folder, slug, round_, language)

    def _load(self, name: str) -> Template:
        if not (self._folder / name).is_file():
            raise TemplateError([Problem(display(self._folder, name), self._absent(name))])
        try:
            return self._environment.get_template(name)
        except Exception as error:  # noqa: BLE001 - as in write
            raise template_error(error, self._folder, name) from None

    def _absent(self, name: str) -> str:
        stem, language, _ = name.rsplit(".", 2)
        names = [path.name for path in self._folder.glob(f"{stem}.*.md") if FILE_NAME.fullmatch(path.name)]
        languages = sorted(found.split(".")[-2] for found in names if found.rsplit(".", 2)[0] == stem)
        there = f"it exists in: {', '.join(languages)}" if languages else "it exists in no other language either"
        copied = min(languages, key=is_foreign, default="")
        if copied:
            make = f"Copy {stem}.{copied}.md to that name and translate it"
        elif is_foreign(language):
            make = f"A new campaign (outreach init DIR) has {stem}.en.md: copy that to this name and translate it"
        else:
            make = f"A new campaign (outreach init DIR --language {language}) has it: copy it from there"
        return f"there is no such template ({there}). {make}, or take '{language}' out of the languages"


def _letter(language: str, source: str, our_reference: str, quotes: tuple[str, ...] = ()) -> Letter:
    """Read a rendered template as a letter; ValueError says what is wrong with it.

    Words that are quoted stay as somebody wrote them, in whatever language: no rule of the letter's own changes a sign.
    """
    subject, body = _split(source)
    blocks = _quoting(body, language, quotes) if quotes else render(body, language)
    if is_right_to_left(language):
        blocks = tuple([turned(block) for block in blocks])
    if not any(block.text for block in blocks):
        raise ValueError("the letter has a subject and no text")
    return Letter(language, subject, blocks, our_reference=our_reference)


def _quoting(body: str, language: str, quotes: tuple[str, ...]) -> tuple[Block, ...]:
    words = tuple(map(unescaped, quotes))
    blocks = list[Block]()
    for part in split(body):
        quoted = any(quote in part for quote in quotes)
        found = render(part, "" if quoted else language)
        blocks += [marked(block, words, language) for block in found] if quoted else found
    return tuple(blocks)


def _split(source: str) -> tuple[str, str]:
    """Give subject and Markdown body of a rendered template."""
    first, _, rest = source.lstrip("\n").partition("\n")
    after, _, body = rest.partition("\n")
    if not first.startswith(SUBJECT):
        raise ValueError("the first line of a letter is 'Subject: …', then a blank line")
    subject = first[len(SUBJECT) :].strip()
    problem = _subject_problem(subject, after) or _body_problem(body)
    if problem:
        raise ValueError(problem)
    return subject, body


def _words(context: LetterContext) -> dict[str, object]:
    return dict(zip(LETTER_FIELDS, _values(context), strict=True))


def _subject_problem(subject: str, after: str) -> str:
    """Say what is wrong with a subject line and the line that follows it, or ""."""
    if not subject:
        return "the subject is empty"
    if after.strip():
        return "a blank line must follow the subject: the subject is one line, without line breaks"
    if len(subject) > MAX_SUBJECT:
        return f"the subject is longer than {MAX_SUBJECT} characters"
    found = control_in_line(subject)
    return f"the subject has the control character {code_point(found)}" if found else ""


def _body_problem(body: str) -> str:
    """Say what is wrong with a body, or ""."""
    found = control_in(body)
    if not found:
        return ""
    line = body.count("\n", 0, body.index(found)) + 3
    return f"line {line} of the letter has the control character {code_point(found)}"


def _subject_row(template: Template) -> int:
    """Find where the template says Subject, or its first line."""
    try:
        lines = Path(template.filename or "").read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):  # changed since it was loaded
        return 1
    return next((row for row, line in enumerate(lines, 1) if line.startswith(SUBJECT)), 1)


def _nouns(context: LetterContext) -> list[object]:
    """Give all whose words may stand in a letter: none may bring a line break or a control character along."""
    record = context.record
    nouns: list[object] = [context.state, context.mission, context.case, context.ask, context.sender, context.campaign]
    nouns += [context.theme, context.mission.extra, *context.case.persons, *context.cases[1:]]
    nouns += [person for case in context.cases[1:] for person in case.persons]
    nouns += [*record.co_sponsored, *record.led, *record.joined, *record.raised, *context.other_cases]
    nouns += [*record.others, context.digest, *context.digest.cases]
    return nouns


LETTER_FIELDS = tuple(field.name for field in fields(LetterContext))
_values = attrgetter(*LETTER_FIELDS)
