"""Finds where the signature or disclaimer that ends a text begins; knows lines, and nothing about quotes.

A form alone is not believed: what follows it has to look like a closing, too. "Thanks, we will raise it." is not one.
"""

import re
from collections.abc import Sequence

from outreach.inbox.newtext import closing_words as words
from outreach.inbox.newtext.quote_words import any_of

LONGEST_CLOSING = 30  # lines that are not blank; a longer "signature" is somebody's letter
LONGEST_LINE = 60  # characters of the line that a closing begins with
MOST_DISCLAIMERS = 8  # paragraphs
LONGEST_DISCLAIMER = 3_000  # characters that are looked at
LONGEST_FENCED = 60  # lines between two rows of stars
LONGEST_RULE = 200


_CLOSING = re.compile(any_of(words.CLOSINGS) + r"[\s,.!،，]*")
_GREETING = re.compile(any_of(words.GREETINGS))
_SENT_FROM = re.compile(any_of(words.SENT_FROM))
_DISCLAIMER = re.compile(r"[\s*_=~<\[(#-]*" + any_of(words.DISCLAIMERS))
_ABOUT = tuple(
    re.compile(any_of(forms)) for forms in (words.ABOUT_SECRETS, words.ABOUT_RECIPIENTS, words.ABOUT_MISTAKES)
)
_ABOUT_PAPER = re.compile(any_of(words.ABOUT_PAPER_AND_VIRUSES))
_SUBSTANCE = re.compile(any_of(words.SUBSTANCE))
_RUNS_ON = re.compile(r"[,;]\s*[^\W\d_A-ZÀ-Þ]|\?|\w+(?:\s+\w+){7}")  # "Thanks, we will"
_PROSE = re.compile(r"\s*(?:p\.?\s?s\b|(?:\S+\s+){12}|(?:\S+\s+){3,}\S*[.!?]\s*$)", re.IGNORECASE)
_LINKED = re.compile(r"\[([^\[\]]{1,60})\]\(https?://[^\s()]{1,150}\)")  # as HTML is shown
_RULE = re.compile(r"\s*(?:[-_*=~#+•·—–─━]\s?){3,}\s*$")
_FENCE = re.compile(r"\s*(?:([-_*=~#+•·—–─━])\s?(?:\1\s?){7,})")  # at least eight in a row, perhaps a word behind them


def first_closing(lines: Sequence[str]) -> int:
    """Find the first line of the signature or disclaimer that ends these lines.

    Gives its index, or the number of lines without one. Linear in the length of the text.
    """
    end = _before_disclaimers(lines)
    below = _last_paragraph(lines, end)[1]
    near_end = range(max(0, below - 2 * LONGEST_CLOSING), below)
    read = {at: _LINKED.sub(r"\1", lines[at][:LONGEST_RULE]) for at in near_end}
    short = {at: line.strip().lower() for at, line in read.items() if len(line) <= LONGEST_LINE}
    top = next((at for at, line in enumerate(lines) if line.strip()), 0)  # a greeting there ends nothing
    closings = [at for at, line in short.items() if _CLOSING.fullmatch(line)]
    greetings = [at for at, line in short.items() if _SENT_FROM.match(line) or (at > top and _GREETING.match(line))]
    return next((at for at in (*closings, *greetings) if _looks_like_closing(lines[at:end])), end)


def _before_disclaimers(lines: Sequence[str]) -> int:
    """Leave out the last paragraphs as long as they are disclaimers, which gateways put below everything."""
    end = len(lines)
    for _ in range(MOST_DISCLAIMERS):
        start, after = _last_paragraph(lines, end)
        fence = _fenced(lines, after)
        if fence is not None:
            end = fence
            continue
        disclaimer = _disclaimer(lines, start, after)
        if disclaimer is not None:
            end = disclaimer
        elif start < after and all(_RULE.match(line[:LONGEST_RULE]) for line in lines[start:after]):
            end = start
        else:
            break
    return end


def _fenced(lines: Sequence[str], end: int) -> int | None:
    """Find where a disclaimer between two rows of stars or dashes begins, whose second row is the last line."""
    if not end or not (row := _FENCE.match(lines[end - 1][:LONGEST_RULE])):
        return None
    for at in range(end - 2, max(end - LONGEST_FENCED, -1), -1):
        found = _FENCE.match(lines[at][:LONGEST_RULE])
        if found and found[1] == row[1]:
            inside = [line[:LONGEST_DISCLAIMER].lower() for line in lines[at : end - 1] if line.strip()]
            return at if _is_about_mail(" ".join(inside)) else None
    return None


def _disclaimer(lines: Sequence[str], start: int, end: int) -> int | None:
    """Find where a disclaimer begins that ends with the paragraph from `start` to `end`."""
    for at in range(max(start, end - LONGEST_FENCED), end):
        if _DISCLAIMER.match(lines[at][:LONGEST_RULE].lower()):
            return at if _is_about_mail(" ".join(lines[at:end])) else None
    return None


def _is_about_mail(text: str) -> bool:
    """Say whether a text speaks of what disclaimers speak of, and not only of a secret, and of nothing else."""
    text = text[:LONGEST_DISCLAIMER].lower()
    subjects = sum(form.search(text) is not None for form in _ABOUT)
    return (subjects >= 2 or _ABOUT_PAPER.search(text) is not None) and not _SUBSTANCE.search(text)


def _last_paragraph(lines: Sequence[str], end: int) -> tuple[int, int]:
    """Find the last paragraph above `end`; returns where it begins, and where it is over."""
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].strip():
        start -= 1
    return start, end


def _looks_like_closing(lines: Sequence[str]) -> bool:
    """Say whether these lines are few, short and no sentences; below "-- " all may stand (RFC 3676, section 4.3)."""
    known = [line[:200] for line in lines[: 4 * LONGEST_CLOSING] if line.strip()]
    if len(known) > LONGEST_CLOSING:
        return False
    is_delimited = known[0].rstrip() in ("--", "__")
    return is_delimited or not (_RUNS_ON.search(known[0]) or any(_PROSE.match(line) for line in known[1:]))
