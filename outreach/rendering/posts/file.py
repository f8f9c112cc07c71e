"""The form of a file of posts: `=== NAME`, `--- NETWORK,NETWORK`, `~~~`; knows no template language and no case.

=== ask
For every network …
--- x
Shorter, for X …

=== outcome
First post of a thread …
~~~
Second, a reply to the first …
--- card
“What the picture quotes.”
Whose words they are
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from outreach.errors import Problem, TemplateError
from outreach.settings.accounts import NETWORKS
from outreach.text import code_point, control_in, did_you_mean, shortened

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
LINE = re.compile(r"^(?P<sign>===|---|~~~)(?P<rest>.*)$")
# What stands for a `---` or `~~~` line while the template is filled in. Templates have no controls, so no word of one
# can be taken for it. It keeps the row, so that people are told where.
MARK = re.compile("\x1e([^\x1f]*)\x1f([0-9]+)\x1e")
NEW_PART = "~~~"
CARD = "card"  # in place of a network: what the picture says


@dataclass(frozen=True, slots=True)
class Section:
    """One post as its author wrote it; `row` is that of `=== NAME`, `text` begins on the next, lines marked."""

    name: str
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class PostFile:
    """A file's posts in order; `preamble` is what stands before the first (macros, words set), with its rows."""

    preamble: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A post's text for these networks, or without any named for all others; each part has the row it begins at."""

    networks: tuple[str, ...]
    row: int
    parts: tuple[tuple[int, str], ...]

    @property
    def is_blank(self) -> bool:
        return not any(text for _, text in self.parts)


def read_posts(text: str, file: str) -> PostFile:
    """Take a file of posts apart; TemplateError names every row that has not the form."""
    lines = text.split("\n")
    problems = [Problem(file, message, row) for row, message in _problems(lines)]
    if problems:
        raise TemplateError(problems)
    starts = [row for row, line in enumerate(lines, 1) if line.startswith("===")]
    ends = [*starts[1:], len(lines) + 1]
    sections = [
        Section(_rest(lines[start - 1]), start, "\n".join(_marked(lines, start, end)))
        for start, end in zip(starts, ends, strict=True)
    ]
    return PostFile("\n".join(lines[: starts[0] - 1]), tuple(sections))


def forms(rendered: str, row: int) -> list[Form]:
    """Read the forms of a post whose words are filled in; `row` is that of `=== NAME`.

    Raises ValueError where two forms are for one network, and for a control character that a template made.
    """
    if control := control_in(MARK.sub("", rendered)):
        raise ValueError(f"what it says has the control character {code_point(control)}; take it out")
    found: list[tuple[tuple[str, ...], int, list[tuple[int, str]]]] = [((), row, [])]
    pieces = MARK.split(f"\x1e{NEW_PART}\x1f{row}\x1e{rendered}")
    for sign, at, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        if sign != NEW_PART:
            found.append((networks_in(sign), int(at), []))
        found[-1][2].append((int(at), tidy(text)))
    _refuse_doubled([networks for networks, _, _ in found])
    return [Form(networks, at, tuple(parts)) for networks, at, parts in found]


def tidy(text: str) -> str:
    """Tidy a text for posting: no blank lines at its ends, no spaces at the ends of lines, no gap of an empty word."""
    lines = [re.sub(r"[ \t]+", " ", line).strip(" ") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def networks_in(text: str) -> tuple[str, ...]:
    """Read the networks of "x,bluesky"."""
    return tuple(name.strip() for name in text.split(","))


def _problems(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Row and words for everything wrong with the form."""
    names: dict[str, int] = {}
    for row, line in enumerate(lines, 1):
        if control := control_in(line):
            yield row, f"has the control character {code_point(control)}; take it out"
        found = LINE.match(line)
        if found and found["sign"] == "===":
            yield from ((row, message) for message in _wrong_name(_rest(line), names, row))
        elif found:
            yield from ((row, message) for message in _wrong_sign(found["sign"], _rest(line), first=not names))
    if not names:
        yield 1, "has no post: begin one with a line '=== NAME', such as: === solidarity"


def _wrong_name(name: str, names: dict[str, int], row: int) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield f"'{shortened(name)}' is no name of a post: write '=== NAME' with a-z, 0-9 and -, such as: === solidarity"
    elif name in names:
        yield f"there is a post '{name}' already, in row {names[name]}; give this one another name"
    names.setdefault(name, row)


def _wrong_sign(sign: str, rest: str, *, first: bool) -> Iterator[str]:
    if first:
        yield f"'{sign}' belongs to a post; begin one first with a line '=== NAME'"
    elif sign == NEW_PART and rest:
        yield f"'{sign}{shortened(rest)}': a line with ~~~ alone begins the next post of a thread"
    elif sign == "---" and not rest:
        yield f"'---' needs the networks that its text is for: --- {','.join(NETWORKS[:2])}"
    elif sign == "---":
        names = networks_in(rest)
        if CARD in names and len(names) > 1:
            yield f"the words of the picture stand alone: --- {CARD}"
        for name in names:
            if name not in (*NETWORKS, CARD):
                yield f"unknown network '{shortened(name)}'{did_you_mean(name, (*NETWORKS, CARD))}"


def _marked(lines: list[str], start: int, end: int) -> Iterator[str]:
    """Give the lines of a section that begins at row `start`, from the next row on."""
    for row, line in enumerate(lines[start : end - 1], start + 1):
        found = LINE.match(line)
        what = _rest(line) if found and found["sign"] == "---" else NEW_PART
        yield f"\x1e{what}\x1f{row}\x1e" if found else line


def _refuse_doubled(forms_for: list[tuple[str, ...]]) -> None:
    named = [network for networks in forms_for for network in networks]
    doubled = next((network for network in named if named.count(network) > 1), "")
    if doubled:
        raise ValueError(f"two forms are for {doubled}; keep one '--- {doubled}'")


def _rest(line: str) -> str:
    return line[3:].strip()
