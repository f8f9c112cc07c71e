"""Takes a message apart into headers and leaves (RFC 2045, 2046), in linear time; knows nothing about what it says.

The standard library's parser asks every open multipart about every line, recurses as deep as the message is nested and
splits parameters in quadratic time, so that one hostile mail can hold it for minutes. This one looks at every byte once
for each level, and stops at limits that no honest mail meets. An attached message is a leaf of its own, whose text is
its headers; its leaves follow, one deeper.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import unquote
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from outreach.inbox.mail import Part
from outreach.inbox.mime.decoding import decode, decode_base64, decode_transfer, header_text
from outreach.text import clean_line

LONGEST_TEXT = 100_000
DEEPEST = 20
MOST_PARTS = 200
MOST_HEADERS = 1_000
MOST_TEXT = 4_000_000  # bytes of all text of a message; the rest of its text is stored, and not looked at
MOST_DELIMITERS = 50_000  # lines that look like the boundary of parts, on all levels together
_HEADER_BYTES = 1 << 18
_VALUE = 10_000  # characters of one header
_FIELD = 1_000  # characters of a header with parameters
_HEADER = re.compile(r"([!-9;-~]{1,100})[ \t]*:")
_FOLD = re.compile(r"\n(?=[ \t])")
_PARAMETER = re.compile(r';\s{0,100}([A-Za-z0-9*_-]{1,40})\s{0,20}=\s{0,20}("(?:[^"\\]|\\.)*"|[^\s;]+)')
ATTACHED = frozenset({"message/rfc822", "message/global", "message/news"})
# What machines report in, and text whatever it is called (RFC 3464, 6533, 8098, 5965).
REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/global-headers",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
    }
)

# What kind of such a part it is: encrypted or only signed, a proposal or its cancellation.
_VARIANTS = {
    "application/pkcs7-mime": "smime-type",
    "application/x-pkcs7-mime": "smime-type",
    "text/calendar": "method",
    "application/ics": "method",
}


@dataclass(frozen=True, slots=True)
class Headers:
    """The raw headers of a message or part, a line each; `first` has the first of each name, in lower case."""

    pairs: tuple[tuple[str, str], ...] = ()
    first: Mapping[str, str] = field(default_factory=dict)


NO_HEADERS = Headers()


@dataclass(slots=True)
class Tree:
    """What take_apart found: raw headers, a line each, all leaves, and those that a person is meant to read."""

    headers: Headers = NO_HEADERS
    leaves: list[Part] = field(default_factory=list)
    shown: list[Part] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    bodies: list["Body"] = field(default_factory=list)  # of the leaves, in their order
    text_left: int = MOST_TEXT
    delimiters_left: int = MOST_DELIMITERS

    def add(self, part: Part, body: "Body") -> None:
        self.leaves.append(part)
        self.bodies.append(body)

    def fault(self, words: str) -> None:
        if words and words not in self.faults:
            self.faults.append(words)


@dataclass(frozen=True, slots=True)
class Body:
    """Where the content of a leaf stands, still encoded."""

    data: bytes
    start: int
    end: int
    encoding: str  # its Content-Transfer-Encoding, lower case

    def content(self) -> tuple[bytes, str]:
        """Decode it; gives the bytes, and what is wrong with them ("" when nothing is)."""
        data = self.data[self.start : self.end]
        return decode_transfer(data, self.encoding, len(data))

    def size(self) -> int:
        """Count the bytes of its content without decoding it."""
        data, start, end = self.data, self.start, self.end
        if self.encoding == "base64":
            while start < end and data[end - 1] in b"\n\r \t":
                end -= 1
            padding = data.count(b"=", max(start, end - 2), end)
            return max(0, (end - start - data.count(b"\n", start, end)) * 3 // 4 - padding)
        encoded = data.count(b"=", start, end) if self.encoding == "quoted-printable" else 0
        return max(0, end - start - 2 * encoded)  # both "=C3" and a soft line break are two bytes more than they say


@dataclass(frozen=True, slots=True)
class _Entity:
    """A piece of a message: bytes `start` to `end` of `data`, its headers first."""

    data: bytes
    start: int
    end: int
    level: int = 0
    depth: int = 0
    default: str = "text/plain"


def take_apart(data: bytes) -> Tree:
    """Take apart a message whose lines end with LF; what is wrong with it becomes a fault, never an error."""
    tree = Tree()
    start = _skip_envelope(data)
    if start >= len(data):
        tree.fault("it is empty")
        return tree
    headers, body = _headers(data, start, len(data))
    tree.headers = _headers_of(headers.pairs[:MOST_HEADERS]) if len(headers.pairs) > MOST_HEADERS else headers
    if not headers.pairs:
        tree.fault("it has no headers: it is not a mail")
    elif len(headers.pairs) > MOST_HEADERS:
        tree.fault(f"it has more than {MOST_HEADERS:,} headers")
    else:
        blank = body == len(data) or data.startswith(b"\n\n", body - 2)
        tree.fault("" if blank else "a line among its headers is none: its text is taken to begin there")
        _body(tree, _Entity(data, body, len(data)), tree.headers)
    return tree


def header(headers: Headers, name: str) -> str:
    """Give the first header of this lower-case name, or ""."""
    return headers.first.get(name, "")


def _headers_of(pairs: Sequence[tuple[str, str]]) -> Headers:
    first: dict[str, str] = {}
    for name, value in pairs:
        first.setdefault(name.lower(), value)
    return Headers(tuple(pairs), first)


def _skip_envelope(data: bytes) -> int:
    """Find where the headers begin: behind a byte-order mark, blank lines, or the "From " line of an mbox."""
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while data.startswith(b"\n", start) and start < 100:
        start += 1
    if data.startswith((b"From ", b">From "), start):
        return data.find(b"\n", start, start + 1_000) + 1 or len(data)
    return start


def _headers(data: bytes, start: int, end: int) -> tuple[Headers, int]:
    """Read the headers, at most MOST_HEADERS and one more, and find where the body begins."""
    if data.startswith(b"\n", start):
        return NO_HEADERS, start + 1
    blank = data.find(b"\n\n", start, end)
    stop, body = (blank, blank + 2) if blank >= 0 else (end, end)
    block = data[start : min(stop, start + _HEADER_BYTES)]
    text = decode(block, "")[0]
    found: list[tuple[str, str]] = []
    for line in _FOLD.sub("", text).split("\n", MOST_HEADERS + 1)[: MOST_HEADERS + 1]:
        name = _HEADER.match(line)
        if name is None:
            if line:
                body = max(data.find(line[:40].encode(), start, stop), start)
            break
        value = name.end()
        found.append((name[1], line[value : value + _VALUE].strip()))
    return _headers_of(found), body


def _body(tree: Tree, entity: _Entity, headers: Headers) -> None:
    if len(tree.leaves) >= MOST_PARTS or entity.level > DEEPEST:
        deep = entity.level > DEEPEST
        tree.fault(f"it is nested more than {DEEPEST} levels deep" if deep else f"it has more than {MOST_PARTS} parts")
        return
    content_type, parameters = _typed(header(headers, "content-type"))
    content_type = content_type if "/" in content_type else entity.default
    if content_type.startswith("multipart/"):
        _multipart(tree, entity, content_type, parameters)
    elif content_type in ATTACHED:
        _attached(tree, entity, headers, content_type)
    else:
        _leaf(tree, entity, headers, content_type)


def _multipart(tree: Tree, entity: _Entity, content_type: str, parameters: Mapping[str, str]) -> None:
    pieces = _split(tree, entity, parameters.get("boundary", ""))
    if not pieces:
        tree.fault("the boundary of its parts is missing")
        _leaf(tree, entity, NO_HEADERS, "text/plain")
    default = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
    for start, end in pieces:
        headers, body = _headers(entity.data, start, end)
        _body(tree, _Entity(entity.data, body, end, entity.level + 1, entity.depth, default), headers)


def _split(tree: Tree, entity: _Entity, boundary: str) -> list[tuple[int, int]]:
    """Find where the parts of a multipart begin and end (RFC 2046, section 5.1.1)."""
    data, end = entity.data, entity.end
    delimiter = b"--" + (boundary.encode("utf-8", "replace") or _guessed_boundary(entity))
    pieces: list[tuple[int, int]] = []
    start, at = -1, data.find(delimiter, entity.start, end) if delimiter != b"--" else -1
    while at >= 0 and len(pieces) <= MOST_PARTS:
        tree.delimiters_left -= 1
        if tree.delimiters_left < 0:
            tree.fault(f"more than {MOST_DELIMITERS:,} of its lines look like the boundary of a part")
            break
        line_end = data.find(b"\n", at, end)
        line_end = end if line_end < 0 else line_end
        rest = data[at + len(delimiter) : min(line_end, at + len(delimiter) + 100)].strip()
        if (at == entity.start or data[at - 1] == 10) and rest in (b"", b"--"):
            if start >= 0:
                pieces.append((start, max(at - 1, start)))
            if rest:
                return pieces
            start = min(line_end + 1, end)
        at = data.find(delimiter, max(line_end, at + 1), end)
    if start >= 0 and len(pieces) <= MOST_PARTS:
        tree.fault("it ends in the middle")
        pieces.append((start, end))
    return pieces


def _guessed_boundary(entity: _Entity) -> bytes:
    """Take the first line that could be a delimiter, when the header does not name the boundary."""
    lines = entity.data[entity.start : min(entity.end, entity.start + 4_000)].split(b"\n")
    return next((line[2:].strip() for line in lines if line.startswith(b"--") and 3 < len(line) < 73), b"")


def _attached(tree: Tree, entity: _Entity, headers: Headers, content_type: str) -> None:
    data, start, end = entity.data, entity.start, entity.end
    if header(headers, "content-transfer-encoding").lower().startswith("base64"):  # against RFC 2046, and seen
        if end - start > MOST_TEXT:
            tree.fault(f"only the first {MOST_TEXT // 1_000_000} MB of an attached message were looked at")
        data = decode_base64(data[start : min(end, start + MOST_TEXT)])[0].replace(b"\r\n", b"\n")
        start, end = 0, len(data)
    inner, body = _headers(data, start, end)
    text = "\n".join(f"{name}: {header_text(value)}" for name, value in inner.pairs)[:LONGEST_TEXT]
    place = Body(data, start, end, "")
    tree.add(_part(entity, headers, content_type, text, place), place)
    _body(tree, _Entity(data, body, end, entity.level + 1, entity.depth + 1), inner)


def _leaf(tree: Tree, entity: _Entity, headers: Headers, content_type: str) -> None:
    encoding = clean_line(header(headers, "content-transfer-encoding")[:60]).lower()
    place = Body(entity.data, entity.start, entity.end, encoding)
    if not content_type.startswith("text/") and content_type not in REPORTS:
        tree.add(_part(entity, headers, content_type, "", place), place)
        return
    part = _part(entity, headers, content_type, _text(tree, entity, headers, content_type, encoding), place)
    tree.add(part, place)
    attached = bool(part.filename) or part.disposition == "attachment"
    if entity.depth == 0 and not attached and content_type in ("text/plain", "text/html"):
        tree.shown.append(part)


def _text(tree: Tree, entity: _Entity, headers: Headers, content_type: str, encoding: str) -> str:
    longest = LONGEST_TEXT * 4
    there = entity.end - entity.start
    looked_at = max(0, min(there, longest * 3, tree.text_left))
    tree.text_left -= there
    if tree.text_left < 0:
        tree.fault(f"only the beginning of its text was looked at: it is longer than {MOST_TEXT // 1_000_000} MB")
    data, fault = decode_transfer(entity.data[entity.start : entity.start + looked_at], encoding, longest)
    tree.fault(fault)
    charset = _typed(header(headers, "content-type"))[1].get("charset", "")
    text, fault = decode(data, charset or ("utf-8" if content_type in REPORTS else ""))
    tree.fault("" if len(data) >= longest else fault)
    return text[:LONGEST_TEXT]


def _part(entity: _Entity, headers: Headers, content_type: str, text: str, place: Body) -> Part:
    names = (header(headers, "content-type"), header(headers, "content-disposition"))
    if not (names[1] or ";" in names[0]):
        return Part(content_type, text, "", entity.depth, place.size())
    parameters = _typed(names[0])[1] if content_type in _VARIANTS else {}
    return Part(
        content_type,
        text,
        _filename(headers),
        entity.depth,
        place.size(),
        names[1].partition(";")[0][:20].strip().lower(),
        clean_line(header(headers, "content-id")[:_FIELD]).strip("<>")[:200],
        parameters.get(_VARIANTS.get(content_type, ""), "")[:40].lower(),
    )


@lru_cache(maxsize=256)  # mails have the same few, and each is asked for several times
def _typed(value: str) -> tuple[str, Mapping[str, str]]:
    """Split a header into its lower-case value and its parameters by lower-case name (RFC 2045, section 5.1)."""
    value = value[:_FIELD]
    main = value.partition(";")[0].strip().lower()
    if ";" not in value:
        return main, {}
    pairs = [(match[1].lower(), unquote(match[2])) for match in _PARAMETER.finditer(value)]
    return main, dict(reversed(pairs))


def _filename(headers: Headers) -> str:
    for field_name, wanted in (("content-disposition", "filename"), ("content-type", "name")):
        value = header(headers, field_name)
        if wanted in value.lower():
            parameters = _typed(value)[1]
            if name := parameters.get(wanted) or _extended(parameters, wanted):
                return header_text(name)[:200]
    return ""


def _extended(parameters: Mapping[str, str], wanted: str) -> str:
    """Read a parameter that comes in pieces or with a charset (RFC 2231, sections 3 and 4)."""
    pieces = [parameters.get(f"{wanted}*{number}*") or parameters.get(f"{wanted}*{number}", "") for number in range(20)]
    value = parameters.get(f"{wanted}*") or "".join(pieces)
    charset, mark, rest = value.partition("'")
    return decode(unquote_to_bytes(rest.partition("'")[2]), charset)[0] if mark else value
