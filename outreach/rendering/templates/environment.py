"""The sandbox of templates: which words, filters and functions exist; knows no letter, no post and no mission."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, nodes, pass_context
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from outreach.errors import Problem, TemplateError
from outreach.grammar import join_words, months_between, ordinal, spelt, years_between
from outreach.rendering.templates import context, post_context
from outreach.rendering.templates.compiled import MOST, Compiled
from outreach.rendering.templates.untold import Untold
from outreach.text import did_you_mean, either, identifier

MAX_LETTER = 100_000  # characters of a rendered template, letter or post
FEW = 64  # pieces of one
MAX_TEMPLATE = 100_000  # bytes of a file
MAX_RANGE = 1_000
FILE_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.md")
POST_FILE_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.txt")
# A tag or comment that stands alone takes its line with it; the comment put there keeps line numbers as they are.
ALONE = re.compile(
    r"^[ \t]*(?P<tags>(?:(?:\{%(?:(?!%\}).){0,4000}%\}|\{#(?:(?!#\}).){0,4000}#\})[ \t]*)+)\n", re.MULTILINE | re.DOTALL
)

# What a template sees of each noun: its fields, nothing else; of columns of one's own their names, which it is asked.
WORDS: dict[type, frozenset[str]] = {
    noun: frozenset(field.name for field in fields(noun) if noun is not context.ExtraWords)
    for words in (context, post_context)
    for noun in vars(words).values()
    if isinstance(noun, type) and noun.__module__ == words.__name__
}
CALLED = {noun: noun.__name__.removesuffix("Words").lower() for noun in WORDS} | {post_context.TaggedWords: "mission"}
LETTER_WORDS = tuple(field.name for field in fields(context.LetterContext))
POST_WORDS = tuple(field.name for field in fields(post_context.PostContext))
OUTSIDE = "what stands outside {% block … %} is never written: move it into a block, or make it a comment, {# … #}"
# What a template says without writing anything.
UNWRITTEN = (
    nodes.Extends, nodes.Block, nodes.Macro, nodes.Assign, nodes.AssignBlock, nodes.Import, nodes.FromImport
)  # fmt: skip
NOTHING: frozenset[str] = frozenset()
NAMES_OF_FORUM = frozenset({"of_forum", "at_forum", "forum_short", "at_forum_short"})
NO_FORUM = (
    "the forum of the ask {} has no name in this language: in outreach.toml, "
    'write forum = {{ en = "…", fr = "…", es = "…" }}'
)
TEXT_METHODS = frozenset(
    {"upper", "lower", "title", "capitalize", "strip", "startswith", "endswith", "split", "splitlines"}
)
FILTERS = (
    "capitalize", "d", "default", "first", "join", "last", "length", "list", "lower", "map", "reject", "rejectattr",
    "reverse", "select", "selectattr", "sort", "string", "title", "trim", "unique", "upper",
)  # fmt: skip


class MissingWord(StrictUndefined):
    """A word the template uses and nobody gave: says which, and which was probably meant."""

    __slots__ = ()
    known: ClassVar[tuple[str, ...]] = LETTER_WORDS

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        name = str(self._undefined_name)
        if self._undefined_obj is missing:
            return f"there is no word '{name}'{did_you_mean(name, self.known)}"
        noun = type(self._undefined_obj)
        if isinstance(self._undefined_obj, context.ExtraWords):
            return _no_column(self._undefined_obj, name)
        if noun in WORDS:
            return f"'{CALLED[noun]}' has no '{name}'{did_you_mean(name, sorted(WORDS[noun]))}"
        return f"there is no '{name}' in a {noun.__name__}"


class MissingPostWord(MissingWord):
    """A word that a post uses and nobody gave; `mission` is a word only of a post that is addressed."""

    __slots__ = ()
    known = POST_WORDS

    @property
    def _undefined_message(self) -> str:
        if self._undefined_name == "mission" and self._undefined_obj is missing and not self._undefined_hint:
            return "only a post whose own text says 'mission' is addressed to one, and knows it"
        return super()._undefined_message


class LetterEnvironment(ImmutableSandboxedEnvironment):
    """Templates reach the fields of LetterContext, a few methods of text and a few filters. Nothing else exists."""

    intercepted_binops = frozenset({"*", "**", "%"})
    file_names = FILE_NAME
    missing_word: type[MissingWord] = MissingWord
    compiled = Compiled()

    def __init__(self, folder: Path) -> None:
        super().__init__(
            loader=TemplateLoader(folder, self.file_names),
            bytecode_cache=self.compiled,
            undefined=self.missing_word,
            finalize=printable,
            autoescape=False,  # Markdown, not HTML: markdown-it escapes
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=1_000,
        )
        known = self.filters
        self.filters = {name: known[name] for name in FILTERS} | {
            "ordinal": ordinal,
            "join_words": join_words,
            "spelt": spelt,
            "grouped": grouped,
        }
        self.globals = {"range": short_range, "years_since": years_since, "months_since": months_since}

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """Join what a template yields, up to the longest letter there may be; looked at every few pieces."""
        pieces, size = iter(pieces), 0
        kept = list[str]()
        while some := list(islice(pieces, FEW)):
            size += sum(map(len, some))
            if size > MAX_LETTER:
                raise SecurityError(f"the text is longer than {MAX_LETTER:,} characters; does a loop never end?")
            kept += some
        return "".join(kept)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is context.ExtraWords:
            places = _places(obj, attribute)
            return obj.texts[places[0]] if len(places) == 1 else self.undefined(obj=obj, name=attribute)
        if attribute in WORDS.get(type(obj), NOTHING):
            value = getattr(obj, attribute)
            if value and type(value) is str:
                return value
            if type(value) is Untold:
                raise TemplateError([value.problem])
            if value or attribute not in NAMES_OF_FORUM or type(obj) is not context.AskWords:
                return value
            return self.undefined(hint=NO_FORUM.format(obj.id), obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if type(obj) in WORDS and isinstance(argument, str):
            return self.getattr(obj, argument)
        return super().getitem(obj, argument)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if type(obj) in WORDS:
            return attr in WORDS[type(obj)]
        if isinstance(obj, str):
            return attr in TEXT_METHODS
        return isinstance(obj, LoopContext | TemplateModule) and bool(super().is_safe_attribute(obj, attr, value))

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        hint = f"'{attribute}' is out of bounds: a template can use the words of docs/templates.md, nothing else"
        return self.undefined(hint, obj=obj, name=attribute, exc=SecurityError)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator != "**" and isinstance(left, int | float) and isinstance(right, int | float):
            return super().call_binop(context, operator, left, right)
        raise SecurityError(f"'{operator}' is out of bounds: join texts with ~")


def _places(extra: context.ExtraWords, name: str) -> list[int]:
    """Find the column of one's own that a template names: as the file does, or in lower_case_with_underscores."""
    if name in extra.names:
        return [extra.names.index(name)]
    wanted = identifier(name)
    return [place for place, column in enumerate(extra.names) if identifier(column) == wanted and wanted]


def _no_column(extra: context.ExtraWords, name: str) -> str:
    """Say why a template cannot have this column, and which there are."""
    if several := [extra.names[place] for place in _places(extra, name)]:
        ways = [f'mission.extra["{column}"]' for column in several]
        return f"several columns of contacts/ are called '{name}': write {either(ways)}"
    if not extra.names:
        return f"there is no column '{name}': contacts/missions.csv has no column of your own"
    return f"contacts/missions.csv has no column '{name}' of your own{did_you_mean(name, map(identifier, extra.names))}"


class PostEnvironment(LetterEnvironment):
    """Templates of posts are .txt files, and reach the fields of PostContext instead."""

    file_names = POST_FILE_NAME
    missing_word = MissingPostWord
    compiled = Compiled()


class TemplateLoader(BaseLoader):
    """Reads templates of one folder and of nowhere else."""

    def __init__(self, folder: Path, names: re.Pattern[str]) -> None:
        self.folder = folder
        self.names = names

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        path = self.folder / template
        if not self.names.fullmatch(template) or not path.is_file():
            raise TemplateNotFound(template)
        source = source_of(path, display(self.folder, template))
        if "extends" in source:
            self._refuse_lost_text(environment, _shape(environment, source, template, str(path)), template)
        return source, str(path), None

    def _refuse_lost_text(self, environment: Environment, shape: "Shape", template: str) -> None:
        """Refuse what Jinja drops from a file that extends another: text in no block, blocks that the layout lacks."""
        if shape.layout is None:
            return
        file = display(self.folder, template)
        if shape.row_of_text:
            raise TemplateError([Problem(file, OUTSIDE, shape.row_of_text)])
        known = self._blocks(environment, shape.layout, {template})
        for name, row in shape.own:
            if known and name not in known:
                message = f"the layout has no block '{name}', so it is never written{did_you_mean(name, known)}"
                raise TemplateError([Problem(file, message, row)])

    def _blocks(self, environment: Environment, template: str, seen: set[str]) -> list[str]:
        """Name the blocks of a layout and of those that it extends; empty if it cannot be read."""
        path = self.folder / template
        if template in seen or not self.names.fullmatch(template) or not path.is_file():
            return []
        shape = _shape(environment, source_of(path, display(self.folder, template)), template, str(path))
        if shape.layout is None:
            return [*shape.blocks]
        return [*shape.blocks, *self._blocks(environment, shape.layout, {*seen, template})]

    def list_templates(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*") if self.names.fullmatch(path.name))


@dataclass(frozen=True)
class Shape:
    """How a template is laid out: the layout it always extends, its own blocks by row, and all blocks in it."""

    layout: str | None
    row_of_text: int  # of the first text that stands in no block; 0 without any
    own: tuple[tuple[str, int], ...]
    blocks: tuple[str, ...]


_shapes = dict[str, Shape]()


def _shape(environment: Environment, source: str, template: str, path: str) -> Shape:
    """Find out how a template is laid out, once for each text."""
    if source not in _shapes:
        if len(_shapes) >= MOST:
            _shapes.clear()
        parsed = environment.parse(source, template, path)
        _shapes[source] = Shape(
            _parent(parsed),
            next((row for node in parsed.body if (row := _row_of_text(node))), 0),
            tuple((node.name, node.lineno) for node in parsed.body if isinstance(node, nodes.Block)),
            tuple(block.name for block in parsed.find_all(nodes.Block)),
        )
    return _shapes[source]


def _parent(parsed: nodes.Template) -> str | None:
    """Give the layout that a template always extends, by its name; None without one."""
    for node in parsed.body:
        if isinstance(node, nodes.Extends) and isinstance(node.template, nodes.Const):
            return str(node.template.value)
    return None


def _row_of_text(node: nodes.Node) -> int:
    """Find the first thing in a statement that would be written, were it in a block: its row, or 0."""
    if isinstance(node, nodes.If | nodes.For | nodes.With):
        inside = (_row_of_text(child) for child in node.iter_child_nodes() if isinstance(child, nodes.Stmt))
        return next((row for row in inside if row), 0)
    if not isinstance(node, nodes.Output):
        return 0 if isinstance(node, UNWRITTEN) else node.lineno
    for piece in node.nodes:
        if not isinstance(piece, nodes.TemplateData):
            return piece.lineno
        if words := piece.data.lstrip():
            return piece.lineno + piece.data.count("\n", 0, len(piece.data) - len(words))
    return 0


def display(folder: Path, template: str) -> str:
    """Name the file as people see it in the campaign folder: templates/letters/viasna.en.md."""
    return f"{folder.parent.name}/{folder.name}/{template}"


def source_of(path: Path, file: str) -> str:
    """Read a template so that tags alone on a line leave no line behind; TemplateError if it cannot be read."""
    return without_tag_lines(text_of(path, file))


def without_tag_lines(text: str) -> str:
    """Prepare a text so that tags alone on a line leave no line behind."""
    return ALONE.sub(r"\g<tags>{#\n#}", text)


def text_of(path: Path, file: str) -> str:
    """Read a template's text, with line feeds only; TemplateError if it cannot be read."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise TemplateError([Problem(file, "not UTF-8: save it as UTF-8 in your editor", row)]) from None
    except OSError as error:
        raise TemplateError([Problem(file, f"cannot be read: {error.strerror}")]) from None
    if len(data) > MAX_TEMPLATE:
        raise TemplateError([Problem(file, f"longer than {MAX_TEMPLATE:,} bytes; a template is a page or two")])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def printable(value: object) -> object:
    """Let text and numbers into a letter; TypeError for all else, which Python would show in its own way."""
    if type(value) is str:
        return value
    if isinstance(value, str | int | float | Undefined) and not isinstance(value, bool):
        return value
    if type(value) in WORDS:
        raise TypeError(f"'{CALLED[type(value)]}' is not text; it has: {', '.join(sorted(WORDS[type(value)]))}")
    if isinstance(value, list | tuple):
        raise TypeError("a list is not text; join it: {{ … | join_words(language) }}")
    raise TypeError(f"{type(value).__name__} is not text that can stand in a letter")


@pass_context
def years_since(words: Context, since: object) -> str:
    """Give the whole years since a month or a day, in words of the text's language; ValueError for what is none."""
    return years_between(str(since), date.fromisoformat(words["day"]), words["language"])


@pass_context
def months_since(words: Context, since: object) -> str:
    """Give the whole months since a month or a day, as `years_since` does."""
    return months_between(str(since), date.fromisoformat(words["day"]), words["language"])


def grouped(nouns: Iterable[Any], *words: str) -> list[list[Any]]:
    """Cut a list of nouns into lists of those that say the same in some of their words, as the first of each come."""
    groups = dict[tuple[object, ...], list[Any]]()
    for noun in nouns:
        if type(noun) not in WORDS or not WORDS[type(noun)].issuperset(words):
            raise TypeError(
                f"grouped() cuts lists of nouns by their words, and here is none that has {', '.join(words)}"
            )
        groups.setdefault(tuple(getattr(noun, word) for word in words), []).append(noun)
    return list(groups.values())


def short_range(*bounds: int) -> range:
    """Give Python's range, of up to a thousand numbers."""
    numbers = range(*bounds)
    if len(numbers) > MAX_RANGE:
        raise SecurityError(f"range() gives at most {MAX_RANGE:,} numbers")
    return numbers
