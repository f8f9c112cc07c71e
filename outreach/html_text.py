"""Turns an HTML page into plain text, in bounded time; knows nothing about mail, and draws nothing.

Not the standard library's html.parser: in the Pythons that we support it takes time that grows with the square of some
pages ("<a <a <a …" of 100 kB: over a minute), and anybody may send us such a page. Each token here is read once.
"""

import html
import re
from dataclasses import dataclass, field

LONGEST_HTML = 200_000  # characters that are looked at
LONGEST_LINES = 20_000
MOST_MARKS = 200
DEEPEST_QUOTE = 5  # levels of "> " that are written
RULE = "_" * 32  # what Outlook draws above the message that it quotes, and what it writes for it in plain text

# No alternative can fail after it has read far: what is never closed reaches to the end, as in a browser.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<dropped>script|style|title|template)\b.*?(?:</(?P=dropped)\s*>|\Z)"
    r"|<(?P<end>/?)(?P<tag>[a-z][a-z0-9]*)(?P<attributes>[^<>]*)>?"
    r"|<[!?/a-z][^<>]*>?",
    re.IGNORECASE | re.DOTALL,
)
_LONG_NUMBER = re.compile(r"&#0*[0-9]{8,};?")  # no character, and int() refuses more than 4,300 digits
INVISIBLE = str.maketrans("", "", "\u200b\ufeff\u00ad\0")  # left out of the text, for str.translate
_PARAGRAPHS = frozenset(("p", "blockquote", "table", "ul", "ol", "dl", "pre", "h1", "h2", "h3", "h4", "h5", "h6"))
_LINES = frozenset(("div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "address", "form", "body"))
# Mail programs quote with these; a blockquote without them is somebody's indented paragraph.
_CITED = re.compile(r"\bcite\b|quote|border-left(?!\s*:\s*(?:none|0))", re.IGNORECASE)
_SINGLE_LINE = re.compile(r"MsoNormal|MsoPlainText|margin(?:-top|-bottom)?\s*:\s*0", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Marked:
    """An element of a page: what was found in its attributes, and its lines in the text (`end` is behind it)."""

    found: str
    start: int
    end: int


def html_to_text(page: str) -> str:
    """Write what a person would read, a line for each line; quotes get "> ", scripts and styles are left out.

    Links keep their words and lose their targets. Never raises; linear in the page's length.
    """
    return html_to_marked_text(page)[0]


def html_to_marked_text(page: str, wanted: re.Pattern[str] | None = None) -> tuple[str, tuple[Marked, ...]]:
    """Write a page as text, and say which lines the elements stand in whose attributes match `wanted`."""
    page = page[:LONGEST_HTML]
    writer = _Writer(wanted)
    position = 0
    for token in _TOKEN.finditer(page):
        writer.words(page[position : token.start()])
        if token["tag"]:
            writer.tag(token["tag"].lower(), token["attributes"], is_end=bool(token["end"]))
        position = token.end()
    writer.words(page[position:])
    return writer.text(), writer.marked()


@dataclass(slots=True)
class _Writer:
    """Collects lines; `quotes` has one entry for each open blockquote: whether it quotes a message.

    `open` has one for each open div and blockquote: the number of its mark in `marks`, or -1.
    """

    wanted: re.Pattern[str] | None = None
    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    quotes: list[bool] = field(default_factory=list)
    preformatted: bool = False
    marks: list[tuple[str, int, int]] = field(default_factory=list)
    open: list[int] = field(default_factory=list)

    def words(self, data: str) -> None:
        if not data:
            return
        if "&" in data:
            data = html.unescape(_LONG_NUMBER.sub("\N{REPLACEMENT CHARACTER}", data))
        first, *others = data.split("\n") if self.preformatted else [data]
        self.pieces.append(first)
        for other in others:
            self.end_line()
            self.pieces.append(other)

    def tag(self, name: str, attributes: str, *, is_end: bool) -> None:
        if self.wanted:
            self.mark(self.wanted, name, attributes, is_end=is_end)
        if name in _PARAGRAPHS:
            self.paragraph(name, attributes, is_end=is_end)
        elif name == "br":
            self.end_line()
        elif name in _LINES:
            self.start_line()
            if name == "li" and not is_end:
                self.pieces.append("- ")
        elif name in ("td", "th"):
            self.pieces.append(" ")
        elif name == "hr":
            self.start_line()
            self.pieces.append(RULE)
            self.end_line()

    def mark(self, wanted: re.Pattern[str], name: str, attributes: str, *, is_end: bool) -> None:
        """Note where an element that is looked for begins, and where it ends: later elements take in what is behind."""
        nests = name in ("div", "blockquote")
        if is_end:
            number = self.open.pop() if nests and self.open else -1
            if number >= 0:
                self.start_line()
                self.marks[number] = (*self.marks[number][:2], len(self.lines))
            return
        found = wanted.search(attributes) if attributes and len(self.marks) < MOST_MARKS else None
        if found:
            self.start_line()
            self.marks.append((found[0].lower(), len(self.lines), LONGEST_LINES))
        if nests and len(self.open) < LONGEST_LINES:
            self.open.append(len(self.marks) - 1 if found else -1)

    def paragraph(self, name: str, attributes: str, *, is_end: bool) -> None:
        self.start_line()
        # Outlook makes every line a <p>, and an empty line a <p> with a blank in it.
        if not is_end and not _SINGLE_LINE.search(attributes) and self.lines and self.lines[-1].strip("> "):
            self.end_line()
        if name == "blockquote":
            self.quote(attributes, is_end=is_end)
        elif name == "pre":
            self.preformatted = not is_end

    def quote(self, attributes: str, *, is_end: bool) -> None:
        if not is_end:
            self.quotes.append(bool(_CITED.search(attributes)))
        elif self.quotes:
            self.quotes.pop()

    def start_line(self) -> None:
        """End the line that is being written, if there is one."""
        if "".join(self.pieces).strip(" \t\r\n"):
            self.end_line()
        else:
            self.pieces.clear()

    def end_line(self) -> None:
        line = " ".join("".join(self.pieces).translate(INVISIBLE).split())
        self.pieces.clear()
        prefix = "> " * min(sum(self.quotes[-50:]), DEEPEST_QUOTE)
        is_third_blank = not line and [known.strip("> ") for known in self.lines[-2:]] == ["", ""]
        if not is_third_blank and len(self.lines) < LONGEST_LINES:
            self.lines.append((prefix + line).rstrip())

    def text(self) -> str:
        self.start_line()
        return "\n".join(self.lines).strip("\n")

    def marked(self) -> tuple[Marked, ...]:
        """Give the marks, by the lines of `text`, which has no blank lines at its beginning."""
        above = next((at for at, line in enumerate(self.lines) if line), 0)
        return tuple(Marked(found, max(start - above, 0), max(end - above, 0)) for found, start, end in self.marks)
