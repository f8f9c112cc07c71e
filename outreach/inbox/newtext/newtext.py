"""Takes a reply apart: what the writer wrote, and what is folded away: our letter, signature, disclaimer.

Where quotes.py and signatures.py are not sure, the lines stay where people read them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outreach.inbox.mail import Mail
from outreach.inbox.mime.quote_marks import AROUND
from outreach.inbox.newtext import quote_words as words
from outreach.inbox.newtext.armor import without_armor
from outreach.inbox.newtext.authors import Ours, authors_of
from outreach.inbox.newtext.quotes import Quote, QuoteStyle, depth_of, first_quote, is_forwarding
from outreach.inbox.newtext.signatures import first_closing

MOST_LINKS = 50
LONGEST_LINK = 2_000  # characters; a longer one is left out
LONGEST_SALUTATION = 60
LONGEST_POINTER = 1_500  # characters above the quote in which "see our answers below" is looked for
NOBODY = Ours()

_ANSWERS_BELOW = re.compile(
    rf"(?:{'|'.join(words.ANSWERS)}).{{0,60}}(?:{'|'.join(words.PLACES)})"
    rf"|(?:{'|'.join(words.PLACES)}).{{0,40}}(?:{'|'.join(words.ANSWERS)})"
)

_LINK = re.compile(r"https?://[^\s<>\"'`|\\^{}«»“”]+", re.IGNORECASE)
_HREF = re.compile(r"href\s{0,3}=\s{0,3}[\"']?(https?://[^\s\"'<>]+)", re.IGNORECASE)
# Where mail programs begin the quoted message in HTML: below it the links are our own.
_HTML_QUOTE = re.compile(
    r"<blockquote|gmail_quote|divRplyFwdMsg|appendonsend|yahoo_quoted|moz-cite-prefix|OLK_SRC_BODY|zwchr"
    r"|border-top:\s?solid #(?:E1E1E1|B5C4DF)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NewText:
    """A text taken apart: every line of it is in `text` or in `folded`. Links are http and https, in order, once."""

    text: str
    folded: str = ""
    links: tuple[str, ...] = ()


def new_text(mail: Mail, ours: Ours = NOBODY) -> NewText:
    """Part what a person wrote from our letter that they quote, their signature and disclaimer. Never raises.

    `ours` says which addresses are ours: what others wrote, and the writer quotes or passes on, is news and stays.
    `text` is everything when nothing but a quote would be left, and when answers stand between quoted lines.
    """
    lines, armor = without_armor(mail.text.replace("\r", "").split("\n"))
    start, end = _own_lines(lines, _quote_in(mail, lines, ours), mail)
    text = "\n".join(lines[start:end]).strip()
    folded = "\n\n".join(part for part in (_joined(lines[:start]), _joined(lines[end:]), _joined(armor)) if part)
    return NewText(text, folded, _unique([*links_in(text), *_links_in_html(mail)]))


def links_in(text: str) -> tuple[str, ...]:
    """Find the web addresses in a text, without the punctuation after them; each once, at most MOST_LINKS."""
    return _unique(_trimmed(found.group()) for found in _LINK.finditer(text))


def _quote_in(mail: Mail, lines: Sequence[str], ours: Ours) -> Quote | None:
    marks = {mark.start for mark in mail.quotes}
    marks |= {at + 1 for at in marks if at < len(lines) and not lines[at].strip()}
    return first_quote(lines, authors_of(mail, ours), marks=marks, is_forward=is_forwarding(mail.subject))


def _own_lines(lines: Sequence[str], quote: Quote | None, mail: Mail) -> tuple[int, int]:
    """Find the lines that are the writer's own; gives a slice: where they begin and end."""
    end = quote.start if quote else len(lines)
    if not _says_something(lines[:end]):
        start = _after_the_quote(lines, quote) if quote and not _has_words(lines[:end]) else 0
        return start, (start + _before_closing(lines[start:]) if start else len(lines))
    if quote and (_is_answered_within(lines, quote) or _is_answered_behind(lines, quote, mail)):
        return 0, len(lines)
    return 0, _before_closing(lines[:end])


def _says_something(lines: Sequence[str]) -> bool:
    """Say whether there is more than a salutation."""
    own = [line.strip() for line in lines if line.strip()]
    return _has_words(own) and not _is_salutation(own)


def _is_salutation(own: Sequence[str]) -> bool:
    return len(own) == 1 and len(own[0]) <= LONGEST_SALUTATION and own[0].endswith((",", ":", "،", "，", "!"))


def _is_answered_within(lines: Sequence[str], quote: Quote) -> bool:
    """Say whether answers stand in the quote: between its lines, or, where nothing marks them, as the writer says."""
    own = " ".join(lines[: quote.start])[-LONGEST_POINTER:].lower()
    if _ANSWERS_BELOW.search(own) and not quote.is_below_others:
        return True
    return quote.style is QuoteStyle.ANGLE and _is_interleaved(lines, quote)


def _is_answered_behind(lines: Sequence[str], quote: Quote, mail: Mail) -> bool:
    """Say whether the writer goes on behind the quote, where the mail program's HTML says that it ends."""
    around = [mark for mark in mail.quotes if AROUND.match(mark.found) and quote.start <= mark.start + 1]
    if quote.style is QuoteStyle.ANGLE or not around:
        return False
    below = lines[max(mark.end for mark in around) :]
    return _has_words(below[: first_closing(below)])


def _before_closing(lines: Sequence[str]) -> int:
    """Find where the signature begins; the end of all lines when only a salutation would be left."""
    closing = first_closing(lines)
    return closing if _says_something(lines[:closing]) else len(lines)


def _after_the_quote(lines: Sequence[str], quote: Quote) -> int:
    """Find where an answer below the quote begins; 0 without an answer, or when more is quoted further down."""
    if quote.style is not QuoteStyle.ANGLE:
        return 0
    quoted = [at for at in range(quote.start, len(lines)) if depth_of(lines[at]) >= quote.depth]
    if not quoted:
        return 0
    is_one_block = all(depth_of(line) or not line.strip() for line in lines[quoted[0] : quoted[-1]])
    below = lines[quoted[-1] + 1 :]
    return quoted[-1] + 1 if is_one_block and _has_words(below[: first_closing(below)]) else 0


def _is_interleaved(lines: Sequence[str], quote: Quote) -> bool:
    """Say whether words of others than us stand after the first quoted line, apart from signature and disclaimer."""
    depths = [depth_of(line) for line in lines[quote.start :]]
    first = next((at for at, depth in enumerate(depths) if depth >= quote.depth), len(depths))
    unquoted = [lines[quote.start + at] for at in range(first, len(depths)) if depths[at] < quote.depth]
    return _has_words(unquoted[: first_closing(unquoted)])


def _has_words(lines: Iterable[str]) -> bool:
    return any(character.isalnum() for line in lines for character in line)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip("\n")


def _links_in_html(mail: Mail) -> list[str]:
    """Find link targets in the new part of an HTML body; attachments and attached messages are others' words."""
    links: list[str] = []
    for part in mail.parts:
        if part.content_type == "text/html" and not part.depth and not part.filename:
            quote = _HTML_QUOTE.search(part.text)
            end = quote.start() if quote else len(part.text)
            links += [found[1].replace("&amp;", "&") for found in _HREF.finditer(part.text, 0, end)]
    return links


def _trimmed(link: str) -> str:
    """Take off what closes the sentence; a bracket stays when it was opened in the link."""
    link = link[: LONGEST_LINK + 1]
    while link and (link[-1] in ".,;:!?*_…" or _closes_more(link, "(", ")") or _closes_more(link, "[", "]")):
        link = link[:-1]
    return link


def _closes_more(link: str, opening: str, closing: str) -> bool:
    return link.endswith(closing) and link.count(closing) > link.count(opening)


def _unique(links: Iterable[str]) -> tuple[str, ...]:
    known: dict[str, None] = {}
    for link in links:
        if len(link) <= LONGEST_LINK and len(known) < MOST_LINKS:
            known.setdefault(link)
    return tuple(known)
