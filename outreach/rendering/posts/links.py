"""What X and Mastodon take for a link in a text; knows nothing about lengths.

Both follow twitter-text (npm and gem 3.1.0, Apache-2.0): X as it is, Mastodon with its own paths and only with a
protocol (config/initializers/twitter_regex.rb). The rules are told here in our own words, and in time that grows
with the text where the original's regular expressions could be made to run for minutes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from outreach.rendering.posts.domains import top_domain_end

# Code points; inside a class of a regular expression.
SPACE = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
INVALID = "\ufffe\ufeff\uffff"
OTHER_PUNCTUATION = r"!'#%&()*+,\\./:;<=>?@\[\]^{|}~$"
# Latin letters beyond ASCII; with those that JavaScript's `i` flag lets in besides, the Greek iota among them.
LATIN = (
    "\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0260\u0263\u0268\u0269\u026f\u0272\u0275"
    "\u0280\u0283\u0288-\u028c\u0292\u02bb\u0300-\u036f\u0399\u03b9\u1e00-\u1eff\u1fbe\u2c65\u2c66\u2c7e\u2c7f\ua7dc"
)
CYRILLIC = "\u0400-\u04ff\u1c80-\u1c87"

MAX_LINK = 4096  # characters, the protocol counted twice: MAX_URL_LENGTH as it is compared
MAX_SHORT_NAME = 40  # of a t.co link: MAX_TCO_SLUG_LENGTH
MAX_LABEL = 63  # RFC 1035, section 2.3.4
MAX_LABELS = 127  # what fits in its 255 octets; twitter-text has no such limit, and can be made to run for ever

LATIN_LABELS = re.compile(rf"(?:[-0-9A-Za-z{LATIN}]++\.)++")
QUERY = r"(?:\?(?:[!?*'@();:+$%\[\].,~|]*+[a-zA-Z0-9\-_&=#/])++)?"
T_CO = re.compile(rf"[hH][tT][tT][pP][sS]?://[tT]\.[cC][oO]/([a-zA-Z0-9]++){QUERY}")


@dataclass(frozen=True, slots=True)
class Span:
    """One link: the code points from start to end count as a link, which is nearly always what they hold.

    Where a host is in Latin letters only up to a point, X drops the rest of it and puts the path behind.
    """

    start: int
    end: int
    link: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that looks like a link: what stands before, protocol, host, and where path and query end."""

    before: str
    start: int
    host: int
    host_end: int
    has_path: bool
    end: int


class Syntax:
    """One network's links. `tail` matches what may follow the host, and has a group `path`.

    The expressions are compiled when they are first used: that takes longer than most commands' other imports.
    """

    def __init__(self, protocols: str, not_in_label: str, tail: str) -> None:
        part = f"[^{OTHER_PUNCTUATION}{SPACE}{INVALID}{DIRECTION}{not_in_label}]"
        label = rf"(?![_-]){part}++(?<![_-])\."
        before = rf"[^A-Za-z0-9@＠$#＃{INVALID}]|\A"
        self._labels = f"({before})((?:{protocols})?)((?:{label}){{1,{MAX_LABELS}}}+)"
        self._tail = tail

    @cached_property
    def labels(self) -> re.Pattern[str]:
        return re.compile(self._labels)

    @cached_property
    def tail(self) -> re.Pattern[str]:
        return re.compile(self._tail)


def _protocols(*names: str) -> str:
    """Give the protocols, with capitals or without, each with its `://`."""
    either = ["".join(f"[{letter}{letter.upper()}]" for letter in name) for name in names]
    return f"(?:{'|'.join(either)})://"


def _tail(path: str) -> str:
    return f"(?::[0-9]++)?(?P<path>/{path})?"


# A path may have any of IN_PATH, and (…(…)…) in balance. It ends with one of ENDING, or with brackets after one.
ENDING = rf"+\-a-zA-Z0-9=_#/{LATIN}{CYRILLIC}"
NOT_ENDING = r"!*';:,.$%\[\]\u2013~@|&"
IN_PATH = f"[{ENDING}{NOT_ENDING}]"
BALANCED = rf"\((?:{IN_PATH}++|{IN_PATH}*+\({IN_PATH}++\){IN_PATH}*+)\)"
PATH = f"(?:{BALANCED})*+(?:(?:[{NOT_ENDING}](?:[{NOT_ENDING}]|{BALANCED})*+)?+[{ENDING}](?:{BALANCED})*+)*+"
X = Syntax(_protocols("https", "http"), "", _tail(PATH) + QUERY)

# Mastodon: nearly everything but white space; /iou in Ruby, \p{White_Space} written out.
M_SPACE = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
M_IN_PATH = f"[^{M_SPACE}<>()?]"
M_NOT_ENDING = r"!*\"'「」;:=,.$%\[\]~&|@"
M_BALANCED = rf"\((?:{M_IN_PATH}++|{M_IN_PATH}*+\({M_IN_PATH}++\){M_IN_PATH}*+)\)"
M_PATH = (
    rf"(?:(?:[{M_NOT_ENDING}]|(?!{BALANCED}){M_BALANCED})*+"
    rf"(?:[^{M_SPACE}<>()?{M_NOT_ENDING}]|{BALANCED}))*+"
)
M_WIDE = "\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\uffef\U00010000-\U0010fffd"
M_QUERY = rf"(?:\?(?:[!?*'();:+$%\[\].,~|@^]*+[a-zA-Z0-9_&=#/\-{M_WIDE}])++)?"
M_PROTOCOLS = _protocols("https", "http", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "gemini")
MASTODON = Syntax(M_PROTOCOLS, '"`\\x00-\\x1f\\x7f', _tail(M_PATH) + M_QUERY)


def x_spans(text: str) -> list[Span]:
    """Find the links that X counts as 23 each, in order: bare domains too. `text` is in NFC.

    Source: extractUrlsWithIndices of npm twitter-text 3.1.0.
    """
    return [
        span
        for found in _candidates(text, X)
        if _is_valid(text, found)
        for span in (_with_protocol(text, found) if found.host > found.start else _bare(text, found))
    ]


def mastodon_spans(text: str) -> list[Span]:
    """Find the links that Mastodon counts as 23 each, in order: only those with a protocol.

    Source: mastodon/mastodon, StatusLengthValidator and Extractor (extract_url_without_protocol: false).
    """
    return [
        span
        for found in _candidates(text, MASTODON)
        if found.host > found.start and _is_valid(text, found)
        for span in _with_protocol(text, found)
    ]


def _candidates(text: str, syntax: Syntax) -> Iterator[Candidate]:
    """Find whatever looks like a link, from left to right; each begins after the end of the one before."""
    at = 0
    while "." in text and (match := syntax.labels.search(text, at)):
        candidate, at = _completed(text, match, syntax)
        if candidate:
            yield candidate


def _completed(text: str, match: re.Match[str], syntax: Syntax) -> tuple[Candidate | None, int]:
    """Give the link whose labels matched, up to the last one that a top-level domain follows; and where to look on.

    If none does, fewer of these labels have none either: on from the last dot. If one would but for a `_` in its
    label (twitter-text takes `_` in subdomains only), the rest of that label may do.
    """
    first, end = match.span(3)
    look_on = end - 1
    while end > first:
        dot = end - 1
        start = text.rfind(".", first, dot) + 1 or first
        host_end = top_domain_end(text, end)
        if host_end >= 0 and "_" not in text[start:dot]:
            tail = syntax.tail.match(text, host_end)
            assert tail is not None  # noqa: S101 - all of it is optional
            has_path = tail["path"] is not None
            return Candidate(match[1], match.start(2), first, host_end, has_path, tail.end()), tail.end()
        if host_end >= 0:
            look_on = text.rfind("_", start, dot)
        end = start
    return None, look_on


def _with_protocol(text: str, found: Candidate) -> Iterator[Span]:
    """Give the link as it is; of a t.co link only the short name and the query."""
    short = T_CO.match(text, found.start, found.end)
    if short is None:
        yield Span(found.start, found.end, text[found.start : found.end])
    elif len(short[1]) <= MAX_SHORT_NAME:
        yield Span(found.start, short.end(), short[0])


def _bare(text: str, found: Candidate) -> Iterator[Span]:
    """Give the parts of a host without protocol that are in Latin letters; the last one takes the path with it."""
    if found.before in ("-", "_", ".", "/"):
        return
    hosts = list(_latin_hosts(text[found.host : found.host_end]))
    for number, host in enumerate(hosts, start=1):
        with_path = found.has_path and number == len(hosts)
        path = text[found.host_end : found.end] if with_path else ""
        start, end = found.host + host.start, found.host + host.end
        yield Span(start, end + len(path), host.link + path)


def _latin_hosts(host: str) -> Iterator[Span]:
    at = 0
    while match := LATIN_LABELS.search(host, at):
        at = match.end()
        for dot in range(match.end(), match.start(), -1):
            if host[dot - 1] == "." and (end := top_domain_end(host, dot)) >= 0:
                yield Span(match.start(), end, host[match.start() : end])
                at = end
                break


def _is_valid(text: str, found: Candidate) -> bool:
    """Say whether no label is too long as a name on the wire, nor the whole link."""
    host = text[found.host : found.host_end]
    if host.startswith("xn--") and next(_latin_hosts(host), None) is None:
        return False
    protocol = text[found.start : found.host] or "https://"
    return len(protocol) + found.end - found.start <= MAX_LINK and all(map(_fits, host.split(".")))


def _fits(label: str) -> bool:
    """Say whether a label is short enough: 63 characters, in Punycode (RFC 3492) with `xn--` if it is not ASCII."""
    return len(label if label.isascii() else f"xn--{label.encode('punycode').decode()}") <= MAX_LABEL
