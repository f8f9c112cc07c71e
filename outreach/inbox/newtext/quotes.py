"""Finds where our own letter begins in a reply, by the marks of mail programs; knows no HTML.

What somebody else wrote, and the writer quotes or forwards, is passed over: it is news to us. Every form reads a line
of bounded length once: a form that backtracks takes minutes on "Am schrieb Am schrieb …".
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from outreach.inbox.mime.addresses import ADDRESS
from outreach.inbox.newtext import quote_words as words
from outreach.inbox.newtext.authors import Author, Authors
from outreach.inbox.newtext.quote_words import any_of

LONGEST_LINE = 400  # characters of a line that are looked at
LONGEST_INTRODUCTION = 4  # lines that it is broken into
HEADER_LINES = 24
COLONS = (":", "：")


class QuoteStyle(Enum):
    """How a mail program shows that somebody else's words follow."""

    ANGLE = auto()  # "> ": every quoted line is marked, so what comes after them can be told from them
    HEADERS = auto()  # From:, Sent:, To:, or a line of dashes: everything below is the other message


@dataclass(frozen=True, slots=True)
class Quote:
    """Where our letter begins: `start` is the index of its first line, the line that introduces it included.

    In the style ANGLE, the lines of our letter have at least `depth` marks of quotation before them.
    `is_below_others`: what somebody else wrote stands between the writer's own words and our letter.
    """

    start: int
    style: QuoteStyle
    depth: int = 1
    is_below_others: bool = False


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What stands above a quoted message: `end` is the line behind it; `is_plain`: no line below is marked."""

    start: int
    end: int
    author: Author
    is_forward: bool = False
    is_plain: bool = False


_MARKS = r"[\s>*|]*"
_AFTER = r"\s?\*{0,2}\s?[:：]"
_FROM = re.compile(_MARKS + any_of(words.FROM) + _AFTER)
_OTHERS = {
    "sent": re.compile(_MARKS + any_of(words.SENT) + _AFTER),
    "to": re.compile(_MARKS + any_of(words.TO) + _AFTER),
    "cc": re.compile(_MARKS + any_of(words.CC) + _AFTER),
    "subject": re.compile(_MARKS + any_of(words.SUBJECT) + _AFTER),
}
_MORE = re.compile(_MARKS + any_of(words.OTHER) + _AFTER)
_COUNTED = frozenset({"sent", "to", "subject"})
_WROTE = re.compile(rf"\b{any_of(words.WROTE)}(?!\w)|{any_of(words.WROTE_UNBOUNDED)}")
_OPENING = re.compile(rf"[\s>*\"'«“„-]*(?:{any_of(words.OPENINGS)}(?![\w'’])|\d)")
_NAME = r"[\s>*\"'«“„-]{0,20}[^\s<>(\[@,:;!?]{1,60}(?:,? [^\s<>(\[@,:;!?]{1,60}){0,7}[\"'»”“]?"
_NAME_FIRST = re.compile(rf"{_NAME}(?:\s?[<(\[]{{1,2}}\S{{3,200}}@\S|$)")
_NAME_AND_VERB = re.compile(rf"[^<>@:;!?]{{1,60}}\s{any_of(words.WROTE)}(?!\w)")
_GROUPWISE = re.compile(r">>> .{3,200} >>>\s*$")
_DIGIT = re.compile(r"\d")
_BARE_ADDRESS = re.compile(r"[\s>*]*<?[^\s<>@]{1,100}@[^\s<>]{3,200}[\s>]")
_HYPHENS = "-‐‑‒–—―─_=~*"
_ENDS = (*COLONS, *_HYPHENS)
_LINE_OF_DASHES = re.compile(r"[\s>]*-{8,}\s*$")
_DASHED = re.compile(
    rf"[\s>]*+\*{{0,2}}(?:[{_HYPHENS}]{{2,}}+\s*+(?:(?P<original>{any_of(words.ORIGINAL)})|(?P<forwarded>{any_of(words.FORWARDED)}))"
    rf"(?!\w)(?:.{{0,80}}[{_HYPHENS}]{{2,}}\*?)?\s*$|{any_of(words.FORWARDED)}\s?[:：]\s*$)"
)
_RULE = re.compile(r"[\s*>]*[_-]{20,}\s*$")
_DATE = re.compile(r"\b(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[:.h/-]\s?\d{1,2}|\b\d{1,2}\.? ?[^\W\d]{3}")
_ADDRESS = re.compile(ADDRESS)
_BRACKETED_AT_END = re.compile(r"[<(\[]\S{3,200}@[^\s<>]{3,200}[>)\]]+\s?[:：]$")
_ENDS_SENTENCE = re.compile(r"([^\W\d_]+)[.!?…][\"'»”)]?$")
_SENTENCE_WITHIN = re.compile(r"(?<![\d.] )\b([^\W\d_]{2,40}[.!?…])[\"'»”)]?\s+(?![\s\d])")
_QUOTED = re.compile(r"\s{0,3}>")
_DEPTH = re.compile(r"(?:\s{0,3}>){1,20}")


def first_quote(
    lines: Sequence[str], authors: Authors, *, marks: Collection[int] = (), is_forward: bool = False
) -> Quote | None:
    """Find where the first message of ours is quoted in a text; None when none is. Linear in the length of the text.

    `marks` are lines where the mail program's HTML says that a quote begins. In a mail that passes something on
    (`is_forward`), only what names us is ours.
    """
    known = [line[:LONGEST_LINE].lower().rstrip() for line in lines]
    return _Search(known, authors, frozenset(marks), is_forward).first()


def depth_of(line: str) -> int:
    """Count the marks of quotation before a line; the one that mailboxes write before "From " is none (RFC 4155)."""
    if line[:6].lower() == ">from ":
        return 0
    found = _DEPTH.match(line)
    return found[0].count(">") if found else 0


def is_forwarding(subject: str) -> bool:
    """Say whether a subject is of a message that is passed on, by its first prefix."""
    return _PASSED_ON.match(subject.strip().lower()) is not None


_PASSED_ON = re.compile(rf"{any_of(words.FORWARD_PREFIXES)}\s?[:：]")


@dataclass(slots=True)
class _Search:
    """A search through lines in lower case."""

    lines: Sequence[str]
    authors: Authors
    marks: frozenset[int]
    is_forward: bool
    kinds: dict[int, str | None] = field(default_factory=dict)
    some_sender: bool | None = None

    def kind(self, at: int) -> str | None:
        """Say which header of a message a line is copied from; each line is looked at once, and most never."""
        if at not in self.kinds:
            self.kinds[at] = _kind(self.lines[at]) if at < len(self.lines) else None
        return self.kinds[at]

    def has_sender(self) -> bool:
        """Say whether a From header stands anywhere, before looking for its block again and again."""
        if self.some_sender is None:
            self.some_sender = any(self.kind(at) == "from" for at in range(len(self.lines)))
        return self.some_sender

    def first(self) -> Quote | None:
        at, level, is_below_others = 0, 0, False
        while at < len(self.lines):
            line = self.lines[at]
            depth = depth_of(line) if line else 0
            found = self._beginning(at, level, depth) if line.strip() else None
            if found is None:
                at += 1
            elif self._is_ours(found):
                return replace(self._quote(found, depth), is_below_others=is_below_others)
            else:
                is_below_others = True
                after = _next(self.lines, found.end)
                # What stands at this depth is theirs; who quotes us in it does so more deeply, or names us.
                level = max(level, depth, depth_of(self.lines[after])) if after < len(self.lines) else level
                at = found.end
                self.marks = frozenset()  # what is marked below stands in that quote: only who names us is ours
        return None

    def _is_ours(self, found: _Beginning) -> bool:
        if found.author is Author.UNKNOWN:
            return not (self.is_forward or found.is_forward)
        return found.author is Author.OURS

    def _quote(self, found: _Beginning, depth: int) -> Quote:
        start = self._with_what_is_above(found.start)
        after = _next(self.lines, found.end)
        below = depth_of(self.lines[after]) if after < len(self.lines) else 0
        if max(below, depth) and not found.is_plain:
            return Quote(start, QuoteStyle.ANGLE, max(below, 1) if below >= depth else depth)
        return Quote(start, QuoteStyle.HEADERS)

    def _with_what_is_above(self, start: int) -> int:
        """Take in a line of dashes above, and headers between the two (Yandex: To and Subject, then "29.11., A.:")."""
        at = start - 1
        for _ in range(5):
            if at < 0:
                break
            if _LINE_OF_DASHES.match(self.lines[at]):
                return at if any(line.strip() for line in self.lines[at + 1 : start]) else start
            if self.lines[at].strip() and not any(form.match(self.lines[at]) for form in _OTHERS.values()):
                break
            at -= 1
        return start

    def _beginning(self, at: int, level: int, depth: int) -> _Beginning | None:
        """Find what begins at this line, when a quoted message does."""
        dashed = _DASHED.match(self.lines[at])
        if dashed:
            return self._dashed(at, is_forward=dashed["original"] is None)
        if _GROUPWISE.match(self.lines[at]):
            return _Beginning(at, at + 1, self.authors.of(self.lines[at]), is_plain=True)
        found = self._named(at)
        if found:
            return found
        if _RULE.match(self.lines[at]):
            found = self._headers(_next(self.lines, at + 1))
            return found and _Beginning(at, found.end, found.author)
        if depth > level or at in self.marks:
            return self._unnamed(at)
        return None

    def _named(self, at: int) -> _Beginning | None:
        return self._headers(at) or self._introduction(at)

    def _dashed(self, at: int, *, is_forward: bool) -> _Beginning:
        """Read "--- Original Message ---", and who wrote it by what follows."""
        found = self._named(_next(self.lines, at + 1))
        if found:
            return _Beginning(at, found.end, found.author, is_forward)
        return _Beginning(at, at + 1, Author.UNKNOWN, is_forward)

    def _unnamed(self, at: int) -> _Beginning:
        """Read a quote that nothing introduces; its sender may stand in its first lines."""
        below = at
        for _ in range(3):
            below = _next(self.lines, below + 1)
            found = self._named(below) if below < len(self.lines) else None
            if found:
                return _Beginning(at, found.end, found.author)
        return _Beginning(at, at + 1, Author.UNKNOWN)

    def _headers(self, at: int) -> _Beginning | None:
        """Read a copied header block that begins here: a sender and two other headers, in any order.

        A note verbale may have From:, To: and Subject: of its own, but no address of ours.
        """
        if self.kind(at) is None or not self.has_sender():
            return None
        if all(self.kind(at + below) != "from" for below in range(HEADER_LINES // 2)):
            return None
        kinds, sender, blank, end = set[str](), "", 0, at
        for number in range(at, min(at + HEADER_LINES, len(self.lines))):
            line = self.lines[number]
            kind = self.kind(number)
            if kind == "from" and not sender:
                sender = self._value(number)
            if kind is None and not line.strip(" >*|\t\xa0"):
                blank += 1
                if blank > 1 and len(kinds) > 2:
                    break
                continue
            if kind is None and (blank or not _goes_on(line, kinds)):
                break
            blank = 0
            end = number + 1
            kinds |= {kind} if kind else set()
        if not sender or len(kinds & _COUNTED) < 2:
            return None
        author = self.authors.of(sender)
        return _Beginning(at, end, Author.OTHERS if author is Author.UNKNOWN else author)

    def _value(self, at: int) -> str:
        """Give a header with the address that was broken into the next line."""
        following = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        return f"{self.lines[at]} {following}" if "@" in following and self.kind(at + 1) is None else self.lines[at]

    def _introduction(self, at: int) -> _Beginning | None:
        """Read "On Monday, 3 October 2022, A. Example wrote:", which mail programs break in up to four lines.

        It begins as such lines do, and no shorter one ends at the same colon: a writer's own line stands above it.
        """
        if not any(line[-1:] in _ENDS for line in self.lines[at : at + LONGEST_INTRODUCTION]):
            return None
        joined = ""
        for length in range(1, LONGEST_INTRODUCTION + 1):
            if at + length > len(self.lines):
                return None
            line = self.lines[at + length - 1].strip(" \t\xa0")
            bare = line.lstrip("> ")
            if not bare or len(joined) + len(bare) > LONGEST_LINE:
                return None
            joined = f"{joined} {bare}"
            if line.endswith(COLONS) or (_is_between_dashes(joined) and _WROTE.search(joined)):
                return self._introduced(at, length, joined)
            if _is_sentence(bare):
                return None
        return None

    def _introduced(self, at: int, length: int, joined: str) -> _Beginning | None:
        if not (_DIGIT.search(joined) or _is_between_dashes(joined)):
            return None
        if not (_begins(self.lines[at]) and self._introduces(joined, at + length, is_marked=at in self.marks)):
            return None
        if any(_is_sentence(found[1]) for found in _SENTENCE_WITHIN.finditer(joined, 16)):
            return None  # somebody's own words stand in the same line
        if any(self._introduction(later) for later in range(at + 1, at + length)):
            return None
        return _Beginning(at, at + length, self.authors.of(joined))

    def _introduces(self, joined: str, after: int, *, is_marked: bool) -> bool:
        """Say whether this is one: it has a date and a verb or an address, and it is of us, or a quote follows."""
        if _is_between_dashes(joined) and "@" in joined:
            return True
        if not _DATE.search(_ADDRESS.sub(" ", joined)):
            return False
        wrote = _WROTE.search(joined) is not None
        has_address = "@" in joined
        follows = _next(self.lines, after)
        is_followed = is_marked or (follows < len(self.lines) and _QUOTED.match(self.lines[follows]) is not None)
        if wrote and has_address:
            return True
        at_end = _BRACKETED_AT_END.search(joined) is not None and self.authors.of(joined) is Author.OURS
        return (wrote and (is_followed or self.authors.of(joined) is Author.OURS)) or (
            has_address and (is_followed or at_end)
        )


def _kind(line: str) -> str | None:
    """Say which header of a message a line is copied from."""
    if ":" not in line[:60] and "：" not in line[:60]:
        return None
    if _FROM.match(line):
        return "from"
    return next((kind for kind, form in _OTHERS.items() if form.match(line)), "more" if _MORE.match(line) else None)


def _goes_on(line: str, kinds: set[str]) -> bool:
    """Say whether a line among headers is the rest of a broken list of addresses or of a long subject."""
    return bool(kinds) and len(kinds & _COUNTED) < 3 and (line.startswith((" ", "\t")) or "@" in line or ";" in line)


def _is_between_dashes(line: str) -> bool:
    line = line.strip(" >")
    return len(line) > 8 and all(character in _HYPHENS for character in line[:2] + line[-2:].replace(":", "-"))


def _begins(line: str) -> bool:
    return any(form.match(line) for form in (_OPENING, _BARE_ADDRESS, _NAME_FIRST, _NAME_AND_VERB))


def _is_sentence(line: str) -> bool:
    """Say whether a line ends as a sentence does: nothing that a program breaks in two goes on below it."""
    found = _ENDS_SENTENCE.search(line)
    return found is not None and (not line.endswith(".") or found[1] not in words.ABBREVIATIONS)


def _next(lines: Sequence[str], at: int) -> int:
    """Find the first line from there that is not blank."""
    while at < len(lines) and not lines[at].strip(" \t\r\xa0"):
        at += 1
    return at
