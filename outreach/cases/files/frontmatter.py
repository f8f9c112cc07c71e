"""Takes a file apart: front matter as YAML nodes that know their rows, and sections; knows nothing about cases.

The front matter is read as a tree of nodes rather than values: a node knows its row, and nothing is guessed about
its type (a date stays text, `no` stays `no`, an impossible date is ours to report).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from outreach.errors import Problem
from outreach.text import code_point, control_in

MAX_BYTES = 200_000  # a story of a hundred pages
EXPLAINED = "docs/cases.md"  # where the fields of the file are explained
FENCE = "---"
FIRST_ROW = 2  # of the front matter: the fence is row 1
# C0 and C1 controls, line separators, marks that reorder text on screen, and halves of surrogate pairs.
NO_FRONT = MappingNode("tag:yaml.org,2002:map", [])
# A comment of Markdown, which nothing says.
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
HEADING = re.compile(r"^##?[ \t]+(.+?)[ \t]*#*[ \t]*$")


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    row: int
    text: str
    begins: int = 0  # the row of its first words


@dataclass(frozen=True, slots=True)
class Parts:
    """A file taken apart. `front` is None when it could not be read: `problems` then says why."""

    file: str
    front: MappingNode | None
    sections: tuple[Section, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    body: str = ""  # all that follows the front matter, without comments
    begins: int = 1  # the row of its first line


class Broken(Exception):
    """A file that cannot be read any further; carries its one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class _PlainLoader(yaml.BaseLoader):
    """YAML without anchors and aliases: nobody needs them, and nine lines of them can fill the memory."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise yaml.composer.ComposerError(
                None,
                None,
                "anchors (&) and aliases (*) are not used here; put the value in quotes",
                event.start_mark,
            )
        return super().compose_node(parent, index)


def take_apart(path: Path, file: str, *, must_have_front: bool = True, docs: str = EXPLAINED) -> Parts:
    """Read one file. `file` is its name for people, `docs` the page that explains it. What is wrong is in `problems`.

    A translation may go without front matter.
    """
    try:
        raw = _bytes(path, file)
    except Broken as broken:
        return Parts(file, None, problems=(broken.problem,))
    return take_apart_bytes(raw, file, must_have_front=must_have_front, docs=docs)


@lru_cache(maxsize=64)  # a campaign is read again whenever one of its files changes, and all others did not
def take_apart_bytes(raw: bytes, file: str, *, must_have_front: bool = True, docs: str = EXPLAINED) -> Parts:
    """Take a file apart whose bytes were read. Raises nothing: what is wrong is in `problems`."""
    try:
        lines = _lines(raw, file)
        if not must_have_front and lines[0].rstrip() != FENCE:
            body = without_comments("\n".join(lines), file)
            return Parts(file, NO_FRONT, tuple(_sections(body.split("\n"), 0)), body=body)
        closing = _closing_fence(lines, file, docs)
        says = any(line.strip() and not line.lstrip().startswith("#") for line in lines[1:closing])
        front = _compose("\n".join(lines[1:closing]), file, docs) if must_have_front or says else NO_FRONT
        body = without_comments("\n".join(lines[closing + 1 :]), file, closing + 2)
    except Broken as broken:
        return Parts(file, None, problems=(broken.problem,))
    sections = tuple(_sections([*lines[: closing + 1], *body.split("\n")], closing + 1))
    return Parts(file, front, sections, body=body, begins=closing + 2)


def without_comments(text: str, file: str = "", first_row: int = 1) -> str:
    """Give Markdown without its comments <!-- … -->, what is left in its row. Broken for one that does not end."""
    plain = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    if "<!--" in plain:
        row = text.count("\n", 0, text.rfind("<!--")) + first_row
        raise Broken(Problem(file, "a comment begins here that does not end: close it with -->", row))
    return plain


def _bytes(path: Path, file: str) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Broken(Problem(file, f"larger than {MAX_BYTES // 1000} kB; it should be a few pages of text"))
        return path.read_bytes()
    except OSError as error:
        raise Broken(Problem(file, f"cannot be read: {error.strerror}")) from None


def _lines(raw: bytes, file: str) -> list[str]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise Broken(Problem(file, "not UTF-8: save it as UTF-8", row)) from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for row, line in enumerate(lines, 1):
        if control := control_in(line):
            raise Broken(Problem(file, f"has the control character {code_point(control)}: delete it", row))
    return lines


def _closing_fence(lines: list[str], file: str, docs: str) -> int:
    if lines[0].rstrip() != FENCE:
        raise Broken(Problem(file, f"must begin with a line {FENCE} (front matter); see {docs}", 1))
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == FENCE:
            return number
    raise Broken(Problem(file, f"the front matter has no closing line {FENCE}", 1))


def _compose(text: str, file: str, docs: str) -> MappingNode:
    tab = next(
        (row for row, line in enumerate(text.split("\n"), FIRST_ROW) if "\t" in line[: len(line) - len(line.lstrip())]),
        None,
    )
    if tab:
        raise Broken(Problem(file, "a tab: indent with spaces", tab))
    try:
        node = yaml.compose(text, Loader=_PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Broken(
            Problem(file, f"not valid YAML: {error.problem}", mark.line + FIRST_ROW if mark else None)
        ) from None
    except yaml.YAMLError as error:
        raise Broken(Problem(file, f"not valid YAML: {' '.join(str(error).split())}")) from None
    except RecursionError:
        raise Broken(Problem(file, "not valid YAML: nested too deeply", FIRST_ROW)) from None
    except (ValueError, OverflowError):  # an escape such as "\Uffffffff", which is no character
        raise Broken(Problem(file, "not valid YAML: an escape (\\…) that is no character", FIRST_ROW)) from None
    if not isinstance(node, MappingNode):
        raise Broken(Problem(file, f"the front matter must be lines of 'key: value'; see {docs}", FIRST_ROW))
    return node


def _sections(lines: list[str], start: int) -> Iterator[Section]:
    heading, row, text = "", start + 1, list[str]()
    for number, line in enumerate(lines[start:], start + 1):
        if not heading and not "".join(text).strip():
            row = number
        if found := HEADING.match(line):
            yield _section(heading, row, text)
            heading, row, text = found[1], number, []
        else:
            text.append(line)
    yield _section(heading, row, text)


def _section(heading: str, row: int, lines: list[str]) -> Section:
    blank = next((number for number, line in enumerate(lines) if line.strip()), 0)
    return Section(heading, row, "\n".join(lines).strip(), row + (1 if heading else 0) + blank)


def kind_of(node: Node) -> str:
    """Say what a node is, in words for people."""
    if isinstance(node, MappingNode):
        return "lines of 'key: value'"
    return "a list" if isinstance(node, SequenceNode) else "one text"


def is_blank(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.value.strip()


def lost_to_comment(node: ScalarNode) -> str:
    """Give the word that YAML took for a comment after a value without quotes (#EndReprisals), or ""."""
    mark = node.end_mark
    if node.style is not None or mark is None or mark.buffer is None:
        return ""
    rest = mark.buffer[mark.pointer :].partition("\n")[0].strip()
    found = re.match(r"#[^\s#]+", rest)
    return found[0] if found else ""
